"""Holds the reports of the window, packed, with an index by their terms. It decides nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import neg
from typing import Any

import numpy as np

from . import background
from .evidence import ACTS, BITS, KINDS, NAMES, NUMBERS, PLACES, TITLE, WORDS, Evidence
from .tape import Numbers, Tape
from .vectors import Vectors

RARE = 12
"""The rarest terms of a report by which others like it are looked up ..."""
POSTINGS = 400
"""... in so many reports, those of the rarest terms first and of each the newest, so that the cost of a report stays
bounded as the window grows."""
INDEXED = (NAMES, PLACES, ACTS, NUMBERS)
SAID = np.uint8(128)
"""Beside a term's weight: the report's story had said it before."""
PRIOR = 5000
"""Reports that the window is supposed to hold beside its own, with the words that usual news have: two texts alone are
scored sensibly."""

_SLOT = np.dtype(
    [
        ("at", "i8"),
        ("came", "i8"),
        ("start", "i8"),
        ("posted", "i8"),
        ("story", "i4"),
        ("before", "i4"),
        ("outlet", "i4"),
        ("language", "i2"),
        ("ends", "u2", (KINDS,)),
    ]
)


@dataclass(frozen=True, slots=True)
class Row:
    """One report as the shelf holds it; times in seconds since 1970."""

    entry: int
    at: int
    """When it was published, as far as that can be believed."""
    came: int
    evidence: Evidence


class Shelf:
    """Reports by their slot, a number that grows."""

    def __init__(self) -> None:
        self.slots = Tape(_SLOT)
        self._entries = Tape(np.int64)
        self._terms = Tape(np.uint32)
        self._weights = Tape(np.uint8)
        self._posted = Tape(np.int32)
        """Slots, each under one of its terms ..."""
        self._earlier = Tape(np.int32)
        """... and the position of the posting before it under the same term."""
        self._newest = np.full(1 << BITS, -1, np.int32)
        self._seen = np.zeros(1 << BITS, np.int32)
        self._usual = background.shares() * PRIOR + 0.5
        self._log = np.log(self._usual).astype(np.float32)
        self.vectors = Vectors()
        self.oldest = 0
        """The oldest slot still in the window."""
        self._outlets: dict[str, int] = {}
        self._languages: dict[str, int] = {}

    def __len__(self) -> int:
        return self.slots.end - self.oldest

    def terms(self, slots: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Give the terms of reports one after the other, their weights, and each kind's ends (n x KINDS)."""
        rows = self.slots.at(slots)
        starts, ends = rows["start"], rows["ends"].astype(np.int64)
        sizes = ends[:, -1]
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        places = np.repeat(starts - offsets[:-1], sizes) + np.arange(offsets[-1])
        return self._terms.at(places), self._weights.at(places) & ~SAID, ends + offsets[:-1, None]

    def evidence(self, slot: int) -> tuple[Numbers, Numbers, Numbers]:
        """Give one report's terms, weights and ends of kinds."""
        row = self.slots.one(slot)
        start, ends = int(row["start"]), row["ends"]
        upto = start + int(ends[-1])
        return self._terms.span(start, upto), self._weights.span(start, upto) & ~SAID, ends

    def said(self, slot: int) -> Numbers:
        """Say which of a report's terms its story had said before, when it came."""
        row = self.slots.one(slot)
        start = int(row["start"])
        return self._weights.span(start, start + int(row["ends"][-1])) >= SAID

    def put(self, row: Row, story: int, before: int, *, said: Numbers | None = None) -> int:
        """Put a report at the end, as the newest of a story whose last one was in slot `before` (-1: none).

        The terms that its story had `said` before (a mask; none) do not count once more: a word is as rare as the
        events that it tells of, however many reports each has.
        """
        evidence = row.evidence
        start = self._terms.extend(evidence.terms)
        self._weights.extend(evidence.weights if said is None else evidence.weights | SAID * said.astype(np.uint8))
        one = np.zeros(1, _SLOT)
        one["at"], one["came"], one["start"] = row.at, row.came, start
        one["story"], one["before"], one["ends"] = story, before, evidence.ends
        one["posted"] = self._posted.end
        one["outlet"] = self._outlets.setdefault(evidence.outlet, len(self._outlets))
        one["language"] = self.language(evidence.language)
        slot = self.slots.extend(one)
        self._entries.extend(np.array([row.entry]))
        new = evidence.terms if said is None else evidence.terms[~said]
        self._seen[new] += 1
        self._log[new] = np.log(self._seen[new] + self._usual[new])
        indexed = np.concatenate(list(_parts(evidence.terms, evidence.weights, evidence.ends)))
        first = self._posted.extend(np.full(len(indexed), slot, np.int32))
        self._earlier.extend(self._newest[indexed])
        self._newest[indexed] = np.arange(first, first + len(indexed), dtype=np.int32)
        return slot

    def drop_oldest(self) -> None:
        """Let the oldest report go."""
        row = self.slots.one(self.oldest)
        start, end = int(row["start"]), int(row["start"]) + int(row["ends"][-1])
        terms = self._terms.span(start, end)[self._weights.span(start, end) < SAID]
        self._seen[terms] -= 1
        self._log[terms] = np.log(self._seen[terms] + self._usual[terms])
        self.oldest += 1
        self._terms.let_go(end)
        self._weights.let_go(end)
        self.vectors.drop(self.oldest - 1)
        self.slots.let_go(self.oldest)
        self._entries.let_go(self.oldest)
        first = int(self.slots.one(self.oldest)["posted"]) if len(self) else self._posted.end
        self._posted.let_go(first)
        self._earlier.let_go(first)

    def slot_of(self, entry: int) -> int | None:
        """Give the slot of an Entry's report, if it is in the window."""
        entries = self._entries.span(self.oldest, self._entries.end)
        place = int(np.searchsorted(entries, entry))
        if place == len(entries) or entries[place] != entry:
            # Entries come in the order of their numbers, but for those that were skipped at first.
            found = np.flatnonzero(entries == entry)
            if not len(found):
                return None
            place = int(found[0])
        return self.oldest + place

    def entries_of(self, slots: Sequence[int]) -> Numbers:
        """Give the Entries of reports."""
        return self._entries.at(np.array(slots))

    def stories_of(self, slots: Sequence[int]) -> list[int]:
        """Give the stories of reports."""
        return self.slots.at(np.array(slots, np.int64))["story"].tolist()  # type: ignore[no-any-return]

    def numbers(self, evidence: Evidence) -> tuple[int, int]:
        """Give the numbers by which a report's outlet (-1: unknown) and language are held."""
        return self._outlets.get(evidence.outlet, -1), self.language(evidence.language)

    def language(self, tag: str) -> int:
        """Give the number by which a language is held."""
        return self._languages.setdefault(tag, len(self._languages))

    def language_of(self, slot: int) -> str:
        """Give the language of a report."""
        number = int(self.slots.one(slot)["language"])
        return next(tag for tag, held in self._languages.items() if held == number)

    def weight(self, terms: Numbers) -> Numbers:
        """Give how telling terms are: the rarer in the window and in usual news, the heavier."""
        return np.float32(np.log(len(self) + PRIOR + 1)) - self._log[terms]

    def like(self, evidence: Evidence) -> dict[int, float]:
        """Give the slots of reports that share rare terms with this one, each with the weight of what they share."""
        return self._sharing(np.concatenate(list(_parts(evidence.terms, evidence.weights, evidence.ends))))

    def like_slot(self, slot: int) -> dict[int, float]:
        """Give the same for a report that is on the shelf, without itself."""
        found = self._sharing(np.concatenate(list(_parts(*self.evidence(slot)))))
        found.pop(slot, None)
        return found

    def near_slot(self, slot: int, most: int) -> list[int]:
        """Give the slots of the reports whose vectors are nearest to that of one on the shelf."""
        vector, there = self.vectors.of(np.array([slot]))
        return [one for one in self.vectors.near(vector[0], most + 1) if one != slot] if there[0] else []

    def _sharing(self, indexed: Numbers) -> dict[int, float]:
        weights = self.weight(indexed)
        order = np.lexsort((indexed, -weights))[:RARE]
        found: dict[int, float] = {}
        # Read one by one, which a memoryview does three times as fast as an array.
        posted, earlier = self._posted.held.data, self._earlier.held.data
        base, oldest = self._posted.base, self.oldest
        left = POSTINGS
        newest = (self._newest[indexed[order]] - base).tolist()
        for position, weight in zip(newest, weights[order].tolist(), strict=True):
            while position >= 0 and left:
                slot = posted[position]
                if slot < oldest:
                    break
                found[slot] = found.get(slot, 0.0) + weight
                position = earlier[position] - base
                left -= 1
        return found


def _parts(terms: Numbers, weights: Numbers, ends: Sequence[int] | Numbers) -> Iterable[Numbers]:
    """Give the terms by which a report is found: its title's words, and all its names, acts and numbers."""
    words = slice(0, ends[WORDS])
    yield terms[words][weights[words] == TITLE]
    for kind in INDEXED:
        yield terms[ends[kind - 1] : ends[kind]]


def likest(shared: Mapping[int, float], most: int, then: Callable[[int], Any] = neg) -> list[int]:
    """Give the numbers that share most, in order; of those that share alike the first by `then`, which is asked of the
    best alone: the newest, which are the highest, where nothing else is given.
    """
    least = min(nlargest(most, shared.values()), default=0.0)
    best = [one for one, value in shared.items() if value >= least]
    return sorted(best, key=lambda one: (-shared[one], then(one)))[:most]
