"""Remembers what the reports of each Story tell, packed, with an index by their terms. It compares nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from ..stories import background
from ..stories.evidence import ACTS, BITS, NAMES, PLACES, TITLE, WORDS, Evidence
from ..stories.features import headline
from ..stories.tape import Numbers, Tape

SPAN = timedelta(days=42)
"""How long a report is remembered, twice as long as a Topic waits for a Story: trials and coalitions go on at long
intervals, and of those that were labelled a third is not told three times within three weeks."""
FACTORS = {WORDS: 4, NAMES: 4, PLACES: 14, ACTS: 4}
"""What a term of each kind weighs: a subject has its place, and what happens alike elsewhere is another subject. Places
as heavy as other terms left two thirds of the labelled Topics unfound; much heavier ones made a country one Topic."""
IN_TITLE, IN_LEAD = 3, 2
"""What a term of the title weighs beside one of the lead."""
TERMS = 24
"""Terms of a report that are kept, those that are usually the most telling ..."""
POSTED = 8
"""... and those by which it is found."""
LETTERS = 160
"""Bytes of a title that are kept: Topics are named by them."""
NEWEST = 12
"""Reports that a Story is judged by: its newest."""
PRIOR = 1000
"""Reports that are supposed to be known beside those seen, with the words that usual news have."""

_TERM = np.uint32((1 << BITS) - 1)
_SLOT = np.dtype(
    [("entry", "i8"), ("came", "i8"), ("day", "i4"), ("story", "i4"), ("before", "i4"), ("outlet", "i4"),
     ("start", "i8"), ("posted", "i8"), ("title", "i8"), ("is_local", "?")]
)  # fmt: skip
_STORY = np.dtype([("id", "S40"), ("last", "i4"), ("topic", "i4")])


class Told(NamedTuple):
    """What a Story's newest reports tell, term by term, in the order of the terms' numbers."""

    terms: Numbers
    weights: Numbers
    """The mean over its reports."""
    first: int
    """The slot of the oldest of them."""
    newest: int
    """When the last one came, in seconds since 1970."""
    reports: int
    outlets: frozenset[int]
    days: frozenset[int]


class Memory:
    """Reports by their slot and Stories by their number; both grow."""

    def __init__(self) -> None:
        self._slots = Tape(_SLOT)
        self._terms = Tape(np.uint32)
        """Terms, their weights in the bits above."""
        self._posted = Tape(np.int32)
        """Slots, each under one of its terms ..."""
        self._earlier = Tape(np.int32)
        """... and the position after the posting before it under the same term."""
        self._titles = Tape(np.uint8)
        self._stories = Tape(_STORY)
        self._number: dict[str, int] = {}
        self._newest = np.zeros(1 << BITS, np.int32)
        self._seen = np.zeros(1 << BITS, np.int32)
        self._outlets: dict[str, int] = {}
        self.oldest = 0
        """The oldest slot that is remembered."""
        self._first = 0
        """The first Story that may have reports."""

    def put(self, story: str, entry: int, came: datetime, evidence: Evidence, title: str, *, is_local: bool) -> int:
        """Take in a report of a Story, and give the Story's number."""
        number = self._number.get(story)
        if number is None:
            number = self._number[story] = self._open(story)
        told = self._stories.one(number)
        packed, best = _chosen(evidence)
        words = np.frombuffer(headline(title).encode("utf-8", "replace")[:LETTERS], np.uint8)
        one: Any = np.zeros(1, _SLOT)
        one["entry"], one["came"] = entry, int(came.timestamp())
        one["story"], one["before"] = number, told["last"]
        published = min(evidence.published_at or came, came)
        one["day"] = published.astimezone(UTC).toordinal()
        one["outlet"] = self._outlets.setdefault(evidence.outlet, len(self._outlets))
        one["start"] = self._terms.extend(packed)
        one["title"], one["is_local"] = self._titles.extend(words), is_local
        slot = self._slots.end
        one["posted"] = first = self._posted.extend(np.full(len(best), slot, np.int32))
        self._earlier.extend(self._newest[best])
        self._newest[best] = np.arange(first + 1, first + 1 + len(best), dtype=np.int32)
        self._seen[packed & _TERM] += 1
        told["last"] = self._slots.extend(one)
        return number

    def forget_before(self, moment: datetime) -> None:
        """Let the reports that came before `moment` go, and the Stories that have none any more."""
        limit, start = moment.timestamp(), self.oldest
        while self.oldest < self._slots.end and self._slots.one(self.oldest)["came"] < limit:
            self._seen[self._terms.span(*self._span(self.oldest, "start", self._terms)) & _TERM] -= 1
            self.oldest += 1
        if self.oldest == start:
            return
        for tape, field in ((self._terms, "start"), (self._posted, "posted"), (self._earlier, "posted"),
                            (self._titles, "title")):  # fmt: skip
            tape.let_go(int(self._slots.one(self.oldest)[field]) if self.oldest < self._slots.end else tape.end)
        self._slots.let_go(self.oldest)
        stories = self._stories
        while self._first < stories.end and stories.one(self._first)["last"] < self.oldest:
            id = self.id_of(self._first)
            if self._number.get(id) == self._first:
                del self._number[id]
            self._first += 1
        stories.let_go(self._first)

    def merge(self, winner: str, loser: str) -> int | None:
        """Give one Story's reports to another, and give the other's number; None where neither has any."""
        lost = self._number.pop(loser, None)
        if lost is None:
            return self._number.get(winner)
        won = self._number.get(winner)
        if won is None:
            won = self._number[winner] = self._open(winner)
        self._tie(won, [*self.slots(won), *self.slots(lost)])
        self._tie(lost, ())
        return won

    def move(self, moves: Sequence[tuple[int, str, str]]) -> set[int]:
        """Give reports (Entry, its Story, another one), those that are here, to others; give all Stories' numbers."""
        to = {entry: story for entry, _, story in moves}
        held: dict[int, list[int]] = {}
        for before in dict.fromkeys(before for _, before, _ in moves):
            number = self._number.get(before)
            if number is not None:
                held[number] = list(self.slots(number))
        for number, slots in list(held.items()):
            leaving = [slot for slot in slots if int(self._slots.one(slot)["entry"]) in to]
            held[number] = sorted({*held[number]} - {*leaving})
            for slot in leaving:
                story = to[int(self._slots.one(slot)["entry"])]
                if story not in self._number:
                    self._number[story] = self._open(story)
                joined = self._number[story]
                if joined not in held:
                    held[joined] = list(self.slots(joined))
                held[joined].append(slot)
        for number, slots in held.items():
            self._tie(number, slots)
        return set(held)

    def _tie(self, story: int, slots: Iterable[int]) -> None:
        """Make these a Story's reports."""
        before = -1
        for slot in sorted(slots):
            row = self._slots.one(slot)
            row["story"], row["before"] = story, before
            before = slot
        self._stories.one(story)["last"] = before

    def _open(self, id: str) -> int:
        one: Any = np.zeros(1, _STORY)
        one["id"], one["last"], one["topic"] = id.encode(), -1, -1
        return self._stories.extend(one)

    def number(self, id: str) -> int | None:
        """Give a Story's number, if it has reports here."""
        return self._number.get(id)

    def id_of(self, story: int) -> str:
        """Give a Story's id."""
        return bytes(self._stories.one(story)["id"]).decode()

    def topic_of(self, story: int) -> int:
        """Give the number of a Story's Topic, -1 for none."""
        return int(self._stories.one(story)["topic"])

    def put_topic(self, story: int, topic: int) -> None:
        """Note which Topic a Story is in."""
        self._stories.one(story)["topic"] = topic

    def newest(self, story: int) -> int:
        """Give the slot of a Story's newest report: what puts Stories in order, whatever their numbers are."""
        return int(self._stories.one(story)["last"]) if story >= self._stories.base else -1

    def came(self, slot: int) -> int:
        """Give when a report came, in seconds since 1970."""
        return int(self._slots.one(slot)["came"])

    def slots(self, story: int, most: int | None = None) -> Iterator[int]:
        """Give the slots of a Story's reports, the newest first."""
        slot, left = self.newest(story), -1 if most is None else most
        while slot >= self.oldest and left:
            yield slot
            slot, left = int(self._slots.one(slot)["before"]), left - 1

    def size(self, story: int, most: int) -> int:
        """Count a Story's reports, up to `most`."""
        return sum(1 for _ in self.slots(story, most))

    def told(self, story: int) -> Told:
        """Give what a Story's newest reports tell."""
        slots = list(self.slots(story, NEWEST))
        packed = np.concatenate([self._terms.span(*self._span(slot, "start", self._terms)) for slot in slots])
        terms, place = np.unique(packed & _TERM, return_inverse=True)
        rows = [self._slots.one(slot) for slot in slots]
        return Told(
            terms=terms,
            weights=np.bincount(place, packed >> BITS, len(terms)) / len(slots),
            first=slots[-1],
            newest=int(rows[0]["came"]),
            reports=len(slots),
            outlets=frozenset(int(row["outlet"]) for row in rows),
            days=frozenset(int(row["day"]) for row in rows),
        )

    def titles(self, story: int) -> list[tuple[str, bool]]:
        """Give the titles of a Story's newest reports, each with whether it is in the site's language."""
        return [
            (
                self._titles.span(*self._span(slot, "title", self._titles)).tobytes().decode("utf-8", "ignore"),
                bool(self._slots.one(slot)["is_local"]),
            )
            for slot in self.slots(story, NEWEST)
        ]

    def rarity(self, terms: Numbers) -> Numbers:
        """Give how telling terms are: the rarer among the reports and in usual news, the more."""
        known = self._seen[terms] + background.shares()[terms] * PRIOR + 0.5
        rarity: Numbers = np.log((self._slots.end - self.oldest + PRIOR + 1) / known)
        return rarity

    def holding(self, term: int, most: int) -> Iterator[int]:
        """Give the Stories of the newest reports that are found by a term, a Story for each of its reports."""
        position = int(self._newest[term]) - 1
        while position >= self._posted.base and most:
            slot = int(self._posted.one(position))
            if slot < self.oldest:
                return
            yield int(self._slots.one(slot)["story"])
            position, most = int(self._earlier.one(position)) - 1, most - 1

    def _span(self, slot: int, field: str, tape: Tape) -> tuple[int, int]:
        end = self._slots.one(slot + 1)[field] if slot + 1 < self._slots.end else tape.end
        return int(self._slots.one(slot)[field]), int(end)


def _chosen(evidence: Evidence) -> tuple[Numbers, Numbers]:
    """Give the terms of a report that are kept, with their weights, and those that it is found by.

    What is usual decides, and not what was seen: a report must leave the same behind whenever it is read.
    """
    sizes = np.diff(evidence.ends, prepend=0)
    factors = np.repeat([FACTORS.get(kind, 0) for kind in range(len(sizes))], sizes)
    weights = np.where(evidence.weights == TITLE, IN_TITLE, IN_LEAD) * factors
    rarity = np.log(background.shares()[evidence.terms])
    order = np.lexsort((evidence.terms, np.round(weights * rarity, 6)))[:TERMS]
    order = order[weights[order] > 0]
    # A number that two kinds share by chance stands once.
    _, first = np.unique(evidence.terms[order], return_index=True)
    order = order[np.sort(first)]
    terms = evidence.terms[order]
    return terms | (weights[order].astype(np.uint32) << BITS), terms[:POSTED]
