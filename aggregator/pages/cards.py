"""Reads what stands around an item's link on a list: date, summary, image, author. It does not choose the items."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from lxml.etree import _Element

from aggregator import dates
from aggregator.pages.address import absolute
from aggregator.pages.links import MAX_TITLE, headline
from aggregator.pages.vocabulary import BYLINE, DEAD_TEXTS, WRITER
from aggregator.pages.when import MAX_LINE, Marked, date, marked
from aggregator.pages.words import count, words

_SUMMARY_TOKENS = {
    "summary",
    "desc",
    "description",
    "excerpt",
    "teaser",
    "lead",
    "lede",
    "deck",
    "dek",
    "standfirst",
    "intro",
    "announce",
    "anons",
    "snippet",
    "sinopsis",
    "ringkasan",
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_AUTHOR_TOKENS = {"author", "byline", "penulis", "autor", "writer"}
_ENDS = {"article", "li", "tr", "body", "html", "main", "table", "ul", "ol", "tbody"}

MIN_SUMMARY = 40
"""Letters; shorter texts on cards are kickers, places and counters."""

MIN_TITLE_WORDS = 3
"""Shorter cells name a place, an office or a file."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says beside link and title, as it says it."""

    date: str | None = None
    summary: str | None = None
    image: str | None = None
    author: str | None = None


def owners(groups: Iterable[tuple[str, Iterable[_Element]]]) -> dict[_Element, str | None]:
    """Say for each element that holds items' elements whose it is: a name where it holds one item only, else None."""
    found: dict[_Element, str | None] = {}
    for name, elements in groups:
        for element in elements:
            for step in (element, *element.iterancestors()):
                if found.setdefault(step, name) != name:
                    found[step] = None
    return found


def area(element: _Element, owner: dict[_Element, str | None]) -> list[_Element]:
    """Give the elements of the card whose link is `element`: its widest own part and what follows it."""
    name = owner.get(element)
    widest = element
    while widest.tag not in _ENDS:
        parent = widest.getparent()
        if parent is None or parent.tag == "body" or owner.get(parent) != name:
            break
        widest = parent
    if widest.tag in _ENDS:
        return [widest]
    return _term(widest) if widest.tag in {"dt", "dd"} else [widest, *_beside(widest, owner)]


def _term(part: _Element) -> list[_Element]:
    # A term and all that describes it, of which there may be several (HTML 4.4.9).
    first = part
    while first.tag != "dt" and (before := first.getprevious()) is not None:
        first = before
    return [first, *takewhile(lambda one: one.tag == "dd", first.itersiblings())]


def heading(parts: Iterable[_Element]) -> str | None:
    """Give what a card is called apart from its link: by a heading, a term, or the longest of a row's other cells."""
    parts = list(parts)
    for one in (heading for part in parts for heading in part.iter(*_HEADINGS)):
        if text := headline(one, one):
            return text
    for term in (term for part in parts for term in part.iter("dt")):
        if (text := words(term, limit=MAX_TITLE)) and not _dated(term):
            return text
    rows = (cell for part in parts if part.tag == "tr" for cell in part.iter("td", "th"))
    cells = [words(cell, limit=MAX_TITLE) for cell in rows if next(cell.iter("a"), None) is None and not _dated(cell)]
    return max((text for text in cells if count(text) >= MIN_TITLE_WORDS), key=len, default=None)


def _beside(widest: _Element, owner: dict[_Element, str | None]) -> list[_Element]:
    # In flat lists (h3, p, h3, p) an item's date stands between it and its neighbour: after it, unless one leads.
    parent = widest.getparent()
    if parent is None or (parent.tag in {"html", "body"} and len(parent) > 200):
        return []
    leading = False
    for child in parent:
        if child in owner:
            break
        leading = leading or _dated(child)
    step = widest.getprevious if leading else widest.getnext
    found: list[_Element] = []
    sibling = step()
    while sibling is not None and sibling not in owner and len(found) < 4:
        found.append(sibling)
        sibling = sibling.getprevious() if leading else sibling.getnext()
    return found


def _dated(element: _Element) -> bool:
    if next(element.iter("time"), None) is not None:
        return True
    text = words(element, limit=200)
    return len(text) <= MAX_LINE and dates.find(text) is not None


def read(parts: list[_Element], *, title: str, base: str) -> Card:
    """Read a card. `base` is the address that its relative links start from."""
    found = marked(parts)
    said, summary = date(found, title=title), _summary(found, title)
    return Card(date=said, summary=summary, image=image(parts, base), author=_author(found))


def _summary(marked: list[Marked], title: str) -> str | None:
    said: list[str] = []
    plain: list[str] = []
    for element, named in marked:
        if named & _SUMMARY_TOKENS and next(element.iter("a", "h1", "h2", "h3", "h4"), None) is None:
            said.append(words(element, limit=2000))
        elif element.tag == "p" or element.get("itemprop") == "description":
            plain.append(words(element, limit=2000))
    for texts in (said, plain):
        fit = [text for text in texts if len(text) >= MIN_SUMMARY and not _repeats(text, title)]
        if fit:
            return max(fit, key=len)
    return None


def _repeats(text: str, title: str) -> bool:
    # A paragraph that shows kicker and title, or a part of the title, tells a reader nothing more.
    return text in title or (title in text and len(text) < len(title) + MIN_SUMMARY) or bool(DEAD_TEXTS.match(text))


def image(parts: list[_Element], base: str) -> str | None:
    """Find a card's picture; icons and placeholders are passed over."""
    for element, _ in marked(parts):
        if element.tag in {"img", "source", "amp-img"} and (found := picture(element, base)):
            return found
    return None


def picture(element: _Element, base: str) -> str | None:
    """Give the address of an img or source element, lazy loading undone; None for icons and placeholders."""
    if (element.get("width") or "99").isdigit() and int(element.get("width") or "99") < 40:
        return None
    names = ("data-src", "data-original", "data-lazy-src", "src", "data-srcset", "srcset")
    for value in (element.get(name) for name in names):
        # A set of sources begins with an address, then its width.
        found = absolute(value.strip().split(" ")[0].rstrip(",") if value and value.strip() else None, base)
        if found and not found.endswith((".svg", ".gif")) and "placeholder" not in found:
            return found
    return None


def _author(marked: list[Marked]) -> str | None:
    for element, named in marked:
        if named & _AUTHOR_TOKENS or element.get("rel") == "author" or element.get("itemprop") == "author":
            said = words(element, limit=200)
            name = BYLINE.sub("", said, count=1) if WRITER.match(said) else said
            if 3 <= len(name) <= 60 and not any(letter.isdigit() for letter in name):
                return name
    return None
