"""Finds who wrote an article, in its data, its marked elements and the lines around its text. It reads no text."""

import re

from lxml.etree import _Element

from aggregator.pages import jsonld, meta
from aggregator.pages.regions import tokens
from aggregator.pages.vocabulary import BYLINE, DATE_WORDS, WEEKDAY, WRITER
from aggregator.pages.words import words

_AUTHOR_TOKENS = {"author", "authors", "byline", "penulis", "autor", "writer", "reporter", "journalist"}
_JOINED = re.compile(r"\s*(?:,|;|&|/|\||\s(?:and|dan|и|und|y|et|e|ve)\s|\sو(?=\S)|\s-\s|،|、)\s*")
_NOT_A_NAME = re.compile(
    r"""[@:?!<>{}\d©]|https?|www\.|\.(?:com|net|id|ru|org)\b
    |^(?:admin|redaksi|redaction|newsroom|tim|team|unknown|desk)$
    |\b(?:correspondents?|reporters?|editors?|writers?|staff|agency|agencies)$""",
    re.IGNORECASE | re.VERBOSE,
)
_ROLE = re.compile(r"\s*(?:[,–—|(\[]|\s-\s).*$")

MAX_LINE = 160
"""Letters; a longer line is a sentence and no byline."""

MAX_NAME_WORDS = 6


def find(
    root: _Element, things: list[dict[str, object]], found: dict[str, str], lines: list[str], *, site: str | None
) -> tuple[str, ...]:
    """Give the writers' names, each once. `lines` are the short lines around the text, in their order."""
    ways = (
        [name for thing in things for name in jsonld.names(thing.get("author") or thing.get("creator"))],
        [found[name] for name in meta.AUTHOR if name in found],
        _microdata(root),
        _bylines(lines),
        _marked(root),
    )
    fallback: tuple[str, ...] = ()
    for way in ways:
        named = tuple(dict.fromkeys(name for said in way for name in clean(said)))
        people = tuple(name for name in named if not site or name.casefold() != site.casefold())
        if people:
            return people
        fallback = fallback or named
    return fallback


def without_day(line: str) -> str:
    """Cut the date off a line that begins with one and goes on with a byline; any other line as it is."""
    dated = DATE_WORDS.match(line) if len(line) <= MAX_LINE else None
    rest = line[dated.end() :].lstrip(" |,،•·–—-") if dated else line
    return rest if BYLINE.match(rest) else line


def clean(said: str) -> list[str]:
    """Make names of a byline's words: "Oleh A dan B, Jakarta" gives A and B."""
    said = DATE_WORDS.sub(_without_date, said)
    said = BYLINE.sub("", said, count=1) if BYLINE.match(said) else said
    return [name for piece in _JOINED.split(said) if (name := _name(piece))]


def _without_date(match: re.Match[str]) -> str:
    # A date may have its weekday in front, and a byline its last name.
    first = match[0].split()[0]
    return " " if any(map(str.isdigit, first)) or WEEKDAY.match(first) or DATE_WORDS.match(first) else f"{first} "


def _name(piece: str) -> str | None:
    name = _ROLE.sub("", " ".join(piece.split())).strip(" .,:;-–—|/•·\"'")
    if not 2 < len(name) <= 80 or len(name.split()) > MAX_NAME_WORDS or _NOT_A_NAME.search(name):
        return None
    # A person's name has capitals where its script knows them; a user name or a role often has none.
    return name if name != name.lower() or name == name.upper() else None


def _microdata(root: _Element) -> list[str]:
    said = []
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("itemprop") in {"author", "creator"}:
            inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
            said.append(inner.get("content") or words(inner, limit=MAX_LINE))
        elif element.tag in {"a", "span"} and "author" in (element.get("rel") or "").split():
            said.append(words(element, limit=MAX_LINE))
    return said


def _bylines(lines: list[str]) -> list[str]:
    said = []
    for number, line in enumerate(lines):
        line = without_day(line)
        match = BYLINE.match(line) if len(line) <= MAX_LINE and WRITER.match(line) else None
        if match is None:
            continue
        rest = line[match.end() :].strip()
        if not rest and number + 1 < len(lines):
            rest = lines[number + 1]
        if rest and len(rest.split()) <= 2 * MAX_NAME_WORDS:
            said.append(rest)
            break
    return said


def _marked(root: _Element) -> list[str]:
    for element in root.iter("a", "span", "div", "p", "address", "li", "strong", "b", "h5", "h6"):
        if tokens(element) & _AUTHOR_TOKENS:
            said = words(element, limit=MAX_LINE)
            if said and len(said) < MAX_LINE and clean(said):
                return [said]
    return []
