"""Article pages: each asked for once, and again only where its text could not be had."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import databases
import hostile
import pytest
from hostile import Reply, Server, answer
from making import START
from outlets import conditional, outlets, write_feeds

from aggregator import articles, pipeline, polling
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.fetch.ledger import Ledger
from aggregator.opening import open_site
from aggregator.polling import Visited
from aggregator.store import hosts, reading

PAGE = "Kabar /list, kind: page, language: id"
TEXT = "Kapal feri itu tiba di pelabuhan dengan dua ratus penumpang dan muatan beras untuk warga kota. " * 8


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as children:
        yield children


def listing(count: int) -> bytes:
    told = "".join(
        f"<article><h2><a href='/berita/{n}'>Kapal feri nomor {n} tiba dengan selamat di pelabuhan</a></h2></article>"
        for n in range(count)
    )
    return f"<html lang='id'><title>Kabar</title><main>{told}</main></html>".encode()


def told(number: int) -> bytes:
    return answer(
        f"<html lang='id'><title>Kapal feri nomor {number} tiba dengan selamat di pelabuhan kota</title>"
        f"<article><h1>Kapal feri nomor {number}</h1><p>{TEXT}</p><p>{TEXT}</p></article></html>".encode()
    )


class Round:
    """One page Source on loopback; each visit is a poll some hours later."""

    def __init__(
        self, folder: Path, bounded: Bounded, server: Server, patch: pytest.MonkeyPatch, spec: str = PAGE
    ) -> None:
        self.bounded, self.server, self.patch, self.hours = bounded, server, patch, 0
        file = write_feeds(folder, server, spec)
        self.settings = Settings(config_path=file, database_url=databases.migrated_sqlite(folder))

    def visit(self) -> tuple[Visited, list[str]]:
        """Poll once; gives what came of it, and what was asked for beside the list and robots.txt."""
        self.hours += 3
        self.patch.setenv("ANYAM_AT", (START + timedelta(hours=self.hours)).isoformat())
        before = len(self.server.visits)
        site = open_site(self.settings)
        try:
            (visited,) = asyncio.run(pipeline.run_once(site, self.bounded))
        finally:
            site.store.close()
        return visited, sorted(path for path in self.server.paths[before:] if path.startswith("/berita"))

    def entries(self) -> list[dict[str, Any]]:
        site = open_site(self.settings)
        try:
            return json.loads(json.dumps(list(reading.entries(site.store))))  # type: ignore[no-any-return]
        finally:
            site.store.close()

    def problems(self) -> str:
        site = open_site(self.settings)
        try:
            return str(next(iter(reading.sources(site.store)))["problems"])
        finally:
            site.store.close()

    def texts(self) -> list[bool]:
        return ["penumpang" in one["content"] for one in self.entries()]


@pytest.fixture
def here(tmp_path: Path, bounded: Bounded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    with outlets() as server:
        server.replies.update({f"/berita/{number}": told(number) for number in range(50)})
        serve(server, listing(3), '"one"')
        yield Round(tmp_path, bounded, server, monkeypatch)


def serve(server: Server, body: bytes, etag: str) -> None:
    server.replies["/list"] = conditional(server, "/list", body, etag)


def test_each_article_is_asked_for_once(here: Round) -> None:
    visited, asked = here.visit()
    assert (visited.new, asked) == (3, ["/berita/0", "/berita/1", "/berita/2"])
    assert here.texts() == [True] * 3
    assert here.visit()[1] == []
    serve(here.server, listing(4), '"two"')
    assert here.visit()[1] == ["/berita/3"]


@pytest.mark.parametrize("trouble", [answer(b"", status="500 Oops"), hostile.hang_up, answer(b"<html></html>")])
def test_a_text_that_could_not_be_had_comes_at_a_later_visit_of_an_unchanged_list(trouble: Reply, here: Round) -> None:
    here.server.replies["/berita/1"] = trouble
    here.visit()
    assert here.texts() == [True, False, True]
    here.server.replies["/berita/1"] = told(1)
    visited, asked = here.visit()
    assert (visited.outcome, visited.changed, asked) == ("not_modified", 1, ["/berita/1"])
    assert here.texts() == [True] * 3
    lists = [visit for visit in here.server.visits if visit.path == "/list"]
    assert [visit.header("if-none-match") for visit in lists] == [None, '"one"']


def page(title: str, text: str) -> Reply:
    return answer(f"<html lang='en'><title>{title}</title><h1>{title}</h1><p>{text}</p><p>{text}</p></html>".encode())


@pytest.mark.parametrize(
    ("wall", "said"),
    [
        (page("Are you a robot?", "Please click the box to let us know that you are not a robot."), "Are you a robot?"),
        (page("Kabar Nusa", "We and our 847 partners store and access information on a device."), "asks its readers"),
        (page("Kabar Nusa", "Nikmati berita dari kami setiap hari di mana pun Anda berada. " * 10), "tells nothing of"),
    ],
    ids=["robot", "consent", "advertisement"],
)  # fmt: skip
def test_a_wall_in_place_of_articles_leaves_the_words_of_the_list(wall: Reply, said: str, here: Round) -> None:
    here.server.replies.update({f"/berita/{number}": wall for number in range(3)})
    visited, _ = here.visit()
    assert visited.new == 3
    assert [(one["title"], one["content"], one["language"]) for one in here.entries()] == [
        (f"Kapal feri nomor {n} tiba dengan selamat di pelabuhan", "", "id") for n in range(3)
    ]
    assert said in here.problems()
    here.server.replies.update({f"/berita/{number}": told(number) for number in range(3)})
    here.visit()
    assert here.texts() == [True] * 3


def test_an_article_that_cannot_be_had_is_given_up_after_three_visits(here: Round) -> None:
    here.server.replies["/berita/1"] = answer(b"", status="500 Oops")
    assert [here.visit()[1] for _ in range(5)][1:] == [["/berita/1"], ["/berita/1"], [], []]


def test_an_article_that_its_list_holds_is_not_asked_for(
    tmp_path: Path, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    with outlets() as server:
        item = "<item><title>Kapal {0} tiba</title><link>{1}</link><description>{2}</description></item>"
        items = item.format(0, server.url("/berita/0"), TEXT * 2) + item.format(1, server.url("/berita/1"), TEXT[:300])
        server.replies.update({f"/berita/{number}": told(number) for number in range(2)})
        server.replies["/list"] = answer(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())
        here = Round(tmp_path, bounded, server, monkeypatch, "Kabar /list, full_text: true, language: id")
        assert here.visit()[1] == ["/berita/1"]
        assert here.texts() == [True, True]


def test_what_must_wait_for_its_turn_is_not_given_up(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "MOST", 2)
    serve(here.server, listing(12), '"many"')
    asked = [here.visit()[1] for _ in range(7)]
    assert [len(paths) for paths in asked] == [2, 2, 2, 2, 2, 2, 0]
    assert here.texts() == [True] * 12


def test_a_host_that_asks_to_wait_is_asked_for_the_rest_later(here: Round) -> None:
    here.server.replies["/berita/1"] = answer(b"", "Retry-After: 36000", status="429 Slow down")
    here.visit()
    here.server.replies["/berita/1"] = told(1)
    for _ in range(3):
        assert here.visit()[0].outcome == "skipped"
    here.visit()
    assert here.texts() == [True] * 3


def test_a_host_elsewhere_that_asks_to_wait_waits_shortly_for_others_and_long_for_who_led_there(
    here: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_as_guest = []
    wait_as_guest = Ledger.wait_as_guest

    def spied(self: Ledger, guest: str, host: str, until: datetime, *, told: datetime) -> None:
        told_as_guest.append((guest, host, until - told))
        wait_as_guest(self, guest, host, until, told=told)

    monkeypatch.setattr(Ledger, "wait_as_guest", spied)
    with outlets() as other:
        file = here.settings.config_path
        more = f"allow: ['127.0.0.1:{other.port}', "
        file.write_text(file.read_text().replace("allow: [", more))
        serve(here.server, listing(3).replace(b"href='", f"href='{other.url('')}".encode()), '"elsewhere"')
        other.replies |= {f"/berita/{n}": answer(b"", "Retry-After: 86400", status="429 Slow") for n in range(3)}
        here.visit()
        assert len([path for path in other.paths if path.startswith("/berita")]) == 1
    host = f"127.0.0.1:{other.port}"
    assert told_as_guest == [(f"127.0.0.1:{here.server.port}", host, timedelta(days=1))]
    site = open_site(here.settings)
    try:
        with site.store.read() as connection:
            waits = hosts.waits(connection, now=START)
    finally:
        site.store.close()
    assert [(name, end - begin) for name, end, begin in waits] == [(host, timedelta(minutes=5))]


def test_what_robots_txt_forbids_is_not_asked_for_and_its_list_does(here: Round) -> None:
    here.server.replies["/robots.txt"] = answer(b"User-agent: *\nDisallow: /berita/1\n")
    assert [here.visit()[1] for _ in range(5)] == [["/berita/0", "/berita/2"], [], [], [], []]
    assert here.texts() == [True, False, True]
    assert here.server.paths.count("/list") == 5


def test_what_robots_txt_forbids_is_said_at_every_visit(here: Round) -> None:
    here.server.replies["/robots.txt"] = answer(b"User-agent: *\nDisallow: /berita/1\nDisallow: /berita/2\n")
    for tag in range(6):
        serve(here.server, listing(3).replace(b"<main>", b"<main>%d" % tag), f'"{tag}"')
        host = f"127.0.0.1:{here.server.port}"
        assert here.visit()[0].error == (
            f"{host}: its robots.txt does not let us ask for 2 of 3 articles, of which the list's own words are kept; "
            "ask its keeper, or say full_text: false"
        ), tag


def test_a_host_that_refuses_two_articles_is_not_asked_for_the_others(here: Round) -> None:
    here.server.replies |= {f"/berita/{n}": answer(b"", status="403 Forbidden") for n in range(3)}
    visited, asked = here.visit()
    assert len(asked) == 2
    assert visited.error == (
        f"2 articles could not be had, one since {here.server.url(asked[0])} answered 403: it refuses us; open the "
        "address in a browser, and ask the host's keeper to let us in"
    )
    assert len(here.visit()[1]) == 2
    here.server.replies |= {f"/berita/{n}": told(n) for n in range(3)}
    here.visit()
    assert here.texts() == [True] * 3


def test_a_wait_is_written_when_it_is_heard(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed while it fetches the other articles has written it already."""
    here.server.replies["/berita/0"] = answer(b"", "Retry-After: 86400", status="429 Slow down")

    def killed(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, Bounded() as its:
        patch.setattr(polling, "_keep", killed)
        patch.setattr(here, "bounded", its)
        with pytest.raises(KeyboardInterrupt):
            here.visit()
    before = len(here.server.visits)
    assert here.visit()[0].outcome == "skipped"
    assert len(here.server.visits) == before
