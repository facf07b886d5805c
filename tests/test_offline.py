"""A first start without a network: what nobody heard of is tried again soon, and costs no host anything."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import databases
import hostile
import outlets
import pytest
from aiohttp.resolver import AsyncResolver
from making import START

from aggregator import intervals, pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.intervals import Bounds, Visit
from aggregator.opening import open_site
from aggregator.store import reading


def test_where_no_host_was_reached_the_first_tries_come_soon_and_then_ever_less_often() -> None:
    waits = []
    for errors in range(1, 13):
        visit = Visit(name="Kabar", interval=3600, errors=errors, offline=True)
        at, _ = intervals.next_visit(visit, bounds=Bounds(least=900, most=86_400), now=START)
        waits.append((at - START).total_seconds() / 60)
    # Each is spread by a tenth.
    assert all(2**tries <= wait <= 2**tries * 1.1 for tries, wait in enumerate(waits[:8]))
    assert waits == sorted(waits) and max(waits) > 4 * 60


FEEDS = """\
sections: [{id: dunia, title: Dunia}]
fetch: {gap: 0s}
sources:
  - {name: Kabar, url: 'http://kabar.test:PORT/a.xml', section: dunia, interval: 1h}
  - {name: Halaman, url: 'http://kabar.test:PORT/a.html', section: dunia, kind: page}
  - {name: Tutup, url: 'http://tutup.test:1/a.xml', section: dunia}
"""


def test_after_a_first_start_offline_sources_are_polled_a_minute_after_the_network_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poll() -> dict[str, str]:
        site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=f"sqlite:///{tmp_path}/a.db"))
        try:
            with Bounded(children=1) as bounded:
                visits = asyncio.run(pipeline.run_once(site, bounded, due_only=True))
        finally:
            site.store.close()
        return {visit.source: visit.outcome for visit in visits}

    async def named(names: dict[str, list[str]]) -> dict[str, str]:
        async with hostile.serve_names(names) as at:
            monkeypatch.setattr("aggregator.fetch.dial.AsyncResolver", partial(AsyncResolver, nameservers=[at]))
            return await asyncio.to_thread(poll)

    with outlets.outlets({"/a.xml": outlets.feed("Satu", "Dua"), "/robots.txt": hostile.answer(b"")}) as server:
        allow = f"fetch: {{allow: ['127.0.0.1:{server.port}', '127.0.0.1:1'], "
        feeds = FEEDS.replace("PORT", str(server.port)).replace("fetch: {", allow)
        (tmp_path / "feeds.yaml").write_text(feeds)
        monkeypatch.setenv("ANYAM_AT", START.isoformat())
        offline = asyncio.run(named({"tutup.test": ["127.0.0.1"]}))
        assert offline == dict.fromkeys(("Kabar", "Halaman", "Tutup"), "error") and not server.visits
        monkeypatch.setenv("ANYAM_AT", (START + timedelta(seconds=67)).isoformat())
        # Tutup's host is there and refuses: it is left in peace for the shortest interval.
        assert asyncio.run(named({"kabar.test": ["127.0.0.1"]})) == {"Kabar": "ok", "Halaman": "error"}
        assert sorted(server.paths) == ["/a.html", "/a.xml", "/robots.txt"]
        with databases.opened(f"sqlite:///{tmp_path}/a.db") as store:
            next_at = {row["name"]: row["next_poll_at"] for row in reading.sources(store)}
        assert next_at["Kabar"] == reading.shown(START + timedelta(seconds=67, hours=1))
        monkeypatch.setenv("ANYAM_AT", (START + timedelta(hours=2)).isoformat())
        assert asyncio.run(named({}))["Kabar"] == "error"
        with databases.opened(f"sqlite:///{tmp_path}/a.db") as store:
            (kabar, *_) = reading.sources(store)
        # It has answered before: an outage has its own pace.
        assert kabar["next_poll_at"] > (reading.shown(START + timedelta(hours=2, minutes=59)) or "")
