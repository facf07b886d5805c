"""Fresh, migrated databases for tests: copies of one SQLite file, and PostgreSQL databases made or emptied."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from aggregator.store import Store, migrate, open_store
from aggregator.store.schema import log_head, metadata

DEFAULT = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def server() -> str:
    """Give the address of a PostgreSQL server that tests may make databases on; skip where there is none."""
    url = os.environ.get("ANYAM_TEST_DATABASE_URL", DEFAULT)
    engine = create_engine(url, connect_args={"connect_timeout": 2}, poolclass=NullPool)
    try:
        with engine.connect():
            return url
    except (OperationalError, ModuleNotFoundError) as error:
        why = f"no PostgreSQL at {make_url(url).render_as_string()}: name one with ANYAM_TEST_DATABASE_URL"
        if os.environ.get("ANYAM_REQUIRE_SERVICES") == "1":
            pytest.fail(f"{why} ({error})")
        pytest.skip(why)


@contextmanager
def name(url: str) -> Iterator[str]:
    """Give a name that no database of the server at `url` has, and drop afterwards what got it."""
    free = f"anyam_test_{uuid.uuid4().hex[:12]}"
    try:
        yield free
    finally:
        _order(url, f'DROP DATABASE IF EXISTS "{free}" WITH (FORCE)')


@contextmanager
def database(url: str) -> Iterator[str]:
    """Make a database on the server at `url`, and drop it afterwards."""
    with name(url) as free:
        _order(url, f'CREATE DATABASE "{free}"')
        yield make_url(url).set(database=free).render_as_string(hide_password=False)


@contextmanager
def emptied(url: str) -> Iterator[Callable[[], str]]:
    """Make a migrated database on the server at `url`; each call empties it and gives its address.

    To make and drop a database takes a PostgreSQL server a fifth of a second, which a thousand tests would wait for.
    """
    begin_anew = "; ".join(
        [
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            *(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)),
            "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences"
            " WHERE schemaname = current_schema() AND last_value IS NOT NULL",
            # What the migrations write.
            f'INSERT INTO "{log_head.name}" (id, seq) VALUES (1, 0)',
            f"UPDATE alembic_version SET version_num = '{migrate.HEAD}'",
        ]
    )
    made, connection, shape = "", None, None
    with ExitStack() as stack:

        def empty() -> str:
            nonlocal made, connection, shape
            if connection is None or connection.exec_driver_sql(_SHAPE).scalar() != shape:
                # The first, or a test has changed the tables themselves.
                made = stack.enter_context(database(url))
                open_store(made).close()
                engine = create_engine(made, isolation_level="AUTOCOMMIT", poolclass=NullPool)
                connection = stack.enter_context(engine.connect())
                shape = connection.exec_driver_sql(_SHAPE).scalar()
            connection.exec_driver_sql(begin_anew)
            return made

        yield empty


_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', relname, relkind) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
    UNION ALL SELECT concat_ws(' ', conname, conrelid) FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace
    UNION ALL SELECT concat_ws(' ', attname, attrelid, attnotnull) FROM pg_attribute JOIN pg_class ON attrelid = oid
        WHERE relnamespace = current_schema()::regnamespace
) AS parts (part)
"""
"""Tells whether tables, columns and constraints of a database are what they were."""


def _order(url: str, statement: str) -> None:
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(statement))


def fresh_sqlite(folder: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{folder}/{uuid.uuid4().hex}.db"


def migrated_sqlite(folder: Path) -> str:
    """Give the address of a new SQLite file that holds the tables of this version, and nothing in them."""
    url = fresh_sqlite(folder)
    Path(str(make_url(url).database)).write_bytes(_migrated())
    return url


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        url = fresh_sqlite(Path(folder))
        open_store(url).close()
        return Path(str(make_url(url).database)).read_bytes()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store for the time of a test."""
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()
