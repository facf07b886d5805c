"""Hosts in the store: what was asked of them, and the waits that hold for every process."""

from datetime import timedelta

import pytest
from making import at, configured
from sqlalchemy import select, update

from aggregator.store import Store, hosts, robots, sources
from aggregator.store.schema import host, source
from aggregator.values import Reason, Tally

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
        (visited,) = hosts.fetch_log(connection, limit=9)
    assert (visited.host, visited.requests, visited.not_modified, visited.failures) == ("lain.example", 5, 3, 1)
    assert (visited.first_asked_at, visited.asked_at) == (at(0), at(5))
    assert (visited.next_poll_at, visited.next_poll_reason) == (at(0), Reason("new"))


def test_a_wait_puts_off_the_sources_of_its_host_and_is_never_shortened(store: Store) -> None:
    filled(store)
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(60), wait_reason=Reason("answered", 429)))
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(30), wait_reason=Reason("answered", 503)))
    assert due(store) == {"Satu": 60, "Dua": 0, "Tiga": 0, "Lain": 0}
    with store.read() as connection:
        assert hosts.waits(connection, now=at(59)) == [("satu.platform.com", at(60), at(0))]
        assert hosts.waits(connection, now=at(60)) == []
        assert hosts.fetch_log(connection, limit=9)[0].wait_reason == Reason("answered", 429)


def test_two_hosts_that_wait_put_off_their_whole_domain(store: Store) -> None:
    filled(store)
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(60)))
    record(store, Tally("dua.platform.com", 1, waits=1, wait_until=at(90)))
    assert due(store) == {"Satu": 90, "Dua": 90, "Tiga": 90, "Lain": 0}


def test_the_end_of_a_domains_wait_is_its_longest_whoever_was_told_last(store: Store) -> None:
    filled(store)
    record(store, Tally("dua.platform.com", 1, waits=1, wait_until=at(90)))
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(60)))
    assert due(store) == {"Satu": 90, "Dua": 90, "Tiga": 90, "Lain": 0}
    with store.read() as connection:
        assert hosts.until(connection, "tiga.platform.com", now=at(59)) == at(90)
        assert hosts.until(connection, "tiga.platform.com", now=at(60)) is None
        assert hosts.until(connection, "dua.platform.com", now=at(60)) == at(90)


def test_other_hosts_of_a_domain_are_put_off_by_no_more_than_a_day(store: Store) -> None:
    filled(store)
    month, day = 30 * 24 * 60, 24 * 60
    record(store, Tally("satu.platform.com", 1, waits=1, wait_until=at(month)))
    record(store, Tally("dua.platform.com", 1, waits=1, wait_until=at(month + 5)), minutes=5)
    assert due(store) == {"Satu": month, "Dua": month + 5, "Tiga": day + 5, "Lain": 0}
    with store.write() as connection:
        assert hosts.until(connection, "tiga.platform.com", now=at(day)) is None, "only one of them binds others now"
        assert hosts.until(connection, "dua.platform.com", now=at(day)) == at(month + 5)
        sources.sync(connection, configured(*SOURCES, ("Baru", "https://baru.platform.com/")), now=at(60))
    assert due(store)["Baru"] == day + 5


def test_users_of_one_platform_wait_apart(store: Store) -> None:
    with store.write() as connection:
        sources.sync(connection, configured(("Baik", "https://baik.workers.dev/")), now=at(0))
    record(store, *(Tally(f"jahat{n}.workers.dev", 1, waits=1, wait_until=at(900)) for n in range(3)))
    assert due(store) == {"Baik": 0}


def test_what_nothing_points_to_any_more_is_forgotten(store: Store) -> None:
    filled(store)
    old = ("lain.example", "satu.platform.com", "artikel.example", "sabar.example")
    record(store, *(Tally(name, 1) for name in old), minutes=0)
    record(store, Tally("sabar.example", waits=1, wait_until=at(100)), Tally("baru.example", 1), minutes=50)
    with store.write() as connection:
        sources.sync(connection, configured(*SOURCES[:3]), now=at(60))
        hosts.clear(connection, before=at(40), now=at(60))
        assert {row.name for row in connection.execute(select(host.c.name))} == {
            "satu.platform.com",
            "sabar.example",
            "baru.example",
        }


def test_a_rule_book_is_forgotten_when_it_can_stand_in_no_longer(store: Store) -> None:
    with store.write() as connection:
        for name, fetched, expires in (("a", 0, 10), ("b", 0, 90), ("c", 50, 60)):
            robots.put(connection, f"https://{name}.example", robots.Held("rules", "", at(fetched), at(expires)))
        robots.clear(connection, before=at(40), now=at(60))
        assert [robots.get(connection, f"https://{name}.example") is None for name in "abc"] == [True, False, False]


def test_no_more_rule_books_are_kept_than_a_store_can_bear(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "MOST", 2)
    with store.write() as connection:
        for minute, name in enumerate("abcd"):
            robots.put(connection, f"https://{name}.example", robots.Held("rules", "", at(minute), at(900)))
        robots.clear(connection, before=at(0), now=at(60))
        assert [robots.get(connection, f"https://{name}.example") is None for name in "abcd"] == [True] * 2 + [
            False
        ] * 2


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
        assert hosts.fetch_log(connection, limit=9) == []


def test_hosts_elsewhere_are_in_the_log_where_every_source_is_public(store: Store) -> None:
    filled(store)
    record(store, Tally("some.article.example", 1))
    with store.read() as connection:
        assert [one.host for one in hosts.fetch_log(connection, limit=9)] == ["some.article.example"]
    filled(store, extra="  - {name: Rahasia, url: 'https://rahasia.example/rss', section: dunia, public: false}\n")
    filled(store)
    with store.read() as connection:
        assert hosts.fetch_log(connection, limit=9) == [], "a secret that has been one stays one"


def test_the_log_goes_on_behind_a_name(store: Store) -> None:
    filled(store)
    record(
        store, *(Tally(f"{name}.platform.com", 1) for name in ("dua", "satu", "tiga", "zz")), Tally("lain.example", 1)
    )
    with store.read() as connection:
        pages = [
            hosts.fetch_log(connection, after=after, limit=2) for after in ("", "lain.example", "tiga.platform.com")
        ]
    assert [[one.host for one in page] for page in pages] == [
        ["dua.platform.com", "lain.example"],
        ["satu.platform.com", "tiga.platform.com"],
        ["zz.platform.com"],
    ]
    assert (pages[2][0].next_poll_at, pages[2][0].next_poll_reason) == (None, Reason("led"))


def test_the_next_visit_to_a_host_is_the_first_that_will_be_made(store: Store) -> None:
    config = configured(
        ("Satu", "https://kabar.co.id/1"),
        ("Dua", "https://kabar.co.id/2"),
        ("Akhir", "https://kabar.co.id/3"),
        extra="  - {name: Jeda, url: 'https://kabar.co.id/4', section: dunia, paused: true}\n",
    )
    with store.write() as connection:
        sources.sync(connection, config, now=at(0))
        for name, minutes, state in (("Satu", 30, "active"), ("Dua", 20, "active"), ("Akhir", 1, "gone")):
            values = {"next_poll_at": at(minutes), "next_poll_reason": Reason("failed-again", minutes), "state": state}
            connection.execute(update(source).where(source.c.name == name).values(**values))
    record(store, Tally("kabar.co.id", 1))

    def told() -> tuple[object, Reason]:
        with store.read() as connection:
            (visited,) = hosts.fetch_log(connection, limit=9)
        return visited.next_poll_at, visited.next_poll_reason

    assert told() == (at(20), Reason("failed-again", 20))
    with store.write() as connection:
        connection.execute(update(source).where(source.c.name.in_(["Satu", "Dua"])).values(retired_at=at(0)))
    assert told() == (None, Reason("paused"))
    with store.write() as connection:
        connection.execute(update(source).where(source.c.name == "Jeda").values(retired_at=at(0)))
    assert told() == (None, Reason("failed-again", 1))


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (Reason("new"), "new"),
        (Reason("failed-again", 3), "failed-again 3"),
        (Reason("max-age", 0, limit=900), "max-age 0 900"),
        (Reason("max-age", 3600, limit=900, skips=True), "max-age 3600 900 skips"),
        (Reason("quiet", 3600, skips=True), "quiet 3600 skips"),
        (Reason("pushed", skips=True), "pushed skips"),
        (Reason("its own pace: it brought nothing"), "its own pace: it brought nothing"),
        (Reason("it failed 3 times in a row"), "it failed 3 times in a row"),
        (Reason("x" * 9 + " 9" * 9), "x" * 9 + " 9" * 9),
    ],
)
def test_a_reason_is_kept_as_one_string(store: Store, reason: Reason, kept: str) -> None:
    filled(store)
    with store.write() as connection:
        connection.execute(update(source).values(next_poll_reason=reason))
        assert connection.exec_driver_sql("SELECT DISTINCT next_poll_reason FROM source").scalar_one() == kept
        assert connection.execute(select(source.c.next_poll_reason).limit(1)).scalar_one() == reason
