"""What the engine keeps of a report, packed, so that no text is read twice. Pure; it decides nothing."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import copies, stories
from .copies import KEYS, Sketch
from .stories import KINDS, Evidence
from .stories.shelf import SAID
from .values import Report

_ROOMS = Path(__file__).parent
_READ_BY = ("copies/*.py", "stories/concepts.*", "stories/evidence.py", "stories/features.py", "stories/stopwords.py")


@dataclass(frozen=True, slots=True)
class Gist:
    """A report's title, its evidence, and the tags by which its Copies are found."""

    title: str
    evidence: Evidence
    tags: tuple[int, ...]
    said: NDArray[Any] | None = None
    """Which of the evidence's terms its Story had said before; None where that is not known."""


def read(report: Report, sketch: Sketch | None = None) -> Gist:
    """Read a report, by its sketch where that is made already."""
    return Gist(report.title, stories.read(report), (sketch or copies.read(report)).tags)


def pack(gist: Gist) -> bytes:
    """Write a gist as bytes: a line of JSON, then the terms, their weights and the tags; usually some 600.

    The highest bit of a term's weight says whether its Story had said it before.
    """
    evidence = gist.evidence
    at = evidence.published_at.timestamp() if evidence.published_at else None
    head = json.dumps([gist.title, evidence.language, at, evidence.ends], separators=(",", ":"))
    weights = evidence.weights if gist.said is None else evidence.weights | SAID * gist.said.astype(np.uint8)
    arrays = (evidence.terms.astype("<u4"), weights, np.array(gist.tags, "<u4"))
    return b"\n".join((head.encode("ascii"), b"".join(array.tobytes() for array in arrays)))


def unpack(packed: bytes, *, outlet: str) -> Gist:
    """Read what `pack` wrote of a report of an outlet; raises ValueError where that is something else."""
    try:
        return _unpack(packed, outlet)
    except (ArithmeticError, LookupError, OSError, RecursionError, TypeError) as error:
        raise ValueError(f"no gist: {error!r}") from error


def _unpack(packed: bytes, outlet: str) -> Gist:
    head, _, arrays = packed.partition(b"\n")
    title, language, at, ends = json.loads(head)
    count = ends[KINDS - 1]
    if len(arrays) != 5 * count + 4 * KEYS:
        raise ValueError(f"a gist of {len(packed)} bytes is cut off or too long")
    weights = np.frombuffer(arrays, np.uint8, count, 4 * count)
    return Gist(
        title,
        Evidence(
            outlet=outlet,
            language=language,
            published_at=None if at is None else datetime.fromtimestamp(at, UTC),
            terms=np.frombuffer(arrays, "<u4", count).astype(np.uint32),
            weights=weights & ~SAID,
            ends=tuple(ends),
        ),
        tuple(np.frombuffer(arrays, "<u4", KEYS, 5 * count).tolist()),
        weights >= SAID,
    )


@cache
def version() -> bytes:
    """Name the rules and tables by which gists are made here: those made by others say something else."""
    digest = blake2b(f"{unicodedata.unidata_version} {metadata.version('anyascii')}".encode(), digest_size=8)
    for pattern in _READ_BY:
        for file in sorted(_ROOMS.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.digest()
