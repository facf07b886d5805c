"""Each site's robots.txt in the store, so that a restart asks for none again. It reads no rule."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from .schema import robots
from .types import upsert


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a site: the verdict (see `aggregator.robots`), until when it holds, and the body's text."""

    verdict: str
    body: str
    fetched_at: datetime
    expires_at: datetime


def get(connection: Connection, origin: str) -> Held | None:
    """Give what is known of a site's robots.txt."""
    row = connection.execute(select(robots).where(robots.c.origin == origin)).first()
    return Held(row.verdict, row.body, row.fetched_at, row.expires_at) if row else None


def closed(connection: Connection) -> dict[str, datetime]:
    """Give the sites whose robots.txt could not be had, and when it was asked for."""
    asked = select(robots.c.origin, robots.c.fetched_at).where(robots.c.verdict == "closed")
    return {row.origin: row.fetched_at for row in connection.execute(asked)}


def put(connection: Connection, origin: str, held: Held) -> None:
    """Write what is known of a site's robots.txt."""
    values = {
        "verdict": held.verdict,
        "body": held.body,
        "fetched_at": held.fetched_at,
        "expires_at": held.expires_at,
    }
    new = upsert(connection, robots).values(origin=origin, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["origin"], set_=values))


MOST = 2_000
"""Sites whose robots.txt is kept."""


def clear(connection: Connection, *, before: datetime, now: datetime) -> None:
    """Forget what was fetched before a time and holds no longer, and all but the MOST that were fetched last."""
    connection.execute(delete(robots).where(robots.c.fetched_at < before, robots.c.expires_at <= now))
    last = select(robots.c.fetched_at).order_by(robots.c.fetched_at.desc()).offset(MOST).limit(1)
    oldest = connection.execute(last).scalar()
    if oldest is not None:
        connection.execute(delete(robots).where(robots.c.fetched_at <= oldest))
