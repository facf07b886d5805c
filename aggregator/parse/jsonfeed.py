"""Read JSON Feed 1.0 and 1.1 by hand, every type checked item by item. It knows no other JSON."""

import json
import math
import re
from typing import Any

from ..errors import ParseError
from ..values import Enclosure, Feed, Item, Text
from .body import MOST_ITEMS
from .charset import MOST_RUBBISH, text_of
from .item import MOST_WORDS

ITEMS = re.compile(r'"items"\s*:\s*\[')
FIRST_KEY = re.compile(rb'\{\s*"[a-z_]{2,30}"\s*:')
VERSION = re.compile(rb"jsonfeed\.org\\?/version")
OTHER = re.compile(rb"<(?:!doctype|html|\?xml|(?:[a-z0-9_]+:)?(?:rss|rdf|feed|channel))[\s>]", re.IGNORECASE)
BETWEEN = re.compile(r"[ \t\r\n,]*+")
PART = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
ADVICE = "look for the address of the feed itself"
DEEPEST = 50  # arrays and objects in one another; an item's attachments are the fourth
LONGEST_NUMBER = 100  # digits; Python refuses to read 4,300, and an id of more is none
MOST_NOTES = 10  # items that are named one by one as left out
FIELDS = frozenset({"id", "url", "external_url", "title", "content_html", "content_text", "summary"})


def start_of(body: bytes) -> int | None:
    """Give where JSON starts in a body, in UTF-8, UTF-16 or UTF-32, past the warnings of a PHP program; else None."""
    if body[:64].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"["):
        return 0
    start = FIRST_KEY.search(body, 0, MOST_RUBBISH)
    if start is None or OTHER.search(body, 0, start.start()) or not VERSION.search(body, start.start()):
        return None
    return start.start()


def read(body: bytes, *, start: int = 0, content_type: str | None = None, url: str) -> Feed:
    """Read a JSON Feed (jsonfeed.org version 1 and 1.1); one bad item costs itself alone, a cut end the rest.

    `start` is where it begins. Raises ParseError where the JSON is no feed or cannot be read at all.
    """
    wide = json.detect_encoding(body)
    problems: list[str] = []
    if wide.startswith("utf-8"):
        text, problems = text_of(body[start:], content_type)
    else:
        text = body.decode(wide, "replace").removeprefix("\ufeff")
    if start:
        problems.append(f"{start} bytes of rubbish stood before its JSON")
    is_whole = True
    document: object
    try:
        try:
            document = DECODER.decode(text)
        except RecursionError:
            text = _shallow(text)
            problems.append(f"what nests deeper than {DEEPEST} in it was left out")
            document = DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        document = _salvage(text)
        is_whole = False  # cut or broken, nothing behind that place was read
        problems.append(f"the JSON is broken, what came before was kept: {' '.join(str(error).split())[:100]}")
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError(f"{url} answered with JSON that is no JSON Feed: it has no list of items; {ADVICE}")
    rows = document["items"]
    if "jsonfeed.org" not in str(document.get("version")) and not any(_is_item(row) for row in rows):
        raise ParseError(f"{url} answered with JSON that is no JSON Feed: it names no version of it; {ADVICE}")
    if len(rows) > MOST_ITEMS:
        problems.append(f"it holds more than {MOST_ITEMS:,} items: the others were left out")
    rows = rows[:MOST_ITEMS]
    items = [_item(row) for row in rows if isinstance(row, dict)]
    wrong = [number for number, row in enumerate(rows, start=1) if not isinstance(row, dict)]
    problems += [f"item {number} is no JSON object: it was left out" for number in wrong[:MOST_NOTES]]
    if len(wrong) > MOST_NOTES:
        problems.append(f"{len(wrong) - MOST_NOTES:,} more items are no JSON objects: they were left out")
    return Feed(
        items=tuple(items),
        title=_string(document, "title"),
        url=_string(document, "home_page_url"),
        language=_string(document, "language"),
        format="json " + ((_string(document, "version") or "").rstrip("/").rpartition("/")[2] or "1"),
        problems=tuple(problems),
        is_whole=is_whole,
        hubs=_hubs(document.get("hubs")),
        topic=_string(document, "feed_url"),
    )


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


# Line ends and other controls in texts are against the standard, and clear all the same. Of a key that comes twice the
# last value counts, as everywhere; Python takes NaN and Infinity, which no field of an item holds.
DECODER = json.JSONDecoder(strict=False, parse_int=_number)


def _shallow(text: str) -> str:
    """Put null for each array or object that nests deeper than DEEPEST."""
    pieces: list[str] = []
    depth = taken = 0
    for part in PART.finditer(text):
        if part[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                pieces += [text[taken : part.start()], "null"]
        elif part[0] in "]}":
            depth = max(depth - 1, 0)
            if depth == DEEPEST:
                taken = part.end()
    return "".join([*pieces, text[taken:]]) if depth <= DEEPEST else "".join(pieces)


def _salvage(text: str) -> object:
    start = ITEMS.search(text)
    if start is None:
        return None
    at = start.end()
    rows: list[object] = []
    while len(rows) <= MOST_ITEMS:
        at = BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        try:
            row, at = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        rows.append(row)
    head: dict[str, object] = {"items": rows}
    for key in ("version", "title", "home_page_url", "language"):
        said = re.search(rf'"{key}"\s*:\s*("(?:[^"\\]|\\.){{0,500}}")', text[: start.start()])
        if said:
            head[key] = json.loads(said[1], strict=False)
    return head


def _is_item(row: object) -> bool:
    return isinstance(row, dict) and not FIELDS.isdisjoint(row)


def _item(row: dict[str, Any]) -> Item:
    html, plain = _string(row, "content_html"), _string(row, "content_text")
    title, summary = _string(row, "title"), _string(row, "summary")
    return Item(
        id=_id(row.get("id")),
        url=_string(row, "url") or _string(row, "external_url"),
        title=Text(title) if title else None,
        summary=Text(summary) if summary else None,
        content=Text(html, html=True) if html else Text(plain) if plain else None,
        authors=_authors(row),
        language=_string(row, "language"),
        published=_string(row, "date_published"),
        updated=_string(row, "date_modified"),
        categories=tuple(dict.fromkeys(_strings(row.get("tags"))))[:MOST_WORDS],
        enclosures=_enclosures(row),
        image=_string(row, "image") or _string(row, "banner_image"),
    )


def _id(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    # Version 1 asks readers to take numbers for strings; those without end are none.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return str(value)


def _authors(row: dict[str, Any]) -> tuple[str, ...]:
    people = row.get("authors")
    listed = people if isinstance(people, list) else [row.get("author")]  # `author` is version 1
    names = [_string(person, "name") for person in listed if isinstance(person, dict)]
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_WORDS]


def _enclosures(row: dict[str, Any]) -> tuple[Enclosure, ...]:
    files = row.get("attachments")
    found = []
    for file in files if isinstance(files, list) else []:
        address = _string(file, "url") if isinstance(file, dict) else None
        if address:
            size = file.get("size_in_bytes")
            whole = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**53
            found.append(Enclosure(address, _string(file, "mime_type"), size if whole else None))
    return tuple(found)[:MOST_WORDS]


def _hubs(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    told = [row for row in rows if isinstance(row, dict) and (_string(row, "type") or "").lower() == "websub"]
    return tuple(address for row in told if (address := _string(row, "url")))


def _strings(value: object) -> list[str]:
    words = value if isinstance(value, list) else []
    return [word.strip() for word in words if isinstance(word, str) and word.strip()]


def _string(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    return value.strip() or None if isinstance(value, str) else None
