"""What is counted of each host, and which hosts are left alone."""

from datetime import timedelta

import pytest
from making import START

from aggregator.fetch import ledger as ledgers
from aggregator.fetch.ledger import Ledger
from aggregator.values import Reason, Tally

HOUR = timedelta(hours=1)


def test_requests_are_counted_by_host_and_handed_over_once() -> None:
    ledger = Ledger()
    for status in (200, 304, 404, None):
        ledger.asked("kabar.example", status)
    ledger.asked("antara.example", 200)
    with ledger.taken() as tallies:
        assert tallies == (Tally("antara.example", 1), Tally("kabar.example", 4, not_modified=1, failures=2))
    with ledger.taken() as tallies:
        assert tallies == ()


def test_what_could_not_be_written_is_handed_over_again() -> None:
    ledger = Ledger()
    ledger.asked("kabar.example", 304)
    ledger.wait("kabar.example", START + HOUR, Reason("answered", 429), told=START)
    with pytest.raises(OSError), ledger.taken():
        ledger.asked("kabar.example", 200)
        raise OSError("disk full")
    with ledger.taken() as tallies:
        assert tallies == (Tally("kabar.example", 2, 1, 0, 1, START + HOUR, Reason("answered", 429)),)


def test_a_host_is_left_alone_until_its_time_and_the_longest_wait_counts() -> None:
    ledger = Ledger()
    assert ledger.until("kabar.example", now=START) is None
    ledger.wait("kabar.example", START + 2 * HOUR, Reason("answered", 503), told=START)
    ledger.wait("kabar.example", START + HOUR, Reason("answered", 429), told=START)
    ledger.learn([("kabar.example", START + HOUR / 2, START)])
    assert ledger.until("kabar.example", now=START) == START + 2 * HOUR
    assert ledger.until("other.example", now=START) is None
    assert ledger.until("kabar.example", now=START + 2 * HOUR) is None


def test_a_domain_waits_where_two_of_its_hosts_do() -> None:
    ledger = Ledger()
    ledger.wait("one.platform.com", START + HOUR, Reason("answered", 429), told=START)
    assert ledger.until("three.platform.com", now=START) is None
    ledger.wait("two.platform.com", START + 2 * HOUR, Reason("answered", 429), told=START)
    assert ledger.until("three.platform.com", now=START) == START + 2 * HOUR
    assert ledger.until("three.elsewhere.com", now=START) is None
    assert ledger.until("three.platform.com", now=START + HOUR) is None, "one of them alone is no sign of a domain"


def test_other_hosts_of_a_domain_wait_no_longer_than_a_day() -> None:
    ledger = Ledger()
    for host in ("one.platform.com", "two.platform.com"):
        ledger.wait(host, START + 720 * HOUR, Reason("answered", 429), told=START)
    assert ledger.until("three.platform.com", now=START) == START + 24 * HOUR
    assert ledger.until("three.platform.com", now=START + 24 * HOUR) is None
    assert ledger.until("one.platform.com", now=START + 24 * HOUR) == START + 720 * HOUR
    other = Ledger()
    other.learn([(host, START + 720 * HOUR, START) for host in ("one.platform.com", "two.platform.com")])
    assert other.until("three.platform.com", now=START) == START + 24 * HOUR, "and in the next process"


def test_two_users_of_a_platform_silence_no_third() -> None:
    ledger = Ledger()
    for host in ("bad1.workers.dev", "bad2.workers.dev"):
        ledger.wait(host, START + 720 * HOUR, Reason("answered", 429), told=START)
    assert ledger.until("good.workers.dev", now=START) is None


def test_what_a_guest_was_told_binds_that_guest_alone() -> None:
    ledger = Ledger()
    for host in ("one.victim.com", "two.victim.com"):
        ledger.wait_as_guest("evil.example", host, START + 720 * HOUR, told=START)
    assert ledger.until("one.victim.com", now=START) is None
    assert ledger.until("one.victim.com", now=START, guest="other.example") is None
    assert ledger.until("one.victim.com", now=START, guest="evil.example") == START + 720 * HOUR
    assert ledger.until("three.victim.com", now=START, guest="evil.example") == START + 24 * HOUR
    ledger.wait("one.victim.com", START + 800 * HOUR, Reason("answered", 429), told=START)
    assert ledger.until("one.victim.com", now=START, guest="evil.example") == START + 800 * HOUR
    with ledger.taken() as tallies:
        assert [tally.host for tally in tallies] == ["one.victim.com"]


def test_no_more_guests_are_kept_than_a_process_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "MOST_GUESTS", 2)
    ledger = Ledger()
    for hours in (3, 1, 2):
        ledger.wait_as_guest("evil.example", f"h{hours}.example", START + hours * HOUR, told=START)
    kept = [ledger.until(f"h{hours}.example", now=START, guest="evil.example") for hours in (1, 2, 3)]
    assert kept == [None, START + 2 * HOUR, START + 3 * HOUR]
