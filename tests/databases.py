"""Fresh, migrated databases for tests: SQLite files, and PostgreSQL databases made from one template."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from aggregator.store import Store, open_store

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
def database(url: str, *, template: str | None = None) -> Iterator[str]:
    """Make a database on the server at `url`, and drop it afterwards."""
    with name(url) as free:
        _order(url, f'CREATE DATABASE "{free}"' + (f' TEMPLATE "{template}"' if template else ""))
        yield make_url(url).set(database=free).render_as_string(hide_password=False)


def _order(url: str, statement: str) -> None:
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(statement))


def fresh_sqlite(folder: Path) -> str:
    """Give the address of a SQLite file that does not exist yet."""
    return f"sqlite:///{folder}/{uuid.uuid4().hex}.db"


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store for the time of a test."""
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()
