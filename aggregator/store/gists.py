"""What the engine keeps of Entries, as bytes, so that a restart need not read their texts. It reads none of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from ..values import Event
from .batches import batches
from .schema import gist
from .schema import log as lines
from .types import upsert


def put(connection: Connection, version: bytes, made: Mapping[int, bytes]) -> None:
    """Keep what this version made of Entries."""
    if not made:
        return
    new = upsert(connection, gist)
    same = new.on_conflict_do_update(
        index_elements=["entry_id"], set_={"version": new.excluded.version, "packed": new.excluded.packed}
    )
    connection.execute(same, [{"entry_id": id, "version": version, "packed": packed} for id, packed in made.items()])


def of(connection: Connection, version: bytes, events: Iterable[Event]) -> dict[int, bytes]:
    """Give what this version made of events' Entries, by the events' seq."""
    asked = {event.entry: event.seq for event in events}
    found: dict[int, bytes] = {}
    for some in batches(asked):
        rows = connection.execute(select(gist).where(gist.c.entry_id.in_(some), gist.c.version == version))
        found.update((asked[row.entry_id], row.packed) for row in rows)
    return found


def clear(connection: Connection, *, before: datetime) -> None:
    """Forget what was made of Entries that arrived before a moment."""
    first = select(func.min(lines.c.entry_id)).where(lines.c.kind == "entry", lines.c.at >= before)
    connection.execute(delete(gist).where(gist.c.entry_id < first.scalar_subquery()))
