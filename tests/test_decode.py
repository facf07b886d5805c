import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.decode import MAX_MEMBERS, BadBody, Decoder

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
]


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
@given(data=st.binary(max_size=3000), step=st.integers(1, 700))
def test_gives_back_what_was_packed_however_it_is_cut(
    coding: str, pack: Callable[[bytes], bytes], data: bytes, step: int
) -> None:
    assert unpack(coding, pack(data), step) == data


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(1, 90))
def test_joins_gzip_members(parts: list[bytes], step: int) -> None:
    assert unpack("gzip", b"".join(map(gzip.compress, parts)), step) == b"".join(parts)


def test_passes_over_padding_after_gzip() -> None:
    assert unpack("gzip", gzip.compress(b"news") + bytes(512)) == b"news"


def test_takes_plain_text_that_calls_itself_gzip() -> None:
    assert unpack("gzip", b"<rss/>", step=1) == b"<rss/>"
    assert unpack("gzip", b"<") == b"<"
    assert unpack("gzip", b"") == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "compress", "gzip, gzip", "deflate, gzip"])
def test_refuses_codings_that_were_not_asked_for(coding: str) -> None:
    with pytest.raises(BadBody):
        Decoder(coding)


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare)])
def test_says_when_packed_data_stops_short(coding: str, pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadBody, match="stops short"):
        unpack(coding, pack(b"some news " * 50)[:-5])


def test_says_when_packed_data_is_broken() -> None:
    packed = bytearray(gzip.compress(b"some news " * 50))
    packed[-6] ^= 0xFF
    with pytest.raises(BadBody, match="broken"):
        unpack("gzip", bytes(packed))


@pytest.mark.parametrize(("coding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_stops_a_bomb_without_holding_it(coding: str, wbits: int) -> None:
    packer = zlib.compressobj(9, wbits=wbits)
    bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(32)) + packer.flush()
    assert len(bomb) < MIB // 20
    tracemalloc.start()
    try:
        with pytest.raises(BadBody, match="larger than 1 MiB"):
            unpack(coding, bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()


def test_counts_compressed_bytes_too() -> None:
    noise = gzip.compress(bytes(100), compresslevel=0) * 10
    with pytest.raises(BadBody, match="larger"):
        unpack("gzip", noise, limit=1200)
    assert unpack("gzip", noise, limit=len(noise)) == bytes(1000)


def test_takes_exactly_the_limit() -> None:
    assert len(unpack("gzip", gzip.compress(bytes(MIB)))) == MIB
    assert len(unpack("", bytes(MIB))) == MIB
    for coding, body in (("gzip", gzip.compress(bytes(MIB + 1))), ("", bytes(MIB + 1))):
        with pytest.raises(BadBody, match="larger"):
            unpack(coding, body)


def test_bounds_the_members_of_a_gzip_stream() -> None:
    empty = gzip.compress(b"")
    assert unpack("gzip", empty * MAX_MEMBERS) == b""
    with pytest.raises(BadBody, match="members"):
        unpack("gzip", empty * (MAX_MEMBERS + 1))
