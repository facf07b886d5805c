"""Reads the JSON-LD of a page (schema.org): its objects, and the articles that they list. It judges no link."""

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from aggregator.pages.address import absolute
from aggregator.pages.words import one_line

MAX_SCRIPT = 2_000_000
"""Letters of one script; the largest seen on a real front has 120,000."""

MAX_OBJECTS = 20_000

ARTICLE_TYPES = frozenset(
    {
        "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
        "OpinionNewsArticle", "AskPublicNewsArticle", "ReviewNewsArticle", "BlogPosting", "LiveBlogPosting",
        "SocialMediaPosting", "TechArticle", "ScholarlyArticle", "Report", "AdvertiserContentArticle",
    }
)  # fmt: skip
_NO_ARTICLES = {
    "BreadcrumbList",
    "SiteNavigationElement",
    "Product",
    "Offer",
    "JobPosting",
    "Event",
    "Place",
    "Organization",
    "Person",
    "Question",
    "SoftwareApplication",
    "WPAdBlock",
    "ImageObject",
    "WebSite",
}
_WRAPPED = ("$date", "seconds", "_seconds", "iso", "rendered", "date", "value")
_UNIX = ((631_152_000, 4_102_444_800), (631_152_000_000, 4_102_444_800_000))
"""From 1990 to 2100, in seconds and in milliseconds."""
_MARKUP = re.compile(r"<[^>]{1,300}>")


@dataclass(frozen=True, slots=True)
class Listed:
    """One article as a page's data lists it."""

    url: str
    title: str | None
    date: str | None
    summary: str | None
    image: str | None
    authors: tuple[str, ...]
    article: bool


def objects(root: _Element) -> list[dict[str, object]]:
    """Give every object of the page's JSON-LD, outer before inner, in its order; broken scripts are passed over."""
    found: list[dict[str, object]] = []
    for element in root.iter("script"):
        if (element.get("type") or "").split(";")[0].strip().lower() == "application/ld+json":
            found.extend(walk(load(element.text or "")))
        if len(found) > MAX_OBJECTS:
            break
    return found[:MAX_OBJECTS]


def load(text: str) -> object:
    """Read JSON as sites write it: comment marks around it, raw newlines inside; None where it cannot be read."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    if not text or len(text) > MAX_SCRIPT:
        return None
    try:
        loaded: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return loaded


def walk(value: object) -> Iterator[dict[str, object]]:
    """Give every object inside a JSON value, outer before inner, up to a bound."""
    stack = [value]
    seen = 0
    while stack and seen < MAX_OBJECTS:
        top = stack.pop()
        if isinstance(top, list):
            stack.extend(reversed(top))
        elif isinstance(top, dict):
            seen += 1
            yield top
            stack.extend(inner for inner in reversed(list(top.values())) if isinstance(inner, dict | list))


def types(thing: dict[str, object]) -> set[str]:
    """Give an object's types without their vocabulary's address."""
    said = thing.get("@type")
    names = said if isinstance(said, list) else [said]
    return {name.rsplit("/", 1)[-1].removeprefix("schema:") for name in names if isinstance(name, str)}


def listed(things: list[dict[str, object]], *, base: str) -> list[Listed]:
    """Give the articles that a page's data lists, each address once, in its order."""
    found: dict[str, Listed] = {}
    for thing in things:
        kinds = types(thing)
        entries: list[object] = []
        if "ItemList" in kinds or "Collection" in kinds:
            members = thing.get("itemListElement") or thing.get("hasPart") or []
            entries = members if isinstance(members, list) else [members]
        elif kinds & ARTICLE_TYPES:
            entries = [thing]
        for entry in entries:
            item = _listed(entry, base)
            if item and (item.url not in found or (item.article and not found[item.url].article)):
                found[item.url] = item
    return list(found.values())


def _listed(entry: object, base: str) -> Listed | None:
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict):
        return None
    inner = entry.get("item")
    thing = {**entry, **inner} if isinstance(inner, dict) else {**entry, "url": inner or entry.get("url")}
    kinds = types(thing)
    if kinds & _NO_ARTICLES:
        return None
    url = absolute(string(thing.get("url")) or string(thing.get("mainEntityOfPage")) or string(thing.get("@id")), base)
    if url is None:
        return None
    return Listed(
        url=url,
        title=string(thing.get("headline")) or string(thing.get("name")),
        date=date(thing.get("datePublished")) or date(thing.get("dateModified")),
        summary=string(thing.get("description")),
        image=absolute(picture(thing.get("image")), base),
        authors=names(thing.get("author")),
        article=bool(kinds & ARTICLE_TYPES),
    )


def string(value: object, *, most: int | None = None) -> str | None:
    """Give a value's words in one line: a string, the first of a list, an object's @value or @id; entities undone.

    Of more letters than `most`, where it is given, the first are read.
    """
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value") or value.get("@id") or value.get("url") or value.get("name")
    if not isinstance(value, str):
        return None
    value = value[:most]
    return one_line(entities.unescape(_MARKUP.sub(" ", value)) if "<" in value else entities.unescape(value))


def date(value: object) -> str | None:
    """Give a date's words, or its Unix time in seconds or milliseconds, however it is wrapped; None for another value.

    Other numbers are years, counters and minutes of reading.
    """
    for name in _WRAPPED:
        if isinstance(value, dict):
            value = value.get(name, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if any(first <= value < last for first, last in _UNIX) else None
    said = string(value)
    return said if said and any(map(str.isdigit, said)) else None


def picture(value: object) -> str | None:
    """Give the address of an image however it is said."""
    while isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return string(value)


def names(value: object) -> tuple[str, ...]:
    """Give the names of persons or organisations, however nested, each once."""
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        name = string(one.get("name")) if isinstance(one, dict) else string(one)
        if name and not name.startswith(("http://", "https://", "#", "/")):
            found.append(name[:200])
    return tuple(dict.fromkeys(found))[:20]
