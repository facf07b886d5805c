"""Reads what a Source's host answered: a document in, arrivals ready to store out. Pure; it fetches nothing.

It runs in a child process with limits: parsing, cleaning and an operator's regular expressions have none of their own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import normalize, pages, parse, selection
from .config import Source
from .patterns import Patterns
from .values import UNREAD, UNTOLD, Arrival, Article, Asks, Document, Entry, Feed, Item, Skipped, Text
from .websub import Announced, announced

DAY = timedelta(hours=24)


_LENGTHS = frozenset({"content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document holds, made ready to store."""

    arrivals: tuple[Arrival, ...]
    problems: tuple[str, ...]
    asks: Asks
    is_whole: bool = True
    """False where the document ends in the middle."""
    title: str | None = None
    """What the document calls itself."""
    format: str = ""
    """As `Feed.format` says it."""
    announced: Announced | None = None
    """The hubs that tell when there is something new."""
    health: pages.Health | None = None
    """How the page is; None for a feed."""


def read(
    document: Document,
    source: Source,
    timezone: str,
    known: tuple[str, ...],
    now: datetime,
    before: pages.Known | None = None,
) -> Reading:
    """Read a Source's document: parse it, or find the page's items; then normalize and select. Pure.

    `before` is what earlier visits of a page kept, by which its health is judged.
    """
    content_type = document.headers.get("content-type")
    if source.kind == "page":
        feed = pages.items(
            document.body, url=document.url, content_type=content_type, rules=_rules(source), known=before
        )
    else:
        feed = parse.read(document.body, content_type=content_type, url=document.url)
    clean = normalize.entries(
        feed,
        url=document.url,
        now=now,
        language=source.language,
        languages=known,
        timezone=source.timezone or timezone,
    )
    patterns = selection.searches(source)
    arrivals = tuple(_arrival(entry, source, patterns) for entry in clean.entries)
    # What stands where a page has its dates may be a video's length: `health` tells where dates have gone.
    misdated = _misdated(clean.entries) if source.kind == "feed" else ()
    problems = (*feed.problems, *clean.problems, *misdated, *selection.slow(source, patterns.unfinished))
    health = None
    if source.kind == "page":
        verdict = pages.judge(
            clean.entries,
            url=document.url,
            ruled=source.page is not None,
            known=before or pages.Known(),
            dated_by=source.page.date if source.page else None,
        )
        arrivals = tuple(
            replace(one, entry=normalize.unlinked(one.entry) if is_stray else one.entry, doubt=doubt)
            for one, doubt, is_stray in zip(arrivals, verdict.doubts, verdict.strays, strict=True)
        )
        health = verdict.health
        problems = (*problems, health.words) if health.words else problems
    hubs = announced(document.headers, url=document.url, hubs=feed.hubs, topic=feed.topic, inside=document.inside)
    # HTML may leave its end tags out: where the answer had a length, a page is as long as its host made it.
    whole = feed.is_whole or (source.kind == "page" and not _LENGTHS.isdisjoint(document.headers))
    return Reading(arrivals, problems, feed.asks, whole, feed.title, feed.format, hubs, health)


def read_article(
    document: Document, listed: Arrival, source: Source, timezone: str, known: tuple[str, ...], now: datetime
) -> Arrival:
    """Read an article's page and give its list's arrival the page's words; identity stays that of the list. Pure."""
    content_type, headline = document.headers.get("content-type"), _headline(listed.entry)
    asked = listed.entry.url
    article = pages.article(document.body, url=document.url, content_type=content_type, listed=headline, asked=asked)
    clean = normalize.entries(
        Feed(items=(_as_item(article, listed),), language=article.language, format="page"),
        url=document.url,
        now=now,
        language=source.language,
        languages=known,
        timezone=source.timezone or timezone,
    )
    if not clean.entries:
        return listed
    told, brief = clean.entries[0], listed.entry
    published = _published(told.published_at, brief.published_at, timed=normalize.tells_time(article.published))
    entry = replace(
        told,
        entry_id=brief.entry_id,
        keys=brief.keys,
        named=brief.named,
        linked=brief.linked,
        digest=brief.digest,
        url=brief.url,
        title=told.title if article.title else brief.title,
        summary=brief.summary or told.summary,
        authors=told.authors or brief.authors,
        language=told.language or brief.language,
        published_at=published,
        date_note=None if published else brief.date_note or told.date_note,
        categories=brief.categories or told.categories,
        image=told.image or brief.image,
    )
    arrival = _arrival(entry, source, selection.searches(source))
    if arrival.fits_not and not listed.skipped_by:
        arrival = replace(arrival, skipped_by=None, held_by=None)  # `only` fits what its list says
    return replace(arrival, doubt=listed.doubt, headline=brief.title)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What the rules of a Source say of Entries that were skipped."""

    by: dict[int, str | None]
    """By number, the Entries of which they say something else now, and what; such that cannot be told stay skipped."""
    unfinished: frozenset[str]
    """The expressions that could not be searched in time in some title, and ..."""
    spent: frozenset[str]
    """... those of them that had no time left."""


def rejudge(skipped: Sequence[Skipped], source: Source, spent: Collection[str] = ()) -> Rejudged:
    """Judge skipped Entries by the rules that their Source has now; the `spent` expressions are not searched again."""
    patterns = selection.searches(source, spent)
    said = {one.number: selection.judge(one, source, patterns) for one in skipped}
    by = {one.number: _rejudged(one, said[one.number], source) for one in skipped}
    changed = {one.number: by[one.number] for one in skipped if by[one.number] != one.by}
    return Rejudged(changed, frozenset(patterns.unfinished), frozenset(patterns.spent))


def _rejudged(one: Skipped, verdict: selection.Verdict, source: Source) -> str | None:
    if verdict.by is None and source.full_text and not one.is_whole and selection.leaves_open(one, source.skip):
        return UNREAD if one.by == UNREAD or not verdict.untold else _held_by(verdict)
    return (None if one.by == UNREAD else _held_by(verdict)) or verdict.by


def _held_by(verdict: selection.Verdict) -> str | None:
    """Give the rule by which what is skipped already stays so, though that rule could not be told."""
    return f"{verdict.untold}{UNTOLD}" if verdict.untold else None


def _headline(entry: Entry) -> str:
    """Give the title of an item, but nothing where its address or id stands in for it."""
    return "" if entry.title in (entry.url, entry.entry_id) else entry.title


def _published(told: datetime | None, listed: datetime | None, *, timed: bool) -> datetime | None:
    """Give the date of an article's page, but the list's where the page tells no more than the day of that moment."""
    if told and listed and not timed and abs(told - listed) < DAY:
        return listed
    return told or listed


def _misdated(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Say that dates could not be taken, with the first of them."""
    notes = [entry.date_note for entry in entries if entry.date_note]
    return (f"{len(notes)} of {len(entries)} items give no usable date. Of the first, {notes[0]}",) if notes else ()


def _arrival(entry: Entry, source: Source, patterns: Patterns) -> Arrival:
    if not source.images:
        entry = replace(entry, image=None, image_caption=None)
    verdict = selection.judge(entry, source, patterns)
    held_by = _held_by(verdict)
    return Arrival(entry, selection.excerpt(entry, source), verdict.by and (held_by or verdict.by), held_by=held_by)


def _rules(source: Source) -> pages.PageRules | None:
    page = source.page
    if page is None:
        return None
    return pages.PageRules(
        item=page.item,
        link=page.link,
        title=page.title,
        date=page.date,
        summary=page.summary,
        image=page.image,
        author=page.author,
    )


def _as_item(article: Article, listed: Arrival) -> Item:
    return Item(
        id=listed.entry.entry_id,
        url=listed.entry.url,
        title=Text(article.title) if article.title else None,
        content=Text(article.content, html=True) if article.content else None,
        authors=article.authors,
        language=article.language,
        published=article.published,
        updated=article.updated,
        categories=(article.section,) if article.section else (),
        image=article.image,
        image_caption=article.image_caption,
        section=article.section,
    )
