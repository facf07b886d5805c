"""Finds the items of a page with no selectors: from its data and from the shape of its links. It reads no article."""

from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages import cards, jsonld, links, ranking, state
from aggregator.pages.address import key
from aggregator.pages.document import Page
from aggregator.pages.jsonld import Listed
from aggregator.pages.links import Link
from aggregator.pages.words import count
from aggregator.values import Item, Text

FEW = 3
"""Below this many links that look like articles' a page is likely built by its scripts: its state is read too."""

MAX_ITEMS = 500
"""More items on one page than any editor's front holds (243 at most among thirty)."""


def find(page: Page, *, url: str) -> list[Item]:
    """Give the items of a page in its order. Raises ParseError saying what was seen where none is found."""
    root = page.root
    base = links.base_of(root, url)
    data = {key(item.url): item for item in jsonld.listed(jsonld.objects(root), base=base)}
    seen = links.gather(root, url=url)
    chosen = [link for link in ranking.choose(seen, announced=frozenset(data)) if _titled(link, data)]
    on_page = {link.key for link in seen}
    unseen = [item for name, item in data.items() if name not in on_page and item.title and name != key(url)]
    if len(chosen) < FEW:
        unseen += [item for item in state.listed(root, base=base) if key(item.url) not in on_page | {key(url)}]
    found = _from_links(chosen, data, base)
    if len(unseen) > len(found):
        # The page's own list is the better witness where most of what it lists is no link (yet).
        found = list({key(item.url or ""): item for item in [*map(_from_data, unseen), *found]}.values())
    if not found:
        raise ParseError(_nothing(root, len(seen)))
    return found[:MAX_ITEMS]


def _titled(link: Link, data: dict[str, Listed]) -> bool:
    return bool(link.text or (link.key in data and data[link.key].title) or any(a.image for a in link.anchors))


def _from_links(chosen: list[Link], data: dict[str, Listed], base: str) -> list[Item]:
    owner = cards.owners((link.key, [anchor.element for anchor in link.anchors]) for link in chosen)
    items = []
    for link in chosen:
        # Each anchor of an address may stand in a card of its own; the one with the title knows most.
        ordered = sorted(link.anchors, key=lambda anchor: (anchor.text != link.text, not anchor.heading))
        parts = [part for anchor in ordered[:4] for part in cards.area(anchor.element, owner)]
        listed = data.get(link.key)
        title = _title(link, parts, listed)
        if title:
            items.append(_item(link.url, title, cards.read(parts, title=title, base=base), listed))
    return items


def _title(link: Link, parts: list[_Element], listed: Listed | None) -> str:
    if count(link.text) >= 3:
        return link.text
    if listed and listed.title:
        return listed.title
    # A card may link its picture or "read more" alone: its heading is the title then, else the picture's own words.
    for part in parts:
        for heading in part.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            if text := links.headline(heading, heading):
                return text
    alternatives = [" ".join((image.get("alt") or "").split()) for part in parts for image in part.iter("img")]
    return link.text or next((text for text in alternatives if count(text) >= 3), "")


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


def _nothing(root: _Element, seen: int) -> str:
    scripts = sum(1 for _ in root.iter("script"))
    if seen == 0:
        why = "it is likely built by its scripts in a browser" if scripts else "it is empty or an error page"
        return f"the page holds no links to other pages of its site ({scripts} scripts): {why}; look for a feed"
    return f"none of the page's {seen} links looks like an article's; give CSS selectors under `page:`"
