"""Reads what stands around an item's link on a list: date, summary, image, author. It does not choose the items."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from aggregator import dates
from aggregator.pages.address import absolute
from aggregator.pages.regions import tokens
from aggregator.pages.vocabulary import BYLINE, DEAD_TEXTS, WRITER
from aggregator.pages.words import pieces, words

_DATE_TOKENS = {
    "date",
    "time",
    "datetime",
    "published",
    "timestamp",
    "tanggal",
    "waktu",
    "tgl",
    "jam",
    "pubdate",
    "posted",
    "ago",
    "datum",
}
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
_LENGTH_TOKENS = {"duration", "length", "durasi", "video", "player", "runtime", "dauer", "duree", "duracion", "play"}
_PICTURES = ("img", "picture", "video", "amp-img", "iframe")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_AUTHOR_TOKENS = {"author", "byline", "penulis", "autor", "writer"}
_ENDS = {"article", "li", "tr", "body", "html", "main", "table", "ul", "ol", "tbody"}

MIN_SUMMARY = 40
"""Letters; shorter texts on cards are kickers, places and counters."""

MAX_DATE_WORDS = 60
"""Letters; a longer text is a sentence that happens to hold a date."""
MAX_LINE = 100
"""Letters of a line of several elements: section, author, day and time in one each."""

MAX_ELEMENTS = 600
"""Elements looked at in one card; the fullest card seen has 150."""

Marked = tuple[_Element, set[str]]
"""An element and the words in its class and id."""


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
    return [widest, *_beside(widest, owner)]


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
    marked = [(element, tokens(element)) for element in _elements(parts)]
    return Card(
        date=_date(marked, title), summary=_summary(marked, title), image=image(parts, base), author=_author(marked)
    )


def _elements(parts: Iterable[_Element]) -> Iterator[_Element]:
    return islice((element for part in parts for element in part.iter()), MAX_ELEMENTS)


def date(parts: list[_Element]) -> str | None:
    """Find a card's date, in its own words."""
    return _date([(element, tokens(element)) for element in _elements(parts)], "")


def _date(marked: list[Marked], title: str) -> str | None:
    for element, _ in marked:
        if element.tag == "time" or element.get("itemprop") in {"datePublished", "dateCreated"}:
            said = (element.get("datetime") or element.get("content") or words(element)).strip()
            # An element for times may hold a length, too: "PT12M34S" (HTML, 4.5.14).
            if not said.startswith("P") and (any(map(str.isdigit, said)) or dates.find(said)):
                return said[:MAX_DATE_WORDS]
    for element, named in marked:
        if named & _DATE_TOKENS and not named & _LENGTH_TOKENS:
            said = words(element, limit=200)
            told = dates.find(said)
            if told or (said and len(said) <= MAX_DATE_WORDS and any(map(str.isdigit, said))):
                return told.words if told else said
    found: list[dates.Told] = []
    inside = {element for element, _ in marked}
    for element, _ in marked:
        for holder, text in ((element, element.text), (element.getparent(), element.tail)):
            said = " ".join(text.split()) if text and len(text) < 200 else ""
            if said and holder is not None and said not in title and (told := _told(holder, said, inside)):
                found.append(told)
    order = ("whole", "day", "clock")
    return min(found, key=lambda told: order.index(told.kind)).words if found else None


def _told(holder: _Element, said: str, inside: Set[_Element]) -> dates.Told | None:
    """Give the date in a text right within an element, or in the line to which both belong."""
    told = dates.find(said)
    if (told is None and not any(map(str.isdigit, said))) or _in_heading(holder):
        return None
    if told is None or not told.timed:
        # Day, month and clock often stand in an element each.
        for one in (holder, *islice(holder.iterancestors(), 2)):
            line = _line(one) if one in inside else None
            if line is None:
                break
            wider = dates.find(line)
            if wider and (told is None or wider.timed):
                told = wider
                break
    return None if told and told.kind == "clock" and _is_length(holder) else told


def _line(element: _Element) -> str | None:
    if element.tag in _HEADINGS or next(element.iter(*_PICTURES, *_HEADINGS), None) is not None:
        return None
    line = " | ".join(pieces(element, limit=MAX_LINE + 1))
    return line if len(line) <= MAX_LINE else None


def _in_heading(element: _Element) -> bool:
    return any(one.tag in _HEADINGS for one in (element, *islice(element.iterancestors(), 4)))


def _is_length(holder: _Element) -> bool:
    """Say whether a time such as 12:34 is the length of a film: it is called so, or stands over its picture alone."""
    said = words(holder, limit=MAX_LINE)
    for one in (holder, *islice(holder.iterancestors(), 3)):
        if tokens(one) & _LENGTH_TOKENS or (one.get("datetime") or "").startswith("P"):
            return True
        if words(one, limit=MAX_LINE) != said:
            return False
        if next(one.iter(*_PICTURES), None) is not None:
            return True
    return False


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
    for element in _elements(parts):
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
