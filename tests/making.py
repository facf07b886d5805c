"""Makes values for tests: configurations, Entries and arrivals with sensible defaults. It tests nothing itself."""

import hashlib
from datetime import UTC, datetime, timedelta

from aggregator import config
from aggregator.config import Config
from aggregator.values import Arrival, Entry, Event, Report

START = datetime(2024, 12, 12, 3, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Give the moment so many minutes after START."""
    return START + timedelta(minutes=minutes)


def configured(*sources: tuple[str, str], extra: str = "") -> Config:
    """Give a configuration with one Section and these (name, url) Sources; `extra` is appended to the file."""
    lines = ["sections:", "  - {id: dunia, title: Dunia}", "sources:"]
    lines += [f"  - {{name: {name}, url: '{url}', section: dunia, outlet: {name}}}" for name, url in sources]
    return config.read("\n".join(lines) + "\n" + extra, name="feeds.yaml")


def key(words: str) -> bytes:
    """Give an identity key."""
    return hashlib.blake2b(words.encode(), digest_size=16).digest()


def arrival(
    id: str,
    *,
    title: str = "Kapal feri selamat tiba di pelabuhan",
    url: str | None = None,
    content: str = "",
    summary: str = "",
    keys: tuple[str, ...] | None = None,
    language: str | None = "id",
    published_at: datetime | None = None,
    skipped_by: str | None = None,
) -> Arrival:
    """Give an Entry on its way into the store; its keys are its id and its address, told by their first words."""
    url = url or f"https://kabar.example/{id}"
    words = keys or (f"id:{id}", f"url:{url}")
    entry = Entry(
        entry_id=id,
        keys=tuple(key(word) for word in words),
        url=url,
        title=title,
        summary=summary,
        content=content,
        authors=(),
        language=language,
        published_at=published_at,
        updated_at=None,
        date_note=None,
        categories=(),
        enclosures=(),
        image=None,
        image_caption=None,
        section=None,
        via_name=None,
        via_url=None,
        digest=key(f"{title}{content}{summary}"),
        named=sum(word.startswith("id:") for word in words),
        linked=sum(word.startswith("url:") for word in words),
    )
    return Arrival(entry, excerpt=summary, skipped_by=skipped_by)


def report(
    number: int, title: str, *, outlet: str = "", text: str = "", url: str | None = None, language: str = "id"
) -> Report:
    """Give a report as the engine sees it."""
    return Report(
        entry=number,
        outlet=outlet or f"outlet {number}",
        url=url or f"https://outlet{number}.example/{number}",
        title=title,
        summary=text,
        content="",
        language=language,
        published_at=None,
    )


def event(number: int, *, minutes: float | None = None) -> Event:
    """Give the log's line on the arrival of Entry `number`."""
    return Event(
        seq=number,
        at=at(number if minutes is None else minutes),
        kind="entry",
        entry=number,
        revision=0,
        mint=f"story-{number}",
    )
