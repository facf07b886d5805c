"""The rules of WebSub: what is announced, what a signature proves, and how long things last."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from making import START, at

from aggregator import pages, websub
from aggregator.parse import read
from aggregator.websub import Announced, announced, is_pushed, is_signed, lease, renewal, retry

URL = "https://kabar.co.id/rss"
BODY = b"<rss/>"


def found(link: str = "", *, hubs: tuple[str, ...] = (), topic: str | None = None) -> Announced | None:
    return announced({"link": link} if link else {}, url=URL, hubs=hubs, topic=topic)


@pytest.mark.parametrize(
    "link",
    [
        '<https://hub.co/>; rel="hub", <https://kabar.co.id/f>; rel="self"',
        "<https://kabar.co.id/f>;rel=self,<https://hub.co/>;rel=hub",
        '<https://hub.co/> ; title="a, <b>; rel=next" ; rel="alternate HUB" , </f>; rel=self',
        '<https://x.co/>; rel="hub"; anchor="/other", <https://hub.co/>; rel=hub; rel=next, </f>; rel=self',
    ],
)
def test_link_headers_announce_hub_and_topic(link: str) -> None:
    assert found(link) == Announced(("https://hub.co/",), "https://kabar.co.id/f")


def test_link_headers_go_before_the_document() -> None:
    link = '<https://hub.co/>; rel="hub", <https://kabar.co.id/f>; rel="self"'
    assert found(link, hubs=("https://other.co/",), topic="https://other.co/f") == found(link)
    assert found("</x.css>; rel=preload", hubs=("https://hub.co/",), topic="/f") == found(link)


@pytest.mark.parametrize(
    ("hubs", "topic"),
    [
        ((), URL),
        (("https://hub.co/",), None),
        (("https://hub.co/",), "javascript:alert(1)"),
        (("ftp://hub.co/", "https://user@hub.co/", "https://", "https://h/ x", "//[", f"https://h/{'x' * 2000}"), URL),
        (("https://hub.co/\ud800",), URL),
    ],
)
def test_what_cannot_be_subscribed_to_announces_nothing(hubs: tuple[str, ...], topic: str | None) -> None:
    assert found(hubs=hubs, topic=topic) is None


@given(some.text(alphabet='<>;,="\\ relhubsf/:', max_size=80))
def test_no_link_header_is_too_odd(link: str) -> None:
    found(link)


def test_a_long_hostile_link_header_is_read_in_linear_time() -> None:
    for part in ('<a>;a="', "<", '<a>;rel="\\', "<a>;" + " ;" * 20, '"'):
        assert found((part * 32_000)[:32_000]) is None


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>K</title><link>https://k.co/</link>'
        b'<atom:link rel="hub" href="https://hub.co/"/><atom:link rel="self" href="https://k.co/f"/>'
        b'<item><title>T</title><atom:link rel="hub" href="https://evil.co/"/></item></channel></rss>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>K</title><link rel="hub" href="https://hub.co/"/>'
        b'<link rel="self" href="https://k.co/f"/><entry><title>T</title><link rel="hub" href="https://evil.co/"/>'
        b"</entry></feed>",
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "K", "feed_url": "https://k.co/f", "items": [], '
        b'"hubs": [{"type": "rssCloud", "url": "https://evil.co/"}, {"type": "WebSub", "url": "https://hub.co/"}, 3]}',
    ],
)
def test_feeds_announce_their_own_hubs_and_no_items_hub(body: bytes) -> None:
    feed = read(body, content_type=None, url="https://k.co/x")
    assert (feed.hubs, feed.topic) == (("https://hub.co/",), "https://k.co/f")


def test_a_page_announces_hubs_in_its_head_alone() -> None:
    cards = "".join(f'<article><h2><a href="/b/{n}">Kapal feri ke-{n} tiba</a></h2></article>' for n in range(8))
    links = '<link rel="hub" href="{0}"><link rel="self stylesheet" href="{1}">'
    head, comment = links.format("https://hub.co/", "https://k.co/f"), links.format("https://evil.co/", "/x")
    page = f"<html><head><title>K</title>{head}</head><body>{cards}<p>{comment}</p></body></html>".encode()
    feed = pages.items(page, url="https://k.co/", content_type="text/html", rules=None)
    assert (feed.hubs, feed.topic) == (("https://hub.co/",), "https://k.co/f")


def test_a_request_says_what_the_recommendation_wants() -> None:
    told = {"topic": URL, "callback": "https://a.co/websub/callback/t", "secret": "s"}
    assert websub.request("subscribe", **told) == {
        "hub.mode": "subscribe",
        "hub.topic": URL,
        "hub.callback": "https://a.co/websub/callback/t",
        "hub.secret": "s",
        "hub.lease_seconds": "864000",
    }
    assert set(websub.request("unsubscribe", **told)) == {"hub.mode", "hub.topic", "hub.callback"}


@pytest.mark.parametrize("method", websub.METHODS)
def test_a_signature_holds_for_its_body_and_secret_alone(method: str) -> None:
    made = hmac.new(b"secret", BODY, getattr(hashlib, method)).hexdigest()
    assert is_signed([BODY[:2], BODY[2:]], header=f"{method}={made}", secret="secret")
    assert is_signed([BODY], header=f" {method.upper()}={made.upper()}", secret="secret")
    assert not is_signed([BODY + b" "], header=f"{method}={made}", secret="secret")
    assert not is_signed([BODY], header=f"{method}={made}", secret="secre7")
    assert not is_signed([BODY], header=f"{method}={made[:-1]}", secret="secret")


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "md5=0", "=", "\xff=\xff", "sha1=\xe9", "shake_128=0"]
)
def test_what_is_no_signature_holds_for_nothing(header: str | None) -> None:
    assert not is_signed([BODY], header=header, secret="secret")


def test_leases_are_bounded_whatever_the_hub_says() -> None:
    days = timedelta(days=1)
    assert lease("86400") == days
    assert lease("9" * 5000) == lease(str(10**10)) == 30 * days
    assert [lease(words) for words in (None, "", "-5", "1e9", "٣", "soon")] == [10 * days] * 6
    assert renewal(9 * days) == 6 * days
    assert renewal(lease("0")) == renewal(lease("60")) == timedelta(hours=1)


def test_a_failing_hub_is_asked_ever_later_up_to_a_week() -> None:
    waits = [retry(tries) for tries in range(1, 2000)]
    assert waits[:3] == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)]
    assert waits == sorted(waits) and waits[-1] == timedelta(days=7)


@pytest.mark.parametrize(
    ("pinged", "brought", "lease_until", "pushed"),
    [
        (50, True, 999, True),
        (20, False, 999, True),
        (50, False, 999, False),
        (20, True, 999, False),
        (None, False, 999, False),
        (50, True, 60, False),
        (50, True, None, False),
    ],
)
def test_a_hub_is_relied_on_where_what_it_says_is_what_is_found(
    pinged: float | None, brought: bool, lease_until: float | None, pushed: bool
) -> None:
    """The visit is at minute 60, the one before it was at minute 40."""
    assert pushed == is_pushed(
        lease_until=None if lease_until is None else at(lease_until),
        pinged_at=None if pinged is None else at(pinged),
        polled_at=at(40),
        brought=brought,
        now=at(60),
    )


def test_a_hub_that_was_silent_for_days_is_not_relied_on() -> None:
    last = START + websub.FRESH
    for now, pushed in ((last, True), (last + timedelta(seconds=1), False)):
        told = {"lease_until": at(99_999), "pinged_at": START, "polled_at": at(9), "brought": False}
        assert is_pushed(**told, now=now) is pushed  # type: ignore[arg-type]
