"""Finds when and where an article appeared: its dates and its section. It gives dates in the page's own words."""

import itertools
import re
from urllib.parse import unquote, urlsplit

from lxml.etree import _Element

from aggregator.pages import jsonld, meta, when
from aggregator.pages.regions import tokens
from aggregator.pages.vocabulary import DATE_WORDS, HOME
from aggregator.pages.words import count, words

_LINE_TAGS = ("p", "div", "span", "li", "a", "strong", "b", "em", "small", "h4", "h5", "h6", "address", "td", "time")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?![\d.])")
_CLOCK_BEFORE = re.compile(
    r"(?<![\d.:])\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{3,4})?[\s,،|•·–—-]{1,4}\Z", re.IGNORECASE
)
_PARAGRAPHS = {"p", "li", "blockquote", "figcaption", "td"}
_MENU_TOKENS = {"menu", "megamenu", "navbar", "sidebar", "offcanvas", "drawer"}
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
    return _below(root, top, title) or _above(scope, top)


def _below(root: _Element, top: _Element, title: str | None) -> str | None:
    # Over the whole page: a heading may stand right in the body or alone in its box, and the bound on lines holds.
    passed, seen = False, 0
    for element in root.iter():
        passed = passed or element is top
        if not passed or not isinstance(element.tag, str) or tokens(element) & _UPDATED_TOKENS:
            continue
        if element.tag == "time" and (said := when.date(when.marked([element]))):
            return said
        # What stands after an element is of its parent; after the heading's own parts, too.
        for holder, text in ((element, element.text), (element.getparent(), element.tail)):
            line = " ".join((text or "").split())[: MAX_LINE + 1]
            if not line or line == title or holder is None:
                continue
            seen += 1
            if (said := _dateline(line)) and not _in_sentence(holder):
                return said if _CLOCK.search(said) else _with_clock(holder) or said
        if seen > NEAR_TITLE:
            break
    return None


def _in_sentence(holder: _Element) -> bool:
    # A piece of a long paragraph, set apart by a link or bold letters, is no line of its own; one set by breaks is.
    for one in (holder, *holder.iterancestors()):
        if one.tag in _PARAGRAPHS:
            return next(one.iter("br"), None) is None and len(words(one, limit=MAX_LINE + 1)) > MAX_LINE
    return False


def _with_clock(holder: _Element) -> str | None:
    # Day and clock often stand in two elements of one line.
    for one in (holder, *itertools.islice(holder.iterancestors(), 2)):
        line = words(one, limit=MAX_LINE + 1)
        if len(line) > MAX_LINE:
            break
        if (said := _dateline(line)) and _CLOCK.search(said):
            return said
    return None


def _dateline(line: str) -> str | None:
    # "By N. N., Jakarta, 12 December 2024 19:30" is one; a sentence of the text with a date in it is none.
    match = DATE_WORDS.search(line)
    if match is None or line[match.end() :].endswith((".", ",", "”", '"')):  # "a.m." and "г." end in their own dot
        return None
    before = None if _CLOCK.search(match[0]) else _CLOCK_BEFORE.search(line[: match.start()])
    said = line[before.start() if before else match.start() : match.end()].strip()
    return said if len(line) - len(said) <= MAX_BESIDE else None


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
        if not tokens(element) & _UPDATED_TOKENS and (said := when.date(when.marked([element]))):
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
        if not HOME.match(words(anchor, limit=MAX_LINE)) or any(_is_menu(one) for one in anchor.iterancestors()):
            continue
        line = anchor.getparent()
        for _ in range(3):
            if line is None:
                break
            steps = [text for a in line.iter("a") if (text := words(a, limit=MAX_LINE))]
            trail = words(line, limit=400)
            # Bars part the links of menus more often than those of trails.
            parted = line.tag in {"ol", "ul"} or re.search(r"[/⁄>»›\\→]", trail)
            if 2 <= len(steps) <= 5 and len(trail) <= 200 and HOME.match(steps[0]) and parted:
                return steps
            line = line.getparent()
    return _plain_trail(root)


def _is_menu(element: _Element) -> bool:
    return element.tag in {"footer", "aside", "amp-sidebar"} or not _MENU_TOKENS.isdisjoint(tokens(element))


def _plain_trail(root: _Element) -> list[str]:
    for text in lines(root)[:200]:
        steps = [step.strip() for step in re.split(r"\s*[/⁄>»›→]\s*", text) if step.strip()]
        if 2 <= len(steps) <= 5 and HOME.match(steps[0]):
            return steps
    return []
