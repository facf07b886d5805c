"""Says of which Entries the texts of their articles are wanted, and which a rule skips. It writes nothing."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, case, func, or_, select

from ..values import UNREAD, UNTOLD, WHOLE, Arrival, Enclosure, Entry, Skipped
from . import identities
from .batches import batches
from .entries import LISTS, TEXT_TRIES, is_reworded, is_whole, rests
from .schema import entry
from .types import AnyRow


def unread(
    connection: Connection, source_id: int, arrivals: Sequence[Arrival], *, now: datetime
) -> list[tuple[int | None, int | None]]:
    """Say of each arrival which Entry it is, None of a new one, and how often its article was asked for in vain, None
    where it is not wanted: it is, of what is new, reads otherwise than what is stored, or lacks its text yet.
    """
    matches = identities.find(connection, source_id, arrivals).matches
    stored: dict[int, AnyRow] = {}
    kept = select(
        *(entry.c[name] for name in ("id", "digest", "text_tries", "revision", "changed_at", "skipped_by", "is_read"))
    )
    for some in batches(match for match in matches if match is not None):
        stored.update((row.id, row) for row in connection.execute(kept.where(entry.c.id.in_(some))))

    def tries(arrival: Arrival, match: int | None) -> int | None:
        if match is None:
            return 0
        row = stored.get(match)
        if row is None or (rests(row, now) and row.skipped_by != UNREAD):
            return None
        if row.text_tries is not None and row.text_tries < TEXT_TRIES:
            return int(row.text_tries)
        is_free = row.text_tries is None and row.skipped_by and not row.is_read and not arrival.skipped_by
        return 0 if is_free or is_reworded(bytes(row.digest), arrival) else None

    return [(match, tries(arrival, match)) for arrival, match in zip(arrivals, matches, strict=True)]


def lacking(connection: Connection, source_id: int, *, most: int, now: datetime) -> list[tuple[int, str, int]]:
    """Give the numbers and addresses of Entries whose article's text could not be had yet and may be asked for again,
    and how often it was, the newest first.
    """
    tries, by = entry.c.text_tries, entry.c.skipped_by
    rows = connection.execute(
        select(entry.c.id, entry.c.url, tries, entry.c.revision, entry.c.changed_at, by)
        .where(
            entry.c.source_id == source_id,
            tries.is_not(None),
            tries < TEXT_TRIES,
            entry.c.url.is_not(None),
            entry.c.doubt.is_(None),
            or_(by.is_(None), by == UNREAD, by.startswith("only")),  # what is barred no article frees
        )
        .order_by(entry.c.id.desc())
        .limit(most)
    )
    waiting = (row for row in rows if row.skipped_by == UNREAD or not rests(row, now))
    return [(row.id, row.url, row.text_tries) for row in waiting]


def listed(connection: Connection, numbers: Sequence[int]) -> list[Arrival]:
    """Give Entries as they would arrive without the texts of their articles, in this order."""
    held = {
        row.id: row
        for some in batches(numbers)
        for row in connection.execute(select(entry).where(entry.c.id.in_(some)))
    }
    same = [field.name for field in fields(Entry) if field.name in entry.c and field.name not in LISTS]
    return [
        Arrival(
            Entry(
                **{name: getattr(row, name) for name in same},
                keys=(),
                authors=tuple(row.authors),
                categories=tuple(row.categories),
                enclosures=tuple(Enclosure(**said) for said in row.enclosures),
            ),
            row.excerpt,
            row.skipped_by if row.skipped_by != UNREAD else None,
            doubt=row.doubt,
        )
        for row in (held[number] for number in numbers)
    ]


def skipped(connection: Connection, source_id: int, *, after: int = 0, most: int) -> list[Skipped]:
    """Give Entries that a rule skips, in the order of their numbers, with what rules look at."""
    names = ("id", "entry_id", "title", "summary", "url", "categories", "skipped_by", "is_read")
    # Of short ones nobody needs to know how long they are without their markup.
    content = case((func.length(entry.c.content) >= WHOLE, entry.c.content), else_="").label("content")
    held = entry.c.source_id == source_id, entry.c.skipped_by.is_not(None), entry.c.id > after
    rows = connection.execute(
        select(*(entry.c[name] for name in names), content).where(*held).order_by(entry.c.id).limit(most)
    )
    return [
        Skipped(
            number=row.id,
            entry_id=row.entry_id,
            title=row.title,
            summary=row.summary,
            url=row.url,
            categories=tuple(row.categories),
            by=row.skipped_by,
            is_whole=row.is_read or row.url is None or is_whole(row.content),
        )
        for row in rows
    ]


def untold(connection: Connection, source_id: int) -> int:
    """Count the Entries that stay skipped because their titles could not be searched in time."""
    held = entry.c.source_id == source_id, entry.c.skipped_by.endswith(UNTOLD, autoescape=True)
    count: int = connection.execute(select(func.count()).select_from(entry).where(*held)).scalar_one()
    return count
