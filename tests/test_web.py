"""Pages and feeds as readers, caches and attackers meet them: over WSGI, on a real store."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import databases
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from woven import START, Told, config, open_sources, polled, print_day, tell

from aggregator.store import Store, publications
from aggregator.store.schema import entry, revision
from aggregator.values import Rendered
from web import present
from web.app import create_app

ETAG = '"abc123"'
CHANGED = datetime(2024, 12, 12, 10, 0, 0, 900_000, tzinfo=UTC)
HTTP_CHANGED = "Thu, 12 Dec 2024 10:00:00 GMT"


class Page(HTMLParser):
    """Reads a page: its tags with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and all(a.get(k.rstrip("_")) == v for k, v in wanted.items())]

    def links(self) -> list[str]:
        return [str(a["href"]) for t, a in self.tags if t in ("a", "link") and "href" in a]


def client(store: Store, *, url: str = "http://127.0.0.1:8000", language: str = "id") -> FlaskClient:
    settings = config(url, language)
    open_sources(store, settings)
    return create_app(store, settings).test_client()


def publish(store: Store, path: str, body: bytes = b"<feed/>", etag: str = ETAG) -> None:
    base, _, ending = path.rpartition(".")
    kind = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}[ending]
    made = Rendered(path=path, media_type=kind, body=body, etag=etag, modified_at=CHANGED)
    with store.write() as connection:
        publications.ensure_channels(connection, [base], now=START)
        publications.rendered(connection, base, [made], seen=1)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a site to read only: an invented day of news, all Sources polled, and /all.atom published."""
    with databases.opened(databases.migrated_sqlite(tmp_path_factory.mktemp("day"))) as store:
        site = client(store)
        print_day(store)
        polled(store)
        publish(store, "/all.atom")
        yield site


# --- pages -----------------------------------------------------------------------------------------------------------


def test_front_page_shows_leads_topics_and_sections(day: FlaskClient) -> None:
    page = Page(day.get("/").text)
    cards = [a["data-story"] for a in page.all("article")]
    assert cards[0] == "s-contact", "the Story that most outlets report opens the page"
    assert len(cards) == len(set(cards)), "a lead is not shown again in its Section's column"
    assert {"/topics/t-syria", "/topics/t-manuscripts", "/sections/thaqafa"} <= set(page.links())


def test_a_busy_hour_does_not_hide_the_largest_story(store: Store) -> None:
    site = client(store)
    print_day(store)
    for number in range(40):
        tell(store, f"s-small-{number}", ("economy",), [Told("harbour", f"Notice {number}", 1261 + number)])
    cards = [a["data-story"] for a in Page(site.get("/").text).all("article")]
    assert cards[0] == "s-contact"


@pytest.mark.parametrize(
    "path",
    ["/", "/sections/internasional", "/stories/s-contact", "/topics/t-syria", "/feeds", "/fetch-log", "/nothing"],
)
def test_every_page_has_one_h1_headings_in_order_and_feeds(day: FlaskClient, path: str) -> None:
    page = Page(day.get(path).text)
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    kinds = [str(a["type"]) for a in page.all("link", rel="alternate")]
    assert kinds[:3] == ["application/atom+xml", "application/rss+xml", "application/feed+json"]
    assert [a["href"] for a in page.all("a", class_="skip")] == ["#main"]
    assert len(page.all("main")) == len(page.all("footer")) == 1
    assert not page.all("script", src="") and all("src" in a for a in page.all("script"))
    assert not [tag for tag, a in page.tags if "style" in a or any(name.startswith("on") for name in a)]


def test_section_page_announces_its_own_feeds_first(day: FlaskClient) -> None:
    page = Page(day.get("/sections/economy").text)
    assert page.all("link", rel="alternate")[0]["href"] == "/sections/economy.atom"
    assert page.all("link", rel="alternate")[3]["href"] == "/all.atom"
    assert page.all("html")[0]["lang"] == "en", "a page speaks its Section's language"


def test_section_pages_through_all_stories_once(store: Store) -> None:
    site = client(store)
    for number in range(65):
        tell(store, f"s-{number:03}", ("economy",), [Told("harbour", f"Report {number}", number // 3)])
    seen: list[str] = []
    at: str | None = "/sections/economy"
    while at:
        page = Page(site.get(at).text)
        seen += [str(a["data-story"]) for a in page.all("article")]
        canonical = str(page.all("link", rel="canonical")[0]["href"])
        assert canonical == "http://127.0.0.1:8000" + at
        older = page.all("a", rel="next")
        at = str(older[0]["href"]) if older else None
    assert len(seen) == 65 and len(set(seen)) == 65


@pytest.mark.parametrize(
    "before", ["x", "~", "20241212T030000000000~", "20241212T030000000000~a b", "~s-1", "99999999T~s", "%00~s", "é~é"]
)
def test_a_cursor_that_is_none_is_ignored(day: FlaskClient, before: str) -> None:
    page = Page(day.get("/sections/economy", query_string={"before": before}).text)
    assert len(page.all("article")) == 4
    assert page.all("link", rel="canonical")[0]["href"] == "http://127.0.0.1:8000/sections/economy"


def test_story_page_tells_who_reported_and_when(day: FlaskClient) -> None:
    html = day.get("/stories/s-contact").text
    page = Page(html)
    steps = [str(a["class"]).split() for a in page.all("li") if "step" in str(a.get("class"))]
    assert [("step-first" in s, "step-copy" in s) for s in steps] == [
        (True, False), (False, False), (False, False), (False, False), (False, True), (False, False),
    ]  # fmt: skip
    assert "salinan dari \u2068Kabar Nusa\u2069" in html
    assert '<time datetime="2024-12-12T03:00:00Z"' in html and ">10.00</time>" in html, "in the site's time zone"
    assert ">13 Desember 2024</time>" in html, "24:00 UTC on the 12th is the 13th in Jakarta"
    out = page.all("a", rel="external noopener")
    assert [a["hreflang"] for a in out] == ["ru", "en", "ar", "id", "id", "en"]


def test_a_story_page_tells_the_earlier_titles_of_a_report(store: Store) -> None:
    open_sources(store, config())
    tell(store, "s", ("economy",), [Told("harbour", "Ferry overdue in the strait", 0)])
    with store.write() as connection:
        row = connection.execute(select(entry)).one()
        words = [f"Ferry {word} in the strait" for word in ("lost", "sought", "found", "<b>towed</b>")]
        for number, title in enumerate((row.title, *words[:-1])):
            told = {"title": title, "summary": "", "content": "", "replaced_at": row.first_seen_at}
            connection.execute(revision.insert().values(entry_id=row.id, number=number, **told))
        connection.execute(entry.update().values(title=words[-1], revision=len(words)))
    page = client(store).get("/stories/s").text
    found = re.findall(r'<span class="tag">earlier title</span> <bdi lang="en" dir="ltr">(.*?)</bdi>', page)
    assert found == [f"Ferry {word} in the strait" for word in ("found", "sought", "lost")]
    assert "Ferry &lt;b&gt;towed" in page


def test_a_story_page_tells_the_earlier_texts_of_a_report_no_longer_than_its_excerpt(store: Store) -> None:
    open_sources(store, config())
    tell(store, "s", ("economy",), [Told("harbour", "Ferry overdue in the strait", 0)])
    texts = ("Nine are missing, says the coast guard.", "Nine are missing, says the navy.", "Nine are safe.")
    with store.write() as connection:
        row = connection.execute(select(entry)).one()
        for number, text in enumerate(texts[:2]):
            told = {"title": row.title, "summary": "", "content": f"<p>{text}</p>", "replaced_at": row.first_seen_at}
            connection.execute(revision.insert().values(entry_id=row.id, number=number, **told))
        words = {"summary": "", "content": f"<p>{texts[2]}</p>", "excerpt": "Nine are safe."}
        connection.execute(entry.update().values(revision=2, **words))
    page = client(store).get("/stories/s").text
    found = re.findall(r'<span class="tag">earlier text</span> <bdi lang="en" dir="ltr">(.*?)</bdi>', page)
    assert found == ["Nine are missing,"]
    assert page.count('<span class="tag">text changed</span> <time') == 1


def test_a_story_page_is_bounded_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(present, "OUTLETS", 2)
    site = client(store)
    many = [Told("harbour", f"Report {number}", number) for number in range(present.TIMELINE + 20)]
    tell(store, "s-many", ("economy",), [*many, Told("kabar", "Kabar", 30), Told("courier", "Courier", 40)])
    html = site.get("/stories/s-many").text
    page = Page(html)
    assert len([a for a in page.all("li") if "step" in str(a.get("class"))]) == present.TIMELINE
    assert "and 22 more reports" in page.words
    side = html[html.index("<aside") :]
    assert "<bdi>Harbour Times</bdi><br><bdi>Kabar Nusa</bdi><br>and 1 more outlet</dd>" in side
    assert "Courier" in html[: html.index("<aside")], "its first report is on the timeline"
    assert "Reported by 3 outlets" in html


def test_a_story_page_that_shows_all_counts_nothing(day: FlaskClient) -> None:
    assert "lainnya</p>" not in day.get("/stories/s-contact").text.replace("Berita lainnya", "")


def test_each_text_has_its_own_language_and_direction(day: FlaskClient) -> None:
    page = Page(day.get("/").text)
    titles = {a["lang"]: a["dir"] for a in page.all("h3")}
    assert titles == {"ru": "ltr", "ar": "rtl", "id": "ltr", "en": "ltr"}
    assert page.all("html")[0] == {"lang": "id", "dir": "ltr"}


def test_a_text_in_no_known_language_says_so(store: Store) -> None:
    site = client(store)
    tell(store, "s-x", ("economy",), [Told("harbour", "Zzz zzz", 0, "Qqq", language=None)])
    assert '<h1 id="title" lang="" dir="auto">' in site.get("/stories/s-x").text


def test_arabic_site_runs_from_right_to_left(store: Store) -> None:
    site = client(store, language="ar")
    print_day(store)
    page = Page(site.get("/").text)
    assert page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    assert "أبرز الأخبار" in page.words
    spoken = Page(site.get("/sections/nauka").text).all("html")[0]
    assert spoken == {"lang": "ru", "dir": "ltr"}


def test_stylesheet_knows_no_left_or_right(day: FlaskClient) -> None:
    css = day.get("/static/style.css").text
    assert not [w for w in ("margin-left", "margin-right", "padding-left", "padding-right", "text-align: left",
                            "text-align: right", "float:") if w in css]  # fmt: skip
    assert "prefers-color-scheme: dark" in css and "prefers-reduced-motion" in css and "@media print" in css


@pytest.mark.parametrize(
    ("topic", "language"), [("t-manuscripts", "ar"), ("t-syria", "id")], ids=["one Section", "Sections of several"]
)
def test_topic_page_speaks_what_its_sections_share(day: FlaskClient, topic: str, language: str) -> None:
    assert Page(day.get(f"/topics/{topic}").text).all("html")[0]["lang"] == language


def test_pages_name_only_feeds_that_are_there(store: Store) -> None:
    site = client(store)
    tell(store, "s-1", ("economy",), [Told("harbour", "A report", 0)])
    assert "/stories/s-1.atom" not in Page(site.get("/stories/s-1").text).links()
    publish(store, "/stories/s-1.atom")
    assert "/stories/s-1.atom" in Page(site.get("/stories/s-1").text).links()


# --- while the store fills -------------------------------------------------------------------------------------------


def test_an_empty_site_says_how_far_the_first_poll_is(store: Store) -> None:
    answer = client(store, language="en").get("/")
    page = Page(answer.text)
    assert page.all("progress")[0]["value"] == "0" and page.all("progress")[0]["max"] == "7"
    assert "0 of 7 sources read." in answer.text
    assert page.all("meta", http_equiv="refresh") or 'http-equiv="refresh"' in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    assert page.all("main")[0]["data-refresh"] == "4"


def test_a_filled_site_refreshes_by_no_meta(day: FlaskClient) -> None:
    answer = day.get("/")
    assert 'http-equiv="refresh"' not in answer.text and "<progress" not in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_a_polled_site_without_stories_says_so(store: Store) -> None:
    site = client(store, language="ru")
    polled(store)
    assert "Сюжетов пока нет" in site.get("/").text


# --- hostile texts ---------------------------------------------------------------------------------------------------

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}\u202e'


@pytest.mark.parametrize("path", ["/", "/sections/economy", "/stories/s-evil", "/topics/t-evil"])
def test_hostile_titles_are_words(store: Store, path: str) -> None:
    site = client(store)
    tell(
        store, "s-evil", ("economy",),
        [
            Told("harbour", HOSTILE, 0, HOSTILE, url="javascript:alert(3)", image="javascript:alert(4)",
                 caption=HOSTILE),
            Told("courier", HOSTILE, 1, url='https://x.example/"onmouseover="alert(5)', language='"><b>'),
        ],
        topic=("t-evil", HOSTILE, "en"),
    )  # fmt: skip
    html = site.get(path).text
    page = Page(html)
    assert "<script>alert" not in html and "49" not in "".join(page.words).replace("2024", "")
    assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
    assert not [one for one in page.links() if one.startswith("javascript")]
    assert not page.all("img", src="x") and not page.all("b")


def test_an_image_is_linked_without_telling_where_from(store: Store) -> None:
    site = client(store)
    told = Told("harbour", "With a picture", 0, image="https://img.example/a.jpg", caption="A harbour")
    tell(store, "s-1", ("economy",), [told])
    image = Page(site.get("/stories/s-1").text).all("img", src="https://img.example/a.jpg")[0]
    assert image["referrerpolicy"] == "no-referrer" and image["loading"] == "lazy" and image["alt"] == "A harbour"


def test_a_caption_is_in_the_language_of_its_report(store: Store) -> None:
    site = client(store)
    told = Told("nahar", "صورة", 0, image="https://img.example/a.jpg", caption="الميناء (وكالة)")
    tell(store, "s-1", ("economy",), [Told("harbour", "A report", 1), told])
    html = site.get("/stories/s-1").text
    image = Page(html).all("img", src="https://img.example/a.jpg")[0]
    assert (image["lang"], image["dir"], image["alt"]) == ("ar", "rtl", "الميناء (وكالة)")
    assert '<figcaption><span lang="ar" dir="rtl">الميناء (وكالة)</span>' in html
    assert "Published by \u2068صحيفة الضفاف\u2069" in html, "whoever took it, these printed it"


def test_languages_are_marked_only_where_one_is_not_the_pages(store: Store) -> None:
    site = client(store, language="en")
    reports = [Told("harbour", "A report", 0), Told("courier", "Another one", 1)]
    tell(store, "s-1", ("economy",), reports)
    for path in ("/", "/stories/s-1"):
        html = site.get(path).text
        assert "Another one" in html and "English" not in html and "Told in" not in html, path
    tell(store, "s-2", ("economy",), [*reports, Told("kabar", "Laporan", 2), Told("lintas", "Lagi", 3)])
    for path in ("/", "/stories/s-2"):
        html = site.get(path).text
        assert "English" in html and "Indonesian" in html, path


def test_short_names_with_hyphens_stay_on_one_line_and_are_still_themselves(store: Store) -> None:
    site = client(store)
    title = "Mohammed al-Bashir <b>-x-</b> meets the state-of-the-art-of-everything team - and Jean-Yves"
    tell(store, "s-1", ("economy",), [Told("harbour", title, 0)])
    for path in ("/", "/sections/economy", "/stories/s-1"):
        html = site.get(path).text
        assert '<span class="whole">al-Bashir</span>' in html and '<span class="whole">Jean-Yves</span>' in html, path
        assert '">state-of' not in html and "<b>-x-" not in html, path
        assert title in "".join(Page(html).words), path


@pytest.mark.parametrize(
    "path",
    ["/<script>alert(1)</script>", "/stories/%3Cb%3E", "/stories/a%00b", "/sections/../../etc/passwd",
     "/stories/a%0d%0aX:1", "/static/../app.py", "/static/%2e%2e/app.py", "/sections//evil.example/",
     "/stories/" + "a" * 3000, "/.env"],
)  # fmt: skip
def test_unknown_addresses_answer_404_and_repeat_nothing(day: FlaskClient, path: str) -> None:
    answer = day.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "<script>alert" not in answer.text and "evil.example" not in answer.text and "X:1" not in str(answer.headers)
    assert "Halaman tidak ditemukan" in answer.text


# --- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/nothing", "/static/style.css", "/health", "/all.atom", "/none.atom"])
def test_every_answer_is_guarded(day: FlaskClient, path: str) -> None:
    headers = day.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in headers["Content-Security-Policy"] and "Referrer-Policy" in headers
    assert "Permissions-Policy" in headers
    assert "Set-Cookie" not in headers and "Cookie" not in headers.get("Vary", "")
    assert "Werkzeug" not in str(headers) and "Python" not in str(headers)


def test_page_policy_allows_own_files_only(day: FlaskClient) -> None:
    policy = dict(part.split(" ", 1) for part in day.get("/").headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'" and policy["object-src"] == "'none'"


@pytest.mark.parametrize("path", ["/", "/sections/world", "/stories/s-contact", "/all.atom", "/sections/economy/"])
def test_host_headers_change_nothing(day: FlaskClient, path: str) -> None:
    plain = day.get(path)
    bent = day.get(
        path,
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example",
                 "X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "gopher"},
    )  # fmt: skip
    assert (bent.status_code, bent.data) == (plain.status_code, plain.data)
    assert bent.headers.get("Location") == plain.headers.get("Location")
    assert "evil" not in bent.text and "evil" not in str(bent.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/stories/s-contact", "/all.atom"])
def test_other_methods_are_refused(day: FlaskClient, method: str, path: str) -> None:
    answer = day.open(path, method=method, data=b"x" * 100_000)
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_own_failures_show_a_page_and_no_traceback(store: Store) -> None:
    site = client(store)
    with store.write() as connection:
        connection.exec_driver_sql("DROP TABLE story_section")
    answer = site.get("/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text and "story_section" not in answer.text and "<h1>" in answer.text


def test_static_files_are_kept_by_their_mark(day: FlaskClient) -> None:
    page = Page(day.get("/").text)
    marked = [str(a["href"]) for a in page.all("link", rel="stylesheet")] + [
        str(a["src"]) for t, a in page.tags if t in ("script", "img") and str(a["src"]).startswith("/static/")
    ]
    for address in marked:
        answer = day.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert address.split("?")[0].rsplit(".")[-1] in ("css", "js", "svg")
    assert "immutable" not in day.get("/static/style.css").headers["Cache-Control"]
    assert day.get("/favicon.ico").data[:4] == b"\0\0\1\0"


# --- moved things ----------------------------------------------------------------------------------------------------


def test_a_renamed_section_leads_to_its_new_page(day: FlaskClient) -> None:
    answer = day.get("/sections/world")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/sections/internasional")


@pytest.mark.parametrize(("days", "status"), [(1, 302), (31, 301)])
def test_a_merged_story_leads_to_the_other(
    store: Store, monkeypatch: pytest.MonkeyPatch, days: int, status: int
) -> None:
    from sqlalchemy import update

    from aggregator.store.schema import story

    site = client(store)
    tell(store, "s-old", ("economy",), [Told("harbour", "Old", 0)])
    tell(store, "s-new", ("economy",), [Told("courier", "New", 1)])
    with store.write() as connection:
        gone = update(story).where(story.c.id == "s-old").values(merged_into="s-new", merged_at=START)
        connection.execute(gone)
    publish(store, "/stories/s-new.atom", b"<new/>")
    monkeypatch.setenv("ANYAM_AT", (START + timedelta(days=days)).isoformat())
    answer = site.get("/stories/s-old")
    assert (answer.status_code, answer.headers["Location"]) == (status, "/stories/s-new")
    fed = site.get("/stories/s-old.atom")
    assert (fed.status_code, fed.data) == (200, b"<new/>"), "feeds never redirect, they answer"


# --- a site below a path ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handed_on", ["/news", ""], ids=["proxy hands the prefix on", "proxy takes it off"])
def test_links_work_below_a_prefix(store: Store, handed_on: str) -> None:
    site = client(store, url="https://anyam.example/news/")
    print_day(store)
    publish(store, "/sections/economy.atom")
    todo, done = {"/news/"}, set()
    while todo:
        at = todo.pop()
        done.add(at)
        answer = site.get(handed_on + at.removeprefix("/news"))
        if at.endswith((".rss", ".json", ".atom", ".opml")):
            continue
        assert answer.status_code == 200, at
        if answer.mimetype != "text/html":
            continue
        page = Page(answer.text)
        canonical = str(page.all("link", rel="canonical")[0]["href"])
        assert canonical == "https://anyam.example" + at
        own = {one.partition("?")[0] for one in page.links() if one.startswith("/")}
        assert all(one.startswith("/news/") for one in own), own
        todo |= own - done
    assert {"/news/sections/economy", "/news/stories/s-contact", "/news/feeds"} <= done
    moved = site.get(f"{handed_on}/sections/world").headers["Location"]
    assert moved == "/news/sections/internasional"


# --- feeds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/all.atom", "application/atom+xml"), ("/sections/economy.rss", "application/rss+xml"),
     ("/topics/t-1.json", "application/feed+json"), ("/sections/economy/daily.atom", "application/atom+xml")],
)  # fmt: skip
def test_feeds_are_served_as_stored(store: Store, path: str, kind: str) -> None:
    site = client(store)
    publish(store, path, b"stored bytes \xff\x00")
    answer = site.get(path)
    assert answer.data == b"stored bytes \xff\x00"
    assert answer.mimetype == kind
    assert answer.headers["ETag"] == ETAG
    assert answer.headers["Last-Modified"] == HTTP_CHANGED
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.cache_control.public and answer.cache_control.max_age == 300


LATER = "Thu, 12 Dec 2024 10:00:01 GMT"
EARLIER = "Thu, 12 Dec 2024 09:59:59 GMT"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("none_match", "since", "status"),
    [
        (None, None, 200),
        ('"abc123"', None, 304),
        ('W/"abc123"', None, 304),
        ('"x", "abc123"', None, 304),
        ('"x", W/"abc123" , "y"', None, 304),
        ("*", None, 304),
        ('"x"', None, 200),
        ('"ABC123"', None, 200),
        ('"x"', HTTP_CHANGED, 200),
        ('"x"', LATER, 200),
        ('"abc123"', EARLIER, 304),
        (None, HTTP_CHANGED, 304),
        (None, LATER, 304),
        (None, EARLIER, 200),
        (None, "yesterday, I think", 200),
        (None, "Thursday, 12-Dec-24 10:00:00 GMT", 304),
        (None, "Thu Dec 12 10:00:00 2024", 304),
    ],
)
def test_conditional_requests(
    day: FlaskClient, method: str, none_match: str | None, since: str | None, status: int
) -> None:
    headers = {"If-None-Match": none_match, "If-Modified-Since": since}
    answer = day.open("/all.atom", method=method, headers={k: v for k, v in headers.items() if v})
    assert answer.status_code == status
    assert answer.data == (b"<feed/>" if (status, method) == (200, "GET") else b"")
    assert answer.headers["ETag"] == ETAG and "max-age=300" in answer.headers["Cache-Control"]
    if status == 200:
        assert answer.headers["Content-Length"] == "7" and answer.headers["Last-Modified"] == HTTP_CHANGED


@pytest.mark.parametrize(
    "path", ["/", "/sections/economy", "/stories/s-contact", "/all.atom", "/none.atom", "/nothing"]
)
def test_head_is_get_without_a_body(day: FlaskClient, path: str) -> None:
    get, head = day.get(path), day.head(path)
    assert head.data == b"" and head.status_code == get.status_code
    # Date may tick between the two.
    assert {**head.headers, "Date": ""} == {**get.headers, "Date": ""}


def test_pages_answer_304_too(day: FlaskClient) -> None:
    etag = day.get("/").headers["ETag"]
    assert not etag.startswith("W/")
    assert day.get("/", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["/none.atom", "/sections/none.rss", "/stories/none.json", "/x/y/z.atom"])
def test_an_unknown_feed_is_404_as_plain_text(day: FlaskClient, path: str) -> None:
    answer = day.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert answer.text == "Tidak ada feed di alamat ini.\n"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_unknown_parameters_change_nothing(day: FlaskClient) -> None:
    answer = day.get("/all.atom?utm_source=x&cb=%00")
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (200, b"<feed/>", ETAG)


@pytest.mark.parametrize("view", ["", "/daily"])
def test_a_renamed_sections_feed_answers_with_the_new_one(store: Store, view: str) -> None:
    site = client(store)
    publish(store, f"/sections/internasional{view}.atom", b"<now/>")
    answer = site.get(f"/sections/world{view}.atom")
    assert (answer.status_code, answer.data) == (200, b"<now/>")


def test_a_script_elsewhere_may_ask_conditionally(day: FlaskClient) -> None:
    answer = day.options("/all.atom", headers={"Origin": "https://reader.example"})
    assert answer.status_code == 204
    assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_health(day: FlaskClient) -> None:
    answer = day.get("/health")
    assert (answer.status_code, answer.text, answer.headers["Cache-Control"]) == (200, "ok\n", "no-store")
