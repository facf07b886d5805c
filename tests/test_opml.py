"""The two OPML documents list every feed and Source once, and nothing that a reader cannot open."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.publish.feeds import SiteWords
from aggregator.publish.opml import Listed, Shelf, feeds_opml, sources_opml
from aggregator.values import Channel

SITE = SiteWords("Anyam", "https://news.example/anyam", "id")
CHANNEL = Channel("/all", "/", "urn:uuid:7d1c0f0e-58a4-4c9c-8f35-8b2f7a3f9e10", "Anyam", "id")


def test_feeds_are_listed_with_their_pages() -> None:
    arabic = replace(CHANNEL, path="/sections/thaqafa", page="/sections/thaqafa", title="ثقافة", language="ar")
    root = etree.fromstring(feeds_opml([CHANNEL, arabic], SITE))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "Feed Anyam"
    assert [dict(outline.attrib) for outline in root.iterfind("body/outline")] == [
        {
            "type": "rss",
            "text": "Anyam",
            "title": "Anyam",
            "xmlUrl": "https://news.example/anyam/all.atom",
            "htmlUrl": "https://news.example/anyam/",
            "language": "id",
        },
        {
            "type": "rss",
            "text": "ثقافة",
            "title": "ثقافة",
            "xmlUrl": "https://news.example/anyam/sections/thaqafa.atom",
            "htmlUrl": "https://news.example/anyam/sections/thaqafa",
            "language": "ar",
        },
    ]


def test_sources_stand_in_their_sections_and_a_page_is_a_link() -> None:
    shelf = Shelf(
        "Internasional",
        [
            Listed("Kabar", feed="https://kabar.example/rss", page="https://kabar.example/", language="id"),
            Listed("Pantau", page="https://pantau.example/dunia"),
        ],
    )
    root = etree.fromstring(sources_opml([shelf, Shelf("Наука", [])], SITE))
    assert [section.get("text") for section in root.iterfind("body/outline")] == ["Internasional", "Наука"]
    feed, page = root.findall("body/outline/outline")
    assert (feed.get("type"), feed.get("xmlUrl")) == ("rss", "https://kabar.example/rss")
    assert dict(page.attrib) == {"type": "link", "text": "Pantau", "url": "https://pantau.example/dunia"}


def test_an_address_that_is_no_web_address_is_not_listed() -> None:
    shelf = Shelf("All", [Listed("Odd", feed="javascript:alert(1)", page="file:///etc/passwd")])
    assert etree.fromstring(sources_opml([shelf], SITE)).findall(".//outline/outline") == []


TEXT = st.text(st.characters(codec=None), max_size=20)


@given(TEXT, TEXT, st.none() | TEXT)
def test_any_name_gives_a_whole_document(title: str, name: str, language: str | None) -> None:
    shelf = Shelf(title, [Listed(name, feed="https://kabar.example/rss", language=language)])
    document = sources_opml([shelf], replace(SITE, title=title))
    assert document == sources_opml([shelf], replace(SITE, title=title))
    (outline,) = etree.fromstring(document).iterfind(".//outline[@type='rss']")
    assert outline.get("xmlUrl") == "https://kabar.example/rss"
