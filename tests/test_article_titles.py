"""Whose headline stands where an article's page and the list that names it differ; and what is a change at all."""

import dataclasses

import pytest
from making import START, configured
from outlets import outlets  # noqa: F401
from sqlalchemy import select
from test_articles import Round, bounded, here, page, serve  # noqa: F401

from aggregator import reading
from aggregator.config import Source
from aggregator.normalize import entries as normalized
from aggregator.store import Store, entries, sources
from aggregator.store.schema import entry, revision, source
from aggregator.values import Arrival, Document, Feed, Item, Text

URL = "https://kabar.example/berita/kpk-tahan-tersangka"
FIRST = "KPK Tahan Tiga Tersangka Kasus Korupsi Jalan"
NEWER = "KPK Tahan Empat Tersangka Kasus Korupsi Jalan"
BODY = "KPK menahan tersangka kasus korupsi jalan pada malam itu di Jakarta, kata juru bicara lembaga itu. " * 4
SOURCE = Source(
    name="Kabar", url="https://kabar.example/", kind="page", sections=("dunia",), outlet="kabar", full_text=True
)


class Desk:
    """Visits of one Source: a list's item, joined with its article's page, stored."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.write() as connection:
            sources.sync(connection, configured(("Kabar", SOURCE.url)), now=START)
            self.source: int = connection.execute(select(source.c.id)).scalar_one()

    def visit(self, listed: str, paged: str | None, *, summary: str = "", author: str = "") -> tuple[int, str, int]:
        """Give how many Entries changed, the Entry's title, and the count of its revisions."""
        item = Item(id="1", url=URL, title=Text(listed), summary=Text(summary), authors=(author,) if author else ())
        (found,) = normalized(
            Feed(items=(item,)), url=SOURCE.url, now=START, language="id", languages=("id",), timezone=None
        ).entries
        arrival = Arrival(found, found.summary)
        if paged is not None:
            html = f"<html lang=id><title>{paged}</title><body><h1>{paged}</h1><p>{BODY}</p></body></html>"
            document = Document(url=URL, status=200, headers={"content-type": "text/html"}, body=html.encode())
            arrival = reading.read_article(document, arrival, SOURCE, "Asia/Jakarta", ("id",), START)
        else:
            arrival = dataclasses.replace(arrival, lacks_text=True)
        with self.store.write() as connection:
            kept = entries.keep(connection, self.source, [arrival], now=START)
            title = connection.execute(select(entry.c.title)).scalar_one()
            count = len(list(connection.execute(select(revision.c.number))))
        return len(kept.changed), title, count


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_headline_that_the_list_alone_changed_stands(desk: Desk) -> None:
    assert desk.visit(FIRST, FIRST) == (0, FIRST, 0)
    assert desk.visit(NEWER, FIRST) == (1, NEWER, 1)
    # It stays while other words of the list change, and until the page has words of its own.
    assert desk.visit(NEWER, FIRST, summary="Ralat.") == (1, NEWER, 2)
    assert desk.visit(NEWER, f"{NEWER} Trans", summary="Ralat kedua.") == (1, f"{NEWER} Trans", 3)


def test_a_headline_of_the_page_stands_while_the_list_keeps_its_own(desk: Desk) -> None:
    long = f"{FIRST} Trans Sumatra"
    assert desk.visit(FIRST, long) == (0, long, 0)
    assert desk.visit(FIRST, long, summary="Ralat.") == (1, long, 1)
    assert desk.visit(NEWER, long, summary="Ralat.") == (1, NEWER, 2)
    assert desk.visit(FIRST, long, summary="Ralat.") == (1, FIRST, 3)


def test_a_headline_that_both_changed_is_the_pages(desk: Desk) -> None:
    desk.visit(FIRST, FIRST)
    assert desk.visit(NEWER, f"{NEWER} Trans") == (1, f"{NEWER} Trans", 1)


def test_a_headline_that_the_list_changed_stands_where_the_page_cannot_be_had(desk: Desk) -> None:
    desk.visit(FIRST, FIRST)
    assert desk.visit(NEWER, None) == (1, NEWER, 1)


def test_no_revision_is_kept_in_which_nothing_differs(desk: Desk) -> None:
    desk.visit(FIRST, FIRST, summary="Ringkas.", author="Rina Wati")
    assert desk.visit(FIRST, FIRST, summary="Ringkas.", author="Rina Wati dan Budi") == (0, FIRST, 0)
    with desk.store.read() as connection:
        assert connection.execute(select(entry.c.authors)).scalar_one() == ["Rina Wati dan Budi"]


def test_an_entry_of_an_earlier_version_is_told_from_its_newer_headline(desk: Desk) -> None:
    desk.visit(FIRST, FIRST)
    with desk.store.write() as connection:
        old = connection.execute(select(entry.c.digest)).scalar_one()
        connection.execute(entry.update().values(digest=bytes(old)[:16]))
    assert desk.visit(FIRST, FIRST) == (0, FIRST, 0)
    assert desk.visit(NEWER, FIRST) == (1, NEWER, 1)


def test_a_headline_changed_on_the_list_is_told_by_a_poll(here: Round) -> None:  # noqa: F811
    def listing(title: str) -> bytes:
        beside = "<article><h2><a href='/berita/1'>Rupiah menguat terhadap dolar sore ini</a></h2></article>"
        first = f"<article><h2><a href='/berita/0'>{title}</a></h2></article>"
        return f"<html lang='id'><title>Kabar</title><main>{first}{beside}</main></html>".encode()

    here.server.replies["/berita/0"] = page(FIRST, BODY)
    serve(here.server, listing(FIRST), '"one"')
    here.visit()
    serve(here.server, listing(NEWER), '"two"')
    assert here.visit()[0].changed == 1
    assert NEWER in [one["title"] for one in here.entries()]
    serve(here.server, listing(NEWER) + b" ", '"three"')
    assert here.visit()[0].changed == 0
