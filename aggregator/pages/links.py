"""Gathers the links of a page, each address once, with all that is said of it. It does not choose among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import _Element

from aggregator import dates
from aggregator.pages.address import Shape, absolute, host, is_file, key, shape, site
from aggregator.pages.regions import Place, places
from aggregator.pages.vocabulary import BUTTON_TEXTS, CROSS_REFERENCE, DEAD_RELS, DEAD_TEXTS
from aggregator.pages.words import blocks, count, words

MAX_ANCHORS = 5_000
"""The busiest of thirty real fronts has 900."""

MAX_SAME = 12
"""Anchors looked at for one address; cards link theirs up to five times, menus repeat one for each size of screen."""

MAX_CARD = 3_000
"""Letters read of one anchor, in case it wraps more than a card."""

MAX_INNER = 200
"""Elements within one anchor that are looked at for what is marked as its title."""

MAX_TITLE = 300
"""Longer texts are a card's whole content; the headline inside is looked for."""

_LENGTH = re.compile(r"\W*\d{1,3}:\d\d(?::\d\d)?\W*")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class Anchor:
    """One anchor: its element, the headline it shows (may be empty), its place, and how it is built in."""

    element: _Element
    text: str
    place: Place
    heading: bool
    image: bool
    path: tuple[str, ...]
    number: int = 0
    """Which of the page's anchors it is."""
    dead: bool = False
    """Whether its relation says that it leads to no article, or its words that it is a button."""


@dataclass(slots=True)
class Link:
    """One address and every anchor that leads there, in the order of the page."""

    url: str
    key: str
    shape: Shape
    other_host: bool
    """Whether it leads to a sister host of the page's: a shop, games, a city's edition."""
    anchors: list[Anchor] = field(default_factory=list)
    times: int = 0
    """How many anchors lead there; `anchors` holds the first ones."""

    @property
    def text(self) -> str:
        """The longest sensible text among its anchors, headings first; empty where none is."""
        texts = sorted((anchor.heading, len(anchor.text), anchor.text) for anchor in self.anchors if anchor.text)
        return texts[-1][2] if texts else ""


def gather(root: _Element, *, url: str) -> list[Link]:
    """Give the links of a page to pages of the same outlet, each once. `url` is the page's own address."""
    base = base_of(root, url)
    where = places(root)
    own = {site(url), site(base)} | set(_own_sites(root, base))
    here = {key(url), key(base)}
    hosts = {host(url), host(base)}
    found: dict[str, Link] = {}
    for number, element in enumerate(root.iter("a")):
        if number >= MAX_ANCHORS:
            break
        address = absolute(element.get("href"), base)
        if address is None or is_file(address) or site(address) not in own:
            continue
        name = key(address)
        if name in here:
            continue
        link = found.get(name)
        if link is None:
            link = found[name] = Link(
                url=address, key=name, shape=shape(address), other_host=host(address) not in hosts
            )
        elif len(address) < len(link.url):
            link.url = address
        link.times += 1
        if len(link.anchors) < MAX_SAME:
            link.anchors.append(_anchor(element, where.get(element, Place()), number))
    return list(found.values())


def base_of(root: _Element, url: str) -> str:
    """Give the address that relative links of a page start from."""
    for element in root.iter("base"):
        return absolute(element.get("href"), url) or url
    return url


def _own_sites(root: _Element, base: str) -> Iterator[str]:
    # A mirror or a test server still belongs to the outlet that the page names as its own.
    for element in root.iter("link", "meta"):
        named = element.get("href") if element.get("rel") == "canonical" else None
        if element.get("property") == "og:url":
            named = element.get("content")
        address = absolute(named, base)
        if address:
            yield site(address)


def _anchor(element: _Element, place: Place, number: int) -> Anchor:
    inner = next(element.iter(*_HEADINGS), None)
    text = headline(element, inner)
    blank = DEAD_TEXTS.match(text) or CROSS_REFERENCE.match(text)
    button = not blank and BUTTON_TEXTS.match(text) is not None
    return Anchor(
        element=element,
        text="" if blank or button else text,
        place=place,
        heading=place.heading or inner is not None,
        image=next(element.iter("img", "picture"), None) is not None,
        path=_path(element),
        number=number,
        dead=button or not DEAD_RELS.isdisjoint((element.get("rel") or "").lower().split()),
    )


def headline(element: _Element, inner: _Element | None) -> str:
    """Give the headline that an anchor shows: its heading, what is marked as title, else all its words."""
    if inner is not None and (text := words(inner, limit=MAX_CARD)):
        return text[:MAX_TITLE]
    marked = _marked(element)
    if marked and count(marked) >= 3:
        return marked[:MAX_TITLE]
    text = _undated(element) or words(element, limit=MAX_CARD)
    label = " ".join((element.get("title") or element.get("aria-label") or "").split())
    if len(text) > MAX_TITLE:
        leaves = [words(child) for child in element.iter("div", "p", "span", "strong", "b") if len(child) == 0]
        text = next((block for block in leaves if count(block) >= 4), text)
    return (text if count(text) >= 3 or count(label) < 3 else label)[:MAX_TITLE]


def _undated(element: _Element) -> str | None:
    """Give the headline of an anchor that wraps a card, known by a date or a film's length in it; None for others."""
    parts = blocks(element, limit=MAX_CARD)
    rest = [part for part in parts if not _is_stamp(part)]
    if not rest or len(rest) == len(parts):
        return None
    return next((part for part in rest if count(part) >= 4), " ".join(rest))


def _is_stamp(text: str) -> bool:
    if _LENGTH.fullmatch(text):
        return True
    told = dates.find(text)
    return told is not None and count(re.sub(r"\W+", " ", text.replace(told.words, " "))) <= 3  # its author


def _marked(element: _Element) -> str:
    for child in islice(element.iterdescendants(), MAX_INNER):
        named = (child.get("class") or "").lower() if isinstance(child.tag, str) else ""
        if named and ("title" in named or "headline" in named or child.get("itemprop") in {"headline", "name"}):
            text = words(child, limit=MAX_CARD)
            if text:
                return text
    return ""


def _path(element: _Element) -> tuple[str, ...]:
    steps: list[str] = []
    current: _Element | None = element
    while current is not None and len(steps) < 4:
        first = (current.get("class") or "").split(" ")[0]
        steps.append(f"{current.tag}.{first}")
        current = current.getparent()
    return tuple(steps)
