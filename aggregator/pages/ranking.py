"""Tells the links that announce articles from all the others, by weighing signs. It builds no items.

Each sign adds to or takes from a link's score; what its like-built and like-addressed neighbours score counts too, so
that a page's own habits decide where general signs are weak. The weights are set by hand and measured on thirty real
fronts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable

from aggregator.pages.links import Anchor, Link
from aggregator.pages.words import count

CHOSEN = 0.0
"""Links that score more than this announce articles."""

NEIGHBOURS = 0.8
"""How much the mean score of like-built, and again of like-addressed, links counts beside a link's own."""

HUB_CHILDREN = 3
"""A page under whose path this many other links of the page lie is a section's front."""


def choose(links: list[Link], *, announced: frozenset[str] = frozenset()) -> list[Link]:
    """Give the links that announce articles, in the order of the page.

    `announced` holds the keys of addresses that the page itself lists as articles in structured data.
    """
    hubs = _hubs(links)
    own = {link.key: _score(link, hub=link.key in hubs, announced=link.key in announced) for link in links}
    for _ in range(2):
        by_address = _means(links, own, lambda link: [link.shape.signature])
        by_build = _means(links, own, lambda link: {anchor.path for anchor in link.anchors})
        own_next = {}
        for link in links:
            build = max((by_build[anchor.path] for anchor in link.anchors), default=0.0)
            own_next[link.key] = own[link.key] + NEIGHBOURS * (by_address[link.shape.signature] + build) / 2
        own = own_next
    return [link for link in links if own[link.key] > CHOSEN]


def _score(link: Link, *, hub: bool, announced: bool) -> float:
    score = -1.0 + _address_score(link) + _text_score(link) + max(_place_score(anchor) for anchor in link.anchors)
    return score - (4.0 if hub else 0.0) + (3.0 if announced else 0.0)


def _address_score(link: Link) -> float:
    form = link.shape
    score = min(form.slug_words, 6) * 0.35
    score += 1.0 if form.numbered else 0.0
    score += 0.8 if form.coded else 0.0
    score += 1.0 if form.dated else 0.0
    score += 0.3 if form.file else 0.0
    score -= 2.0 * min(form.dead, 2)
    score -= 1.0 if link.other_host else 0.0
    if form.depth == 0:
        score -= 4.0
    if form.slug_words <= 2 and not (form.numbered or form.coded or form.dated):
        score -= 1.5
    return score


def _text_score(link: Link) -> float:
    size = count(link.text)
    if size == 0:
        return -1.5
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
    return score


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
