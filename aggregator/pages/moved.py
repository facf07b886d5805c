"""Says whether the page to which an article's address led is an article: taken down, many lead to a list of others."""

import itertools
import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages import jsonld, meta, microdata, subject
from aggregator.pages.address import absolute, key
from aggregator.pages.vocabulary import LIST_SEGMENTS, SEARCH_KEYS, SEARCHES
from aggregator.pages.words import words

KEPT = 2 / 3
"""Share of a list's headline that the page's has where it is that article's: pages of topics are called by some."""
ALIKE = 3 / 4
"""Share of the telling words of each of two titles that both have where they are one's: the name of a topic stands in
most titles of its page."""
MOST = 500
"""Articles, or lists of them, in a page's data that are looked at ..."""
MOST_MARKED = 30
"""... and in its markup, and links in one heading."""
ARTICLE = frozenset({"article", "news", "newsarticle"})
"""What the head of an article's page says that it is (OpenGraph)."""
DATES = ("datePublished", "dateModified")
_SAME = re.compile(r"/(?:index\.\w{2,5}|amp)$|\.(?:html?|php|aspx?)$|;[^/]*$")


def is_led(asked: str, url: str) -> bool:
    """Say whether an address led to another page than it names. Raises ParseError where that is a front page."""
    before, path = _path(asked), _path(url)
    goes_on = any(map(str.isdigit, before)) and path.startswith(f"{before}/")
    # What is added to an address names the same page; what its query lacks may have named the article.
    if (path == before or goes_on) and (_names_article(asked) or _asked(asked) <= _asked(url)):
        return False
    if not path and not _asked(url):
        raise ParseError("its address leads to its site's front page; the words of the list are kept")
    return True


def own(
    data: Sequence[dict[str, object]], tags: dict[str, str], root: _Element, *, url: str, listed: str
) -> list[dict[str, object]]:
    """Give the articles of a led-to page's data (JSON-LD) that are the page itself, and not such as it lists.

    Raises ParseError where the page neither says of itself that it is an article, by its data, its markup or its head,
    nor has the headline of its list.
    """
    keys = {_key(url), _key(meta.canonical(root, url=url) or url)}
    titles = _titles(root, tags, keys, url)
    told = [stems for title in titles if len(stems := subject.stems(title)) >= subject.FEWEST]
    articles = [thing for thing in data if jsonld.types(thing) & jsonld.ARTICLE_TYPES][:MOST]
    here = [thing for thing in articles if keys & _named(thing, url)]
    called = {_headline(thing) for thing in here}
    found = here if len(here) == 1 or (len(called) == 1 and None not in called) else []
    found = found or [thing for thing in articles if _is_title(_headline(thing), told)]
    is_article = found or _is_marked(root, keys, told, url) or _is_called(data, tags, keys, url)
    if not (is_article or _is_announced(listed, titles, url)):
        raise ParseError(
            f"its address leads to another page ({next(iter(titles), url)!r}), which neither says that it is an "
            "article nor has the headline of its list; the words of the list are kept"
        )
    return found


def _is_title(headline: str | None, titles: Sequence[frozenset[str]]) -> bool:
    told = subject.stems(headline or "")
    return any(len(told & title) >= ALIKE * max(len(told), len(title)) for title in titles)


def _path(url: str) -> str:
    """Give the path of a page, as its site may write it; nothing of a front page."""
    path = re.sub("/{2,}", "/", unquote(urlsplit(url).path).casefold()).rstrip("/").removeprefix("/amp")
    return _SAME.sub("", path)


def _asked(url: str) -> set[tuple[str, str]]:
    try:
        return set(parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        return set()


def _names_article(url: str) -> bool:
    return "?" not in key(url)


def _key(url: str) -> str:
    """Give what an address names at its site, whichever of the site's hosts it is at."""
    return _path(url) if _names_article(url) else f"{_path(url)}?{urlsplit(url).query}"


def _named(thing: dict[str, object], url: str) -> set[str]:
    """Give the addresses that an object of the page's data says that it has."""
    said = (jsonld.string(thing.get(name)) for name in ("url", "mainEntityOfPage", "@id"))
    return {_key(address) for one in said if (address := absolute(one, url))}


def _headline(thing: dict[str, object]) -> str | None:
    told = (jsonld.string(thing.get(name), most=subject.LONGEST) for name in ("headline", "name"))
    return next(filter(None, told), None)


def _is_marked(root: _Element, keys: set[str], titles: Sequence[frozenset[str]], url: str) -> bool:
    marked = [microdata.said(thing, base=url) for thing in microdata.things(root)[:MOST_MARKED]]
    return any(_is_title(headline, titles) for headline, _ in marked) or (
        len(marked) == 1 and all(headline and address and _key(address) in keys for headline, address in marked)
    )


def _is_called(data: Sequence[dict[str, object]], tags: dict[str, str], keys: set[str], url: str) -> bool:
    """Say whether a page's head calls it an article: that of a section does so too, but with no date, or its data says
    that it is a collection.
    """
    if tags.get("og:type", "").strip().lower() not in ARTICLE:
        return False
    lists = [thing for thing in data if "CollectionPage" in jsonld.types(thing)][:MOST]
    if any(not addresses or addresses & keys for addresses in (_named(thing, url) for thing in lists)):
        return False
    # A card may be dated by its markup (`itemprop`); the names of OpenGraph are the page's, where its head ended early.
    if any(":" in name and name in tags for name in (*meta.PUBLISHED, *meta.UPDATED)):
        return True
    dated = [thing for thing in data if any(name in thing for name in DATES)][:MOST]
    return any(keys & _named(thing, url) for thing in dated)


def _is_announced(listed: str, titles: Sequence[str], url: str) -> bool:
    announced = subject.stems(listed)
    segments = {segment.casefold() for segment in unquote(urlsplit(url).path).split("/")}
    asked = {name.casefold() for name, _ in _asked(url)}
    if len(announced) < subject.FEWEST or segments & LIST_SEGMENTS or asked & SEARCH_KEYS:
        return False
    return any(
        subject.is_same(listed, title)
        and subject.share(announced, title) >= KEPT
        and (not SEARCHES.match(title) or SEARCHES.match(listed) is not None)
        for title in titles
    )


def _titles(root: _Element, tags: dict[str, str], keys: set[str], url: str) -> list[str]:
    """Give what a page is called, by its head and by its heading, where it has one alone that leads nowhere else."""
    told = [meta.first(tags, meta.TITLE), meta.document_title(root)]
    headings = {text: heading for heading in root.iter("h1") if (text := words(heading, limit=500))}
    if len(headings) == 1:
        told += [text for text, heading in headings.items() if not _leads_on(heading, text, keys, url)]
    name = meta.site_name(root)
    return [meta.without_site(one, name=name, url=url) for one in told if one]


def _leads_on(heading: _Element, text: str, keys: set[str], url: str) -> bool:
    around = itertools.islice(itertools.chain(heading.iterancestors("a"), heading.iter("a")), MOST_MARKED)
    return any(
        2 * len(words(link, limit=500)) >= len(text)
        and (address := absolute(link.get("href"), url)) is not None
        and _key(address) not in keys
        for link in around
    )
