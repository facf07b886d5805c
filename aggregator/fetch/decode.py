"""Undoes an answer's Content-Encoding while it arrives, within a bound. It knows no network and no charset."""

import zlib
from typing import Final, Protocol

# Feeds of public outlets stay below 2 MiB and the largest captured page is 3 MiB. Without a bound a 512 KiB bomb took
# feedparser and its like to 1.8 GB. Compressed and plain bytes are counted apart, both against this.
MAX_BYTES: Final = 16 * 1024 * 1024

# A gzip stream may be many members in a row (RFC 1952, section 2.2), and 16 MiB hold 800,000 empty ones, each with a
# window to set up; block-wise writers make one for each 64 KiB, so 16 MiB need 256.
MAX_MEMBERS: Final = 1024

ACCEPT_ENCODING: Final = "gzip, deflate"
"""What `Decoder` undoes, for the request's header."""

_UNASKED: Final = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})


class BadBody(Exception):
    """The body cannot be had; the text is what follows "HOST: " in a message."""


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class Decoder:
    """One body on its way: feed it chunks, then finish it."""

    def __init__(self, encoding: str, *, limit: int = MAX_BYTES) -> None:
        """Take the value of Content-Encoding ("" if none) and the most bytes, compressed and plain alike.

        Raises BadBody for codings that were not asked for. A word that is no coding ("utf-8", "none") is passed over,
        as browsers do.
        """
        codings = [word.strip().lower().removeprefix("x-") for word in encoding.split(",")]
        known = [word for word in codings if word in ("gzip", "deflate")]
        if unasked := next((word for word in codings if word in _UNASKED), None):
            raise BadBody(f"the answer is packed with {unasked}, which was not asked for; tell the host's keeper")
        if len(known) > 1:
            raise BadBody("the answer is packed more than once; tell the host's keeper")
        self._coding = known[0] if known else ""
        self._limit = limit
        self._taken = 0
        self._head = b""
        self._members = 0
        self._inflater: _Inflater | None = None
        self._plain = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire; raises BadBody as soon as a bound is passed or the packing is broken."""
        self._taken += len(chunk)
        if self._taken > self._limit:
            raise self._too_large()
        if not self._coding:
            self._plain += chunk
            return
        if self._inflater is None:
            chunk = self._head = self._head + chunk
            if len(chunk) < 2:
                return
            self._begin(chunk)
        if self._coding:
            self._inflate(chunk)

    def finish(self) -> bytes:
        """Give the whole plain body; raises BadBody where the packed data stops short."""
        if self._inflater is None:
            self._plain += self._head if self._coding else b""
        elif not self._inflater.eof:
            raise BadBody(f"the answer's {self._coding} data stops short; it may be whole at the next visit")
        return bytes(self._plain)

    def _begin(self, head: bytes) -> None:
        """Choose the format by the first two bytes: hosts say gzip of plain text, and deflate of two formats."""
        if self._coding == "gzip":
            if head[:2] != b"\x1f\x8b":
                self._coding = ""
                self._plain += head
                return
            wbits = zlib.MAX_WBITS | 16
        else:
            # RFC 9110, section 8.4.1.2: "deflate" is zlib data, but some send it bare. A zlib header names method 8
            # and is a multiple of 31 (RFC 1950, section 2.2).
            wrapped = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
            wbits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
        self._inflater = zlib.decompressobj(wbits)
        self._members = 1

    def _inflate(self, data: bytes) -> None:
        while data and self._inflater is not None:
            if self._inflater.eof and not self._next_member(data):
                return
            try:
                self._plain += self._inflater.decompress(data, self._limit + 1 - len(self._plain))
            except zlib.error:
                raise BadBody(f"the answer's {self._coding} data is broken; tell the host's keeper") from None
            if len(self._plain) > self._limit:
                raise self._too_large()
            data = self._inflater.unused_data

    def _next_member(self, data: bytes) -> bool:
        """Start on the gzip member that follows; False where what follows is padding, which is left unread."""
        if self._coding != "gzip" or data[0] != 0x1F:
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BadBody(f"the answer is made of more than {MAX_MEMBERS} gzip members; tell the host's keeper")
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _too_large(self) -> BadBody:
        return too_large(self._limit)


def too_large(limit: int) -> BadBody:
    """Make the error of an answer that is larger than the bound, in bytes."""
    return BadBody(f"the answer is larger than {limit / 1024 / 1024:g} MiB; look whether this is a feed or page at all")
