"""Reads web pages: the items of a list, the article of an article's page. No network, no database, no clock.

It cleans and resolves nothing beyond links: texts are as untrusted as the page.
"""

from aggregator.errors import ParseError
from aggregator.pages import barrier, fronts, health, meta, reading, repair, sitemap
from aggregator.pages import rules as selectors
from aggregator.pages.document import Page, read
from aggregator.pages.health import LAST, Health, Known, Seen, Unwell, judge, known, still
from aggregator.pages.rules import PageRules
from aggregator.values import Article, Feed, Item

__all__ = ["LAST", "Health", "Known", "PageRules", "Seen", "Unwell", "article", "items", "judge", "known", "still"]


def items(
    body: bytes, *, url: str, content_type: str | None, rules: PageRules | None, known: Known | None = None
) -> Feed:
    """Find the items of a page in its order: by CSS selectors, or with none from its data and the shape of its links.

    `url` is the address that answered; `content_type` the header's value; `known` what earlier visits kept, by which a
    list that is only empty is told from one that was rebuilt. Item addresses are absolute; dates are the
    page's own words. A news sitemap in place of a page gives its items too. Raises Unwell, with a line saying what was
    seen, where the page holds no items, and ParseError where a selector cannot be read.
    """
    try:
        kind = sitemap.kind(body)
        if kind in {"urlset", "sitemapindex"}:
            return sitemap.read(body, url=url)
        if kind:
            raise ParseError("the address answers a feed, not a page; leave `kind: page` and its selectors out")
        page = _read(body, content_type)
        found = _find(page, url=url, rules=rules, known=known or Known())
        return Feed(
            items=found,
            title=meta.site_title(page.root),
            url=meta.canonical(page.root, url=url) or url,
            language=meta.language(page.root),
            format="page",
            problems=page.problems,
            is_whole=page.is_whole,
            hubs=meta.linked(page.root, "hub"),
            topic=next(iter(meta.linked(page.root, "self")), None),
        )
    except (RecursionError, MemoryError, ValueError, TypeError) as error:
        raise _unreadable(error) from error


def article(body: bytes, *, url: str, content_type: str | None, listed: str = "", asked: str | None = None) -> Article:
    """Read one article's page. `url` is the address that answered; `content_type` the header's value; `listed` the
    headline under which a list announced it, and `asked` the address that it gave.

    Raises ParseError where the page holds neither a title nor a text, or is not the article but what its address leads
    to, Unwell where it tells of something else.
    """
    try:
        return reading.article(_read(body, content_type).root, url=url, listed=listed, asked=asked)
    except (RecursionError, MemoryError, ValueError, TypeError) as error:
        raise _unreadable(error) from error


def _find(page: Page, *, url: str, rules: PageRules | None, known: Known) -> tuple[Item, ...]:
    ruled = rules if rules != PageRules() else None
    try:
        return tuple(selectors.find(page, url=url, rules=ruled) if ruled else fronts.find(page, url=url))
    except Unwell as error:
        if error.health.kind in {"selector", "unread"} and (wall := barrier.wall(page.root)):
            raise _barred(*wall) from error
        if error.health.kind in {"selector", "unread"} and repair.is_empty(page, url=url, by=ruled, last=known.last):
            return ()
        proposed = repair.propose(page, url=url, by=ruled, last=known.last) if known.last else None
        if proposed is None or error.health.kind not in {"selector", "unread"}:
            raise
        raise health.unwell(error.health.kind, error.health.words, repair.snippet(proposed)) from error


def _read(body: bytes, content_type: str | None) -> Page:
    page = read(body, content_type=content_type)
    found = barrier.seen(page.root)
    if found:
        raise _barred(*found)
    return page


def _barred(kind: barrier.Kind, title: str) -> Unwell:
    match kind:
        case "gone":
            words = f"the page is no longer there ({title!r}); look for its new address in a browser"
        case "down":
            words = f"the host shows an error or maintenance page ({title!r}); nothing to do unless that lasts"
        case "consent":
            words = f"the host asks for consent before it shows the page ({title!r}); look for a feed of the outlet"
        case "sold":
            words = f"the domain is for sale ({title!r}); look for the outlet's new address"
        case "login":
            words = f"the host asks for a login before it shows the page ({title!r}); look for a feed or an open page"
        case "blocked":
            words = f"the host shows another page in place of this one ({title!r}); open the address in a browser"
    return health.unwell("gone" if kind in {"gone", "sold"} else "blocked", words)


def _unreadable(error: Exception) -> ParseError:
    return ParseError(
        f"the page is built in a way that cannot be read ({type(error).__name__}); please report its address"
    )
