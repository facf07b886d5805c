"""Reads a page's microdata (HTML, "Microdata"; schema.org) for the articles that it lists. It judges no link."""

import itertools

from lxml.etree import _Element

from aggregator.pages.address import absolute
from aggregator.pages.jsonld import ARTICLE_TYPES, Listed
from aggregator.pages.words import words

MAX_THINGS = 1_000
MAX_VALUE = 2_000


def listed(root: _Element, *, base: str) -> list[Listed]:
    """Give the articles that a page marks as such, each address once, in its order."""
    found: dict[str, Listed] = {}
    for thing in things(root):
        item = _listed(thing, base)
        if item:
            found.setdefault(item.url, item)
    return list(found.values())


def things(root: _Element) -> list[_Element]:
    """Give the elements that a page marks as articles, up to a bound."""
    marked = (one for one in root.iter() if isinstance(one.tag, str) and one.get("itemscope") is not None)
    return list(itertools.islice(filter(_is_article, marked), MAX_THINGS))


def said(thing: _Element, *, base: str) -> tuple[str | None, str | None]:
    """Give the headline and the address that an article is marked with."""
    held = _properties(thing)
    address = next((value for name in ("url", "mainentityofpage") if (value := _value(held.get(name)))), None)
    return _shown(held.get("headline")) or _shown(held.get("name")), absolute(address or thing.get("itemid"), base)


def _is_article(thing: _Element) -> bool:
    return not ARTICLE_TYPES.isdisjoint(kind.rsplit("/", 1)[-1] for kind in (thing.get("itemtype") or "").split())


def _listed(thing: _Element, base: str) -> Listed | None:
    held = _properties(thing)
    title, url = said(thing, base=base)
    anchor = next((a for a in thing.iter("a") if a.get("href")), None)
    url = url or absolute(anchor.get("href") if anchor is not None else None, base)
    if url is None:
        return None
    writer = held.get("author")
    return Listed(
        url=url,
        title=title,
        date=_value(held.get("datepublished")) or _value(held.get("datecreated")),
        summary=_shown(held.get("description")),
        image=absolute(_value(held.get("image")) or _value(held.get("thumbnailurl")), base),
        authors=(name,) if (name := _shown(writer)) and len(name) <= 100 else (),
        article=True,
    )


def _properties(thing: _Element) -> dict[str, _Element]:
    # What stands in a thing within this one is that one's, but for the part that a property names.
    found: dict[str, _Element] = {}
    stack = list(reversed(thing))
    while stack:
        element = stack.pop()
        for name in (element.get("itemprop") or "").lower().split():
            found.setdefault(name, element)
        if element.get("itemscope") is None:
            stack.extend(reversed(element))
    return found


def _value(element: _Element | None) -> str | None:
    if element is None:
        return None
    for name in ("content", "datetime", "href", "src", "data-src", "itemid"):
        if said := (element.get(name) or "").strip():
            return said[:MAX_VALUE]
    inner = next((one for one in element.iter() if one is not element and one.get("itemprop") == "url"), None)
    return _value(inner) if inner is not None else words(element, limit=MAX_VALUE) or None


def _shown(element: _Element | None) -> str | None:
    if element is None:
        return None
    inner = next((one for one in element.iter() if one is not element and one.get("itemprop") == "name"), element)
    return inner.get("content") or words(inner, limit=MAX_VALUE) or None
