"""Visits of pages, from a loopback host to the store: their health, doubtful Entries, and what readers see of both."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
from making import START
from running import apart
from sqlalchemy import select

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import open_site
from aggregator.store import reading
from aggregator.store.schema import document, entry, log

NUMBERS = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@dataclass
class Place:
    """A page on loopback and the site that reads it."""

    server: hostile.Server
    folder: Path
    database_url: str
    bounded: Bounded
    monkeypatch: pytest.MonkeyPatch

    def visit(self, page: str | bytes, hours: float) -> dict[str, Any]:
        """Show this page, poll it so many hours after the start, and give the Source as it is then."""
        body = page if isinstance(page, bytes) else hostile.answer(page.encode(), "Content-Type: text/html")
        self.server.replies["/warta"] = body
        self.monkeypatch.setenv("ANYAM_AT", (START + timedelta(hours=hours)).isoformat())
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            asyncio.run(pipeline.run_once(site, self.bounded))
            return next(iter(reading.sources(site.store)))
        finally:
            site.store.close()

    def held(self) -> dict[str, str]:
        """Give the doubtful Entries by title, each with its doubt; none of them may be in the log."""
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            with site.store.read() as connection:
                query = select(entry.c.title, entry.c.doubt, log.c.seq).outerjoin(log, log.c.entry_id == entry.c.id)
                rows = connection.execute(query).all()
            assert all((row.seq is None) == (row.doubt is not None) for row in rows)
            shown = {one["title"]: one["doubt"] for one in reading.entries(site.store) if one["doubt"]}
            assert shown == {row.title: row.doubt for row in rows if row.doubt}
            return shown
        finally:
            site.store.close()

    def addresses(self) -> dict[str, str]:
        """Give the addresses of all Entries, by title."""
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            return {one["title"]: one["url"] for one in reading.entries(site.store)}
        finally:
            site.store.close()

    def published(self) -> str:
        """Give all that readers are served, as one text."""
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            with site.store.read() as connection:
                return "".join(bytes(row.body).decode() for row in connection.execute(select(document.c.body)))
        finally:
            site.store.close()


@pytest.fixture
def place(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Place]:
    """Give a page's place, with a Source that reads it by a selector."""
    robots = hostile.answer(b"", "Content-Type: text/plain")
    with outlets.outlets({"/robots.txt": robots}) as server:
        outlets.write_feeds(tmp_path, server, "Warta /warta, kind: page, full_text: false, page: {item: .kartu}")
        yield Place(server, tmp_path, database_url, bounded, monkeypatch)


def cards(*titles: str, name: str = "kartu", date: str = "12 Desember 2024 08:00") -> str:
    rows = (
        f'<div class="{name}"><a href="/read/{title.split()[-1]}/judul"><h3>{title}</h3></a><i>{date}</i></div>'
        for title in titles
    )
    return f"<div>{''.join(rows)}</div>"


USUAL = tuple(f"Kapal feri tiba dengan selamat di pelabuhan {number}" for number in NUMBERS)


def test_a_robots_txt_in_the_way_is_the_reason_for_the_next_visit(place: Place) -> None:
    place.server.replies["/robots.txt"] = hostile.answer(b"User-agent: *\nDisallow: /\n", "Content-Type: text/plain")
    assert "forbid" in str(place.visit(cards(*USUAL), 0)["next_poll_reason"])


def test_health_is_kept_until_a_visit_tells_otherwise(place: Place) -> None:
    good = place.visit(cards(*USUAL), 0)
    assert (good["health"], good["entries"], good["doubtful"], good["last_outcome"]) == ("well", 9, 0, "ok")

    broken = place.visit(cards(*USUAL, name="berita"), 1)
    assert (broken["health"], broken["last_outcome"]) == ("selector", "error")
    assert "`page.item`: '.kartu' matches nothing" in broken["last_error"]
    assert broken["proposal"] == 'page: {item: "div.berita"}'
    again = place.visit(cards(*USUAL, name="berita") + " ", 2)
    assert again["health_since"] == broken["health_since"] > good["health_since"]

    gone = place.visit(hostile.answer(b"", status="404 Not Found"), 3)
    assert (gone["health"], gone["proposal"]) == ("gone", None)
    blocked = place.visit("<title>Just a moment...</title><p>Checking</p>", 4)
    assert (blocked["health"], blocked["last_outcome"]) == ("blocked", "error")
    empty = place.visit("<p>Belum ada berita.</p>", 5)
    assert (empty["health"], empty["last_outcome"], empty["entries"]) == ("empty", "ok", 9)
    well = place.visit(cards(*USUAL), 6)
    assert (well["health"], well["last_error"], well["problems"], well["proposal"]) == ("well", None, None, None)
    # A host that is down says nothing of its page.
    assert place.visit(hostile.answer(b"", status="500 Oops"), 7)["health"] == "well"


def test_errors_of_a_source_reach_no_reader(place: Place) -> None:
    place.visit(cards(*USUAL), 0)
    place.visit(cards(*USUAL, name="berita"), 1)
    place.visit("<title>Just a moment...</title><p>Checking</p>", 2)
    last = place.visit(cards(*USUAL) + "<!-- -->", 3)
    assert last["entries"] == 9
    published = place.published()
    assert USUAL[0] in published
    for word in ("page.item", "matches nothing", "Just a moment", "moment...", "another page in place"):
        assert word not in published


def test_doubtful_entries_are_kept_apart_until_nobody_doubts_them(place: Place) -> None:
    place.visit(cards(*USUAL), 0)
    odd = "Kabar tanpa tanggal dari dapur redaksi"
    page = cards(*USUAL) + cards(odd, date="").replace("/read/", "/baru/")
    held = place.visit(page, 1)
    assert (held["health"], held["doubtful"], held["entries"]) == ("doubtful", 1, 10)
    assert "1 of 10 items are held back" in held["problems"]
    assert place.held() == {odd: "has no date, though all others have one"}
    assert odd not in place.published()

    dated = cards(*USUAL) + cards(odd).replace("/read/", "/baru/")
    assert place.visit(dated, 2)["doubtful"] == 0
    assert place.held() == {}
    place.visit(dated + " ", 3)
    assert odd in place.published()


def test_article_of_a_doubtful_entry_is_asked_for_when_nobody_doubts_it_any_longer(place: Place) -> None:
    file = place.folder / "feeds.yaml"
    file.write_text(file.read_text().replace("full_text: false", "full_text: true"))
    text = "<p>Kapal itu tiba pagi ini dengan selamat, kata kepala pelabuhan kepada para wartawan.</p>" * 5
    article = hostile.answer(f"<h1>Judul berita yang panjang</h1>{text}".encode(), "Content-Type: text/html")
    for name in (*NUMBERS, "redaksi"):
        place.server.replies[f"/read/{name}/judul"] = article
    place.visit(cards(*USUAL), 0)
    odd = "Kabar tanpa tanggal dari dapur redaksi"
    assert place.visit(cards(*USUAL) + cards(odd, date=""), 1)["doubtful"] == 1
    place.visit(cards(*USUAL) + cards(odd, date=""), 2)
    assert "/read/satu/judul" in place.server.paths
    assert "/read/redaksi/judul" not in place.server.paths
    assert place.visit(cards(*USUAL) + cards(odd), 3)["doubtful"] == 0
    assert place.server.paths.count("/read/redaksi/judul") == 1


HEADLINES = (
    "Feri mogok di selat saat badai", "Bank sentral menahan suku bunga", "Gunung Ibu meletus dini hari",
    "Timnas menang tipis atas tamunya", "Harga cabai naik menjelang libur", "Museum tua dibuka lagi untuk umum",
    "Hutan bakau pulih di pantai utara", "Wisatawan asing memadati stasiun baru",
)  # fmt: skip


# A series may be one of columns that return, unless the dates say what they said.
@pytest.mark.parametrize(
    ("titles", "date"),
    [
        (HEADLINES, "12 Desember 2024"),
        (HEADLINES, "13 Desember 2024"),
        (HEADLINES, ""),
        (USUAL, "12 Desember 2024"),
    ],
)
def test_redesign_with_known_headlines_at_new_addresses_doubles_none(
    place: Place, titles: tuple[str, ...], date: str
) -> None:
    rows = [cards(title, date=f"12 Desember 2024 0{hour}:00") for hour, title in enumerate(titles)]
    place.visit("".join(rows), 0)
    fresh = "Nelayan temukan bangkai kapal kuno"
    page = cards(fresh, *titles, date=date).replace("/read/", "/berita/2024/")
    moved = place.visit(page, 20)
    assert moved["entries"] == len(titles) + 1
    assert f"{len(titles)} of its {len(titles) + 1} items came under new addresses" in moved["problems"]


@pytest.mark.parametrize("date", ["12 Desember 2024 08:00", ""])
@pytest.mark.parametrize("link", ["/langganan?next={n}", "/gerbang?lanjut={n}"])
def test_links_that_lead_to_no_article_any_more_move_no_entry(place: Place, link: str, date: str) -> None:
    place.visit(cards(*HEADLINES, date=date), 0)
    before = place.addresses()
    assert len(before) == len(HEADLINES)
    for hour in (2, 30):
        fresh = f"Kabar segar pada jam {hour} pagi"
        rows = [
            cards(title, date=date).replace(f"/read/{title.split()[-1]}/judul", link.format(n=n))
            for n, title in enumerate((fresh, *HEADLINES))
        ]
        junk = place.visit("".join(rows), hour)
        assert junk["health"] == "junk"
        assert link.format(n=0) in junk["problems"]
        assert "came under" not in junk["problems"]
        assert {title: url for title, url in place.addresses().items() if title in HEADLINES} == before
        assert fresh in place.held() and not place.held().keys() & set(HEADLINES)
    well = place.visit(cards("Kabar segar pada jam 30 pagi", *HEADLINES, date=date), 50)
    assert well["health"] == "well"
    assert well["entries"] - well["doubtful"] == len(HEADLINES) + 1
    assert place.addresses()[HEADLINES[0]] == before[HEADLINES[0]]


def test_what_is_known_is_never_held_back_later(place: Place) -> None:
    place.visit(cards(*USUAL), 0)
    page = cards(*USUAL[:8]) + cards(USUAL[8], date="")
    assert place.visit(page, 1)["doubtful"] == 0


def test_list_that_stands_still_is_told_although_it_is_not_read_again(place: Place) -> None:
    for hour in range(7):
        place.visit(cards(*USUAL[: hour + 2]), hour)
    same = cards(*USUAL[:8])
    assert place.visit(same, 20)["health"] == "well"
    frozen = place.visit(same, 24 * 4)
    assert (frozen["health"], frozen["last_outcome"]) == ("frozen", "not_modified")
    assert "brought nothing new for 4 days" in frozen["problems"]
    assert json.dumps(frozen)


def test_check_tells_how_many_items_it_would_hold_back(place: Place) -> None:
    page = cards(*USUAL, "13/12")
    place.server.replies["/warta"] = hostile.answer(page.encode(), "Content-Type: text/html")
    done = apart("check", "--online", folder=place.folder)
    assert "Warta: 10 items" in done.out
    assert "would hold back 1 of 10" in done.out


def test_items_whose_times_lie_ahead_by_another_zone_are_held_back_by_nobody(place: Place) -> None:
    early, odd = "12 Desember 2024 01:00", "Kabar baru dari dapur redaksi"
    place.visit(cards(*USUAL, date=early), 0)
    seen = place.visit(cards(*USUAL, date=early) + cards(odd, date="12 Desember 2024 11:00"), 1)
    assert (seen["health"], seen["doubtful"], seen["entries"]) == ("well", 0, 10)
    later = [f"Kapal kargo merapat di dermaga {number}-b" for number in NUMBERS]
    assert place.visit(cards(*later, date="12 Desember 2024 12:00"), 2)["health"] == "well"
