"""What an Edit is decided upon, and what it comes to. They hold no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .bonds import Bond
from .edits import Edit


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an Edit has changed, as it is stored: all that takes it back."""

    refused: str = ""
    """Why nothing was changed, in plain words."""
    chain: tuple[int, ...] = ()
    """The Edits that it contradicts, where it was refused for that."""
    moves: tuple[tuple[int, str, str], ...] = ()
    """Entries, no Copies, each with the Story that it left and the one where it stands now."""
    starts: tuple[tuple[str, str], ...] = ()
    """New Stories, each with the one that it was split off from."""
    merges: tuple[tuple[str, str], ...] = ()
    """Stories that go on as others: (loser, winner)."""
    revived: tuple[str, ...] = ()
    """Stories that stand for themselves again."""
    named: tuple[tuple[str, str], ...] = ()
    """What another name was given: ("story" or "topic", id)."""
    placed: tuple[tuple[str, str | None, str | None], ...] = ()
    """Stories, each with the Topic that it left and the one where it is now, as the Edit itself says."""
    opened: str | None = None
    """The Topic that it opens."""
    bond: Bond | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """An Edit that was dealt with, or a merge that the engine made by itself (`edit` is None)."""

    id: int
    seq: int
    """Its line of the log."""
    edit: Edit | None
    outcome: Outcome
    undone_by: int | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands when an Edit is dealt with, as far as it is about that."""

    goes_on_as: Mapping[str, str] = field(default_factory=dict)
    """Stories that are there, each with the one that it is now: itself, or what it was merged into at last."""
    entries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of those that stand for themselves the Entries that are no Copies, in the order of their coming."""
    story_of: Mapping[int, str] = field(default_factory=dict)
    copy_of: Mapping[int, int] = field(default_factory=dict)
    came: Mapping[int, int] = field(default_factory=dict)
    """The lines of the log in which Entries came."""
    topic_of: Mapping[str, str | None] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    placings: Mapping[str, tuple[tuple[int, str | None, str | None, bool], ...]] = field(default_factory=dict)
    """What Edits have said of the Topics of Stories, in order: (Edit, Topic before, Topic then, whether it holds)."""
    past: Past | None = None
    """What is to be taken back."""
    merged_by: int | None = None
    """The Edit by which the Story went on as another whose merge is to be taken back ..."""
    is_taken_back: bool = False
    """... which took back the one that had begun it."""
