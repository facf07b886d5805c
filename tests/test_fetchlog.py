"""The fetch log as anyone meets it: which hosts it names, page by page, in each language, and what it keeps back."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from making import START, at, configured
from sqlalchemy import insert, update

from aggregator.store import Store, hosts, sources
from aggregator.store.schema import host, source
from aggregator.values import Reason, Tally
from web import fetchlog
from web.app import create_app

PUBLIC = "site: {url: 'https://anyam.co.id/berita', contact: 'https://anyam.co.id/bot?a=1&b=2', language: %s}\n"


def site(
    store: Store, monkeypatch: pytest.MonkeyPatch, *known: tuple[str, str], extra: str = PUBLIC % "en"
) -> FlaskClient:
    """Serve a site an hour after START, with one request recorded for each Source's host, none of which is due yet."""
    monkeypatch.setenv("ANYAM_AT", at(60).isoformat())
    config = configured(*(known or (("Kabar", "https://kabar.co.id/rss?key=geheim"),)), extra=extra)
    with store.write() as connection:
        sources.sync(connection, config, now=START)
        connection.execute(update(source).values(last_poll_at=START, next_poll_at=at(90)))
        names = sorted({row.host for row in connection.execute(source.select())})
        hosts.record(connection, [Tally(name, 1) for name in names], now=START)
    return create_app(store, config).test_client()


def record(store: Store, *tallies: Tally) -> None:
    with store.write() as connection:
        hosts.record(connection, tallies, now=at(30))


def next_visit(store: Store, name: str, reason: Reason, *, minutes: float = 90) -> None:
    with store.write() as connection:
        values = {"next_poll_at": at(minutes), "next_poll_reason": reason}
        connection.execute(update(source).where(source.c.name == name).values(**values))


def named(html: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><bdi[^>]*>(.*?)</bdi>', html)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html[html.index("<tbody") : html.index("</tbody>")]).split())


def test_each_host_is_told_with_its_counts_and_its_next_visit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = site(store, monkeypatch)
    record(store, Tally("kabar.co.id", 1999, 1500, 12))
    next_visit(store, "Kabar", Reason("max-age", 60, limit=900))
    html = log.get("/fetch-log").text
    told = words(html)
    assert "Requests 2,000 since December 12, 2024" in told
    assert "Unchanged (304) 75% Failed 12 Waits obeyed 0" in told
    assert "its answer may be kept for 1 minute; the shortest is 15 minutes" in told
    assert f'<time datetime="{at(90):%Y-%m-%dT%H:%M:%SZ}"' in html
    assert "geheim" not in html and "/rss?" not in html and "://kabar" not in html, "hosts only, never addresses"


def test_a_wait_is_told_while_it_runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = site(store, monkeypatch)
    record(store, Tally("kabar.co.id", 1, waits=1, wait_until=at(120), wait_reason=Reason("answered", 429)))
    html = log.get("/fetch-log").text
    assert "Left alone until Dec 12, 2024" in words(html) and "it answered 429" in words(html)
    assert "its host asked to be left alone" in words(html)
    monkeypatch.setenv("ANYAM_AT", at(121).isoformat())
    told = words(log.get("/fetch-log").text)
    assert "Left alone until" not in told and "Waits obeyed 1" in told and "Due now" in told


def test_what_is_asked_no_more_says_why(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = "  - {name: Jeda, url: 'https://jeda.co.id/', section: dunia, paused: true}\n" + PUBLIC % "en"
    log = site(store, monkeypatch, ("Akhir", "https://akhir.co.id/rss"), extra=extra)
    next_visit(store, "Akhir", Reason("gone"))
    with store.write() as connection:
        connection.execute(update(source).where(source.c.name == "Akhir").values(state="gone"))
    record(store, Tally("gambar.akhir.co.id", 1))
    told = words(log.get("/fetch-log").text)
    assert told.count("None planned") == 3
    for why in ("it has ended: it is asked no more", "its visits are paused", "something that we read leads there"):
        assert why in told


def test_hosts_of_sources_that_are_not_public_are_not_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = (
        "  - {name: Rahasia, url: 'https://rahasia.co.id/rss', section: dunia, public: false}\n"
        "  - {name: Dalam, url: 'https://dalam.bersama.co.id/rss', section: dunia, public: false}\n"
        "  - {name: Juga, url: 'https://kabar.co.id/juga', section: dunia, public: false}\n"
    )
    known = (("Kabar", "https://kabar.co.id/rss"), ("Luar", "https://luar.bersama.co.id/rss"))
    log = site(store, monkeypatch, *known, extra=extra + PUBLIC % "en")
    record(store, Tally("www.rahasia.co.id", 1), Tally("artikel.bersama.co.id", 1), Tally("lain.co.id", 1))
    next_visit(store, "Kabar", Reason("brought", 1800))
    next_visit(store, "Juga", Reason("failed"), minutes=61)
    html = log.get("/fetch-log").text
    assert named(html) == ["kabar.co.id", "luar.bersama.co.id"]
    assert "Rahasia" not in html and "its own pace, 30 minutes" in words(html) and "failed" not in words(html)


PRIVATE = (
    "http://127.0.0.1:8701/rss", "http://10.1.2.3/rss", "http://[fd00::1]/rss", "http://[::ffff:10.0.0.1]/rss",
    "http://printer/rss", "http://berita.internal/rss", "http://localhost:8080/rss", "https://intra.kantor.co.id:8443/rss",
    "http://100.64.0.1/rss", "http://169.254.169.254/rss",
)  # fmt: skip


@pytest.mark.parametrize("public", [True, False])
def test_private_hosts_are_told_only_where_the_site_is_private_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, public: bool
) -> None:
    known = [
        (f"S{number}", url) for number, url in enumerate((*PRIVATE, "https://kabar.co.id/", "http://93.184.215.14/"))
    ]
    extra = 'fetch: {allow: ["10.9.9.9:8443"]}\n' + (PUBLIC % "en" if public else "")
    html = site(store, monkeypatch, *known, extra=extra).get("/fetch-log").text
    assert len(named(html)) == (2 if public else len(known))
    assert {"kabar.co.id", "93.184.215.14"} <= set(named(html))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("127.0.0.1", True),
        ("192.168.1.7", True),
        ("::1", True),
        ("fd00::7", True),
        ("::ffff:10.0.0.1", True),
        ("93.184.215.14", False),
        ("2606:2800:21f::1", False),
        ("::ffff:93.184.215.14", False),
        ("", False),
    ],
)
def test_private_hosts_are_told_to_nobody_from_outside(
    store: Store, monkeypatch: pytest.MonkeyPatch, address: str, shown: bool
) -> None:
    known = (("Kabar", "https://kabar.co.id/"), ("Dalam", "http://berita.internal/rss"))
    log = site(store, monkeypatch, *known, extra="site: {url: 'http://127.0.0.1:8700', language: en}\n")
    got = log.get("/fetch-log", environ_overrides={"REMOTE_ADDR": address})
    assert ("berita.internal" in named(got.text)) is shown and "kabar.co.id" in named(got.text)
    assert ("and hosts of private networks" in got.text) is not shown
    assert "Hosts of sources that are not public" in got.text
    assert got.headers["Cache-Control"] == ("private, no-cache" if shown else "public, max-age=60")


@pytest.mark.parametrize("private", [0, 7])
def test_pages_hold_every_host_once(store: Store, monkeypatch: pytest.MonkeyPatch, private: int) -> None:
    monkeypatch.setattr(fetchlog, "PAGE", 3)
    known = [(f"S{number}", f"https://h{number}.co.id/") for number in range(7)]
    known += [(f"P{number}", f"http://a{number}.internal/") for number in range(private)]
    log, seen, path = site(store, monkeypatch, *known), [], "/fetch-log"
    while path:
        html = log.get(path).text
        assert f'<link rel="canonical" href="https://anyam.co.id/berita{path}">' in html
        assert ('id="who"' in html) == (path == "/fetch-log"), "how we fetch is told on the first page"
        assert len(named(html)) <= 3
        seen += named(html)
        further = re.search(r'rel="next" href="/berita(/fetch-log\?after=[^"]*)"', html)
        path = further[1] if further else ""
    assert seen == [f"h{number}.co.id" for number in range(7)]


@pytest.mark.parametrize("after", ["", "%00", "a b", "é", "%0d%0aX:1"])
def test_a_cursor_that_is_none_is_ignored(store: Store, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    log = site(store, monkeypatch)
    assert log.get(f"/fetch-log?after={after}").data == log.get("/fetch-log").data


@pytest.mark.parametrize("after", ["zz", "<b>x</b>", "'%22onload=1", "%25"])
def test_behind_the_last_host_there_is_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    log = site(store, monkeypatch, ("Kabar", "http://0.co.id/"))
    html = log.get(f"/fetch-log?after={after}").text
    assert named(html) == (["0.co.id"] if after in ("'%22onload=1", "%25") else []), "text sorts by bytes"
    assert "<b>x" not in html and '"onload' not in html


@pytest.mark.parametrize(
    ("language", "direction", "title", "why"),
    [
        ("id", "ltr", "Cara kami mengambil berita", "meminta jarak 2 hari antarkunjungan; paling lama 1 hari"),
        ("en", "ltr", "How we fetch", "its document asks for 2 days between visits; the longest is 1 day"),
        ("ru", "ltr", "Как мы собираем новости", "о котором просит документ: 2 дня; самое большее — 1 день"),
        ("ar", "rtl", "كيف نجلب الأخبار", "الفاصل الذي تطلبه وثيقته بين الزيارات: يومان؛ الحد الأقصى: يوم"),
    ],
)  # fmt: skip
def test_it_speaks_the_languages_of_the_site(
    store: Store, monkeypatch: pytest.MonkeyPatch, language: str, direction: str, title: str, why: str
) -> None:
    log = site(store, monkeypatch, extra=PUBLIC % language)
    next_visit(store, "Kabar", Reason("ttl", 172_800, limit=86_400))
    html = log.get("/fetch-log").text
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f"<h1>{title}</h1>" in html and why in words(html)
    assert f'<a href="/berita/fetch-log">{title}</a>' in log.get("/").text, "the foot of every page leads here"
    assert '<a href="https://anyam.co.id/bot?a=1&amp;b=2"' in html


@pytest.mark.parametrize("contact", ["redaksi@anyam.co.id", None])
def test_only_a_contact_that_is_a_page_is_a_link(
    store: Store, monkeypatch: pytest.MonkeyPatch, contact: str | None
) -> None:
    html = (
        site(store, monkeypatch, extra=f"site: {{contact: {contact}, language: en}}\n" if contact else "")
        .get("/fetch-log")
        .text
    )
    assert ("redaksi@anyam.co.id" in html, "Contact:" in html) == ((True, True) if contact else (False, False))
    assert "mailto" not in html


def test_hostile_names_and_reasons_are_words(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = site(store, monkeypatch, extra="site: {language: en}\n")
    wild = "<script>alert(1)</script>\"'>.kabar.co.id"
    seen = {"first_asked_at": START, "asked_at": START, "requests": 0, "not_modified": 0, "failures": 0, "waits": 0}
    with store.write() as connection:
        connection.execute(insert(host).values(name=wild, domain="kabar.co.id", **seen))
    next_visit(store, "Kabar", Reason("<img src=x onerror=alert(1)> {reason}"))
    html = log.get("/fetch-log").text
    assert "<script>alert" not in html and "<img src=x" not in html and "{reason}" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "Unchanged (304) –" in words(html), "nothing asked has no share"


def test_it_is_cached_and_asked_for_like_any_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    log = site(store, monkeypatch)
    get, head = log.get("/fetch-log"), log.head("/fetch-log")
    assert get.headers["Cache-Control"] == "public, max-age=60" and not get.headers["ETag"].startswith("W/")
    assert head.data == b"" and {**head.headers, "Date": ""} == {**get.headers, "Date": ""}
    assert log.get("/fetch-log", headers={"If-None-Match": get.headers["ETag"]}).status_code == 304
    assert log.post("/fetch-log").status_code == 405


def test_a_site_that_has_asked_nobody_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYAM_AT", (START + timedelta(days=1)).isoformat())
    config = configured(("Kabar", "https://kabar.co.id/rss"), extra="site: {language: en}\n")
    html = create_app(store, config).test_client().get("/fetch-log").text
    assert "Nothing was asked of any host yet." in html and "<table" not in html
