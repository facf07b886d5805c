"""Holds what Edits bind: which Entries are together, which apart, and which Stories are an editor's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Entries = frozenset[int]


@dataclass(frozen=True, slots=True)
class Bond:
    """What one Edit holds for good, until it is taken back."""

    edit: int
    together: tuple[Entries, ...] = ()
    """Some Story holds Entries of each of these."""
    apart: tuple[tuple[Entries, Entries], ...] = ()
    """No Story holds Entries of both."""
    named: tuple[str, ...] = ()
    """Stories that it gives a name ..."""
    placed: tuple[tuple[str, str | None], ...] = ()
    """... or a Topic, or none."""

    @property
    def entries(self) -> Entries:
        """Give all that it binds."""
        return Entries().union(*self.together, *(side for pair in self.apart for side in pair))


@dataclass(slots=True)
class Bonds:
    """The Bonds of all Edits that hold, and where the Entries stand that they bind."""

    _bonds: dict[int, Bond] = field(default_factory=dict)
    _story: dict[int, str] = field(default_factory=dict)
    _held: dict[str, set[int]] = field(default_factory=dict)
    """The bound Entries of each Story."""
    _of: dict[int, set[int]] = field(default_factory=dict)
    """The Edits that bind each Entry."""
    _marked: dict[str, dict[int, str | None]] = field(default_factory=dict)
    """The Stories that editors have named or placed, each with those Edits, and the Topic that they say."""
    _placed: dict[str, dict[int, str | None]] = field(default_factory=dict)

    def add(self, bond: Bond, story_of: Mapping[int, str]) -> None:
        """Take in a Bond, with the Stories that its Entries stand in; of an Entry that is no more nothing is held."""
        self._bonds[bond.edit] = bond
        for entry in bond.entries:
            self._of.setdefault(entry, set()).add(bond.edit)
            if entry in story_of:
                self.put(entry, story_of[entry])
        for story in bond.named:
            self._marked.setdefault(story, {})[bond.edit] = None
        for story, topic in bond.placed:
            self._marked.setdefault(story, {})[bond.edit] = None
            self._placed.setdefault(story, {})[bond.edit] = topic

    def drop(self, edit: int) -> None:
        """Let go what an Edit bound."""
        bond = self._bonds.pop(edit, None)
        if bond is None:
            return
        for entry in bond.entries:
            self._of[entry].discard(edit)
            if not self._of[entry]:
                del self._of[entry]
                story = self._story.pop(entry, None)
                self._held.get(story or "", set()).discard(entry)
        for marks in (self._marked, self._placed):
            for story in [story for story, edits in marks.items() if edit in edits]:
                del marks[story][edit]
                if not marks[story]:
                    del marks[story]

    def put(self, entry: int, story: str) -> None:
        """Hear where a bound Entry stands now."""
        if entry not in self._of:
            return
        before = self._story.get(entry)
        if before is not None:
            self._held[before].discard(entry)
        self._story[entry] = story
        self._held.setdefault(story, set()).add(entry)

    def merged(self, loser: str, winner: str) -> None:
        """Hear that a Story goes on as another."""
        for entry in sorted(self._held.get(loser, ())):
            self.put(entry, winner)

    def is_bound(self, entry: int) -> bool:
        """Say whether an editor has decided where an Entry belongs: it goes nowhere by itself."""
        return entry in self._of

    def is_marked(self, story: str) -> bool:
        """Say whether an editor has named or placed a Story: it goes on as no other by itself."""
        return story in self._marked

    def holds(self, story: str) -> bool:
        """Say whether an editor has decided anything of a Story: it stays whole by itself."""
        return bool(self._held.get(story)) or story in self._marked

    def may_join(self, one: str, other: str) -> bool:
        """Say whether two Stories may be joined without an editor."""
        if one in self._marked and other in self._marked:
            return False
        small, large = sorted((one, other), key=lambda story: len(self._held.get(story, ())))
        held, among = self._held.get(small, ()), self._held.get(large, ())
        edits = {edit for entry in held for edit in self._of[entry]} if among else set()
        return not any(
            (first.intersection(held) and second.intersection(among))
            or (second.intersection(held) and first.intersection(among))
            for edit in edits
            for first, second in self._bonds[edit].apart
        )

    def parts(self, story: str) -> list[Entries]:
        """Give the parts of a Story that editors have put together, each of Entries; none where they have not."""
        held = self._held.get(story, set())
        edits = {edit for entry in held for edit in self._of[entry]}
        return [
            found
            for edit in sorted(edits)
            if len(self._bonds[edit].together) > 1
            for part in self._bonds[edit].together
            if (found := part & held)
        ]

    def may_enter(self, story: str, topic: str | None) -> bool:
        """Say whether a Story may be put into a Topic (None: a new one) without an editor."""
        placed = self._placed.get(story)
        return not placed or (topic is not None and placed[max(placed)] == topic)

    def broken(self, moves: Mapping[int, str], *, whole: bool = False) -> list[Bond]:
        """Give the Bonds that hold now, and would not if these Entries stood in those Stories; with `whole` also those
        of which a part that stands in one Story would stand in more.
        """
        edits = sorted({edit for entry in moves for edit in self._of.get(entry, ())})
        return [
            bond
            for bond in (self._bonds[edit] for edit in edits)
            if (self._holds(bond, {}) and not self._holds(bond, moves))
            or (
                whole
                and any(len(self._stories(part, {})) == 1 < len(self._stories(part, moves)) for part in bond.together)
            )
        ]

    def why(self, bond: Bond, moves: Mapping[int, str]) -> list[int]:
        """Give the Edits that would be contradicted if these moves broke a Bond: its own, and those that brought what
        it holds apart to where it is.
        """
        chain = {bond.edit}
        for first, second in bond.apart:
            both = self._stories(first, moves) & self._stories(second, moves)
            for side in (first, second):
                met = {entry for entry in side if moves.get(entry, self._story.get(entry)) in both}
                chain |= {
                    edit
                    for entry in met
                    for edit in self._of.get(entry, ())
                    if any(entry in part for part in self._bonds[edit].together)
                    and any(not part & side for part in self._bonds[edit].together)
                }
        return sorted(chain)

    def _holds(self, bond: Bond, moves: Mapping[int, str]) -> bool:
        parts = [self._stories(part, moves) for part in bond.together]
        together = not parts or bool(set.intersection(*parts))
        return together and not any(
            self._stories(one, moves) & self._stories(other, moves) for one, other in bond.apart
        )

    def _stories(self, entries: Iterable[int], moves: Mapping[int, str]) -> set[str]:
        found = (moves.get(entry, self._story.get(entry)) for entry in entries)
        return {story for story in found if story is not None}
