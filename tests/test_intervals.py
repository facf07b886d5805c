"""When a Source is visited next, and the reason that people are told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import START

from aggregator.intervals import ANEW, DAYS, Bounds, Visit, asks_anew, max_age, next_visit, pace
from aggregator.messages.reasons import WORDS
from aggregator.values import Asks, Reason

BOUNDS = Bounds(least=900, most=86_400)


def wait(**values: object) -> tuple[float, Reason]:
    at, reason = next_visit(Visit(name="Kabar", **values), bounds=BOUNDS, now=START)  # type: ignore[arg-type]
    return (at - START).total_seconds(), reason


def test_what_the_host_asks_comes_first() -> None:
    assert wait(ended=True, retry_after=5)[1] == Reason("gone")
    assert wait(retry_after=14_400, refused=True, errors=1) == (14_400, Reason("refused", 14_400))
    assert wait(retry_after=7200, interval=60, errors=3) == (7200, Reason("retry-after", 7200))


def test_a_host_that_asks_for_less_than_our_shortest_gets_our_shortest() -> None:
    assert wait(retry_after=5) == (900, Reason("retry-after", 5, limit=900))


def test_feeds_yaml_is_followed_to_the_second_within_the_bounds() -> None:
    assert wait(interval=5400, max_age=60) == (5400, Reason("interval", 5400))
    assert wait(interval=300) == (900, Reason("interval", 300, limit=900))
    assert wait(interval=1e7)[0] == 86_400


def test_at_an_allowed_address_feeds_yaml_may_say_any_interval() -> None:
    assert wait(interval=5, inside=True) == (5, Reason("interval", 5))
    assert wait(max_age=5, inside=True)[0] >= 900, "that is for feeds.yaml alone to say"


def test_failures_back_off_up_to_the_longest() -> None:
    waits = [wait(errors=errors)[0] for errors in range(1, 12)]
    assert waits == sorted(waits) and waits[0] < 1000 and 86_400 / 1.1 <= waits[-1] <= 86_400
    assert (wait(errors=1)[1], wait(errors=3)[1]) == (Reason("failed"), Reason("failed-again", 3))


def test_max_age_and_ttl_are_followed_within_the_bounds() -> None:
    two_hours = Asks(ttl=120)
    assert 3600 <= wait(max_age=3600, asks=two_hours)[0] <= 3960
    assert 7200 <= wait(asks=two_hours)[0] <= 7920
    assert 900 <= wait(max_age=10)[0] <= 990
    assert wait(max_age=10)[1] == Reason("max-age", 10, limit=900)
    assert wait(asks=Asks(ttl=99_999))[1] == Reason("ttl", 99_999 * 60, limit=86_400)


def test_the_pace_follows_what_a_source_brings() -> None:
    assert pace(None, brought=True, bounds=BOUNDS) == 1800, "what a Source has collected says nothing of its pace"
    assert pace(3600, brought=True, bounds=BOUNDS) < 3600 < pace(3600, brought=False, bounds=BOUNDS)
    assert 3600 <= wait(pace=3600)[0] <= 3960


def test_a_source_that_falls_silent_is_visited_once_a_day_in_the_end() -> None:
    own, days = pace(None, brought=True, bounds=BOUNDS), 0.0
    while own < BOUNDS.most:
        own = pace(own, brought=False, bounds=BOUNDS)
        days += own / 86_400
    assert days < 4
    for _ in range(3):
        own = pace(own, brought=True, bounds=BOUNDS)
    assert own <= 10_800, "and comes back within three visits"


def test_a_pushed_source_is_visited_seldom() -> None:
    assert wait(pushed=True, pace=900)[0] >= 86_400 / 1.1
    assert wait(pushed=True, max_age=60, asks=Asks(ttl=5))[0] >= 86_400 / 1.1, "less often is what they allow"


def test_hours_and_days_that_a_document_skips_are_kept() -> None:
    """START is a Thursday, 3:00 UTC."""
    at, reason = next_visit(Visit("x", pace=900, asks=Asks(skip_hours=frozenset({3, 4}))), bounds=BOUNDS, now=START)
    assert at.hour == 5 and reason == Reason("quiet", 900, skips=True)
    weekend = Asks(skip_days=frozenset({"thursday", "friday"}), skip_hours=frozenset({0, 1}))
    at, _ = next_visit(Visit("x", pace=900, asks=weekend), bounds=BOUNDS, now=START)
    assert (at.strftime("%A"), at.hour) == ("Saturday", 2)
    always = Asks(skip_hours=frozenset(range(24)))
    assert next_visit(Visit("x", pace=900, asks=always), bounds=BOUNDS, now=START)[0] - START < timedelta(minutes=17)
    fixed = Visit("x", interval=1800, asks=Asks(skip_hours=frozenset({3, 4})))
    assert next_visit(fixed, bounds=BOUNDS, now=START)[0] == START + timedelta(minutes=30), "feeds.yaml outranks it"


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
    st.builds(
        Asks, st.none() | st.integers(1, 10**6), st.frozensets(st.integers(0, 23)), st.frozensets(st.sampled_from(DAYS))
    ),
    st.integers(0, 10_000),
    st.one_of(st.none(), st.floats(1, 1e7)),
    st.booleans(),
)
def test_no_visit_is_ever_at_once_or_lost(
    age: float | None, asks: Asks, errors: int, own: float | None, brought: bool
) -> None:
    visit = Visit(name="x", max_age=age, asks=asks, errors=errors, pace=own, brought=brought)
    at, reason = next_visit(visit, bounds=BOUNDS, now=START)
    assert timedelta(seconds=900) <= at - START <= timedelta(days=8, hours=1)
    assert asks.skip_hours or asks.skip_days or at - START <= timedelta(seconds=86_401)
    assert reason.code in WORDS


def anew(brought: bool, *, name: str = "Kabar", hours: int = 7) -> list[timedelta]:
    """Visit so often for a hundred days; gives when the whole document is asked for."""
    visits = [n * timedelta(hours=hours) for n in range(1, 2400 // hours)]
    since = START if brought else None
    return [
        visit
        for last, visit in zip([timedelta(), *visits], visits, strict=False)
        if asks_anew(name, brought_at=since, last_good_at=START + last, now=START + visit)
    ]


def test_a_silent_source_is_asked_anew_once_a_month_and_not_all_at_once() -> None:
    asked = anew(brought=True)
    assert [round(at / ANEW) for at in asked] == [1, 2, 3] and all(at > ANEW for at in asked)
    firsts = {anew(brought=True, name=f"Kabar {number}")[0] for number in range(50)}
    assert len(firsts) > 5 and max(firsts) < 1.1 * ANEW + timedelta(hours=7)
    assert len(anew(brought=False)) == 3, "it has never brought anything"


def test_a_failed_visit_takes_no_asking_anew_away() -> None:
    long = START + timedelta(days=40)
    assert asks_anew("Kabar", brought_at=START, last_good_at=START + timedelta(days=20), now=long)
    assert not asks_anew("Kabar", brought_at=START + timedelta(days=30), last_good_at=long, now=long)
    assert asks_anew("Kabar", brought_at=None, last_good_at=None, now=START)
