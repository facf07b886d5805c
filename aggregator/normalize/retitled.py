"""Say which new items are known Entries under other titles, ids and addresses at once. It reads no store.

What such items keep is their moment, to the second, and their text. Both must be nobody else's: programs give all items
of a list one date, and columns have one text that stands for every edition.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..values import Entry
from .keys import is_long
from .same import Known, is_unnamed

FEWEST_WORDS = 6
"""Words of a text that tells, with its moment, which item it belongs to."""
KEPT = 1 / 3
"""Share of the words of the former title that the new one, or the text, has, where one item alone is retitled."""
FEWEST = 3
"""So many items at least, and more than half of a document, show that ids of their own are others now."""


def match(
    items: Sequence[Entry],
    matches: Sequence[int | None],
    known: Mapping[bytes, Known],
    latest: Sequence[Known],
) -> list[int | None]:
    """Give the `matches` of a document, with the Entries of retitled items in place of None.

    `known` and `latest` as for `relisted.match`. Each Entry is matched at most once.
    """
    entries = {one.entry: one for one in (*latest, *known.values())}.values()
    taken = set(matches)
    moments = _lone(item.published_at for item in items) & _lone(one.published_at for one in entries)
    texts = _lone(item.summary.casefold() for item in items) & _lone(one.text.casefold() for one in entries)
    owners = {(one.published_at, one.text.casefold()): one for one in entries if one.entry not in taken}
    pairs = {
        index: found
        for index, item in enumerate(items)
        if matches[index] is None
        and item.published_at in moments
        and (text := item.summary.casefold()) in texts
        and is_long(text, FEWEST_WORDS)
        and (found := owners.get((item.published_at, text)))
    }
    # The moment of a document's only item may be that of whatever stands there.
    if len(items) < 2:
        return list(matches)
    have_moved = len(pairs) >= FEWEST and 2 * len(pairs) > len(items)
    return [
        pairs[index].entry if index in pairs and (have_moved or _is_edited(items[index], pairs[index])) else owner
        for index, owner in enumerate(matches)
    ]


def _is_edited(item: Entry, found: Known) -> bool:
    # Warnings have one standing text, and whole minutes: alone, a pair must have words of the former title.
    ours, theirs = set(item.title.casefold().split()), set(found.title.casefold().split())
    told = set(item.summary.casefold().split())
    return is_unnamed(item, found) and max(len(ours & theirs), len(told & theirs)) >= KEPT * len(theirs)


def _lone(values: Iterable[object]) -> set[object]:
    return {value for value, count in Counter(values).items() if count == 1 and value}
