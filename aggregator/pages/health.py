"""Tells what is wrong with a Source that is a page, and which of its items are doubtful. It reads no page.

It judges what this visit saw by what earlier visits kept. Each finding is one line for operators that says what to do.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Literal

from aggregator import dates
from aggregator.errors import ParseError
from aggregator.pages.address import host, key, shape, site
from aggregator.pages.astray import astray, leads_nowhere
from aggregator.pages.vocabulary import BUTTON_TEXTS, DEAD_TEXTS, FURNITURE_TEXT
from aggregator.values import Entry

Kind = Literal["well", "gone", "blocked", "selector", "unread", "empty", "frozen", "undated", "junk", "doubtful"]

LAST = 200
"""Earlier items that are compared: more than a list shows, so that an old report on it is known."""
ENOUGH = 5
"""Fewer earlier items than this say nothing of a Source's habits."""
MOST = 0.8
"""A habit is what at least this share of items does."""
REDESIGNED = 8
"""Of so many items, most unknown and formed otherwise, a page has more likely been rebuilt than filled anew."""
STILL = 20.0
"""A list is frozen when it brings nothing for so many times its usual gap, and never before two days: with gaps as
chance makes them (exponential), a list as lively as ever is silent so long once in e^20."""
LEAST_STILL = 2 * 86400.0
JUNK = 3
"""Two cards may announce one report; three that all lead to one address lead to no report. And two known headlines may
stand in a list by chance; three show how a page addresses its reports now."""
WAVE = "is unknown like most others, and has no address as before: name the right ones under `page:`"
NO_DATES = "if the page still shows dates, give their selector as `page.date`"
SHARED_TITLE = 3
"""So many addresses under one title: two reports may be called alike, three are a button."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that an earlier visit kept, without doubt."""

    title: str
    url: str | None
    dated: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a Source from earlier visits; times in seconds, None where they cannot be told."""

    last: tuple[Seen, ...] = ()
    """The newest good items."""
    gap: float | None = None
    """How long it usually took to bring something new."""
    silent: float | None = None
    """How long it has brought nothing new."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a page is: `words` say what was seen and what to do, `proposal` is YAML for feeds.yaml that would mend it."""

    kind: Kind = "well"
    words: str = ""
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be thought of a list: its health, and for each Entry why it is doubtful, if it is."""

    health: Health
    doubts: tuple[str | None, ...]
    strays: tuple[bool, ...] = ()
    """Of each Entry whether its address leads to no article, though those of earlier visits did."""


def known(rows: Sequence[tuple[str, str | None, bool, datetime]], *, now: datetime) -> Known:
    """Make of a Source's newest good Entries what is known of it.

    Each row: title, address, whether dated, first sight; `now` and the first sights are aware.
    """
    sights = sorted({at for _, _, _, at in rows})
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(sights)]
    return Known(
        last=tuple(Seen(title, url, dated) for title, url, dated, _ in rows),
        gap=median(gaps) if len(gaps) >= ENOUGH else None,
        silent=(now - sights[-1]).total_seconds() if sights else None,
    )


class Unwell(ParseError):
    """A page gives no items; `health` says what is wrong with it."""

    def __init__(self, message: str, health: Health | None = None) -> None:
        super().__init__(message)
        self.health = health or Health("unread", message)


def unwell(kind: Kind, words: str, proposal: str | None = None) -> Unwell:
    """Make the error of a page that gives no items."""
    said = f"{words}; what would find them now: {proposal}" if proposal else words
    return Unwell(said, Health(kind, said, proposal))


def judge(entries: Sequence[Entry], *, url: str, ruled: bool, known: Known, dated_by: str | None = None) -> Verdict:
    """Judge the Entries of one visit.

    `url`: the page's address; `ruled`: they were found by selectors; `dated_by`: the one for dates, if there is one.
    """
    if not entries:
        return Verdict(Health("empty", "the list is there and holds no items; nothing to do unless that lasts"), ())
    strays = _strays(entries, known)
    doubts = tuple(
        f"leads to no article ({entry.url})" if is_stray else doubt
        for entry, is_stray, doubt in zip(
            entries, strays, _doubts(entries, url=url, ruled=ruled, known=known), strict=True
        )
    )
    return Verdict(_health(entries, doubts, strays, known, dated_by), doubts, strays)


def _health(
    entries: Sequence[Entry],
    doubts: Sequence[str | None],
    strays: Sequence[bool],
    known: Known,
    dated_by: str | None,
) -> Health:
    doubtful = sum(doubt is not None for doubt in doubts)
    junk = [
        entry
        for entry, is_stray in zip(entries, strays, strict=True)
        if is_stray or (leads_nowhere(entry.url) and not all(leads_nowhere(one.url) for one in known.last[:1]))
    ]
    if any(strays) or len(junk) >= min(JUNK, len(entries)):
        share = f"all {len(entries)}" if len(junk) == len(entries) else f"{len(junk)} of {len(entries)}"
        return Health(
            "junk", f"{share} items lead to pages such as {junk[0].url}; check `page.link`, or log in as a reader"
        )
    if doubtful:
        first = next(doubt for doubt in doubts if doubt)
        words = f"{doubtful} of {len(entries)} items are held back, since one {first}; `anyam entries` lists them"
        return Health("doubtful", words)
    if _mostly(known.last) and not any(_is_dated(entry) for entry in entries):
        todo = f"`page.date`: {dated_by!r} finds none: name what holds them now" if dated_by else NO_DATES
        return Health("undated", f"no item has a date any longer, though they used to; {todo}")
    names = _names(known)
    return still(known, brought=not all(_is_known(entry, names) for entry in entries))


def still(known: Known, *, brought: bool = False) -> Health:
    """Tell whether a list is frozen: the same for much longer than it used to be. `brought`: something is new now."""
    if brought or known.gap is None or known.silent is None or known.silent < max(LEAST_STILL, STILL * known.gap):
        return Health()
    words = (
        f"the list has brought nothing new for {_span(known.silent)}, though it used to every {_span(known.gap)}; "
        "look in a browser whether the outlet goes on at another address"
    )
    return Health("frozen", words)


def _span(seconds: float) -> str:
    number, unit = (round(seconds / 86400), "day") if seconds >= 2 * 86400 else (round(seconds / 3600), "hour")
    return f"{max(1, number)} {unit}{'s' if number > 1 else ''}"


# --- doubt -----------------------------------------------------------------------------------------------------------


def _doubts(entries: Sequence[Entry], *, url: str, ruled: bool, known: Known) -> tuple[str | None, ...]:
    titles = Counter(entry.title.casefold() for entry in entries)
    sites = {site(one.url) for one in known.last if one.url} if len(known.last) >= ENOUGH else set()
    names = _names(known)
    # Where all others have dates, as ever or at a first visit, an item without one is likely no item.
    first = not ruled and len(known.last) < ENOUGH < len(entries)
    dated = (first or _mostly(known.last)) and sum(map(_is_dated, entries)) >= MOST * len(entries)
    wave = frozenset() if ruled else _wave(entries, known)
    found: list[str | None] = []
    for index, entry in enumerate(entries):
        if titles[entry.title.casefold()] >= SHARED_TITLE:
            found.append(f"has the title {entry.title[:60]!r}, as {titles[entry.title.casefold()]} items have")
        elif _is_known(entry, names):
            found.append(None)
        else:
            found.append(_doubt(entry, url=url, sites=sites, dated=dated) or (WAVE if index in wave else None))
    return tuple(found)


def _doubt(entry: Entry, *, url: str, sites: set[str], dated: bool) -> str | None:
    if not any(letter.isalpha() for letter in entry.title):
        return f"has no words in its title ({entry.title[:60]!r})"
    if DEAD_TEXTS.match(entry.title) or BUTTON_TEXTS.match(entry.title) or _is_furniture(entry):
        return f"has a title of the site's own menus ({entry.title[:60]!r})"
    if leads_nowhere(entry.url):
        return f"leads to a page such as a login ({entry.url})"
    if entry.url and sites and site(entry.url) not in sites | {site(url)}:
        return f"leads to another host ({host(entry.url)}) than all items before"
    if dated and not _is_dated(entry):
        return "has no date, though all others have one"
    return None


def _is_furniture(entry: Entry) -> bool:
    # "Privacy policy" is no news, "Privacy law passes in its third reading" is.
    match = FURNITURE_TEXT.search(entry.title)
    return match is not None and len(entry.title.split()) <= 4 and not _is_dated(entry)


def _strays(entries: Sequence[Entry], known: Known) -> tuple[bool, ...]:
    """Say of each Entry whether its address leads to no article; only of a known one by the words of it alone."""
    names = _names(known)
    found = astray([(entry.url, entry.title) for entry in entries], [one.url for one in known.last if one.url])
    ever = any(leads_nowhere(one.url) for one in known.last)
    return tuple(
        is_stray or (not ever and leads_nowhere(entry.url) and _is_known(entry, names))
        for entry, is_stray in zip(entries, found, strict=True)
    )


def _wave(entries: Sequence[Entry], known: Known) -> frozenset[int]:
    """Give the places of unknown items formed as none was before, where they are the greater part of a page."""
    # A rebuilt page may list menus, old reports or other sites' in place of its news.
    before = Counter(shape(one.url).signature for one in known.last if one.url).most_common(1)
    is_habit = len(known.last) >= REDESIGNED and bool(before) and before[0][1] >= MOST * len(known.last)
    if len(entries) < REDESIGNED or not is_habit:
        return frozenset()
    names = _names(known)
    now = Counter(shape(entry.url).signature for entry in entries if entry.url and _is_known(entry, names))
    usual = {before[0][0]} | {signature for signature, count in now.items() if count >= JUNK}
    strange = frozenset(
        index
        for index, entry in enumerate(entries)
        if not _is_known(entry, names) and not (entry.url and shape(entry.url).signature in usual)
    )
    return strange if 2 * len(strange) > len(entries) else frozenset()


def _names(known: Known) -> frozenset[str]:
    """Give the titles and addresses of what is known."""
    return frozenset({key(one.url) for one in known.last if one.url} | {one.title.casefold() for one in known.last})


def _is_known(entry: Entry, names: frozenset[str]) -> bool:
    return entry.title.casefold() in names or (entry.url is not None and key(entry.url) in names)


def _mostly(last: Sequence[Seen]) -> bool:
    return len(last) >= ENOUGH and sum(one.dated for one in last) >= MOST * len(last)


def _is_dated(entry: Entry) -> bool:
    # Also by a time in the future: that of a page whose zone is another one than its Source's.
    return dates.is_told(entry.published_at, entry.date_note)
