"""Make the keys by which an item is known again at a later poll. It compares nothing with the store."""

import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from . import urls

NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[a-z]{0,2}-?)?([0-9]{6,14}|[0-9a-f]{16,40})(?![0-9A-Za-z])")
DAY = re.compile(r"(?:19|20)\d{6}\Z")


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one item of a document from the others: its own id, its canonical address, title, date and text."""

    id: str
    url: str
    """The canonical address; empty where it has none."""
    whole: str
    """The same with its fragment."""
    title: str
    date: str
    text: str


def digest(kind: str, *parts: str) -> bytes:
    """Give the 16 bytes by which a key of this kind is stored."""
    words = "\n".join((kind, *parts)).encode("utf-8", "replace")
    return blake2b(words, digest_size=16).digest()


def of_document(items: list[Identity], *, homes: frozenset[str]) -> list[tuple[bytes, ...]]:
    """Give the keys of each item, strongest first, from what is unique in its document.

    `homes` are the identities of addresses that belong to the whole Source, never to an item: its page, itself.
    An item is known if any of its keys is; where keys point to two Entries, the first that is known is right.
    - both: id and address together, so that items that share one of them stay apart once they met;
    - id: the item's own id; - url: its canonical address, with its fragment and without;
    - num: the number in the address, which stays when the words of the address follow a new title;
    - text: title and date, where there is no id and no address of its own.
    """
    drafts = [_draft(item, homes) for item in items]
    seen = Counter(key for draft in drafts for key in {*draft.strong, *draft.pair})
    return [_settled(item, draft, seen) for item, draft in zip(items, drafts, strict=True)]


@dataclass(frozen=True, slots=True)
class _Draft:
    pair: tuple[bytes, ...]
    strong: tuple[bytes, ...]


def _draft(item: Identity, homes: frozenset[str]) -> _Draft:
    name = _name(item.id)
    own_id = bool(name) and name not in homes
    address = urls.identity(item.url) if item.url else ""
    own_url = bool(address) and address not in homes
    strong = [digest("id", name)] if own_id else []
    if own_url:
        whole = urls.identity(item.whole)
        strong += [digest("url", whole)] if whole != address else []
        strong += [digest("url", address)]
        number = _number(item.url)
        strong += [digest("num", number)] if number else []
    pair = (digest("both", name, address),) if name and address else ()
    return _Draft(pair, tuple(strong))


def _settled(item: Identity, draft: _Draft, seen: Counter[bytes]) -> tuple[bytes, ...]:
    own = [key for key in (*draft.pair, *draft.strong) if seen[key] == 1]
    if any(key in draft.strong for key in own):
        return tuple(own)
    # Nothing names it but its words; they say more where an id or an address that others share is added.
    return (*own, digest("text", item.id, item.title, item.date or item.text[:500]))


def _name(words: str) -> str:
    # Sites move from http to https; ids that are addresses move with them.
    return urls.identity(words) if words.startswith(("http://", "https://")) else words


def _number(address: str) -> str | None:
    parts = urlsplit(address)
    found = [number for number in NUMBER.findall(parts.path) if not DAY.match(number)]
    return f"{parts.hostname} {found[-1]}" if found else None
