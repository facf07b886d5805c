"""Dates as outlets write them: right, or refused with a note."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize import dates
from aggregator.normalize.months import MONTHS

NOW = datetime(2024, 12, 13, tzinfo=UTC)
HALF_PAST_SEVEN = "2024-12-12T12:30:00+00:00"  # 19:30 in Jakarta


def read(said: str | datetime, timezone: str | None = "Asia/Jakarta") -> str | None:
    at, _ = dates.read(said, now=NOW, timezone=timezone)
    return at.isoformat() if at else None


@pytest.mark.parametrize(
    "words",
    [
        "Thu, 12 Dec 2024 19:30:00 +0700",
        "Thu, 12 Dec 2024 19:30:00 WIB",
        "Thu, 12 Dec 24 19:30:00 +0700",
        "12 Dec 2024 12:30 GMT",
        "Thu, 12 Dec 2024 07:30:00 EST",
        "Thu, 12 Dec 2024 07:30:00 -0500 (EST)",
        "Thu Dec 12 12:30:00 UTC 2024",
        "Thursday, December 12, 2024 7:30 PM",
        "Thursday, December 12, 2024 - 7:30 a.m. EST",
        "12-Dec-2024 19:30",
        "2024-12-12T12:30:00Z",
        "2024-12-12T12:30:00.123456Z",
        "2024-12-12T19:30:00+07:00",
        "2024-12-12T19:30:00+0700",
        "2024-12-12 19:30:00",
        "2024-12-12T19:30",
        "2024/12/12 19:30",
        "20241212T123000Z",
        "12/12/2024 19:30",
        "12.12.2024 19:30",
        "12.12.2024, 19.30 WIB",
        "1734006600",
        "1734006600000",
        "Kamis, 12 Desember 2024 19:30 WIB",
        "Kamis, 12 Des 2024 | 19.30 WIB",
        "Kamis, 12 Desember 2024 20:30 WITA",
        "12 декабря 2024, 19:30",
        "Чт, 12 дек. 2024 г. 15:30 МСК",
        "12 грудня 2024, 19:30",
        "الخميس ١٢ ديسمبر ٢٠٢٤ - ٧:٣٠ مساءً",
        "12 كانون الأول 2024 19:30",
        "jueves, 12 de diciembre de 2024 19:30",
        "12 de dezembro de 2024 às 19h30",
        "12. Dezember 2024, 19:30 Uhr",
        "jeu. 12 déc. 2024 19:30",
        "12 Aralık 2024 Perşembe 19:30",
        "12 grudnia 2024 19:30",
        "Πεμ, 12 Δεκ 2024 19:30:00",
        "2024. december 12. 19:30",
        "2024年12月12日 19:30",
        "2024年12月12日19時30分",
        "2024년 12월 12일 오후 7:30",
        "Ditulis pada Kamis, 12 Desember 2024 pukul 19:30 WIB",
    ],
)
def test_words_of_many_languages(words: str) -> None:
    assert read(words) == HALF_PAST_SEVEN


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12 ديسمبر 2024", "2024-12-12"),
        ("Dec 12, 2024", "2024-12-12"),
        ("mar. 10 déc. 2024", "2024-12-10"),
        ("martes, 10 de dic. de 2024", "2024-12-10"),
        ("2024-12-12", "2024-12-12"),
        ("31/1/2024", "2024-01-31"),
        ("1/31/2024", "2024-01-31"),
        ("May 5, 2024", "2024-05-05"),
        ("3 Mei 2024", "2024-05-03"),
        ("3 мая 2024", "2024-05-03"),
        ("Mon, 09 Dec 2024 24:00:00 +0000", "2024-12-10"),
    ],
)
def test_days(words: str, day: str) -> None:
    assert (read(words, timezone=None) or "")[:10] == day


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("0000-00-00T00:00:00Z", "no real date"),
        ("Thu, 30 Feb 2024 10:00:00 GMT", "no real date"),
        ("Thu, 12 Dec 2024 25:00:00 GMT", "no real date"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "before 1990"),
        ("0001-01-01T00:00:00", "before 1990"),
        ("Thu, 12 Dec 2034 10:00:00 GMT", "in the future"),
        ("1234567890123456789", "date"),
        ("kemarin sore", "cannot be read"),
        ("12", "cannot be read"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_a_note(words: str, note: str) -> None:
    at, said = dates.read(words, now=NOW, timezone=None)
    assert at is None
    assert note in (said or "")


def test_a_day_ahead_is_a_zone_left_out_and_more_is_not() -> None:
    assert dates.read(NOW + timedelta(hours=24), now=NOW, timezone=None) == (NOW + timedelta(hours=24), None)
    assert dates.read(NOW + timedelta(hours=25), now=NOW, timezone=None)[0] is None


def test_a_time_without_zone_is_in_the_zone_of_the_source() -> None:
    assert read("2024-12-12T19:30", "Europe/Moscow") == "2024-12-12T16:30:00+00:00"
    assert read(datetime(2024, 12, 12, 19, 30), "Asia/Jakarta") == HALF_PAST_SEVEN  # noqa: DTZ001
    for unknown in (None, "Mars/Base", "../etc", ""):
        assert read("2024-12-12T12:30", unknown) == HALF_PAST_SEVEN


@pytest.mark.parametrize(
    "words",
    [
        "2024-12-12",
        "2024/12/12",
        "20241212",
        "12/12/2024",
        "12.12.2024",
        "Thu, 12 Dec 2024",
        "12 Dec 24",
        "Dec 12, 2024",
        "Kamis, 12 Desember 2024",
        "Kamis, 12 Desember 2024 pagi",
        "12 декабря 2024 г.",
        "الخميس ١٢ ديسمبر ٢٠٢٤ م",
        "jueves, 12 de diciembre de 2024",
        "12. Dezember 2024",
        "2024年12月12日",
        "2024년 12월 12일",
    ],
)
def test_a_date_without_a_time_is_noon_in_its_zone(words: str) -> None:
    assert read(words, "Asia/Jakarta") == "2024-12-12T05:00:00+00:00"
    assert read(words, "America/New_York") == "2024-12-12T17:00:00+00:00"
    assert read(words, None) == "2024-12-12T12:00:00+00:00"


@pytest.mark.parametrize("words", ["2024-12-12+09:00", "Thu, 12 Dec 2024 +0900", "12 Desember 2024 WIT"])
def test_a_date_without_a_time_is_noon_in_the_zone_it_tells(words: str) -> None:
    assert read(words, "Asia/Jakarta") == "2024-12-12T03:00:00+00:00"


@pytest.mark.parametrize(
    "words",
    [
        "2024-12-12T00:00:00",
        "2024-12-12 00:00",
        "Thu, 12 Dec 2024 00:00:00 +0700",
        "Kamis, 12 Desember 2024 00:00 WIB",
        "12 декабря 2024, 0:00",
        "Dec 12, 2024 12:00 AM",
        "Dec 12, 2024 12 am",
    ],
)
def test_midnight_that_is_said_stays_midnight(words: str) -> None:
    assert read(words) == "2024-12-11T17:00:00+00:00"


def test_nothing_said_needs_no_note() -> None:
    assert dates.read(None, now=NOW, timezone=None) == (None, None)
    assert dates.read(" ", now=NOW, timezone=None) == (None, None)


@given(
    st.text(max_size=60)
    | st.datetimes()
    | st.lists(st.sampled_from([*MONTHS, *"0123456789:-/+. ", "2024", "pm", "年", "t", "z"]), max_size=14).map("".join)
)
def test_any_words_give_an_aware_time_in_bounds_or_none(said: str | datetime) -> None:
    at, note = dates.read(said, now=NOW, timezone="Asia/Jakarta")
    if at is not None:
        assert note is None
        assert at.tzinfo is UTC
        assert at.year >= 1990
        assert at <= NOW + dates.SLACK
        assert dates.read(at.isoformat(), now=NOW, timezone=None) == (at, None)
