"""Whose turn it is at each domain: no two processes ask one at the same time, nor within its gap. It asks no host."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, or_, select, update

from .batches import batches
from .schema import turn
from .types import upsert

if TYPE_CHECKING:
    from .database import Store

LEASE = timedelta(seconds=20)
"""A turn that is not renewed for so long is up for others: its process was killed."""
OVER = timedelta(hours=1)
"""How long the end of a turn is kept in the store: no gap is longer."""
LATEST = OVER + LEASE
"""A turn that ends later than so long from now is over: the store's clock has been set back since it was written."""


def take(store: "Store", connection: Connection, domain: str, token: str) -> tuple[float, bool] | None:
    """Take the turn at a domain: None where it is ours, else the seconds until it may be, and if it is held.

    Judged by the store's clock. Where nobody holds it, the gap of the last one is not over yet.
    """
    now = store.clock(connection)
    new = upsert(connection, turn).values(domain=domain, token=token, until=now + LEASE)
    ours = new.on_conflict_do_update(
        index_elements=["domain"],
        set_={"token": new.excluded.token, "until": new.excluded.until},
        where=or_(turn.c.token == token, turn.c.until <= now, turn.c.until > now + LATEST),
    )
    connection.execute(ours)
    row = connection.execute(select(turn.c.token, turn.c.until).where(turn.c.domain == domain)).one()
    return None if row.token == token else (max((row.until - now).total_seconds(), 0.0), row.token is not None)


def renew(store: "Store", connection: Connection, domains: Iterable[str], token: str) -> None:
    """Keep turns for another `LEASE`; those lost meanwhile stay lost."""
    until = store.clock(connection) + LEASE
    for some in batches(sorted(domains)):
        connection.execute(update(turn).where(turn.c.domain.in_(some), turn.c.token == token).values(until=until))


def give_back(store: "Store", connection: Connection, rests: Mapping[str, float], token: str) -> None:
    """Give turns back, each with the seconds for which nobody may ask the domain yet."""
    now = store.clock(connection)
    for domain, rest in sorted(rests.items()):
        ours = (turn.c.domain == domain) & (turn.c.token == token)
        if rest > 0:
            until = now + timedelta(seconds=rest)
            connection.execute(update(turn).where(ours).values(token=None, until=until))
        else:
            connection.execute(delete(turn).where(ours))


def clear(store: "Store", connection: Connection) -> None:
    """Forget turns that were over an hour ago, or that the clock was set back from."""
    now = store.clock(connection)
    connection.execute(delete(turn).where(or_(turn.c.until < now - OVER, turn.c.until > now + LATEST)))
