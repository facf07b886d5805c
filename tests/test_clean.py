"""Text, addresses and tags come out fit for feeds, and unchanged where they were so."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish import clean


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://kabar.example/a?b=1&c=%20#d", "https://kabar.example/a?b=1&c=%20#d"),
        ("https://minbar.example/خبر", "https://minbar.example/%D8%AE%D8%A8%D8%B1"),
        ("https://пример.example/", "https://xn--e1afmkfd.example/"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://user:secret@kabar.example/x", "https://kabar.example/x"),
        ("https://kabar.example/100%?x=[1] 2", "https://kabar.example/100%25?x=%5B1%5D%202"),
    ],
)
def test_web_addresses_become_plain_uris(address: str, written: str) -> None:
    assert clean.address(address) == written


@pytest.mark.parametrize(
    "address",
    [None, "", "/relative", "javascript:alert(1)", "http://", "http://[::1", "http://a:b/", "http://a b/", "ftp://a/"],
)
def test_what_is_no_web_address_is_none(address: str | None) -> None:
    assert clean.address(address) is None


@given(st.builds("https://{}/{}".format, st.text(max_size=8), st.text(st.characters(codec=None), max_size=8)))
def test_an_address_is_written_once_and_for_all(address: str) -> None:
    written = clean.address(address)
    if written is not None:
        parts = urlsplit(written)
        assert written.isascii() and parts.hostname and parts.username is None
        assert clean.address(written) == written


def test_what_xml_forbids_goes_and_all_else_stays() -> None:
    assert clean.text("a\x00b\x0b\ud800\ufffe\x85c\r\n\td") == "abc\n\td"
    assert clean.text("Здравствуй, dunia 🌏 مرحبا") == "Здравствуй, dunia 🌏 مرحبا"
    assert clean.line("  two\n words\u00a0here ") == "two words here"


def test_only_well_formed_tags_pass() -> None:
    assert [clean.tag(tag) for tag in ("id", "zh-Hant", "", None, "x", "english language", "a_b")] == [
        "id",
        "zh-Hant",
        *[None] * 5,
    ]


def test_moments_are_whole_seconds_of_utc() -> None:
    local = datetime(2024, 12, 12, 19, 30, 1, 999, tzinfo=timezone(timedelta(hours=7)))
    assert clean.moment(local) == datetime(2024, 12, 12, 12, 30, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        clean.moment(local.replace(tzinfo=None))
