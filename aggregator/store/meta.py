"""Facts about the store itself, by key: the configuration that it holds and the hash of its file."""

from sqlalchemy import Connection, delete, select

from .schema import meta


def get(connection: Connection, key: str) -> str | None:
    """Read a fact, None where it was never written."""
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return value


def put(connection: Connection, key: str, value: str) -> None:
    """Write a fact over what was there."""
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(meta.insert().values(key=key, value=value))
