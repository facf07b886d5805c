"""Hosts in the store: what was asked of them, and the waits that hold for every process."""

from datetime import timedelta

from making import at, configured
from sqlalchemy import select

from aggregator.store import Store, hosts, sources
from aggregator.store.schema import source
from aggregator.values import Tally

SOURCES = (
    ("Satu", "https://satu.platform.com/rss"),
    ("Dua", "https://dua.platform.com/rss"),
    ("Tiga", "https://tiga.platform.com/rss?key=geheim"),
    ("Lain", "https://lain.example/rss"),
)


def filled(store: Store, *, extra: str = "") -> None:
    with store.write() as connection:
        sources.sync(connection, configured(*SOURCES, extra=extra), now=at(0))


def record(store: Store, *tallies: Tally, minutes: float = 0) -> None:
    with store.write() as connection:
        hosts.record(connection, tallies, now=at(minutes))


def due(store: Store) -> dict[str, float]:
    with store.read() as connection:
        rows = connection.execute(select(source.c.name, source.c.next_poll_at))
        return {row.name: (row.next_poll_at - at(0)) / timedelta(minutes=1) for row in rows}


def test_tallies_add_up(store: Store) -> None:
    filled(store)
    record(store, Tally("lain.example", 3, 1, 1))
    record(store, Tally("lain.example", 2, 2, 0), minutes=5)
    with store.read() as connection:
        (visited,) = hosts.fetch_log(connection)
    assert (visited.host, visited.requests, visited.not_modified, visited.failures) == ("lain.example", 5, 3, 1)
    assert (visited.first_asked_at, visited.asked_at) == (at(0), at(5))
    assert (visited.next_poll_at, visited.next_poll_reason) == (at(0), "never polled yet")


def test_a_wait_puts_off_the_sources_of_its_host_and_is_never_shortened(store: Store) -> None:
    filled(store)
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(60), wait_reason="it answered 429"))
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(30), wait_reason="it answered 503"))
    assert due(store) == {"Satu": 60, "Dua": 0, "Tiga": 0, "Lain": 0}
    with store.read() as connection:
        assert hosts.waits(connection, now=at(59)) == [("satu.platform.com", at(60))]
        assert hosts.waits(connection, now=at(60)) == []
        assert hosts.fetch_log(connection)[0].wait_reason == "it answered 429"


def test_two_hosts_that_wait_put_off_their_whole_domain(store: Store) -> None:
    filled(store)
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(60)))
    record(store, Tally("dua.platform.com", 1, waits=1, wait_until=at(90)))
    assert due(store) == {"Satu": 90, "Dua": 90, "Tiga": 90, "Lain": 0}


def test_the_hosts_just_asked_are_known(store: Store) -> None:
    record(store, Tally("satu.platform.com", 1), minutes=0)
    record(store, Tally("dua.platform.com", 1), minutes=5)
    with store.read() as connection:
        assert hosts.asked(connection, since=at(4)) == [("dua.platform.com", at(5))]


def test_hosts_of_sources_that_are_not_public_are_not_in_the_log(store: Store) -> None:
    secret = "  - {name: Rahasia, url: 'https://rahasia.example/rss', section: dunia, public: false}\n"
    filled(store, extra=secret)
    record(store, Tally("rahasia.example", 1), Tally("some.article.example", 1))
    with store.read() as connection:
        assert hosts.fetch_log(connection) == []
