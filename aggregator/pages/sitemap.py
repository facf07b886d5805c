"""Reads a sitemap that a Source's address answers, with news or without (sitemaps.org 0.9, Google's news 0.9).

It follows no other sitemap: an index names them in its error.
"""

import re
import zlib
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages.address import absolute, shape
from aggregator.pages.words import one_line
from aggregator.values import Feed, Item, Text

MAX_ITEMS = 1_000
"""A news sitemap holds at most so many (Google's bound); of a whole site's the newest are taken."""
MAX_BYTES = 50_000_000
"""The protocol's bound on one sitemap, unpacked."""

_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml.{0,300}?\?>\s*|<!--.{0,2000}?-->\s*|<\?.{0,300}?\?>\s*|<!DOCTYPE[^>\[]{0,300}(?:\[.{0,5000}?\]\s*)?>\s*)*<(?:\w{1,30}:)?(urlset|sitemapindex|rss|feed|RDF)[\s>]",
    re.DOTALL,
)
_NAMED_INDEX = re.compile(r"news|post|article|berita|artikel|noticia", re.IGNORECASE)


def kind(body: bytes) -> str | None:
    """Say what a body that is no page is: urlset, sitemapindex, rss, feed or RDF; None for anything else."""
    match = _ROOT.match(unpacked(body[:100_000], most=10_000))
    return match[1].decode("ascii") if match else None


def unpacked(body: bytes, *, most: int = MAX_BYTES) -> bytes:
    """Undo the gzip of a file that is stored so (`sitemap.xml.gz`); any other body as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, most)
    except zlib.error:
        return body


def read(body: bytes, *, url: str) -> Feed:
    """Give a sitemap's addresses as items, the newest first where it tells times.

    Raises ParseError where it is an index of others, or where no address in it is an article's.
    """
    body = unpacked(body)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError("the sitemap cannot be read as XML; check the address in a browser") from error
    if root is None:
        raise ParseError("the sitemap is empty; check the address in a browser")
    if _name(root) == "sitemapindex":
        raise ParseError(_index(root, url))
    found: dict[str, Item] = {}
    unnamed = 0
    for entry in root:
        item = _item(entry, url) if _name(entry) == "url" else None
        if item and item.url and item.title:
            unnamed += not _news(entry)
            found.setdefault(item.url, item)
    if not found:
        raise ParseError("the sitemap holds no article's address; give the outlet's news sitemap, feed or section page")
    items = sorted(found.values(), key=lambda item: str(item.published or item.updated or ""), reverse=True)[:MAX_ITEMS]
    problem = f"the sitemap gives {unnamed} items no title; their addresses' words stand in until their pages are read"
    whole = body.rstrip().endswith(b">") and b"</" in body[-40:]
    return Feed(items=tuple(items), url=url, format="sitemap", problems=(problem,) if unnamed else (), is_whole=whole)


def _item(entry: _Element, base: str) -> Item | None:
    address = absolute(_text(entry, "loc"), base)
    if address is None:
        return None
    news = _news(entry)
    if news:
        title = _text(news[0], "title")
        return Item(
            url=address,
            title=Text(title) if title else None,
            published=_text(news[0], "publication_date"),
            updated=_text(entry, "lastmod"),
            language=_text(news[0], "language"),
            categories=tuple(word.strip() for word in (_text(news[0], "keywords") or "").split(",") if word.strip())[
                :20
            ],
            image=absolute(_text(entry, "image/loc"), base),
        )
    form = shape(address)
    named = form.slug_words >= 3 and not form.dead and not form.archive
    title = _words(address) if named else None
    return Item(
        url=address,
        title=Text(title) if title else None,
        updated=_text(entry, "lastmod"),
        published=_text(entry, "lastmod"),
    )


def _news(entry: _Element) -> list[_Element]:
    return [one for one in entry if _name(one) == "news"]


def _name(element: _Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _text(element: _Element, path: str) -> str | None:
    # By local names: sites bind the namespaces to all kinds of addresses, or not at all.
    step = element
    for name in path.split("/"):
        inner = next((one for one in step.iter() if one is not step and _name(one) == name), None)
        if inner is None:
            return None
        step = inner
    return one_line((step.text or "")[:2_000])


def _words(address: str) -> str | None:
    segments = [segment for segment in unquote(urlsplit(address).path).split("/") if segment]
    slug = max(segments[-2:], key=lambda segment: len(re.findall(r"[^\W\d]+", segment)), default="")
    said = [word for word in re.split(r"[-_+ ]+", re.sub(r"\.\w{2,5}$", "", slug)) if word and not word.isdigit()]
    return " ".join(said)[:1].upper() + " ".join(said)[1:] or None


def _index(root: _Element, url: str) -> str:
    named = [address for one in root.iter() if _name(one) == "loc" and (address := absolute(one.text, url))]
    best = next((address for address in named if _NAMED_INDEX.search(urlsplit(address).path)), None) or next(
        iter(named), None
    )
    hint = f", such as {best}" if best else ""
    return f"the address answers a list of {len(named)} sitemaps; give one of them as the Source's url{hint}"
