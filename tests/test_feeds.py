"""Feeds read back as they were published, in every format, whatever text was stored; and keep RFC 4287's rules."""

import json
import locale
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from aggregator.publish.documents import rendered
from aggregator.publish.feeds import LIMITS, Limits, Rendering, SiteWords, current, render
from aggregator.publish.records import MOST, listed
from aggregator.values import Channel, Coverage, Record

NOON = datetime(2024, 12, 12, 12, 0, tzinfo=UTC)
SITE = SiteWords("Anyam", "https://news.example/anyam/", "id", "Asia/Jakarta")
CHANNEL = Channel(
    path="/sections/internasional",
    page="/sections/internasional",
    id="urn:uuid:7d1c0f0e-58a4-4c9c-8f35-8b2f7a3f9e10",
    title="Internasional",
    language="id",
    section="internasional",
)
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA = "{http://search.yahoo.com/mrss/}"

REPORTS = (
    Coverage(1, "Kabar Nusa", "Kabar", "Rusia & HTS menjalin kontak <langsung>", "https://kabar.example/1?a=1&b=2",
             "id", NOON - timedelta(minutes=50), "Moskow membuka saluran."),
    Coverage(2, "Северный вестник", "Vestnik", "Россия установила прямой контакт", "https://vestnik.example/2",
             "ru", NOON - timedelta(minutes=60)),
    Coverage(3, "منبر المدينة", "Minbar", "اتصال مباشر بين روسيا والهيئة", "https://minbar.example/خبر",
             "ar", NOON - timedelta(minutes=30), copy_of="Северный вестник"),
    Coverage(4, "Harbour Times", "Harbour", "Moscow in direct contact", None, "en", NOON - timedelta(minutes=20)),
)  # fmt: skip


def record(number: int = 1, **changes: Any) -> Record:
    at = NOON + timedelta(minutes=number)
    whole = Record(
        story=str(UUID(int=number)),
        published_at=at,
        updated_at=at + timedelta(minutes=5),
        title="Россия установила прямой контакт",
        language="ru",
        summary="Moskow membuka saluran.\nDamaskus menjawab & menunggu.",
        summary_language="id",
        reports=REPORTS,
        topic="4b1a1c9e-1f7f-4d2e-9c39-2f3d4ad0c001",
        topic_title="Suriah setelah Assad",
        image="https://kabar.example/foto.jpg",
    )
    return replace(whole, **changes)


def rendering(*records: Record, channel: Channel = CHANNEL, site: SiteWords = SITE) -> Rendering:
    return render(channel, records, site=site)


def tree(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False))


def atom(*records: Record) -> etree._Element:
    return tree(rendering(*records).bodies["atom"])


def rss(*records: Record) -> etree._Element:
    return tree(rendering(*records).bodies["rss"])[0]


def jsonfeed(*records: Record) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(rendering(*records).bodies["json"])
    return feed


# --- every format tells the same -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_feedparser_reads_back_what_was_published(ending: str) -> None:
    told = record()
    feed = feedparser.parse(rendering(told).bodies[ending])
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.id == f"urn:uuid:{told.story}"
    assert entry.title == told.title
    assert entry.link == f"https://news.example/anyam/stories/{told.story}"
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == told.published_at
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == told.updated_at
    assert datetime(*feed.feed.updated_parsed[:6], tzinfo=UTC) == told.updated_at
    related = [(link.href, link.get("hreflang"), link.title) for link in entry.links if link.rel == "related"]
    assert related == [
        ("https://kabar.example/1?a=1&b=2", "id", REPORTS[0].title),
        ("https://vestnik.example/2", "ru", REPORTS[1].title),
        ("https://minbar.example/%D8%AE%D8%A8%D8%B1", "ar", REPORTS[2].title),
    ]
    assert [(tag.scheme, tag.label or tag.term) for tag in entry.tags] == [
        ("https://news.example/anyam/sections", "Internasional"),
        ("https://news.example/anyam/topics", "Suriah setelah Assad"),
    ]
    assert entry.title_detail.language == "ru"
    assert entry.media_content == [{"url": told.image, "medium": "image"}]
    assert feed.feed.language == "id"
    assert feed.feed.title == "Internasional"
    assert feed.feed.link == "https://news.example/anyam/sections/internasional"


def test_a_views_feed_names_the_section_and_not_itself() -> None:
    view = replace(CHANNEL, path="/views/dua", title="Dunia, dua media")
    feed = json.loads(rendering(record(topic=None), channel=view).bodies["json"])
    assert (feed["title"], feed["items"][0]["tags"]) == ("Dunia, dua media", ["internasional"])


def test_json_feed_tells_the_same() -> None:
    told = record()
    feed = jsonfeed(told)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://news.example/anyam/sections/internasional.json"
    assert (feed["title"], feed["language"]) == ("Internasional", "id")
    (item,) = feed["items"]
    assert item["id"] == f"urn:uuid:{told.story}"
    assert item["url"] == f"https://news.example/anyam/stories/{told.story}"
    assert (item["title"], item["summary"], item["language"]) == (told.title, told.summary, "ru")
    assert datetime.fromisoformat(item["date_published"]) == told.published_at
    assert datetime.fromisoformat(item["date_modified"]) == told.updated_at
    assert item["tags"] == ["Internasional", "Suriah setelah Assad"]
    assert item["authors"] == [{"name": "Anyam", "url": "https://news.example/anyam/"}]
    assert [(r["outlet"], r["language"], r["copy_of"]) for r in item["_anyam"]["reports"]] == [
        ("Kabar Nusa", "id", None),
        ("Северный вестник", "ru", None),
        ("منبر المدينة", "ar", "Северный вестник"),
        ("Harbour Times", "en", None),
    ]
    assert item["content_html"] == atom(told).findtext(f"{ATOM}entry/{ATOM}content")
    assert item["content_html"] == rss(told).findtext("item/{http://purl.org/rss/1.0/modules/content/}encoded")


def test_the_body_names_every_outlet_in_its_own_language() -> None:
    body = html.fragment_fromstring(jsonfeed(record())["items"][0]["content_html"], create_parent="div")
    items = body.findall(".//li")
    assert [item.findtext(".//b") for item in items] == [report.outlet for report in REPORTS]
    titles = [item.find("a") if item.find("a") is not None else item.find("span") for item in items]
    assert [(t.text, t.get("lang"), t.get("dir")) for t in titles] == [
        (report.title, report.language, "rtl" if report.language == "ar" else "ltr") for report in REPORTS
    ]
    words = [" ".join(item.find("small").text_content().split()) for item in items]
    assert words == [
        "(bahasa Indonesia · 12 Des 2024 18.10 WIB)",
        "(bahasa Rusia · 12 Des 2024 18.00 WIB)",
        "(bahasa Arab · 12 Des 2024 18.30 WIB · salinan dari Северный вестник)",
        "(bahasa Inggris · 12 Des 2024 18.40 WIB)",
    ]
    assert [p.text for p in body.findall("p") if p.text] == ["Moskow membuka saluran.", "Damaskus menjawab & menunggu."]
    assert body.find(".//ul").getprevious().text == "Dilaporkan oleh 4 media"


def test_own_words_are_in_the_channels_language() -> None:
    feed = json.loads(rendering(record(), channel=replace(CHANNEL, language="ar")).bodies["json"])
    assert "أوردته 4 وسائل إعلام" in feed["items"][0]["content_html"]
    assert '<div lang="ar" dir="rtl">' in feed["items"][0]["content_html"]


def test_an_entry_without_summary_says_who_reports_it() -> None:
    summary = jsonfeed(record(summary="", summary_language=None))["items"][0]["summary"]
    assert summary == "Dilaporkan oleh 4 media: Северный вестник, Kabar Nusa, منبر المدينة, dan Harbour Times"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "and 7,940 more reports"), ("id", "dan 7.940 laporan lainnya"),
     ("ru", "и ещё 7\u00a0940 сообщений"), ("ar", "و7,940 تقريرًا آخر")],
)  # fmt: skip
def test_reports_that_are_not_listed_are_counted(language: str, words: str) -> None:
    channel = replace(CHANNEL, language=language)
    told = rendering(record(more=7940, more_outlets=71), channel=channel)
    (item,) = json.loads(told.bodies["json"])["items"]
    lines = [one.text_content() for one in html.fragment_fromstring(item["content_html"], True).iterfind(".//li")]
    assert len(lines) == len(REPORTS) + 1 and lines[-1] == words
    assert "75" in item["content_html"], "outlets that are not listed report it, too"
    assert item["_anyam"]["more"] == 7940
    assert all(words in told.bodies[ending].decode() for ending in ("atom", "rss"))


def test_nothing_is_said_of_more_where_there_is_no_more() -> None:
    (item,) = jsonfeed(record())["items"]
    assert set(item["_anyam"]) == {"reports"} and "lainnya" not in item["content_html"]


def test_an_entry_without_summary_counts_the_outlets_that_it_does_not_name() -> None:
    (item,) = jsonfeed(record(summary="", more=9, more_outlets=2))["items"]
    assert item["summary"].startswith("Dilaporkan oleh 6 media: Северный вестник, Kabar Nusa, ")
    assert item["summary"].endswith("Harbour Times dan 2 lainnya")


def test_a_story_that_everybody_reports_takes_a_few_dozen_kilobytes() -> None:
    title = "Moscow opens a direct channel to the new rulers of Damascus"
    url = "https://harbour.example/world/"
    many = tuple(replace(REPORTS[3], entry=number, title=title, url=f"{url}{number}") for number in range(8000))
    made = rendering(record(reports=tuple(listed(many, MOST)), more=8000 - MOST))
    assert {ending for ending, body in made.bodies.items() if len(body) > 40_000} == set()


# --- RFC 4287 --------------------------------------------------------------------------------------------------------


def assert_atom_is_valid(feed: etree._Element) -> None:
    """Check what RFC 4287 (4.1.1, 4.1.2, 4.2.6, 4.2.7) demands of a feed and of each of its entries."""
    assert feed.tag == f"{ATOM}feed"
    assert len(feed.findall(f"{ATOM}author")) == 1 and feed.findtext(f"{ATOM}author/{ATOM}name")
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (one,) = element.findall(f"{ATOM}{name}")
            assert one.text and one.text.strip()
        assert urlsplit(element.findtext(f"{ATOM}id") or "").scheme
        links = element.findall(f"{ATOM}link")
        alternates = [(x.get("type"), x.get("hreflang")) for x in links if x.get("rel", "alternate") == "alternate"]
        assert alternates and len(alternates) == len(set(alternates))
        for link in links:
            parts = urlsplit(link.get("href") or "")
            assert parts.scheme in ("http", "https") and parts.hostname and link.get("href", "").isascii()
            assert link.get("rel") in ("alternate", "related", "self")
            assert link.get("title") is None or link.get("title", "").strip()
        for moment in element.findall(f"{ATOM}updated") + element.findall(f"{ATOM}published"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", moment.text or "")
        for category in element.findall(f"{ATOM}category"):
            assert category.get("term") and urlsplit(category.get("scheme") or "").scheme
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    order = [child.tag == f"{ATOM}entry" for child in feed]
    assert order == sorted(order), "what the feed says of itself comes before its entries"


def test_atom_keeps_the_rules() -> None:
    feed = atom(record(1), record(2))
    assert_atom_is_valid(feed)
    links = {(link.get("rel"), link.get("type")): link.get("href") for link in feed.findall(f"{ATOM}link")}
    page = "https://news.example/anyam/sections/internasional"
    assert links == {
        ("self", "application/atom+xml"): f"{page}.atom",
        ("alternate", "text/html"): page,
        ("alternate", "application/rss+xml"): f"{page}.rss",
        ("alternate", "application/feed+json"): f"{page}.json",
    }
    assert feed.find(f".//{ATOM}source") is None, "a Story's entry is our own"
    assert feed.findtext(f"{ATOM}generator") == "Anyam"


def test_only_what_differs_from_the_feed_says_its_language() -> None:
    feed = atom(record(1, language="id"), record(2, language="ru"))
    assert feed.get(LANG) == "id"
    russian, indonesian = feed.findall(f"{ATOM}entry")
    assert (russian.get(LANG), indonesian.get(LANG)) == ("ru", None)
    summaries = [entry.find(f"{ATOM}summary") for entry in (russian, indonesian)]
    assert [summary.get(LANG) for summary in summaries if summary is not None] == ["id", None]


def test_an_address_reported_twice_is_linked_once() -> None:
    twice = (REPORTS[0], replace(REPORTS[1], url=REPORTS[0].url))
    assert len(atom(record(reports=twice)).findall(f".//{ATOM}link[@rel='related']")) == 1


# --- RSS 2.0 ---------------------------------------------------------------------------------------------------------


def test_rss_says_what_the_format_asks_for() -> None:
    channel = rss(record())
    assert channel.findtext("link") == "https://news.example/anyam/sections/internasional"
    assert channel.findtext("language") == "id"
    assert channel.findtext("docs") == "http://www.rssboard.org/rss-specification"
    assert channel.findtext("ttl") == "15"
    assert channel.findtext("lastBuildDate") == "Thu, 12 Dec 2024 12:06:00 +0000"
    own = [x.get("href") for x in channel.findall(f"{ATOM}link") if x.get("rel") == "self"]
    assert channel.find(f"{ATOM}link").get("rel") == "self", "some readers take the first for the feed's own address"
    assert own == ["https://news.example/anyam/sections/internasional.rss"]
    (item,) = channel.findall("item")
    guid = item.find("guid")
    assert guid is not None and (guid.get("isPermaLink"), guid.text) == ("false", f"urn:uuid:{UUID(int=1)}")
    assert item.findtext("pubDate") == "Thu, 12 Dec 2024 12:01:00 +0000"
    assert item.findtext("{http://purl.org/dc/elements/1.1/}language") == "ru"
    assert item.find("source") is None and item.find("author") is None
    order = [child.tag for child in item]
    assert order.index("description") < order.index("{http://purl.org/rss/1.0/modules/content/}encoded")


def test_no_title_opens_a_tag_in_readers_that_take_rss_titles_for_html() -> None:
    (item,) = rss(record(title="<script>alert(1)</script> 1 < 2 <br> </b> <!-- a<b")).findall("item")
    title = item.findtext("title") or ""
    assert re.search(r"<\s*[A-Za-z/!?]", title) is None
    assert html.fromstring(f"<p>{title}</p>").xpath("string()") == title
    assert "1 < 2" in title and "script" in title
    told = record(title="Apa arti <br> dalam HTML")
    assert atom(told).findtext("{*}entry/{*}title") == jsonfeed(told)["items"][0]["title"] == told.title


def test_rss_has_no_empty_element_but_links_and_media() -> None:
    bare = record(
        language=None, summary="", summary_language=None, topic=None, topic_title=None, image=None, reports=()
    )
    for element in rss(bare).iter():
        if element.tag not in (f"{ATOM}link", f"{MEDIA}content"):
            assert len(element) or (element.text or "").strip(), element.tag


def test_an_rss_description_is_html_that_reads_as_the_plain_summary() -> None:
    channel = rss(record(summary="Harga < 5 & naik"))
    assert channel.findtext("item/description") == "Harga &lt; 5 &amp; naik"


def test_rendering_leaves_the_locale_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise AssertionError("another thread would have seen this")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert rendering(record()).bodies["rss"]


# --- same state, same bytes ------------------------------------------------------------------------------------------


def test_order_of_records_does_not_matter_and_ids_settle_ties() -> None:
    records = [record(n, published_at=NOON, updated_at=NOON) for n in (3, 1, 2)] + [record(9)]
    one, other = rendering(*records), rendering(*reversed(records))
    assert one == other
    ids = [item["id"] for item in json.loads(one.bodies["json"])["items"]]
    assert ids == [f"urn:uuid:{UUID(int=n)}" for n in (9, 1, 2, 3)]


def test_an_empty_feed_is_valid_and_stays() -> None:
    assert rendering() == rendering()
    assert_atom_is_valid(atom())
    assert rss().findtext("title") == "Internasional"
    assert jsonfeed()["items"] == []


def test_the_address_of_the_site_changes_no_id() -> None:
    moved = replace(SITE, url="https://elsewhere.example")
    before, after = (tree(rendering(record(), site=site).bodies["atom"]) for site in (SITE, moved))
    assert [x.text for x in before.iter(f"{ATOM}id")] == [x.text for x in after.iter(f"{ATOM}id")]
    assert before.findtext(f"{ATOM}id") == CHANNEL.id


def test_when_a_report_was_last_taken_in_is_not_told() -> None:
    assert rendering(record(refreshed_at=NOON)) == rendering(record())


def test_the_current_document_holds_two_days_within_its_bounds() -> None:
    hourly = [record(n, published_at=NOON + timedelta(hours=n)) for n in range(300)]
    assert len(current(hourly)) == LIMITS.least
    fast = [record(n, published_at=NOON + timedelta(minutes=n)) for n in range(300)]
    assert len(current(fast)) == LIMITS.most
    steady = [record(n, published_at=NOON + timedelta(minutes=30 * n)) for n in range(300)]
    assert len(current(steady)) == 97, "those of exactly 48 hours ago among them"
    assert len(current(fast, Limits(least=20, most=20))) == 20
    assert all(a.published_at >= b.published_at for a, b in pairwise(current(fast)))


# --- whatever was stored ---------------------------------------------------------------------------------------------


def test_a_bad_record_costs_itself_alone() -> None:
    bad_id, no_zone = record(2, story="not a uuid"), record(3, updated_at=datetime(2024, 12, 12))  # noqa: DTZ001
    made = rendering(record(1), bad_id, no_zone, record(4))
    assert [story for story, _ in made.left_out] == [no_zone.story, bad_id.story]
    assert all(why for _, why in made.left_out)
    for ending in ("atom", "rss"):
        ids = [entry.id for entry in feedparser.parse(made.bodies[ending]).entries]
        assert ids == [f"urn:uuid:{UUID(int=n)}" for n in (4, 1)]


def test_a_story_without_a_title_takes_one() -> None:
    assert jsonfeed(record(title="\x00 \x0b"))["items"][0]["title"] == REPORTS[0].title
    assert jsonfeed(record(title="", reports=()))["items"][0]["title"] == "Berita tanpa judul"


WILD = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    ["\ud800", "\x00\x0b\ufffe", "]]>", "<script>x</script>", '" onload="x', "&#0;", "\u202e\x85"]
)
ADDRESSES = (
    st.none() | WILD | st.builds("https://{}/{}".format, WILD, WILD) | st.builds("http://a.example/{}".format, WILD)
)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WILD_REPORTS = st.builds(
    Coverage,
    entry=st.integers(),
    outlet=WILD,
    source=WILD,
    title=WILD,
    url=ADDRESSES,
    language=st.none() | WILD | st.sampled_from(["ar", "zh-Hant"]),
    at=TIMES,
    summary=WILD,
    copy_of=st.none() | WILD,
)
WILD_RECORDS = st.builds(
    Record,
    story=st.uuids().map(str),
    published_at=TIMES,
    updated_at=TIMES,
    title=WILD,
    language=st.none() | WILD | st.sampled_from(["id", "ru"]),
    summary=WILD,
    summary_language=st.none() | WILD | st.just("ar"),
    reports=st.lists(WILD_REPORTS, max_size=3).map(tuple),
    topic=st.none() | WILD,
    topic_title=st.none() | WILD,
    image=ADDRESSES,
)
KNOWN_TAGS = {"p", "img", "div", "ul", "li", "bdi", "b", "a", "span", "small", "time"}


@settings(deadline=None)
@given(st.lists(WILD_RECORDS, max_size=3, unique_by=lambda r: r.story), WILD, WILD)
def test_any_stored_text_gives_whole_feeds_with_the_same_ids(records: list[Record], title: str, site: str) -> None:
    channel, words = replace(CHANNEL, title=title), replace(SITE, title=site)
    made = render(channel, records, site=words)
    assert made == render(channel, records, site=words)
    assert not made.left_out
    ids = [f"urn:uuid:{one.story}" for one in current(records)]
    feed, channel_element = tree(made.bodies["atom"]), tree(made.bodies["rss"])[0]
    assert_atom_is_valid(feed)
    assert [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")] == ids
    assert [item.findtext("guid") for item in channel_element.findall("item")] == ids
    told = json.loads(made.bodies["json"])
    assert [item["id"] for item in told["items"]] == ids
    for item in told["items"]:
        body = html.fragment_fromstring(item["content_html"], create_parent="div")
        assert {element.tag for element in body.iter()} <= KNOWN_TAGS
        assert {name for element in body.iter() for name in element.attrib} <= {
            "lang", "dir", "href", "hreflang", "src", "alt", "datetime",
        }  # fmt: skip
        for link in body.iterfind(".//a"):
            assert urlsplit(link.get("href")).scheme in ("http", "https")


# --- documents -------------------------------------------------------------------------------------------------------


def test_a_document_changes_when_its_bytes_do() -> None:
    first = rendered("/all.atom", b"one", now=NOON)
    again = rendered("/all.atom", b"one", now=NOON + timedelta(hours=1), before=first)
    other = rendered("/all.atom", b"two", now=NOON + timedelta(hours=1), before=again)
    assert first.etag.startswith('"') and first.etag.endswith('"')
    assert (again.etag, again.modified_at) == (first.etag, NOON)
    assert other.etag != first.etag and other.modified_at == NOON + timedelta(hours=1)
    assert first.media_type == "application/atom+xml; charset=utf-8"
