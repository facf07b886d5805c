"""Stories and Topics in the store: what the engine decided is written here, and Stories are put together for others."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, delete, exists, func, or_, select, update

from ..origins import of_story
from ..values import Coverage, Gathering, Merge, Placement, Story
from . import origins
from .batches import batches
from .schema import channel, entry, log, publication, source, story, story_section, topic
from .types import AnyRow

_AT = case((entry.c.published_at < entry.c.first_seen_at, entry.c.published_at), else_=entry.c.first_seen_at)
"""When a report was made: as it says itself, but never later than we saw it first, and then where it says nothing. So
what an outlet changes about a report may date it better, and never makes old news new."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A Story that was merged into another: the address of the winner, and whether the move is old enough to last."""

    to: str
    permanent: bool


def place(connection: Connection, placements: Sequence[Placement], *, at: dict[int, datetime], now: datetime) -> None:
    """Write where Entries belong, `at` their times in the log. Stories touched are due for publishing.

    Rows are locked in one order, Entries before Stories before Topics and each by id, as `entries.keep` does: no
    deadlock.
    """
    for placement in placements:
        if placement.starts:
            moment = at[placement.entry]
            connection.execute(
                story.insert().values(
                    id=placement.story, title="", language=None, first_at=moment, updated_at=moment, publish_at=now
                )
            )
    for placement in sorted(placements, key=lambda one: one.entry):
        values = {"story_id": placement.story, "copy_of": placement.copy_of}
        connection.execute(update(entry).where(entry.c.id == placement.entry).values(**values))
    wake(connection, (placement.story for placement in placements), now=now)


def _touched(now: datetime) -> dict[str, Any]:
    return {"publish_at": now, "touches": story.c.touches + 1}


def wake(connection: Connection, ids: Iterable[str], *, now: datetime) -> None:
    """Make publishing look at these Stories, whose reports have changed, and bring their and their Topics' times in
    line with them.
    """
    ids = sorted(set(ids))
    for id in ids:
        connection.execute(update(story).where(story.c.id == id).values(**_touched(now)))
        # A statement of its own, begun when the row is locked: it sees what whoever held it before has written.
        told = select(func.max(_AT)).where(entry.c.story_id == id, entry.c.copy_of.is_(None)).scalar_subquery()
        connection.execute(
            update(story).where(story.c.id == id).values(updated_at=func.coalesce(told, story.c.updated_at))
        )
    for some in batches(ids):
        held = select(story.c.topic_id).where(story.c.id.in_(some), story.c.topic_id.is_not(None)).distinct()
        date_topics(connection, connection.execute(held).scalars())


def look(connection: Connection, entries: Iterable[int], *, now: datetime) -> None:
    """Make publishing look now at the Stories of these Entries that it would look at later: their vectors have come."""
    for some in batches(sorted(set(entries))):
        told = select(entry.c.story_id).where(entry.c.id.in_(some))
        waits = story.c.publish_at > now, story.c.id.in_(told)
        rows = connection.execute(select(story.c.id).where(*waits).order_by(story.c.id).with_for_update()).scalars()
        connection.execute(update(story).where(story.c.id.in_(list(rows))).values(**_touched(now)))


def date_topics(connection: Connection, ids: Iterable[str]) -> None:
    """Bring the times of Topics in line with their Stories: from the first report on to the newest that is no copy."""
    first = select(func.min(_AT)).join(story, story.c.id == entry.c.story_id).where(story.c.topic_id == topic.c.id)
    newest = select(func.max(story.c.updated_at)).where(story.c.topic_id == topic.c.id)
    times = {
        # An editor may have taken out all of its Stories.
        "first_at": func.coalesce(first.scalar_subquery(), topic.c.first_at),
        "updated_at": func.coalesce(newest.scalar_subquery(), topic.c.updated_at),
    }
    for id in sorted(ids):
        connection.execute(select(topic.c.id).where(topic.c.id == id).with_for_update())
        connection.execute(update(topic).where(topic.c.id == id).values(**times))


def gather(connection: Connection, gatherings: Sequence[Gathering], *, now: datetime) -> None:
    """Write which Stories a Topic holds more, and a new Topic's title."""
    for gathering in gatherings:
        if gathering.opens:
            connection.execute(
                topic.insert().values(
                    id=gathering.topic,
                    title=gathering.title,
                    language=gathering.language,
                    first_at=now,
                    updated_at=now,
                )
            )
    joined = {id: gathering.topic for gathering in gatherings for id in gathering.stories}
    for id in sorted(joined):
        values = _touched(now) | {"topic_id": joined[id]}
        connection.execute(update(story).where(story.c.id == id).values(**values))
    date_topics(connection, {gathering.topic for gathering in gatherings})


def move(connection: Connection, placements: Sequence[Placement], *, at: dict[int, datetime], now: datetime) -> None:
    """Move Entries, with their Copies, to the Stories where they belong now, which may begin with them."""
    left = set()
    for placement in placements:
        own = (entry.c.id == placement.entry) | (entry.c.copy_of == placement.entry)
        left |= set(connection.execute(select(entry.c.story_id).where(own)).scalars()) - {None}
        if placement.starts:
            moment = at[placement.entry]
            was = connection.execute(select(entry.c.story_id).where(entry.c.id == placement.entry)).scalar()
            begun = {"first_at": moment, "updated_at": moment, "publish_at": now, "split_from": was}
            connection.execute(story.insert().values(id=placement.story, title="", language=None, **begun))
        connection.execute(update(entry).where(own).values(story_id=placement.story))
    wake(connection, {*left, *(placement.story for placement in placements)}, now=now)


def lock_entries(connection: Connection, ids: Iterable[str]) -> None:
    """Lock the Entries of Stories that will be merged, before any Story is: the order of `place` holds."""
    for some in batches(sorted(set(ids))):
        rows = select(entry.c.id).where(entry.c.story_id.in_(some)).order_by(entry.c.id).with_for_update()
        connection.execute(rows).all()


def merge(connection: Connection, merges: Sequence[Merge], *, now: datetime) -> None:
    """Let Stories go on as others, in this order: their Entries move, and their pages lead there for ever."""
    for one in merges:
        own = select(entry.c.id).where(entry.c.story_id == one.loser, entry.c.copy_of.is_(None)).order_by(entry.c.id)
        held = list(connection.execute(own).scalars())
        topic_id = connection.execute(select(story.c.topic_id).where(story.c.id == one.loser)).scalar()
        connection.execute(update(entry).where(entry.c.story_id == one.loser).values(story_id=one.winner))
        begun = select(story.c.first_at).where(story.c.id == one.loser).scalar_subquery()
        first = case((story.c.first_at < begun, story.c.first_at), else_=begun)
        connection.execute(update(story).where(story.c.id == one.winner).values(first_at=first))
        gone = {"merged_into": one.winner, "merged_at": now, "publish_at": None, "topic_id": None}
        told_in = sections_of(connection, one.loser)
        # Where a Source is gone from feeds.yaml, these alone say which Sections it brought its reports to.
        bring(connection, one.winner, told_in)
        gone |= {"merged": {"entries": held, "topic": topic_id, "sections": told_in}}
        connection.execute(update(story).where(story.c.id == one.loser).values(**gone))
        connection.execute(delete(story_section).where(story_section.c.story_id == one.loser))
    losers = {one.loser for one in merges}
    wake(connection, (one.winner for one in merges if one.winner not in losers), now=now)


def sections_of(connection: Connection, id: str) -> list[str]:
    """Give the Sections that tell a Story."""
    held = select(story_section.c.section_id).where(story_section.c.story_id == id)
    return list(connection.execute(held.order_by(story_section.c.section_id)).scalars())


def bring(connection: Connection, id: str, sections: Sequence[str]) -> None:
    """Let a Story be told in Sections, until publishing chooses them."""
    known = sections_of(connection, id)
    fresh = [{"section_id": section, "story_id": id} for section in sections if section not in known]
    if fresh:
        connection.execute(story_section.insert(), fresh)


def tell(connection: Connection, told: Story, sections: Sequence[str]) -> None:
    """Write a Story's title and the Sections that tell it, as the pure rooms chose them."""
    values = {"title": told.title, "language": told.language, "edited": False}
    connection.execute(update(story).where(story.c.id == told.id).values(**values))
    connection.execute(delete(story_section).where(story_section.c.story_id == told.id))
    if sections:
        connection.execute(
            story_section.insert(), [{"section_id": section, "story_id": told.id} for section in sections]
        )


def due(connection: Connection, *, now: datetime, limit: int) -> list[tuple[Story, int]]:
    """Give the Stories that publishing must look at, the longest due first, each with its count of touches."""
    query = select(story).where(story.c.publish_at <= now, story.c.merged_into.is_(None))
    rows = connection.execute(query.order_by(story.c.publish_at, story.c.id).limit(limit)).all()
    return [(told, row.touches) for told, row in zip(_load(connection, rows), rows, strict=True)]


def postpone(connection: Connection, id: str, until: datetime | None, *, seen: int) -> None:
    """Say when publishing must look at a Story next (None: when something happens to it), unless something has
    happened to it since `seen`, its count of touches, was read.
    """
    connection.execute(update(story).where(story.c.id == id, story.c.touches == seen).values(publish_at=until))


def wake_recent(connection: Connection, *, since: datetime, now: datetime) -> None:
    """Make publishing look at every Story that got a report since then: the configuration has changed."""
    came = select(entry.c.story_id).join(log, log.c.entry_id == entry.c.id).where(log.c.at >= since)
    connection.execute(update(story).where(story.c.merged_into.is_(None), story.c.id.in_(came)).values(**_touched(now)))


def rename_section(connection: Connection, old: str, new: str) -> None:
    """Give what a Section tells to its new id."""
    there = select(story_section.c.story_id).where(story_section.c.section_id == new)
    connection.execute(
        delete(story_section).where(story_section.c.section_id == old, story_section.c.story_id.in_(there))
    )
    connection.execute(update(story_section).where(story_section.c.section_id == old).values(section_id=new))


def get(connection: Connection, ids: Sequence[str]) -> list[Story]:
    """Give the Stories of these ids, in their order; unknown ids are left out."""
    rows = {
        row.id: row for some in batches(ids) for row in connection.execute(select(story).where(story.c.id.in_(some)))
    }
    return _load(connection, [rows[id] for id in ids if id in rows])


def latest(
    connection: Connection,
    *,
    section: str | None = None,
    topic_id: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> list[Story]:
    """Give Stories, the newest updated first; `before` is the (updated_at, id) of the last one seen."""
    query = select(story).where(story.c.merged_into.is_(None), story.c.title != "")
    if section is not None:
        query = query.join(story_section, story_section.c.story_id == story.c.id)
        query = query.where(story_section.c.section_id == section)
    if topic_id is not None:
        query = query.where(story.c.topic_id == topic_id)
    if before is not None:
        at, id = before
        query = query.where(or_(story.c.updated_at < at, and_(story.c.updated_at == at, story.c.id < id)))
    query = query.order_by(story.c.updated_at.desc(), story.c.id.desc()).limit(limit)
    return _load(connection, connection.execute(query).all())


def moved(connection: Connection, id: str) -> tuple[str, datetime] | None:
    """Tell into which Story this one was merged at last, and when it was."""
    seen = {id}
    found: tuple[str, datetime] | None = None
    while True:
        row = connection.execute(select(story.c.merged_into, story.c.merged_at).where(story.c.id == id)).first()
        if row is None or row.merged_into is None or row.merged_into in seen:
            return found
        id = row.merged_into
        seen.add(id)
        found = (id, row.merged_at)


def parted(connection: Connection, id: str) -> tuple[str | None, list[str]]:
    """Give the Story that this one was split off from, and those that were split off from it, of those that stand."""
    alone = story.c.merged_into.is_(None)
    before = connection.execute(select(story.c.split_from).where(story.c.id == id)).scalar()
    if before is not None:
        led = moved(connection, before)
        before = led[0] if led else before
    off = connection.execute(select(story.c.id).where(story.c.split_from == id, alone).order_by(story.c.id)).scalars()
    return (before if before != id else None), list(off)


def topics(connection: Connection, *, section: str | None = None, limit: int | None = None) -> list[AnyRow]:
    """Give the Topics, the newest updated first, those of one Section where it is named."""
    told = select(story.c.id).where(story.c.topic_id == topic.c.id)
    if section is not None:
        told = told.join(story_section, story_section.c.story_id == story.c.id)
        told = told.where(story_section.c.section_id == section)
    # An editor may have taken out all of its Stories.
    query = select(topic).where(exists(told))
    return list(connection.execute(query.order_by(topic.c.updated_at.desc(), topic.c.id).limit(limit)))


def topic_row(connection: Connection, id: str) -> AnyRow | None:
    """Give one Topic's row."""
    return connection.execute(select(topic).where(topic.c.id == id)).first()


def count(connection: Connection) -> int:
    """Count the Stories that stand for themselves."""
    return connection.execute(select(func.count()).select_from(story).where(story.c.merged_into.is_(None))).scalar_one()


def _load(connection: Connection, rows: Sequence[AnyRow]) -> list[Story]:
    ids = [row.id for row in rows]
    members = _members(connection, ids)
    sections = _pairs(connection, ids, story_section.c.story_id, story_section.c.section_id)
    published = {pair[0] for pair in _rows(connection, ids, publication.c.story_id, publication.c.story_id)}
    titles = {row.id: row.title for row in _topic_titles(connection, {row.topic_id for row in rows if row.topic_id})}
    return [
        _story(row, members[row.id], tuple(sections[row.id]), titles.get(row.topic_id), row.id in published)
        for row in rows
    ]


def _story(
    row: AnyRow,
    members: list[AnyRow],
    sections: tuple[str, ...],
    topic_title: str | None,
    published: bool,
) -> Story:
    outlets = {member.id: member.outlet for member in members}
    reports = tuple(
        Coverage(
            entry=member.id,
            outlet=member.outlet,
            source=member.source,
            title=member.title,
            url=member.url,
            language=member.language,
            at=member.at,
            summary=member.excerpt,
            copy_of=outlets.get(member.copy_of) if member.copy_of is not None else None,
            backlog=member.backlog,
        )
        for member in members
    )
    counted = of_story(
        {member.id: origins.told(member.origins) for member in members},
        copies={member.id: member.copy_of for member in members if member.copy_of is not None},
        at={member.id: member.at for member in members},
    )
    pictured = next((member for member in members if member.image), None)
    return Story(
        id=row.id,
        title=row.title,
        language=row.language,
        summary="",
        summary_language=None,
        first_at=row.first_at,
        updated_at=row.updated_at,
        sections=sections,
        topic=row.topic_id,
        topic_title=topic_title,
        reports=reports,
        image=pictured.image if pictured else None,
        image_caption=pictured.image_caption if pictured else None,
        image_language=pictured.language if pictured else None,
        image_outlet=pictured.outlet if pictured else None,
        origins=counted,
        names=tuple(sorted((row.names or {}).items())),
        edited=row.edited,
        published=published,
    )


def _members(connection: Connection, ids: Sequence[str]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = defaultdict(list)
    columns = (
        "id",
        "story_id",
        "copy_of",
        "backlog",
        "title",
        "url",
        "language",
        "excerpt",
        "origins",
    )
    for some in batches(ids):
        query = (
            select(
                *(entry.c[name] for name in (*columns, "image", "image_caption")),
                _AT.label("at"),
                source.c.outlet,
                source.c.name.label("source"),
            )
            .join(source, source.c.id == entry.c.source_id)
            .where(entry.c.story_id.in_(some))
            .order_by(entry.c.id)
        )
        for row in connection.execute(query):
            found[row.story_id].append(row)
    return found


def _topic_titles(connection: Connection, ids: Iterable[str]) -> list[AnyRow]:
    wanted = sorted(ids)
    return [
        row
        for some in batches(wanted)
        for row in connection.execute(select(topic.c.id, topic.c.title).where(topic.c.id.in_(some)))
    ]


def _rows(connection: Connection, ids: Sequence[str], key: Any, value: Any) -> list[tuple[str, str]]:
    return [
        (row[0], row[1])
        for some in batches(ids)
        for row in connection.execute(select(key, value).where(key.in_(some)).distinct().order_by(key, value))
    ]


def _pairs(connection: Connection, ids: Sequence[str], key: Any, value: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for first, second in _rows(connection, ids, key, value):
        found[first].append(second)
    return found


def waiting(connection: Connection, *, now: datetime) -> bool:
    """Say whether publishing has anything to look at: a due Story, or a channel to render."""
    due = select(story.c.id).where(story.c.publish_at <= now, story.c.merged_into.is_(None)).limit(1)
    if connection.execute(due).first() is not None:
        return True
    return connection.execute(select(channel.c.path).where(channel.c.stale > 0).limit(1)).first() is not None
