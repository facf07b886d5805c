"""Vectors of Entries in the store, as bytes: which are wanted, those that came, and what they say. It makes none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from ..values import Event
from . import log
from .batches import batches
from .schema import entry, vector
from .schema import log as lines


def wanted(connection: Connection, model: str, *, since: datetime, limit: int) -> dict[int, tuple[str, str, str]]:
    """Give placed Entries that have no vector of this model and came since then, the newest first.

    Each by its id with its title, summary and content; Copies need none.
    """
    there = select(vector.c.entry_id).where(vector.c.entry_id == entry.c.id, vector.c.model == model)
    query = (
        select(entry.c.id, entry.c.title, entry.c.summary, entry.c.content)
        .join(lines, (lines.c.entry_id == entry.c.id) & (lines.c.kind == "entry"))
        .where(lines.c.at >= since, entry.c.story_id.is_not(None), entry.c.copy_of.is_(None), ~there.exists())
        .order_by(lines.c.seq.desc())
        .limit(limit)
    )
    return {row.id: (row.title, row.summary, row.content) for row in connection.execute(query)}


def awaited(connection: Connection, model: str, ids: Iterable[str]) -> frozenset[str]:
    """Give those of these Stories that have Entries, no Copies, without a vector of this model."""
    there = select(vector.c.entry_id).where(vector.c.entry_id == entry.c.id, vector.c.model == model)
    lacking = select(entry.c.story_id).where(entry.c.copy_of.is_(None), ~there.exists()).distinct()
    return frozenset(
        id for some in batches(ids) for id in connection.execute(lacking.where(entry.c.story_id.in_(some))).scalars()
    )


def keep(connection: Connection, model: str, made: Mapping[int, bytes], *, at: datetime) -> None:
    """Keep the vectors of Entries, and append a line to the log for each, in the order of the Entries."""
    there = select(vector.c.entry_id).where(vector.c.model == model)
    held = {
        id for some in batches(made) for id in connection.execute(there.where(vector.c.entry_id.in_(some))).scalars()
    }
    fresh = sorted(made.keys() - held)
    if fresh:
        connection.execute(vector.insert(), [{"entry_id": id, "model": model, "values": made[id]} for id in fresh])
        log.append_vectors(connection, fresh, model=model, at=at)


def length(connection: Connection, model: str) -> int | None:
    """Give how many bytes a vector of this model has, None where there is none yet."""
    row = connection.execute(select(vector.c["values"]).where(vector.c.model == model).limit(1)).first()
    return len(row[0]) if row is not None else None


def recall(connection: Connection, model: str, *, since: datetime, at: datetime) -> None:
    """Append a line to the log for each Entry that came since then and has a vector of this model already."""
    arrived = (lines.c.entry_id == vector.c.entry_id) & (lines.c.kind == "entry") & (lines.c.at >= since)
    held = select(lines.c.entry_id).join(vector, arrived).where(vector.c.model == model).order_by(lines.c.seq)
    log.append_vectors(connection, list(dict.fromkeys(connection.execute(held).scalars())), model=model, at=at)


def of(connection: Connection, model: str, events: Sequence[Event]) -> dict[int, bytes]:
    """Give the vectors of this model that events tell of, by the events' seq."""
    found: dict[int, bytes] = {}
    for some in batches(event.entry for event in events):
        rows = connection.execute(select(vector).where(vector.c.model == model, vector.c.entry_id.in_(some)))
        found.update((row.entry_id, row.values) for row in rows)
    return {event.seq: found[event.entry] for event in events if event.entry in found}


def heard(connection: Connection, events: Sequence[Event]) -> dict[int, bytes]:
    """Give the vectors that events tell of, each of its own model, by the events' seq."""
    found: dict[int, bytes] = {}
    for model in {event.model for event in events}:
        found |= of(connection, model, [event for event in events if event.model == model])
    return found
