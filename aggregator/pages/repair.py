"""Proposes CSS selectors for a list whose own match nothing any longer, and tells a list that is only empty."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice
from typing import cast

from lxml import etree
from lxml.etree import _Element

from aggregator import dates
from aggregator.errors import ParseError
from aggregator.pages import links, rules
from aggregator.pages.address import absolute, key
from aggregator.pages.document import Page
from aggregator.pages.health import Seen
from aggregator.pages.regions import tokens
from aggregator.pages.rules import PageRules
from aggregator.pages.vocabulary import EMPTY_LIST
from aggregator.pages.words import words
from aggregator.selectors import compiled
from aggregator.values import Item

HITS = 2
"""One item found again may be chance: a promoted report in a corner of the page."""
COVERED = 0.8
"""Share of the items found again that a selector must give."""
WIDE = 4.0
"""A selector that gives more than this many items for each found again takes in more than the list."""
CLIMB = 5
TRIED = 60
"""Selectors that are tried on a page, the shortest first."""
MAX_NOTICE = 160
"""Letters; where a page says that its list is empty, it says little else there."""

MIN_TITLE = 15
"""Letters; a shorter title may be that of a section."""
MAX_TITLED = 5_000
MAX_DATE = 80
"""Letters of what may be a date with the words beside it."""
_TITLED = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "b", "strong", "td", "dt")

_VAGUE = {"div", "li", "a", "span", "p"}
"""Tags that say nothing alone of what they hold."""
_STABLE = re.compile(r"[a-zA-Z][a-zA-Z-]*(?:__?[a-zA-Z-]+)*")
_HASHED = re.compile(r"^(?:css|sc|jss|svelte|emotion|styled?|tw)-|[A-Z].*[a-z].*[A-Z].*[a-z]|^[b-df-hj-np-tv-xz]{4,}$")
_LISTS = {"list", "items", "grid", "news", "results", "entries", "stream", "posts", "articles", "content"}


def propose(page: Page, *, url: str, by: PageRules | None, last: Sequence[Seen]) -> PageRules | None:
    """Give the smallest stable selectors that find the last good items in a page and few others, None for none.

    What `by`, the Source's own selectors, still names stays. They are run before they are told: addresses and titles
    must be those of the last good items.
    """
    hits = _hits(page.root, links.base_of(page.root, url), last)
    wanted = _wanted(hits, last)
    if len(wanted) < HITS:
        return None
    variants = list(_variants(_kept(page.root, by), _title_names(page.root, last)))
    best: tuple[tuple[float, bool, int], PageRules] | None = None
    for selector in ([by.item] if by and by.item else []) + list(_candidates(list(hits)))[:TRIED]:
        for others in variants:
            proposed = PageRules(**{**others, "item": selector})
            try:
                items = rules.find(page, url=url, rules=proposed)
            except ParseError:
                continue
            if not _are_found(items, wanted):
                continue
            strange = sum(key(item.url or "") not in wanted for item in items) / len(items)
            # A bare tag may gain another meaning with the next report; what has a name keeps it.
            rank = (round(strange, 1), not re.search(r"[.#]", selector), len(selector))
            if best is None or rank < best[0]:
                best = rank, _without_idle(proposed, items)
            break
    return _dated(page, url, best[1], last) if best else None


def _dated(page: Page, url: str, proposed: PageRules, last: Sequence[Seen]) -> PageRules:
    """Add a selector of dates where the last good items had some and the proposal finds none."""
    if not any(one.dated for one in last) or _share_dated(rules.find(page, url=url, rules=proposed)) > 0:
        return proposed
    said: Counter[str] = Counter()
    for element in islice(page.root.iter(*_TITLED, "time", "i", "em", "small"), MAX_TITLED):
        if (told := dates.find(words(element, limit=MAX_DATE))) is not None and told.kind == "whole":
            said.update(_simple(element))
    often = [name for name, times in said.items() if times >= HITS and name not in _VAGUE]
    for name in sorted(often, key=lambda name: ("." not in name, -said[name], len(name), name))[:3]:
        dated = replace(proposed, date=name)
        if _share_dated(rules.find(page, url=url, rules=dated)) >= COVERED:
            return dated
    return proposed


def _share_dated(items: Sequence[Item]) -> float:
    told = sum(isinstance(item.published, str) and dates.find(item.published) is not None for item in items)
    return told / max(len(items), 1)


def _kept(root: _Element, by: PageRules | None) -> dict[str, str]:
    """Give the selectors beside `item` that still match as often as items were found again."""
    said = {field.name: getattr(by, field.name) for field in fields(by) if field.name != "item"} if by else {}
    kept = {}
    for name, selector in said.items():
        try:
            matches = cast("list[object]", compiled(selector)(root)) if selector else []
        except (ValueError, etree.XPathError):
            continue
        if len(matches) >= HITS:
            kept[name] = selector
    return kept


def _variants(kept: dict[str, str], titles: list[str]) -> Iterator[dict[str, str]]:
    yield kept
    rest = {name: selector for name, selector in kept.items() if name not in {"link", "title"}}
    yield rest
    yield {**rest, "link": "a", "title": "a"}
    for title in titles:
        yield {**kept, "title": title}
        yield {**rest, "title": title}


def _wanted(hits: dict[_Element, str], last: Sequence[Seen]) -> dict[str, set[str]]:
    """Give what the items found again may be called, by the keys of their addresses."""
    by_address: dict[str, set[str]] = {}
    for one in last:
        by_address.setdefault(key(one.url or ""), set()).add(_fold(one.title))
    wanted: dict[str, set[str]] = {}
    for anchor, name in hits.items():
        titles = by_address.get(name) or {_fold(words(anchor, limit=links.MAX_TITLE))}
        wanted.setdefault(name, set()).update(titles)
    return wanted


def _are_found(items: Sequence[Item], wanted: dict[str, set[str]]) -> bool:
    found = {key(item.url or ""): _fold(item.title.value if item.title else "") for item in items}
    hits = wanted.keys() & found
    if len(hits) < COVERED * len(wanted) or len(found) > WIDE * len(wanted) + 5:
        return False
    # A headline may be edited meanwhile; buttons, arrows and kickers under most addresses are none.
    return sum(any(_alike(found[name], title) for title in wanted[name]) for name in hits) >= COVERED * len(hits)


def _alike(said: str, title: str) -> bool:
    # A kicker or a date may stand beside a title.
    short, long = sorted((said, title), key=len)
    return short in long and 2 * len(short) >= len(long) > 0


def _without_idle(proposed: PageRules, items: Sequence[Item]) -> PageRules:
    """Leave out what names nothing within the items."""
    told = {
        "date": any(item.published for item in items),
        "summary": any(item.summary for item in items),
        "image": any(item.image for item in items),
        "author": any(item.authors for item in items),
    }
    return replace(proposed, **{name: None for name, is_told in told.items() if not is_told})


def snippet(proposed: PageRules) -> str:
    """Write selectors as they may stand in feeds.yaml, in one line."""
    said = {field.name: value for field in fields(proposed) if (value := getattr(proposed, field.name))}
    return "page: {" + ", ".join(f"{name}: {json.dumps(value)}" for name, value in said.items()) + "}"


def is_empty(page: Page, *, url: str, by: PageRules | None, last: tuple[Seen, ...]) -> bool:
    """Say whether a page's list is there and holds nothing: it says so, or what held the items stands empty."""
    if _hits(page.root, links.base_of(page.root, url), last):
        return False
    if any(
        _says_empty(element) for element in page.root.iter("p", "div", "span", "li", "td", "h2", "h3", "h4", "em", "b")
    ):
        return True
    return bool(last) and any(_is_bare(element) for element in _holders(page.root, by))


def _says_empty(element: _Element) -> bool:
    text = words(element, limit=MAX_NOTICE + 1)
    return len(text) <= MAX_NOTICE and EMPTY_LIST.match(text) is not None


def _holders(root: _Element, by: PageRules | None) -> Iterator[_Element]:
    # What an item's selector names before its last step, or what calls itself a list.
    if by and by.item and (holder := re.sub(r"\s*[>+~ ]\s*[^>+~ ]+$", "", by.item.strip())) != by.item.strip():
        try:
            found = cast("list[object]", compiled(holder)(root))
        except (ValueError, etree.XPathError):
            return
        yield from (one for one in found if isinstance(one, etree._Element))
    elif by is None or not by.item:
        yield from (one for one in root.iter("div", "ul", "ol", "section", "main", "tbody") if tokens(one) & _LISTS)


def _is_bare(element: _Element) -> bool:
    return not words(element, limit=MAX_NOTICE) and next(element.iter("a", "img", "script"), None) is None


def _hits(root: _Element, base: str, last: Iterable[Seen]) -> dict[_Element, str]:
    """Give the anchors that lead to the last good items or show their titles, each with its address's key."""
    addresses = {key(one.url) for one in last if one.url}
    titles = {_fold(one.title) for one in last if len(one.title) >= MIN_TITLE}
    found: dict[_Element, str] = {}
    for number, anchor in enumerate(root.iter("a")):
        address = absolute(anchor.get("href"), base) if number < links.MAX_ANCHORS else None
        if address and (key(address) in addresses or _fold(words(anchor, limit=links.MAX_TITLE)) in titles):
            found[anchor] = key(address)
    return found


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _title_names(root: _Element, last: Sequence[Seen]) -> list[str]:
    """Name the elements, not links, that show the last good titles; the most frequent name first."""
    titles = {_fold(one.title) for one in last}
    said: Counter[str] = Counter()
    for element in islice(root.iter(*_TITLED), MAX_TITLED):
        text = words(element, limit=links.MAX_TITLE)
        if len(text) >= MIN_TITLE and _fold(text) in titles:
            said.update(_simple(element))
    often = [name for name, times in said.items() if times >= HITS]
    return sorted(often, key=lambda name: ("." not in name, -said[name], len(name), name))[:3]


def _candidates(anchors: list[_Element]) -> list[str]:
    said: dict[str, int] = {}
    for anchor in anchors[:40]:
        for selector in _names(anchor):
            said[selector] = said.get(selector, 0) + 1
    fit = [selector for selector, count in said.items() if count >= min(HITS, len(anchors))]
    # Those with a class before bare tags; then the most often said, then the shortest.
    return sorted(fit, key=lambda selector: ("." not in selector, -said[selector], len(selector), selector))


def _names(anchor: _Element) -> set[str]:
    found: set[str] = set()
    chain = [anchor, *list(anchor.iterancestors())[:CLIMB]]
    for step, element in enumerate(chain):
        if element.tag in {"body", "html", "main"}:
            break
        simple = _simple(element)
        found.update(one for one in simple if one not in _VAGUE)
        if element.tag in _VAGUE:
            found.add(_path(element))
        for above in chain[step + 1 :]:
            if above.tag in {"body", "html"}:
                break
            found.update(f"{one} {own}" for one in _simple(above) if "." in one or "#" in one for own in simple)
    return found


def _path(element: _Element) -> str:
    """Name an element by the tags from the page's main part, or its body, down to it."""
    steps = [str(element.tag)]
    for above in islice(element.iterancestors(), CLIMB):
        steps.append(str(above.tag))
        if above.tag in {"main", "body"}:
            break
    return " > ".join(reversed(steps))


def _simple(element: _Element) -> list[str]:
    named = [
        one for one in (element.get("class") or "").split()[:4] if _STABLE.fullmatch(one) and not _HASHED.search(one)
    ]
    own = [f"{element.tag}.{one}" for one in named]
    if (id := element.get("id")) and _STABLE.fullmatch(id):
        own.append(f"#{id}")
    return [*own, str(element.tag)]
