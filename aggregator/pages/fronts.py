"""Finds the items of a page with no selectors: from its data and from the shape of its links. It reads no article."""

from collections import Counter
from collections.abc import Iterable

from lxml.etree import _Element

from aggregator.pages import cards, jsonld, links, microdata, ranking, stamps, state
from aggregator.pages.address import absolute, key
from aggregator.pages.document import Page
from aggregator.pages.health import JUNK, unwell
from aggregator.pages.jsonld import Listed
from aggregator.pages.links import Link
from aggregator.pages.words import count
from aggregator.values import Item, Text

FEW = 8
"""With no more links than this that look like articles' a page may be built by its scripts: its state is read too."""

MIN_TITLE = 3
"""Words; what a shorter link says may be "open" or a section."""

FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json"}

MAX_ITEMS = 500
"""More items on one page than any editor's front holds (243 at most among thirty)."""


def find(page: Page, *, url: str) -> list[Item]:
    """Give the items of a page in its order. Raises Unwell saying what was seen where none is found."""
    root = page.root
    base = links.base_of(root, url)
    told = [*jsonld.listed(jsonld.objects(root), base=base), *microdata.listed(root, base=base)]
    data: dict[str, Listed] = {}
    for item in told:
        data.setdefault(key(item.url), item)
    seen = links.gather(root, url=url)
    kept = state.listed(root, base=base, linked=[link.url for link in seen])
    here = {link.key for link in seen}
    for item in kept:
        # An undated one may be a section; of a link that the page shows it says no more than the link.
        if item.article and key(item.url) in here:
            data.setdefault(key(item.url), item)
    owner = cards.owners((link.key, [anchor.element for anchor in link.anchors]) for link in seen)
    chosen = ranking.choose(
        seen, announced=set(data), stamped=stamps.stamped(root, owner), titles=_titles(seen, data, owner)
    )
    chosen = [link for link in chosen if _titled(link, data)]
    unseen = [item for name, item in data.items() if name not in here and item.title and name != key(url)]
    if len(chosen) <= FEW:
        unseen += [item for item in kept if key(item.url) not in here | {key(url)}]
    found = _from_links(chosen, data, base)
    if len(unseen) > len(found):
        # The page's own list is the better witness where most of what it lists is no link (yet).
        found = list({key(item.url or ""): item for item in [*map(_from_data, unseen), *found]}.values())
    if len(found) <= 1 and (junk := _junk(seen)) and {item.url for item in found} <= {junk.url}:
        words = f"all {junk.times} headlines lead to one address ({junk.url}); give CSS selectors under `page:`"
        raise unwell("junk", words)
    if not found:
        raise unwell("unread", _nothing(root, base, len(seen)))
    return found[:MAX_ITEMS]


def _titles(seen: list[Link], data: dict[str, Listed], owner: dict[_Element, str | None]) -> dict[str, str]:
    # A card may link no more than its picture or "read more": its heading, or the picture, says what it is called then.
    found = {name: item.title for name, item in data.items() if item.title}
    for link in seen:
        if count(link.text) < MIN_TITLE and link.key not in found:
            parts = [part for anchor in link.anchors[:4] for part in cards.area(anchor.element, owner)]
            bare = () if link.text else (anchor.element for anchor in link.anchors)
            if title := cards.heading(parts) or _alternative(bare):
                found[link.key] = title
    return found


def _labels(links: list[Link]) -> set[str]:
    """Give the words that lead to several addresses: what is written on buttons, and no title."""
    times = Counter(text for link in links for text in {anchor.text for anchor in link.anchors})
    return {text for text, count in times.items() if count >= JUNK}


def _junk(seen: list[Link]) -> Link | None:
    # The parts of one card are built each in its own way: like-built anchors with other words stand on other cards.
    for link in seen:
        told: dict[tuple[str, ...], set[str]] = {}
        for anchor in link.anchors:
            if count(anchor.text) >= 4 and not anchor.place.furniture:
                told.setdefault(anchor.path, set()).add(anchor.text)
        if any(len(texts) >= JUNK for texts in told.values()):
            return link
    return None


def _titled(link: Link, data: dict[str, Listed]) -> bool:
    return bool(
        link.text or (link.key in data and data[link.key].title) or not any(a.place.furniture for a in link.anchors)
    )


def _from_links(chosen: list[Link], data: dict[str, Listed], base: str) -> list[Item]:
    owner = cards.owners((link.key, [anchor.element for anchor in link.anchors]) for link in chosen)
    labels = _labels(chosen)
    items = []
    for link in chosen:
        # Each anchor of an address may stand in a card of its own; the one with the title knows most.
        ordered = sorted(link.anchors, key=lambda anchor: (anchor.text != link.text, not anchor.heading))
        parts = [part for anchor in ordered[:4] for part in cards.area(anchor.element, owner)]
        listed = data.get(link.key)
        title = _title(link, parts, listed, labels)
        if title:
            items.append(_item(link.url, title, cards.read(parts, title=title, base=base), listed))
    return items


def _title(link: Link, parts: list[_Element], listed: Listed | None, labels: set[str]) -> str:
    if count(link.text) >= MIN_TITLE and link.text not in labels:
        return link.text
    if listed and listed.title:
        return listed.title
    return cards.heading(parts) or link.text or _alternative(parts)


def _alternative(parts: Iterable[_Element]) -> str:
    texts = (" ".join((image.get("alt") or "").split()) for part in parts for image in part.iter("img"))
    return next((text for text in texts if count(text) >= MIN_TITLE), "")


def _item(url: str, title: str, card: cards.Card, listed: Listed | None) -> Item:
    date = (listed.date if listed else None) or card.date
    summary = card.summary or (listed.summary if listed else None)
    authors = (listed.authors if listed else ()) or ((card.author,) if card.author else ())
    return Item(
        url=url,
        title=Text(title),
        summary=Text(summary) if summary else None,
        authors=authors,
        published=date,
        image=card.image or (listed.image if listed else None),
    )


def _from_data(listed: Listed) -> Item:
    return _item(listed.url, listed.title or "", cards.Card(), listed)


def _offered(root: _Element, base: str) -> str | None:
    for element in root.iter("link"):
        relation, kind = (element.get("rel") or "").lower().split(), (element.get("type") or "").lower()
        address = absolute(element.get("href"), base)
        if address and "alternate" in relation and kind in FEED_TYPES:
            return f"a feed ({address})"
        if address and "sitemap" in relation:
            return f"a sitemap ({address})"
    return None


def _nothing(root: _Element, base: str, seen: int) -> str:
    scripts = sum(1 for _ in root.iter("script"))
    named = _offered(root, base)
    if named:
        return f"no items were found on the page, but it names {named}: give that address as the Source's url"
    if seen == 0:
        why = "it is likely built by its scripts in a browser" if scripts else "it is empty or an error page"
        return f"the page holds no links to other pages of its site ({scripts} scripts): {why}; look for a feed"
    return f"none of the page's {seen} links looks like an article's; give CSS selectors under `page:`"
