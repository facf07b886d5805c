"""Marks the parts of a page: furniture, asides, articles, headings. It judges places only, never links or words."""

import re
from dataclasses import dataclass

from lxml.etree import _Element

from aggregator.pages.vocabulary import ASIDE, FURNITURE, PAID

_FURNITURE_TAGS = {"nav", "footer", "dialog", "form"}
_FURNITURE_ROLES = {"navigation", "contentinfo", "menu", "menubar", "search", "dialog", "banner"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

WRAPPER_SHARE = 0.5
"""A part that holds more than this share of the page's links is the page itself, whatever its class says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands."""

    furniture: bool = False
    aside: bool = False
    article: bool = False
    heading: bool = False
    main: bool = False
    paid: bool = False


def places(root: _Element) -> dict[_Element, Place]:
    """Say for each element in which parts of the page it stands."""
    anchors = sum(1 for _ in root.iter("a")) or 1
    found: dict[_Element, Place] = {}
    for element in root.iter():
        parent = element.getparent()
        above = found.get(parent, Place()) if parent is not None else Place()
        found[element] = _place(element, above, anchors)
    return found


def _place(element: _Element, above: Place, anchors: int) -> Place:
    tag = element.tag
    article = above.article or tag == "article"
    heading = above.heading or tag in _HEADINGS
    main = above.main or tag == "main" or element.get("role") == "main"
    furniture, aside = above.furniture, above.aside
    if not furniture and _is_furniture(element, above):
        furniture = tag in {"nav", "footer"} or not _wraps(element, anchors)
    if not aside and (tag == "aside" or tokens(element) & ASIDE):
        aside = not _wraps(element, anchors)
    paid = above.paid or bool(tokens(element) & PAID and not _wraps(element, anchors))
    same = (furniture, aside, article, heading, main, paid)
    if same == (above.furniture, above.aside, above.article, above.heading, above.main, above.paid):
        return above
    return Place(furniture=furniture, aside=aside, article=article, heading=heading, main=main, paid=paid)


def _is_furniture(element: _Element, above: Place) -> bool:
    tag = element.tag
    if tag in _FURNITURE_TAGS or (element.get("role") or "").lower() in _FURNITURE_ROLES:
        # The footer of a card holds its links too.
        return not (above.article and tag == "footer")
    if tag in {"html", "body", "main", "article"} or tag in _HEADINGS:
        return False
    if tag == "header" and not (above.article or above.main):
        return not any(True for _ in element.iter("h2", "h3", "article"))
    return bool(tokens(element) & FURNITURE)


def _wraps(element: _Element, anchors: int) -> bool:
    if element.tag in {"a", "li", "span", "p"}:
        return False
    return sum(1 for _ in element.iter("a")) > anchors * WRAPPER_SHARE or any(
        True for _ in element.iter("article", "main")
    )


def tokens(element: _Element) -> set[str]:
    """Give the words in an element's class and id, in lower case: `siteNav_main` is site, nav and main."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(named) < 3:
        return set()
    return {word.lower() for word in _TOKEN.findall(named[:400])}
