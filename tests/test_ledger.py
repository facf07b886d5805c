"""What is counted of each host, and which hosts are left alone."""

from datetime import timedelta

import pytest
from making import START

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
    ledger.wait("kabar.example", START + HOUR, Reason("answered", 429))
    with pytest.raises(OSError), ledger.taken():
        ledger.asked("kabar.example", 200)
        raise OSError("disk full")
    with ledger.taken() as tallies:
        assert tallies == (Tally("kabar.example", 2, 1, 0, 1, START + HOUR, Reason("answered", 429)),)


def test_a_host_is_left_alone_until_its_time_and_the_longest_wait_counts() -> None:
    ledger = Ledger()
    assert ledger.until("kabar.example", now=START) is None
    ledger.wait("kabar.example", START + 2 * HOUR, Reason("answered", 503))
    ledger.wait("kabar.example", START + HOUR, Reason("answered", 429))
    ledger.learn([("kabar.example", START + HOUR / 2)])
    assert ledger.until("kabar.example", now=START) == START + 2 * HOUR
    assert ledger.until("other.example", now=START) is None
    assert ledger.until("kabar.example", now=START + 2 * HOUR) is None


def test_a_domain_waits_where_two_of_its_hosts_do() -> None:
    ledger = Ledger()
    ledger.wait("one.platform.com", START + HOUR, Reason("answered", 429))
    assert ledger.until("three.platform.com", now=START) is None
    ledger.wait("two.platform.com", START + 2 * HOUR, Reason("answered", 429))
    assert ledger.until("three.platform.com", now=START) == START + 2 * HOUR
    assert ledger.until("three.elsewhere.com", now=START) is None
    assert ledger.until("three.platform.com", now=START + HOUR) is None, "one of them alone is no sign of a domain"
