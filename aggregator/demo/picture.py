"""The newsroom's photos: a woven pattern for each item, as PNG. It draws nothing that claims to be real."""

import hashlib
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 640, 360  # 16:9, as most outlets offer
STRAND = 40


@lru_cache(maxsize=64)
def weave(seed: str) -> bytes:
    """Draw the picture of a seed; the same seed always gives the same bytes."""
    digest = hashlib.sha256(seed.encode()).digest()
    shades = [tuple(60 + byte * 2 // 3 for byte in digest[at : at + 3]) for at in (0, 3, 6)]
    over, under = (_row(shades, first=first) for first in (0, 1))
    rows = b"".join(b"\0" + (over if (y // STRAND) % 2 else under) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _row(shades: list[tuple[int, ...]], *, first: int) -> bytes:
    colours = [bytes(shades[0]), bytes(shades[1])]
    edge = bytes(shades[2])
    return b"".join(edge if x % STRAND < 3 else colours[(x // STRAND + first) % 2] for x in range(WIDTH))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
