"""Invented outlets and stories in four languages, for tests of pages. It tests nothing itself."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.config import Config, Section, Site, Source
from aggregator.store import Store, entries, hosts, sources, stories
from aggregator.values import Arrival, Entry, Gathering, Placement, Reason, Story, Tally

START = datetime(2024, 12, 12, 3, 0, tzinfo=UTC)
OUTLETS = {
    "kabar": "id",
    "harbour": "en",
    "vestnik": "ru",
    "nahar": "ar",
    "lintas": "id",
    "courier": "en",
    "minbar": "ar",
}
NAMES = {
    "kabar": "Kabar Nusa", "harbour": "Harbour Times", "vestnik": "Северный вестник", "nahar": "صحيفة الضفاف",
    "lintas": "Lintas Pagi", "courier": "Eastgate Courier", "minbar": "منبر المدينة",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One report: who, what, how many minutes after START, and whose copy it is (by its number in the Story)."""

    outlet: str
    title: str
    minutes: int
    summary: str = ""
    copy_of: int | None = None
    url: str | None = "https://example.org/report"
    image: str | None = None
    caption: str | None = None
    language: str | None = "own"


def config(url: str = "http://127.0.0.1:8000", language: str = "id") -> Config:
    """Give a site with Sections in Indonesian, English, Russian and Arabic, one of which was renamed."""
    sections = (
        Section(id="internasional", title="Internasional", language="id", formerly=("world",)),
        Section(id="economy", title="Economy", language="en"),
        Section(id="nauka", title="Наука", language="ru"),
        Section(id="thaqafa", title="ثقافة", language="ar"),
    )
    known = tuple(
        Source(name=NAMES[key], url=f"https://{key}.example/feed", sections=("internasional",), outlet=NAMES[key],
               full_text=False, language=spoken)
        for key, spoken in OUTLETS.items()
    )  # fmt: skip
    return Config(sections=sections, sources=known, site=Site(url=url, language=language, timezone="Asia/Jakarta"))


def open_sources(store: Store, settings: Config) -> None:
    """Write the configured Sources into the store, none polled yet."""
    with store.write() as connection:
        sources.sync(connection, settings, now=START)


def polled(store: Store) -> None:
    """Mark every Source as polled once."""
    from sqlalchemy import update

    from aggregator.store.schema import source

    with store.write() as connection:
        connection.execute(update(source).values(last_poll_at=START))


def asked(store: Store) -> None:
    """Record what was asked of each outlet's host, with the next visits for as many reasons."""
    from sqlalchemy import update

    from aggregator.store.schema import source

    reasons = (
        Reason("max-age", 60, limit=900), Reason("quiet", 5400, skips=True), Reason("failed-again", 3),
        Reason("left-alone"), Reason("brought", 1800), Reason("pushed"), Reason("it failed 3 times in a row"),
    )  # fmt: skip
    until = START + timedelta(days=2)
    tallies = [Tally(f"{key}.example", 1200 + number, 1100, number) for number, key in enumerate(sorted(OUTLETS))]
    waiting = Tally("nahar.example", 1, waits=1, wait_until=until, wait_reason=Reason("answered", 429))
    with store.write() as connection:
        hosts.record(connection, [*tallies, waiting], now=START)
        for number, (key, reason) in enumerate(zip(OUTLETS, reasons, strict=True)):
            at = until if key == "nahar" else START + timedelta(hours=22 + number)
            values = {"next_poll_at": at, "next_poll_reason": reason}
            connection.execute(update(source).where(source.c.host == f"{key}.example").values(**values))


def tell(
    store: Store,
    story_id: str,
    sections: tuple[str, ...],
    reports: list[Told],
    topic: tuple[str, str, str] | None = None,
) -> Story:
    """Keep the reports as Entries of one Story, led by the first; `topic` is its Topic's id, title and language."""
    from aggregator.store import reading

    with store.write() as connection:
        ids: list[int] = []
        for report in reports:
            at = START + timedelta(minutes=report.minutes)
            kept = entries.keep(
                connection, _source(connection, report.outlet), [_arrival(story_id, report, at)], now=at
            )
            ids.append(kept.new[0])
            copied = ids[report.copy_of] if report.copy_of is not None else None
            placed = Placement(ids[-1], story_id, starts=len(ids) == 1, copy_of=copied)
            stories.place(connection, [placed], at={ids[-1]: at}, now=at)
        found = stories.get(connection, [story_id])[0]
        lead = reports[0]
        spoken = OUTLETS[lead.outlet] if lead.language == "own" else lead.language
        titled = Story(
            id=found.id, title=lead.title, language=spoken, summary=lead.summary, summary_language=spoken,
            first_at=found.first_at, updated_at=found.updated_at, sections=sections, topic=None, topic_title=None,
            reports=found.reports,
        )  # fmt: skip
        stories.tell(connection, titled, sections)
        if topic:
            opens = stories.topic_row(connection, topic[0]) is None
            gathered = Gathering(topic[0], (story_id,), opens, *topic[1:])
            stories.gather(connection, [gathered], now=found.updated_at)
    read = reading.story(store, story_id)
    assert isinstance(read, Story)
    return read


def print_day(store: Store) -> None:
    """Put an invented day of news into `store`: fifteen Stories, two Topics, seven outlets."""
    for one in json.loads((Path(__file__).parent / "corpus" / "web" / "day.json").read_text("utf-8")):
        tell(store, one["story"], tuple(one["sections"]), [Told(**r) for r in one["reports"]], one["topic"])


def _source(connection, outlet: str) -> int:
    from sqlalchemy import select

    from aggregator.store.schema import source

    return connection.execute(select(source.c.id).where(source.c.outlet == NAMES[outlet])).scalar_one()


def _arrival(story_id: str, report: Told, at: datetime) -> Arrival:
    digest = hashlib.sha256(f"{story_id} {report.outlet} {report.title} {at}".encode()).digest()[:16]
    entry = Entry(
        entry_id=digest.hex(), keys=(digest,), url=report.url, title=report.title, summary=report.summary, content="",
        authors=(), language=OUTLETS[report.outlet] if report.language == "own" else report.language,
        published_at=at, updated_at=None, date_note=None, categories=(), enclosures=(), image=report.image,
        image_caption=report.caption, section=None, via_name=None, via_url=None, digest=digest,
    )  # fmt: skip
    return Arrival(entry=entry, excerpt=report.summary)
