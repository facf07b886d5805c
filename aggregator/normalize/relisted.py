"""Say whether a document is a list that is known, under new ids and at new addresses. It reads no store.

Dates tell little there: an outlet that moves to another system often dates all reports anew, or by their day alone.
So the list is known by its titles, where most of them are, as long as these are no columns that return.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ..values import Entry
from .same import NEAR, Known, is_of_other_day, is_text_alike, span

FEWEST = 3
"""So many known titles at least, and more than half of a document, make a list that has moved."""
OWN_WORDS = 3
"""Words of a title that hardly another one of its document has; with fewer it may be one of a series."""
UNSPACED = 10
"""Letters in one word that are as telling as such words, in scripts without spaces."""
MOMENT = timedelta(hours=1)
"""What is all dated within so long was dated by a machine."""
RETURNS = (timedelta(days=1), timedelta(days=7))
"""After so long columns return under their titles,"""
EARLY = timedelta(hours=4)
"""or so much earlier or later."""
CHOICE = 8
"""Entries under one title among which the one nearest in date is looked for."""

Pairs = dict[int, Known]


def match(
    items: Sequence[Entry],
    matches: Sequence[int | None],
    known: Mapping[bytes, Known],
    latest: Sequence[Known],
) -> list[int | None]:
    """Give the `matches` of a document, with the Entries of a moved list in place of None.

    `known` as for `same.match`; `latest` are the newest Entries of the Source, the newest first. Each Entry is matched
    at most once.
    """
    owners = {found.entry: found for found in known.values()}
    strange = [index for index, item in enumerate(items) if not _stays(item, known)]
    moved = {index: owners[number] for index in strange if (number := matches[index]) in owners}
    pairs = _pairs(items, [index for index in strange if matches[index] is None], matches, latest)
    speaking = _speaking(items, pairs, latest)
    told = len(moved) + len(speaking)
    if not speaking or told < FEWEST or told * 2 <= len(items):
        return list(matches)
    # Where the others keep their dates, a known title under another date is another edition.
    keep = all(_is_near(items[index], found) for index, found in speaking.items())
    found = {index: one.entry for index, one in pairs.items() if not keep or _is_near(items[index], one)}
    return [found.get(index, owner) for index, owner in enumerate(matches)]


def is_likely(items: Sequence[Entry], matches: Sequence[int | None], known: Mapping[bytes, Known]) -> bool:
    """Say whether `match` may find anything, before the newest Entries are looked up."""
    strange = sum(not _stays(item, known) for item in items)
    return None in matches and strange >= FEWEST and strange * 2 > len(items)


def _stays(item: Entry, known: Mapping[bytes, Known]) -> bool:
    return any(key in known for key in item.keys[: item.named + item.linked] or item.keys)


def _pairs(items: Sequence[Entry], new: Sequence[int], matches: Sequence[int | None], latest: Sequence[Known]) -> Pairs:
    """Give for items the Entry with their title, of several the one nearest in date and then in order."""
    taken = set(matches)
    free: defaultdict[str, list[Known]] = defaultdict(list)
    for one in reversed(latest):
        if one.entry not in taken:
            free[one.title.casefold()].append(one)
    pairs: Pairs = {}
    for index in new:
        if some := free.get(items[index].title.casefold()):
            choice = range(len(some) - 1, max(-1, len(some) - 1 - CHOICE), -1)
            best = min(choice, key=lambda place: span(items[index], some[place]) or timedelta(0))
            pairs[index] = some.pop(best)
    return pairs


def _speaking(items: Sequence[Entry], pairs: Pairs, latest: Sequence[Known]) -> Pairs:
    """Give those pairs that speak for a list that has moved, rather than for columns that return."""
    uses = Counter(one.title.casefold() for one in latest)
    words = Counter(word for item in items for word in set(item.title.casefold().split()))
    few = max(1, len(items) // 4)
    is_redated = _is_redated(items, pairs)
    is_timeless = len({one.timetz() for index in pairs if (one := items[index].published_at)}) == 1

    def speaks(item: Entry, found: Known) -> bool:
        if uses[item.title.casefold()] > 1:
            return False
        if item.summary and found.text:
            return is_text_alike(item, found)
        if is_redated or (is_timeless and _is_near(item, found) and item.published_at):
            return True
        own = [word for word in set(item.title.casefold().split()) if words[word] <= few]
        if len(own) < OWN_WORDS and not any(len(word) >= UNSPACED and not word.isascii() for word in own):
            return False
        return not _returns(item, found)

    return {index: found for index, found in pairs.items() if speaks(items[index], found)}


def _is_redated(items: Sequence[Entry], pairs: Pairs) -> bool:
    """Say whether a machine has dated the items, all at one moment or by their days, and had not before."""
    after = [one for index in pairs if (one := items[index].published_at)]
    before = [one for found in pairs.values() if (one := found.published_at)]
    return len(after) > 1 and len(before) > 1 and _is_machine(after) and not _is_machine(before)


def _is_machine(dates: Sequence[datetime]) -> bool:
    return max(dates) - min(dates) <= MOMENT or len({one.timetz() for one in dates}) == 1


def _returns(item: Entry, found: Known) -> bool:
    apart = span(item, found)
    if apart is None:
        return is_of_other_day(item.url, found.url)
    return any(abs(apart - usual) <= EARLY for usual in RETURNS)


def _is_near(item: Entry, found: Known) -> bool:
    apart = span(item, found)
    return apart is None or apart <= NEAR
