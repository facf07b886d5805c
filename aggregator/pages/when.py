"""Finds the date that stands on a card. What a line says of dates is told by the room `dates`."""

from collections.abc import Iterable, Set
from itertools import islice

from lxml.etree import _Element

from aggregator import dates
from aggregator.pages.regions import tokens
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
_LENGTH_TOKENS = {"duration", "length", "durasi", "video", "player", "runtime", "dauer", "duree", "duracion", "play"}
_PICTURES = ("img", "picture", "video", "amp-img", "iframe")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

MAX_DATE_WORDS = 60
"""Letters; a longer text is a sentence that happens to hold a date."""
MAX_LINE = 100
"""Letters of a line of several elements: section, author, day and time in one each."""

MAX_ELEMENTS = 600
"""Elements looked at in one card; the fullest card seen has 150."""

Marked = tuple[_Element, set[str]]
"""An element and the words in its class and id."""


def marked(parts: Iterable[_Element]) -> list[Marked]:
    """Give the elements of a card with the words in their class and id, up to a bound."""
    elements = islice((element for part in parts for element in part.iter()), MAX_ELEMENTS)
    return [(element, tokens(element)) for element in elements]


def date(marked: list[Marked], *, title: str = "") -> str | None:
    """Find the date of a card called `title`, in its own words: marked as one, else in any line beside the title."""
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
