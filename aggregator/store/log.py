"""The ordered log of what the story engine decides from, and the lease of the one who decides. It decides nothing."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, func, select, true, update
from sqlalchemy.exc import IntegrityError

from ..errors import StoreError
from ..values import Event
from .batches import batches
from .schema import lease, log, log_head

if TYPE_CHECKING:
    from .database import Store

LEASE = timedelta(seconds=15)
"""How long a leader may be silent before another takes over."""

ASSIGNMENT = "assignment"
"""The lease under which Entries are placed into Stories and Stories are published."""


class LostLease(StoreError):
    """Somebody else leads now: what this transaction wanted to write is not written."""


@dataclass(frozen=True, slots=True)
class Leadership:
    """A held lease: `epoch` grows with each new holder, `seq` is the last log line that was dealt with."""

    name: str
    holder: str
    epoch: int
    seq: int


def append_entries(connection: Connection, entries: Sequence[tuple[int, int]], *, outlet: str, at: datetime) -> None:
    """Append one line for each arrived Entry of an outlet, given as (entry, revision), in order, each with a minted id.

    The head row stays locked until the transaction ends, so that lines become visible in the order of their numbers: a
    reader that has seen line n can never miss one before it. Times never go back, whatever the clock does.
    """
    rows = [{"kind": "entry", "entry_id": entry, "revision": revision, "outlet": outlet} for entry, revision in entries]
    _append(connection, rows, at=at)


def append_vectors(connection: Connection, entries: Sequence[int], *, model: str, at: datetime) -> None:
    """Append a line for each Entry whose vector of a model has come, in order, each with a minted id."""
    _append(connection, [{"kind": "vector", "entry_id": entry, "model": model} for entry in entries], at=at)


def append_change(connection: Connection, kind: Literal["model", "weights"], name: str, *, at: datetime) -> None:
    """Append the line from which on another model makes the vectors, or other weights decide."""
    _append(connection, [{"kind": kind, "model": name}], at=at)


def append_edits(connection: Connection, edits: Sequence[int], *, at: datetime) -> None:
    """Append a line for each Edit, in order, each with a minted id."""
    _append(connection, [{"kind": "edit", "edit_id": edit} for edit in edits], at=at)


def append_tick(connection: Connection, *, at: datetime) -> None:
    """Append the line that asks for a repair: when there is one stands in the log, not in a clock."""
    _append(connection, [{"kind": "tick"}], at=at)


def hold(connection: Connection) -> None:
    """Keep all others from appending lines until the transaction ends."""
    connection.execute(select(log_head).with_for_update()).one()


def _append(connection: Connection, rows: Sequence[dict[str, object]], *, at: datetime) -> None:
    if not rows:
        return
    head = connection.execute(select(log_head).with_for_update()).one()
    at = max(at, head.at or at)
    connection.execute(update(log_head).values(seq=head.seq + len(rows), at=at))
    lines = [
        row | {"seq": head.seq + number, "at": at, "mint": str(uuid.uuid4())}
        for number, row in enumerate(rows, start=1)
    ]
    connection.execute(log.insert(), lines)


def after(connection: Connection, seq: int, *, limit: int) -> list[Event]:
    """Read up to `limit` lines that come after `seq`, in order."""
    return _events(connection, log.c.seq > seq, limit)


def since(connection: Connection, at: datetime, *, upto: int) -> list[Event]:
    """Read the lines from a moment on, up to and with line `upto`, in order."""
    return _events(connection, (log.c.at >= at) & (log.c.seq <= upto), None)


def of_entries(connection: Connection, ids: Iterable[int]) -> dict[int, Event]:
    """Give the line in which each of these Entries arrived, of those that have one."""
    arrivals = log.c.kind == "entry"
    events = [
        event for some in batches(ids) for event in _events(connection, log.c.entry_id.in_(some) & arrivals, None)
    ]
    return {event.entry: event for event in events}


def moment(connection: Connection, seq: int) -> datetime | None:
    """Tell when line `seq` was written."""
    at: datetime | None = connection.execute(select(log.c.at).where(log.c.seq == seq)).scalar()
    return at


def model(connection: Connection, *, before: int | None = None) -> str | None:
    """Give the model that makes the vectors at line `before` (None: at the end), None if there was none: the one that a
    line said last, or the one of the first vector.
    """
    lines = select(log.c.model).where(log.c.seq < before if before is not None else true()).limit(1)
    said = lines.where(log.c.kind == "model").order_by(log.c.seq.desc())
    first = lines.where(log.c.kind == "vector").order_by(log.c.seq)
    found: str | None = connection.execute(said).scalar() or connection.execute(first).scalar()
    return found


def waiting(connection: Connection) -> int:
    """Count the lines that no leader has dealt with yet."""
    done = connection.execute(select(lease.c.seq).where(lease.c.name == ASSIGNMENT)).scalar() or 0
    return connection.execute(select(func.count()).select_from(log).where(log.c.seq > done)).scalar_one()


def _events(connection: Connection, condition: object, limit: int | None) -> list[Event]:
    query = select(log).where(condition).order_by(log.c.seq)  # type: ignore[arg-type]
    rows = connection.execute(query if limit is None else query.limit(limit))
    return [
        Event(
            row.seq,
            row.at,
            row.kind,
            row.entry_id or 0,
            row.revision or 0,
            row.mint,
            row.outlet or "",
            row.edit_id or 0,
            row.model or "",
        )
        for row in rows
    ]


def at_rest(store: "Store", connection: Connection, *, name: str, holder: str) -> int | None:
    """Tell where in the log the lease `name` stands, if `holder` could take it now; None while another holds it."""
    row = connection.execute(select(lease).where(lease.c.name == name)).first()
    if row is None:
        return 0
    free = row.holder == holder or row.until <= store.clock(connection)
    return int(row.seq) if free else None


def lead(store: "Store", connection: Connection, *, name: str, holder: str) -> Leadership | None:
    """Take or keep the lease `name` for `holder`; None while another holds it. A new holder gets a new epoch."""
    clock = store.clock(connection)
    row = connection.execute(select(lease).where(lease.c.name == name).with_for_update()).first()
    if row is None:
        try:
            with connection.begin_nested():
                connection.execute(lease.insert().values(name=name, holder=holder, epoch=1, until=clock + LEASE, seq=0))
        except IntegrityError:
            return None  # another process made the row at this very moment, and holds it
        return Leadership(name, holder, 1, 0)
    if row.holder != holder and row.until > clock:
        return None
    epoch = row.epoch if row.holder == holder else row.epoch + 1
    connection.execute(
        update(lease).where(lease.c.name == name).values(holder=holder, epoch=epoch, until=clock + LEASE)
    )
    return Leadership(name, holder, epoch, row.seq)


def advance(store: "Store", connection: Connection, held: Leadership, *, seq: int | None = None) -> None:
    """Renew the lease within a transaction of its holder, moving its place in the log to `seq` if given.

    Raises LostLease where the epoch has moved on, so that a stalled old leader writes nothing.
    """
    values: dict[str, object] = {"until": store.clock(connection) + LEASE}
    if seq is not None:
        values["seq"] = seq
    done = connection.execute(
        update(lease).where(lease.c.name == held.name, lease.c.epoch == held.epoch).values(**values)
    )
    if done.rowcount != 1:
        raise LostLease("another process makes the stories now; this one goes on polling and serving")


def resign(connection: Connection, held: Leadership) -> None:
    """Let the lease go, so that the next process need not wait for it to run out."""
    connection.execute(
        update(lease)
        .where(lease.c.name == held.name, lease.c.epoch == held.epoch)
        .values(until=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    )
