"""An article's page and the list that named it: whose date stands."""

from datetime import UTC, datetime

import pytest

from aggregator import reading
from aggregator.config import Source
from aggregator.values import Document
from tests.making import arrival

NOW = datetime(2024, 12, 13, 6, tzinfo=UTC)
HALF_PAST_SEVEN = datetime(2024, 12, 12, 12, 30, tzinfo=UTC)  # 19:30 in Jakarta
NOON = datetime(2024, 12, 12, 5, tzinfo=UTC)
URL = "https://kabar.example/5530/judul"


def article(date: str | None, listed: datetime | None) -> tuple[datetime | None, str | None]:
    """Give the date of an Entry, and its note, after its article's page was read."""
    said = f'<meta property="article:published_time" content="{date}">' if date else ""
    page = (
        f"<html lang=id><head>{said}<title>Judul</title></head><body><h1>Judul</h1><p>{'Kata. ' * 80}</p></body></html>"
    )
    document = Document(url=URL, status=200, headers={"content-type": "text/html"}, body=page.encode())
    source = Source(
        name="Kabar", url="https://kabar.example/", kind="page", sections=("dunia",), outlet="kabar", full_text=True
    )
    listing = arrival("5530", title="Judul", url=URL, published_at=listed)
    entry = reading.read_article(document, listing, source, "Asia/Jakarta", ("id",), NOW).entry
    return entry.published_at, entry.date_note


@pytest.mark.parametrize("words", ["2024-12-12", "Kamis, 12 Desember 2024", "12/12/2024"])
def test_a_day_on_the_page_gives_way_to_the_time_in_the_list(words: str) -> None:
    assert article(words, HALF_PAST_SEVEN) == (HALF_PAST_SEVEN, None)
    assert article(words, None) == (NOON, None)


def test_a_time_on_the_page_stands_above_the_list() -> None:
    assert article("2024-12-12T19:30:00+07:00", NOON) == (HALF_PAST_SEVEN, None)
    assert article("2024-12-12T12:00:00+07:00", HALF_PAST_SEVEN) == (NOON, None)


def test_another_day_on_the_page_stands_above_the_list() -> None:
    assert article("2024-12-12", datetime(2024, 12, 10, 1, tzinfo=UTC)) == (NOON, None)


@pytest.mark.parametrize("words", ["0000-00-00", "2034-12-12T19:30:00+07:00", "tadi sore", None])
def test_a_page_without_a_date_that_can_be_leaves_the_lists(words: str | None) -> None:
    assert article(words, HALF_PAST_SEVEN) == (HALF_PAST_SEVEN, None)


def test_where_neither_has_a_date_the_note_says_why() -> None:
    at, note = article("2034-12-12T19:30:00+07:00", None)
    assert at is None
    assert "in the future" in (note or "")
    assert article(None, None) == (None, None)
