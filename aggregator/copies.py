"""Copies: which Entry reprints which. Pure, in two calls: candidates by keys, then the proof by their texts."""

import hashlib
import re
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from .stories.features import text_of
from .values import Event, Report

SPAN = timedelta(days=14)
"""How long a report may find its copies: the window of the story engine."""
SHINGLE = 5
"""Words of a run that is compared: shorter ones are shared by reports of one event that copy nothing."""
SKETCH = 8
"""Smallest hashes of a text's runs by which reprints under another title are found."""
CONTAINED = 0.5
"""The share of the shorter text's runs, found in the other, that makes it a copy: on labelled near-duplicates it found
every reprint shortened by a quarter, and no random pair."""
FEW_WORDS = 5
"""A title shorter than this is no proof where texts are missing: "Live updates" is nobody's reprint."""
LITTLE_TEXT = 12
"""Words below which a text proves nothing."""

_WORD = re.compile(r"\w+")


class Originals:
    """The reports that others may be copies of, by their keys, as a function of the log up to now."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Event]] = {}
        self._order: deque[tuple[Event, tuple[str, ...]]] = deque()

    def candidates(self, event: Event, report: Report) -> tuple[Event, ...]:
        """Give the arrivals that a report may be a copy of, the oldest first."""
        self._forget_before(event.at - SPAN)
        found = {self._by_key[key][0] for key in keys(report) if key in self._by_key}
        return tuple(sorted(found, key=lambda original: original.seq))

    def take(self, event: Event, report: Report) -> None:
        """Take in a report that is no copy; the first to hold a key is found by it."""
        own = keys(report)
        self._order.append((event, own))
        for key in own:
            self._by_key.setdefault(key, []).append(event)

    def _forget_before(self, moment: datetime) -> None:
        while self._order and self._order[0][0].at < moment:
            event, own = self._order.popleft()
            for key in own:
                self._by_key[key].remove(event)
                if not self._by_key[key]:
                    del self._by_key[key]


def keys(report: Report) -> tuple[str, ...]:
    """Give the keys under which a report's copies would be found: its address, its title, and a sketch of its text."""
    found = [f"u:{report.url}"] if report.url else []
    title = _folded(report.title)
    if title:
        found.append(f"t:{' '.join(title)}")
    runs = shingles(text_of(report))
    return (*found, *(f"s:{value:x}" for value in sorted(runs)[:SKETCH]))


def verify(report: Report, candidates: Sequence[Report]) -> int | None:
    """Give the Entry that a report is a copy of: the first candidate with its address or its words; None if none."""
    runs = shingles(text_of(report)) if candidates else frozenset()
    return next((other.entry for other in candidates if _is_copy(report, runs, other)), None)


def shingles(text: str) -> frozenset[int]:
    """Give the hashed runs of a text's words; none for a text too short to prove anything."""
    words = _folded(text)
    if len(words) < LITTLE_TEXT:
        return frozenset()
    runs = (" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
    return frozenset(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest()) for run in runs)


def _is_copy(report: Report, own: frozenset[int], other: Report) -> bool:
    title, theirs = _folded(report.title), _folded(other.title)
    shared = len(set(title) & set(theirs)) * 2 >= min(len(set(title)), len(set(theirs)))
    is_there = report.url is not None and report.url == other.url
    # Alerts come in turn at one address: within one outlet an address alone is no proof.
    if is_there and (shared or report.outlet != other.outlet):
        return True
    if report.published_at and other.published_at and abs(report.published_at - other.published_at) > SPAN:
        return False
    # An outlet that ends all its texts alike copies nothing: the title or the address must speak for it too.
    if report.outlet == other.outlet and not (shared or is_there):
        return False
    original = shingles(text_of(other))
    if own and original:
        return len(own & original) / min(len(own), len(original)) >= CONTAINED
    return report.outlet != other.outlet and len(title) >= FEW_WORDS and title == theirs


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
