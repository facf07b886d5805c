"""Edits in the store: what editors said, what it is decided upon, and what it has changed. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from ..curate import Bond, Edit, Ground, Outcome, Past, read
from ..curate.edits import written
from ..values import Event, Merge, Split
from . import log, publications, stories
from .batches import batches
from .schema import edit, entry, story, topic
from .schema import log as lines
from .types import AnyRow


@dataclass(frozen=True, slots=True)
class Told:
    """An Edit as the store holds it."""

    id: int
    at: datetime
    edit: Edit
    outcome: Outcome | None
    """None while it waits."""
    undone_by: int | None


def append(connection: Connection, edits: Sequence[Edit], *, at: datetime) -> list[int]:
    """Store what editors say, with a line in the log each, and give the numbers; done it is by whoever leads."""
    rows = [{"at": at, "kind": one.kind, "said": written(one)} for one in edits]
    statement = edit.insert().returning(edit.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, rows).scalars()) if rows else []
    log.append_edits(connection, ids, at=at)
    return ids


def get(connection: Connection, ids: Iterable[int]) -> dict[int, Told]:
    """Give Edits by their numbers."""
    found: dict[int, Told] = {}
    for some in batches(ids):
        for row in connection.execute(select(edit).where(edit.c.id.in_(some))):
            found[row.id] = Told(row.id, row.at, read(row.said), _outcome(row.outcome), row.undone_by)
    return found


def bonds(connection: Connection) -> tuple[list[Bond], dict[int, str]]:
    """Give what all Edits bind that hold, and the Stories in which the Entries stand that they bind."""
    rows = connection.execute(
        select(edit.c.outcome).where(edit.c.outcome.is_not(None), edit.c.undone_by.is_(None)).order_by(edit.c.id)
    )
    found = [outcome.bond for row in rows if (outcome := _outcome(row.outcome)) is not None and outcome.bond]
    return found, _standing(connection, {id for bond in found for id in bond.entries})


def binding(connection: Connection, entries: Collection[int]) -> list[Told]:
    """Give the Edits that hold and keep these two Entries together or apart, in their order."""
    held, _ = bonds(connection)
    pair = frozenset(entries)
    ids = [
        bond.edit
        for bond in held
        if any(pair & one and pair & other for one, other in bond.apart)
        or (len(bond.together) > 1 and pair <= frozenset[int]().union(*bond.together))
    ]
    return [one for _, one in sorted(get(connection, ids).items())]


def ground(connection: Connection, said: Edit) -> Ground:
    """Give what an Edit is decided upon, once all lines of the log before its own are dealt with."""
    past, merged_by = _past(connection, said)
    ids = {*said.stories} | ({id for _, *both in past.outcome.moves for id in both} if past else set())
    ids |= {id for pair in past.outcome.merges for id in pair} if past else set()
    ids |= {id for id, *_ in past.outcome.placed} if past else set()
    named = {*said.entries} | ({id for id, *_ in past.outcome.moves} if past else set())
    story_of = _standing(connection, named)
    copies = {row.id: row.copy_of for row in _entries(connection, entry.c.id, named) if row.copy_of is not None}
    leads = _leads(connection, {*ids, *story_of.values()})
    standing = {*leads.values()}
    members: defaultdict[str, list[int]] = defaultdict(list)
    came: dict[int, int] = {}
    for row in _entries(connection, entry.c.story_id, standing):
        if row.copy_of is None:
            members[row.story_id].append(row.id)
            story_of[row.id] = row.story_id
    everyone = [id for held in members.values() for id in held]
    for some in batches(everyone):
        found = select(lines.c.entry_id, lines.c.seq).where(lines.c.entry_id.in_(some), lines.c.kind == "entry")
        came.update((row.entry_id, row.seq) for row in connection.execute(found))
    topics = {
        row.id: row.topic_id
        for some in batches(sorted({*leads, *standing}))
        for row in connection.execute(select(story.c.id, story.c.topic_id).where(story.c.id.in_(some)))
    }
    placings = _placings(connection, past)
    known = {topic_id for topic_id in (said.topic, *topics.values()) if topic_id}
    return Ground(
        goes_on_as=leads,
        entries={id: tuple(sorted(members[id], key=lambda one: (came.get(one, 0), one))) for id in sorted(standing)},
        story_of=story_of,
        copy_of=copies,
        came=came,
        topic_of=topics,
        topics=frozenset(
            id
            for some in batches(sorted(known))
            for id in connection.execute(select(topic.c.id).where(topic.c.id.in_(some))).scalars()
        ),
        placings=placings,
        past=past,
        merged_by=merged_by[0] if merged_by else None,
        is_taken_back=bool(merged_by and merged_by[1]),
    )


def keep(connection: Connection, event: Event, said: Edit, outcome: Outcome, *, now: datetime) -> None:
    """Write what an Edit came to, and change what it changes. Rows are locked in the order that `stories` keeps."""
    values = {"seq": event.seq, "outcome": _packed(outcome)}
    connection.execute(update(edit).where(edit.c.id == event.edit).values(**values))
    if outcome.refused:
        return
    if said.of is not None:
        connection.execute(update(edit).where(edit.c.id == said.of).values(undone_by=event.edit))
    move(connection, outcome, now=now)
    for kind, id in outcome.named:
        _name(connection, kind, id)
    _put(connection, event, said, outcome)
    standing = {id for _, *both in outcome.moves for id in both} | {id for id, *_ in outcome.placed}
    standing |= {id for kind, id in outcome.named if kind == "story"}
    touched = {*_leads(connection, standing).values()}
    for some in batches(sorted(touched)):
        connection.execute(update(story).where(story.c.id.in_(some)).values(edited=True))
    stories.wake(connection, touched, now=now)


def begin(connection: Connection, splits: Sequence[Split], *, now: datetime) -> None:
    """Begin the Stories that the engine parts from others, still without Entries: a Topic may hold them already."""
    move(connection, Outcome(starts=tuple((one.start, one.story) for one in splits)), now=now)


def split(connection: Connection, splits: Sequence[Split], *, now: datetime) -> None:
    """Give the Stories that the engine has parted from others their Entries."""
    for one in splits:
        stories.bring(connection, one.start, stories.sections_of(connection, one.story))
        moves = tuple((entry, one.story, one.start) for entry in one.entries)
        move(connection, Outcome(moves=moves), now=now)
        stories.wake(connection, {one.story, one.start}, now=now)


def move(connection: Connection, outcome: Outcome, *, now: datetime) -> None:
    """Move Entries with their Copies, begin Stories, and let some go on as others, or for themselves."""
    moved = {id: to for id, _, to in outcome.moves}
    for some in batches(sorted(moved)):
        own = entry.c.id.in_(some) | entry.c.copy_of.in_(some)
        connection.execute(select(entry.c.id).where(own).order_by(entry.c.id).with_for_update()).all()
    for id, before in dict(outcome.starts).items():
        begun = {"first_at": now, "updated_at": now, "publish_at": now, "split_from": before}
        connection.execute(story.insert().values(id=id, title="", language=None, **begun))
        stories.bring(connection, id, stories.sections_of(connection, before))
    for id in outcome.revived:
        held = connection.execute(select(story.c.merged).where(story.c.id == id)).scalar() or {}
        stories.bring(connection, id, held.get("sections", ()))
        alone = {"merged_into": None, "merged_at": None, "merged": None}
        connection.execute(update(story).where(story.c.id == id).values(**alone))
    for to in sorted({*moved.values()}):
        for some in batches(sorted(number for number, story_id in moved.items() if story_id == to)):
            own = entry.c.id.in_(some) | entry.c.copy_of.in_(some)
            connection.execute(update(entry).where(own).values(story_id=to))
    stories.merge(connection, [Merge(loser, winner) for loser, winner in outcome.merges], now=now)
    publications.withdraw(connection, [loser for loser, _ in outcome.merges])
    for id in sorted({id for _, *both in outcome.moves for id in both}):
        first = select(func.min(entry.c.first_seen_at)).where(entry.c.story_id == id).scalar_subquery()
        connection.execute(
            update(story).where(story.c.id == id).values(first_at=func.coalesce(first, story.c.first_at))
        )


def _put(connection: Connection, event: Event, said: Edit, outcome: Outcome) -> None:
    """Write which Topics Stories are in."""
    if outcome.opened is not None:
        opened = {"title": said.title, "language": said.language, "first_at": event.at, "updated_at": event.at}
        connection.execute(topic.insert().values(id=outcome.opened, **opened))
    lost = {loser for loser, _ in outcome.merges}
    for id, _, to in sorted(outcome.placed, key=lambda one: one[0]):
        if id not in lost:
            connection.execute(update(story).where(story.c.id == id).values(topic_id=to))
    stories.date_topics(connection, {id for _, *both in outcome.placed for id in both if id is not None})


def _name(connection: Connection, kind: str, id: str) -> None:
    """Give a Story or Topic the names that the Edits say which hold, the last of each language."""
    said = edit.c.kind == "rename", edit.c.outcome.is_not(None), edit.c.undone_by.is_(None)
    names: dict[str, str | None] = {}
    for row in connection.execute(select(edit).where(*said).order_by(edit.c.id)):
        outcome, one = _outcome(row.outcome), read(row.said)
        if one.kind == "rename" and outcome is not None and (kind, id) in outcome.named:
            names[one.language or ""] = one.title
    held = {language: name for language, name in names.items() if name}
    if kind == "story":
        connection.execute(update(story).where(story.c.id == id).values(names=held or None))
        return
    was = connection.execute(select(topic.c.title, topic.c.coined).where(topic.c.id == id)).one()
    coined = was.coined or was.title
    values = {"title": held.get("", coined), "coined": coined if held else None}
    connection.execute(update(topic).where(topic.c.id == id).values(**values))
    told = select(story.c.id).where(story.c.topic_id == id)
    connection.execute(update(story).where(story.c.id.in_(told)).values(touches=story.c.touches + 1))


def _past(connection: Connection, said: Edit) -> tuple[Past | None, tuple[int, bool] | None]:
    """Give what an undo is to take back; for a merge that an Edit made, its number, and whether that was an undo."""
    if said.of is not None:
        row = connection.execute(select(edit).where(edit.c.id == said.of, edit.c.outcome.is_not(None))).first()
        outcome = _outcome(row.outcome) if row is not None else None
        if row is None or outcome is None:
            return None, None
        return Past(row.id, row.seq, read(row.said), outcome, row.undone_by), None
    if said.kind != "undo":
        return None, None
    (id,) = said.stories
    lost = connection.execute(select(story).where(story.c.id == id, story.c.merged_into.is_not(None))).first()
    if lost is None:
        return None, None
    done = edit.c.kind.in_(("merge", "move", "undo")), edit.c.outcome.is_not(None), edit.c.undone_by.is_(None)
    for row in connection.execute(select(edit).where(*done)):
        outcome = _outcome(row.outcome)
        if outcome is not None and (id, lost.merged_into) in outcome.merges:
            return None, (row.id, row.kind == "undo")
    seq = connection.execute(select(func.max(lines.c.seq)).where(lines.c.at <= lost.merged_at)).scalar() or 0
    held = lost.merged or {"entries": [], "topic": None}
    moves = tuple((one, id, lost.merged_into) for one in held["entries"])
    placed = ((id, held["topic"], None),)
    return Past(0, seq, None, Outcome(moves=moves, merges=((id, lost.merged_into),), placed=placed)), None


def _placings(
    connection: Connection, past: Past | None
) -> dict[str, tuple[tuple[int, str | None, str | None, bool], ...]]:
    """Give what Edits have said of the Topics of those Stories of which one is to be taken back."""
    if past is None or not past.outcome.placed:
        return {}
    wanted = {id for id, _, _ in past.outcome.placed}
    found: defaultdict[str, list[tuple[int, str | None, str | None, bool]]] = defaultdict(list)
    said = edit.c.kind == "place", edit.c.outcome.is_not(None)
    for row in connection.execute(select(edit).where(*said).order_by(edit.c.id)):
        outcome = _outcome(row.outcome)
        for id, before, after in outcome.placed if outcome is not None else ():
            if id in wanted:
                found[id].append((row.id, before, after, row.undone_by is None))
    return {id: tuple(placings) for id, placings in found.items()}


def _standing(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    return {row.id: row.story_id for row in _entries(connection, entry.c.id, ids) if row.story_id is not None}


def _entries(connection: Connection, column: Any, values: Collection[Any]) -> Iterable[AnyRow]:
    for some in batches(sorted(values)):
        yield from connection.execute(select(entry.c.id, entry.c.story_id, entry.c.copy_of).where(column.in_(some)))


def _leads(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Give of Stories that are there the one that each goes on as."""
    known = {
        row.id
        for some in batches(sorted(ids))
        for row in connection.execute(select(story.c.id).where(story.c.id.in_(some)))
    }
    found = {}
    for id in sorted(known):
        moved = stories.moved(connection, id)
        found[id] = moved[0] if moved else id
    return found | {lead: lead for lead in found.values()}


def _packed(outcome: Outcome) -> dict[str, Any]:
    said = {name: value for name, value in asdict(outcome).items() if value}
    if outcome.bond is not None:
        said["bond"] = {
            "edit": outcome.bond.edit,
            "together": [sorted(part) for part in outcome.bond.together],
            "apart": [[sorted(one), sorted(other)] for one, other in outcome.bond.apart],
            "named": list(outcome.bond.named),
            "placed": [list(one) for one in outcome.bond.placed],
        }
    return said


def _outcome(said: Mapping[str, Any] | None) -> Outcome | None:
    if said is None:
        return None
    told: dict[str, Any] = {name: _tuples(value) for name, value in said.items() if name != "bond"}
    if bond := said.get("bond"):
        told["bond"] = Bond(
            bond["edit"],
            together=tuple(frozenset(part) for part in bond["together"]),
            apart=tuple((frozenset(one), frozenset(other)) for one, other in bond["apart"]),
            named=tuple(bond["named"]),
            placed=_tuples(bond["placed"]),
        )
    return Outcome(**told)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
