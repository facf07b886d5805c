"""The reports that others may be Copies of, in packed arrays, as a function of the log up to now. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from ..values import Event
from .postings import Postings
from .sketch import KEYS, Sketch

SPAN = timedelta(days=14)
"""How long a report may find its Copies: the window of the story engine."""
MOST = 500_000
"""Reports that are held: beyond it, the oldest leave before their time."""
CANDIDATES = 8
"""Arrivals that are worth a look at their texts."""

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIELDS = np.dtype([("seq", "i8"), ("at", "i8"), ("entry", "i8"), ("revision", "i4"), ("outlet", "i4")])
# An address tells more than any band: in a crowd of those that share some, it comes first.
_WEIGHTS = (KEYS, *[1] * (KEYS - 1))


class Originals:
    """The reports that are no Copies: about 400 bytes each, at most MOST, of the last SPAN."""

    def __init__(self) -> None:
        self._postings = Postings(KEYS)
        self._events = np.zeros(self._postings.size, _FIELDS)
        self._outlets: dict[str, int] = {}
        self._names: list[str] = []

    def candidates(self, event: Event, sketch: Sketch) -> tuple[Event, ...]:
        """Give the arrivals that a report may be a Copy of, the likeliest first, at most CANDIDATES.

        They come without their `mint`: nothing starts with them a second time.
        """
        self._forget_before(event.at - SPAN)
        found = self._postings.find(sketch.tags, _WEIGHTS)
        best = sorted(found, key=lambda row: (-found[row], row))[:CANDIDATES]
        return tuple(self._event(row) for row in best)

    def take(self, event: Event, tags: Sequence[int]) -> None:
        """Take in a report that is no Copy, by the tags of its sketch."""
        self._forget_before(event.at - SPAN)
        if self._postings.next - self._postings.oldest == MOST:
            self._postings.oldest += 1
        row = self._postings.add(tags)
        if self._postings.size != len(self._events):
            self._move()
        outlet = self._outlets.setdefault(event.outlet, len(self._outlets))
        if outlet == len(self._names):
            self._names.append(event.outlet)
        fields = (event.seq, (event.at - _BEGIN) // _TICK, event.entry, event.revision, outlet)
        self._events[row % len(self._events)] = fields

    def _event(self, row: int) -> Event:
        seq, at, entry, revision, outlet = self._events[row % len(self._events)].item()
        moment = _BEGIN + at * _TICK
        return Event(seq, moment, "entry", entry, revision, mint="", outlet=self._names[outlet])

    def _forget_before(self, moment: datetime) -> None:
        postings, limit = self._postings, (moment - _BEGIN) // _TICK
        while postings.oldest < postings.next and self._at(postings.oldest) < limit:
            postings.oldest += 1

    def _at(self, row: int) -> int:
        return int(self._events["at"][row % len(self._events)])

    def _move(self) -> None:
        """Follow the postings into their larger ring; the newest row is not written yet."""
        rows = np.arange(self._postings.oldest, self._postings.next - 1)
        events = np.zeros(self._postings.size, _FIELDS)
        events[rows % len(events)] = self._events[rows % len(self._events)]
        self._events = events
