"""From Stories to feeds: records where something changed, documents where records did. It decides nothing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import clock, sections
from .opening import Site
from .publish import channels, documents, records
from .publish.feeds import LIMITS, SiteWords, render
from .store import log, publications, stories, vectors
from .store.log import Leadership
from .values import Record, Story

logger = logging.getLogger(__name__)

BATCH = 100
"""Stories that one transaction deals with: a writer never waits long for another."""
TRY_AGAIN = timedelta(hours=1)
"""When a Story that could not be told is looked at again."""


def publish(site: Site, held: Leadership, *, model: str | None = None) -> int:
    """Bring titles, Sections, records and documents in line with the Stories that are due; give how many there were.

    Where a `model` is making vectors, Stories wait for theirs before they enter feeds.
    """
    done = 0
    while some := _publish_some(site, held, model):
        done += some
    _render_stale(site, held)
    return done


def _publish_some(site: Site, held: Leadership, model: str | None) -> int:
    now = clock.now()
    with site.store.read() as connection:
        due = stories.due(connection, now=now, limit=BATCH)
        awaiting = vectors.awaited(connection, model, [story.id for story, _ in due]) if model else frozenset()
    if not due:
        return 0
    with site.store.write() as connection:
        log.advance(site.store, connection, held)
        site.check(connection)
        # In the order in which whoever wakes Stories locks them.
        for story, seen in sorted(due, key=lambda one: one[0].id):
            known = publications.records_of(connection, story.id)
            try:
                told = _tell(site, story, known, now, awaits=story.id in awaiting)
            except Exception:  # one Story that cannot be told never holds back the others
                logger.exception("story %s cannot be published", story.id)
                stories.postpone(connection, story.id, now + TRY_AGAIN, seen=seen)
                continue
            stories.tell(connection, told.story, told.story.sections)
            publications.ensure_channels(connection, list(told.records), now=now)
            for path, record in told.records.items():
                publications.publish(connection, path, record)
            publications.stand(connection, story.id, told.paths)
            stories.postpone(connection, story.id, told.next_look, seen=seen)
    return len(due)


@dataclass(frozen=True, slots=True)
class _Told:
    """What publishing makes of a Story: the Story as pages tell it, the records that change, and when to look again."""

    story: Story
    paths: Sequence[str]
    """The channels that it belongs to."""
    records: dict[str, Record]
    next_look: datetime | None


def _tell(site: Site, story: Story, known: dict[str, Record], now: datetime, *, awaits: bool) -> _Told:
    config, settle = site.config, timedelta(seconds=site.config.publish.settle)
    places = sections.place(story, config)
    changed: dict[str, Record] = {}
    looks = []
    paths = channels.paths(story, places, config)
    for path in paths:
        worded = sections.tell(story, channels.language(path, config), config.site.language)
        record = records.decide(worded, known.get(path), now=now, settle=settle, awaits=awaits, edited=story.edited)
        if record is not None:
            changed[path] = record
        looks.append(records.next_look(worded, record or known.get(path), settle=settle, awaits=awaits))
    told = replace(sections.tell(story, config.site.language), sections=places)
    return _Told(told, paths, changed, min((look for look in looks if look is not None), default=None))


def _render_stale(site: Site, held: Leadership) -> None:
    """Render every channel whose records, or whose surroundings, have changed."""
    with site.store.read() as connection:
        waiting = publications.stale(connection)
        titles = {row.id: row.title for row in stories.topics(connection)} if waiting else {}
    told = site.config.site
    words = SiteWords(told.title, told.url, told.language, told.timezone)
    for path, id, seen in waiting:
        channel = channels.at(path, id, site.config, titles)
        made = []
        if channel is not None:
            with site.store.read() as connection:
                newest = publications.newest(connection, path, limit=LIMITS.most)
            rendering = render(channel, newest, site=words)
            for story, why in rendering.left_out:
                logger.error("feed %s: story %s was left out: %s", path, story, why)
            made = [
                documents.rendered(f"{path}.{ending}", body, now=clock.now())
                for ending, body in rendering.bodies.items()
            ]
        with site.store.write() as connection:
            log.advance(site.store, connection, held)
            site.check(connection)
            publications.rendered(connection, path, made, seen=seen)
