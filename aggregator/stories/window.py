"""Places one report at a time in its Story, from the log alone. It knows no store and no clock, and mints nothing."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ..curate import Bonds
from ..values import Event, Merge, Placement, Split, derived
from .evidence import Evidence
from .likeness import Comparer, Reports
from .repair import Repair, sample
from .shelf import Row, Shelf, likest
from .tape import Numbers, Tape
from .vectors import Vectors, centred

SPAN = timedelta(days=14)
"""How long a report stays in the window: hardly a report of labelled news tells an event two weeks old."""
CANDIDATES = 40
"""Reports that share most with a new one ..."""
NEAREST = 16
"""... and those whose vectors are nearest to its own ..."""
STORIES = 12
"""... whose Stories it is compared with, at most so many ..."""
LAST = 8
"""... each by its newest members and, of a large one, some from its beginning."""
BEST = 0.5
"""The weight of the likest member; the mean of the members has the rest."""
JOIN = 0.25
"""Likelihood from which a report that is a title alone joins a Story ..."""
JOIN_BY_MORE = 0.34
"""... and from which one with a lead or a vector does, which are surer."""
LEAVE = 0.15
"""Likelihood below which a report whose vector has come leaves the Story that it joined by its words."""
EVERY = 200
"""Reports between two repairs, where none is asked for earlier ..."""
AT_LEAST_EVERY = 3 * 86400
"""... and a repair is due with the first report of each such span, in seconds: where news is sparse, what should be
joined would have left the window before so many reports came."""

TOLD = 16
"""Members by which it is judged what a Story has said before."""
LARGE = 32
"""Reports from which a Story's members are kept as a list."""

_STORY = np.dtype([("id", "S40"), ("last", "i4")])


class Window:
    """The reports and Stories of the last two weeks, as a function of the log up to now.

    What `bonds` hold it obeys, and tells them which of their Entries go elsewhere.
    """

    def __init__(self, bonds: Bonds | None = None) -> None:
        self.span = SPAN
        self._bonds = Bonds() if bonds is None else bonds
        self.shelf = Shelf()
        self.comparer = Comparer(self.shelf)
        self._stories = Tape(_STORY)
        self._known: dict[str, int] | None = None
        """Stories by their ids, while a window is restored."""
        self._touched: list[int] = []
        """Slots of the reports that came, or whose vectors came, since the last repair."""
        self._large: dict[int, list[int]] = {}
        """The members of large Stories, which would take long to walk through at each report."""

    def place(self, event: Event, evidence: Evidence, *, copy_of: int | None = None) -> Placement:
        """Decide where a report belongs: its original's Story, the Story that tells its event, or a new one."""
        self._known = None
        self.forget_before(event.at - SPAN)
        original = self.shelf.slot_of(copy_of) if copy_of is not None else None
        if original is not None:
            return Placement(event.entry, self.id_of(self.story_of(original)), starts=False, copy_of=copy_of)
        row = row_of(event.entry, event.at, evidence)
        best = self._best(self.comparer.asked(evidence, row.at), self._groups(self.shelf.like(evidence)))
        if best is not None and best[0] >= (JOIN_BY_MORE if evidence.has_text else JOIN):
            self._touched.append(self._put(row, best[1]))
            return Placement(event.entry, self.id_of(best[1]), starts=False)
        self._touched.append(self._put(row, self._open(event.mint)))
        return Placement(event.entry, event.mint, starts=True)

    def hear(self, event: Event, vector: bytes) -> Placement | Merge | None:
        """Take in a report's vector, and say where the report belongs now, if not where it is."""
        slot = self.take_vector(event, vector)
        if slot is None:
            return None
        own = self.story_of(slot)
        groups = self._groups(self.shelf.like_slot(slot), self.shelf.near_slot(slot, NEAREST))
        groups[own] = set(sample(self.members(own), LAST))
        others = {story: held - {slot} for story, held in groups.items() if held - {slot}}
        alone = own not in others
        if (not alone and self._bonds.is_bound(event.entry)) or (alone and self._bonds.is_marked(self.id_of(own))):
            return None
        if alone:
            others = {story: held for story, held in others.items() if self._may_join(own, story)}
        report = self.comparer.held(np.array([slot]))
        best = self._best(report, others)
        now = self._best(report, {own: others[own]}) if not alone else None
        held = now[0] if now is not None else 0.0
        if best is not None and best[1] != own and best[0] >= max(JOIN_BY_MORE, held):
            if alone:
                return self._joined(best[1], own)
            self._move(slot, own, best[1])
            return Placement(event.entry, self.id_of(best[1]), starts=False)
        if alone or held >= LEAVE:
            return None
        self._move(slot, own, self._open(event.mint))
        return Placement(event.entry, event.mint, starts=True)

    @property
    def touched(self) -> int:
        """Count the reports that came since the last repair."""
        return len(self._touched)

    @property
    def is_due(self) -> bool:
        """Say whether so many came, or so late, that the next repair is due, even if nobody asks for it."""
        return len(self._touched) >= EVERY or (bool(self._touched) and self._is_first_of_its_span())

    def repaired(self) -> None:
        """Take in that a repair was made."""
        self._touched = []

    def repair(self, mint: str) -> tuple[tuple[Merge, ...], tuple[Split, ...]]:
        """Join the Stories that have grown together since the last repair, and part those that tell two events; the ids
        of what begins by that come from `mint`.
        """
        slots, self._touched = [slot for slot in self._touched if slot >= self.shelf.oldest], []
        pass_ = Repair(
            self.comparer,
            self.members,
            may_join=self._may_join,
            stays=lambda story: self._bonds.is_marked(self.id_of(story)),
        )
        merges = []
        for winner, loser in pass_.run(sorted({self.story_of(slot) for slot in slots}, key=self._newest)):
            merges.append(self._joined(winner, loser))
            pass_.changed(winner, loser)
        return tuple(merges), tuple(self._split(pass_, slots, mint))

    def _split(self, pass_: Repair, slots: Sequence[int], mint: str) -> Iterator[Split]:
        todo = sorted({self.story_of(slot) for slot in slots}, key=self._newest)
        while todo:
            story = todo.pop(0)
            id = self.id_of(story)
            leaving = [] if self._bonds.holds(id) else pass_.parted(story)
            if leaving:
                start = derived(mint, "part", f"{id} {int(self.shelf.entries_of(leaving[:1])[0])}")
                stay = sorted({*self.members(story)} - {*leaving})
                new = self._open(start)
                self._tie(new, leaving)
                self._tie(story, stay)
                pass_.changed(story)
                todo += [story, new]
                yield Split(id, start, tuple(self.shelf.entries_of(leaving).tolist()))

    def assign(self, stories: Mapping[int, str]) -> None:
        """Put Entries, those that are here, into Stories as an editor says; no repair is asked for by that."""
        numbers = self._numbers()
        found = {slot: id for entry, id in stories.items() if (slot := self.shelf.slot_of(entry)) is not None}
        held: dict[int, set[int]] = {}
        for slot, id in found.items():
            if id not in numbers:
                numbers[id] = self._open(id)
            for story in (self.story_of(slot), numbers[id]):
                if story not in held:
                    held[story] = set(self.members(story))
            held[self.story_of(slot)].discard(slot)
            held[numbers[id]].add(slot)
        for story, members in held.items():
            self._tie(story, sorted(members))

    def take(self, event: Event, evidence: Evidence, story: str, *, said: Numbers | None = None) -> None:
        """Take in a report, no copy, that was placed before, with the terms that its Story had `said` then."""
        if self._known is None:
            self._known = self._numbers()
        if story not in self._known:
            self._known[story] = self._open(story)
        row = row_of(event.entry, event.at, evidence)
        self._touched.append(self._put(row, self._known[story], none_of(row) if said is None else said))

    def take_vector(self, event: Event, vector: bytes) -> int | None:
        """Take in a report's vector, and give the report's slot; None where that is not here, or the vector is odd."""
        slot = self.shelf.slot_of(event.entry)
        if slot is None:
            return None
        told = centred(vector, self.shelf.language_of(slot), event.model)
        if not self.shelf.vectors.fits(told):
            return None
        self.shelf.vectors.put(slot, told)
        self._touched.append(slot)
        return slot

    def forget_vectors(self) -> None:
        """Let all vectors go: those of another model come, and two models' never meet."""
        self.shelf.vectors = Vectors()

    def forget_before(self, moment: datetime) -> None:
        """Let the reports that arrived before `moment` go."""
        shelf, limit = self.shelf, moment.timestamp()
        while len(shelf) and shelf.slots.one(shelf.oldest)["came"] < limit:
            shelf.drop_oldest()
        stories = self._stories
        over = stories.base
        while over < stories.end and stories.one(over)["last"] < shelf.oldest:
            self._large.pop(over, None)
            over += 1
        stories.let_go(over)

    def id_of(self, story: int) -> str:
        """Give a Story's id."""
        return bytes(self._stories.one(story)["id"]).decode()

    def story_of(self, slot: int) -> int:
        """Give the Story of a report."""
        return int(self.shelf.slots.one(slot)["story"])

    def members(self, story: int) -> list[int]:
        """Give the slots of a Story's reports that are still in the window, the oldest first."""
        held = self._large.get(story)
        if held is not None:
            del held[: bisect_left(held, self.shelf.oldest)]
            return held
        found, slot, slots = [], self._newest(story), self.shelf.slots
        while slot >= self.shelf.oldest:
            found.append(slot)
            slot = int(slots.one(slot)["before"])
        found.reverse()
        if len(found) >= LARGE:
            self._large[story] = found
        return found

    def said(self, entry: int) -> Numbers | None:
        """Say which of an Entry's terms its Story had said before; None where it is not in the window."""
        slot = self.shelf.slot_of(entry)
        return None if slot is None else self.shelf.said(slot)

    def holder(self, entry: int) -> str | None:
        """Give the Story of an Entry, None where it is not in the window."""
        slot = self.shelf.slot_of(entry)
        return None if slot is None else self.id_of(self.story_of(slot))

    def _numbers(self) -> dict[str, int]:
        return {self.id_of(story): story for story in range(self._stories.base, self._stories.end)}

    def _may_join(self, one: int, other: int) -> bool:
        return self._bonds.may_join(self.id_of(one), self.id_of(other))

    def _joined(self, winner: int, loser: int) -> Merge:
        merge = Merge(loser=self.id_of(loser), winner=self.id_of(winner))
        self._bonds.merged(merge.loser, merge.winner)
        self._merge(winner, loser)
        return merge

    def _is_first_of_its_span(self) -> bool:
        # Of the reports alone, so that a window that was restored repairs when one that was never away does.
        shelf = self.shelf
        if len(shelf) < 2:
            return False
        before, last = shelf.slots.span(shelf.slots.end - 2, shelf.slots.end)["came"].tolist()
        return bool(before // AT_LEAST_EVERY != last // AT_LEAST_EVERY)

    def _newest(self, story: int) -> int:
        return int(self._stories.one(story)["last"])

    def _groups(self, shared: dict[int, float], near: Sequence[int] = ()) -> dict[int, set[int]]:
        """Give the Stories that a report may belong to, each with the members that it is compared with."""
        top = likest(shared, CANDIDATES)
        groups: dict[int, set[int]] = {}
        for few, most in ((near, STORIES // 2), (top, STORIES)):
            for slot, story in zip(few, self.shelf.stories_of(few), strict=True):
                if story in groups:
                    groups[story].add(slot)
                elif len(groups) < most:
                    groups[story] = {slot, *sample(self.members(story), LAST)}
        return groups

    def _best(self, report: Reports, groups: dict[int, set[int]]) -> tuple[float, int] | None:
        """Give how likely the likeliest of Stories is, and which; of two alike, the one with the newest report."""
        if not groups:
            return None
        slots = np.array([slot for group in groups.values() for slot in sorted(group)])
        likely = self.comparer.likely(report, slots)[0]
        sizes = np.array([len(group) for group in groups.values()])
        starts = np.cumsum([0, *sizes])[:-1]
        scores = BEST * np.maximum.reduceat(likely, starts) + (1 - BEST) * np.add.reduceat(likely, starts) / sizes
        stories = list(groups)
        for place, story in enumerate(stories):
            # Of what an editor has put together each part attracts what is like it, as it did before.
            if parts := self._bonds.parts(self.id_of(story)):
                entries = self.shelf.entries_of(sorted(groups[story]))
                told = likely[starts[place] : starts[place] + sizes[place]]
                within = [np.isin(entries, sorted(part)) for part in parts]
                masks = [mask for mask in (*within, ~np.logical_or.reduce(within)) if mask.any()]
                means = [BEST * told[mask].max() + (1 - BEST) * told[mask].mean() for mask in masks]
                scores[place] = max(scores[place], *means)
        best = max(range(len(stories)), key=lambda index: (scores[index], self._newest(stories[index])))
        return float(scores[best]), stories[best]

    def _open(self, id: str) -> int:
        one: Any = np.zeros(1, _STORY)
        one["id"], one["last"] = id.encode(), -1
        return self._stories.extend(one)

    def _put(self, row: Row, story: int, said: Numbers | None = None) -> int:
        if said is None:
            members = sample(self.members(story), TOLD)
            terms: Numbers = self.shelf.terms(np.array(members))[0] if len(members) else np.zeros(0, np.uint32)
            said = np.isin(row.evidence.terms, terms)
        told = self._stories.one(story)
        slot = self.shelf.put(row, story, int(told["last"]), said=said)
        told["last"] = slot
        if story in self._large:
            self._large[story].append(slot)
        return slot

    def _merge(self, winner: int, loser: int) -> None:
        self._tie(winner, sorted([*self.members(winner), *self.members(loser)]))
        self._tie(loser, [])

    def _move(self, slot: int, old: int, new: int) -> None:
        rest = [one for one in self.members(old) if one != slot]
        self._tie(new, sorted([*self.members(new), slot]))
        self._tie(old, rest)

    def _tie(self, story: int, members: Sequence[int]) -> None:
        """Make these a Story's members, the oldest first."""
        self._large.pop(story, None)
        before = -1
        for slot in members:
            row = self.shelf.slots.one(slot)
            row["story"], row["before"] = story, before
            before = slot
        self._stories.one(story)["last"] = before


def none_of(row: Row) -> Numbers:
    """Say that a report's Story has said none of its terms before, as far as is known."""
    return np.zeros(len(row.evidence.terms), bool)


def row_of(entry: int, at: datetime, evidence: Evidence) -> Row:
    """Give a report that came then as the shelf holds it."""
    told = min(evidence.published_at or at, at)
    return Row(entry, int(told.timestamp()), int(at.timestamp()), evidence)
