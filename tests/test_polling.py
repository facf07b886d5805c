"""What a poll leaves on its Source: when it is visited next, and what it is asked with."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import databases
import pytest
from hostile import Server, answer, redirect
from making import START
from outlets import conditional, feed, outlets, rss, write_feeds
from running import here

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import Site, open_site
from aggregator.polling import Visited
from aggregator.store import hosts, reading


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as children:
        yield children


class Place:
    """A site that polls Sources on loopback, at any time after START."""

    def __init__(self, settings: Settings, bounded: Bounded, patch: pytest.MonkeyPatch) -> None:
        self.settings, self.bounded, self.patch = settings, bounded, patch
        self.at()

    def at(self, **span: float) -> None:
        self.patch.setenv("ANYAM_AT", (START + timedelta(**span)).isoformat())

    def poll(self, **span: float) -> dict[str, Visited]:
        self.at(**span)
        site = open_site(self.settings)
        try:
            visits = asyncio.run(pipeline.run_once(site, self.bounded))
        finally:
            site.store.close()
        return {visit.source: visit for visit in visits}

    def site(self) -> Site:
        return open_site(self.settings)

    def sources(self) -> dict[str, dict[str, Any]]:
        site = self.site()
        try:
            return {str(row["name"]): row for row in reading.sources(site.store)}
        finally:
            site.store.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with outlets() as opened:
        yield opened


@pytest.fixture
def place(
    tmp_path: Path, server: Server, database_url: str, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> Place:
    file = write_feeds(tmp_path, server, "Satu /satu", "Dua /dua")
    return Place(Settings(config_path=file, database_url=database_url), bounded, monkeypatch)


@pytest.mark.parametrize("late", ["Satu", "Dua"])
def test_no_next_visit_lies_in_a_wait_that_was_heard_while_another_source_was_read(
    late: str, place: Place, server: Server
) -> None:
    """One answers its whole feed only when the wait that the other was told is in the store."""
    site = place.site()

    async def in_the_end(writer: asyncio.StreamWriter) -> None:
        while True:
            with site.store.read() as connection:
                if hosts.waits(connection, now=START):
                    break
            await asyncio.sleep(0.02)
        writer.write(feed("Kapal feri tiba di pelabuhan"))
        await writer.drain()

    server.replies |= dict.fromkeys(("/satu", "/dua"), answer(b"", "Retry-After: 36000", status="503 Busy"))
    server.replies[f"/{late.lower()}"] = in_the_end
    try:
        visits = place.poll()
    finally:
        site.store.close()
    assert visits[late].outcome == "ok"
    for name, row in place.sources().items():
        assert str(row["next_poll_at"]) >= "2024-12-12T13:00:00Z", name
    assert visits[late].next_poll_at == START + timedelta(hours=10)
    place.settings.config_path.write_text(
        place.settings.config_path.read_text().replace("outlet: ", "language: id, outlet: ")
    )
    place.at(minutes=1)
    assert all(str(row["next_poll_at"]) >= "2024-12-12T13:00:00Z" for row in place.sources().values())


def test_the_next_visit_that_poll_tells_knows_of_waits_heard_after_it(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Satu /satu", "Dua /dua")
    url = databases.migrated_sqlite(tmp_path)
    site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=url))

    async def after_the_other(writer: asyncio.StreamWriter) -> None:
        while not any(row["last_poll_at"] for row in reading.sources(site.store)):
            await asyncio.sleep(0.02)
        writer.write(answer(b"", "Retry-After: 36000", status="503 Busy"))
        await writer.drain()

    server.replies |= {"/satu": feed("Kapal feri tiba"), "/dua": after_the_other}
    try:
        done = here("poll", "--json", folder=tmp_path, ANYAM_AT=START.isoformat(), ANYAM_DATABASE_URL=url)
    finally:
        site.store.close()
    told = {row["source"]: row for row in map(json.loads, done.out.splitlines())}
    assert told["Satu"]["outcome"] == "ok"
    assert {row["next_poll_at"] for row in told.values()} == {"2024-12-12T13:00:00Z"}, done.err


def allowing(place: Place, *servers: Server) -> None:
    """Name further addresses in `fetch.allow`."""
    file, before = place.settings.config_path, "allow: ["
    more = "".join(f"'127.0.0.1:{server.port}', " for server in servers)
    file.write_text(file.read_text().replace(before, before + more))


@pytest.mark.parametrize(("status", "spared"), [("403 No", None), ("429 Slow", 300), ("503 Busy", 300)])
def test_who_redirects_to_a_host_elsewhere_gets_it_left_alone_by_himself(
    status: str, spared: int | None, place: Place, server: Server
) -> None:
    with outlets() as victim:
        allowing(place, victim)
        place.settings.config_path.write_text(
            place.settings.config_path.read_text().replace(server.url("/dua"), victim.url("/dua"))
        )
        server.replies["/satu"] = redirect(302, victim.url("/wp-admin/"))
        victim.replies |= {
            "/wp-admin/": answer(b"", "Retry-After: 86400", status=status),
            "/dua": feed("Kapal feri tiba di pelabuhan"),
        }
        site = place.site()
        try:
            place.poll()
            with site.store.read() as connection:
                waits = hosts.waits(connection, now=START)
        finally:
            site.store.close()
        left = spared and [(f"127.0.0.1:{victim.port}", START + timedelta(seconds=spared), START)]
        assert waits == (left or [])
        hours = 4 if status.startswith("403") else 24
        assert place.sources()["Satu"]["next_poll_at"] == f"{START + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"
        assert place.poll(minutes=6)["Dua"].outcome in ("ok", "not_modified")


def test_who_says_unchanged_for_ever_is_asked_anew_once_a_month(place: Place, server: Server) -> None:
    server.replies |= {path: conditional(server, path, rss("Satu", of=path), '"one"') for path in ("/satu", "/dua")}
    days = (0, 1, 29, 34, 35, 62, 69, 70)
    for day in days:
        if day == 34:
            server.replies["/dua"] = conditional(server, "/dua", rss("Dua", "Satu", of="/dua"), '"one"')
        visits = place.poll(days=day)
        assert {name: visit.new for name, visit in visits.items()} == {
            0: {"Satu": 1, "Dua": 1},
            34: {"Satu": 0, "Dua": 1},
        }.get(day, {"Satu": 0, "Dua": 0}), day
    asked = {
        path: [
            day
            for day, visit in zip(days, (one for one in server.visits if one.path == path), strict=True)
            if visit.header("if-none-match") is None
        ]
        for path in ("/satu", "/dua")
    }
    assert asked == {"/satu": [0, 34, 69], "/dua": [0, 34, 69]}
