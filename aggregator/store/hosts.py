"""What was asked of each host, and the waits that they asked for, which hold for all processes. It asks no host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, delete, exists, func, or_, select, update

from ..hosts import Waits, domain_of, left_alone
from ..values import Reason, Tally
from .schema import host, source
from .types import upsert


def record(connection: Connection, tallies: Sequence[Tally], *, now: datetime) -> None:
    """Add up what was asked, and put off the visits of Sources whose host asked to be left alone."""
    for tally in tallies:  # in order of their names, as `taken` gives them, so that no two processes lock each other
        new = upsert(connection, host).values(
            name=tally.host,
            domain=domain_of(tally.host),
            first_asked_at=now,
            asked_at=now,
            requests=tally.requests,
            not_modified=tally.not_modified,
            failures=tally.failures,
            waits=tally.waits,
            wait_until=tally.wait_until,
            wait_reason=tally.wait_reason,
        )
        counts = {name: host.c[name] + new.excluded[name] for name in ("requests", "not_modified", "failures", "waits")}
        longer = new.excluded.wait_until.is_not(None) & (
            host.c.wait_until.is_(None) | (host.c.wait_until < new.excluded.wait_until)
        )
        waits = {name: case((longer, new.excluded[name]), else_=host.c[name]) for name in ("wait_until", "wait_reason")}
        at = {"asked_at": case((new.excluded.requests > 0, new.excluded.asked_at), else_=host.c.asked_at)}
        connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=counts | waits | at))
        if tally.wait_until is not None:
            _put_off(connection, tally.host, now)


def _put_off(connection: Connection, name: str, now: datetime) -> None:
    waiting = _waiting(connection, name, now)
    here = {name}
    if len(waiting) > 1:
        lived = select(source.c.host).distinct().where(source.c.domain == domain_of(name))
        here |= {row.host for row in connection.execute(lived)}
    for one in sorted(here):
        if end := left_alone(one, waiting, now=now):
            connection.execute(
                update(source)
                .where(source.c.host == one, source.c.next_poll_at < end)
                .values(next_poll_at=end, next_poll_reason=Reason("left-alone"))
            )


def put_off(connection: Connection, *, now: datetime) -> None:
    """Put off all visits of Sources whose host waits: those planned anew know nothing of it."""
    for name, _, _ in waits(connection, now=now):
        _put_off(connection, name, now)


def until(connection: Connection, name: str, *, now: datetime) -> datetime | None:
    """Tell until when the Sources of a host are to be put off, None where they are not; see `hosts.left_alone`."""
    return left_alone(name, _waiting(connection, name, now), now=now)


def _waiting(connection: Connection, name: str, now: datetime) -> Waits:
    """Give the hosts of a host's domain that wait; a host that waits was asked last when that was told."""
    rows = connection.execute(
        select(host.c.name, host.c.wait_until, host.c.asked_at).where(
            host.c.domain == domain_of(name), host.c.wait_until > now
        )
    )
    return {row.name: (row.wait_until, row.asked_at) for row in rows}


def clear(connection: Connection, *, before: datetime, now: datetime) -> None:
    """Forget hosts that were not asked since a time, do not wait, and in whose domain no Source lives."""
    lived = select(source.c.domain).where(source.c.retired_at.is_(None))
    is_over = or_(host.c.wait_until.is_(None), host.c.wait_until <= now)
    connection.execute(delete(host).where(host.c.asked_at < before, is_over, host.c.domain.not_in(lived)))


Moments = list[tuple[str, datetime]]


def waits(connection: Connection, *, now: datetime) -> list[tuple[str, datetime, datetime]]:
    """Give the hosts that are to be left alone at present, each with the end of its wait and when that was told."""
    rows = connection.execute(select(host.c.name, host.c.wait_until, host.c.asked_at).where(host.c.wait_until > now))
    return [(row.name, row.wait_until, row.asked_at) for row in rows]


def asked(connection: Connection, *, since: datetime) -> Moments:
    """Give the hosts that were asked since a time, each with when that was last."""
    rows = connection.execute(select(host.c.name, host.c.asked_at).where(host.c.asked_at >= since))
    return [(row.name, row.asked_at) for row in rows]


@dataclass(frozen=True, slots=True)
class Visited:
    """One host as the fetch log shows it, with the next visit to any of its Sources."""

    host: str
    first_asked_at: datetime
    asked_at: datetime
    requests: int
    not_modified: int
    failures: int
    waits: int
    wait_until: datetime | None
    wait_reason: Reason | None
    next_poll_at: datetime | None
    """None where no visit is planned."""
    next_poll_reason: Reason


def fetch_log(connection: Connection, *, after: str = "", limit: int) -> list[Visited]:
    """Give up to `limit` hosts that public Sources live or lead to, by name, beginning behind the name `after`.

    A host belongs here that a public Source lives at, and any other of such a Source's domain, as those of its
    articles, unless a Source lives in that domain that is not public: which of them led there is not known. Nor is it
    of hosts elsewhere, which therefore belong here only where no Source is, or was, anything but public. A host that
    both live at is here, since to leave it out would tell more.
    """
    present = source.c.retired_at.is_(None) & source.c.public.is_(True)
    hidden = select(source.c.domain).where(source.c.public.is_(False))
    near = host.c.domain.in_(select(source.c.domain).where(present)) & host.c.domain.not_in(hidden)
    led = near | ~exists(hidden)
    shown = (
        select(host)
        .where(host.c.name > after, host.c.name.in_(select(source.c.host).where(present)) | led)
        .order_by(host.c.name)
        .limit(limit)
    )
    rows = connection.execute(shown).all()
    visits = _next_visits(connection, [row.name for row in rows])
    counted = set(Visited.__slots__) & set(host.c.keys())
    found = []
    for row in rows:
        at, reason = visits.get(row.name, (None, Reason("led")))
        counts = {name: getattr(row, name) for name in counted}
        found.append(Visited(host=row.name, next_poll_at=at, next_poll_reason=reason, **counts))
    return found


def _next_visits(connection: Connection, names: Sequence[str]) -> dict[str, tuple[datetime | None, Reason]]:
    """Give the next visit to any public Source of each host that has one; at no time where all of them rest."""
    rests = case((source.c.state != "active", 2), (source.c.paused.is_(True), 1), else_=0)
    first = func.row_number().over(partition_by=source.c.host, order_by=(rests, source.c.next_poll_at, source.c.id))
    ranked = (
        select(source.c.host, source.c.next_poll_at, source.c.next_poll_reason, rests.label("rests"))
        .add_columns(first.label("rank"))
        .where(source.c.host.in_(names), source.c.retired_at.is_(None), source.c.public.is_(True))
        .subquery()
    )
    found = {}
    for row in connection.execute(select(ranked).where(ranked.c.rank == 1)):
        reason = Reason("paused") if row.rests == 1 else row.next_poll_reason
        found[row.host] = (None if row.rests else row.next_poll_at, reason)
    return found
