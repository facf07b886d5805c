"""The newsroom's photos: a woven pattern for each item, as PNG. It draws nothing that claims to be real."""

import hashlib
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 640, 360  # 16:9, as most outlets offer
STRAND = 20
"""Both sides are whole numbers of strands, so that none is cut at an edge."""

Colour = tuple[int, int, int]

WARPS: tuple[Colour, ...] = ((166, 104, 80), (160, 122, 96), (150, 118, 98), (176, 122, 88), (142, 116, 92))
WEFTS: tuple[Colour, ...] = ((205, 176, 134), (214, 190, 156), (196, 164, 124), (218, 200, 172), (188, 160, 132))
"""Earth for what runs down and sand for what runs across, as the pages' own two colours but softer: whichever two
meet, they look well together and beside a headline."""

SHADE = 14
"""Neighbouring strands differ by at most so much, as hand-dyed yarn does; more looks like a flag."""


@lru_cache(maxsize=64)
def weave(seed: str) -> bytes:
    """Draw the picture of a seed; the same seed always gives the same bytes."""
    digest = hashlib.sha256(seed.encode()).digest()
    warp, weft = WARPS[digest[0] % len(WARPS)], WEFTS[digest[1] % len(WEFTS)]
    step = 2 + digest[2] % 3  # a twill: over two to four strands, then under one
    down = [_dyed(warp, digest[at % 32]) for at in range(WIDTH // STRAND)]
    across = [_dyed(weft, digest[(at + 7) % 32]) for at in range(HEIGHT // STRAND)]
    rows = b"".join(_band(down, colour, at, step) for at, colour in enumerate(across))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _band(down: list[Colour], across: Colour, at: int, step: int) -> bytes:
    """Draw the rows of one strand that runs across, which goes under one strand in every `step` + 1."""
    rows = []
    for y in range(STRAND):
        over = _lit(across, y) * STRAND
        cells = (_upright(colour) if (x + at) % (step + 1) == 0 else over for x, colour in enumerate(down))
        rows.append(b"\0" + b"".join(cells))
    return b"".join(rows)


@lru_cache(maxsize=256)
def _upright(colour: Colour) -> bytes:
    return b"".join(_lit(colour, x) for x in range(STRAND))


def _dyed(colour: Colour, byte: int) -> Colour:
    red, green, blue = (part + byte * SHADE // 255 - SHADE // 2 for part in colour)
    return red, green, blue


def _lit(colour: Colour, at: int) -> bytes:
    """Shade a strand towards its edges, as if it were round."""
    away = abs(2 * at + 1 - STRAND) / STRAND
    return bytes(int(part * (1 - away * away / 5)) for part in colour)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
