"""Reads what a page's head says of the page: meta elements, OpenGraph, address, language. It reads no text."""

import re

from lxml.etree import _Element

from aggregator.pages.address import absolute, host, site
from aggregator.pages.words import one_line, words

_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")
_SEPARATOR = re.compile(r"\s+[|–—·•«»:›/-]+\s+|\s*[|｜]\s*|\s*_\s*(?=\S+$)")
MAX_VALUE = 5_000

PUBLISHED = tuple(
    """
    article:published_time datepublished og:published_time pubdate publishdate publish-date publish_date
    publication_date content_publisheddate parsely-pub-date sailthru.date dc.date.issued dcterms.created dc.date date
    article:published published_time
    """.split()  # noqa: SIM905
)
UPDATED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
    "article:modified",
)
AUTHOR = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "content_author",
    "byl",
    "twitter:creator",
)
SECTION = (
    "article:section",
    "articlesection",
    "section",
    "parsely-section",
    "content_category",
    "category",
    "kategori",
    "kanal",
)
TITLE = ("og:title", "twitter:title", "parsely-title", "dc.title", "headline")
IMAGE = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "thumbnailurl",
)


def tags(root: _Element) -> dict[str, str]:
    """Give the page's meta elements by name, property or itemprop in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        value = one_line((element.get("content") or "")[:MAX_VALUE])
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and value:
            found.setdefault(name.strip().lower(), value)
    return found


def first(found: dict[str, str], names: tuple[str, ...]) -> str | None:
    """Give the first value that one of the names has."""
    return next((found[name] for name in names if name in found), None)


def canonical(root: _Element, *, url: str) -> str | None:
    """Give the address that the page names as its own, if it is one of its outlet's and no mere front page."""
    for element in root.iter("link", "meta"):
        named = element.get("href") if (element.get("rel") or "").lower() == "canonical" else None
        if (element.get("property") or "").lower() == "og:url":
            named = element.get("content")
        address = absolute(named, url)
        if address and (len(address.split("/", 3)[-1]) > 1 or len(url.split("/", 3)[-1]) <= 1):
            return address
    return None


def linked(root: _Element, relation: str) -> tuple[str, ...]:
    """Give what the page's head links to by a relation; a link further down may be a reader's comment."""
    head = root.find("head")
    links = head.iter("link") if head is not None else ()
    return tuple(
        link.get("href", "")
        for link in links
        if relation in (link.get("rel") or "").lower().split() and link.get("href")
    )


def language(root: _Element) -> str | None:
    """Give the page's language as it declares it."""
    found = tags(root)
    said = (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang"))
    for value in (*said, found.get("content-language"), found.get("og:locale"), found.get("inlanguage")):
        value = (value or "").strip()
        if _LANGUAGE.match(value):
            return value.replace("_", "-")
    return None


def document_title(root: _Element) -> str | None:
    """Give the words of the title element."""
    for element in root.iter("title"):
        return words_of_title(element)
    return None


def words_of_title(element: _Element) -> str | None:
    """Give a title element's words; they count even though no one sees them."""
    return one_line((element.text or "")[:MAX_VALUE])


def site_name(root: _Element) -> str | None:
    """Give the outlet's name as its pages say it."""
    found = tags(root)
    return first(found, ("og:site_name", "application-name", "apple-mobile-web-app-title"))


def site_title(root: _Element) -> str | None:
    """Give a list page's title."""
    heading = next((words(h1) for h1 in root.iter("h1")), None)
    return document_title(root) or tags(root).get("og:title") or heading or None


def without_site(title: str, *, name: str | None, url: str) -> str:
    """Cut the outlet's name, and a section before it, off the end or the start of a title."""
    for _ in range(3):
        pieces = list(_SEPARATOR.finditer(title))
        if not pieces:
            return title
        head, tail = title[: pieces[-1].start()], title[pieces[-1].end() :]
        if names_site(tail, name, url) and head.strip():
            title = head.strip()
            continue
        head, tail = title[: pieces[0].start()], title[pieces[0].end() :]
        if names_site(head, name, url) and tail.strip():
            title = tail.strip()
            continue
        return title
    return title


def names_site(text: str, name: str | None, url: str) -> bool:
    """Say whether a text is the outlet's name, as its pages or its host say it."""
    folded = re.sub(r"\W+", "", text).lower()
    labels = {re.sub(r"\W+", "", site(url).split(".")[0]), re.sub(r"\W+", "", host(url))}
    if name:
        labels.add(re.sub(r"\W+", "", name).lower())
    return any(
        len(label) >= 3 and (folded == label or (label in folded and len(folded) <= 2 * len(label) + 8))
        for label in labels
    )
