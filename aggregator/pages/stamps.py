"""Finds which links of a page have a date or a time standing beside them. It does not read what the date says."""

import re

from lxml.etree import _Element

from aggregator import dates

MAX_STAMP = 60
"""Letters; a longer text is a sentence that happens to hold a date."""
MAX_SHARED = 4
"""Addresses that may share a date: an article's, with its section, writer and tag."""
MAX_CLIMB = 5

_CLOCK = re.compile(r"\W*\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|WIB|Uhr|GMT|[صم])?\W*", re.IGNORECASE)


def stamped(root: _Element, owner: dict[_Element, str | None]) -> set[str]:
    """Give the names of the links that a date stands beside, within their card or right before it.

    `owner` says whose each element is, as `cards.owners` gives it.
    """
    found: set[str] = set()
    for element in root.iter():
        if element.tag == "time" or (isinstance(element.tag, str) and _says_time(element)):
            found |= _beside(element, owner)
    return found


def _says_time(element: _Element) -> bool:
    return any(_is_stamp(text) for text in (element.text, element.tail) if text and len(text) < 200)


def _is_stamp(text: str) -> bool:
    said = " ".join(text.split())
    if not 3 < len(said) <= MAX_STAMP:
        return False
    return _CLOCK.fullmatch(said) is not None or dates.find(said) is not None


def _beside(element: _Element, owner: dict[_Element, str | None]) -> set[str]:
    step, child = 0, element
    current: _Element | None = element
    while current is not None and current not in owner and step < MAX_CLIMB:
        child, current, step = current, current.getparent(), step + 1
    if current is None or current not in owner:
        return set()
    name = owner[current]
    if name is not None:
        return {name}
    near = {said for one in current.iter("a") if (said := owner.get(one)) is not None} if len(current) <= 12 else set()
    if 0 < len(near) <= MAX_SHARED:
        return near
    return _neighbour(child, owner)


def _neighbour(child: _Element, owner: dict[_Element, str | None]) -> set[str]:
    # Flat lists set the date before each link, or after it.
    for sibling in (child.getnext(), child.getprevious()):
        if sibling is not None and (name := owner.get(sibling)):
            return {name}
    return {name} if (name := owner.get(child)) else set()
