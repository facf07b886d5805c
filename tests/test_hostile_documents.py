"""Documents that bite: what can be kept of each is kept, and the rest is one clear line."""

import asyncio
import base64
import dataclasses
import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import databases
import hostile
import pytest

from aggregator import normalize, parse, pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.errors import ParseError
from aggregator.opening import open_site
from aggregator.values import Entry

URL = "https://uji.example/feed"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
RSS = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title>%s</channel></rss>'
)
GOOD = b"<item><guid>g8</guid><title>Delapan</title></item><item><guid>g9</guid><title>Sembilan</title></item>"
KEPT = ["Delapan", "Sembilan"]
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>i</id>%s</feed>'
CHARSETS = (
    '<?xml version="1.0" encoding="%s"?><rss version="2.0"><channel>'
    "<item><title>Новости дня</title></item></channel></rss>"
)
LAUGHS = b"<!ENTITY a0 'ha'>" + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))


def read(body: bytes) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Read a document as polling does; gives the Entries and what was wrong."""
    feed = parse.read(body, content_type=None, url=URL)
    made = normalize.entries(feed, url=URL, now=NOW, language="id", languages=("id", "en"), timezone=None)
    return made.entries, (*feed.problems, *made.problems)


def item(title: bytes = b"Satu", inner: bytes = b"") -> bytes:
    return b"<item><guid>g1</guid><title>" + title + b"</title>" + inner + b"</item>"


def content(markup: bytes) -> bytes:
    return item(inner=b"<content:encoded><![CDATA[" + markup + b"]]></content:encoded>")


def doctype(declared: bytes, body: bytes, before: bytes = b"") -> bytes:
    return b"<?xml version='1.0'?>" + before + b"<!DOCTYPE rss [" + declared + b"]>" + body[21:]


def feed(*rows: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": rows}).encode()


def raw(rows: bytes) -> bytes:
    good = b'{"id":"g8","title":"Delapan"},{"id":"g9","title":"Sembilan"}'
    return b'{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[' + rows + b"," + good + b"]}"


KEEPING: dict[str, tuple[Callable[[], bytes], list[str], str]] = {
    "billion laughs": (lambda: doctype(LAUGHS, RSS % (item(b"&a9;") + GOOD)), ["&a9;", *KEPT], "entities that grow"),
    "laughs behind a comment": (
        lambda: doctype(LAUGHS, RSS % GOOD, b"<!-- <rss> -->"),
        KEPT,
        "entities that grow",
    ),
    "laughs behind a tag in a value": (
        lambda: doctype(b"<!ENTITY b '<b>]></b>'>" + LAUGHS, RSS % GOOD),
        KEPT,
        "entities that grow",
    ),
    "one entity, many references": (
        lambda: doctype(b"<!ENTITY a '" + b"a" * 190 + b"'>", RSS % (item(b"&a;" * 100_000) + GOOD)),
        ["&a;" * 90, *KEPT],
        "entities that grow",
    ),
    "outer entities": (
        lambda: doctype(b"<!ENTITY % x SYSTEM 'file:///etc/passwd'>%x;", RSS % (item(b"a") + GOOD)),
        ["a", *KEPT],
        "",
    ),
    "deep in an item": (lambda: RSS % (item(inner=b"<x>" * 9_000 + b"</x>" * 9_000) + GOOD), ["Satu", *KEPT], ""),
    "deep and open": (lambda: RSS % (GOOD + b"<x>" * 9_000), KEPT, "its XML is broken in line"),
    "20,000 attributes": (
        lambda: RSS % (item().replace(b"<item", b"<item " + b" ".join(b"a%d='>'" % n for n in range(20_000))) + GOOD),
        ["Satu", *KEPT],
        "attributes",
    ),
    "20,000 categories": (
        lambda: RSS % (item(inner=b"".join(b"<category>%d</category>" % n for n in range(20_000))) + GOOD),
        ["Satu", *KEPT],
        "categories",
    ),
    "an author of 100,000 letters": (
        lambda: RSS % (item(inner=b"<dc:creator>" + b"a" * 100_000 + b"</dc:creator>") + GOOD),
        ["Satu", *KEPT],
        "",
    ),
    "a title of a megabyte": (lambda: RSS % (item(b"Judul " * 170_000) + GOOD), ["Judul " * 16, *KEPT], ""),
    "a title of a megabyte in JSON": (lambda: feed({"id": "1", "title": "Judul " * 170_000}), ["Judul " * 16], ""),
    "cut": (lambda: (RSS % (GOOD + item(b"Tiga")))[:-45], KEPT, "ends in the middle"),
    "comment without end": (lambda: RSS % (GOOD + b"<!-- " + item()), KEPT, "its XML is broken in line"),
    "CDATA without end": (lambda: RSS % (GOOD + b"<item><title><![CDATA[ Tiga"), KEPT, "its XML is broken in line"),
    "CDATA in CDATA": (lambda: RSS % (content(b"<p>a <![CDATA[ b ]]> c</p>") + GOOD), ["Satu", *KEPT], ""),
    "20,000 CDATA": (lambda: RSS % (GOOD + item(b"<![CDATA[" * 20_000)), [*KEPT, ""], "its XML is broken in line"),
    "controls": (lambda: RSS % (item(b"S\x00a\x01t\x1fu\x7f") + GOOD), ["Satu", *KEPT], "its XML is broken in line"),
    "references to no character": (lambda: RSS % (item(b"S&#xD800;&#0;a&#x110000;tu") + GOOD), ["S", *KEPT], ""),
    "surrogates in bytes": (lambda: RSS % (item(b"S\xed\xa0\x80") + GOOD), ["S", *KEPT], "charset"),
    "zipped unsaid": (lambda: gzip.compress((RSS % GOOD)[:99]) + gzip.compress((RSS % GOOD)[99:]), KEPT, ""),
    "base64 blob": (
        lambda: RSS % (content(b'<img src="data:image/png;base64,' + base64.b64encode(bytes(2**20)) + b'">') + GOOD),
        ["Satu", *KEPT],
        "",
    ),
    "40,000 divs": (lambda: RSS % (content(b"<div>" * 40_000) + GOOD), ["Satu", *KEPT], ""),
    "40,000 divs in XHTML": (
        lambda: (
            ATOM
            % (
                b'<entry><id>1</id><title>Satu</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
                + b"<div>" * 9_000
                + b"a"
                + b"</div>" * 9_000
                + b"</div></content></entry>"
            )
        ),
        ["Satu"],
        "",
    ),
    "plaintext": (lambda: RSS % (content(b"a<plaintext><p>b") + GOOD), ["Satu", *KEPT], ""),
    "UTF-8 that says UTF-16": (lambda: (CHARSETS % "utf-16").encode(), ["Новости дня"], ""),
    "UTF-8 that says windows-1251": (lambda: (CHARSETS % "windows-1251").encode(), ["Новости дня"], ""),
    "windows-1251 that says UTF-8": (lambda: (CHARSETS % "utf-8").encode("cp1251"), ["Новости дня"], "guessed"),
    "UTF-16 without a mark": (lambda: (CHARSETS % "utf-8").encode("utf-16-le"), ["Новости дня"], ""),
    "UTF-16 with half a surrogate": (
        lambda: (CHARSETS % "utf-16").replace("ня", "\ud800").encode("utf-16", "surrogatepass"),
        ["Новости д"],
        "",
    ),
    **{
        f"charset {name}": (lambda name=name: (CHARSETS % name).encode(), ["Новости дня"], "")  # type: ignore[misc]
        for name in ("undefined", "idna", "unicode_escape", "utf-7", "zip", "hex", "cp037", "nonsense", "utf8mb4")
    },
    "JSON with a BOM": (lambda: b"\xef\xbb\xbf" + raw(b'{"id":"1","title":"Satu"}'), ["Satu", *KEPT], ""),
    "JSON in UTF-16": (lambda: raw(b"{}").decode().encode("utf-16"), KEPT, "item 1"),
    "JSON controls": (lambda: raw(b'{"id":"1","title":"S\x00a\x01t\nu"}'), ["Sat u", *KEPT], ""),
    "JSON surrogates": (lambda: raw(b'{"id":"\\ud800","title":"S\\udfffatu\\u0000"}'), ["Satu", *KEPT], ""),
    "JSON numbers": (lambda: raw(b'{"id":' + b"9" * 9_999 + b',"title":"Satu","x":-1e999}'), ["Satu", *KEPT], ""),
    "JSON NaN": (lambda: raw(b'{"id":NaN,"title":"Satu"},{"id":Infinity,"title":"Dua"}'), ["Satu", "Dua", *KEPT], ""),
    "JSON keys twice": (lambda: raw(b'{"id":"1","title":"Nol","title":"Satu"}'), ["Satu", *KEPT], ""),
    "JSON deep in an item": (
        lambda: raw(b'{"id":"1","title":"Satu","x":' + b'[{"]":' * 90_000 + b"1" + b"}]" * 90_000 + b"}"),
        ["Satu", *KEPT],
        "nests deeper",
    ),
    "JSON deep and cut": (
        lambda: raw(b"null")[:-1].replace(b"null,", b"") + b',{"id":"3","x":' + b"[" * 90_000,
        KEPT,
        "broken",
    ),
    "JSON of wrong types": (
        lambda: feed(
            1,
            None,
            [],
            "x",
            {"id": [], "title": {}, "url": 5, "authors": "x", "tags": 5, "attachments": {}},
            {"id": 5, "title": "Lima", "authors": [1, {"name": 5}, {"name": "Ani"}], "tags": [1, None, "t"]},
            {"id": True, "title": "Ya", "attachments": [1, {"url": 5}, {"url": "a", "size_in_bytes": "5"}]},
        ),
        ["Lima", "Ya"],
        "item 1 is no JSON object",
    ),
}


@pytest.mark.parametrize("name", KEEPING)
def test_what_can_be_kept_is_kept_and_what_was_wrong_is_said(name: str) -> None:
    make, titles, problem = KEEPING[name]
    entries, problems = read(make())
    assert len(entries) == len(titles)
    for entry, title in zip(entries, titles, strict=True):
        assert entry.title.startswith(title.rstrip())
        assert len(entry.title) <= 300
    assert any(problem in said for said in problems) or not problem, problems
    assert all(len(said.splitlines()) == 1 for said in problems)


NO_FEED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n", "empty"),
    "a mark": (b"\xff\xfe", "empty"),
    "NULs": (bytes(1000), "empty"),
    "zipped nothing": (gzip.compress(b""), "empty"),
    "a page": (b"<!DOCTYPE html><title>Masuk</title><p>a", "HTML page titled 'Masuk'"),
    "a page in XHTML": (b'<?xml version="1.0"?><html xmlns="x"><head><title>a</title></head></html>', "HTML page"),
    "words": (b"Service unavailable", "no feed"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff", "no feed"),
    "a declaration": (b'<?xml version="1.0"?>', "no feed"),
    "entities without end": (b"<!DOCTYPE rss [" + b"<!ENTITY a 'b'" * 100_000, "no feed"),
    "zip that is cut in its head": (gzip.compress(b"<rss/>")[:10], "cannot be unpacked"),
    "zip that is broken": (gzip.compress(b"<rss/>")[:-8] + bytes(8), "cannot be unpacked"),
    "JSON of an error": (b'{"error": "not found"}', "no JSON Feed"),
    "JSON list": (b'[{"id": 1}]', "no JSON Feed"),
    "JSON without items": (b'{"version": "https://jsonfeed.org/version/1.1", "items": null}', "no JSON Feed"),
    "deep lists": (b"[" * 100_000, "no JSON Feed"),
    "deep objects": (b'{"a":' * 100_000, "no JSON Feed"),
}


@pytest.mark.parametrize("name", NO_FEED)
def test_what_is_no_feed_is_one_line_that_says_what_to_do(name: str) -> None:
    body, words = NO_FEED[name]
    with pytest.raises(ParseError) as error:
        read(body)
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    assert re.search(r"look for|ask the|tell", str(error.value)), error.value


def in_xml(field: dict[str, str]) -> bytes:
    row = {key: escape(value) for key, value in field.items()}
    link, file, image = (quoteattr(field[key]) for key in ("url", "file", "image"))
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry>'
        f"<id>{row['id']}</id><link href={link}/><title>{row['title']}</title>"
        f"<summary>{row['summary']}</summary><content type='html'>{row['content']}</content>"
        f"<author><name>{row['author']}</name></author><category term={quoteattr(field['tag'])}/>"
        f"<link rel='enclosure' href={file} type={quoteattr(field['type'])} length='5'/>"
        f"<media:content medium='image' url={image}/>"
        f"<published>{row['date']}</published></entry></feed>"
    ).encode()


def in_json(field: dict[str, str]) -> bytes:
    return feed(
        {
            "id": field["id"],
            "url": field["url"],
            "title": field["title"],
            "summary": field["summary"],
            "content_html": field["content"],
            "authors": [{"name": field["author"]}],
            "tags": [field["tag"]],
            "attachments": [{"url": field["file"], "mime_type": field["type"], "size_in_bytes": 5}],
            "image": field["image"],
            "date_published": field["date"],
        }
    )


SOUND = {
    "id": "g1",
    "url": "https://uji.example/a",
    "title": "Judul",
    "summary": "Ringkas saja",
    "content": "<p>Isi berita</p>",
    "author": "Ani",
    "tag": "Dunia",
    "file": "https://uji.example/a.mp3",
    "type": "audio/mpeg",
    "image": "https://uji.example/a.jpg",
    "date": "2025-12-12T10:00:00Z",
}
NASTY = [
    "<script>alert(1)</script>x",
    "<img src=x onerror=alert(1)>x",
    "<svg/onload=alert(1)>x",
    "<!--><img onerror=alert(1) src=x>-->x",
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)//x",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "https://uji.example/\"onload='x'",
    "x &lt;script&gt;alert(1)&lt;/script&gt;",
    "x \u202e gnirts \ufeff\u200b",
    "file:///etc/passwd",
    "<plaintext>x",
    "<math><mtext><style><img onerror=x></style>x",
    "<div>" * 200 + "x",
    "x " * 9_000,
]


@pytest.mark.parametrize("field", SOUND)
@pytest.mark.parametrize("value", NASTY, ids=lambda value: value[:20])
def test_no_field_lets_markup_or_a_wrong_address_through_and_xml_and_json_agree(field: str, value: str) -> None:
    both = [read(make({**SOUND, field: value}))[0] for make in (in_xml, in_json)]
    if (field, value[:5]) != ("id", "file:"):  # feedparser takes an id for an address and mends that
        assert both[0] == both[1]
    for entry in (*both[0], *both[1]):
        for address in (entry.url, entry.image, *(file.url for file in entry.enclosures)):
            assert address is None or re.match(r"https?://[^\s\"<>]+\Z", address)
        assert not re.search(r"<(?:script|svg|math|style|plaintext)|\son\w+=|=\"(?!https?:)[a-z]+:", entry.content)
        for words in (*entry.authors, *entry.categories):
            assert "<" not in words or "&lt;" in value, "where it stands in a name, the outlet wrote it as text"
        for told in dataclasses.astuple(entry):
            assert not re.search("[\u202a-\u202e\ufeff\x00-\x08\ud800-\udfff]", told if isinstance(told, str) else "")


def test_plain_text_that_looks_like_html_stays_text_in_xml_and_json() -> None:
    words = "<script>alert(1)</script> dan <b>tebal</b> & 1 < 2"
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    atom = (
        ATOM
        % (
            f"<entry><id>1</id><title type='text'>{escaped}</title>"
            f"<content type='text/plain'>{escaped}</content></entry>"
        ).encode()
    )
    for body in (atom, feed({"id": "1", "title": words, "content_text": words})):
        (entry,), _ = read(body)
        assert entry.title == entry.summary == words
        assert entry.content == f"<p>{escaped.replace('>', '&gt;')}</p>"


@pytest.mark.slow
def test_a_document_beyond_the_limits_is_given_up_and_the_next_source_is_polled(tmp_path: Path) -> None:
    slow = RSS % (item(inner=b"<dc:creator>" + b"a" * 2_000 + b"</dc:creator>") * 4_000)
    large = raw(b'{"id":"1","x":[' + b"{}," * 5_000_000 + b"{}]}")
    replies: dict[str, hostile.Reply] = {
        "/slow": hostile.answer(slow, "Content-Type: application/rss+xml"),
        "/large": hostile.answer(large, "Content-Type: application/feed+json"),
        "/good": hostile.answer(RSS % GOOD, "Content-Type: application/rss+xml"),
    }
    found: dict[str, str | None] = {}

    async def main() -> None:
        async with hostile.serve(replies) as server:
            allow = f"127.0.0.1:{server.port}"
            lines = [f"fetch: {{allow: ['{allow}']}}", "sections: [{id: dunia, title: Dunia}]", "sources:"]
            lines += [f"  - {{name: {path[1:]}, url: '{server.url(path)}', section: dunia}}" for path in replies]
            config = tmp_path / "feeds.yaml"
            config.write_text("\n".join(lines) + "\n", encoding="utf-8")
            site = open_site(Settings(config_path=config, database_url=databases.migrated_sqlite(tmp_path)))
            try:
                with Bounded(children=1) as bounded:
                    for visit in await pipeline.run_once(site, bounded):
                        found[visit.source] = visit.error if visit.outcome == "error" else visit.outcome
            finally:
                site.store.close()

    asyncio.run(main())
    assert "more than 10 s of CPU: it was given up" in str(found["slow"])
    assert "more than 300 MB of memory: it was given up" in str(found["large"])
    assert found["good"] == "ok"


@pytest.mark.shared
def test_every_nasty_file_gives_clean_entries_or_one_line(shared: Path) -> None:
    for path in sorted((shared / "feeds" / "torture").iterdir()):
        try:
            entries, problems = read(path.read_bytes())
        except ParseError as error:
            problems, entries = (str(error),), ()
        assert all(len(said.splitlines()) == 1 for said in problems), path.name
        for entry in entries:
            assert not re.search(r"<(?:script|svg|style|iframe|form)|\son\w+=\"|javascript:", entry.content), path.name
            assert entry.url is None or entry.url.startswith(("http://", "https://")), path.name
