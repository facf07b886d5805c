"""When a Source is visited next, and the reason that people are told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import START

from aggregator.intervals import Bounds, Visit, max_age, next_visit

BOUNDS = Bounds(least=900, most=86_400)


def wait(**values: object) -> tuple[float, str]:
    at, reason = next_visit(Visit(name="Kabar", **values), bounds=BOUNDS, now=START)  # type: ignore[arg-type]
    return (at - START).total_seconds(), reason


def test_what_the_host_asks_comes_first() -> None:
    assert wait(retry_after=7200, interval=60, errors=3) == (7200, "its host asked to wait 2 hours")


def test_a_host_that_asks_for_less_than_our_shortest_gets_our_shortest() -> None:
    assert wait(retry_after=5)[0] == 900


def test_feeds_yaml_is_followed_to_the_second_and_may_go_below_the_bounds() -> None:
    assert wait(interval=5, max_age=3600) == (5, "feeds.yaml says every 5 seconds")


def test_failures_back_off_up_to_the_longest() -> None:
    waits = [wait(errors=errors)[0] for errors in range(1, 12)]
    assert waits == sorted(waits) and waits[0] < 1000 and 86_400 <= waits[-1] <= 86_400 * 1.1
    assert (wait(errors=1)[1], wait(errors=3)[1]) == ("it failed", "it failed 3 times in a row")


def test_max_age_and_ttl_are_followed_within_the_bounds() -> None:
    assert 3600 <= wait(max_age=3600, ttl=7200)[0] <= 3960
    assert 7200 <= wait(ttl=7200)[0] <= 7920
    assert 900 <= wait(max_age=10)[0] <= 990


def test_the_pace_follows_what_a_source_brings() -> None:
    assert wait(before=3600, brought=True)[0] < 3600 < wait(before=3600)[0]


def test_sources_visited_together_do_not_stay_together() -> None:
    times = {next_visit(Visit(name=f"S{number}"), bounds=BOUNDS, now=START)[0] for number in range(50)}
    assert len(times) == 50


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "no-cache"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"expires": "Thu, 12 Dec 2024 04:00:00 GMT", "date": "Thu, 12 Dec 2024 03:00:00 GMT"}, 3600),
        ({"expires": "0", "date": "Thu, 12 Dec 2024 03:00:00 GMT"}, None),
        ({"expires": "Thu, 12 Dec 2024 01:00:00 GMT", "date": "Thu, 12 Dec 2024 03:00:00 GMT"}, 0),
        ({"cache-control": "max-age=99999999999999999999999"}, 999_999_999),
        ({"expires": "Mon, 01 Jan 2024 00:00:00 +99999999999999999", "date": "Mon, 01 Jan 2024 00:00:00 GMT"}, None),
        ({"expires": "Mon, 01 Jan 2024 00:00:00 GMT", "date": "Mon, 01 Jan 2024 00:00:00 -99999999999999999"}, None),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 -0900", "date": "Mon, 01 Jan 0001 00:00:00 +0900"}, None),
    ],
)
def test_how_long_an_answer_may_be_kept(headers: dict[str, str], seconds: float | None) -> None:
    assert max_age(headers) == seconds


@given(
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.integers(0, 10_000),
    st.one_of(st.none(), st.floats(1, 1e7)),
    st.booleans(),
)
def test_no_visit_is_ever_at_once_or_lost(
    age: float | None, ttl: float | None, errors: int, before: float | None, brought: bool
) -> None:
    visit = Visit(name="x", max_age=age, ttl=ttl, errors=errors, before=before, brought=brought)
    at, reason = next_visit(visit, bounds=BOUNDS, now=START)
    assert timedelta(seconds=900) <= at - START <= timedelta(seconds=86_400 * 1.1 + 1)
    assert reason
