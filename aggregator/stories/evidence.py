"""What a report's words say of its event, packed: hashed terms of six kinds, with weights. It compares nothing."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..values import Report
from . import features
from .concepts import concepts_of

BITS = 20
"""Of a term's number: a window of 100,000 reports holds about as many terms as this has room, and a shared number
seldom meets in one pair of reports."""
LEAD = 60
"""Words of the lead that count: what follows is background, alike in reports of different events."""
TITLE, BODY = 2, 1
"""What a term of the title weighs beside one of the lead: leads also tell the background."""

WORDS, PIECES, NAMES, PLACES, ACTS, NUMBERS = range(6)
KINDS = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A report's terms: `terms` (uint32) and `weights` (uint8) in the order of their kinds, `ends` where each ends."""

    outlet: str
    language: str
    published_at: datetime | None
    terms: NDArray[Any]
    weights: NDArray[Any]
    ends: tuple[int, ...]

    @property
    def has_text(self) -> bool:
        """Say whether words stand in the report's text alone, and not in its title."""
        return bool((self.weights[: self.ends[WORDS]] != TITLE).any())


def read(report: Report) -> Evidence:
    """Read a report's title and lead."""
    title, lead = features.headline(report.title), features.lead(report, LEAD)
    kinds: list[dict[int, int]] = [{} for _ in range(KINDS)]
    for text, weight in ((lead, BODY), (title, TITLE)):
        for word in features.telling(text):
            stem, pieces = _terms_of(word)
            kinds[WORDS][stem] = weight
            if weight == TITLE:
                kinds[PIECES].update(dict.fromkeys(pieces, TITLE))
        for surface in features.surfaces(text):
            kinds[NUMBERS if surface[2:3].isdigit() else NAMES][number(surface)] = weight
        for concept in concepts_of(text, report.language or ""):
            kinds[PLACES if concept.startswith("in-") else ACTS][number(f"a:{concept}")] = weight
    ordered = [sorted(kind.items()) for kind in kinds]
    flat = [term for kind in ordered for term in kind]
    return Evidence(
        outlet=report.outlet,
        language=report.language or "",
        published_at=report.published_at,
        terms=np.array([term for term, _ in flat], np.uint32),
        weights=np.array([weight for _, weight in flat], np.uint8),
        ends=tuple(np.cumsum([len(kind) for kind in ordered]).tolist()),
    )


def number(term: str) -> int:
    """Give a term's number, the same in every process."""
    return crc32(term.encode("utf-8", "surrogatepass")) >> (32 - BITS)


@lru_cache(maxsize=65536)
def _terms_of(word: str) -> tuple[int, tuple[int, ...]]:
    pieces = features.pieces(features.roman(word))
    return number(f"w:{features.stem(word)}"), tuple(number(f"p:{piece}") for piece in pieces)
