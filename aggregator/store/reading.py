"""What pages and commands read, each in one call on the open store. It writes nothing."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ..messages import reasons, speak
from ..origins import of_copy, sure
from ..values import Origin, Rendered, Story
from . import origins as credited
from . import publications, subscriptions, wordings
from . import stories as told
from .database import Store
from .schema import entry, source
from .schema import story as story_table
from .stories import Moved
from .types import AnyRow

__all__ = [
    "Moved",
    "Progress",
    "TopicView",
    "document",
    "entries",
    "first_reported_by",
    "former",
    "progress",
    "sources",
    "stories",
    "story",
    "topic",
    "topics",
]

LASTING = timedelta(days=30)
"""A merge this old is not undone any more as a rule: its redirect may be remembered by browsers."""


_original = entry.alias("original")
"""The Entry that a Copy copies."""


@dataclass(frozen=True, slots=True)
class TopicView:
    """A Topic as its page shows it."""

    id: str
    title: str
    language: str | None
    first_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far polling has come: Sources, those polled at least once, those failing now; Entries and Stories held."""

    sources: int
    polled: int
    failing: int
    entries: int
    stories: int


def stories(
    store: Store,
    *,
    section: str | None = None,
    topic: str | None = None,
    before: tuple[datetime, str] | None = None,
    limit: int | None = 30,
) -> tuple[Story, ...]:
    """Give Stories, the newest updated first."""
    with store.read() as connection:
        return tuple(told.latest(connection, section=section, topic_id=topic, before=before, limit=limit))


def story(store: Store, story_id: str, *, now: datetime | None = None) -> Story | Moved | None:
    """Give a Story, where it was merged to, or None."""
    with store.read() as connection:
        moved = told.moved(connection, story_id)
        if moved is not None:
            to, at = moved
            return Moved(to=to, permanent=(now or datetime.now(UTC)) - at >= LASTING)
        found = told.get(connection, [story_id])
        return found[0] if found else None


def parted(store: Store, story_id: str) -> tuple[Story | None, list[Story]]:
    """Give the Story that one was split off from, and those that were split off from it."""
    with store.read() as connection:
        before, off = told.parted(connection, story_id)
        found = {one.id: one for one in told.get(connection, [*([before] if before else ()), *off])}
    return found.get(before or ""), [found[id] for id in off if id in found]


def former(store: Store, ids: Iterable[int]) -> dict[int, tuple[wordings.Former, ...]]:
    """Give how Entries read before, of those that their Sources changed, the latest first."""
    with store.read() as connection:
        return wordings.former(connection, ids)


def first_reported_by(store: Store, ids: Iterable[int]) -> dict[int, str]:
    """Tell who reported first what Entries say, of those that surely say so and did not report it themselves."""
    with store.read() as connection:
        found = {id: sure(origins) for id, origins in credited.get(connection, ids).items()}
    return {id: origin.name for id, origin in found.items() if origin is not None and origin.kind != "own"}


def topic(store: Store, topic_id: str) -> TopicView | None:
    """Give a Topic, None where there is none."""
    with store.read() as connection:
        row = told.topic_row(connection, topic_id)
        return _topic(row) if row else None


def topics(store: Store, *, section: str | None = None, limit: int | None = 8) -> tuple[TopicView, ...]:
    """Give Topics, the newest updated first."""
    with store.read() as connection:
        return tuple(_topic(row) for row in told.topics(connection, section=section, limit=limit))


def document(store: Store, path: str) -> Rendered | None:
    """Give the stored bytes of a published feed by its path, such as /sections/internasional.atom."""
    with store.read() as connection:
        return publications.get(connection, path)


def progress(store: Store) -> Progress:
    """Tell how far polling has come."""
    with store.read() as connection:
        active = source.c.retired_at.is_(None) & source.c.paused.is_(False)
        total = connection.execute(select(func.count()).select_from(source).where(active)).scalar_one()
        polled = connection.execute(
            select(func.count()).select_from(source).where(active, source.c.last_poll_at.is_not(None))
        ).scalar_one()
        failing = connection.execute(
            select(func.count()).select_from(source).where(active, source.c.errors > 0)
        ).scalar_one()
        entries = connection.execute(select(func.count()).select_from(entry)).scalar_one()
        return Progress(total, polled, failing, entries, told.count(connection))


def sources(store: Store) -> Iterator[dict[str, Any]]:
    """Give each Source as the contract's JSON object, in the order of feeds.yaml."""
    totals = (
        func.count().label("entries"),
        func.count(entry.c.skipped_by).label("skipped"),
        func.count(entry.c.doubt).label("doubtful"),
    )
    counted = select(entry.c.source_id, *totals).group_by(entry.c.source_id).subquery()
    query = (
        select(source, counted.c.entries, counted.c.skipped, counted.c.doubtful)
        .outerjoin(counted, counted.c.source_id == source.c.id)
        .where(source.c.retired_at.is_(None))
        .order_by(source.c.position, source.c.id)
    )
    with store.read() as connection:
        hubs = subscriptions.standing(connection)
        for row in connection.execute(query):
            hub = hubs.get(row.id)
            yield {
                "name": row.name,
                "url": row.url,
                "kind": row.kind,
                "address": row.address or row.url,
                "moved_to": row.moved_to,
                "state": "paused" if row.paused else row.state,
                "last_poll_at": shown(row.last_poll_at),
                "last_outcome": row.last_outcome,
                "last_error": row.last_error,
                "next_poll_at": None if row.state == "gone" else shown(row.next_poll_at),
                "next_poll_reason": reasons.say(speak("en"), row.next_poll_reason),
                "etag": row.etag,
                "last_modified": row.last_modified,
                "entries": row.entries or 0,
                "skipped": row.skipped or 0,
                "doubtful": row.doubtful or 0,
                "problems": row.problems,
                "health": row.health,
                "health_since": shown(row.health_since),
                "proposal": row.proposal,
                "hub": _hub(hub) if hub else None,
            }


def entries(store: Store, *, source_name: str | None = None) -> Iterator[dict[str, Any]]:
    """Give each Entry as the contract's JSON object, in the order of arrival."""
    query = (
        select(entry, source.c.name.label("source_name"), story_table.c.topic_id, _original.c.origins.label("copied"))
        .join(source, source.c.id == entry.c.source_id)
        .outerjoin(_original, _original.c.id == entry.c.copy_of)
        .outerjoin(story_table, story_table.c.id == entry.c.story_id)
        .order_by(entry.c.id)
    )
    if source_name is not None:
        query = query.where(source.c.name == source_name)
    with store.read() as connection:
        for row in connection.execution_options(yield_per=500).execute(query):
            yield {
                "id": row.id,
                "source": row.source_name,
                "entry_id": row.entry_id,
                "url": row.url,
                "title": row.title,
                "summary": row.summary,
                "content": row.content,
                "authors": row.authors,
                "language": row.language,
                "published_at": shown(row.published_at),
                "updated_at": shown(row.updated_at),
                "first_seen_at": shown(row.first_seen_at),
                "categories": row.categories,
                "enclosures": row.enclosures,
                "story": row.story_id,
                "topic": row.topic_id,
                "copy_of": row.copy_of,
                "origins": [asdict(one) for one in _origins(row.origins, row.copied)],
                "skipped_by": row.skipped_by,
                "doubt": row.doubt,
                "date_note": row.date_note,
            }


def story_object(story: Story, *, site_url: str) -> dict[str, Any]:
    """Give a Story as the contract's JSON object."""
    return {
        "id": story.id,
        "url": f"{site_url}/stories/{story.id}",
        "title": story.title,
        "sections": list(story.sections),
        "topic": story.topic,
        "entries": [report.entry for report in story.reports],
        "outlets": list(story.outlets),
        "origins": [asdict(one) for one in story.origins],
        "languages": list(story.languages),
        "first_at": shown(min((report.at for report in story.reports), default=story.first_at)),
        "updated_at": shown(story.updated_at),
        "published": story.published,
    }


def _origins(own: Any, copied: Any) -> tuple[Origin, ...]:
    return of_copy(credited.told(own), credited.told(copied))


def shown(at: datetime | None) -> str | None:
    """Write a time as ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def line(value: dict[str, Any]) -> str:
    """Write a JSON object as one line."""
    return json.dumps(value, ensure_ascii=False)


def _hub(row: AnyRow) -> dict[str, Any]:
    return {
        "url": row.hub,
        "state": row.state,
        "lease_until": shown(row.lease_until),
        "pinged_at": shown(row.pinged_at),
        "error": row.error,
    }


def _topic(row: AnyRow) -> TopicView:
    return TopicView(row.id, row.title, row.language, row.first_at, row.updated_at)
