"""A document cut short is read again until it comes whole, whatever its validators say; a whole one is read once."""

import asyncio
from pathlib import Path

import databases
import hostile
import pytest
from hostile import answer
from making import START
from sqlalchemy import select

from aggregator import config, pipeline, reading
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import open_site
from aggregator.store.schema import source
from aggregator.values import Document

ITEMS = "".join(f"<item><guid>g{n}</guid><title>Kabar nomor {n} hari ini</title></item>" for n in range(10))
BODY = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar</title>{ITEMS}</channel></rss>'.encode()
VALIDATORS = ('ETag: "v1"', "Last-Modified: Thu, 12 Dec 2024 03:00:00 GMT")
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"


def cut(body: bytes) -> bytes:
    """Answer half a body as a proxy that dies does: without a length, so that only the document tells."""
    head = "".join(f"{line}\r\n" for line in ("HTTP/1.0 200 OK", *VALIDATORS))
    return head.encode() + b"\r\n" + body[: len(body) // 2]


@pytest.mark.parametrize(("body", "is_whole"), [(BODY, True), (BODY[: len(BODY) // 2], False)])
def test_a_reading_says_whether_its_document_was_whole(body: bytes, is_whole: bool) -> None:
    url = "https://kabar.example/feed"
    kabar = config.Source(name="Kabar", url=url, sections=("a",), outlet="Kabar", full_text=False)
    document = Document(url, 200, {}, body)
    assert reading.read(document, kabar, "UTC", ("id",), START).is_whole is is_whole


@pytest.mark.parametrize(
    ("headers", "is_whole"), [({}, False), ({"content-length": "9"}, True), ({"transfer-encoding": "chunked"}, True)]
)
def test_a_page_without_end_tags_is_whole_where_its_answer_had_a_length(
    headers: dict[str, str], is_whole: bool
) -> None:
    url = "https://kabar.example/"
    links = "".join(f"<h2><a href='/berita/{n}'>Kapal feri nomor {n} tiba di pelabuhan kota</a></h2>" for n in range(5))
    kabar = config.Source(name="Kabar", url=url, sections=("a",), outlet="Kabar", full_text=False, kind="page")
    document = Document(url, 200, headers, f"<html><body><main>{links}</main>".encode())
    assert reading.read(document, kabar, "UTC", ("id",), START).is_whole is is_whole


def test_half_a_feed_is_asked_for_again_as_if_never_seen(tmp_path: Path) -> None:
    async def visits(server: hostile.Server) -> list[tuple[str, int]]:
        (tmp_path / "feeds.yaml").write_text(
            f'site: {{title: T, url: "http://127.0.0.1:8000", language: id}}\n'
            f'fetch: {{allow: ["127.0.0.1:{server.port}"]}}\nsections: [{{id: a, title: A}}]\n'
            f'sources: [{{name: Kabar, url: "{server.url("/feed")}", section: a}}]\n'
        )
        url = databases.fresh_sqlite(tmp_path)
        site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=url))
        found = []
        with Bounded(children=1) as bounded:
            for reply in (cut(BODY), cut(BODY), answer(BODY, *VALIDATORS), UNCHANGED):
                server.replies["/feed"] = reply
                (visit,) = await pipeline.run_once(site, bounded)
                found.append((visit.outcome, visit.new))
        with site.store.read() as connection:
            assert connection.execute(select(source.c.etag)).scalar_one() == '"v1"'
        site.store.close()
        return found

    async def main() -> None:
        async with hostile.serve() as server:
            found = await visits(server)
        assert [outcome for outcome, _ in found] == ["ok", "ok", "ok", "not_modified"]
        new = [count for _, count in found]
        assert 0 < new[0] < 10 and new[1] == 0 and sum(new) == 10
        assert [seen.header("if-none-match") for seen in server.visits] == [None, None, None, '"v1"']
        assert [seen.header("if-modified-since") is None for seen in server.visits] == [True, True, True, False]

    asyncio.run(main())


def test_dates_that_cannot_be_are_said_of_the_source() -> None:
    url = "https://kabar.example/feed"
    kabar = config.Source(name="Kabar", url=url, sections=("a",), outlet="Kabar", full_text=False)
    dates = ("0000-00-00T00:00:00Z", "2030-01-01T00:00:00Z", "2024-12-12T01:00:00Z")
    items = "".join(f"<item><guid>{at}</guid><title>Kabar {at}</title><pubDate>{at}</pubDate></item>" for at in dates)
    document = Document(url, 200, {}, f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>".encode())
    told = reading.read(document, kabar, "UTC", ("id",), START)
    assert [arrival.entry.published_at is None for arrival in told.arrivals] == [True, True, False]
    (problem,) = told.problems
    assert problem == (
        "2 of 3 items give no usable date. Of the first, its date '0000-00-00T00:00:00Z' is not a real date; "
        "the time when it was first seen is taken"
    )
