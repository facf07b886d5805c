"""The dates of HTTP headers, right and as wrong as hosts send them."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.httpdate import read

NOON = datetime(2024, 12, 12, 12, 0, tzinfo=UTC)
PARTS = ["Mon,", "Thu,", "31", "0", "99999999999999999", "Jan", "-", "2024", "0001", "9999", "00:00:00", "24:61:61"]
ZONES = ["GMT", "+0700", "-2359", "+9999", "+99999999999999999", "-99999999999999999", "²", "x"]


@pytest.mark.parametrize(
    "words",
    [
        "Thu, 12 Dec 2024 12:00:00 GMT",
        "Thursday, 12-Dec-24 12:00:00 GMT",
        "Thu Dec 12 12:00:00 2024",
        "Thu, 12 Dec 2024 19:00:00 +0700",
        "Thu, 12 Dec 2024 12:00:00 -0000",
    ],
)
def test_every_form_of_a_date_is_read(words: str) -> None:
    assert read(words) == NOON


@pytest.mark.parametrize(
    "words",
    [
        None,
        "",
        "0",
        "-1",
        "soon",
        "0 0 0 0 0 0",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999",
        "Mon, 01 Jan 2024 00:00:00 -99999999999999999",
        "Fri, 31 Dec 9999 23:59:59 -0900",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "9" * 5000 + " Jan 2024 00:00:00 GMT",
    ],
)
def test_what_is_no_date_is_none(words: str | None) -> None:
    assert read(words) is None


@given(st.one_of(st.text(), st.lists(st.sampled_from(PARTS + ZONES), max_size=8).map(" ".join)))
def test_no_words_break_it_and_every_date_is_in_utc(words: str) -> None:
    at = read(words)
    assert at is None or at.tzinfo is UTC


@given(st.integers(0, 2**37))
def test_a_date_that_is_written_is_read(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert read(format_datetime(at, usegmt=True)) == at
