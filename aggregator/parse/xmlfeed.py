"""Read RSS, RDF and Atom with feedparser. None of feedparser's objects leaves this file and `item.py`."""

import io
import re
from typing import Any

import feedparser
from feedparser import mixin

from ..errors import ParseError
from ..values import Feed, Item
from . import body as bodies
from . import charset as charsets
from . import period
from .item import text_of, to_item

# An id is opaque (RFC 4287 section 4.2.6); feedparser resolves it against xml:base, and has no option for that.
mixin._FeedParserMixin.can_be_relative_uri = mixin._FeedParserMixin.can_be_relative_uri - {"id"}

FORMATS = {
    "rss": "rss",
    "rss090": "rdf 0.90",
    "rss091n": "rss 0.91",
    "rss091u": "rss 0.91",
    "rss092": "rss 0.92",
    "rss093": "rss 0.93",
    "rss094": "rss 0.94",
    "rss10": "rdf 1.0",
    "rss20": "rss 2.0",
    "atom": "atom",
    "atom01": "atom 0.1",
    "atom02": "atom 0.2",
    "atom03": "atom 0.3",
    "atom10": "atom 1.0",
    "cdf": "cdf",
}
ADVICE = "look for the address of the feed itself"
HTML_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
FEED_ROOT = re.compile(rb"<(?:[A-Za-z0-9_]+:)?(rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
PAGE_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,200})", re.IGNORECASE)
ROOT_END = re.compile(rb"</(?:[A-Za-z0-9_]+:)?(rss|feed|rdf|channel)\s*>", re.IGNORECASE)
BREAKS = {
    "mismatched tag": "a tag is not closed, or closed where it was not open",
    "invalid token": "a sign stands where none may, such as a bare < or a control character",
    "duplicate attribute": "a tag says one of its attributes twice",
    "prefix": "a tag's prefix is explained nowhere",
    "invalid character number": "a number stands for no character",
    "unclosed": "something that begins there does not end",
    "no element": "something that begins before does not end",
    "junk after": "something follows the end of the feed",
    "entity": "a name stands for nothing (&name;)",
}
"""What Expat says of a document that is no XML, by its words, in plain ones."""
# feedparser takes a photo's description for a second summary of the item, or for its first; under a name that it
# does not know the words stay apart.
PHOTO_WORDS = re.compile(rb"(</?)media:description(?:\s[^<>]*)?>")


def read(body: bytes, *, content_type: str | None, url: str) -> Feed:
    """Read an XML feed, as broken as feedparser can bear it; raises ParseError where there is none."""
    plain, charset, problems = charsets.settle(body, content_type)
    _refuse_page(plain, url)
    whole = plain
    plain, bitten = bodies.draw_teeth(whole)
    problems += bitten
    result = _parse(PHOTO_WORDS.sub(rb"\1media:caption>", bodies.without_bare_ampersands(plain)), charset, url)
    entries, about = result["entries"], result["feed"]
    version = str(result.get("version") or "")
    if not entries and not version:
        raise ParseError(f"{url} answered with something that is no feed: it starts with {_start(plain)}; {ADVICE}")
    broken = _broken(result, plain)
    cut = bool(broken) and not _ends(whole)
    if cut:
        problems.append("the document ends in the middle: its last item may be missing")
    elif broken and not bitten:
        problems.append(f"its XML is broken{broken}; what could be read is kept")
    items = [_item(entry, number, problems) for number, entry in enumerate(entries, start=1)]
    if cut and items and not items[-1].id and not items[-1].url:
        items[-1] = Item()  # half an item without id and address would come back whole as another one
    title = text_of(about, "title")
    return Feed(
        items=tuple(items),
        title=title.value if title else None,
        url=_words(about, "link"),
        id=_words(about, "id"),
        language=_words(about, "language"),
        updated=_words(about, "updated") or _words(about, "published"),
        asks=period.asks(
            plain,
            ttl=_words(about, "ttl"),
            every=_words(about, "sy_updateperiod"),
            times=_words(about, "sy_updatefrequency"),
        ),
        format=FORMATS.get(version, version or "rss"),
        problems=tuple(problems),
        is_whole=not cut,
        hubs=_linked(about, "hub"),
        topic=next(iter(_linked(about, "self")), None),
    )


def _parse(body: bytes, charset: str | None, url: str) -> Any:
    # A bytes object or a text could be taken for a path or an address; a stream cannot. With no Content-Location the
    # ids and links stay as written: an id resolved against the address would change when the feed moves.
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    for attempt in (body, bodies.without_wrong_references(body)):
        try:
            return feedparser.parse(
                io.BytesIO(attempt), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        except MemoryError:
            raise
        except Exception as error:  # it lets out ValueError, UnicodeEncodeError, AttributeError, RecursionError ...
            failure = error
    reason = " ".join(str(failure).split())[:200]
    raise ParseError(f"{url} answered with a feed that cannot be read; tell its keeper: {reason}")


def _item(entry: Any, number: int, problems: list[str]) -> Item:
    try:
        return to_item(entry)
    except Exception as error:  # one bad item costs itself alone
        problems.append(f"item {number} could not be read: {type(error).__name__}")
        return Item()


def _refuse_page(body: bytes, url: str) -> None:
    page = HTML_PAGE.search(body, 0, 4096)
    if page and not FEED_ROOT.search(body):
        title = PAGE_TITLE.search(body)
        words = " ".join(title[1].decode("utf-8", "replace").split()) if title else ""
        named = f" titled {words!r}" if words else ""
        raise ParseError(f"{url} answered with an HTML page{named}, not with a feed; {ADVICE}, or say kind: page")


def _ends(body: bytes) -> bool:
    root = FEED_ROOT.search(body)
    name = root[1].lower() if root else b""
    # RDF ends its channel before its items; RSS holds them in it, and hosts forget the tag after that.
    ends = {b"rdf": {b"rdf"}, b"rss": {b"rss", b"channel"}}.get(name, {name})
    found = {end[1].lower() for end in ROOT_END.finditer(body, max(len(body) - 4096, 0))}
    return bool(found if root is None else found & ends)


def _broken(result: Any, plain: bytes) -> str:
    """Say where and why the document is no XML; empty where it is."""
    error = result.get("bozo_exception")
    if error is None or "SAX" not in type(error).__name__:
        return ""
    why = next((why for words, why in BREAKS.items() if words in str(error.getMessage())), "it breaks a rule of XML")
    line = error.getLineNumber() if hasattr(error, "getLineNumber") else None
    # feedparser puts a line with the declaration before a document that has none.
    return f" in line {max(line - (b'<?xml' not in plain[:100]), 1)}: {why}" if line else f": {why}"


def _start(body: bytes) -> str:
    return repr(" ".join(body[:200].decode("utf-8", "replace").split())[:60])


def _linked(about: Any, relation: str) -> tuple[str, ...]:
    links = dict.get(about, "links") or []
    return tuple(link["href"] for link in links if link.get("rel", "").lower() == relation and link.get("href"))


def _words(about: Any, key: str) -> str | None:
    value = dict.get(about, key)
    return value.strip() or None if isinstance(value, str) else None
