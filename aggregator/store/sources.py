"""Sources in the store: brought in line with feeds.yaml, claimed when due, and marked when polled. It polls nothing."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from .. import moves
from ..errors import StoreError
from ..hosts import domain_of, host_of
from ..moves import Move
from ..values import Asks, Reason
from . import hosts
from .schema import source
from .types import AnyRow, Moment

if TYPE_CHECKING:
    from ..config import Config, Source
    from .database import Store

LEASE = timedelta(seconds=60)
"""A claim that is not renewed for so long is up for others: its process was killed."""
RENEWAL = 15.0
"""Seconds between renewals of the claims that a living process holds."""


RECONSIDER = timedelta(minutes=15)
"""How soon a Source with changed settings is visited: not at once, since a file is often saved many times in a row."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A due Source, ours until `LEASE` is over; `token` proves it."""

    id: int
    name: str
    url: str
    kind: str
    token: str
    etag: str | None
    last_modified: str | None
    body_hash: bytes | None
    errors: int
    last_poll_at: datetime | None
    next_poll_at: datetime
    last_good_at: datetime | None
    address: str
    """Where it is asked: its `url`, unless its host has moved it for good."""
    move: Move | None
    pace: float | None
    """Seconds."""
    asks: Asks | None
    problems: str | None
    brought_at: datetime | None
    """When a visit last brought something new."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll leaves on its Source. `outcome`: ok, not_modified, error, gone or skipped; `error`: a line for
    operators; `problems`: what was wrong although it went well.
    """

    outcome: str
    next_poll_at: datetime
    next_poll_reason: Reason
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    errors: int = 0
    pace: int | None = None
    asks: Asks | None = None
    problems: str | None = None
    brought: bool = False
    move: Move | None = None
    health: str | None = None
    """How the page is, `well` or what is wrong; None: this visit does not tell."""
    proposal: str | None = None
    """YAML for feeds.yaml that would mend it."""


SILENCE = timedelta(days=7)
"""A Source that has brought nothing for so long brings, when it does, what it collected meanwhile."""


def is_catching_up(claimed: Claimed, *, now: datetime) -> bool:
    """Tell whether what a Source brings now may be old: at its first good poll, and after a week of silence."""
    if claimed.last_good_at is None:
        return True
    return claimed.brought_at is not None and now - claimed.brought_at > SILENCE


def sync(connection: Connection, config: "Config", *, now: datetime) -> None:
    """Bring the Sources in line with `config`, without an Entry becoming new.

    The same url under a new name is a rename, the same name with a new url a move; a Source that is gone is retired; a
    new one is due at once.
    """
    rows = connection.execute(select(source).order_by(source.c.id)).all()
    matched = _match(rows, config)
    taken = set(matched.values())
    for row in rows:
        if row.id not in taken and row.retired_at is None:
            connection.execute(update(source).where(source.c.id == row.id).values(retired_at=now))
    by_id = {row.id: row for row in rows}
    renamed = {id: spec for spec, id in matched.items() if by_id[id].name != spec}
    blocking = {row.id for row in rows if row.name in renamed.values() and row.id not in taken}
    # Names are unique and may be swapped: step aside first.
    for id in set(renamed) | blocking:
        aside = f"{by_id[id].name} ({uuid.uuid4()})"
        connection.execute(update(source).where(source.c.id == id).values(name=aside))
    for position, spec in enumerate(config.sources):
        settings = {
            "name": spec.name,
            "url": spec.url,
            "kind": spec.kind,
            "outlet": spec.outlet,
            "settings": settings_of(spec),
            "position": position,
            "paused": spec.paused,
            "public": spec.public,
            "retired_at": None,
        }
        if spec.name in matched:
            _change(connection, by_id[matched[spec.name]], settings, now)
        else:
            connection.execute(
                source.insert().values(**settings, **_at(spec.url), next_poll_at=now, next_poll_reason=Reason("new"))
            )
    hosts.put_off(connection, now=now)


def settings_of(spec: "Source") -> str:
    """Give the digests of what feeds.yaml says of how a Source is read, and of all that it says of it."""
    read = tuple(getattr(spec, name) for name in _READ)
    return f"{_digest(read)} {_digest(spec)}"


# A pause ends the subscription to a hub, which only a document that is read anew announces again.
_READ = (
    "paused",
    *("url", "kind", "language", "full_text", "page", "timezone", "only", "skip"),
    *("republish", "excerpt", "images", "auth", "headers"),
)


def _digest(said: object) -> str:
    return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def _match(rows: Sequence[AnyRow], config: "Config") -> dict[str, int]:
    """Say which row each configured Source is, by name: unchanged ones first, then by url, then by name."""
    matched: dict[str, int] = {}
    free = {row.id for row in rows}
    for columns in (("name", "url"), ("url",), ("name",)):
        known = {tuple(getattr(row, column) for column in columns): row.id for row in reversed(rows) if row.id in free}
        for spec in config.sources:
            id = known.get(tuple(getattr(spec, column) for column in columns))
            if id is not None and spec.name not in matched and id in free:
                matched[spec.name] = id
                free.remove(id)
    return matched


def _change(connection: Connection, row: AnyRow, settings: dict[str, Any], now: datetime) -> None:
    values = dict(settings)
    if row.settings.partition(" ")[0] != settings["settings"].partition(" ")[0]:
        # What its rules let through may differ now: the next visit must read the whole document again.
        values |= {"etag": None, "last_modified": None, "body_hash": None}
    if row.settings != settings["settings"]:
        values |= {"next_poll_at": min(row.next_poll_at, now + RECONSIDER)}
        values |= {"next_poll_reason": Reason("changed")}
        # A poll under way was begun by the old settings: what it brings is not kept.
        values |= {"lease_token": None, "lease_until": None}
    if row.url != settings["url"]:
        values |= _at(settings["url"]) | {"address": None, "moved_to": None, "moved_since": None, "moved_visits": 0}
    moved = row.url != settings["url"] or row.kind != settings["kind"]
    if moved or row.retired_at is not None:
        values |= {"state": "active", "errors": 0, "next_poll_at": now}
        values |= {"next_poll_reason": Reason("moved" if moved else "back")}
    connection.execute(update(source).where(source.c.id == row.id).values(**values))


def claim(
    store: "Store",
    connection: Connection,
    *,
    specs: Mapping[str, "Source"],
    now: datetime,
    limit: int,
    names: Sequence[str] | None = None,
    due_only: bool = True,
    most: int | None = None,
    held: Sequence[str] = (),
) -> list[Claimed]:
    """Take up to `limit` Sources that nobody holds, the longest due first; the named ones only, where names are given.

    At most `most` of one host, and twice as many of one domain, together with those at the addresses `held`: their
    polls wait for one another.

    Leases use the store's clock, due times the caller's `now`. Only Sources that `specs` (by name) says the same of as
    the store: another process may have loaded a later feeds.yaml, and an address and its password belong together.
    """
    clock = store.clock(connection)
    token = str(uuid.uuid4())
    wanted = select(source.c.id, func.coalesce(source.c.address, source.c.url).label("address")).where(
        source.c.retired_at.is_(None),
        or_(source.c.lease_until.is_(None), source.c.lease_until < clock),
    )
    if names is None or due_only:
        wanted = wanted.where(source.c.paused.is_(False), source.c.state == "active")
    if due_only:
        wanted = wanted.where(source.c.next_poll_at <= now)
    if names is not None:
        wanted = wanted.where(source.c.name.in_(names))
    wanted = wanted.order_by(source.c.next_poll_at, source.c.id)
    if most is None:
        wanted = wanted.limit(limit)
        ids = [row.id for row in connection.execute(wanted.with_for_update(skip_locked=True))]
    else:
        chosen = source.c.id.in_(_spread(connection.execute(wanted), limit, most, held))
        ids = [row.id for row in connection.execute(wanted.where(chosen).with_for_update(skip_locked=True))]
    if not ids:
        return []
    connection.execute(update(source).where(source.c.id.in_(ids)).values(lease_token=token, lease_until=clock + LEASE))
    rows = connection.execute(select(source).where(source.c.id.in_(ids)).order_by(source.c.next_poll_at, source.c.id))
    ours: list[AnyRow] = []
    others: list[AnyRow] = []
    for row in rows:
        spec = specs.get(row.name)
        (ours if spec is not None and settings_of(spec) == row.settings else others).append(row)
    if others:
        free = {"lease_token": None, "lease_until": None}
        connection.execute(update(source).where(source.c.id.in_([row.id for row in others])).values(**free))
    return [
        Claimed(
            id=row.id,
            name=row.name,
            url=row.url,
            kind=row.kind,
            token=token,
            etag=row.etag,
            last_modified=row.last_modified,
            body_hash=row.body_hash,
            errors=row.errors,
            last_poll_at=row.last_poll_at,
            next_poll_at=row.next_poll_at,
            last_good_at=row.last_good_at,
            address=row.address or row.url,
            move=Move(row.moved_to, row.moved_since, row.moved_visits) if row.moved_to else None,
            pace=row.pace,
            asks=_read_asks(row.asks),
            problems=row.problems,
            brought_at=row.brought_at,
        )
        for row in ours
    ]


def _spread(rows: Iterable[AnyRow], limit: int, most: int, held: Sequence[str]) -> list[int]:
    """Choose the first Sources, at most so many of one host, and twice as many of its domain."""
    hosts = [host_of(address) for address in held]
    by_host, by_domain = Counter(hosts), Counter(map(domain_of, hosts))
    chosen: list[int] = []
    for row in rows:
        host = host_of(row.address)
        domain = domain_of(host)
        if by_host[host] < most and by_domain[domain] < 2 * most:
            by_host[host] += 1
            by_domain[domain] += 1
            chosen.append(row.id)
            if len(chosen) == limit:
                break
    return chosen


class LostClaim(StoreError):
    """The claim ran out and somebody else polls the Source now: what this transaction wrote is not kept."""


def finish(connection: Connection, claimed: Claimed, polled: Polled, *, now: datetime) -> None:
    """Write what a poll came to and give the Source back; raises LostClaim where it is no longer ours."""
    values: dict[str, Any] = {
        "next_poll_at": polled.next_poll_at,
        "next_poll_reason": polled.next_poll_reason,
        "lease_token": None,
        "lease_until": None,
    }
    if polled.outcome != "skipped":
        values |= {"last_poll_at": now, "last_outcome": polled.outcome, "last_error": polled.error}
        values |= {"errors": polled.errors, "state": "gone" if polled.outcome == "gone" else "active"}
    if polled.outcome in ("ok", "not_modified"):
        values |= {"last_good_at": now, "etag": polled.etag, "last_modified": polled.last_modified}
        values |= {"body_hash": polled.body_hash, "pace": polled.pace, "asks": _write_asks(polled.asks)}
        values |= {"problems": polled.problems} | ({"brought_at": now} if polled.brought else {})
        values |= _moved(polled.move, now)
    elif claimed.address != claimed.url and polled.errors >= moves.ASTRAY:
        values |= _at(claimed.url) | {"address": None}
    if polled.health is not None:
        since = case((source.c.health == polled.health, source.c.health_since), else_=bindparam("since", now, Moment))
        values |= {"health": polled.health, "health_since": since, "proposal": polled.proposal}
    result = connection.execute(
        update(source)
        .where(source.c.id == claimed.id, source.c.lease_token == bindparam("held", claimed.token))
        .values(**values)
    )
    if result.rowcount != 1:
        raise LostClaim("it took longer than a claim lasts, and another process polls it now")


def _moved(move: Move | None, now: datetime) -> dict[str, Any]:
    if move is None:
        return {"moved_to": None, "moved_since": None, "moved_visits": 0}
    if moves.has_held(move, now=now):
        # The host has answered there: the guard has let us.
        return _at(move.to) | {"address": move.to, "moved_to": None, "moved_since": None, "moved_visits": 0}
    return {"moved_to": move.to, "moved_since": move.since, "moved_visits": move.visits}


def _at(url: str) -> dict[str, str]:
    host = host_of(url)
    return {"host": host, "domain": domain_of(host)}


def _write_asks(asks: Asks | None) -> dict[str, Any] | None:
    if asks is None or asks == Asks():
        return None
    return {"ttl": asks.ttl, "skip_hours": sorted(asks.skip_hours), "skip_days": sorted(asks.skip_days)}


def _read_asks(said: dict[str, Any] | None) -> Asks | None:
    if said is None:
        return None
    return Asks(said["ttl"], frozenset(said["skip_hours"]), frozenset(said["skip_days"]))


def renew(store: "Store", connection: Connection, claimed: Iterable[Claimed]) -> None:
    """Keep claims for another `LEASE`; those lost meanwhile stay lost."""
    until = store.clock(connection) + LEASE
    for token in sorted({claim.token for claim in claimed}):
        connection.execute(update(source).where(source.c.lease_token == token).values(lease_until=until))


def release(connection: Connection, claimed: Claimed) -> None:
    """Give a claimed Source back unpolled."""
    connection.execute(
        update(source)
        .where(source.c.id == claimed.id, source.c.lease_token == bindparam("held", claimed.token))
        .values(lease_token=None, lease_until=None)
    )


def are_due(store: "Store", connection: Connection, *, now: datetime) -> bool:
    """Say whether a Source is due that nobody holds."""
    free = or_(source.c.lease_until.is_(None), source.c.lease_until < store.clock(connection))
    due = select(source.c.id).where(
        source.c.next_poll_at <= now,
        source.c.retired_at.is_(None),
        source.c.paused.is_(False),
        source.c.state == "active",
        free,
    )
    return connection.execute(due.limit(1)).first() is not None


def next_due(connection: Connection) -> datetime | None:
    """Tell when the next Source is due, None where none is polled at all."""
    at: datetime | None = connection.execute(
        select(source.c.next_poll_at)
        .where(source.c.retired_at.is_(None), source.c.paused.is_(False), source.c.state == "active")
        .order_by(source.c.next_poll_at)
        .limit(1)
    ).scalar()
    return at
