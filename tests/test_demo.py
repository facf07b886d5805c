"""The newsroom that ships with Anyam: its script unfolds as told, and its server answers as outlets do."""

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.client import HTTPConnection, HTTPMessage
from urllib.parse import urlsplit

import feedparser
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import config, pages
from aggregator.demo.addresses import Addresses
from aggregator.demo.newsroom import Newsroom
from aggregator.demo.picture import HEIGHT, WIDTH, weave
from aggregator.demo.script import BEGINNING, Item, Outlet, Timeline
from aggregator.demo.server import NewsroomServer
from aggregator.demo.site import Site

STARTED = datetime(2024, 12, 12, 11, 0, tzinfo=UTC)
NEWSROOM = Newsroom.load()
END = 4.0
OFFSETS = (-2000.0, -1.0, 0.0, 0.8, 2.0, END)
HEALTHY = [outlet for outlet in NEWSROOM.outlets if not outlet.outages]
SOURCES = [(outlet, section) for outlet in HEALTHY for section in outlet.sections]

Answered = tuple[int, HTTPMessage, bytes]


def nothing(language: str) -> str:
    return ""


SITE = Site(NEWSROOM, Timeline(STARTED), Addresses("http://127.0.0.1:8702"), nothing)


def source_path(outlet: Outlet, section: str) -> str:
    return urlsplit(SITE.addresses.feed(outlet, section)).path


def told(event: str, outlet: str, minute: float = END) -> Item:
    return next(item for item in NEWSROOM.items_at(outlet, minute) if item.event == event)


def titles_in(outlet: Outlet, body: bytes, media_type: str) -> list[str]:
    """Read the titles of an outlet's document with a reader that is not ours."""
    if outlet.format == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    if outlet.format == "page":
        cards = lxml.html.document_fromstring(body).cssselect("article.kartu h3 a")
        return [card.text_content() for card in cards]
    feed = feedparser.parse(body, response_headers={"content-type": media_type})
    assert not feed.bozo, feed.bozo_exception
    return [entry.title for entry in feed.entries]


class Clock:
    """The test's clock: `minute` of the script, set by hand."""

    minute = 0.0

    def __call__(self) -> datetime:
        return STARTED + timedelta(minutes=self.minute)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[NewsroomServer]:
    server = NewsroomServer(NEWSROOM, started=STARTED, now=clock, notice=lambda language: f"[{language}] rekaan")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def ask(server: NewsroomServer) -> Callable[..., Answered]:
    def ask(path: str, method: str = "GET", **headers: str) -> Answered:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    return ask


# The script


def test_the_newsroom_has_the_outlets_languages_formats_and_events_it_promises() -> None:
    speaking = {item.outlet for event in NEWSROOM.events for item in event.items}
    assert len(speaking) >= 9
    assert {outlet.language for outlet in NEWSROOM.outlets if outlet.id in speaking} == {"id", "en", "ru", "ar"}
    assert {outlet.format for outlet in NEWSROOM.outlets} == {"rss", "rdf", "atom", "json", "page"}
    assert len(NEWSROOM.events) >= 14
    assert len([event for event in NEWSROOM.events if event.subject == "suriah-setelah-assad"]) >= 4


def test_russias_contact_with_hts_is_told_live_by_nine_outlets_in_four_languages() -> None:
    items = next(event.items for event in NEWSROOM.events if event.id == "rusia-hts")
    languages = {outlet.language for outlet in NEWSROOM.outlets for item in items if item.outlet == outlet.id}
    assert len({item.outlet for item in items}) == 9
    assert languages == {"id", "en", "ru", "ar"}
    assert all(0 < item.at < END for item in items)


def test_every_item_has_a_place_a_lead_and_a_time_within_the_script() -> None:
    items = [item for event in NEWSROOM.events for item in event.items]
    assert len({item.id for item in items}) == len(items)
    for item in items:
        outlet = NEWSROOM.outlet(item.outlet)
        assert outlet is not None and item.section in outlet.sections, item.id
        assert item.title and len(item.paragraphs[0].split()) >= 10, item.id
        assert BEGINNING <= item.dated <= item.at < END, item.id
        assert all(item.at < change.at < END for change in item.changes), item.id


def test_no_two_items_of_a_section_share_an_address() -> None:
    for outlet in NEWSROOM.outlets:
        links = [SITE.addresses.link(outlet, item) for item in NEWSROOM.items_at(outlet.id, END)]
        assert len(set(links)) == len(links)


def test_a_retitled_item_keeps_its_id_and_its_address() -> None:
    before, after = told("rusia-hts", "kabar-nusa", 2.7), told("rusia-hts", "kabar-nusa", 2.8)
    assert before.title != after.title
    assert (before.id, before.slug, before.dated) == (after.id, after.slug, after.dated)
    assert (before.updated, after.updated) == (None, 2.8)


def test_a_moved_item_keeps_its_id_and_its_title() -> None:
    before, after = told("bunga-bi", "harbour-courier", 2.4), told("bunga-bi", "harbour-courier", 2.5)
    assert before.slug != after.slug and after.former_slugs == (before.slug,)
    assert (before.id, before.title, before.updated) == (after.id, after.title, after.updated)


def test_a_pinned_item_goes_to_the_top_without_any_other_change() -> None:
    before, after = (NEWSROOM.items_at("sorak-gelanggang", minute) for minute in (2.3, 2.4))
    assert before[0].event != "indonesia-laos" and after[0].event == "indonesia-laos"
    assert sorted(item.id for item in before) == sorted(item.id for item in after)
    assert after[0].updated is None


def test_reprints_carry_the_agencys_text_word_for_word() -> None:
    wire = told("feri-selat", "antarpulau")
    reprints = [told("feri-selat", outlet) for outlet in ("kabar-nusa", "suara-muson")]
    assert "(Antarpulau)" in wire.paragraphs[0]
    assert all(reprint.paragraphs == wire.paragraphs for reprint in reprints)
    assert reprints[1].title != wire.title


def test_late_reports_show_up_after_the_time_they_print() -> None:
    late = [item for event in NEWSROOM.events for item in event.items if item.dated < item.at]
    assert len(late) >= 3
    assert all(item not in NEWSROOM.items_at(item.outlet, item.at - 0.01) for item in late)


@given(st.sampled_from(NEWSROOM.outlets), st.floats(BEGINNING - 10, END + 1), st.floats(0, 5000))
def test_items_never_disappear(outlet: Outlet, minute: float, later: float) -> None:
    before = {item.id for item in NEWSROOM.items_at(outlet.id, minute)}
    assert before <= {item.id for item in NEWSROOM.items_at(outlet.id, minute + later)}


@given(st.floats(-4000, 400), st.floats(0.1, 50))
def test_a_moment_of_the_timeline_leads_back_to_its_minute(minute: float, speed: float) -> None:
    timeline = Timeline(STARTED, speed)
    assert timeline.minute(timeline.moment(minute)) == pytest.approx(minute, abs=max(speed, 1) / 60 + 1e-6)


# The documents


@pytest.mark.parametrize("minute", OFFSETS)
@pytest.mark.parametrize(("outlet", "section"), SOURCES, ids=lambda value: getattr(value, "id", value))
def test_every_document_lists_the_items_of_its_minute_in_order(outlet: Outlet, section: str, minute: float) -> None:
    answer = SITE.answer(source_path(outlet, section), minute)
    shown = NEWSROOM.items_at(outlet.id, minute, section)
    assert answer.status == 200
    assert titles_in(outlet, answer.body, answer.media_type) == [item.title for item in shown]


@given(st.sampled_from(SOURCES), st.floats(-5000, 10))
def test_a_document_differs_from_that_of_its_last_change_in_nothing(source: tuple[Outlet, str], minute: float) -> None:
    path = source_path(*source)
    changed = NEWSROOM.changed_at(source[0].id, minute, source[1])
    assert changed <= max(minute, BEGINNING)
    assert SITE.answer(path, minute) == SITE.answer(path, changed)


def test_the_item_ids_of_a_feed_survive_a_new_title_and_a_new_address() -> None:
    for path, minute in (("/kabar-nusa/internasional.xml", 2.8), ("/harbour-courier/ekonomi.xml", 2.5)):
        before, after = (feedparser.parse(SITE.answer(path, at).body).entries for at in (minute - 0.01, minute))
        assert [entry.id for entry in before] == [entry.id for entry in after]
        assert [(entry.title, entry.link) for entry in before] != [(entry.title, entry.link) for entry in after]


def test_dates_are_counted_from_the_start_and_none_lies_ahead_at_high_speed() -> None:
    site = Site(NEWSROOM, Timeline(STARTED, speed=60), SITE.addresses, nothing)
    entries = feedparser.parse(site.answer("/sorak-gelanggang/olahraga.atom", END).body).entries
    dates = {entry.id: datetime.fromisoformat(entry.published) for entry in entries}
    assert dates["urn:newsroom:sorak-gelanggang-piala-dunia-2034"] == STARTED - timedelta(minutes=1440)
    assert max(dates.values()) <= STARTED + timedelta(minutes=END / 60)


def test_a_russian_feed_in_windows_1251_says_so_and_reads_right() -> None:
    answer = SITE.answer("/vestnik-zaliva/internasional.xml", END)
    assert "charset=windows-1251" in answer.media_type
    assert "сообщает «Интерфакс»" in answer.body.decode("windows-1251")


def test_tracked_links_lead_to_the_same_page() -> None:
    entry = feedparser.parse(SITE.answer("/harbour-courier/internasional.xml", END).body).entries[0]
    address = urlsplit(entry.link)
    assert "utm_source=" in address.query
    assert SITE.answer(address.path, END).status == 200


def test_every_item_has_its_article_page_from_the_minute_it_appears() -> None:
    for event in NEWSROOM.events:
        for item in event.items:
            path = urlsplit(SITE.addresses.article(item)).path
            assert SITE.answer(path, item.at - 0.01).status == 404
            page = lxml.html.document_fromstring(SITE.answer(path, item.at).body)
            assert page.cssselect("h1")[0].text_content() == item.title
            assert item.paragraphs[-1] in page.text_content()


def test_arabic_pages_run_from_right_to_left_and_others_do_not() -> None:
    directions = {
        outlet.language: lxml.html.document_fromstring(SITE.answer(f"/{outlet.id}/{section}", END).body).get("dir")
        for outlet, section in SOURCES
    }
    assert directions == {"id": "ltr", "en": "ltr", "ru": "ltr", "ar": "rtl"}


def test_an_article_has_the_form_of_an_indonesian_news_site() -> None:
    item = told("rusia-hts", "warta-samudra")
    page = lxml.html.document_fromstring(SITE.answer(urlsplit(SITE.addresses.article(item)).path, END).body)
    assert page.cssselect(".byline")[0].text_content() == "Oleh Pena Samudra"
    assert page.cssselect("time")[0].text_content() == "Kamis, 12 Desember 2024 18:01 WIB"
    assert page.cssselect("figcaption")[0].text_content() == f"Foto: {item.caption}"
    assert page.cssselect(".baca-juga")[0].text_content().startswith("Baca juga:")
    assert page.cssselect(".share")
    data = json.loads(page.cssselect('script[type="application/ld+json"]')[0].text or "")
    assert (data["headline"], data["datePublished"]) == (item.title, "2024-12-12T18:01:42+07:00")


def test_anyam_reads_the_outlet_without_a_feed_from_its_pages_alone() -> None:
    outlet = next(outlet for outlet in NEWSROOM.outlets if outlet.format == "page" and not outlet.selectors)
    front = SITE.addresses.front(outlet, "internasional")
    answer = SITE.answer(urlsplit(front).path, 0.0)
    found = pages.items(answer.body, url=front, content_type=answer.media_type, rules=None)
    shown = NEWSROOM.items_at(outlet.id, 0.0)
    assert [item.url for item in found.items] == [SITE.addresses.article(item) for item in shown]
    item = told("rusia-hts", outlet.id)
    address = SITE.addresses.article(item)
    answer = SITE.answer(urlsplit(address).path, END)
    article = pages.article(answer.body, url=address, content_type=answer.media_type)
    assert (article.title, article.authors, article.image_caption) == (item.title, ("Pena Samudra",), item.caption)
    assert article.content is not None and "Baca juga" not in article.content


def test_a_photo_is_a_picture_of_its_own() -> None:
    item = told("rusia-hts", "warta-samudra")
    answer = SITE.answer(urlsplit(SITE.addresses.picture(item)).path, END)
    assert answer.media_type == "image/png" and answer.body.startswith(b"\x89PNG")


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_a_photo_is_calm_and_warm(seed: str) -> None:
    png = weave(seed)
    size = struct.unpack(">I", png[33:37])[0]
    rows = zlib.decompress(png[41 : 41 + size])
    assert len(rows) == HEIGHT * (1 + WIDTH * 3)
    line = 1 + WIDTH * 3
    for y in range(0, HEIGHT, 7):
        row = rows[y * line + 1 : (y + 1) * line]
        for red, green, blue in set(zip(row[::3], row[1::3], row[2::3], strict=True)):
            assert red > green > blue, "earth and sand"
            assert red - blue < 110, "muted"


# The server


def test_the_server_answers_304_to_a_client_that_has_the_document(clock: Clock, ask: Callable[..., Answered]) -> None:
    clock.minute = 1.0
    path = "/sorak-gelanggang/olahraga.atom"
    status, headers, body = ask(path)
    etag, modified = headers["ETag"], headers["Last-Modified"]
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    for known in (etag, f'W/{etag}, "other"', "*"):
        again = ask(path, If_None_Match=known)
        assert (again[0], again[2], again[1]["ETag"]) == (304, b"", etag)
    assert ask(path, If_Modified_Since=modified)[0] == 304
    assert ask(path, If_None_Match='"other"', If_Modified_Since=modified)[0] == 200
    earlier = format_datetime(parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True)
    assert ask(path, If_Modified_Since=earlier)[0] == 200
    assert ask(path, If_Modified_Since="yesterday")[0] == 200
    clock.minute = 1.5
    status, headers, fresh = ask(path, If_None_Match=etag, If_Modified_Since=modified)
    assert status == 200 and fresh != body and headers["ETag"] != etag


@pytest.mark.parametrize("path", ["/meridian-wire/internasional.json", "/warta-samudra/internasional", "/nowhere"])
def test_head_says_what_get_says_without_a_body(path: str, ask: Callable[..., Answered]) -> None:
    got, head = ask(path), ask(path, method="HEAD")
    assert head[2] == b"" and got[2]
    assert head[0] == got[0]
    assert {**head[1], "Date": ""} == {**got[1], "Date": ""}


def test_the_failing_outlet_fails_then_works_then_sends_broken_xml(clock: Clock, ask: Callable[..., Answered]) -> None:
    path = "/suara-muson/nasional.xml"
    clock.minute = 0.74
    assert ask(path)[0] == 500
    clock.minute = 0.75
    status, _, body = ask(path)
    assert status == 200 and len(feedparser.parse(body).entries) == 2
    clock.minute = 2.75
    status, headers, body = ask(path)
    broken = feedparser.parse(body)
    assert status == 200 and broken.bozo and not broken.entries
    assert headers["ETag"] is None and headers["Last-Modified"] is None


def test_the_closed_outlet_answers_404_always(clock: Clock, ask: Callable[..., Answered]) -> None:
    for clock.minute in (-10.0, 0.0, END):
        assert ask("/pos-lama/nasional.xml")[0] == 404


def test_a_moved_article_redirects_for_good(clock: Clock, ask: Callable[..., Answered]) -> None:
    clock.minute = END
    status, headers, _ = ask("/harbour-courier/ekonomi/bank-indonesia-holds-rate?utm_source=x")
    assert status == 301
    assert ask(urlsplit(headers["Location"]).path)[0] == 200


def test_robots_are_welcome_and_the_index_lists_every_source(
    server: NewsroomServer, ask: Callable[..., Answered]
) -> None:
    assert ask("/robots.txt")[2] == b"User-agent: *\nDisallow:\n"
    links = lxml.html.document_fromstring(ask("/")[2]).xpath("//a/@href")
    addresses = Addresses(server.url)
    assert {addresses.feed(outlet, section) for outlet, section in SOURCES} <= set(links)


@pytest.mark.parametrize("path", ["/kabar-nusa", "/kabar-nusa/olahraga.xml", "/kabar-nusa/ekonomi/tidak-ada"])
def test_there_is_nothing_elsewhere(path: str, ask: Callable[..., Answered]) -> None:
    assert ask(path)[0] == 404


def test_pages_carry_the_notice_in_their_language(ask: Callable[..., Answered]) -> None:
    assert "[ar] rekaan" in ask("/daftar-al-sharq/internasional")[2].decode()
    assert "[id] rekaan" in ask("/warta-samudra/internasional")[2].decode()


def test_a_server_that_was_never_started_gives_its_port_back() -> None:
    first = NewsroomServer(NEWSROOM, started=STARTED)
    first.stop()
    second = NewsroomServer(NEWSROOM, port=first.port, started=STARTED)
    assert second.port == first.port
    second.stop()


def test_the_feeds_yaml_is_one_that_anyam_reads(server: NewsroomServer) -> None:
    read = config.read(server.feeds_yaml(site_url="http://127.0.0.1:9000/anyam"), name="demo")
    assert read.site.url == "http://127.0.0.1:9000/anyam"
    assert len(read.sources) == sum(len(outlet.sections) for outlet in NEWSROOM.outlets)
    assert len({source.outlet for source in read.sources}) == len(NEWSROOM.outlets)
    pages = [source for source in read.sources if source.kind == "page"]
    assert {source.page is None for source in pages} == {True, False}
    assert {section.id for section in read.sections} == {section for outlet, section in SOURCES}
    for source in read.sources:
        assert source.url.startswith(server.url) and source.interval is not None
