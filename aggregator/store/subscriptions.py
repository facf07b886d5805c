"""Subscriptions to hubs: which are wanted, which are due to be asked for, what hubs said of them. It asks no hub."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from .. import websub
from ..values import Reason
from .schema import host, source, subscription
from .types import AnyRow

if TYPE_CHECKING:
    from .database import Store

ANNOUNCED, ASKED, VERIFIED, DENIED, LEAVING = "announced", "asked", "verified", "denied", "leaving"
"""The states of a subscription: known and not asked for yet, asked for, granted, refused, and to be ended."""

_FOUND_BY = 12
"""Characters of a token by which it is looked up. The others are compared in constant time, as an index is not."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A hub to be asked now; `mode` is subscribe or unsubscribe, `tries` how many requests in a row this one makes."""

    token: str
    mode: str
    hub: str
    topic: str
    inside: bool
    callback: str
    secret: str
    tries: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Called:
    """The subscription that a callback belongs to."""

    token: str
    secret: str
    is_left: bool
    """Nothing from this hub is wanted any more."""
    waits: bool
    """A poll that its pings ask for is stored already."""


def announce(connection: Connection, source_id: int, said: websub.Announced | None, *, now: datetime) -> None:
    """Keep what a Source announces at this visit: one hub is subscribed to, and what was announced before is left.

    Of several hubs the one stays that is subscribed to, else the first is taken.
    """
    rows = connection.execute(select(subscription).where(subscription.c.source_id == source_id)).all()
    fitting = [row for row in rows if said and row.topic == said.topic and row.hub in said.hubs]
    kept = min(fitting, key=lambda row: (row.state == LEAVING, row.token)) if fitting else None
    for row in rows:
        if row is not kept:
            _leave(connection, row, now)
    if said is None:
        return
    fresh = {"state": ANNOUNCED, "asked_at": None, "next_at": now, "tries": 0, "error": None}
    if kept is None:
        connection.execute(
            subscription.insert().values(
                token=secrets.token_urlsafe(32),
                source_id=source_id,
                hub=said.hubs[0],
                topic=said.topic,
                inside=said.inside,
                secret=secrets.token_urlsafe(32),
                **fresh,
            )
        )
    elif kept.state == LEAVING or kept.inside != said.inside:
        changed = fresh if kept.state == LEAVING else {}
        connection.execute(_of(kept.token).values(inside=said.inside, **changed))


def take(connection: Connection, *, site_url: str, now: datetime, limit: int) -> list[Ask]:
    """Give up to `limit` hubs that are due to be asked, the longest due first, with the next time set already.

    So a process that dies in the middle leaves nothing undone for ever, and no two processes ask the same. A site
    whose address has changed is due everywhere. The subscriptions of Sources that are polled no more are left.
    """
    for row in connection.execute(select(subscription).where(_is_unpolled())).all():
        _leave(connection, row, now)
    rows = (
        select(subscription)
        .where(_is_due(site_url, now))
        .order_by(subscription.c.next_at, subscription.c.token)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [ask for row in connection.execute(rows).all() if (ask := _ask(connection, row, site_url, now))]


def _ask(connection: Connection, row: AnyRow, site_url: str, now: datetime) -> Ask | None:
    leaves = row.state == LEAVING
    if leaves and row.tries >= websub.LEAVINGS:
        connection.execute(delete(subscription).where(subscription.c.token == row.token))
        return None
    # A hub knows a subscription by topic and callback: what is left is left where it was begun.
    callback = row.callback if leaves else websub.callback(site_url, row.token)
    tries = row.tries + 1
    values: dict[str, Any] = {"asked_at": now, "tries": tries, "next_at": now + websub.retry(tries)}
    if not leaves:
        values |= {"callback": callback, "state": row.state if row.state == VERIFIED else ASKED}
    connection.execute(_of(row.token).values(**values))
    mode = "unsubscribe" if leaves else "subscribe"
    return Ask(row.token, mode, row.hub, row.topic, row.inside, callback, row.secret, tries, now)


def failed(connection: Connection, ask: Ask, error: str, *, wait: timedelta | None = None) -> None:
    """Note why a hub could not be asked, and after what wait it may be again, if it named one.

    Where it has answered at the callback meanwhile, that counts.
    """
    values: dict[str, Any] = {"error": error}
    if wait is not None:
        values["next_at"] = ask.asked_at + max(wait, websub.retry(ask.tries))
    connection.execute(_of(ask.token).where(subscription.c.asked_at == ask.asked_at).values(**values))


def find(connection: Connection, token: str) -> Called | None:
    """Give the subscription of a callback's token, compared in constant time; None where there is none."""
    start = token[:_FOUND_BY]
    near = (subscription.c.token >= start) & (subscription.c.token <= start + "~")
    rows = connection.execute(select(subscription).where(near))
    found = [row for row in rows if hmac.compare_digest(row.token.encode(), token.encode())]
    if not found:
        return None
    row = found[0]
    return Called(row.token, row.secret, row.state == LEAVING, row.poll_wanted_at is not None)


def verify(connection: Connection, token: str, *, mode: str, topic: str, lasts: timedelta, now: datetime) -> bool:
    """Say whether we asked the hub for just this, once for each request; note the lease, or that it has ended."""
    row = _row(connection, token)
    if row is None or row.asked_at is None or not _same(row.topic, topic):
        return False
    if mode != ("unsubscribe" if row.state == LEAVING else "subscribe"):
        return False
    if row.state == LEAVING:
        connection.execute(delete(subscription).where(subscription.c.token == token))
        return True
    values = {"state": VERIFIED, "asked_at": None, "tries": 0, "error": None}
    connection.execute(_of(token).values(**values, lease_until=now + lasts, next_at=now + websub.renewal(lasts)))
    return True


def deny(connection: Connection, token: str, *, topic: str, reason: str, now: datetime) -> bool:
    """Note that the hub refuses, or has ended, a subscription; False where the topic is not ours."""
    row = _row(connection, token)
    if row is None or not _same(row.topic, topic):
        return False
    if row.state == LEAVING:
        connection.execute(delete(subscription).where(subscription.c.token == token))
        return True
    values = {"state": DENIED, "asked_at": None, "lease_until": None, "tries": 0, "error": reason}
    connection.execute(_of(token).values(**values, next_at=now + websub.DENIED))
    return True


def ping(connection: Connection, token: str, *, now: datetime) -> None:
    """Store a verified ping as the wish for a poll."""
    connection.execute(
        _of(token)
        .where(subscription.c.state != LEAVING)
        .values(pinged_at=now, poll_wanted_at=now, pings=subscription.c.pings + 1)
    )


def wanted(connection: Connection) -> bool:
    """Tell whether any ping wants a poll."""
    query = select(subscription.c.token).where(subscription.c.poll_wanted_at.is_not(None)).limit(1)
    return connection.execute(query).first() is not None


def due(connection: Connection, *, site_url: str, now: datetime) -> bool:
    """Tell whether `take` would find something to do."""
    found = select(subscription.c.token).where(or_(_is_due(site_url, now), _is_unpolled())).limit(1)
    return connection.execute(found).first() is not None


def heed(store: "Store", connection: Connection, *, now: datetime) -> None:
    """Make the Sources due that pings want polled, unless their host asked to wait or they fail at present.

    A Source that is being polled keeps its ping until that is over: the poll may have read the document before.
    """
    free = or_(source.c.lease_until.is_(None), source.c.lease_until < store.clock(connection))
    rows = connection.execute(
        select(subscription.c.token, source, host.c.wait_until)
        .join(source, source.c.id == subscription.c.source_id)
        .outerjoin(host, host.c.name == source.c.host)
        .where(subscription.c.poll_wanted_at.is_not(None), free)
        .order_by(source.c.id)
        .with_for_update(of=[source, subscription], skip_locked=True)
    ).all()
    for row in rows:
        if not row.errors:
            times = [now, row.wait_until, row.last_poll_at and row.last_poll_at + websub.GAP]
            at = max(time for time in times if time)
            connection.execute(
                update(source)
                .where(source.c.id == row.id, source.c.next_poll_at > at)
                .values(next_poll_at=at, next_poll_reason=Reason("pinged"))
            )
        connection.execute(_of(row.token).values(poll_wanted_at=None))


def is_pushed(
    connection: Connection, source_id: int, *, polled_at: datetime | None, brought: bool, now: datetime
) -> bool:
    """Tell whether the hub of a Source, visited at `now` and before that at `polled_at`, can be relied on."""
    rows = connection.execute(
        select(subscription).where(subscription.c.source_id == source_id, subscription.c.state == VERIFIED)
    )
    return any(
        websub.is_pushed(
            lease_until=row.lease_until, pinged_at=row.pinged_at, polled_at=polled_at, brought=brought, now=now
        )
        for row in rows
    )


def standing(connection: Connection) -> dict[int, AnyRow]:
    """Give the subscription of each Source that has one, by the Source's id; those that are being left are none."""
    rows = connection.execute(select(subscription).where(subscription.c.state != LEAVING))
    return {row.source_id: row for row in rows}


def _is_due(site_url: str, now: datetime) -> ColumnElement[bool]:
    base = websub.callback(site_url, "")
    moved = subscription.c.state.in_((ASKED, VERIFIED)) & (
        func.substr(subscription.c.callback, 1, len(base)) != base  # hubs would call where we were
    )
    return or_(subscription.c.next_at <= now, moved)


def _is_unpolled() -> ColumnElement[bool]:
    """Tell of a subscription that its Source is polled no more, and that it is not being left yet."""
    unpolled = select(source.c.id).where(
        or_(source.c.retired_at.is_not(None), source.c.paused.is_(True), source.c.state != "active")
    )
    return (subscription.c.state != LEAVING) & subscription.c.source_id.in_(unpolled)


def _leave(connection: Connection, row: AnyRow, now: datetime) -> None:
    if row.callback is None:  # the hub has never heard of it
        connection.execute(delete(subscription).where(subscription.c.token == row.token))
    elif row.state != LEAVING:
        values = {"state": LEAVING, "asked_at": None, "tries": 0, "error": None, "poll_wanted_at": None}
        connection.execute(_of(row.token).values(**values, next_at=now))


def _of(token: str) -> Any:
    return update(subscription).where(subscription.c.token == token)


def _row(connection: Connection, token: str) -> AnyRow | None:
    return connection.execute(select(subscription).where(subscription.c.token == token).with_for_update()).first()


def _same(ours: str, theirs: str) -> bool:
    return hmac.compare_digest(ours.encode(), theirs.encode())
