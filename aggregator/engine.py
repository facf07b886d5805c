"""The state of copies, stories and topics together, as a function of the log up to now. It reads and writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import copies, curate, gist, stories
from .copies import Originals, Sketch
from .curate import Bond, Bonds, Edit, Ground, Outcome
from .gist import Gist
from .stories import BEST, LEAVE, Explanation, Pairs, Told, Window
from .topics import SPAN, Topics
from .values import Event, Gathering, Merge, Placement, Report, Split

MEMORY = max(SPAN, stories.SPAN)
"""How far back the state reaches: restored from this much of the log it is the same as if it had never been away."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine says to one event: where an Entry belongs, which Stories are one, which Topics hold them."""

    event: Event
    placement: Placement | None = None
    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()
    gatherings: tuple[Gathering, ...] = ()
    gist: bytes = b""
    """What to keep of the Entry, so that the engine need not read it again; nothing of a Copy."""
    edit: Edit | None = None
    outcome: Outcome | None = None
    """What an Edit came to."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine says of two reports alone: whether one is a Copy of the other, and how alike they are else."""

    is_copy: bool
    likely: float
    threshold: float

    @property
    def together(self) -> bool:
        """Say whether they are one Story's; a Copy is its original's, however unlike their titles are."""
        return self.is_copy or self.likely >= self.threshold

    @property
    def probability(self) -> float:
        """How likely they are one Story's, 0 to 1; a Copy is it for certain."""
        return 1.0 if self.is_copy else self.likely


class Standing:
    """Where every Entry stands after the decisions so far, for those who keep it in no store."""

    def __init__(self) -> None:
        self.story_of: dict[int, str] = {}
        self.copy_of: dict[int, int] = {}
        self.topic_of: dict[str, str] = {}
        """Of Stories."""
        self._entries: dict[str, list[int]] = {}
        self._copies: dict[int, list[int]] = {}

    def take(self, decision: Decision) -> None:
        """Take a decision in."""
        placement = decision.placement
        if placement is not None:
            if placement.copy_of is not None:
                self.copy_of[placement.entry] = placement.copy_of
                self._copies.setdefault(placement.copy_of, []).append(placement.entry)
            self._put([placement.entry, *self._copies.get(placement.entry, ())], placement.story)
        if decision.outcome is not None:
            for entry, _, story in decision.outcome.moves:
                self._put([entry, *self._copies.get(entry, ())], story)
            for loser, _ in decision.outcome.merges:
                self.topic_of.pop(loser, None)
            for story, _, topic in decision.outcome.placed:
                self.topic_of.pop(story, None)
                if topic is not None:
                    self.topic_of[story] = topic
        for merge in decision.merges:
            self.topic_of.pop(merge.loser, None)
            self._put(self._entries.pop(merge.loser, []), merge.winner)
        for split in decision.splits:
            for entry in split.entries:
                self._put([entry, *self._copies.get(entry, ())], split.start)
        for gathering in decision.gatherings:
            self.topic_of |= dict.fromkeys(gathering.stories, gathering.topic)

    def _put(self, entries: Sequence[int], story: str) -> None:
        for entry in entries:
            former = self.story_of.get(entry)
            if former in self._entries:
                self._entries[former].remove(entry)
            self.story_of[entry] = story
            self._entries.setdefault(story, []).append(entry)


class Engine:
    """Takes the log's events one by one, in order; the same log gives the same decisions in any process."""

    def __init__(self, language: str, model: str | None = None) -> None:
        """`model` makes the vectors; None: the one that made the first that is heard of."""
        self.model = model
        self._originals = Originals()
        self._sketch: Sketch | None = None
        """Of the report at hand, which is asked for and then placed."""
        self._bonds = Bonds()
        self._window = Window(self._bonds)
        self._topics = Topics(language, self._bonds)

    def candidates(self, event: Event, report: Report) -> tuple[Event, ...]:
        """Give the arrivals whose reports `place` needs to see."""
        return self._originals.candidates(event, self._sketched(report))

    def place(self, event: Event, report: Report, candidates: Sequence[Report]) -> Decision:
        """Decide whose copy a report is, which Story it belongs to, and which Topic that joins or opens."""
        sketch = self._sketched(report)
        told = gist.read(report, sketch)
        placement = self._window.place(event, told.evidence, copy_of=copies.verify(sketch, candidates))
        is_copy = placement.copy_of is not None
        if not is_copy:
            self._originals.take(event, told.tags)
        gathering = self._topics.place(event, told.title, told.evidence, placement)
        gatherings: tuple[Gathering, ...] = () if gathering is None else (gathering,)
        kept = b"" if is_copy else gist.pack(replace(told, said=self._window.said(event.entry)))
        decision = Decision(event, placement, gatherings=gatherings, gist=kept)
        if not self._window.is_due:
            return decision
        repaired = self.repair(event)
        gatherings = (*decision.gatherings, *repaired.gatherings)
        return replace(decision, merges=repaired.merges, splits=repaired.splits, gatherings=gatherings)

    def hear(self, event: Event, vector: bytes) -> Decision:
        """Take in an Entry's vector, and decide whether it belongs elsewhere now that this is known of it."""
        if not self._hears(event):
            return Decision(event)
        before = self._window.holder(event.entry)
        moved = self._window.hear(event, vector)
        if isinstance(moved, Merge):
            gathering = self._topics.merge(event, moved)
            return Decision(event, merges=(moved,), gatherings=() if gathering is None else (gathering,))
        if moved is not None and before is not None:
            self._topics.move([(event.entry, before, moved.story)])
        return Decision(event, moved)

    def edit(self, event: Event, edit: Edit, ground: Ground, told: Mapping[int, Told]) -> Decision:
        """Do what an editor says, or refuse it where it contradicts what editors have said before.

        `told` are the reports of the Stories that an undo is about, of which those that came since are placed anew.
        """

        def likest(entry: int, groups: Mapping[str, Sequence[int]]) -> str | None:
            held = {story: [told[one] for one in entries if one in told] for story, entries in groups.items()}
            return _likest(told[entry], held) if entry in told else next(iter(groups))

        try:
            outcome = curate.resolve(event.edit, edit, ground, self._bonds, mint=event.mint, likest=likest)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # As in placing: one that breaks a rule costs itself alone.
            outcome = Outcome(refused=f"it could not be dealt with ({error!r}); please report it")
        if outcome.refused:
            return Decision(event, edit=edit, outcome=outcome)
        if ground.past is not None:
            self._bonds.drop(ground.past.id)
        to = {entry: story for entry, _, story in outcome.moves}
        for entry, story in to.items():
            self._bonds.put(entry, story)
        if outcome.bond is not None:
            self._bonds.add(outcome.bond, {**ground.story_of, **to})
        self._window.assign(to)
        self._topics.move(outcome.moves)
        topics = {story: ground.topic_of.get(story) for story in to.values()}
        for story, topic in (topics | {story: topic for story, _, topic in outcome.placed}).items():
            self._topics.put(story, topic)
        looked = [self._topics.look(event, story) for story, _ in outcome.starts]
        gatherings = tuple(one for one in looked if one is not None)
        return Decision(event, gatherings=gatherings, edit=edit, outcome=outcome)

    @property
    def wants_repair(self) -> bool:
        """Say whether reports came since the last repair."""
        return self._window.touched > 0

    def repair(self, event: Event) -> Decision:
        """Join the Stories that have grown together since the last repair, and part those that tell two events."""
        merges, splits = self._window.repair(event.mint)
        gatherings = [self._topics.merge(event, merge) for merge in merges]
        for split in splits:
            self._topics.move([(entry, split.story, split.start) for entry in split.entries])
            gatherings.append(self._topics.look(event, split.start))
        return Decision(event, None, merges, splits, tuple(one for one in gatherings if one is not None))

    def restore(
        self, event: Event, told: Gist | None, placement: Placement, topic: str | None, *, upto: datetime
    ) -> None:
        """Take in what was decided before of a report (None: of a Copy), up to the moment `upto` of the last event."""
        is_recent = event.at >= upto - self._window.span
        if told is not None:
            if is_recent:
                self._window.take(event, told.evidence, placement.story, said=told.said)
                self._originals.take(event, told.tags)
            self._topics.take(event, told.title, told.evidence, placement.story, topic)
        if is_recent and self._window.is_due:
            self._window.repaired()

    def restore_bonds(self, bonds: Sequence[Bond], story_of: Mapping[int, str]) -> None:
        """Take in what Edits bind, and where the Entries stand that they bind."""
        for bond in bonds:
            self._bonds.add(bond, story_of)

    def restore_vector(self, event: Event, vector: bytes) -> None:
        """Take in an Entry's vector that was dealt with before."""
        if self._hears(event):
            self._window.take_vector(event, vector)

    def restore_repair(self) -> None:
        """Take in that a repair was made then."""
        self._window.repaired()

    def change(self, event: Event) -> Decision:
        """Take in that another model makes the vectors from now on, or that other weights decide."""
        if event.kind == "model":
            self.model = event.model
            self._window.forget_vectors()
        return Decision(event)

    def _hears(self, event: Event) -> bool:
        if self.model is None:
            self.model = event.model
        return event.model == self.model

    def _sketched(self, report: Report) -> Sketch:
        if self._sketch is None or self._sketch.wording.report is not report:
            self._sketch = copies.read(report)
        return self._sketch


def _likest(report: Told, groups: Mapping[str, Sequence[Told]]) -> str | None:
    """Say in which of some Stories a report belongs, by their reports alone; None where it belongs in none."""
    pairs, found = Pairs(), {}
    for story, members in groups.items():
        likely = [pairs.likely(report, one)[0] for one in members]
        if likely:
            found[story] = round(BEST * max(likely) + (1 - BEST) * sum(likely) / len(likely), 6)
    # Where nothing is left to compare with, it stays where it is.
    best = max(found, key=lambda story: found[story], default=next(iter(groups)))
    return best if found.get(best, LEAVE) >= LEAVE else None


class Judge:
    """Judges two reports alone, each pair as if no other had ever come."""

    def __init__(self) -> None:
        self._pairs = Pairs()

    def judge(self, one: Told, other: Told) -> Judgement:
        """Judge two reports; their order changes nothing."""
        ways = ((one.report, other.report), (other.report, one.report))
        is_copy = any(copies.verify(copies.read(mine), [theirs]) is not None for mine, theirs in ways)
        return Judgement(is_copy, *self._pairs.likely(one, other))

    def explain(self, one: Told, other: Told) -> Explanation:
        """Take apart how alike two reports are."""
        return self._pairs.explain(one, other)
