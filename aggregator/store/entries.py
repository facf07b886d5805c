"""Entries in the store: known ones recognised by their keys, new ones kept and logged, changed ones revised."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select, update

from ..values import Arrival, Event, Report
from . import log
from .schema import entry, entry_key, revision, source, story
from .schema import log as log_table
from .types import AnyRow

BATCH = 500
"""Values in one IN list: below the smallest limit of bound parameters (SQLite's 32,766) by far."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a document brought: ids of new and of changed Entries."""

    new: tuple[int, ...]
    changed: tuple[int, ...]


def keep(connection: Connection, source_id: int, arrivals: Sequence[Arrival], *, now: datetime) -> Kept:
    """Store what a document brought, new Entries with their line in the log, changed ones with their former
    wording kept as a revision, all in the caller's transaction.

    Skipped Entries are stored, and not logged.
    """
    known = _known(connection, source_id, arrivals)
    matches = _match(arrivals, known)
    fresh = [arrival for arrival, match in zip(arrivals, matches, strict=True) if match is None]
    ids = _insert(connection, source_id, fresh, now)
    log.append_entries(
        connection,
        [(id, 0) for id, arrival in zip(ids, fresh, strict=True) if not arrival.skipped_by],
        at=now,
    )
    changed = _revise(connection, [(a, m) for a, m in zip(arrivals, matches, strict=True) if m is not None], now)
    numbers = iter(ids)
    owners = [match if match is not None else next(numbers) for match in matches]
    _learn_keys(connection, source_id, zip(arrivals, owners, strict=True), known)
    return Kept(tuple(ids), tuple(changed))


def unread(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> list[bool]:
    """Say of each arrival whether it is new, or reads otherwise than what is stored."""
    matches = _match(arrivals, _known(connection, source_id, arrivals))
    digests: dict[int, bytes] = {}
    for some in batches(match for match in matches if match is not None):
        rows = connection.execute(select(entry.c.id, entry.c.digest).where(entry.c.id.in_(some)))
        digests.update((row.id, bytes(row.digest)) for row in rows)
    return [match is None or digests[match] != a.entry.digest for a, match in zip(arrivals, matches, strict=True)]


def _known(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> dict[bytes, int]:
    keys = dict.fromkeys(key for arrival in arrivals for key in arrival.entry.keys)
    known: dict[bytes, int] = {}
    for some in batches(keys):
        rows = connection.execute(
            select(entry_key.c.key, entry_key.c.entry_id).where(
                entry_key.c.source_id == source_id, entry_key.c.key.in_(some)
            )
        )
        known.update((bytes(row.key), row.entry_id) for row in rows)
    return known


def _match(arrivals: Sequence[Arrival], known: dict[bytes, int]) -> list[int | None]:
    """Say which stored Entry each arrival is, strongest keys first over the whole document, each Entry at most once."""
    matches: list[int | None] = [None] * len(arrivals)
    taken: set[int] = set()
    depth = max((len(arrival.entry.keys) for arrival in arrivals), default=0)
    for rank in range(depth):
        for index, arrival in enumerate(arrivals):
            keys = arrival.entry.keys
            if matches[index] is None and rank < len(keys):
                found = known.get(keys[rank])
                if found is not None and found not in taken:
                    matches[index] = found
                    taken.add(found)
    return matches


def _columns(arrival: Arrival) -> dict[str, Any]:
    item = arrival.entry
    return {
        "entry_id": item.entry_id,
        "digest": item.digest,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content": item.content,
        "excerpt": arrival.excerpt,
        "authors": list(item.authors),
        "language": item.language,
        "published_at": item.published_at,
        "updated_at": item.updated_at,
        "date_note": item.date_note,
        "categories": list(item.categories),
        "enclosures": [asdict(enclosure) for enclosure in item.enclosures],
        "image": item.image,
        "image_caption": item.image_caption,
        "section": item.section,
        "via_name": item.via_name,
        "via_url": item.via_url,
        "skipped_by": arrival.skipped_by,
    }


def _insert(connection: Connection, source_id: int, fresh: Sequence[Arrival], now: datetime) -> list[int]:
    if not fresh:
        return []
    rows = [
        _columns(arrival) | {"source_id": source_id, "revision": 0, "first_seen_at": now, "changed_at": now}
        for arrival in fresh
    ]
    statement = entry.insert().returning(entry.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def _revise(connection: Connection, known: Sequence[tuple[Arrival, int]], now: datetime) -> list[int]:
    arrivals = {match: arrival for arrival, match in known}
    changed: list[int] = []
    for some in batches(arrivals):
        rows = connection.execute(
            select(entry.c.id, entry.c.digest, entry.c.skipped_by, entry.c.story_id).where(entry.c.id.in_(some))
        )
        for row in list(rows):
            arrival = arrivals[row.id]
            if bytes(row.digest) != arrival.entry.digest:
                _replace(connection, row.id, arrival, now)
                changed.append(row.id)
            if row.skipped_by != arrival.skipped_by:
                _reconsider(connection, row, arrival, now)
    _wake_stories(connection, changed, now)
    return sorted(changed)


def _replace(connection: Connection, id: int, arrival: Arrival, now: datetime) -> None:
    columns = ("revision", "url", "title", "summary", "content")
    old = connection.execute(select(*(entry.c[name] for name in columns)).where(entry.c.id == id)).one()
    connection.execute(
        revision.insert().values(
            entry_id=id,
            number=old.revision,
            replaced_at=now,
            url=old.url,
            title=old.title,
            summary=old.summary,
            content=old.content,
        )
    )
    values = _columns(arrival)
    # The id that an item had first stays its id: others may hold on to it.
    del values["entry_id"], values["skipped_by"]
    if not values["content"]:
        # A page's list never holds the text that its article gave: losing it would be no correction.
        values["content"] = old.content
    connection.execute(
        update(entry).where(entry.c.id == id).values(**values, revision=old.revision + 1, changed_at=now)
    )


def _reconsider(connection: Connection, row: AnyRow, arrival: Arrival, now: datetime) -> None:
    """A rule was changed: an Entry that no rule skips any longer comes back; one already in a Story stays there."""
    if arrival.skipped_by and row.story_id:
        return
    connection.execute(update(entry).where(entry.c.id == row.id).values(skipped_by=arrival.skipped_by))
    logged = connection.execute(select(log_table.c.seq).where(log_table.c.entry_id == row.id).limit(1)).first()
    if not arrival.skipped_by and logged is None:
        number = connection.execute(select(entry.c.revision).where(entry.c.id == row.id)).scalar_one()
        log.append_entries(connection, [(row.id, number)], at=now)


def _wake_stories(connection: Connection, changed: Iterable[int], now: datetime) -> None:
    for some in batches(changed):
        touched = select(entry.c.story_id).where(entry.c.id.in_(some), entry.c.story_id.is_not(None))
        connection.execute(update(story).where(story.c.id.in_(touched)).values(publish_at=now))


def _learn_keys(
    connection: Connection, source_id: int, owned: Iterable[tuple[Arrival, int]], known: dict[bytes, int]
) -> None:
    """Remember every key under which an Entry was seen now; a key that is another Entry's stays that one's."""
    rows = {
        key: {"source_id": source_id, "key": key, "entry_id": owner}
        for arrival, owner in owned
        for key in reversed(arrival.entry.keys)
        if key not in known
    }
    if rows:
        connection.execute(entry_key.insert(), list(rows.values()))


def reports(connection: Connection, events: Sequence[Event]) -> dict[int, Report]:
    """Give each event's Entry as it read at the event's revision, by the event's seq."""
    by_entry = {event.entry: event for event in events}
    found: dict[int, Report] = {}
    for some in batches(by_entry):
        rows = connection.execute(
            select(entry, source.c.outlet).join(source, source.c.id == entry.c.source_id).where(entry.c.id.in_(some))
        )
        for row in rows:
            event = by_entry[row.id]
            said = row if row.revision == event.revision else _earlier(connection, row.id, event.revision) or row
            found[event.seq] = Report(
                entry=row.id,
                outlet=row.outlet,
                url=said.url,
                title=said.title,
                summary=said.summary,
                content=said.content,
                language=row.language,
                published_at=row.published_at,
            )
    return found


def _earlier(connection: Connection, id: int, number: int) -> AnyRow | None:
    return connection.execute(select(revision).where(revision.c.entry_id == id, revision.c.number == number)).first()


def placements(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str | None, int | None, str | None]]:
    """Give each Entry's Story, the Entry that it copies, and the Story's Topic."""
    found: dict[int, tuple[str | None, int | None, str | None]] = {}
    for some in batches(ids):
        rows = connection.execute(
            select(entry.c.id, entry.c.story_id, entry.c.copy_of, story.c.topic_id)
            .outerjoin(story, story.c.id == entry.c.story_id)
            .where(entry.c.id.in_(some))
        )
        found.update((row.id, (row.story_id, row.copy_of, row.topic_id)) for row in rows)
    return found


def count(connection: Connection) -> int:
    """Count all Entries, skipped ones included."""
    return connection.execute(select(func.count()).select_from(entry)).scalar_one()


def batches(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Cut values into tuples small enough for one IN list."""
    rest = iter(values)
    while some := tuple(islice(rest, BATCH)):
        yield some
