"""Say which known Entry an item of a document is, by what both say of themselves. It reads no store."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..values import Entry
from .drifting import KEPT, drifted
from .keys import PLACE

SAID = -1
"""Stands for an item that is neither new nor an Entry of its own: its document has said it already."""
DAY_FOLDERS = re.compile(r"/(?:19|20)\d\d/\d\d?/\d\d?/")
ARTICLE = re.compile(r"/(?:19|20)\d\d/\d\d?/|\d{5}")
"""The day or the number in an address, which no page of alerts has."""
ALIKE = 0.6
"""The share of words that two titles have in common where one is the other, edited: a mended number or a word more. Two
alerts of one kind share less."""
NEAR = timedelta(hours=12)
"""A corrected item is dated less than so long after the first one; a column under one title comes back once a day."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a stored Entry says of itself."""

    entry: int
    entry_id: str
    url: str | None
    title: str
    published_at: datetime | None
    text: str = ""
    """Its summary."""
    seen_at: datetime | None = None
    """When it was new."""


def match(items: Sequence[Entry], known: Mapping[bytes, Known]) -> list[int | None]:
    """Say which Entry each item of a document is, `known` by key: None for a new one, `SAID` for one said already.

    Each Entry is matched at most once: first by items that have its title too, then by the strongest key.
    """
    matches: list[int | None] = [None] * len(items)
    taken: set[int] = set()
    depth = max((len(item.keys) for item in items), default=0)
    habits = _habits(items, known)
    for is_titled in (True, False):
        for rank in range(depth):
            for index, item in enumerate(items):
                found = known.get(item.keys[rank]) if matches[index] is None and rank < len(item.keys) else None
                if found is None or found.entry in taken or (is_titled and found.title != item.title):
                    continue
                is_weak = rank >= len(item.keys) - item.weak
                if is_weak and (item.named or item.linked):
                    continue
                if _is_of_time(item, found) if is_weak else _is(item, found, known, habits):
                    matches[index] = found.entry
                    taken.add(found.entry)
    if habits.moving:
        _match_moments(items, matches, known, taken)
    for index, item in enumerate(items):
        if matches[index] is None and item.keys and all(key in known for key in item.keys):
            # It has no key to be remembered by: as an Entry of its own it would be new at each visit.
            owners = [known[key].entry for key in item.keys]
            matches[index] = SAID if taken.intersection(owners) else owners[0]
            taken.add(owners[0])
    return matches


def _match_moments(
    items: Sequence[Entry], matches: list[int | None], known: Mapping[bytes, Known], taken: set[int]
) -> None:
    """Match items that nothing but the path of their address and their second names, where names change at each poll.

    Words of the former title or text must be left; the only strange item of a document may have none to compare.
    """
    strange = [index for index, match in enumerate(matches) if match is None]
    for index in strange:
        item = items[index]
        found = known.get(item.keys[-1]) if item.weak and (item.named or item.linked) else None
        if found is None or found.entry in taken:
            continue
        is_lone = len(strange) == 1 and not (item.summary and found.text)
        if is_lone or _is_alike(item, found) or is_text_alike(item, found):
            matches[index] = found.entry
            taken.add(found.entry)


def renamed(
    items: Sequence[Entry], matches: Sequence[int | None], known: Mapping[bytes, Known], names: Mapping[int, str]
) -> list[int]:
    """Give the places of known items that came under an id, or at an address, never seen before.

    `names` are the ids that Entries had first. Where the ids of a document differ without their queries, what changes
    in a query names the visit and not the item.
    """
    stems = Counter(_stem(item.entry_id) for item in items)

    def is_renamed(item: Entry, name: str) -> bool:
        if not (item.named or item.linked) or name == item.entry_id or item.keys[0] in known:
            return False
        return stems[_stem(name)] != 1 or _stem(name) != _stem(item.entry_id)

    return [
        index
        for index, (item, match) in enumerate(zip(items, matches, strict=True))
        if match is not None and match in names and is_renamed(item, names[match])
    ]


def _stem(entry_id: str) -> str:
    return entry_id.partition("?")[0]


@dataclass(frozen=True, slots=True)
class _Habits:
    """What the ids of a Source are worth, as one of its documents shows it."""

    fickle: bool
    """They change while items stay what they are: at each visit, or because the outlet has moved to another system."""
    proven: bool
    """Some stayed with their items."""
    places: bool
    """They count the places of a list, and other items stand there now."""
    alone: bool
    """There is one item, whose address may be the page of the whole Source, to which each alert in turn leads."""
    moving: bool
    """Ids and addresses are others at each poll, while titles stay: neither proves another item."""


def _habits(items: Sequence[Entry], known: Mapping[bytes, Known]) -> _Habits:
    kept = changed = replaced = moved = stayed = 0
    for item in items:
        names, words = item.keys[: item.named + item.linked], item.keys[item.named + item.linked :]
        stayed += any(key in known for key in names)
        if names and not any(key in known for key in names):
            moved += any(key in known and known[key].title == item.title for key in words)
        by_id = [known[key] for key in item.keys[: item.named] if key in known]
        others = [known[key] for key in item.keys[item.named :] if key in known]
        if any(found.title == item.title for found in by_id):
            kept += 1
        elif by_id:
            replaced += _is_place(item) and all(_is_wholly_other(item, found, known) for found in by_id)
        elif item.named and any(found.title == item.title for found in others):
            changed += 1
    return _Habits(
        fickle=changed > max(kept, 1),
        proven=kept > 0,
        places=replaced > max(kept, 1),
        alone=len(items) == 1,
        moving=moved > max(stayed, 1),
    )


def _is(item: Entry, found: Known, known: Mapping[bytes, Known], habits: _Habits) -> bool:
    """Say whether an item that shares a key with an Entry is that Entry.

    An id that stays is believed whatever else changes, as in a live blog, unless it counts places. Under another id an
    item is the same where the ids of its Source tell nothing, or where title and date speak for it.
    """
    if item.drift is not None and not item.named and not item.linked:
        return _is_undrifted(item, found)
    if habits.alone and not item.named and _is_next_alert(item, found):
        return False
    if _has_id(item, found, known):
        if not _is_place(item) or not _is_wholly_other(item, found, known):
            return True
        return not habits.places and span(item, found) == timedelta(0)
    apart = span(item, found)
    if apart is None and not _shares(_links(item), found, known) and is_of_other_day(item.url, found.url):
        return False
    if habits.fickle or is_unnamed(item, found):
        return True
    if apart is None:
        return _is_alike(item, found) or not (habits.proven or habits.alone)
    return apart == timedelta(0) or (apart < NEAR and _is_alike(item, found))


def _is_next_alert(item: Entry, found: Known) -> bool:
    """Say whether a Source of one item, which only its address names, tells something else there now.

    Without dates nobody could say whether the former one is back. What stands at an article's address is that article.
    """
    if not span(item, found) or _is_alike(item, found) or is_text_alike(item, found):
        return False
    return item.url == found.url and not ARTICLE.search(item.url or "")


def _is_of_time(item: Entry, found: Known) -> bool:
    apart = span(item, found)
    return apart is not None and apart <= KEPT


def _is_undrifted(item: Entry, found: Known) -> bool:
    """Say whether an item that only its words name, dated at each visit anew, is an Entry that was dated so, too."""
    if span(item, found) and not drifted(found.published_at, found.seen_at):
        return False
    return not (item.summary and found.text) or is_text_alike(item, found)


def _has_id(item: Entry, found: Known, known: Mapping[bytes, Known]) -> bool:
    return item.entry_id == found.entry_id or _shares(item.keys[: item.named], found, known)


def _links(item: Entry) -> Sequence[bytes]:
    return item.keys[item.named : item.named + item.linked]


def _shares(keys: Sequence[bytes], found: Known, known: Mapping[bytes, Known]) -> bool:
    return any(key in known and known[key].entry == found.entry for key in keys)


def is_unnamed(item: Entry, found: Known) -> bool:
    """Say whether one of both has no id of its own, or ids have another form than before: then these tell nothing."""
    return not item.named or found.entry_id == found.url or _is_address(item.entry_id) != _is_address(found.entry_id)


def _is_address(words: str) -> bool:
    return words.startswith(("http://", "https://"))


def _is_place(item: Entry) -> bool:
    return bool(PLACE.fullmatch(item.entry_id))


def _is_wholly_other(item: Entry, found: Known, known: Mapping[bytes, Known]) -> bool:
    """Say whether neither title nor address is what it was, nor the last part of the address."""
    if _is_alike(item, found) or _shares(_links(item), found, known):
        return False
    moved = item.url and found.url and item.url != found.url
    return not (moved and _last(item.url) == _last(found.url))


def is_of_other_day(one: str | None, other: str | None) -> bool:
    """Say whether both addresses stand in folders of a day, and not of the same."""
    days = [DAY_FOLDERS.search(url or "") for url in (one, other)]
    return all(days) and len({day[0] for day in days if day}) > 1


def _last(url: str | None) -> str:
    return (url or "").rstrip("/").rpartition("/")[2]


def _is_alike(item: Entry, found: Known) -> bool:
    one, other = item.title.casefold(), found.title.casefold()
    # Half a document ends in the middle of a title, or before it: then the id or the address stands in.
    if one.startswith(other) or other.startswith(one) or found.title in (found.entry_id, found.url):
        return True
    ours, theirs = set(one.split()), set(other.split())
    return len(ours & theirs) >= ALIKE * len(ours | theirs)


def is_text_alike(item: Entry, found: Known) -> bool:
    """Say whether both have a text, and of the shorter one most words are in the other's: outlets cut texts."""
    ours, theirs = set(item.summary.casefold().split()), set(found.text.casefold().split())
    return min(len(ours), len(theirs)) > 0 and len(ours & theirs) >= ALIKE * min(len(ours), len(theirs))


def span(item: Entry, found: Known) -> timedelta | None:
    """Give how far apart both are dated; None where one is not."""
    if item.published_at is None or found.published_at is None:
        return None
    return abs(item.published_at - found.published_at)
