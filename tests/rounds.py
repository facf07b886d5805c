"""Polls a site against the newsroom that ships with Anyam, at any minute of its script. It tests nothing itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.demo.newsroom import Newsroom
from aggregator.demo.server import NewsroomServer
from aggregator.opening import Site, open_site
from aggregator.polling import Visited

STARTED = datetime(2024, 12, 12, 3, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A newsroom on loopback, and a folder in which a site reads it; `minute` sets the time for both."""

    folder: Path
    database_url: str
    server: NewsroomServer
    monkeypatch: pytest.MonkeyPatch
    bounded: Bounded

    @property
    def feeds(self) -> Path:
        return self.folder / "feeds.yaml"

    def minute(self, minute: float) -> None:
        """Make it so many minutes after the script's start, for the newsroom and for Anyam."""
        self.monkeypatch.setenv("ANYAM_AT", (STARTED + timedelta(minutes=minute)).isoformat())

    @contextmanager
    def site(self) -> Iterator[Site]:
        """Open the site."""
        site = open_site(Settings(config_path=self.feeds, database_url=self.database_url))
        try:
            yield site
        finally:
            site.store.close()

    def poll(self, minute: float) -> dict[str, Visited]:
        """Poll every Source once at this minute, make Stories and publish; gives the visits by Source."""
        self.minute(minute)
        with self.site() as site:
            visits = asyncio.run(pipeline.run_once(site, self.bounded))
        return {visit.source: visit for visit in visits}


@contextmanager
def newsroom(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded, *, site_url: str | None = None
) -> Iterator[Desk]:
    """Start a newsroom and write the feeds.yaml that reads it."""
    server = NewsroomServer(Newsroom.load(), started=STARTED)
    server.start()
    try:
        desk = Desk(folder, database_url, server, monkeypatch, bounded)
        desk.feeds.write_text(server.feeds_yaml(site_url=site_url or "http://127.0.0.1:8000"), encoding="utf-8")
        yield desk
    finally:
        server.stop()
