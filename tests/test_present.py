"""The pure rules of how stories look on a page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.messages import speak
from aggregator.values import Coverage, Story
from web import present

AT = datetime(2024, 12, 12, 3, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", fullmatch=True)


def report(entry: int, outlet: str, **values: object) -> Coverage:
    kept = {"title": f"Title {entry}", "url": None, "language": "en", "at": AT + timedelta(minutes=entry)}
    return Coverage(entry=entry, outlet=outlet, source=outlet, **{**kept, **values})  # type: ignore[arg-type]


def story(*reports: Coverage, id: str = "s", image: str | None = None, minutes: int = 0) -> Story:
    return Story(
        id=id, title=reports[0].title, language="en", summary="", summary_language=None, first_at=AT,
        updated_at=AT + timedelta(minutes=minutes), sections=(), topic=None, topic_title=None, reports=reports,
        image=image,
    )  # fmt: skip


@given(TIMES, IDS)
def test_a_cursor_is_read_as_it_was_written(at: datetime, story_id: str) -> None:
    assert present.read_cursor(present.write_cursor(at, story_id)) == (at, story_id)


@given(st.text())
def test_any_other_words_are_no_cursor_or_a_safe_one(words: str) -> None:
    found = present.read_cursor(words)
    assert found is None or (found[1].isascii() and found[0].tzinfo is UTC)


@given(st.text())
def test_only_web_addresses_lead_out(url: str) -> None:
    let = present.outward(url)
    assert let is None or (let == url and url.lower().lstrip().startswith(("http://", "https://")))


@pytest.mark.parametrize(
    ("url", "let"),
    [("https://a.example/x", True), ("http://a.example", True), ("HTTPS://a.example", True),
     ("javascript:alert(1)", False),
     ("//a.example", False), ("https://", False), ("data:text/html,x", False), ("http://[x", False), (None, False)],
)  # fmt: skip
def test_addresses_that_lead_out(url: str | None, let: bool) -> None:
    assert (present.outward(url) == url and url is not None) is let


@pytest.mark.parametrize(
    ("count", "words"), [(1, "o0"), (2, "o0 and o1"), (3, "o0, o1, and o2"), (4, "o0, o1, o2 and 1 other")]
)
def test_outlets_are_named_then_counted(count: int, words: str) -> None:
    told = story(*(report(number, f"o{number}") for number in range(count)))
    assert present.told_by(speak("en"), told).replace("\u2068", "").replace("\u2069", "") == words


def test_most_outlets_lead_and_a_picture_makes_room_for_one_more() -> None:
    few = [story(report(1, "a"), id=f"s{number}", minutes=number) for number in range(9)]
    many = story(report(1, "a"), report(2, "b"), id="many")
    assert [s.id for s in present.leads([*few, many])] == ["many", "s8", "s7", "s6"]
    pictured = story(report(1, "a"), report(2, "b"), id="many", image="https://a.example/i.jpg")
    assert len(present.leads([*few, pictured])) == 5


def test_a_lead_weighs_half_after_half_a_day() -> None:
    outlets = [report(number, f"outlet {number}") for number in range(6)]
    fresh = story(*outlets[:3], id="fresh", minutes=12 * 60)
    past_half = story(*outlets[:5], id="past half")
    assert [s.id for s in present.leads([past_half, fresh])] == ["fresh", "past half"]
    large = story(*outlets[:6], id="large")
    newer = story(*outlets[:3], id="newer", minutes=12 * 60 - 1)
    assert [s.id for s in present.leads([newer, fresh, large])] == ["fresh", "large", "newer"]
    assert present.leads([]) == ()


def test_voices_are_other_outlets_in_other_languages_first() -> None:
    told = story(
        report(1, "lead"), report(2, "lead", language="ru"), report(3, "b"), report(4, "c", language="ar"),
        report(5, "d", language="id", copy_of="c"), report(6, "c", language="ru"), report(7, "e", language="id"),
    )  # fmt: skip
    assert [said.entry for said in present.voices(told)] == [4, 7, 3]


def test_words_under_a_headline_are_those_of_the_report_that_has_it() -> None:
    first, second = report(1, "a", summary="One."), report(2, "b", summary="Two.", language="id")
    assert present.opening(story(second, first)) == ("Two.", "id")
    assert present.opening(story(report(3, "c"), first)) == ("One.", "en")
    assert present.opening(story(report(3, "c"))) == ("", None)


def test_a_timeline_has_the_days_of_the_readers_zone() -> None:
    evening, night = (
        report(1, "a", at=datetime(2024, 12, 12, 16, 59, tzinfo=UTC)),
        report(2, "b", at=datetime(2024, 12, 12, 17, 0, tzinfo=UTC)),
    )
    days = present.timeline(story(night, evening), ZoneInfo("Asia/Jakarta"))
    assert [(day.on.day, [(s.report.entry, s.first) for s in day.steps]) for day in days] == [
        (12, [(1, True)]),
        (13, [(2, False)]),
    ]
    assert len(present.timeline(story(night, evening), UTC)) == 1


def test_a_timeline_is_bounded_and_holds_the_first_of_each_outlet() -> None:
    many = [report(number, "a") for number in range(1, 1001)]
    others = [report(500, "b", copy_of="a"), report(501, "c"), report(502, "c"), report(2000, "d", copy_of="a")]
    others = [replace(one, entry=5000 + number) for number, one in enumerate(others)]
    days = present.timeline(story(*many, *others), UTC)
    steps = [step for day in days for step in day.steps]
    assert len(steps) == present.TIMELINE
    assert [step.report.entry for step in steps if step.first] == [1]
    assert {5000, 5001, 5003} <= {step.report.entry for step in steps}
    assert steps[-2].report.entry == 1000, "the newest are there"


def test_the_first_report_is_called_so_only_where_it_is_shown() -> None:
    early = [report(number, f"o{number}", copy_of="wire", at=AT) for number in range(3)]
    own = [report(100 + number, f"own{number}") for number in range(present.TIMELINE)]
    steps = [step for day in present.timeline(story(*own, *early), UTC) for step in day.steps]
    assert len(steps) == present.TIMELINE and not any(step.first for step in steps)
