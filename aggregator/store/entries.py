"""Entries in the store: known ones recognised by their keys, new ones kept and logged, changed ones revised."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select, update

from ..values import Arrival, Enclosure, Entry, Event, Report
from . import log, stories
from .batches import batches
from .schema import entry, entry_key, revision, source, story
from .schema import log as log_table
from .types import AnyRow

_SAID = -1
"""Stands for an arrival that is neither new nor an Entry of its own: the document has said it already."""
_PLACE = re.compile(r"\d{1,3}")
"""An id that may be the item's place in its list."""
RETITLED = 0.6
"""The share of words that two titles have in common where one is the other, edited: a mended number or a word more. Two
alerts of one kind share less."""
TEXT_TRIES = 3
"""How often an article's page is asked for, at visits of its list, until its list's words must do."""


OLD = timedelta(hours=48)
"""How long before now a report must be dated to be no news when its Source is catching up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a document brought: ids of new and of changed Entries, and how many came under an id not seen before."""

    new: tuple[int, ...]
    changed: tuple[int, ...]
    migrated: int = 0


def keep(
    connection: Connection,
    source_id: int,
    arrivals: Sequence[Arrival],
    *,
    now: datetime,
    backlog_before: datetime | None = None,
) -> Kept:
    """Store what a document brought: new Entries with their line in the log, changed ones with their former
    wording kept as a revision, all in the caller's transaction.

    Skipped and doubtful Entries are stored, and not logged. New ones dated before `backlog_before` are marked as
    backlog, which is never announced as news.
    """
    known = _known(connection, source_id, arrivals)
    matches = _match(arrivals, known)
    outlet = connection.execute(select(source.c.outlet).where(source.c.id == source_id)).scalar_one()
    fresh = [arrival for arrival, match in zip(arrivals, matches, strict=True) if match is None]
    ids = _insert(connection, source_id, fresh, now, backlog_before)
    logged = [(id, 0) for id, arrival in zip(ids, fresh, strict=True) if not _held(arrival)]
    log.append_entries(connection, logged, outlet=outlet, at=now)
    again = [(a, m) for a, m in zip(arrivals, matches, strict=True) if m is not None and m != _SAID]
    changed = _revise(connection, again, outlet, now)
    numbers = iter(ids)
    owners = [match if match is not None else next(numbers) for match in matches]
    owned = [(a, owner) for a, owner in zip(arrivals, owners, strict=True) if owner != _SAID]
    _learn_keys(connection, source_id, owned, known)
    names = {found.entry: found.entry_id for found in known.values()}
    migrated = sum(names[match] != arrival.entry.entry_id for arrival, match in again)
    return Kept(tuple(ids), tuple(changed), migrated)


def unread(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> list[bool]:
    """Say of each arrival whether its article is wanted: it is new, reads otherwise than what is stored, or its text
    could not be had before and may be asked for again.
    """
    matches = _match(arrivals, _known(connection, source_id, arrivals))
    stored: dict[int, tuple[bytes, int | None]] = {}
    for some in batches(match for match in matches if match is not None):
        rows = connection.execute(select(entry.c.id, entry.c.digest, entry.c.text_tries).where(entry.c.id.in_(some)))
        stored.update((row.id, (bytes(row.digest), row.text_tries)) for row in rows)

    def wanted(arrival: Arrival, match: int | None) -> bool:
        if match is None or match not in stored:
            return match is None
        digest, tries = stored[match]
        return digest != arrival.entry.digest or (tries is not None and tries < TEXT_TRIES)

    return [wanted(arrival, match) for arrival, match in zip(arrivals, matches, strict=True)]


def lacking(connection: Connection, source_id: int, *, most: int) -> list[tuple[int, Arrival]]:
    """Give Entries whose article's text could not be had yet and may be asked for again, the newest first, each with
    its number, as it would arrive without its text.
    """
    tries = entry.c.text_tries
    rows = connection.execute(
        select(entry)
        .where(
            entry.c.source_id == source_id,
            tries.is_not(None),
            tries < TEXT_TRIES,
            entry.c.url.is_not(None),
            entry.c.doubt.is_(None),
        )
        .order_by(entry.c.id.desc())
        .limit(most)
    )
    same = [field.name for field in fields(Entry) if field.name in entry.c and field.name not in _LISTS]
    return [
        (
            row.id,
            Arrival(
                Entry(
                    **{name: getattr(row, name) for name in same},
                    keys=(),
                    authors=tuple(row.authors),
                    categories=tuple(row.categories),
                    enclosures=tuple(Enclosure(**said) for said in row.enclosures),
                ),
                row.excerpt,
                row.skipped_by,
                doubt=row.doubt,
            ),
        )
        for row in rows
    ]


def fill(
    connection: Connection, source_id: int, filled: Sequence[tuple[int, Arrival]], *, now: datetime
) -> tuple[int, ...]:
    """Store what came of those that `lacking` gave; gives the Entries that read otherwise now."""
    outlet = connection.execute(select(source.c.outlet).where(source.c.id == source_id)).scalar_one()
    return tuple(_revise(connection, [(arrival, number) for number, arrival in filled], outlet, now))


def _held(arrival: Arrival) -> bool:
    return arrival.skipped_by is not None or arrival.doubt is not None


def last_good(connection: Connection, source_id: int, *, most: int) -> list[tuple[str, str | None, bool, datetime]]:
    """Give title, address, whether dated, and first sight of a Source's newest Entries that nobody doubts."""
    rows = connection.execute(
        select(entry.c.title, entry.c.url, entry.c.published_at, entry.c.date_note, entry.c.first_seen_at)
        .where(entry.c.source_id == source_id, entry.c.doubt.is_(None))
        .order_by(entry.c.id.desc())
        .limit(most)
    )
    return [(row.title, row.url, row.published_at is not None, row.first_seen_at) for row in rows]


_LISTS = frozenset({"authors", "categories", "enclosures"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What tells whether an arrival that shares a key with a stored Entry is that Entry."""

    entry: int
    entry_id: str
    url: str | None
    words: frozenset[str]
    title: str


def _known(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> dict[bytes, _Known]:
    keys = dict.fromkeys(key for arrival in arrivals for key in arrival.entry.keys)
    known: dict[bytes, _Known] = {}
    for some in batches(keys):
        rows = connection.execute(
            select(entry_key.c.key, entry.c.id, entry.c.entry_id, entry.c.url, entry.c.title)
            .join(entry, entry.c.id == entry_key.c.entry_id)
            .where(entry_key.c.source_id == source_id, entry_key.c.key.in_(some))
        )
        for row in rows:
            known[bytes(row.key)] = _Known(row.id, row.entry_id, row.url, _words(row.title), row.title)
    return known


def _match(arrivals: Sequence[Arrival], known: dict[bytes, _Known]) -> list[int | None]:
    """Say which stored Entry each arrival is: None for a new one, `_SAID` for one that the document has said already.

    Each Entry is matched at most once: first by arrivals that have its title too, then by the strongest key, unless
    everything else speaks against it. So ids that only count places in a list do not hand an Entry on to another item.
    """
    matches: list[int | None] = [None] * len(arrivals)
    taken: set[int] = set()
    depth = max((len(arrival.entry.keys) for arrival in arrivals), default=0)
    # One address alone in its document may be the page of a whole Source, to which each alert in turn leads.
    may_be = partial(_may_be, is_alone=len(arrivals) == 1)
    for is_same in (_has_title, may_be):
        for rank in range(depth):
            for index, arrival in enumerate(arrivals):
                keys = arrival.entry.keys
                found = known.get(keys[rank]) if matches[index] is None and rank < len(keys) else None
                if found is not None and found.entry not in taken and is_same(arrival, found):
                    matches[index] = found.entry
                    taken.add(found.entry)
    for index, arrival in enumerate(arrivals):
        # Nothing of its own would tell it from those at the next visit: it would be new each time.
        if matches[index] is None and all(key in known for key in arrival.entry.keys):
            said = [known[key].entry in taken for key in arrival.entry.keys]
            matches[index] = _SAID if all(said) else None
    return matches


def _has_title(arrival: Arrival, known: _Known) -> bool:
    return arrival.entry.title == known.title


def _may_be(arrival: Arrival, known: _Known, *, is_alone: bool) -> bool:
    """Say whether an arrival that shares a key may be the Entry.

    Where the titles differ much, not by an id that only counts places, and not by the address of the only item of a
    document under another id. An id that is the address moves with it.
    """
    item = arrival.entry
    if item.entry_id == known.entry_id:
        if not _PLACE.fullmatch(item.entry_id) or item.url == known.url:
            return True
    elif not is_alone or (item.entry_id == item.url and item.url != known.url):
        return True
    words = _words(item.title)
    both = len(words | known.words)
    return both > 0 and len(words & known.words) / both >= RETITLED


def _words(title: str) -> frozenset[str]:
    return frozenset(title.casefold().split())


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
        "doubt": arrival.doubt,
        "text_tries": int(arrival.was_asked) if arrival.lacks_text else None,
    }


def _insert(
    connection: Connection, source_id: int, fresh: Sequence[Arrival], now: datetime, backlog_before: datetime | None
) -> list[int]:
    if not fresh:
        return []
    same = {"source_id": source_id, "revision": 0, "first_seen_at": now, "changed_at": now}
    rows = []
    for arrival in fresh:
        dated = arrival.entry.published_at
        is_old = backlog_before is not None and dated is not None and dated < backlog_before
        rows.append(_columns(arrival) | same | {"backlog": is_old})
    statement = entry.insert().returning(entry.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def _revise(connection: Connection, known: Sequence[tuple[Arrival, int]], outlet: str, now: datetime) -> list[int]:
    arrivals = {match: arrival for arrival, match in known}
    changed: list[int] = []
    for some in batches(arrivals):
        rows = connection.execute(
            select(entry.c.id, entry.c.digest, entry.c.skipped_by, entry.c.doubt, entry.c.story_id, entry.c.text_tries)
            .where(entry.c.id.in_(some))
            .order_by(entry.c.id)
        )
        for row in list(rows):
            arrival = arrivals[row.id]
            if bytes(row.digest) != arrival.entry.digest:
                _replace(connection, row.id, arrival, now)
                changed.append(row.id)
            elif row.text_tries is not None and arrival.lacks_text:
                tries = row.text_tries + arrival.was_asked
                connection.execute(update(entry).where(entry.c.id == row.id).values(text_tries=tries))
            elif row.text_tries is not None and arrival.entry.content:
                _replace(connection, row.id, arrival, now)
                changed.append(row.id)
            # What is known and was not doubted is not doubted later: a Story may tell it.
            if row.skipped_by != arrival.skipped_by or (row.doubt and row.doubt != arrival.doubt):
                _reconsider(connection, row, arrival, outlet, now)
    for some in batches(changed):
        rows = connection.execute(select(entry.c.story_id).where(entry.c.id.in_(some), entry.c.story_id.is_not(None)))
        stories.wake(connection, [row.story_id for row in rows], now=now)
    return sorted(changed)


def _replace(connection: Connection, id: int, arrival: Arrival, now: datetime) -> None:
    columns = ("revision", "url", "title", "summary", "content", "language", "published_at")
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
            language=old.language,
            published_at=old.published_at,
        )
    )
    values = _columns(arrival)
    # The id that an item had first stays its id: others may hold on to it.
    del values["entry_id"], values["skipped_by"], values["doubt"]
    if not values["content"]:
        # A page's list never holds the text that its article gave: losing it would be no correction.
        values["content"] = old.content
    connection.execute(
        update(entry).where(entry.c.id == id).values(**values, revision=old.revision + 1, changed_at=now)
    )


def _reconsider(connection: Connection, row: AnyRow, arrival: Arrival, outlet: str, now: datetime) -> None:
    """An Entry that no rule skips and nobody doubts any longer comes back; one already in a Story stays there."""
    if arrival.skipped_by and row.story_id:
        return
    doubt = arrival.doubt if row.doubt else None
    connection.execute(update(entry).where(entry.c.id == row.id).values(skipped_by=arrival.skipped_by, doubt=doubt))
    logged = connection.execute(select(log_table.c.seq).where(log_table.c.entry_id == row.id).limit(1)).first()
    if not arrival.skipped_by and doubt is None and logged is None:
        number = connection.execute(select(entry.c.revision).where(entry.c.id == row.id)).scalar_one()
        log.append_entries(connection, [(row.id, number)], outlet=outlet, at=now)


def _learn_keys(
    connection: Connection, source_id: int, owned: Iterable[tuple[Arrival, int]], known: dict[bytes, _Known]
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
        rows = connection.execute(select(entry).where(entry.c.id.in_(some)))
        for row in rows:
            event = by_entry[row.id]
            said = row if row.revision == event.revision else _earlier(connection, row.id, event.revision) or row
            found[event.seq] = Report(
                entry=row.id,
                outlet=event.outlet,
                url=said.url,
                title=said.title,
                summary=said.summary,
                content=said.content,
                language=said.language,
                published_at=said.published_at,
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
