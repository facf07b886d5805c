"""What Entries say, for the engine, for the judge of pages and for readers. It writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from .. import selection
from ..dates import is_told
from ..stories.features import plain
from ..values import Event, Report
from .batches import batches
from .schema import entry, revision, story
from .types import AnyRow

FORMER = 3
"""Former wordings of an Entry that are shown: a live blog has dozens."""
SHOWN = 4000
"""Letters of a text that are looked at for what of it differed."""


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


@dataclass(frozen=True, slots=True)
class Former:
    """How an Entry read until its Source changed it, as far as that differs from what came next."""

    until: datetime
    title: str
    """"" where it stayed."""
    text: str
    """Plain, and no longer than the Entry's excerpt is; "" where nothing of it differs in so many words."""


def former(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Former, ...]]:
    """Give how Entries read before, of those that were changed: each wording once, the latest first, at most FORMER."""
    found: dict[int, tuple[Former, ...]] = {}
    for some in batches(ids):
        now = (entry.c.id, entry.c.title, entry.c.summary, entry.c.excerpt, *_body(entry.c.content))
        later = {
            row.id: (row, selection.count(row.excerpt))
            for row in connection.execute(select(*now).where(entry.c.id.in_(some), entry.c.revision > 0))
        }
        then = (revision.c.entry_id, revision.c.title, revision.c.summary, revision.c.replaced_at)
        query = select(*then, *_body(revision.c.content)).where(revision.c.entry_id.in_(later))
        told: dict[int, dict[tuple[str, str], Former]] = {}
        for row in connection.execute(query.order_by(revision.c.entry_id, revision.c.number.desc())):
            after, words = later[row.entry_id]
            later[row.entry_id] = row, words
            one = _difference(row, after, words)
            if one is not None:
                told.setdefault(row.entry_id, {}).setdefault((one.title, one.text), one)
        found.update((id, tuple(ones.values())[:FORMER]) for id, ones in told.items())
    return found


def _body(content: ColumnElement[str]) -> tuple[ColumnElement[str], ColumnElement[int]]:
    """Give of a text no more than is shown, and its length: that of a live blog is long, and changes often."""
    return func.substr(content, 1, SHOWN).label("begins"), func.length(content).label("length")


def _difference(row: AnyRow, after: AnyRow, words: float) -> Former | None:
    if (row.title, row.summary, row.begins, row.length) == (after.title, after.summary, after.begins, after.length):
        return None
    text, later = (selection.cut(" ".join((one.summary or plain(one.begins)).split()), words) for one in (row, after))
    return Former(row.replaced_at, row.title if row.title != after.title else "", text if text != later else "")


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
    return [(row.title, row.url, is_told(row.published_at, row.date_note), row.first_seen_at) for row in rows]
