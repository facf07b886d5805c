"""From a due Source to Entries in the store: fetch, read, keep. It places no Entry in a Story."""

import asyncio
import hashlib
import logging
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import __version__, clock, intervals
from .bounded import Bounded
from .config import Config, Source, languages
from .errors import AnyamError, FetchError, Gone
from .fetch.client import Client
from .fetch.rules import FetchRules
from .opening import Site
from .reading import Reading, read, read_article
from .store import entries, sources
from .store.entries import Kept
from .store.sources import Claimed, LostClaim, Polled
from .values import Arrival, Document, Request

logger = logging.getLogger(__name__)

ARTICLES = 40
"""Article pages that one poll fetches at most; what is beyond waits for the next visit."""
ARTICLE_SECONDS = 240.0
"""Seconds after which a poll stores what articles it has: what it brought so far must not wait for the slowest."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a poll works with: the open site, the network and the child processes."""

    site: Site
    client: Client
    bounded: Bounded


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


def fetch_rules(config: Config) -> FetchRules:
    """Give what feeds.yaml says about fetching, and the name that we go by."""
    contact = f" (+{config.site.contact})" if config.site.contact else ""
    return FetchRules(
        allow=config.fetch.allow,
        gap=config.fetch.gap,
        proxy=config.fetch.proxy,
        user_agent=f"Anyam/{__version__}{contact}",
    )


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
    source = tools.site.specs[claimed.name]
    document = await tools.client.get(
        credentials(Request(claimed.url, etag=claimed.etag, last_modified=claimed.last_modified), source)
    )
    digest = hashlib.blake2b(document.body, digest_size=16).digest()
    if document.status == 304 or digest == claimed.body_hash:
        return await asyncio.to_thread(_unchanged, tools, claimed, document)
    reading: Reading = await tools.bounded.run(read, document, source, *_around(tools))
    if source.full_text:
        reading = replace(reading, arrivals=await _with_articles(tools, claimed, source, reading.arrivals))
    return await asyncio.to_thread(_keep, tools, claimed, document, digest, reading)


def _around(tools: Tools) -> tuple[str, tuple[str, ...], datetime]:
    """Give what reading must know of the site: its zone, its languages, and the time."""
    return tools.site.config.site.timezone, languages(tools.site.config), clock.now()


async def _with_articles(
    tools: Tools, claimed: Claimed, source: Source, arrivals: tuple[Arrival, ...]
) -> tuple[Arrival, ...]:
    """Fetch the article of each arrival that wants it, as many as ARTICLE_SECONDS allow.

    One that cannot be had keeps its list's words, and says that it lacks its text.
    """

    def unread() -> list[bool]:
        with tools.site.store.read() as connection:
            return entries.unread(connection, claimed.id, arrivals)

    async def full(arrival: Arrival) -> Arrival:
        if arrival.entry.url is None or arrival.skipped_by:
            return arrival
        try:
            document = await tools.client.get(Request(url=arrival.entry.url))
            told: Arrival = await tools.bounded.run(read_article, document, arrival, source, *_around(tools))
        except AnyamError as error:
            logger.info("article of %s: %s", source.name, error)
            return replace(arrival, lacks_text=True)
        return told

    wanted = [index for index, is_wanted in enumerate(await asyncio.to_thread(unread)) if is_wanted]
    if not wanted:
        return arrivals
    asked = {index: asyncio.ensure_future(full(arrivals[index])) for index in wanted[:ARTICLES]}
    done, late = await asyncio.wait(asked.values(), timeout=ARTICLE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    told = {index: replace(arrivals[index], lacks_text=True) for index in wanted}
    told |= {index: task.result() for index, task in asked.items() if task in done}
    return tuple(told.get(index, arrival) for index, arrival in enumerate(arrivals))


def _keep(tools: Tools, claimed: Claimed, document: Document, digest: bytes, reading: Reading) -> Visited:
    now = clock.now()
    with tools.site.store.write() as connection:
        # Validators and Entries in one transaction: a crash between them would lose the Entries for ever.
        kept = entries.keep(connection, claimed.id, reading.arrivals, now=now)
        visit = _visit(tools, claimed, document=document, brought=bool(kept.new), ttl=reading.ttl)
        at, reason = intervals.next_visit(visit, bounds=_bounds(tools), now=now)
        polled = Polled(
            outcome="ok",
            next_poll_at=at,
            next_poll_reason=reason,
        )
        # Without validators the next visit reads the whole document again: for what was cut off, or could not be had.
        if reading.is_whole and not any(arrival.lacks_text for arrival in reading.arrivals):
            polled = replace(
                polled,
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
    with tools.site.store.write() as connection:
        sources.finish(connection, claimed, polled, now=now)
    return _visited(claimed, "not_modified", at, url_now=document.url)


def _failed(tools: Tools, claimed: Claimed, error: AnyamError) -> Visited:
    now = clock.now()
    outcome = "gone" if isinstance(error, Gone) else "error"
    visit = replace(_visit(tools, claimed, errors=claimed.errors + 1), ended=outcome == "gone")
    if isinstance(error, FetchError):
        visit = replace(visit, retry_after=error.retry_after)
    at, reason = intervals.next_visit(visit, bounds=_bounds(tools), now=now)
    polled = Polled(
        outcome=outcome, next_poll_at=at, next_poll_reason=reason, error=str(error), errors=claimed.errors + 1
    )
    try:
        with tools.site.store.write() as connection:
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
        interval=tools.site.specs[claimed.name].interval,
        before=before.total_seconds() if before and before > timedelta(0) else None,
        brought=brought,
        max_age=intervals.max_age(document.headers) if document else None,
        ttl=ttl * 60 if ttl else None,
        errors=errors,
    )


def _bounds(tools: Tools) -> intervals.Bounds:
    return intervals.Bounds(least=tools.site.config.fetch.min_interval, most=tools.site.config.fetch.max_interval)


def credentials(request: Request, source: Source) -> Request:
    """Add to a request what the Source's own host is to be told: its headers, user and password."""
    password = os.environ.get(source.auth.password_env) if source.auth else None
    return replace(request, headers=source.headers, user=source.auth.user if source.auth else None, password=password)
