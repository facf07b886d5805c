"""What was decided of Entries and Stories, for those who ask why. It writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ..values import Event, Report
from . import log, vectors, wordings
from .batches import BATCH, batches
from .database import Store
from .schema import entry, story


@dataclass(frozen=True, slots=True)
class Arrived:
    """An Entry as it was when it came, and where it stands now."""

    event: Event
    report: Report
    story: str | None
    """None while it waits."""
    copy_of: int | None
    vector: bytes | None
    model: str
    """The one that made it."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A Story that went on as another, and since when."""

    story: str
    into: str
    at: datetime


def arrived(store: Store, ids: Iterable[int], *, model: str) -> dict[int, Arrived]:
    """Give these Entries, of those that a Story was sought for, with the vectors of a model."""
    with store.read() as connection:
        return read(connection, ids, model=model)


def read(connection: Connection, ids: Iterable[int], *, model: str) -> dict[int, Arrived]:
    """Give these Entries as `arrived` does, within a transaction."""
    events = log.of_entries(connection, ids)
    reports = wordings.reports(connection, list(events.values()))
    places = wordings.placements(connection, events)
    known = vectors.of(connection, model, list(events.values()))
    found = {}
    for id, event in events.items():
        at, copy_of, _ = places[id]
        found[id] = Arrived(event, reports[event.seq], at, copy_of, known.get(event.seq), model)
    return found


def kept_out(store: Store, ids: Iterable[int]) -> dict[int, str]:
    """Give, of these Entries, those that a rule or a doubt keeps out of Stories, with its words."""
    found: dict[int, str] = {}
    with store.read() as connection:
        for some in batches(ids):
            rows = connection.execute(select(entry.c.id, entry.c.skipped_by, entry.c.doubt).where(entry.c.id.in_(some)))
            found.update((row.id, row.skipped_by or row.doubt) for row in rows if row.skipped_by or row.doubt)
    return found


def joined(store: Store, id: str) -> tuple[Joined, ...]:
    """Give the Stories that this one has taken in, by itself or with others that it took in, in the order of time."""
    found: dict[str, Joined] = {}
    ids = [id]
    with store.read() as connection:
        while ids:
            some, ids = ids[:BATCH], ids[BATCH:]
            rows = connection.execute(
                select(story.c.id, story.c.merged_into, story.c.merged_at).where(story.c.merged_into.in_(some))
            )
            more = {row.id: Joined(row.id, row.merged_into, row.merged_at) for row in rows if row.id not in found}
            found |= more
            ids += more
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.story)))
