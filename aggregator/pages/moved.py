"""Says whether the page to which an article's address led is an article: taken down, many lead to a list of others."""

import itertools
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml.etree import _Element

from aggregator.pages import jsonld, meta, subject
from aggregator.pages.address import absolute, key, shape, site
from aggregator.pages.microdata import things
from aggregator.pages.vocabulary import SEARCHES
from aggregator.pages.words import words

KEPT = 2 / 3
"""Share of a list's headline that the page's has where it is that article's: pages of topics are called by some."""
MIN_OVERLAP = 0.5
"""Share of the words of each of two titles that both have where they are one's."""


def own(data: Sequence[dict[str, object]], root: _Element, *, url: str) -> list[dict[str, object]]:
    """Give the articles of a page's data (JSON-LD) that are the page itself, and not such as it lists."""
    listed = {id(inner) for thing in data if "ItemList" in jsonld.types(thing) for inner in jsonld.walk(thing)}
    articles = [thing for thing in data if jsonld.types(thing) & jsonld.ARTICLE_TYPES and id(thing) not in listed]
    keys = _keys(root, url)
    named = [(thing, _named(thing, url)) for thing in articles]
    here = [thing for thing, addresses in named if addresses & keys]
    titles = _titles(root, url=url)

    def fits(thing: dict[str, object]) -> bool:
        headline = jsonld.string(thing.get("headline")) or jsonld.string(thing.get("name"))
        return not headline or any(overlap(headline, title) for title in titles)

    if len({jsonld.string(thing.get("headline")) for thing in here}) == 1:
        return here
    return [thing for thing, addresses in named if (not addresses or addresses & keys) and fits(thing)]


def is_article(
    data: Sequence[dict[str, object]], tags: dict[str, str], root: _Element, *, url: str, listed: str
) -> bool:
    """Say whether a page says of itself that it is an article, by its data or its head, or has a list's headline."""
    if own(data, root, url=url) or len(things(root)) == 1:
        return True
    keys = _keys(root, url)
    collections = (_named(thing, url) for thing in data if "CollectionPage" in jsonld.types(thing))
    if tags.get("og:type", "").strip().lower() == "article" and meta.first(tags, (*meta.PUBLISHED, *meta.UPDATED)):
        return not any(not addresses or addresses & keys for addresses in collections)
    announced = subject.stems(listed)
    if len(announced) < subject.FEWEST or shape(url).dead:
        return False
    return any(
        subject.is_same(listed, title)
        and subject.share(announced, title) >= KEPT
        and (not SEARCHES.search(title) or SEARCHES.search(listed))
        for title in _titles(root, url=url)
    )


def overlap(one: str, other: str) -> bool:
    """Say whether two titles are one's: of each, the other has half of the words."""
    mine, theirs = set(re.findall(r"\w+", one.casefold())), set(re.findall(r"\w+", other.casefold()))
    if not mine or not theirs:
        return False
    shared = len(mine & theirs)
    return shared >= MIN_OVERLAP * len(mine) and shared >= MIN_OVERLAP * len(theirs)


def _keys(root: _Element, url: str) -> set[str]:
    return {_key(url), _key(meta.canonical(root, url=url) or url)}


def _named(thing: dict[str, object], url: str) -> set[str]:
    """Give the addresses that an object of the page's data says that it has; none where it says its site's or worse."""
    said = (jsonld.string(thing.get(name)) for name in ("url", "mainEntityOfPage", "@id"))
    found = (address for one in said if (address := absolute(one, url)))
    return {_key(address) for address in found if site(address) == site(url) and urlsplit(address).path.strip("/")}


def _key(url: str) -> str:
    # One outlet's hosts for telephones and for the world tell the same.
    return key(url)[len((urlsplit(url).hostname or "").removeprefix("www.")) :]


def _titles(root: _Element, *, url: str) -> list[str]:
    """Give what a page is called, by its head and by its heading, where it has one alone that leads nowhere else."""
    told = [meta.first(meta.tags(root), meta.TITLE), meta.document_title(root)]
    headings = {text: heading for heading in root.iter("h1") if (text := words(heading, limit=500))}
    if len(headings) == 1:
        told += [text for text, heading in headings.items() if not _leads_on(heading, text, url)]
    name = meta.site_name(root)
    return [meta.without_site(one, name=name, url=url) for one in told if one]


def _leads_on(heading: _Element, text: str, url: str) -> bool:
    keys = _keys(heading.getroottree().getroot(), url)
    around = itertools.chain(heading.iter("a"), heading.iterancestors("a"))
    return any(
        2 * len(words(link, limit=500)) >= len(text)
        and (address := absolute(link.get("href"), url)) is not None
        and _key(address) not in keys
        for link in itertools.islice(around, 20)
    )
