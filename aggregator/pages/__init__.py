"""Reads web pages: the items of a list, the article of an article's page. No network, no database, no clock.

It cleans and resolves nothing beyond links: texts are as untrusted as the page.
"""

from aggregator.errors import ParseError
from aggregator.pages import barrier, fronts, meta, reading, sitemap
from aggregator.pages import rules as selectors
from aggregator.pages.document import Page, read
from aggregator.pages.rules import PageRules
from aggregator.values import Article, Feed

__all__ = ["PageRules", "article", "items"]


def items(body: bytes, *, url: str, content_type: str | None, rules: PageRules | None) -> Feed:
    """Find the items of a page in its order: by CSS selectors, or with none from its data and the shape of its links.

    `url` is the address that answered; `content_type` the header's value. Item addresses are absolute; dates are the
    page's own words. A news sitemap in place of a page gives its items too. Raises ParseError, with a line saying what
    was seen, where the page holds no items or a selector is wrong.
    """
    try:
        kind = sitemap.kind(body)
        if kind in {"urlset", "sitemapindex"}:
            return sitemap.read(body, url=url)
        if kind:
            raise ParseError("the address answers a feed, not a page; leave `kind: page` and its selectors out")
        page = _read(body, content_type)
        found = (
            selectors.find(page, url=url, rules=rules) if rules and rules != PageRules() else fronts.find(page, url=url)
        )
        return Feed(
            items=tuple(found),
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


def article(body: bytes, *, url: str, content_type: str | None) -> Article:
    """Read one article's page. `url` is the address that answered; `content_type` the header's value.

    Raises ParseError where the page holds neither a title nor a text.
    """
    try:
        return reading.article(_read(body, content_type).root, url=url)
    except (RecursionError, MemoryError, ValueError, TypeError) as error:
        raise _unreadable(error) from error


def _read(body: bytes, content_type: str | None) -> Page:
    page = read(body, content_type=content_type)
    title = barrier.named(page.root)
    if title:
        raise ParseError(f"the host shows another page in place of this one ({title!r}); open the address in a browser")
    return page


def _unreadable(error: Exception) -> ParseError:
    return ParseError(
        f"the page is built in a way that cannot be read ({type(error).__name__}); please report its address"
    )
