"""What a page leads to: announced feeds, links that look like feeds, the usual places; and what a document offers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outlets import rss

from aggregator.discovery import Brief, Look, Offer, best_first, look, usual
from aggregator.errors import ParseError
from aggregator.values import Document

NOW = datetime(2024, 12, 12, 12, tzinfo=UTC)
AT = "https://www.kabar.example/dunia/"


def seen(body: bytes | str, *, url: str = AT, media: str = "text/html; charset=utf-8") -> Look:
    """Look at a document."""
    content = body.encode() if isinstance(body, str) else body
    return look(Document(url, 200, {"content-type": media}, content), "Asia/Jakarta", ("id", "en"), NOW)


def led(body: str, *, url: str = AT) -> list[tuple[str, str]]:
    """Give what a page leads to, as (address, how)."""
    return [
        (candidate.url, candidate.how)
        for candidate in seen(f"<html><body>{body}<p>.</p></body></html>", url=url).candidates
    ]


@pytest.mark.parametrize(
    "media",
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "Application/RSS+XML; charset=UTF-8",
        "application/x.atom+xml",
    ],
)
def test_every_type_of_feed_is_announced(media: str) -> None:
    assert led(f'<link rel="alternate" type="{media}" href="/a">') == [("https://www.kabar.example/a", "announced")]
    assert led(f'<link rel="Alternate home" type="{media}" href="//b.example/a#x">') == [
        ("https://b.example/a", "announced")
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/json+oembed" href="/oembed?url=x">',
        '<link rel="alternate" hreflang="en" href="/en/">',
        '<link rel="alternate stylesheet" type="text/css" href="/feed.css">',
        '<link rel="stylesheet" type="application/rss+xml" href="/feed">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:x">',
        '<link rel="alternate" type="application/rss+xml" href="http://[::1">',
        '<link rel="alternate" type="application/rss+xml" href="https://me:pw@kabar.example/rss">',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<link rel="alternate" type="application/rss+xml">',
        '<a href="/sitemap.xml">Sitemap</a>',
        '<a href="https://reader.example/add?feed=https://www.kabar.example/x">Follow</a>',
        '<a href="https://social.example/rss">RSS</a>',
        '<a href="/2024/12/12/feeding-the-world">Feeding the world in a hard year</a>',
        '<a href="mailto:rss@kabar.example">RSS</a>',
    ],
)
def test_what_is_no_feed_is_not_followed(link: str) -> None:
    assert led(link) == []


def test_vague_types_are_followed_where_the_address_looks_like_a_feed() -> None:
    assert led('<link rel="alternate" type="text/xml" href="/index.xml"><link rel="feed" href="/neu">') == [
        ("https://www.kabar.example/index.xml", "announced"),
        ("https://www.kabar.example/neu", "announced"),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "/rss",
        "/rss/dunia.xml",
        "/feed/",
        "/category/x/feed",
        "/dunia.rss",
        "/atom.xml",
        "/feed.json",
        "/rss.php",
        "/rss.asp",
        "/news-rss.xml",
        "/?feed=rss2",
        "/latest?format=atom",
        "https://feeds.kabar.test/top",
        "https://rss.kabar.example/top",
        "https://feeds.feedburner.com/feed/kabar",
        "feed://www.kabar.example/rss",
        "feed:https://www.kabar.example/rss",
    ],
)
def test_links_that_look_like_feeds_are_followed(href: str) -> None:
    (found,) = led(f'<a href="{href}">RSS</a>')
    assert found[1] == "linked" and found[0].startswith("http")


def test_links_that_only_say_so_come_after_those_that_look_so() -> None:
    assert led('<a href="/langganan">Langganan RSS</a><a href="/b.rss">b</a>') == [
        ("https://www.kabar.example/b.rss", "linked"),
        ("https://www.kabar.example/langganan", "linked"),
    ]


def test_each_address_comes_once_announced_first_and_comments_last() -> None:
    page = """
        <base href="https://kabar.example/en/">
        <link rel=alternate type=application/rss+xml title="Kabar » Comments Feed" href="c/feed">
        <link rel=alternate type=application/rss+xml href="/comments/feed/">
        <a href="rss/">RSS</a> <a href="http://kabar.example/feed">Feed</a>
        <link rel=alternate type=application/atom+xml href="/feed/">
        <a href="https://www.kabar.example/dunia">RSS</a>
    """
    assert led(page) == [
        ("https://kabar.example/feed/", "announced"),
        ("https://kabar.example/en/rss/", "linked"),
        ("https://kabar.example/en/c/feed", "announced"),
        ("https://kabar.example/comments/feed/", "announced"),
    ]


def test_a_page_of_a_thousand_feeds_is_bounded() -> None:
    assert len(led("".join(f'<a href="/{n}.rss">x</a>' for n in range(1_000)))) == 200


def test_the_usual_places_lie_beside_the_page_and_at_the_root() -> None:
    places = [candidate.url for candidate in usual("https://kabar.example:8/dunia/asia.html?x=1")]
    assert places[:4] == [f"https://kabar.example:8/dunia/{name}" for name in ("feed", "rss", "rss.xml", "feed.xml")]
    assert {"https://kabar.example:8/atom.xml", "https://kabar.example:8/feed.json"} <= set(places)
    assert usual("https://kabar.example/dunia/")[0].url == "https://kabar.example/dunia/feed"
    assert usual("https://kabar.example")[0].url == "https://kabar.example/feed"


# --- what a document offers

ITEM = "<item><title>{}</title><link>https://kabar.example/{}</link><pubDate>{}</pubDate></item>"


def test_a_feed_says_its_title_its_items_and_its_newest() -> None:
    items = [
        ("Gempa bumi mengguncang pulau Sumbawa pada Rabu pagi", 1, "Tue, 10 Dec 2024 08:00:00 +0700"),
        ("The central bank has left its interest rate unchanged", 2, "Thu, 12 Dec 2024 08:00:00 +0700"),
        ("Harga beras naik lagi di pasar tradisional Jakarta", 3, "Wed, 11 Dec 2024 08:00:00 +0700"),
        ("Feri tiba dengan selamat di pelabuhan Merak kemarin", 4, ""),
    ]
    body = "".join(ITEM.format(*item) for item in items)
    feed = seen(
        f"<rss version='2.0'><channel><title>Kabar\n Dunia</title>{body}</channel></rss>", media="text/xml"
    ).feed
    assert feed is not None
    assert (feed.kind, feed.format, feed.title, feed.items) == ("feed", "rss 2.0", "Kabar Dunia", 4)
    assert feed.newest_at == datetime(2024, 12, 12, 1, tzinfo=UTC)
    assert [brief.title for brief in feed.newest] == [items[1][0], items[2][0], items[0][0]]
    assert feed.languages == (("id", 3), ("en", 1))


def test_a_moved_feed_is_offered_where_it_moved_to() -> None:
    moved = Document("https://b.example/rss", 200, {}, rss("Satu"), moved_to="https://b.example/rss")
    held = Document("https://b.example/rss", 200, {}, rss("Satu"))
    for document in (moved, held):
        feed = look(document, "UTC", ("id",), NOW).feed
        assert feed is not None and feed.url == "https://b.example/rss"


def test_a_page_that_lists_items_is_offered_as_a_page() -> None:
    titles = ["Gempa guncang Sumbawa pagi tadi", "Bank sentral menahan suku bunga", "Feri tiba dengan selamat di Merak"]
    cards = "".join(f'<h2><a href="/2024/12/12/{t.lower().replace(" ", "-")}">{t}</a></h2>' for t in titles)
    page = seen(f"<html lang=id><head><title>Kabar Nusa</title></head><body><main>{cards}</main></body></html>").page
    assert page is not None
    assert (page.kind, page.title, page.items) == ("page", "Kabar Nusa", 3)


@pytest.mark.parametrize("body", [b"", b"just text", b"\x00\x01\x02", b"%PDF-1.7 ..."])
def test_what_is_neither_feed_nor_page_is_a_plain_error(body: bytes) -> None:
    with pytest.raises(ParseError) as error:
        seen(body, media="application/octet-stream")
    assert "\n" not in str(error.value)


def test_a_page_without_items_says_why() -> None:
    found = seen("<html><body><p>Welcome</p></body></html>")
    assert (found.feed, found.page) == (None, None) and found.why


@given(st.text(st.characters(codec="utf-8")))
def test_any_page_leads_only_to_web_addresses(href: str) -> None:
    escaped = href.replace("&", "&amp;").replace('"', "&quot;")
    for url, _ in led(f'<link rel=alternate type=application/rss+xml href="{escaped}"><a href="{escaped}">RSS</a>'):
        assert url.startswith(("http://", "https://"))


def test_the_best_offer_has_items_and_is_a_feed() -> None:
    def offer(kind: str, items: int) -> Offer:
        brief = (Brief("x", None, None),) * min(items, 3)
        return Offer(
            f"https://{kind}{items}.example/", "page" if kind == "page" else "feed", None, "", items, brief, ()
        )

    empty, page, first, second = offer("feed", 0), offer("page", 9), offer("feed", 2), offer("feed", 5)
    assert best_first([empty, page, first, second]) == (first, second, page, empty)
