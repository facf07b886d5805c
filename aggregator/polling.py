"""From a due Source to Entries in the store: fetch, read, keep. It places no Entry in a Story."""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import articles, clock, intervals, moves, pages, selection
from .bounded import PARTY, Party
from .config import Source, languages
from .errors import AnyamError, Busy, FetchError, Gone, Unreached, Waiting
from .hosts import domain_of, host_of
from .permission import Closed, Disallowed
from .reading import Reading, Rejudged, read, rejudge
from .store import Connection, entries, hosts, sources, subscriptions, texts, wordings
from .store.entries import Kept
from .store.sources import Claimed, LostClaim, Polled
from .tools import Tools, credentials
from .values import Arrival, Asks, Document, Reason, Request, Skipped, Tally

logger = logging.getLogger(__name__)

REJUDGED = 250
"""Skipped Entries that a child judges at a time when the rules of their Source change: an expression that needs more
than four milliseconds for one is too slow."""
REFUSED = 4 * 3600.0
"""Seconds to stay away from a host that answered 403, once: many say so to who comes too often."""


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


async def poll(tools: Tools, claimed: Claimed) -> Visited:
    """Take one claimed Source the first part of the way; whatever goes wrong stays with this Source."""
    PARTY.set(Party(claimed.name))
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
    if source.kind == "page":
        await tools.permission.ask(claimed.address)
    request = Request(claimed.address)
    if not intervals.asks_anew(
        claimed.name, brought_at=claimed.brought_at, last_good_at=claimed.last_good_at, now=clock.now()
    ):
        request = replace(request, etag=claimed.etag, last_modified=claimed.last_modified)
    document = await tools.client.get(
        credentials(request, source),
        permit=tools.permission.ask if source.kind == "page" else None,
    )
    digest = hashlib.blake2b(document.body, digest_size=16).digest()
    if document.status == 304 or digest == claimed.body_hash:
        late: Sequence[tuple[int, Arrival]] = ()
        if source.full_text:
            late = await articles.missing(tools, claimed.id, source, articles.Visit(tools), inside=document.inside)
        return await asyncio.to_thread(_unchanged, tools, claimed, document, late)
    site = tools.site.config
    before = await asyncio.to_thread(_before, tools, claimed)
    reading: Reading = await tools.bounded.run(
        read, document, source, site.site.timezone, languages(site), clock.now(), before
    )
    # Without validators, though the Source is known: its rules may be others than they were.
    is_anew = claimed.body_hash is None and claimed.last_good_at is not None
    gone: Sequence[tuple[int, Arrival]] = ()
    if source.full_text:
        visit, inside = articles.Visit(tools), document.inside
        told = await articles.with_texts(tools, claimed.id, source, reading.arrivals, visit, inside=inside)
        reading = replace(reading, arrivals=told.arrivals, problems=(*reading.problems, *told.problems))
        gone = await articles.missing(tools, claimed.id, source, visit, besides=told.known, inside=inside)
    rejudged: Mapping[int, str | None] = {}
    if is_anew:
        rejudged, unfinished = await _rejudged(tools, claimed, source)
        problems = dict.fromkeys((*reading.problems, *selection.slow(source, unfinished)))
        reading = replace(reading, problems=tuple(problems))
    return await asyncio.to_thread(_keep, tools, claimed, document, digest, reading, rejudged, gone)


async def _rejudged(tools: Tools, claimed: Claimed, source: Source) -> tuple[Mapping[int, str | None], set[str]]:
    """Give the Entries that a rule skipped and of which the rules say something else now, also those long gone from
    the document, and the expressions that could not be searched in time.
    """

    def skipped(after: int) -> list[Skipped]:
        with tools.site.store.read() as connection:
            return texts.skipped(connection, claimed.id, after=after, most=REJUDGED)

    judged: dict[int, str | None] = {}
    unfinished: set[str] = set()
    spent: frozenset[str] = frozenset()
    held = await asyncio.to_thread(skipped, 0)
    while held:
        some: Rejudged = await tools.bounded.run(rejudge, held, source, spent)
        judged |= some.by
        unfinished |= some.unfinished
        spent = some.spent
        held = await asyncio.to_thread(skipped, held[-1].number)
    return judged, unfinished


def _before(tools: Tools, claimed: Claimed) -> pages.Known | None:
    """Give what earlier visits of a page kept, by which this one is judged."""
    if claimed.kind != "page":
        return None
    with tools.site.store.read() as connection:
        rows = wordings.last_good(connection, claimed.id, most=pages.LAST)
    return pages.known(rows, now=clock.now())


def _keep(
    tools: Tools,
    claimed: Claimed,
    document: Document,
    digest: bytes,
    reading: Reading,
    rejudged: Mapping[int, str | None],
    gone: Sequence[tuple[int, Arrival]],
) -> Visited:
    """Store what a document brought, and what articles of Entries say that stand there no more."""
    now = clock.now()
    with tools.client.ledger.taken() as tallies, tools.site.store.write() as connection:
        # Validators and Entries in one transaction: a crash between them would lose the Entries for ever.
        old = now - entries.OLD if sources.is_catching_up(claimed, now=now) else None
        kept = entries.keep(
            connection, claimed.id, reading.arrivals, now=now, backlog_before=old, rejudged=rejudged, filled=gone
        )
        problems = (*reading.problems, *_migrated(kept, len(reading.arrivals), claimed))
        pushed = _is_pushed(connection, claimed, brought=bool(kept.new), now=now)
        polled = _polled(
            tools, claimed, document, "ok", brought=bool(kept.new), pushed=pushed, asks=reading.asks, now=now
        )
        untold = _untold(tools, connection, claimed)
        lines = (*problems, *_told_before(kept, claimed), untold, _withheld(tools, claimed))
        polled = replace(polled, problems="; ".join(filter(None, lines)) or None)
        if reading.health:
            polled = replace(polled, health=reading.health.kind, proposal=reading.health.proposal)
        # Without validators the next visit reads the whole document again, for what was cut off.
        if reading.is_whole:
            polled = replace(
                polled,
                etag=document.headers.get("etag"),
                last_modified=document.headers.get("last-modified"),
                body_hash=digest,
            )
        polled = _finish(connection, claimed, polled, tallies, now=now)
        if reading.announced or reading.is_whole:
            subscriptions.announce(connection, claimed.id, reading.announced, now=now)
    at = polled.next_poll_at
    return _visited(claimed, "ok", at, kept=kept, error="; ".join(problems) or None, url_now=document.url)


def _untold(tools: Tools, connection: Connection, claimed: Claimed) -> str | None:
    """Say, for as long as it is so, how many Entries a slow expression keeps skipped."""
    source = tools.site.specs[claimed.name]
    if not any(rules and rules.title for rules in (source.skip, source.only)):
        return None
    count = texts.untold(connection, claimed.id)
    words = "1 Entry stays" if count == 1 else f"{count} Entries stay"
    return f"{words} skipped whose titles could not be searched in time" if count else None


MIGRATED = "items came under new"


def _migrated(kept: Kept, count: int, claimed: Claimed) -> tuple[str, ...]:
    """Report more than half a document's items under new ids at once, or a page's at new addresses; but not twice in
    turn, since such ids change at each visit.
    """
    if kept.migrated * 2 <= count or MIGRATED in (claimed.problems or ""):
        return ()
    names = "addresses" if claimed.kind == "page" else "ids"
    return (f"{kept.migrated} of its {count} {MIGRATED} {names}: taken for the Entries that they were",)


def _told_before(kept: Kept, claimed: Claimed) -> tuple[str, ...]:
    """Give the line of an earlier visit for as long as items come under new ids: it stays, and is not told again."""
    lines = (claimed.problems or "").split("; ")
    return tuple(line for line in lines if MIGRATED in line) if kept.migrated else ()


def _unchanged(tools: Tools, claimed: Claimed, document: Document, late: Sequence[tuple[int, Arrival]]) -> Visited:
    now = clock.now()
    before = _before(tools, claimed)
    health = pages.still(before) if before else pages.Health()
    said = health.words or claimed.problems
    with tools.client.ledger.taken() as tallies, tools.site.store.write() as connection:
        pushed = _is_pushed(connection, claimed, brought=False, now=now)
        polled = replace(
            _polled(tools, claimed, document, "not_modified", brought=False, pushed=pushed, asks=claimed.asks, now=now),
            etag=document.headers.get("etag", claimed.etag),
            last_modified=document.headers.get("last-modified", claimed.last_modified),
            body_hash=claimed.body_hash,
            problems="; ".join(filter(None, (moves.without_withheld(said), _withheld(tools, claimed)))) or None,
            # Else it is as the last visit that read the page found it.
            health=health.kind if health.words else None,
        )
        kept = Kept((), entries.fill(connection, claimed.id, late, now=now))
        polled = _finish(connection, claimed, polled, tallies, now=now)
    return _visited(claimed, "not_modified", polled.next_poll_at, kept=kept, url_now=document.url)


def _polled(
    tools: Tools,
    claimed: Claimed,
    document: Document,
    outcome: str,
    *,
    brought: bool,
    pushed: bool,
    asks: Asks | None,
    now: datetime,
) -> Polled:
    """Tell what a good visit comes to, but for what is kept of the document."""
    bounds = _bounds(tools)
    pace = intervals.pace(claimed.pace, brought=brought, bounds=bounds)
    visit = intervals.Visit(
        name=claimed.name,
        interval=tools.site.specs[claimed.name].interval,
        inside=document.inside,
        pace=pace,
        brought=brought,
        pushed=pushed,
        max_age=intervals.max_age(document.headers),
        asks=asks,
    )
    at, reason = intervals.next_visit(visit, bounds=bounds, now=now)
    return Polled(
        outcome=outcome,
        next_poll_at=at,
        next_poll_reason=reason,
        pace=round(pace),
        asks=asks,
        brought=brought,
        move=moves.seen(claimed.move, document.moved_to, now=now),
    )


def _is_pushed(connection: Connection, claimed: Claimed, *, brought: bool, now: datetime) -> bool:
    return subscriptions.is_pushed(connection, claimed.id, polled_at=claimed.last_poll_at, brought=brought, now=now)


def _failed(tools: Tools, claimed: Claimed, error: AnyamError) -> Visited:
    now = clock.now()
    visit = intervals.Visit(
        name=claimed.name,
        interval=tools.site.specs[claimed.name].interval,
        inside=_is_allowed(tools, claimed.address),
        errors=claimed.errors + 1,
        ended=isinstance(error, Gone),
        offline=isinstance(error, Unreached) and claimed.last_good_at is None,
    )
    if isinstance(error, FetchError):
        visit = replace(visit, retry_after=error.retry_after)
        if error.status == 403 and not claimed.errors:
            here = host_of(claimed.address)
            # A host elsewhere, to which it led, refuses what this Source asked for, and nobody else.
            if domain_of(error.place or here) == domain_of(here):
                tools.client.leave_alone(error.place or here, REFUSED, error.status)
            visit = replace(visit, retry_after=REFUSED, refused=True)
    at, reason = intervals.next_visit(visit, bounds=_bounds(tools), now=now)
    if isinstance(error, Disallowed):
        reason = Reason("closed" if isinstance(error, Closed) else "forbidden")
    outcome = "gone" if isinstance(error, Gone) else "error"
    if isinstance(error, Waiting):
        polled = Polled(
            "skipped", error.until, Reason("busy" if isinstance(error, Busy) else "left-alone"), errors=claimed.errors
        )
    else:
        words = "; ".join(filter(None, (str(error), _withheld(tools, claimed))))
        polled = Polled(outcome, at, reason, error=words, errors=claimed.errors + 1)
        if claimed.kind == "page" and (health := _health(error)):
            polled = replace(polled, health=health.kind, proposal=health.proposal)
    try:
        with tools.client.ledger.taken() as tallies, tools.site.store.write() as connection:
            polled = _finish(connection, claimed, polled, tallies, now=now)
    except LostClaim as lost:
        return _visited(claimed, "skipped", None, error=str(lost))
    except Exception as worse:  # a store that is full, or busy for long; its claim ends by itself
        words = f"what its poll came to ({error}) could not be stored: {worse}; it is polled again in a minute"
        logger.warning("%s: %s", claimed.name, words)
        return _visited(claimed, "skipped", None, error=words)
    then = None if visit.ended else polled.next_poll_at
    return _visited(claimed, polled.outcome, then, error=polled.error or str(error))


def _withheld(tools: Tools, claimed: Claimed) -> str | None:
    """Say what a Source that has moved is asked without: the host that it has moved to was given none of it."""
    source = tools.site.specs[claimed.name]
    return moves.withheld(
        source.url, claimed.address, has_auth=source.auth is not None, has_headers=bool(source.headers)
    )


def _finish(
    connection: Connection, claimed: Claimed, polled: Polled, tallies: Sequence[Tally], *, now: datetime
) -> Polled:
    """Write what was asked, and what the poll came to; gives that with the visit that the host's waits allow.

    Another Source may have been told to wait while this one was read.
    """
    hosts.record(connection, tallies, now=now)
    until = hosts.until(connection, host_of(claimed.address), now=now)
    if until is not None and polled.next_poll_at < until:
        polled = replace(polled, next_poll_at=until, next_poll_reason=Reason("left-alone"))
    sources.finish(connection, claimed, polled, now=now)
    return polled


def _health(error: AnyamError) -> pages.Health | None:
    """Tell what an error says of a page's health; None where it says nothing, as a host that is down."""
    if isinstance(error, pages.Unwell):
        return error.health
    if isinstance(error, FetchError) and error.status in {404, 410}:
        return pages.Health("gone", str(error))
    return pages.Health("blocked", str(error)) if isinstance(error, FetchError) and error.status in {401, 403} else None


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


def _bounds(tools: Tools) -> intervals.Bounds:
    return intervals.Bounds(least=tools.site.config.fetch.min_interval, most=tools.site.config.fetch.max_interval)


def _is_allowed(tools: Tools, url: str) -> bool:
    """Tell whether an address is written in `fetch.allow`: where nothing answered, no more is known of it."""
    return host_of(url) in {
        f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name, port in tools.site.config.fetch.allow
    }
