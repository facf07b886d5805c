"""What of a report finds its Copies: some numbers, made once of its address, its title and its text. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np

from ..stories.features import telling_stems
from ..values import Report
from .words import SPACED, Hashes, Measures, folded, mixed, number, runs, text_of

ROWS = 2
"""Smallest hashes that make one band."""
BANDS = 20
"""Bands of a whole text. Two texts that share the part J of their runs meet in one with 1 - (1 - J^ROWS)^BANDS: .85 at
.3, .97 at .4, .997 at .5, which is a text cut by half."""
LEAD_BANDS = 8
"""Bands of a text's beginning: .90 at .5. They find what is cut to some lines, which shares little of the whole."""
KEYS = 2 + BANDS + LEAD_BANDS
"""Tags of a report: those of its address and of its title, then the bands."""
TITLE = 1000
"""Letters of a title that count."""


def _family(count: int) -> tuple[Hashes, Hashes]:
    numbers = mixed(np.arange(1, 2 * count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return numbers[:count] | np.uint64(1), numbers[count:]


# One universal family, x -> a x + b modulo 2^64 with odd a. Its numbers never change: stored logs are replayed with it.
_A, _B = _family(ROWS * BANDS)
_ROWS = mixed(np.arange(1, ROWS + 1, dtype=np.uint64)) | np.uint64(1)
_PLACES = mixed(np.arange(1, KEYS + 1, dtype=np.uint64))


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A report's words, as they are compared."""

    report: Report
    title: tuple[str, ...]
    """Its folded words."""
    measure: Measures
    """Of the title."""
    url: str
    """Its address without what differs between spellings of one; "" for none."""
    runs: Hashes
    """Of the text, in order."""
    text: Measures
    """Of the text."""

    @property
    def lead(self) -> int:
        """Tell how many of the runs are of the text's beginning."""
        return self.text.lead - self.text.run + 1


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A report, read once for all that is asked of it here."""

    wording: Wording
    tags: tuple[int, ...]
    """One of 32 bits for each key; 0 where there is none."""


def wording(report: Report) -> Wording:
    """Read a report's words."""
    title, measure = folded(report.title[:TITLE])
    words, by = folded(text_of(report))
    url = same_address(report.url) if report.url else ""
    return Wording(report, tuple(title), measure, url, runs(words, by), by)


def read(report: Report) -> Sketch:
    """Read a report, with the tags by which its Copies are found."""
    read = wording(report)
    tags = np.zeros(KEYS, np.uint64)
    if read.url:
        tags[0] = number(read.url)
    if read.title:
        tags[1] = number(" ".join(read.title))
    has_runs = len(read.runs) > 0
    if has_runs:
        hashes = read.runs[:, None] * _A + _B
        smallest = (hashes.min(axis=0), hashes[: read.lead, : ROWS * LEAD_BANDS].min(axis=0))
        tags[2:] = (mixed(np.concatenate(smallest)).reshape(-1, ROWS) * _ROWS).sum(axis=1)
    is_there = (bool(read.url), bool(read.title), *[has_runs] * (KEYS - 2))
    found = (mixed(tags ^ _PLACES) >> np.uint64(32)).tolist()
    return Sketch(read, tuple((tag or 1) if there else 0 for tag, there in zip(found, is_there, strict=True)))


def telling(read: Wording) -> frozenset[str]:
    """Give what of a title tells anything: the stems of its words, or pairs of characters where no blanks part them."""
    if read.measure is SPACED:
        return telling_stems(read.report.title[:TITLE])
    return frozenset("".join(read.title[at : at + 2]) for at in range(max(1, len(read.title) - 1)))


def same_address(url: str) -> str:
    """Give an address without scheme, "www." and closing slash: http and https lead to one article."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url
    rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    return f"{host}{port}{parts.path.rstrip('/')}{rest}"
