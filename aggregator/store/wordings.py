"""What Entries say, for the engine, for the judge of pages and for readers. It writes nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from ..values import Event, Report
from .batches import batches
from .schema import entry, revision, story
from .types import AnyRow

FORMER = 3
"""Former titles of an Entry that are shown: a live blog has dozens."""


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


def former_titles(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Give the titles that Entries had before, of those that were retitled: each once, the latest first, at most
    FORMER of them.
    """
    found: dict[int, dict[str, None]] = {}
    for some in batches(ids):
        query = (
            select(revision.c.entry_id, revision.c.title)
            .join(entry, entry.c.id == revision.c.entry_id)
            .where(revision.c.entry_id.in_(some), revision.c.title != entry.c.title)
        )
        for row in connection.execute(query.order_by(revision.c.entry_id, revision.c.number.desc())):
            found.setdefault(row.entry_id, {})[row.title] = None
    return {id: tuple(titles)[:FORMER] for id, titles in found.items()}


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


def last_good(connection: Connection, source_id: int, *, most: int) -> list[tuple[str, str | None, bool, datetime]]:
    """Give title, address, whether dated, and first sight of a Source's newest Entries that nobody doubts."""
    rows = connection.execute(
        select(entry.c.title, entry.c.url, entry.c.published_at, entry.c.date_note, entry.c.first_seen_at)
        .where(entry.c.source_id == source_id, entry.c.doubt.is_(None))
        .order_by(entry.c.id.desc())
        .limit(most)
    )
    return [(row.title, row.url, row.published_at is not None, row.first_seen_at) for row in rows]
