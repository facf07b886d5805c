"""Addresses: made absolute and canonical, never raising, and stable when read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize import urls

BASE = "https://uji.example/berita/indeks"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTP://Uji.EXAMPLE:80/A?utm_source=x&id=3&at_medium=RSS#atas", "http://uji.example/A?id=3"),
        ("https://uji.example:443/a?b=2&a=1&fbclid=z", "https://uji.example/a?b=2&a=1"),
        ("https://uji.example/a?ns_mchannel=rss&ito=1490&CMP=x", "https://uji.example/a"),
        ("https://uji.example/a?at_id=7", "https://uji.example/a?at_id=7"),
        ("https://uji.example/a?ref=7&source=b", "https://uji.example/a?ref=7&source=b"),
        ("../c?x=", "https://uji.example/c?x="),
        ("//lain.example/a b", "https://lain.example/a%20b"),
        ("https://münchen.example/ü?q=ä", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%A4"),
        ("https://uji.example/#!halaman/3", "https://uji.example/#!halaman/3"),
        ("https://uji.example/#/berita/3?utm_source=rss&p=2", "https://uji.example/#/berita/3?p=2"),
        ("https://uji.example/a/3#/", "https://uji.example/a/3"),
        ("https://uji.example/%zz%20", "https://uji.example/%25zz%20"),
        ("https://user:sandi@uji.example/", "https://uji.example/"),
        ("http://[::FFFF]/", "http://[::ffff]/"),
        ("  https://uji.example/a\n", "https://uji.example/a"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@uji.example", None),
        ("http://[::1", None),
        ("http://uji.example:99999/", None),
        ("https://" + "a" * 5000, None),
        ("", None),
        (None, None),
    ],
)
def test_canonical(address: str | None, canonical: str | None) -> None:
    assert urls.canonical(address, BASE) == canonical


def test_absolute_keeps_what_a_signed_image_address_needs() -> None:
    address = "https://uji.example/a.jpg?utm_source=x&s=1#f"
    assert urls.absolute(address, None) == address


@pytest.mark.parametrize(
    "other",
    ["http://uji.example/a/", "https://www.uji.example/a", "https://uji.example/a"],
)
def test_identity_is_one_for_the_ways_to_write_an_address(other: str) -> None:
    assert urls.identity(other) == "uji.example/a"


def test_identity_keeps_what_tells_articles_apart() -> None:
    assert urls.identity("https://uji.example/a?id=1") != urls.identity("https://uji.example/a?id=2")


@given(st.text(max_size=80) | st.text(alphabet="htps:/.?#&=%@[]\\ aA1é\x00\ud800", max_size=60))
def test_any_text_gives_a_stable_clean_address_or_none(rubbish: str) -> None:
    for address in (rubbish, "http://" + rubbish, "/" + rubbish):
        made = urls.canonical(address, BASE)
        if made is not None:
            assert made.isascii() and made.isprintable() and " " not in made
            assert made.startswith(("http://", "https://"))
            assert urls.canonical(made, None) == made
