"""The whole way, told once, top to bottom. It decides nothing: rules are asked of the rooms, and their answers kept.

    claim | fetch | parse or pages | normalize | store || copies | stories | topics || sections | publish | store | web

The first part (`poll`) runs for many Sources at once; the second (`weave`) and third (`publish`) for one leader at a
time, over the log and over the Stories that are due.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from . import clock, intervals, sections
from .bounded import Bounded
from .config import Config, Source, languages
from .engine import MEMORY, Decision, Engine
from .errors import AnyamError, FetchError, Gone
from .fetch.client import Client
from .publish import channels, documents, records
from .publish.feeds import LIMITS, SiteWords, render
from .reading import Reading, read, read_article
from .store import Store, entries, log, publications, sources, stories
from .store.entries import Kept
from .store.log import Leadership, LostLease
from .store.sources import Claimed, LostClaim, Polled
from .values import Arrival, Document, Event, Placement, Record, Request, Story

logger = logging.getLogger(__name__)

BATCH = 100
"""Lines of the log, and Stories, that one transaction deals with: a writer never waits long for another."""
TRY_AGAIN = timedelta(hours=1)
"""When a Story that could not be told is looked at again."""
ARTICLES = 40
"""Article pages that one poll fetches at most; what is beyond keeps the words of its list."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the way works with: the store, what feeds.yaml says, the network and the child processes."""

    store: Store
    config: Config
    client: Client
    bounded: Bounded

    def source(self, name: str) -> Source:
        """Give what feeds.yaml says of a Source."""
        return next(source for source in self.config.sources if source.name == name)


@dataclass(frozen=True, slots=True)
class Visited:
    """What a poll came to."""

    source: str
    url: str
    outcome: str
    next_poll_at: datetime | None
    new: int = 0
    changed: int = 0
    error: str | None = None
    url_now: str | None = None


# --- poll: from a due Source to Entries in the store


async def poll(tools: Tools, claimed: Claimed) -> Visited:
    """Take one claimed Source the first part of the way; whatever goes wrong stays with this Source."""
    try:
        return await _poll(tools, claimed)
    except LostClaim as error:
        return _visited(claimed, "skipped", None, error=str(error))
    except AnyamError as error:
        return await asyncio.to_thread(_failed, tools, claimed, error)
    except Exception as error:  # one bad Source never stops the others
        logger.exception("poll of %s failed unexpectedly", claimed.name)
        return await asyncio.to_thread(
            _failed, tools, claimed, AnyamError(f"unexpected {type(error).__name__}: {error}; please report it")
        )


async def _poll(tools: Tools, claimed: Claimed) -> Visited:
    source = tools.source(claimed.name)
    document = await tools.client.get(
        credentials(Request(claimed.url, etag=claimed.etag, last_modified=claimed.last_modified), source)
    )
    digest = hashlib.blake2b(document.body, digest_size=16).digest()
    if document.status == 304 or digest == claimed.body_hash:
        return await asyncio.to_thread(_unchanged, tools, claimed, document)
    reading: Reading = await asyncio.to_thread(
        tools.bounded.call, read, document, source, tools.config.site.timezone, languages(tools.config), clock.now()
    )
    if source.full_text:
        reading = replace(reading, arrivals=await _with_articles(tools, claimed, source, reading.arrivals))
    return await asyncio.to_thread(_keep, tools, claimed, document, digest, reading)


async def _with_articles(
    tools: Tools, claimed: Claimed, source: Source, arrivals: tuple[Arrival, ...]
) -> tuple[Arrival, ...]:
    """Fetch the page of each arrival that is new or reads otherwise; one that cannot be had keeps its list's words."""

    def unread() -> list[bool]:
        with tools.store.read() as connection:
            return entries.unread(connection, claimed.id, arrivals)

    async def full(arrival: Arrival) -> Arrival:
        if arrival.entry.url is None or arrival.skipped_by:
            return arrival
        try:
            document = await tools.client.get(Request(url=arrival.entry.url))
            full: Arrival = await asyncio.to_thread(
                tools.bounded.call,
                read_article,
                document,
                arrival,
                source,
                tools.config.site.timezone,
                languages(tools.config),
                clock.now(),
            )
        except AnyamError as error:
            logger.info("article of %s: %s", source.name, error)
            return arrival
        return full

    wanted = [index for index, is_unread in enumerate(await asyncio.to_thread(unread)) if is_unread][:ARTICLES]
    told = dict(zip(wanted, await asyncio.gather(*(full(arrivals[index]) for index in wanted)), strict=True))
    return tuple(told.get(index, arrival) for index, arrival in enumerate(arrivals))


def _keep(tools: Tools, claimed: Claimed, document: Document, digest: bytes, reading: Reading) -> Visited:
    now = clock.now()
    with tools.store.write() as connection:
        # Validators and Entries in one transaction: a crash between them would lose the Entries for ever.
        kept = entries.keep(connection, claimed.id, reading.arrivals, now=now)
        visit = _visit(tools, claimed, document=document, brought=bool(kept.new), ttl=reading.ttl)
        at, reason = intervals.next_visit(visit, bounds=_bounds(tools), now=now)
        polled = Polled(
            outcome="ok",
            next_poll_at=at,
            next_poll_reason=reason,
            etag=document.headers.get("etag"),
            last_modified=document.headers.get("last-modified"),
            body_hash=digest,
        )
        sources.finish(connection, claimed, polled, now=now)
    return _visited(claimed, "ok", at, kept=kept, error="; ".join(reading.problems) or None, url_now=document.url)


def _unchanged(tools: Tools, claimed: Claimed, document: Document) -> Visited:
    now = clock.now()
    at, reason = intervals.next_visit(_visit(tools, claimed, document=document), bounds=_bounds(tools), now=now)
    polled = Polled(
        outcome="not_modified",
        next_poll_at=at,
        next_poll_reason=reason,
        etag=document.headers.get("etag", claimed.etag),
        last_modified=document.headers.get("last-modified", claimed.last_modified),
        body_hash=claimed.body_hash,
    )
    with tools.store.write() as connection:
        sources.finish(connection, claimed, polled, now=now)
    return _visited(claimed, "not_modified", at, url_now=document.url)


def _failed(tools: Tools, claimed: Claimed, error: AnyamError) -> Visited:
    now = clock.now()
    outcome = "gone" if isinstance(error, Gone) else "error"
    visit = _visit(tools, claimed, errors=claimed.errors + 1)
    if isinstance(error, FetchError):
        visit = replace(visit, retry_after=error.retry_after)
    at, reason = intervals.next_visit(visit, bounds=_bounds(tools), now=now)
    polled = Polled(
        outcome=outcome, next_poll_at=at, next_poll_reason=reason, error=str(error), errors=claimed.errors + 1
    )
    try:
        with tools.store.write() as connection:
            sources.finish(connection, claimed, polled, now=now)
    except LostClaim as lost:
        return _visited(claimed, "skipped", None, error=str(lost))
    return _visited(claimed, outcome, at, error=str(error))


def _visited(
    claimed: Claimed,
    outcome: str,
    at: datetime | None,
    *,
    kept: Kept | None = None,
    error: str | None = None,
    url_now: str | None = None,
) -> Visited:
    new, changed = (len(kept.new), len(kept.changed)) if kept else (0, 0)
    return Visited(claimed.name, claimed.url, outcome, at, new, changed, error, url_now or claimed.url)


def _visit(
    tools: Tools,
    claimed: Claimed,
    *,
    document: Document | None = None,
    brought: bool = False,
    ttl: int | None = None,
    errors: int = 0,
) -> intervals.Visit:
    before = claimed.next_poll_at - claimed.last_poll_at if claimed.last_poll_at else None
    return intervals.Visit(
        name=claimed.name,
        interval=tools.source(claimed.name).interval,
        before=before.total_seconds() if before and before > timedelta(0) else None,
        brought=brought,
        max_age=intervals.max_age(document.headers) if document else None,
        ttl=ttl * 60 if ttl else None,
        errors=errors,
    )


def _bounds(tools: Tools) -> intervals.Bounds:
    return intervals.Bounds(least=tools.config.fetch.min_interval, most=tools.config.fetch.max_interval)


def credentials(request: Request, source: Source) -> Request:
    """Add to a request what the Source's own host is to be told: its headers, user and password."""
    password = os.environ.get(source.auth.password_env) if source.auth else None
    return replace(request, headers=source.headers, user=source.auth.user if source.auth else None, password=password)


# --- weave: from the log to Stories and Topics


@dataclass(slots=True)
class Leader:
    """The process that places Entries, while it holds the lease: its engine, and how far in the log that has come."""

    holder: str
    engine: Engine | None = None
    held: Leadership | None = None
    seq: int = field(default=0)


def weave(tools: Tools, leader: Leader) -> int:
    """Deal with every line of the log that waits, if `leader` may; give how many there were."""
    held = _lead(tools, leader)
    if held is None:
        return 0
    dealt = 0
    while True:
        with tools.store.read() as connection:
            events = log.after(connection, leader.seq, limit=BATCH)
        if not events:
            return dealt
        decisions = _decide(tools, leader, events)
        try:
            _write(tools, held, events[-1].seq, decisions)
        except BaseException:
            leader.engine = None  # it is ahead of the store now
            raise
        leader.seq = events[-1].seq
        dealt += len(events)


def _lead(tools: Tools, leader: Leader) -> Leadership | None:
    with tools.store.write() as connection:
        held = log.lead(tools.store, connection, name=log.ASSIGNMENT, holder=leader.holder)
    if held is None:
        leader.engine = leader.held = None
        return None
    if leader.engine is None or leader.held is None or (leader.held.epoch, leader.seq) != (held.epoch, held.seq):
        leader.engine = _restored(tools, held)
        leader.seq = held.seq
    leader.held = held
    return held


def _restored(tools: Tools, held: Leadership) -> Engine:
    """Bring an engine to where the log was left, from what was decided then."""
    engine = Engine(tools.config.site.language)
    with tools.store.read() as connection:
        upto = log.moment(connection, held.seq)
        if upto is None:
            return engine
        events = log.since(connection, upto - MEMORY, upto=held.seq)
        for start in range(0, len(events), BATCH):
            some = events[start : start + BATCH]
            reports = entries.reports(connection, some)
            places = entries.placements(connection, [event.entry for event in some])
            for event in some:
                story, copy_of, topic = places[event.entry]
                if story is not None:
                    placement = Placement(event.entry, story, starts=False, copy_of=copy_of)
                    engine.restore(event, reports[event.seq], placement, topic, upto=upto)
    return engine


def _decide(tools: Tools, leader: Leader, events: Sequence[Event]) -> list[Decision]:
    engine = leader.engine
    if engine is None:
        raise LostLease("this process does not lead")
    decisions = []
    with tools.store.read() as connection:
        reports = entries.reports(connection, events)
        for event in events:
            report = reports[event.seq]
            originals = entries.reports(connection, engine.candidates(event, report))
            decisions.append(engine.place(event, report, [originals[seq] for seq in sorted(originals)]))
    return decisions


def _write(tools: Tools, held: Leadership, seq: int, decisions: Sequence[Decision]) -> None:
    now = clock.now()
    with tools.store.write() as connection:
        log.advance(tools.store, connection, held, seq=seq)
        at = {decision.event.entry: decision.event.at for decision in decisions}
        stories.place(connection, [decision.placement for decision in decisions], at=at, now=now)
        stories.gather(connection, [d.gathering for d in decisions if d.gathering is not None], now=now)


# --- publish: from Stories to feeds


def publish(tools: Tools, leader: Leader) -> int:
    """Bring titles, Sections, records and documents in line with the Stories that are due; give how many there were."""
    if leader.held is None:
        return 0
    done = 0
    while some := _publish_some(tools, leader.held):
        done += some
    _render_stale(tools, leader.held)
    return done


def _publish_some(tools: Tools, held: Leadership) -> int:
    now = clock.now()
    with tools.store.read() as connection:
        due = stories.due(connection, now=now, limit=BATCH)
    if not due:
        return 0
    with tools.store.write() as connection:
        log.advance(tools.store, connection, held)
        for story in due:
            known = publications.records_of(connection, story.id)
            try:
                told = _tell(tools, story, known, now)
            except Exception:  # one Story that cannot be told never holds back the others
                logger.exception("story %s cannot be published", story.id)
                stories.postpone(connection, story.id, now + TRY_AGAIN)
                continue
            stories.tell(connection, told.story, told.story.sections)
            publications.ensure_channels(connection, list(told.records), now=now)
            for path, record in told.records.items():
                publications.publish(connection, path, record)
            stories.postpone(connection, story.id, told.next_look)
    return len(due)


@dataclass(frozen=True, slots=True)
class _Told:
    """What publishing makes of a Story: the Story as pages tell it, the records that change, and when to look again."""

    story: Story
    records: dict[str, Record]
    next_look: datetime | None


def _tell(tools: Tools, story: Story, known: dict[str, Record], now: datetime) -> _Told:
    config, settle = tools.config, timedelta(seconds=tools.config.publish.settle)
    places = sections.place(story, config)
    changed: dict[str, Record] = {}
    looks = []
    for path in channels.paths(story, places, config):
        worded = sections.tell(story, channels.language(path, config), config.site.language)
        record = records.decide(worded, known.get(path), now=now, settle=settle)
        if record is not None:
            changed[path] = record
        looks.append(records.next_look(worded, record or known.get(path), settle=settle))
    told = replace(sections.tell(story, config.site.language), sections=places)
    return _Told(told, changed, min((look for look in looks if look is not None), default=None))


def _render_stale(tools: Tools, held: Leadership) -> None:
    """Render every channel whose records, or whose surroundings, have changed."""
    with tools.store.read() as connection:
        waiting = publications.stale(connection)
        titles = {row.id: row.title for row in stories.topics(connection)} if waiting else {}
    site = SiteWords(
        tools.config.site.title, tools.config.site.url, tools.config.site.language, tools.config.site.timezone
    )
    for path, id in waiting:
        channel = channels.at(path, id, tools.config, titles)
        made = []
        if channel is not None:
            with tools.store.read() as connection:
                newest = publications.newest(connection, path, limit=LIMITS.most)
            rendering = render(channel, newest, site=site)
            for story, why in rendering.left_out:
                logger.error("feed %s: story %s was left out: %s", path, story, why)
            made = [
                documents.rendered(f"{path}.{ending}", body, now=clock.now())
                for ending, body in rendering.bodies.items()
            ]
        with tools.store.write() as connection:
            log.advance(tools.store, connection, held)
            publications.rendered(connection, path, made)
