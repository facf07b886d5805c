"""Facts about the store itself, by key: the configuration that it holds and the hash of its file."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, select

from .schema import meta

if TYPE_CHECKING:
    from .database import Store

_LOCK = 7_205_114_933
"""Key of the advisory lock on PostgreSQL under which one process loads its configuration while others wait."""


def lock(store: "Store", connection: Connection) -> None:
    """Wait until no other process loads a configuration, and keep others waiting until the transaction ends."""
    if not store.sqlite:  # where a write transaction has the store to itself
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def get(connection: Connection, key: str) -> str | None:
    """Read a fact, None where it was never written."""
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return value


def put(connection: Connection, key: str, value: str) -> None:
    """Write a fact over what was there."""
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(meta.insert().values(key=key, value=value))
