"""What was asked of each host, and the waits that they asked for, which hold for all processes. It asks no host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..hosts import domain_of
from ..values import Tally
from .schema import host, source


def record(connection: Connection, tallies: Sequence[Tally], *, now: datetime) -> None:
    """Add up what was asked, and put off the visits of Sources whose host asked to be left alone."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for tally in tallies:  # in order of their names, as `taken` gives them, so that no two processes lock each other
        new = insert(host).values(
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
            _put_off(connection, tally.host, tally.wait_until, now)


def _put_off(connection: Connection, name: str, until: datetime, now: datetime) -> None:
    domain = domain_of(name)
    waiting = select(func.count()).select_from(host).where(host.c.domain == domain, host.c.wait_until > now)
    whole = connection.execute(waiting).scalar_one() > 1
    connection.execute(
        update(source)
        .where(source.c.domain == domain if whole else source.c.host == name, source.c.next_poll_at < until)
        .values(next_poll_at=until, next_poll_reason="its host asked to be left alone")
    )


def waits(connection: Connection, *, now: datetime) -> list[tuple[str, datetime]]:
    """Give the hosts that are to be left alone at present, each with the end of its wait."""
    rows = connection.execute(select(host.c.name, host.c.wait_until).where(host.c.wait_until > now))
    return [(row.name, row.wait_until) for row in rows]


def asked(connection: Connection, *, since: datetime) -> list[tuple[str, datetime]]:
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
    wait_reason: str | None
    next_poll_at: datetime | None
    next_poll_reason: str | None


def fetch_log(connection: Connection) -> list[Visited]:
    """Give every host that a public Source lives at, by name, with its next visit."""
    public = source.c.retired_at.is_(None) & source.c.public.is_(True)
    polled = public & source.c.paused.is_(False) & (source.c.state == "active")
    ranked = (
        select(
            source.c.host,
            source.c.next_poll_at,
            source.c.next_poll_reason,
            func.row_number()
            .over(partition_by=source.c.host, order_by=(source.c.next_poll_at, source.c.id))
            .label("rank"),
        )
        .where(polled)
        .subquery()
    )
    shown = select(source.c.host).where(public)
    hidden = select(source.c.host).where(source.c.public.is_(False), source.c.retired_at.is_(None))
    rows = connection.execute(
        select(host, ranked.c.next_poll_at, ranked.c.next_poll_reason)
        .outerjoin(ranked, (ranked.c.host == host.c.name) & (ranked.c.rank == 1))
        .where(host.c.name.in_(shown), host.c.name.not_in(hidden))
        .order_by(host.c.name)
    )
    names = Visited.__slots__
    return [Visited(row.name, *(getattr(row, name) for name in names[1:])) for row in rows]
