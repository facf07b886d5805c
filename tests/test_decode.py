import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.decode import MAX_MEMBERS, WINDOW_LOG, BadBody, Decoder, zstd

MIB = 1024 * 1024


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def unpack(coding: str, data: bytes, step: int = 65_536, limit: int = MIB) -> bytes:
    decoder = Decoder(coding, limit=limit)
    for start in range(0, len(data), step):
        decoder.feed(data[start : start + step])
    return decoder.finish()


PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes),
    ("identity", bytes),
    ("utf-8", bytes),
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("identity, gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare),
    ("br", brotli.compress),
    ("Br, identity", brotli.compress),
    ("zstd", zstd.compress),
    ("ZSTD", zstd.compress),
]
CODINGS = [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare), *PACKERS[-4::2]]


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
@given(data=st.binary(max_size=3000), step=st.integers(1, 700))
def test_gives_back_what_was_packed_however_it_is_cut(
    coding: str, pack: Callable[[bytes], bytes], data: bytes, step: int
) -> None:
    assert unpack(coding, pack(data), step) == data


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(1, 90))
def test_joins_gzip_members(parts: list[bytes], step: int) -> None:
    assert unpack("gzip", b"".join(map(gzip.compress, parts)), step) == b"".join(parts)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(1, 90))
def test_joins_zstd_frames_and_passes_over_those_to_skip(parts: list[bytes], step: int) -> None:
    skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"skip"
    assert unpack("zstd", skipped.join(map(zstd.compress, parts)), step) == b"".join(parts)


def test_passes_over_padding_after_gzip() -> None:
    assert unpack("gzip", gzip.compress(b"news") + bytes(512)) == b"news"


def test_takes_plain_text_that_calls_itself_gzip() -> None:
    assert unpack("gzip", b"<rss/>", step=1) == b"<rss/>"
    assert unpack("gzip", b"<") == b"<"
    assert unpack("gzip", b"") == b""


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_takes_no_plain_text_for_brotli_or_zstd(coding: str) -> None:
    with pytest.raises(BadBody, match="broken"):
        unpack(coding, b"<rss><channel><title>news</title></channel></rss>")
    assert unpack(coding, b"") == b""


@pytest.mark.parametrize("coding", ["compress", "x-compress", "dcb", "br, dcz"])
def test_refuses_codings_that_were_not_asked_for(coding: str) -> None:
    with pytest.raises(BadBody, match="was not asked for"):
        Decoder(coding)


@pytest.mark.parametrize("coding", ["gzip, gzip", "deflate, gzip", "gzip, br", "zstd,zstd", "br, br, br, br"])
def test_refuses_what_is_packed_more_than_once(coding: str) -> None:
    with pytest.raises(BadBody, match="more than once"):
        Decoder(coding)


@pytest.mark.parametrize(("coding", "pack"), CODINGS)
def test_says_when_packed_data_stops_short(coding: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(b"some news " * 50)
    for end in range(2, len(whole)):
        with pytest.raises(BadBody, match="stops short"):
            unpack(coding, whole[:end])


@pytest.mark.parametrize(("coding", "pack"), CODINGS)
@given(st.data())
def test_broken_data_is_a_body_or_a_clear_error(
    coding: str, pack: Callable[[bytes], bytes], data: st.DataObject
) -> None:
    packed = bytearray(pack(b"some news, and some other news " * 9))
    for _ in range(data.draw(st.integers(1, 5))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert len(unpack(coding, bytes(packed), data.draw(st.integers(1, 90)))) <= MIB
    except BadBody as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstd.compress)])
def test_says_when_packed_data_is_broken(coding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = bytearray(pack(b"some news " * 50))
    packed[-6] ^= 0xFF
    packed[5] ^= 0xFF
    with pytest.raises(BadBody, match="broken"):
        unpack(coding, bytes(packed))


@pytest.mark.parametrize("step", [1, 65_536])
def test_takes_nothing_after_the_end_of_brotli(step: int) -> None:
    with pytest.raises(BadBody, match="broken"):
        unpack("br", brotli.compress(b"news") + b"more", step)


def zipped(wbits: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(32)) + packer.flush()


BOMBS: list[tuple[str, Callable[[], bytes]]] = [
    ("gzip", lambda: zipped(31)),
    ("deflate", lambda: zipped(15)),
    ("deflate", lambda: zipped(-15)),
    ("br", lambda: brotli.compress(bytes(32 * MIB), quality=5)),
    ("zstd", lambda: zstd.compress(bytes(32 * MIB))),
    ("zstd", lambda: zstd.compress(bytes(100_000)) * 320),
]


@pytest.mark.parametrize(("coding", "make"), BOMBS)
@pytest.mark.parametrize("step", [100, 65_536])
def test_stops_a_bomb_without_holding_it(coding: str, make: Callable[[], bytes], step: int) -> None:
    bomb = make()
    assert len(bomb) < MIB // 20
    tracemalloc.start()
    try:
        with pytest.raises(BadBody, match="larger than 1 MiB"):
            unpack(coding, bomb, step)
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("log", [WINDOW_LOG, WINDOW_LOG + 1, 27, 31])
def test_takes_zstd_windows_up_to_8_mib(log: int) -> None:
    # Magic number, a descriptor that says a window follows, its exponent above 10, and one last raw block.
    frame = b"\x28\xb5\x2f\xfd\x00" + bytes([(log - 10) << 3]) + (4 << 3 | 1).to_bytes(3, "little") + b"news"
    if log <= WINDOW_LOG:
        assert unpack("zstd", frame) == b"news"
    else:
        with pytest.raises(BadBody, match="broken"):
            unpack("zstd", frame)


def test_counts_compressed_bytes_too() -> None:
    noise = gzip.compress(bytes(100), compresslevel=0) * 10
    with pytest.raises(BadBody, match="larger"):
        unpack("gzip", noise, limit=1200)
    assert unpack("gzip", noise, limit=len(noise)) == bytes(1000)


@pytest.mark.parametrize(("coding", "pack"), [("", bytes), *CODINGS])
@pytest.mark.parametrize("step", [700, 65_536, 10 * MIB])
def test_takes_exactly_the_limit(coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    assert unpack(coding, pack(bytes(MIB)), step) == bytes(MIB)
    with pytest.raises(BadBody, match="larger than 1 MiB"):
        unpack(coding, pack(bytes(MIB + 1)), step)


@pytest.mark.parametrize(("coding", "empty"), [("gzip", gzip.compress(b"", mtime=0)), ("zstd", zstd.compress(b""))])
def test_bounds_the_members_of_a_stream(coding: str, empty: bytes) -> None:
    assert unpack(coding, empty * MAX_MEMBERS) == b""
    with pytest.raises(BadBody, match="parts"):
        unpack(coding, empty * (MAX_MEMBERS + 1))
