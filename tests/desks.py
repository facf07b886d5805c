"""An outlet on loopback, the site that reads it, and what stands in its feed."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
from making import START
from sqlalchemy import select

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import Site, open_site
from aggregator.polling import Visited
from aggregator.store import reading
from aggregator.store.schema import publication

NEWS = (
    "Feri mogok di selat saat badai", "Bank sentral menahan suku bunga", "Gunung Ibu meletus dini hari",
    "Timnas menang tipis atas tamunya", "Harga cabai naik menjelang libur", "Museum tua dibuka lagi untuk umum",
)  # fmt: skip
RSS = "Content-Type: application/rss+xml"


@dataclass
class Desk:
    """An outlet on loopback and the site that reads it."""

    server: hostile.Server
    folder: Path
    database_url: str
    bounded: Bounded
    monkeypatch: pytest.MonkeyPatch
    beside: list[hostile.Server] = field(default_factory=list)
    """Other hosts that it may ask."""
    sources: list[str] = field(default_factory=lambda: ["Kabar /rss"])

    def visit(self, hours: float) -> Visited:
        """Poll the Source so many hours after the start, make Stories and publish."""
        outlets.write_feeds(self.folder, self.server, *self.sources, beside=self.beside)
        self.monkeypatch.setenv("ANYAM_AT", (START + timedelta(hours=hours)).isoformat())
        (visit,) = self.on_site(lambda site: asyncio.run(pipeline.run_once(site, self.bounded)))
        return visit

    def on_site(self, act: Callable[[Any], Any]) -> Any:
        with self.opened() as site:
            return act(site)

    @contextmanager
    def opened(self) -> Iterator[Site]:
        """Open the site, as one more process does."""
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            yield site
        finally:
            site.store.close()

    def told(self) -> tuple[dict[str, str | None], dict[str, str]]:
        """Give the times of all Stories by id, and when what was published of each was updated."""

        def read(site: Any) -> tuple[dict[str, str | None], dict[str, str]]:
            stories = {one.id: reading.shown(one.updated_at) for one in reading.stories(site.store, limit=None)}
            with site.store.read() as connection:
                rows = connection.execute(select(publication.c.story_id, publication.c.updated_at)).all()
            return stories, {row.story_id: str(row.updated_at) for row in rows}

        return self.on_site(read)  # type: ignore[no-any-return]

    def entries(self) -> list[dict[str, Any]]:
        return self.on_site(lambda site: list(reading.entries(site.store)))  # type: ignore[no-any-return]

    def source(self) -> dict[str, Any]:
        (only,) = self.on_site(lambda site: list(reading.sources(site.store)))
        return only  # type: ignore[no-any-return]


def rss(
    *titles: str, guid: str = "urn:lama:{n}", link: str = "http://kabar.example/2024/kabar-{n}", old: float = 0
) -> bytes:
    """Write a feed; the items are dated an hour apart, the newest `old` hours before the start."""
    items = "".join(
        f"<item><title>{title}</title><link>{link.format(n=n)}</link>"
        f"<guid isPermaLink='false'>{guid.format(n=n)}</guid>"
        f"<pubDate>{format_datetime(START - timedelta(hours=old + n))}</pubDate></item>"
        for n, title in enumerate(titles, start=1)
    )
    return f"<rss version='2.0'><channel><title>Kabar</title>{items}</channel></rss>".encode()
