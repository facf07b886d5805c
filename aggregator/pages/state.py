"""Reads the state that script-built pages carry for their own scripts (Next, Redux and like), for articles it lists.

It runs no script and trusts no single field: an article has an address that looks like one's, and a title.
"""

import re
from collections import Counter
from collections.abc import Iterable

from lxml.etree import _Element

from aggregator import dates
from aggregator.pages import state_names as names_of
from aggregator.pages.address import Shape, absolute, shape, site, slug
from aggregator.pages.jsonld import Listed, date, names, picture, string, walk
from aggregator.pages.scripts import values
from aggregator.pages.words import count

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
MANY = 3
"""So many dated articles at addresses of one form are a list, whatever that form says."""


def listed(root: _Element, *, base: str, linked: Iterable[str] = ()) -> list[Listed]:
    """Give the articles that a page's embedded state lists, each address once, in its order.

    `linked` holds the addresses that the page links: what names its page by a slug alone is at one of them, or nowhere.
    `article` is True of those that the state dates, as it does with nothing but articles.
    """
    found: dict[str, Listed] = {}
    home, slugs = site(base), _slugs(linked)
    for value in values(root):
        for thing in walk(value):
            item = _listed({names_of.folded(name): held for name, held in thing.items()}, base, slugs)
            if item and site(item.url) == home:
                found.setdefault(item.url, item)
    many = Counter(shape(item.url).folder for item in found.values() if item.article)
    return [
        item
        for item in found.values()
        if _names_article(form := shape(item.url)) or (item.article and many[form.folder] >= MANY)
    ]


def _slugs(linked: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for url in linked:
        last = slug(url)
        found.setdefault(last, url)
        found.setdefault(last.lstrip("0123456789").lstrip("-_"), url)
    found.pop("", None)
    return found


def _listed(thing: dict[str, object], base: str, slugs: dict[str, str]) -> Listed | None:
    title = _first(thing, names_of.TITLE)
    if not title or count(title) < 4:
        return None
    said = _first(thing, names_of.ADDRESS)
    if said and said.startswith(("/", "http://", "https://")):
        url = absolute(said, base)
    else:
        named = (slugs.get(slug(f"/{name}")) for key in names_of.SLUG if (name := _said(thing.get(key))))
        url = next((address for address in named if address), None)
    form = shape(url) if url else None
    if url is None or form is None or form.dead or form.depth == 0:
        return None
    date = next((found for key in names_of.DATE if (found := _date(thing.get(key)))), None)
    return Listed(
        url=url,
        title=title,
        date=date,
        summary=_first(thing, names_of.SUMMARY),
        image=absolute(next((found for key in names_of.IMAGE if (found := picture(thing.get(key)))), None), base),
        authors=names(thing.get("author")),
        article=date is not None,
    )


def _date(value: object) -> str | None:
    # Under "time" may stand how long it takes to read.
    said = date(value)
    return said if said and (_YEAR.search(said) or said.isdigit() or dates.find(said)) else None


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
