"""Fixtures that many tests share: the data folder beside the checkout, and fresh stores on both databases."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from sqlalchemy import make_url

from aggregator.store import Store, open_store


def pytest_configure(config: pytest.Config) -> None:
    """Take back what a caller in the background or under nohup had ignored: the tests' own processes inherit it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the data folder beside the checkout; skip where there is none."""
    folder = Path(os.environ.get("ANYAM_SHARED") or Path(__file__).parents[1].parent / "shared")
    if not (folder / "feeds" / "index.jsonl").is_file():
        pytest.skip(f"no data folder at {folder}: name one with ANYAM_SHARED to run this test")
    return folder


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[tuple[str, str]]:
    """Give a PostgreSQL server and the name of a migrated database on it, from which each test's is copied."""
    server = databases.server()
    with databases.database(server) as url:
        open_store(url).close()
        yield server, str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh, migrated store on each database in turn."""
    if request.param == "sqlite":
        yield databases.fresh_sqlite(tmp_path)
        return
    server, template = request.getfixturevalue("postgres_template")
    with databases.database(server, template=template) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a fresh, open store on each database in turn."""
    with databases.opened(database_url) as opened:
        yield opened
