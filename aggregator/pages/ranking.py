"""Tells the links that announce articles from all the others, by weighing signs. It builds no items.

Each sign adds to or takes from a link's score; what its like-built and like-addressed neighbours score counts too, so
that a page's own habits decide where general signs are weak. The weights are set by hand and measured on thirty real
fronts and on made-up ones of every shape that we know.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Set
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from aggregator.pages.links import Anchor, Link
from aggregator.pages.vocabulary import FURNITURE_TEXT, LABEL_SEGMENTS
from aggregator.pages.words import count

CHOSEN = 0.0
"""Links that score more than this announce articles."""

NEIGHBOURS = 0.8
"""How much the mean score of like-built, and again of like-addressed, links counts beside a link's own."""

HUB_CHILDREN = 3
"""A page under whose path this many other links of the page lie is a section's front."""

REPEATED = 6
"""Anchors of one address: cards link theirs up to five times."""

HEADLINE = 6
"""Words from which a link's text is no label: tags and offices have at most five in the fronts that were looked at."""
ROWS = 3
"""Under so many rows the same link is a column's, not a report's."""

STRONG = 5
"""So many links with a date, a picture or a heading make a list; what stands before and behind it is furniture."""


def choose(
    links: list[Link], *, announced: Set[str] = frozenset(), stamped: Set[str] = frozenset(), titles: Mapping[str, str]
) -> list[Link]:
    """Give the links that announce articles, in the order of the page.

    `announced` holds the keys of addresses that the page itself lists as articles in structured data; `stamped` those
    of links that a date stands beside; `titles` what the page calls a link elsewhere than in its own words.
    """
    size = {link.key: max(count(link.text), count(titles.get(link.key, ""))) for link in links}
    hubs = _hubs(links)
    outside = _outside(links, size, stamped)
    habits = _habits(links, size)
    own = {}
    for link in links:
        score = -1.0 + _address_score(link) + _text_score(size[link.key]) + habits[link.key]
        score += max(_place_score(anchor) for anchor in link.anchors)
        score -= 4.0 if link.key in hubs else 0.0
        score += 3.0 if link.key in announced else 0.0
        score += 1.0 if link.key in stamped else 0.0
        score -= 1.0 if link.key in outside else 0.0
        score -= 1.0 if link.times > REPEATED else 0.0
        score -= _furniture_words(link, stamped)
        own[link.key] = score
    for _ in range(2):
        by_address = _means(links, own, lambda link: [link.shape.signature])
        by_build = _means(links, own, lambda link: {anchor.path for anchor in link.anchors})
        own_next = {}
        for link in links:
            build = max((by_build[anchor.path] for anchor in link.anchors), default=0.0)
            own_next[link.key] = own[link.key] + NEIGHBOURS * (by_address[link.shape.signature] + build) / 2
        own = own_next
    chosen = [link for link in links if own[link.key] > CHOSEN]
    beside = _labels(chosen) | _columns(chosen)
    return [link for link in chosen if link.key not in beside]


def _labels(chosen: list[Link]) -> set[str]:
    """Give those that lead to a tag, a section or an author by their addresses, where most others do not."""
    found = {link.key for link in chosen if _names_label(link.url) and not _is_singled(link) and not _is_told(link)}
    return found if 2 * len(found) < len(chosen) else set()


def _is_singled(link: Link) -> bool:
    # A number, a code or a day in an address is given to a report.
    return link.shape.numbered or link.shape.coded or link.shape.dated


def _is_told(link: Link) -> bool:
    # Outlets file their reports under a section or an author, too; a label is short, and no headline.
    return any(anchor.heading for anchor in link.anchors) or len(link.text.split()) >= HEADLINE


def _names_label(url: str) -> bool:
    return not LABEL_SEGMENTS.isdisjoint(unquote(urlsplit(url).path).lower().split("/")[1:-1])


def _columns(chosen: list[Link]) -> set[str]:
    """Give those that come again under row after row, like-built and in the same words: an office, a section."""
    again = {
        link.key
        for link in chosen
        if len(link.anchors) >= ROWS
        and len({(anchor.path, anchor.text) for anchor in link.anchors}) == 1
        and not _is_singled(link)
        and not _is_told(link)
    }
    # The lists of what was read most in a day, a week and a month repeat each other; a column's rows are others each.
    others = sorted(anchor.number for link in chosen if link.key not in again for anchor in link.anchors)
    return {
        link.key
        for link in chosen
        if link.key in again
        and all(
            bisect(others, one.number) < bisect(others, next_one.number) for one, next_one in pairwise(link.anchors)
        )
    }


def _address_score(link: Link) -> float:
    form = link.shape
    score = min(form.slug_words, 6) * 0.35
    score += 1.0 if form.numbered else 0.0
    score += 0.8 if form.coded else 0.0
    score += 1.0 if form.dated else 0.0
    score += 0.3 if form.file else 0.0
    score -= 2.0 * min(form.dead, 2)
    score -= 1.0 if link.other_host else 0.0
    if form.archive or (form.depth == 0 and not form.asked):
        score -= 4.0
    if form.slug_words <= 2 and not (form.numbered or form.coded or form.dated):
        score -= 1.5
    return score


def _text_score(size: int) -> float:
    if size <= 2:
        return -1.5
    if size == 3:
        return -0.3
    return 0.8 if size == 4 else 1.5


def _place_score(anchor: Anchor) -> float:
    score = 0.5 if anchor.heading else 0.0
    score += 0.5 if anchor.place.article else 0.0
    score += 0.3 if anchor.image else 0.0
    score -= 2.5 if anchor.place.furniture else 0.0
    score -= 0.5 if anchor.place.aside else 0.0
    score -= 2.5 if anchor.place.paid else 0.0
    score -= 2.5 if anchor.dead else 0.0
    return score


def _furniture_words(link: Link, stamped: Set[str]) -> float:
    form = link.shape
    if form.numbered or form.coded or form.dated or not FURNITURE_TEXT.search(link.text):
        return 0.0
    if all(anchor.place.furniture for anchor in link.anchors):
        # What a footer says is furniture beside any date: parsers set footers into the last open paragraph.
        return 5.0
    if link.key in stamped:
        return 0.0
    return 0.5 if any(anchor.heading or anchor.place.article for anchor in link.anchors) else 2.0


def _outside(links: list[Link], size: Mapping[str, int], stamped: Set[str]) -> set[str]:
    # Between the first and the last link with a date, a picture or a heading lies the list.
    strong = {
        link.key
        for link in links
        if size[link.key] >= 4
        and (link.key in stamped or any(a.heading or a.image for a in link.anchors))
        and not any(a.place.furniture for a in link.anchors)
    }
    if len(strong) < STRONG:
        return set()
    numbers = sorted(anchor.number for link in links if link.key in strong for anchor in link.anchors)
    first, last = numbers[0], numbers[-1]
    return {
        link.key
        for link in links
        if link.key not in strong and all(not first <= anchor.number <= last for anchor in link.anchors)
    }


def _habits(links: list[Link], size: Mapping[str, int]) -> dict[str, float]:
    # Where a folder's links, or like-built ones, mostly show whole sentences, a short address is no sign against one.
    wordy: dict[Hashable, list[int]] = defaultdict(list)
    for link in links:
        wordy[link.shape.folder].append(size[link.key])
        for path in {anchor.path for anchor in link.anchors}:
            wordy[path].append(size[link.key])
    habit = {name: _habit(sizes) for name, sizes in wordy.items()}
    return {link.key: habit[link.shape.folder] + max(habit[anchor.path] for anchor in link.anchors) for link in links}


def _habit(sizes: list[int]) -> float:
    long = sum(1 for size in sizes if size >= 4) / len(sizes)
    return (long - 0.5) * min(1.0, (len(sizes) - 1) / 5)


def _hubs(links: list[Link]) -> set[str]:
    beneath: Counter[str] = Counter()
    for link in links:
        path = link.key.split("?")[0]
        while "/" in path:
            path = path.rsplit("/", 1)[0]
            beneath[path] += 1
    return {link.key for link in links if beneath[link.key] >= HUB_CHILDREN}


def _means(
    links: list[Link], scores: dict[str, float], groups: Callable[[Link], Iterable[Hashable]]
) -> dict[Hashable, float]:
    total: defaultdict[Hashable, float] = defaultdict(float)
    size: Counter[Hashable] = Counter()
    for link in links:
        for group in groups(link):
            total[group] += max(-3.0, min(3.0, scores[link.key]))
            size[group] += 1
    # One is added to the size: a group of one says nothing that its link does not say itself.
    return {group: total[group] / (size[group] + 1) for group in size}
