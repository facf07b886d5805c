"""Reads the state that script-built pages carry for their own scripts (Next, Redux and like), for articles it lists.

It runs no script and trusts no single field: an article has an address that looks like one's, and a title.
"""

from lxml.etree import _Element

from aggregator.pages.address import Shape, absolute, shape, site
from aggregator.pages.jsonld import Listed, names, picture, string, types, walk
from aggregator.pages.scripts import values
from aggregator.pages.words import count

_ADDRESS_KEYS = (
    "url",
    "link",
    "href",
    "permalink",
    "canonicalUrl",
    "canonical_url",
    "webUrl",
    "path",
    "uri",
    "fullUrl",
    "slug",
)
_TITLE_KEYS = ("title", "headline", "name", "heading", "judul")
_DATE_KEYS = (
    "publishedAt",
    "published_at",
    "datePublished",
    "publishDate",
    "publish_date",
    "published",
    "pubDate",
    "date",
    "createdAt",
    "created_at",
    "firstPublished",
    "timestamp",
)
_SUMMARY_KEYS = ("summary", "description", "excerpt", "lead", "teaser", "abstract")
_IMAGE_KEYS = ("image", "imageUrl", "image_url", "thumbnail", "picture", "cover", "photo")


def listed(root: _Element, *, base: str) -> list[Listed]:
    """Give the articles that a page's embedded state lists, each address once, in its order."""
    found: dict[str, Listed] = {}
    home = site(base)
    for value in values(root):
        for thing in walk(value):
            item = _listed(thing, base)
            if item and site(item.url) == home:
                found.setdefault(item.url, item)
    return list(found.values())


def _listed(thing: dict[str, object], base: str) -> Listed | None:
    title = _first(thing, _TITLE_KEYS)
    if not title or count(title) < 4:
        return None
    said = _first(thing, _ADDRESS_KEYS)
    if not said or not said.startswith(("/", "http://", "https://")):
        return None
    url = absolute(said, base)
    form = shape(url) if url else None
    if url is None or form is None or form.dead or not _names_article(form):
        return None
    return Listed(
        url=url,
        title=title,
        date=_first(thing, _DATE_KEYS),
        summary=_first(thing, _SUMMARY_KEYS),
        image=absolute(next((found for key in _IMAGE_KEYS if (found := picture(thing.get(key)))), None), base),
        authors=names(thing.get("author")),
        article="Article" in " ".join(types(thing)),
    )


def _names_article(form: Shape) -> bool:
    return form.slug_words >= 3 or form.numbered or form.dated or form.coded


def _first(thing: dict[str, object], keys: tuple[str, ...]) -> str | None:
    return next((found for key in keys if (found := _said(thing.get(key)))), None)


def _said(value: object) -> str | None:
    # GraphQL answers wrap what a field says: {"rendered": ...}, {"value": ...}, {"href": ...}.
    if isinstance(value, dict):
        value = next(
            (value[name] for name in ("rendered", "value", "text", "href", "url", "path") if value.get(name)), None
        )
    return string(value)
