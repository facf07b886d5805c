"""Finds the items of a page by the CSS selectors of feeds.yaml. It guesses only what no selector names."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import cast

from lxml import etree
from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages import cards, links
from aggregator.pages.address import absolute, key
from aggregator.pages.document import Page
from aggregator.pages.health import JUNK, unwell
from aggregator.pages.vocabulary import BYLINE, DEAD_TEXTS, WRITER
from aggregator.pages.words import words
from aggregator.selectors import compiled
from aggregator.values import Item, Text

MAX_ITEMS = 500


@dataclass(frozen=True, slots=True)
class PageRules:
    """CSS selectors of a list page; every one optional. The others are looked for within what `item` finds."""

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    image: str | None = None
    author: str | None = None


def find(page: Page, *, url: str, rules: PageRules) -> list[Item]:
    """Give the items that the selectors find, in the page's order, each address once.

    A selector's match is looked for in the item, then in each wider ancestor that holds no other item. Raises
    ParseError naming the selector that cannot be read or that matches nothing.
    """
    paths = {field.name: _compile(field.name, getattr(rules, field.name)) for field in fields(rules)}
    base = links.base_of(page.root, url)
    elements = _items(page.root, paths, rules)
    owner = cards.owners((str(number), [element]) for number, element in enumerate(elements))
    found: dict[str, Item] = {}
    read = 0
    for element in elements[:MAX_ITEMS]:
        item = _read(list(_around(element, owner)), paths, base)
        if item and item.url:
            read += 1
            found.setdefault(key(item.url), item)
    if not found:
        raise unwell(
            "selector",
            f"`page.item` matches {len(elements)} times, but no match holds a link with a title; "
            f"check `page.link` ({rules.link or 'not set'}) and `page.title` ({rules.title or 'not set'})",
        )
    if len(found) == 1 and read >= JUNK:
        only = next(iter(found.values()))
        raise unwell("junk", f"all {read} matches of `page.item` lead to one address ({only.url}); check `page.link`")
    return list(found.values())


def _compile(name: str, selector: str | None) -> etree.XPath | None:
    if not selector or not selector.strip():
        return None
    try:
        return compiled(selector)
    except ValueError as error:
        raise ParseError(f"`page.{name}`: {selector!r} is not a CSS selector that can be read ({error})") from error


def _items(root: _Element, paths: dict[str, etree.XPath | None], rules: PageRules) -> list[_Element]:
    name = next((name for name in ("item", "link", "title") if paths[name] is not None), None)
    if name is None:
        raise ParseError("`page:` names no `item` selector; add one, or leave `page:` out to have items found")
    elements = _match(paths[name], root)
    if not elements:
        seen = sum(1 for _ in root.iter("a"))
        raise unwell(
            "selector",
            f"`page.{name}`: {getattr(rules, name)!r} matches nothing on the page, which holds {seen} links; "
            "the page may have been redesigned",
        )
    return elements


def _match(path: etree.XPath | None, element: _Element) -> list[_Element]:
    found = path(element) if path is not None else []
    return [one for one in cast("list[object]", found) if isinstance(one, etree._Element)]


def _around(element: _Element, owner: dict[_Element, str | None]) -> Iterator[_Element]:
    yield element
    for ancestor in element.iterancestors():
        if owner.get(ancestor) is None or ancestor.tag in {"body", "html"}:
            return
        yield ancestor


def _pick(around: list[_Element], path: etree.XPath | None) -> _Element | None:
    for element in around:
        for match in _match(path, element):
            return match
    return None


def _read(around: list[_Element], paths: dict[str, etree.XPath | None], base: str) -> Item | None:
    picked = {name: _pick(around, path) for name, path in paths.items() if name != "item"}
    anchor = _anchor(around, picked["link"] if paths["link"] is not None else None, given=paths["link"] is not None)
    url = absolute(anchor.get("href"), base) if anchor is not None else None
    title = _title(around, picked["title"], anchor, given=paths["title"] is not None)
    if url is None or not title:
        return None
    guess = cards.read(around[:1], title=title, base=base)
    date, summary = _date(picked["date"]), _text(picked["summary"])
    author, image = _text(picked["author"]), _image(picked["image"], base)
    if author and WRITER.match(author):
        author = BYLINE.sub("", author, count=1)
    author = author if paths["author"] is not None else guess.author
    summary = summary if paths["summary"] is not None else guess.summary
    return Item(
        url=url,
        title=Text(title),
        summary=Text(summary) if summary else None,
        authors=(author,) if author else (),
        published=date if paths["date"] is not None else guess.date,
        image=image if paths["image"] is not None else guess.image,
    )


def _anchor(around: list[_Element], picked: _Element | None, *, given: bool) -> _Element | None:
    if picked is not None:
        inner = next((a for a in picked.iter("a", "area") if a.get("href")), None)
        outer = next((a for a in picked.iterancestors("a") if a.get("href")), None)
        return inner if inner is not None else outer
    if given:
        return None
    for element in around:
        anchors = [a for a in element.iter("a") if a.get("href")]
        outer = next((a for a in element.iterancestors("a") if a.get("href")), None)
        in_heading = [
            a for a in anchors if any(p.tag in {"h1", "h2", "h3", "h4", "h5"} for p in (*a, *a.iterancestors()))
        ]
        for anchor in [*in_heading, *sorted(anchors, key=lambda a: -len(words(a, limit=400))), outer]:
            if anchor is not None:
                return anchor
    return None


def _title(around: list[_Element], picked: _Element | None, anchor: _Element | None, *, given: bool) -> str | None:
    if given:
        return _text(picked)
    heading = next((h for h in around[0].iter("h1", "h2", "h3", "h4", "h5", "h6") if words(h)), None)
    text = words(heading) if heading is not None else links.headline(anchor, None) if anchor is not None else ""
    return text if text and not DEAD_TEXTS.match(text) else None


def _text(element: _Element | None) -> str | None:
    if element is None:
        return None
    return words(element) or element.get("content") or element.get("alt") or element.get("title")


def _date(element: _Element | None) -> str | None:
    if element is None:
        return None
    return element.get("datetime") or element.get("content") or _text(element)


def _image(element: _Element | None, base: str) -> str | None:
    if element is None:
        return None
    if element.tag in {"meta", "link", "a"}:
        return absolute(element.get("content") or element.get("href"), base)
    return cards.image([element], base)
