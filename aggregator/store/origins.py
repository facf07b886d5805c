"""The origins that Entries name, in the store: which are still to be read, and those that were. It reads no text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select, update

from ..origins import of_copy
from ..values import Origin, Report
from .batches import batches
from .schema import entry, source
from .types import AnyRow


def unread(connection: Connection, *, limit: int) -> dict[Report, int]:
    """Give Entries whose origins were not read since they came or changed, the newest first, each with its revision."""
    query = (
        select(entry, source.c.outlet)
        .join(source, source.c.id == entry.c.source_id)
        .where(entry.c.origins.is_(None))
        .order_by(entry.c.id.desc())
        .limit(limit)
    )
    return {_report(row): row.revision for row in connection.execute(query)}


def write(connection: Connection, found: Mapping[tuple[int, int], Sequence[Origin]]) -> None:
    """Keep the origins of Entries, by id and revision; one that has changed since stays unread."""
    for (id, revision), origins in sorted(found.items()):
        statement = update(entry).where(entry.c.id == id, entry.c.revision == revision)
        connection.execute(statement.values(origins=[asdict(one) for one in origins]))


def get(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Origin, ...]]:
    """Give the origins of Entries; a Copy that names none has its original's."""
    found: dict[int, tuple[Origin, ...]] = {}
    original = entry.alias("original")
    query = select(entry.c.id, entry.c.origins, original.c.origins.label("copied")).outerjoin(
        original, original.c.id == entry.c.copy_of
    )
    for some in batches(ids):
        rows = connection.execute(query.where(entry.c.id.in_(some)))
        found.update((row.id, of_copy(told(row.origins), told(row.copied))) for row in rows)
    return found


def told(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Origin, ...]:
    """Give origins as they are stored; none where they were not read yet."""
    return tuple(Origin(**one) for one in stored or ())


def _report(row: AnyRow) -> Report:
    return Report(
        entry=row.id,
        outlet=row.outlet,
        url=row.url,
        title=row.title,
        summary=row.summary,
        content=row.content,
        language=row.language,
        published_at=row.published_at,
        authors=tuple(row.authors),
        via_name=row.via_name,
        via_url=row.via_url,
    )
