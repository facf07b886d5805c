"""Opening the store: clear errors, migrations with nothing lost, and transactions that are whole."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import databases
import pytest
from making import START
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    func,
    inspect,
    select,
    text,
)

from aggregator.errors import StoreError
from aggregator.store import Store, meta, migrate, open_store
from aggregator.store.schema import metadata
from aggregator.store.types import Moment


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:////no/such/folder/anyam.db", "there is no folder /no/such/folder"),
        ("mysql://root@127.0.0.1/x", "not a database that Anyam knows"),
        ("nonsense", "not a database that Anyam knows"),
        ("postgresql+psycopg://nobody:geheim@127.0.0.1:1/x", "cannot open the store"),
    ],
)
def test_a_wrong_address_is_one_clear_line_without_passwords(url: str, words: str) -> None:
    with pytest.raises(StoreError) as error:
        open_store(url)
    assert words in str(error.value)
    assert "\n" not in str(error.value) and "geheim" not in str(error.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is a letter to grandmother, and no database at all\n" * 100)
    with pytest.raises(StoreError, match="no store of Anyam's"):
        open_store(f"sqlite:///{tmp_path}/x.db")


def test_a_strangers_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE customers (id INTEGER)")
    other.close()
    with pytest.raises(StoreError, match="tables of another program"):
        open_store(f"sqlite:///{tmp_path}/other.db")


def test_a_store_of_a_later_version_is_refused_and_left_alone(database_url: str) -> None:
    with databases.opened(database_url) as store, store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="later than this program knows"):
        open_store(database_url)


def test_the_newest_migration_is_named_in_the_code_and_makes_the_tables_of_the_schema(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(migrate.alembic_config()).get_current_head() == migrate.HEAD
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def versions() -> list[str]:
    """Give every migration, the first one first."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(migrate.alembic_config()).walk_revisions()
    return [script.revision for script in reversed(list(scripts))]


@pytest.mark.parametrize("version", versions())
def test_a_filled_store_of_every_version_comes_up_to_this_one(version: str, tmp_path: Path) -> None:
    url = databases.fresh_sqlite(tmp_path)
    store = open_store(url, migrate=False)
    migrate.upgrade(store, to=version)
    with store.write() as connection:
        _fill(connection)
        before = _state(connection)
    assert all(before[0].values())
    migrate.upgrade(store)
    with store.read() as connection:
        after = _state(connection)
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert {name: after[0].get(name) for name in before[0]} == before[0]
    fresh = open_store(databases.fresh_sqlite(tmp_path))
    with fresh.read() as connection:
        assert after[1:] == _state(connection)[1:]
    store.close()
    fresh.close()


def test_the_hosts_of_known_sources_are_named_when_hosts_come(tmp_path: Path) -> None:
    store = open_store(databases.fresh_sqlite(tmp_path), migrate=False)
    migrate.upgrade(store, to="0001")
    with store.write() as connection:
        _fill(connection)
        connection.execute(text("UPDATE source SET url = 'https://feeds.kabar.co.id/rss' WHERE id = 1"))
    migrate.upgrade(store)
    with store.read() as connection:
        named = connection.execute(text("SELECT host, domain FROM source WHERE id = 1")).one()
    assert named == ("feeds.kabar.co.id", "kabar.co.id")
    store.close()


def test_users_of_platforms_become_domains_of_their_own(tmp_path: Path) -> None:
    store = open_store(databases.fresh_sqlite(tmp_path), migrate=False)
    migrate.upgrade(store, to="0003")
    with store.write() as connection:
        _fill(connection)
        connection.execute(text("UPDATE source SET host = 'kabar.github.io', domain = 'github.io' WHERE id = 1"))
        only = "WHERE name = (SELECT min(name) FROM host)"
        connection.execute(text(f"UPDATE host SET name = 'kabar.github.io', domain = 'github.io' {only}"))
    migrate.upgrade(store)
    with store.read() as connection:
        for table in ("source", "host"):
            named = connection.execute(text(f"SELECT DISTINCT domain FROM {table} WHERE domain LIKE '%github%'"))
            assert named.scalars().all() == ["kabar.github.io"]
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give a store without any table on each database in turn."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = databases.fresh_sqlite(tmp_path)
        else:
            url = stack.enter_context(databases.database(databases.server()))
        store = open_store(url, migrate=False)
        stack.callback(store.close)
        yield store


def test_known_stories_and_topics_get_the_times_of_their_reports(empty: Store) -> None:
    migrate.upgrade(empty, to="0001")
    came, said = START, START - timedelta(days=3)
    with empty.write() as connection:
        _fill(connection)
        # Of Story "1", Entry 1 is no copy and Entry 2 is one; Story "2" has no report.
        for sql in (
            "UPDATE entry SET story_id = '1', published_at = :said, first_seen_at = :came",
            "UPDATE entry SET copy_of = NULL WHERE id = 1",
            "UPDATE entry SET published_at = :later WHERE id = 2",
            "UPDATE story SET topic_id = '1', first_at = :came, updated_at = :came",
            "UPDATE story SET topic_id = '2' WHERE id = '2'",
            "UPDATE topic SET first_at = :came, updated_at = :came",
        ):
            times = [bindparam(name, type_=Moment) for name in ("said", "came", "later") if f":{name}" in sql]
            values = {"said": said, "came": came, "later": said + timedelta(days=1)}
            connection.execute(text(sql).bindparams(*times), {time.key: values[time.key] for time in times})
    migrate.upgrade(empty)
    with empty.read() as connection:
        stories, topics = metadata.tables["story"], metadata.tables["topic"]
        dated = connection.execute(select(stories.c.first_at, stories.c.updated_at).order_by(stories.c.id)).all()
        assert dated == [(came, said), (came, came)]
        reach = connection.execute(select(topics.c.first_at, topics.c.updated_at).order_by(topics.c.id)).all()
        assert reach == [(said, said), (came, came)]


def _fill(connection: Connection) -> None:
    """Put rows into every table that is there, parents first, two rows each."""
    from sqlalchemy import MetaData

    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            have = connection.execute(select(func.count()).select_from(table)).scalar_one()
            for number in range(1 + have, 3):
                connection.execute(table.insert().values(_row(table, number)))


def _row(table: Table, number: int) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, Integer):
            values[column.name] = number
        elif isinstance(kind, Boolean):
            values[column.name] = False
        elif isinstance(kind, LargeBinary):
            values[column.name] = bytes([number])
        elif isinstance(kind, DateTime):
            values[column.name] = START.replace(tzinfo=None)
        elif str(kind) == "JSON":
            values[column.name] = []
        else:
            values[column.name] = str(number)
    return values


def _state(connection: Connection) -> tuple[dict[str, int], object, object, object]:
    """Give row counts, indexes, foreign keys and triggers of every table."""
    look = inspect(connection)
    names = sorted(look.get_table_names())
    counts = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
    indexes = connection.execute(
        text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' ORDER BY tbl_name, name")
    ).all()
    keys = {name: sorted(str(key) for key in look.get_foreign_keys(name)) for name in names}
    triggers = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    ).all()
    return counts, [tuple(row) for row in indexes], keys, [tuple(row) for row in triggers]


def test_every_constraint_is_named(store: Store) -> None:
    look = inspect(store.engine)
    for name in look.get_table_names():
        assert all(key["name"] for key in look.get_foreign_keys(name)), name
        assert all(key["name"] for key in look.get_unique_constraints(name)), name
        assert name == "alembic_version" or look.get_pk_constraint(name)["name"] == f"pk_{name}"


def test_times_are_aware_utc_and_naive_ones_are_refused(store: Store) -> None:
    kind = Moment()
    with pytest.raises(ValueError, match="naive"):
        kind.process_bind_param(datetime(2024, 12, 12), store.engine.dialect)  # noqa: DTZ001


def test_a_failed_transaction_leaves_no_trace_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        meta.put(connection, "a", "1")
        raise ZeroDivisionError
    with store.write() as connection:
        assert meta.get(connection, "a") is None
        meta.put(connection, "a", "2")
    with store.read() as connection:
        assert meta.get(connection, "a") == "2"


def test_readers_see_one_state_while_somebody_writes(store: Store) -> None:
    with store.write() as connection:
        meta.put(connection, "a", "1")
    written = threading.Event()

    def write() -> None:
        with store.write() as connection:
            meta.put(connection, "a", "2")
        written.set()

    with store.read() as reader:
        assert meta.get(reader, "a") == "1"
        threading.Thread(target=write).start()
        assert written.wait(10)


def test_text_sorts_by_bytes_on_both(store: Store) -> None:
    words = ["Z", "a", "É", "б", "ب", "_"]
    with store.write() as connection:
        for word in words:
            meta.put(connection, word, word)
        found = connection.execute(text("SELECT key FROM meta WHERE key != '' ORDER BY key")).scalars().all()
    assert [key for key in found if key in words] == sorted(words, key=str.encode)
