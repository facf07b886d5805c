"""Say whether a document is a list that is known, under new ids and at new addresses. It reads no store.

Dates tell little there: an outlet that moves to another system often dates all reports anew, or by their day alone.
So the list is known by its titles, where most of them are, as long as these are no columns that return. In doubt an
item stays new: a report told twice does less harm than an edition that is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ..values import Entry
from .affixes import bare
from .drifting import MOMENT as VISIT
from .drifting import drifted
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
DAY = timedelta(days=1)
"""A machine that dates items by their days moves each by less."""
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
    titles, former = bare([item.title for item in items], [one.title for one in latest])
    strange = [index for index, item in enumerate(items) if not _stays(item, known)]
    moved = {index: owners[number] for index in strange if (number := matches[index]) in owners}
    new = [index for index in strange if matches[index] is None]
    pairs = _pairs(items, titles, new, matches, list(zip(former, latest, strict=True)))
    is_redated = _is_redated(items, pairs) or _drift(items, pairs)
    if not is_redated:
        if _is_next_edition(items, pairs, is_whole=len(pairs) == matches.count(None)):
            return list(matches)
        pairs = {index: found for index, found in pairs.items() if not _returns(items[index], found)}
    speaking = _speaking(items, titles, pairs, Counter(former), is_redated=is_redated)
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


def _pairs(
    items: Sequence[Entry],
    titles: Sequence[str],
    new: Sequence[int],
    matches: Sequence[int | None],
    latest: Sequence[tuple[str, Known]],
) -> Pairs:
    """Give for items the Entry with their title, of several the one nearest in date and then in order."""
    taken = set(matches)
    free: defaultdict[str, list[Known]] = defaultdict(list)
    for title, one in reversed(latest):
        if one.entry not in taken:
            free[title].append(one)
    pairs: Pairs = {}
    for index in new:
        if some := free.get(titles[index]):
            choice = range(len(some) - 1, max(-1, len(some) - 1 - CHOICE), -1)
            best = min(choice, key=lambda place: span(items[index], some[place]) or timedelta(0))
            pairs[index] = some.pop(best)
    return pairs


def _speaking(
    items: Sequence[Entry], titles: Sequence[str], pairs: Pairs, uses: Mapping[str, int], *, is_redated: bool
) -> Pairs:
    """Give those pairs that speak for a list that has moved, rather than for columns that return."""
    words = Counter(word for title in titles for word in set(title.split()))
    few = max(1, len(items) // 4)
    is_timeless = len({one.timetz() for index in pairs if (one := items[index].published_at)}) == 1

    def speaks(item: Entry, title: str, found: Known) -> bool:
        if uses[title] > 1:
            return False
        if item.summary and found.text:
            return is_text_alike(item, found)
        if is_redated or (is_timeless and _is_near(item, found) and item.published_at):
            return True
        own = [word for word in set(title.split()) if words[word] <= few]
        return len(own) >= OWN_WORDS or any(len(word) >= UNSPACED and not word.isascii() for word in own)

    return {index: found for index, found in pairs.items() if speaks(items[index], titles[index], found)}


def _is_redated(items: Sequence[Entry], pairs: Pairs) -> bool:
    """Say whether a machine has dated the items, all at one moment or by their days, and had not before."""
    after, before = _dates(items, pairs)
    if len(after) < 2 or len(before) < 2:
        return False
    if _is_moment(after) and not _is_moment(before):
        return True
    return (
        len({one.timetz() for one in after}) == 1 < len({one.timetz() for one in before})
        and all((span(items[index], found) or timedelta(0)) < DAY for index, found in pairs.items())
    )  # fmt: skip


def _drift(items: Sequence[Entry], pairs: Pairs) -> bool:
    """Say whether all pairs are dated at the very moment of their visits."""

    def is_drift(item: Entry, found: Known) -> bool:
        is_dated_now = item.drift is not None and item.drift <= VISIT
        return is_dated_now and drifted(found.published_at, found.seen_at, within=VISIT)

    return bool(pairs) and all(is_drift(items[index], found) for index, found in pairs.items())


def _is_moment(dates: Sequence[datetime]) -> bool:
    return max(dates) - min(dates) <= MOMENT


def _dates(items: Sequence[Entry], pairs: Pairs) -> tuple[list[datetime], list[datetime]]:
    after = [one for index in pairs if (one := items[index].published_at)]
    before = [one for found in pairs.values() if (one := found.published_at)]
    return after, before


def _is_next_edition(items: Sequence[Entry], pairs: Pairs, *, is_whole: bool) -> bool:
    """Say whether all is later than before, and nothing else is new (`is_whole`) or all came after what was seen."""
    after, before = _dates(items, pairs)
    if not after or not before or min(after) <= max(before):
        return False
    return is_whole or all(_is_unseen(items[index], found) for index, found in pairs.items())


def _is_unseen(item: Entry, found: Known) -> bool:
    return bool(item.published_at and found.seen_at and item.published_at > found.seen_at)


def _returns(item: Entry, found: Known) -> bool:
    """Say whether an item is another edition of what is known under its title."""
    apart = span(item, found)
    if (apart is None or apart > NEAR) and is_of_other_day(item.url, found.url):
        return True
    if apart is None:
        return False
    return (apart > NEAR and _is_unseen(item, found)) or any(abs(apart - usual) <= EARLY for usual in RETURNS)


def _is_near(item: Entry, found: Known) -> bool:
    apart = span(item, found)
    return apart is None or apart <= NEAR
