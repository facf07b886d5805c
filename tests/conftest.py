"""Fixtures that many tests share: the data folder beside the checkout, and fresh stores on both databases."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import databases
import pytest

from aggregator.store import Store


def pytest_configure(config: pytest.Config) -> None:
    """Take back what a caller in the background or under nohup had ignored: the tests' own processes inherit it."""
    # What needs the language model says so itself: it reads some twenty titles a second.
    os.environ["ANYAM_MODEL"] = "none"
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
def empty_postgres() -> Iterator[Callable[[], str]]:
    """Give what empties the one PostgreSQL database of these tests and gives its address."""
    with databases.emptied(databases.server()) as empty:
        yield empty


@pytest.fixture
def postgres_url(empty_postgres: Callable[[], str]) -> str:
    """Give the address of a fresh, migrated store on PostgreSQL."""
    return empty_postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a fresh, migrated store on each database in turn."""
    if request.param == "sqlite":
        return databases.migrated_sqlite(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a fresh, open store on each database in turn."""
    with databases.opened(database_url) as opened:
        yield opened
