"""Says what an Edit comes to on the ground that it finds, or which decisions it contradicts."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ..values import derived
from .bonds import Bond, Bonds
from .edits import Edit
from .ground import Ground, Outcome, Past

Likest = Callable[[int, Mapping[str, Sequence[int]]], str | None]
"""Says in which of some Stories, given with Entries of theirs, an Entry belongs; None where in none of them."""


class _Refused(Exception):
    """An Edit cannot be; the words say why, and what to do."""

    def __init__(self, words: str, chain: Sequence[int] = ()) -> None:
        super().__init__(words)
        self.chain = tuple(chain)


def resolve(number: int, edit: Edit, ground: Ground, bonds: Bonds, *, mint: str, likest: Likest) -> Outcome:
    """Say what Edit `number` changes; an Outcome that is `refused` changes nothing.

    `bonds` are those of all Edits that hold, and stay as they are. `mint` is the id of what it begins. `likest` places
    what came since the Edit that is taken back.
    """
    try:
        return _RESOLVED[edit.kind](number, edit, ground, bonds, mint, likest)
    except _Refused as refused:
        return Outcome(refused=str(refused), chain=refused.chain)


def _merge(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    winner, *losers = dict.fromkeys(_story(id, ground) for id in edit.stories)
    if not losers:
        raise _Refused(f"they are one Story already, {winner}")
    moves = tuple((entry, loser, winner) for loser in losers for entry in ground.entries[loser])
    _try(bonds, moves)
    return Outcome(
        moves=moves,
        merges=tuple((loser, winner) for loser in losers),
        placed=_united(winner, losers, ground),
        bond=Bond(number, together=tuple(frozenset(ground.entries[story]) for story in (winner, *losers))),
    )


def _split(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    story = _story(edit.stories[0], ground)
    _originals(edit.entries, ground)
    for entry in edit.entries:
        if ground.story_of[entry] != story:
            raise _Refused(f"Entry {entry} is not in Story {story}: it is in {ground.story_of[entry]}")
    off = frozenset(edit.entries)
    rest = frozenset(ground.entries[story]) - off
    if not rest:
        raise _Refused("these are all Entries of the Story; name those that leave it")
    moves = tuple((entry, story, mint) for entry in edit.entries)
    _try(bonds, moves)
    return Outcome(moves=moves, starts=((mint, story),), bond=Bond(number, together=(off,), apart=((off, rest),)))


def _move(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    story = _story(edit.stories[0], ground)
    _originals(edit.entries, ground)
    moved = frozenset(edit.entries)
    left: dict[str, frozenset[int]] = {}
    for entry in edit.entries:
        if ground.story_of[entry] == story:
            continue
        left.setdefault(ground.story_of[entry], frozenset(ground.entries[ground.story_of[entry]]) - moved)
    moves = tuple((entry, ground.story_of[entry], story) for entry in edit.entries if ground.story_of[entry] in left)
    _try(bonds, moves)
    emptied = [one for one, rest in left.items() if not rest]
    gone = {one: frozenset(entry for entry, before, _ in moves if before == one) for one in left}
    there = frozenset(ground.entries[story]) - moved
    return Outcome(
        moves=moves,
        merges=tuple((one, story) for one in emptied),
        placed=_united(story, emptied, ground),
        bond=Bond(
            number,
            together=(moved, there) if there else (moved,),
            apart=tuple((gone[one], rest) for one, rest in left.items() if rest),
        ),
    )


def _rename(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    if edit.topic is not None:
        return Outcome(named=(("topic", _topic(edit.topic, ground)),), bond=Bond(number))
    story = _story(edit.stories[0], ground)
    return Outcome(named=(("story", story),), bond=Bond(number, named=(story,) if edit.title else ()))


def _place(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    stories = tuple(dict.fromkeys(_story(id, ground) for id in edit.stories))
    topic = mint if edit.title is not None else edit.topic
    if edit.topic is not None:
        _topic(edit.topic, ground)
    return Outcome(
        placed=tuple((story, ground.topic_of.get(story), topic) for story in stories),
        opened=mint if edit.title is not None else None,
        bond=Bond(number, placed=tuple((story, topic) for story in stories)),
    )


def _undo(number: int, edit: Edit, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    past = ground.past
    if edit.stories and ground.merged_by is not None:
        if ground.is_taken_back:
            words = f"Story {edit.stories[0]} went when Edit {ground.merged_by} took another back"
            raise _Refused(f"{words}; say that one again instead", [ground.merged_by])
        raise _Refused(f"Edit {ground.merged_by} merged Story {edit.stories[0]}: undo that", [ground.merged_by])
    if past is None:
        raise _Refused(
            f"Story {edit.stories[0]} has gone on as no other" if edit.stories else f"there is no Edit {edit.of}"
        )
    if past.edit is not None and past.edit.kind == "undo" and past.outcome.bond is None:
        raise _Refused(f"Edit {past.id} takes another back itself; say that one again instead")
    if past.outcome.refused:
        raise _Refused(f"Edit {past.id} was refused, and has changed nothing")
    if past.undone_by is not None:
        raise _Refused(f"Edit {past.id} is taken back already, by Edit {past.undone_by}")
    return _back(number, past, ground, bonds, mint, likest)


def _back(number: int, past: Past, ground: Ground, bonds: Bonds, mint: str, likest: Likest) -> Outcome:
    told = past.outcome
    lost = {loser for loser, _ in told.merges}
    begun = dict(told.starts)
    now = {to: ground.goes_on_as.get(to, to) for _, _, to in told.moves}
    # A Story that has gone on as another since is not called back: that is where its Entries lead.
    home = {one: one if one in lost else ground.goes_on_as.get(one, one) for _, one, _ in told.moves}
    back = {
        entry: home[before] for entry, before, to in told.moves if ground.story_of.get(entry) == now[to] != home[before]
    }
    moves, comes = dict(back), {*back.values()}
    for story, before in begun.items():
        # It was none before: all that it holds by now goes where it came from.
        moves |= {entry: home[before] for entry in ground.entries.get(story, ()) if before in home}
    for story, since in _since(past, ground, bonds, moves).items():
        groups = {story: [one for one in ground.entries[story] if one not in back and one not in since]}
        for one, before, to in told.moves:
            # A Story that nothing leads back to stays where it went.
            if to == story and (home[before] in ground.entries or home[before] in comes):
                groups.setdefault(home[before], []).append(one)
        found = {entry: likest(entry, groups) for entry in since}
        moves |= {entry: best or derived(mint, "story", entry) for entry, best in found.items() if best != story}
    steps = tuple((entry, ground.story_of[entry], to) for entry, to in sorted(moves.items()))
    _try(bonds, steps, without=past.id, whole=True)
    gone = {story: home[before] for story, before in begun.items() if before in home}
    for _, story, to in steps:
        if story in ground.entries and all(entry in moves for entry in ground.entries[story]):
            gone.setdefault(story, to)
    left = frozenset(back)
    stay = frozenset(one for story in {*now.values()} for one in ground.entries.get(story, ()) if one not in moves)
    # What the engine had joined by itself it would join again: that it was wrong is what the editor says.
    parts = past.edit is None and left and stay
    revived = tuple(sorted(lost & comes))
    return Outcome(
        moves=steps,
        starts=tuple((to, before) for _, before, to in steps if to not in ground.goes_on_as),
        merges=tuple(sorted(gone.items())),
        revived=revived,
        named=told.named,
        placed=_replaced(past, ground, revived),
        bond=Bond(number, apart=((left, stay),)) if parts else None,
    )


def _united(winner: str, losers: Sequence[str], ground: Ground) -> tuple[tuple[str, str | None, str | None], ...]:
    """Say which Topics Stories leave that go on as another, and which one that is in then, if it had none."""
    placed = [(loser, ground.topic_of.get(loser), None) for loser in losers]
    taken = next((topic for _, topic, _ in placed if topic), None)
    if taken and not ground.topic_of.get(winner):
        return (*placed, (winner, None, taken))
    return tuple(placed)


def _replaced(past: Past, ground: Ground, revived: Sequence[str]) -> tuple[tuple[str, str | None, str | None], ...]:
    """Say which Topics Stories are in again."""
    placed = []
    lost = {loser for loser, _ in past.outcome.merges}
    for story, before, after in past.outcome.placed:
        now = ground.topic_of.get(story)
        is_placing = past.edit is not None and past.edit.kind == "place"
        if is_placing or story in revived or (story not in lost and now == after):
            # What the last other Edit says that holds, else what it was in before the first.
            placings = ground.placings.get(story, ())
            others = [to for number, _, to, holds in placings if holds and number != past.id]
            placed.append((story, now, others[-1] if others else placings[0][1] if placings else before))
    return tuple(placed)


def _since(past: Past, ground: Ground, bonds: Bonds, moves: Mapping[int, str]) -> dict[str, dict[int, None]]:
    """Give the Entries that came since into each Story of what is taken back, and that no other Edit binds."""
    receiving = dict.fromkeys(to for _, _, to in past.outcome.moves if ground.goes_on_as.get(to) == to)
    return {
        story: {
            entry: None
            for entry in ground.entries.get(story, ())
            if entry not in moves and ground.came.get(entry, 0) > past.seq and not bonds.is_bound(entry)
        }
        for story in receiving
    }


def _story(id: str, ground: Ground) -> str:
    if id not in ground.goes_on_as:
        raise _Refused(f"there is no Story {id}; `anyam stories` lists them")
    return ground.goes_on_as[id]


def _topic(id: str, ground: Ground) -> str:
    if id not in ground.topics:
        raise _Refused(f"there is no Topic {id}; `anyam stories --json` names that of each Story")
    return id


def _originals(entries: Iterable[int], ground: Ground) -> None:
    for entry in entries:
        if entry in ground.copy_of:
            raise _Refused(
                f"Entry {entry} is a Copy of {ground.copy_of[entry]}, and goes with it: name {ground.copy_of[entry]}"
            )
        if entry not in ground.story_of:
            raise _Refused(f"there is no Entry {entry} in any Story; `anyam entries` lists them with theirs")


def _try(
    bonds: Bonds, moves: Sequence[tuple[int, str, str]], *, without: int | None = None, whole: bool = False
) -> None:
    """Refuse moves that would break what other Edits bind, or, for the `whole`, part what they took for one."""
    to = {entry: story for entry, _, story in moves}
    broken = [bond for bond in bonds.broken(to, whole=whole) if bond.edit != without]
    if broken:
        chain = sorted({edit for bond in broken for edit in bonds.why(bond, to)})
        names = ", ".join(f"Edit {edit}" for edit in chain)
        raise _Refused(f"it contradicts {names}; undo what no longer holds, the last first", chain)


_RESOLVED = {
    "merge": _merge,
    "split": _split,
    "move": _move,
    "rename": _rename,
    "place": _place,
    "undo": _undo,
}
