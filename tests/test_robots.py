"""What a robots.txt says of addresses, and what its absence means."""

import pytest

from aggregator import robots
from aggregator.robots import Rules, origin, read, verdict

SITE = "https://kabar.example"


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, "rules"),
        (401, "free"),
        (403, "free"),
        (404, "free"),
        (410, "free"),
        (429, "closed"),
        (500, "closed"),
        (503, "closed"),
        (302, "free"),
        (None, "closed"),
    ],
)
def test_what_an_answer_means(status: int | None, meaning: str) -> None:
    assert verdict(status) == meaning


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ("", "yes yes yes"),
        ("User-agent: *\nDisallow: /\n", "no no no"),
        ("User-agent: *\nDisallow:\n", "yes yes yes"),
        ("User-agent: *\nDisallow: /berita/\n", "yes no no"),
        ("User-agent: *\nDisallow: /berita/\nAllow: /berita/2\n", "yes no yes"),
        ("User-agent: *\nDisallow: /*.html$\n", "yes yes no"),
        ("User-agent: anyam\nDisallow: /\n\nUser-agent: *\nDisallow:\n", "no no no"),
        ("User-agent: Anyam\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Anyam/0.1.0\nDisallow: /\n", "no no no"),
        ("User-agent: other\nuser agent  anyam/0.1 (+https://anyam.example)\rDisallow: /berita\r", "yes no no"),
        ("User-agent: Anyam/0.1 # ours\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "yes yes yes"),
        ("User-agent: AnyamBot/1.0\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Anyam-News\nUser-agent: Anyam_2\nDisallow: /\n", "yes yes yes"),
        ("User-agent: Mozilla/5.0 (compatible; Anyam/0.1)\nDisallow: /\n", "yes yes yes"),
        ("User-agent: other\nDisallow: /\n", "yes yes yes"),
        ("user-agent : *\r\ndisallow : /berita\r\n", "yes no no"),
        ("<!doctype html><title>Not found</title><p>User-agent", "yes yes yes"),
        ("\ufeffUser-agent: *\nDisallow: /\n", "no no no"),
        ("User-agent: *\nDisallow: /berita/1?a=b\n", "yes yes yes"),
    ],
)
def test_which_addresses_are_allowed(body: str, allowed: str) -> None:
    urls = [f"{SITE}/", f"{SITE}/berita/1", f"{SITE}/berita/2.html"]
    assert read(body.removeprefix("\ufeff"), urls).allowed == tuple(word == "yes" for word in allowed.split())


def test_the_delay_is_read_and_bounded() -> None:
    assert read("User-agent: *\nCrawl-delay: 10\n", []) == Rules((), 10)
    assert read("User-agent: Anyam/0.1\nCrawl-delay: 10\n", []).delay == 10
    assert read("User-agent: *\nCrawl-delay: 86400\n", []).delay == robots.LONGEST_DELAY
    assert read("User-agent: *\nCrawl-delay: -1\nDisallow:", []).delay == 0
    assert read("User-agent: *\nCrawl-delay: soon\n", []).delay == 0


def test_the_site_of_an_address() -> None:
    assert origin("HTTPS://User@Kabar.Example:8443/a?b") == "https://kabar.example:8443"


@pytest.mark.parametrize("noise", ["\0" * 100, "Disallow: " + "*a" * 2000, ":" * 5000, "User-agent: *\n" * 5000])
def test_no_body_is_too_wild(noise: str) -> None:
    assert len(read(noise, [f"{SITE}/aaaaaaaaaaaaaaaaaaaaaaaaaaaab"]).allowed) == 1
