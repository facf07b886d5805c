"""Turn a Feed into Entries: every item cleaned, told from the others and keyed. It stores and compares nothing."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from ..values import Entry, Feed
from . import drifting, keys, language, urls
from .entry import Cleaned, Context, clean

ENOUGH_LETTERS = 400  # of a document, to contradict the language that it declares
DIGEST = 16
"""Bytes of an Entry's digest that stand for all its words; what follows stands for its title alone."""
CARELESS = frozenset({"en"})  # what programs declare when nobody told them


@dataclass(frozen=True, slots=True)
class Normalized:
    """The Entries of a document in its order, and in plain words what could not be kept."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()


def entries(
    feed: Feed,
    *,
    url: str,
    now: datetime,
    language: str | None,
    languages: tuple[str, ...],
    timezone: str | None,
) -> Normalized:
    """Turn the items of a document into Entries, in its order; one bad item never loses the others.

    `url` is the address that answered; `language` and `timezone` (IANA) what the Source says, `languages` the site's
    primary subtags, for detection. Items that agree in id, address, title and text become one Entry; an item that
    says nothing at all, or that cannot be cleaned, is named in `problems`.
    """
    about, problems = _context(feed, url, now, language, languages, timezone)
    kept: dict[tuple[str, ...], Cleaned] = {}
    for number, item in enumerate(feed.items, start=1):
        try:
            cleaned = clean(item, about)
        except Exception as error:  # whatever an item holds, it costs itself alone
            problems.append(f"item {number} could not be cleaned: {type(error).__name__}")
            continue
        if cleaned is None:
            problems.append(f"item {number} has no id, address, title or text: it was left out")
        else:
            # All that tells nameless items apart.
            date = "" if cleaned.id or cleaned.url or cleaned.is_relative else cleaned.said_date
            kept.setdefault((cleaned.id, cleaned.url or "", cleaned.title, cleaned.plain, date), cleaned)
    items = list(kept.values())
    drifts = drifting.drifts([None if item.is_relative else item.published_at for item in items], now=now)
    identities = [_identity(item, drift) for item, drift in zip(items, drifts, strict=True)]
    names = keys.of_document(identities, homes=_homes(feed, url))
    ids = _entry_ids(items, names)
    made = [_entry(item, key, name, drift) for item, key, name, drift in zip(items, names, ids, drifts, strict=True)]
    return Normalized(tuple(made), tuple(problems))


def unlinked(entry: Entry) -> Entry:
    """Give an Entry without its address, which leads to no article: in its place, its title is one of its keys."""
    title = keys.digest("astray", entry.title.casefold())
    return replace(
        entry,
        entry_id=title.hex() if entry.entry_id == entry.url else entry.entry_id,
        url=None,
        keys=(*entry.keys[: entry.named], *entry.keys[entry.named + entry.linked :], title),
        linked=0,
    )


def _context(
    feed: Feed, url: str, now: datetime, own: str | None, languages: tuple[str, ...], timezone: str | None
) -> tuple[Context, list[str]]:
    by_source, declared = language.primary(own), language.primary(feed.language)
    site = tuple(dict.fromkeys(code for said in languages if (code := language.primary(said))))
    problems: list[str] = []
    if not by_source and declared in CARELESS:
        words = " ".join(item.title.value[:200] for item in feed.items[:40] if item.title)
        enough = sum(map(str.isalpha, words)) >= ENOUGH_LETTERS
        read_as = language.detect(words, languages=tuple({*site, declared})) if enough and len(site) > 1 else None
        if read_as and read_as != declared:
            problems.append(f"it declares the language {declared} but reads as {read_as}")
            declared = read_as
    about = Context(
        url=url,
        now=now,
        language=by_source or declared,
        by_source=bool(by_source) or bool(problems),
        tag=_tag(own, feed.language, by_source or declared),
        languages=site,
        timezone=timezone,
    )
    return about, problems


def _tag(own: str | None, said: str | None, code: str | None) -> str | None:
    """Give the tag of the language `code` that tells most: the Source's if it has a region, else the document's."""
    fitting = [tag for tag in (own, said) if tag and language.primary(tag) == code]
    return next((tag for tag in fitting if "-" in tag or "_" in tag), code)


def _identity(item: Cleaned, drift: timedelta | None) -> keys.Identity:
    return keys.Identity(
        id=item.id,
        url=item.url or "",
        whole=item.whole_url or "",
        title=item.given_title.casefold(),
        is_relative=item.is_relative,
        date="" if item.is_relative else item.published_at.isoformat() if item.published_at else item.said_date,
        text=item.plain,
        drifts=drift is not None,
    )


def _homes(feed: Feed, url: str) -> frozenset[str]:
    found = {urls.canonical(address, url) for address in (feed.url, feed.id, url)} - {None}
    roots = {f"http://{urlsplit(address).netloc}/" for address in found if address}
    return frozenset(urls.identity(address) for address in {*found, *roots} if address)


def _entry_ids(items: list[Cleaned], names: list[keys.Keys]) -> list[str]:
    wanted = [item.id or item.url or "" for item in items]
    uses = Counter(wanted)
    return [
        words if words and uses[words] == 1 else f"{words}#{_mark(key).hex()}".lstrip("#")
        for words, key in zip(wanted, names, strict=True)
    ]


def _mark(names: keys.Keys) -> bytes:
    # Of items that are named by their words alone, the last key is the one that stays when the text is edited.
    return names.all[0] if names.named or names.linked else names.all[-1 - names.weak]


def _entry(item: Cleaned, names: keys.Keys, entry_id: str, drift: timedelta | None) -> Entry:
    return Entry(
        entry_id=entry_id,
        keys=names.all,
        named=names.named,
        linked=names.linked,
        weak=names.weak,
        drift=drift,
        url=item.url,
        title=item.title,
        summary=item.summary,
        content=item.content,
        authors=item.authors,
        language=item.language,
        published_at=None if item.ahead else item.published_at,
        updated_at=item.updated_at,
        date_note=item.ahead or item.date_note,
        categories=item.categories,
        enclosures=item.enclosures,
        image=item.image,
        image_caption=item.image_caption,
        section=item.section,
        via_name=item.via_name,
        via_url=item.via_url,
        digest=_digest(item),
    )


def _digest(item: Cleaned) -> bytes:
    # Images and files are left out: their addresses carry sizes and signatures that change at every poll.
    seen = "\x00".join((item.title, item.summary, item.content, "\x01".join(item.authors)))
    # The title has bytes of its own: beside an article's page, it must be known whether the list has another one.
    title = blake2b(item.title.encode("utf-8", "replace"), digest_size=8).digest()
    return blake2b(seen.encode("utf-8", "replace"), digest_size=DIGEST).digest() + title
