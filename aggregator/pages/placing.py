"""Finds when and where an article appeared: its dates and its section. It gives dates in the page's own words."""

import re
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from aggregator.pages import cards, jsonld, meta
from aggregator.pages.regions import tokens
from aggregator.pages.vocabulary import DATE_WORDS, HOME
from aggregator.pages.words import count, words

_LINE_TAGS = ("p", "div", "span", "li", "a", "strong", "b", "em", "small", "h4", "h5", "h6", "address", "td", "time")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_UPDATED_TOKENS = {"updated", "modified", "update", "diperbarui"}

MAX_LINE = 160
MAX_LINES = 3_000
MAX_BESIDE = 50
"""Letters that a line may say beside its date: a byline, a place, "published"."""

NEAR_TITLE = 14
"""How many short lines after the title may hold its date; a share bar and a byline often stand between."""


def lines(root: _Element) -> list[str]:
    """Give the short lines of a page, innermost elements first told, in order, up to a bound."""
    found: list[str] = []
    for element in root.iter(*_LINE_TAGS):
        if len(found) >= MAX_LINES:
            break
        if next(element.iterchildren("p", "div", "ul", "ol", "section", "article", "h1", "h2", "h3"), None) is not None:
            # A block of blocks: only what it says itself.
            text = " ".join((element.text or "").split())
        else:
            text = words(element, limit=MAX_LINE + 1)
        if text and len(text) <= MAX_LINE and (not found or found[-1] != text):
            found.append(text)
    return found


def published(
    root: _Element, things: list[dict[str, object]], tags: dict[str, str], *, title: str | None, url: str
) -> str | None:
    """Find when an article was published: data, head, marked elements, words beside the title, the address."""
    for thing in things:
        if said := jsonld.string(thing.get("datePublished")) or jsonld.string(thing.get("dateCreated")):
            return said
    if said := meta.first(tags, meta.PUBLISHED):
        return said
    return _microdata(root, "datePublished") or _beside(root, title) or _time(root) or _in_address(url)


def updated(root: _Element, things: list[dict[str, object]], tags: dict[str, str]) -> str | None:
    """Find when an article was last changed, where data or head say so."""
    for thing in things:
        if said := jsonld.string(thing.get("dateModified")):
            return said
    return meta.first(tags, meta.UPDATED) or _microdata(root, "dateModified")


def _microdata(root: _Element, name: str) -> str | None:
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("itemprop") == name:
            return element.get("datetime") or element.get("content") or words(element, limit=MAX_LINE) or None
    return None


def _beside(root: _Element, title: str | None) -> str | None:
    # Marked or not, the date that belongs to the article stands within a few short lines of its title.
    top = heading(root, title)
    if top is None:
        return None
    scope = top
    for _ in range(4):
        above = scope.getparent()
        if above is None or above.tag in {"body", "html"}:
            break
        scope = above
    passed, seen = False, 0
    for element in scope.iter():
        passed = passed or element is top
        if not passed or not isinstance(element.tag, str) or tokens(element) & _UPDATED_TOKENS:
            continue
        if element.tag == "time" and (said := cards.date([element])):
            return said
        for text in (element.text, element.tail):
            line = " ".join((text or "").split())[: MAX_LINE + 1]
            if not line or line == title:
                continue
            seen += 1
            if said := _dateline(line):
                return said
        if seen > NEAR_TITLE:
            return _above(scope, top)
    return _above(scope, top)


def _dateline(line: str) -> str | None:
    # "By N. N., Jakarta, 12 December 2024 19:30" is one; a sentence of the text with a date in it is none.
    match = DATE_WORDS.search(line)
    beside = len(line) - len(match[0]) if match else 0
    return match[0].strip() if match and beside <= MAX_BESIDE and not line.endswith((".", ",", "”", '"')) else None


def _above(scope: _Element, heading: _Element) -> str | None:
    for element in scope.iter():
        if element is heading:
            return None
        line = words(element, limit=MAX_LINE + 1) if isinstance(element.tag, str) and len(element) <= 2 else ""
        if said := _dateline(line):
            return said
    return None


def heading(root: _Element, title: str | None) -> _Element | None:
    """Give the heading that shows the article's title, else the page's first one."""
    for tag in ("h1", "h2"):
        for one in root.iter(tag):
            if title and words(one, limit=500) == title:
                return one
    return next(root.iter("h1"), None)


def _time(root: _Element) -> str | None:
    for element in root.iter("time"):
        if not tokens(element) & _UPDATED_TOKENS and (said := cards.date([element])):
            return said
    return None


def _in_address(url: str) -> str | None:
    match = _URL_DATE.search(unquote(urlsplit(url).path))
    return f"{match[1]}-{match[2]}-{match[3]}" if match else None


def section(root: _Element, things: list[dict[str, object]], tags: dict[str, str], *, title: str | None) -> str | None:
    """Find the section an article appeared in: data, head, microdata, else the last step of its breadcrumb."""
    for thing in things:
        if said := jsonld.string(thing.get("articleSection")):
            return said
    if said := meta.first(tags, meta.SECTION):
        return said
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("itemprop") == "articleSection":
            return element.get("content") or words(element, limit=MAX_LINE) or None
    for steps in (_listed(jsonld.objects(root)), _marked(root), _unmarked(root)):
        named = [step for step in steps if not HOME.match(step) and step != title and len(step) <= 60]
        if named:
            return named[-1]
    return None


def _listed(things: list[dict[str, object]]) -> list[str]:
    for thing in things:
        members = thing.get("itemListElement")
        if "BreadcrumbList" in jsonld.types(thing) and isinstance(members, list):
            names = [_step(member) for member in members if isinstance(member, dict)]
            # The last step is often the article itself, under a shortened name.
            kept = [name for name in names if name and count(name) <= 5]
            return kept
    return []


def _step(member: dict[str, object]) -> str | None:
    inner = member.get("item")
    return jsonld.string(member.get("name")) or (jsonld.string(inner.get("name")) if isinstance(inner, dict) else None)


def _marked(root: _Element) -> list[str]:
    for element in root.iter("nav", "ol", "ul", "div", "p", "section"):
        label = (element.get("aria-label") or "").lower()
        if "breadcrumb" in label or any(token.startswith("breadcrumb") for token in tokens(element)):
            return [text for a in element.iter("a") if (text := words(a, limit=MAX_LINE))]
    return []


def _unmarked(root: _Element) -> list[str]:
    # A short line that starts with a link home: a menu has more links and more words.
    for anchor in root.iter("a"):
        if not HOME.match(words(anchor, limit=MAX_LINE)):
            continue
        line = anchor.getparent()
        for _ in range(3):
            if line is None:
                break
            steps = [text for a in line.iter("a") if (text := words(a, limit=MAX_LINE))]
            trail = words(line, limit=400)
            parted = line.tag in {"ol", "ul"} or re.search(r"[/⁄>»›|\\→]", trail)
            if 2 <= len(steps) <= 5 and len(trail) <= 200 and HOME.match(steps[0]) and parted:
                return steps
            line = line.getparent()
    return _plain_trail(root)


def _plain_trail(root: _Element) -> list[str]:
    for text in lines(root)[:200]:
        steps = [step.strip() for step in re.split(r"\s*[/⁄>»›|→]\s*", text) if step.strip()]
        if 2 <= len(steps) <= 5 and HOME.match(steps[0]):
            return steps
    return []
