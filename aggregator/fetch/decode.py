"""Undoes an answer's Content-Encoding while it arrives, within a bound. It knows no network and no charset."""

import sys
import zlib
from collections.abc import Callable
from typing import Final, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Feeds of public outlets stay below 2 MiB and the largest captured page is 3 MiB. Without a bound a 512 KiB bomb took
# feedparser and its like to 1.8 GB. Compressed and plain bytes are counted apart, both against this.
MAX_BYTES: Final = 16 * 1024 * 1024

# A gzip stream may be many members in a row (RFC 1952, section 2.2), and zstd data many frames (RFC 8878, section 3).
# 16 MiB hold 800,000 empty ones, each with a window to set up; block-wise writers make one for each 64 KiB, so 16 MiB
# need 256.
MAX_MEMBERS: Final = 1024

# A zstd frame says how much memory its reader needs, up to 3.75 TiB; 8 MiB is what all must take (RFC 9659, section 3).
# Brotli's window ends at 16 MiB (RFC 7932, section 9.1) and is set up only as it is filled.
WINDOW_LOG: Final = 23

# Brotli's limit of output is a wish: the last block it makes may double what was asked for. So it is asked in steps.
STEP: Final = 64 * 1024

ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"
"""What `Decoder` undoes, for the request's header."""

_UNASKED: Final = frozenset({"compress", "dcb", "dcz"})


class BadBody(Exception):
    """The body cannot be had; the text is what follows "HOST: " in a message."""

    read = 0
    """Bytes of it that were read before, packed or plain, whichever are more."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class _Brotli:
    """Brotli in the shape that zlib and zstd share; what follows the end of its data is an error."""

    unused_data = b""

    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._inner.is_finished())

    def decompress(self, data: bytes, max_length: int = STEP, /) -> bytes:
        plain = bytearray()
        while piece := self._inner.process(data, output_buffer_limit=STEP):
            plain += piece
            if len(plain) >= max_length:
                break
            data = b""
        return bytes(plain)


_BROKEN: Final = (zlib.error, brotli.error, zstd.ZstdError)
_UNPACKERS: Final[dict[str, Callable[[], _Unpacker]]] = {
    "gzip": lambda: zlib.decompressobj(zlib.MAX_WBITS | 16),
    "zlib": lambda: zlib.decompressobj(zlib.MAX_WBITS),
    "deflate": lambda: zlib.decompressobj(-zlib.MAX_WBITS),
    "br": _Brotli,
    "zstd": lambda: zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG}),
}


class Decoder:
    """One body on its way: feed it chunks, then finish it."""

    def __init__(self, encoding: str, *, limit: int = MAX_BYTES) -> None:
        """Take the value of Content-Encoding ("" if none) and the most bytes, compressed and plain alike.

        Raises BadBody for codings that were not asked for. A word that is no coding ("utf-8", "none") is passed over,
        as browsers do.
        """
        codings = [word.strip().lower().removeprefix("x-") for word in encoding.split(",")]
        known = [word for word in codings if word in ("gzip", "deflate", "br", "zstd")]
        if unasked := next((word for word in codings if word in _UNASKED), None):
            raise BadBody(f"the answer is packed with {unasked}, which was not asked for; tell the host's keeper")
        if len(known) > 1:
            raise BadBody("the answer is packed more than once; tell the host's keeper")
        self._coding = known[0] if known else ""
        self._limit = limit
        self._taken = 0
        self._head = b""
        self._members = 0
        self._unpacker: _Unpacker | None = None
        self._plain = bytearray()

    @property
    def size(self) -> int:
        """Count the bytes so far, packed or plain, whichever are more."""
        return max(self._taken, len(self._plain))

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire; raises BadBody as soon as a bound is passed or the packing is broken."""
        self._taken += len(chunk)
        if self._taken > self._limit:
            raise self._too_large()
        if not self._coding:
            self._plain += chunk
            return
        if self._unpacker is None:
            chunk = self._head = self._head + chunk
            if len(chunk) < (2 if self._coding in ("gzip", "deflate") else 1):
                return
            self._begin(chunk)
        if self._coding:
            self._unpack(chunk)

    def finish(self) -> bytes:
        """Give the whole plain body; raises BadBody where the packed data stops short."""
        if self._unpacker is None:
            self._plain += self._head if self._coding else b""
        elif not self._unpacker.eof:
            raise BadBody(f"the answer's {self._coding} data stops short; if that lasts, tell the host's keeper")
        return bytes(self._plain)

    def _begin(self, head: bytes) -> None:
        """Choose the format by the first two bytes: hosts say gzip of plain text, and deflate of two formats."""
        shape = self._coding
        if shape == "gzip" and head[:2] != b"\x1f\x8b":
            self._coding = ""
            self._plain += head
            return
        # RFC 9110, section 8.4.1.2: "deflate" is zlib data, but some send it bare. A zlib header names method 8
        # and is a multiple of 31 (RFC 1950, section 2.2).
        if shape == "deflate" and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0:
            shape = "zlib"
        self._unpacker = _UNPACKERS[shape]()
        self._members = 1

    def _unpack(self, data: bytes) -> None:
        while data and self._unpacker is not None:
            if self._unpacker.eof and not self._next_member(data):
                return
            try:
                self._plain += self._unpacker.decompress(data, self._limit + 1 - len(self._plain))
            except _BROKEN:
                raise self._broken() from None
            if len(self._plain) > self._limit:
                raise self._too_large()
            data = self._unpacker.unused_data

    def _next_member(self, data: bytes) -> bool:
        """Start on the gzip member or zstd frame that follows; False where it is padding, which is left unread."""
        if self._coding == "br":
            raise self._broken()
        if self._coding == "deflate" or (self._coding == "gzip" and data[0] != 0x1F):
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BadBody(f"the answer is made of more than {MAX_MEMBERS} {self._coding} parts; tell the host's keeper")
        self._unpacker = _UNPACKERS[self._coding]()
        return True

    def _broken(self) -> BadBody:
        return BadBody(f"the answer's {self._coding} data is broken; tell the host's keeper")

    def _too_large(self) -> BadBody:
        return too_large(self._limit)


def too_large(limit: int) -> BadBody:
    """Make the error of an answer that is larger than the bound, in bytes."""
    return BadBody(f"the answer is larger than {limit / 1024 / 1024:g} MiB; look whether this is a feed or page at all")
