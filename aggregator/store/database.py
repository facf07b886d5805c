"""The open store: hands out read and write transactions, one writer a process. It knows no table's meaning."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError

from ..errors import StoreError

BUSY_SECONDS = 20
"""How long a writer waits for another process's transaction: longer than any of ours takes, shorter than patience."""


class Store:
    """An open store; safe to share between the threads of one process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection whose reads all see one state."""
        with self.engine.connect() as connection:
            if not self.sqlite:
                # PostgreSQL's default shows each statement a state of its own; SQLite's read transaction shows one.
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: all of it is kept, or, on any error, none."""
        # SQLite has one writer; queueing here is fair, and cheaper than its busy handler's polling.
        with self._writing, self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def clock(self, connection: Connection) -> datetime:
        """Tell the store's own time, by which leases are judged: clocks of many machines differ, the store's is one."""
        if self.sqlite:
            return datetime.now(UTC)
        at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return at.astimezone(UTC)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """Make the engine of a store at an SQLAlchemy `url`; raises StoreError or ArgumentError where it cannot be one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreError("the store needs a file: many threads share it; use sqlite:///anyam.db")
        folder = Path(parsed.database).parent
        if not folder.is_dir():
            raise StoreError(f"{shown(url)}: there is no folder {folder}; make it, or name another file")
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, pool_size=20, max_overflow=40)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() != "postgresql":
        raise ArgumentError(f"no backend {parsed.get_backend_name()}")
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Autocommit in the driver: its own implicit BEGIN would be a deferred one, which fails half-way as "locked".
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def shown(url: str) -> str:
    """Write a store's address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return repr(url)
