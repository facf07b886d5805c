"""Sections and Sources that feeds.yaml does not have yet, and names for them that are free. It writes nothing."""

import html
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from .addresses import PORTS

MOST_NAME = 100
"""Letters of a name that is made of a title: it stands in lists and errors."""


_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[^\W\d][\w.:-]{0,99});")
"""To a letter, by its number or name, or to an entity that only a document's own DOCTYPE knows (XML 1.0, 4.1)."""


@dataclass(frozen=True, slots=True)
class NewSection:
    """A Section that feeds.yaml does not have yet."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class NewSource:
    """A Source that feeds.yaml does not have yet; `sections` are ids."""

    name: str
    url: str
    sections: tuple[str, ...]
    kind: Literal["feed", "page"] = "feed"
    language: str | None = None


def title_of(words: str) -> str:
    """Make a plain line of a document's title that may be escaped once too often.

    It is empty where a reference is left that nobody expands: what it stands for is not known, or is a bomb.
    """
    plain = " ".join(_REFERENCE.sub(lambda found: html.unescape(found[0]), words).split())
    return "" if _REFERENCE.search(plain) else plain


def free_name(words: str, taken: Collection[str]) -> str:
    """Make a Source's name of a title, with a number behind it where the name is taken; empty where it says nothing."""
    plain = "".join(char if char.isprintable() else " " for char in words)
    name = " ".join(plain.split())[:MOST_NAME].rstrip()
    return _numbered(name, taken, " ({})") if name else ""


def free_id(words: str, taken: Collection[str]) -> str:
    """Make a Section's id of ASCII words, with a number behind it where the id is taken; `section` of none."""
    return _numbered(re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:50].strip("-") or "section", taken, "-{}")


def _numbered(name: str, taken: Collection[str], tail: str) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = name + tail.format(number)
    return found


def web_address(words: str) -> str:
    """Turn `feed://example.org/rss` and `feed:https://…`, which some pages and lists write, into web addresses."""
    words = words.strip()
    bare = re.sub(r"^feed:(?=https?://)", "", words, flags=re.IGNORECASE)
    return re.sub(r"^feed://", "http://", bare, flags=re.IGNORECASE)


def place_of(url: str) -> str:
    """Give what two addresses of one document share: not the scheme, the case of the host, or a slash at the end."""
    try:
        parts = urlsplit(url)
        port = "" if parts.port in (None, *PORTS.values()) else f":{parts.port}"
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').rstrip('.')}{port}{parts.path.rstrip('/')}{query}"
