"""Finds what an address offers as a Source: the document itself, and the feeds that it leads to. Pure; fetches nothing.

It runs in a child process with limits, for the documents are as untrusted as any.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.etree import _Element

from .config import Source, outlet_of
from .config.addresses import CARRIERS
from .config.drafts import place_of, title_of, web_address
from .errors import ParseError
from .pages.address import site
from .pages.document import read as read_page
from .pages.links import base_of
from .pages.words import words
from .reading import Reading
from .reading import read as read_document
from .values import Document

MOST_LINKS = 5_000
"""Links of a page that are looked at; the busiest of thirty real fronts has 900."""
MOST_CANDIDATES = 200
"""Feeds that one page may lead to; lists of an outlet's feeds hold some dozens."""
NEWEST = 3
"""Items that a preview shows."""
LONGEST = 2_000
"""Letters of an address; browsers and servers stop near there too."""

FEED_TYPES = frozenset(
    """
    application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/x-rss+xml
    application/x-atom+xml application/x.atom+xml
    """.split()  # noqa: SIM905
)
"""Media types of `link rel=alternate` that say feed (WHATWG HTML 4.6.7.1, JSON Feed 1.1), and those once in use."""
VAGUE_TYPES = frozenset({"application/xml", "text/xml", "application/json", "text/rss", "text/atom", ""})
"""Media types that other documents have too: such a link is followed where its address looks like a feed's."""
USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds")
"""Where sites have their feed, the commonest first: WordPress, news systems, static sites, JSON Feed."""
USUAL_OF_FOLDER = USUAL[:4]
"""Where the parts of a site have theirs; each try is a request."""

_PATH = re.compile(
    r"(^|/)(feeds?|rss2?|atom|rdf)([/.]|$)|\.(rss|atom|rdf)$|(^|/)[\w-]*(rss|feed|atom)[\w-]*\.(xml|json|php|aspx?)$"
    r"|(^|/)index\.(xml|rdf)$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(^|&)(feed|format|type|output|alt)=(rss\d?|atom|rdf|rss2|xml|feed|json)(&|$)", re.IGNORECASE)
_SAID = re.compile(r"\b(rss|atom|feeds?|xml)\b", re.IGNORECASE)
_COMMENTS = re.compile(r"(^|[/=_.-])(comments?|komentar|kommentare?)([/=_.-]|$)", re.IGNORECASE)
_COMMENTS_SAID = re.compile(r"\b(comments|komentar|kommentare|комментари\w*|comentarios)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed: `announced` by the page's head, `linked` in it, or where feeds `usual`ly are."""

    url: str
    how: Literal["announced", "linked", "usual"]


@dataclass(frozen=True, slots=True)
class Brief:
    """One item in a preview."""

    title: str
    published_at: datetime | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a Source at this address would bring now."""

    url: str
    kind: Literal["feed", "page"]
    title: str | None
    format: str
    items: int
    newest: tuple[Brief, ...]
    languages: tuple[tuple[str | None, int], ...]
    """How many items are in each language, the commonest first; None where nothing tells it."""
    problems: tuple[str, ...] = ()

    @property
    def newest_at(self) -> datetime | None:
        """When its newest item with a date was published."""
        return next((brief.published_at for brief in self.newest if brief.published_at), None)


@dataclass(frozen=True, slots=True)
class Look:
    """What one document turned out to be: a feed, or a page that offers items and leads to feeds; or none of these."""

    feed: Offer | None = None
    page: Offer | None = None
    candidates: tuple[Candidate, ...] = ()
    why: str = ""
    """What it is where it offers nothing itself."""


def look(document: Document, timezone: str, known: tuple[str, ...], now: datetime) -> Look:
    """Read a document as a feed, else as a page; raises ParseError where it is neither."""
    try:
        return Look(feed=_offer(document, "feed", timezone, known, now))
    except ParseError as error:
        not_feed = str(error)
    try:
        root = read_page(document.body, content_type=document.headers.get("content-type")).root
    except ParseError:
        raise ParseError(not_feed) from None
    found = tuple(_candidates(root, document.url))
    try:
        return Look(page=_offer(document, "page", timezone, known, now), candidates=found)
    except ParseError as error:
        return Look(candidates=found, why=str(error))


def usual(url: str) -> tuple[Candidate, ...]:
    """Give the addresses at which feeds usually lie: beside the page first, then at the root of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if "." not in last:
        folder = f"{folder}/{last}".rstrip("/")
    paths = [f"{folder}/{name}" for name in USUAL_OF_FOLDER if folder] + [f"/{name}" for name in USUAL]
    return tuple(Candidate(root + path, "usual") for path in paths)


def _offer(
    document: Document, kind: Literal["feed", "page"], timezone: str, known: tuple[str, ...], now: datetime
) -> Offer:
    outlet = outlet_of(document.url)
    source = Source(name=outlet, url=document.url, sections=(), outlet=outlet, full_text=kind == "page", kind=kind)
    reading: Reading = read_document(document, source, timezone, known, now)
    entries = [arrival.entry for arrival in reading.arrivals]
    first = datetime.min.replace(tzinfo=UTC)
    newest = sorted(entries, key=lambda entry: entry.published_at or first, reverse=True)[:NEWEST]
    return Offer(
        url=document.moved_to or document.url,
        kind=kind,
        title=title_of(reading.title or "") or None,
        format=reading.format,
        items=len(entries),
        newest=tuple(Brief(entry.title, entry.published_at, entry.language) for entry in newest),
        languages=tuple(Counter(entry.language for entry in entries).most_common()),
        problems=reading.problems,
    )


def _candidates(root: _Element, url: str) -> Iterator[Candidate]:
    """Give a page's candidates, each address once: announced, then linked, and feeds of comments after all others."""
    base = base_of(root, url)
    announced = [(found, said, "announced") for found, said in _announced(root, base)]
    linked = [(found, said, "linked") for found, said in _linked(root, base)]
    seen = {place_of(url)}
    ordered = sorted([*announced, *linked], key=lambda one: _is_of_comments(one[0], one[1]))
    for found, _, how in ordered:
        place = place_of(found)
        if place not in seen and len(seen) <= MOST_CANDIDATES:
            seen.add(place)
            yield Candidate(found, "announced" if how == "announced" else "linked")


def _announced(root: _Element, base: str) -> Iterator[tuple[str, str]]:
    for link in islice(root.iter("link"), MOST_LINKS):
        rel = set((link.get("rel") or "").lower().split())
        media = (link.get("type") or "").partition(";")[0].strip().lower()
        address = _address(link.get("href"), base)
        if address is None or not rel & {"alternate", "feed"} or "stylesheet" in rel:
            continue
        if media in FEED_TYPES or (media in VAGUE_TYPES and ("feed" in rel or _looks_like_feed(address))):
            yield address, link.get("title") or ""


def _linked(root: _Element, base: str) -> Iterator[tuple[str, str]]:
    """Give the links that look like feeds by their address, then those that only say so."""
    saying = []
    for anchor in islice(root.iter("a"), MOST_LINKS):
        address = _address(anchor.get("href"), base)
        if address is None or not _is_of_outlet(address, base):
            continue
        said = words(anchor, limit=60) or anchor.get("title") or anchor.get("aria-label") or ""
        if _looks_like_feed(address):
            yield address, said
        elif len(said.split()) <= 3 and _SAID.search(said):
            saying.append((address, said))
    yield from saying


def _address(href: str | None, base: str) -> str | None:
    """Resolve a link; None unless it is http or https. Its query stays: some feeds are told from pages by it alone."""
    bare = web_address("".join((href or "").split()))
    if not bare or len(bare) > LONGEST:
        return None
    try:
        address = urldefrag(urljoin(base, bare)).url
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname and not parts.username else None
    except ValueError:
        return None


def _looks_like_feed(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_PATH.search(parts.path) or _QUERY.search(parts.query))


def _is_of_outlet(address: str, base: str) -> bool:
    """Tell a site's own feeds, and those it keeps elsewhere, from links to readers that would subscribe to them."""
    host = urlsplit(address).hostname or ""
    return site(address) == site(base) or host in CARRIERS or host.startswith(("feeds.", "feed.", "rss."))


def _is_of_comments(address: str, said: str) -> bool:
    parts = urlsplit(address)
    return bool(_COMMENTS.search(f"{parts.path}?{parts.query}") or _COMMENTS_SAID.search(said))


def best_first(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Order offers: feeds with items as the page names them, then pages with items, then feeds that are empty."""
    return tuple(sorted(offers, key=lambda offer: (not offer.items, offer.kind == "page")))


def other_languages(offer: Offer, told: tuple[str, ...]) -> int:
    """Count the items in none of the languages that a Section tells; none where it tells all."""
    return sum(count for language, count in offer.languages if told and language not in told)
