"""The log and the lease: numbers in the order of commits, and one leader at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import databases
import pytest
from making import START, arrival, configured
from sqlalchemy import select, text, update

from aggregator.store import Store, entries, log, sources
from aggregator.store.log import ASSIGNMENT, Leadership, LostLease
from aggregator.store.schema import lease, source


def lead(store: Store, holder: str) -> Leadership | None:
    with store.write() as connection:
        return log.lead(store, connection, name=ASSIGNMENT, holder=holder)


def run_out(store: Store) -> None:
    with store.write() as connection:
        connection.execute(update(lease).values(until=START - timedelta(days=9000)))


def test_writers_at_once_leave_no_gap_and_no_double(store: Store) -> None:
    with store.write() as connection:
        names = [(f"S{number}", f"https://s{number}.example/rss") for number in range(8)]
        sources.sync(connection, configured(*names), now=START)
        ids = list(connection.execute(select(source.c.id)).scalars())

    def keep(id: int) -> None:
        for number in range(5):
            with store.write() as connection:
                entries.keep(connection, id, [arrival(f"{id}-{number}")], now=START)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, ids))
    with store.read() as connection:
        assert [event.seq for event in log.after(connection, 0, limit=100)] == list(range(1, 41))
        assert log.waiting(connection) == 40


def test_who_appends_waits_for_who_appended_before(postgres_url: str) -> None:
    """Two processes append at once: the second reads the head when the first has committed, or both take one number."""
    with databases.opened(postgres_url) as one, databases.opened(postgres_url) as two:
        with one.write() as connection:
            names = [(f"S{number}", f"https://s{number}.example/rss") for number in range(2)]
            sources.sync(connection, configured(*names), now=START)
            first, second = connection.execute(select(source.c.id)).scalars()

        def keep_second() -> None:
            with two.write() as connection:
                entries.keep(connection, second, [arrival("b")], now=START)

        with ThreadPoolExecutor(1) as pool:
            with one.write() as connection:
                entries.keep(connection, first, [arrival("a")], now=START)
                other = pool.submit(keep_second)
                while not _waits_for_a_lock(two):
                    assert not other.done(), "it appended beside another who had not committed"
            other.result()
        with one.read() as connection:
            assert [event.seq for event in log.after(connection, 0, limit=9)] == [1, 2]


def _waits_for_a_lock(store: Store) -> bool:
    with store.read() as connection:
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return connection.execute(text(waiting)).first() is not None


def test_one_leads_and_others_wait(store: Store) -> None:
    first = lead(store, "first")
    assert first is not None and first.epoch == 1
    assert lead(store, "second") is None
    assert lead(store, "first") == first


def test_a_silent_leader_is_replaced_and_then_writes_nothing(store: Store) -> None:
    stalled = lead(store, "first")
    assert stalled is not None
    run_out(store)
    new = lead(store, "second")
    assert new is not None and new.epoch == stalled.epoch + 1
    with pytest.raises(LostLease), store.write() as connection:
        log.advance(store, connection, stalled, seq=7)
    with store.write() as connection:
        log.advance(store, connection, new, seq=3)
    assert lead(store, "second") == Leadership(ASSIGNMENT, "second", 2, 3)


def test_a_leader_that_resigns_need_not_be_waited_for(store: Store) -> None:
    held = lead(store, "first")
    assert held is not None
    with store.write() as connection:
        log.resign(connection, held)
    assert lead(store, "second") is not None


def test_times_in_the_log_never_go_back_though_the_clock_does(store: Store) -> None:
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
        id = connection.execute(select(source.c.id)).scalar_one()
        entries.keep(connection, id, [arrival("a")], now=START)
        entries.keep(connection, id, [arrival("b")], now=START - timedelta(days=2))
        entries.keep(connection, id, [arrival("c")], now=START + timedelta(days=2))
    with store.read() as connection:
        assert [event.at for event in log.after(connection, 0, limit=9)] == [START, START, START + timedelta(days=2)]
