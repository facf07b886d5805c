"""Reads one article's page by joining what its data, its head and its text say. Other files find the parts."""

import re

from lxml import html
from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages import barrier, body, byline, jsonld, links, meta, moved, placing, pruning, subject
from aggregator.pages.address import absolute, key
from aggregator.pages.health import unwell
from aggregator.pages.vocabulary import PHOTO_CREDIT
from aggregator.pages.words import words
from aggregator.values import Article

MIN_TITLE_OVERLAP = 0.5
"""Share of a heading's words that the page's other titles must have for it to be the article's."""
ANNOUNCED = 0.5
"""Share of a list's headline that a page's heading has where it is the article's, whatever the page is called."""

NAME = 2
"""Words of an outlet's name, where a page is called nothing else."""
MAX_NAME = 30
"""Letters of such a name."""


def article(root: html.HtmlElement, *, url: str, listed: str = "", asked: str | None = None) -> Article:
    """Read an article. `root` is changed; `listed` is the headline under which a list announced it, which stands where
    the page has no better one, and `asked` the address that it gave. Raises Unwell before a wall, ParseError where no
    title and no text is, and where that address led to a page that neither says that it is an article nor has that
    headline.
    """
    is_led = moved.is_led(asked or url, url)
    base = links.base_of(root, url)
    tags, name = meta.tags(root), meta.site_name(root)
    data = jsonld.objects(root)
    things = _about(moved.own(data, tags, root, url=url, listed=listed) if is_led else data, url)
    announced = subject.stems(listed)
    title = _title(root, things, tags, name=name, url=url, announced=announced)
    address, language = meta.canonical(root, url=url), meta.language(root)
    section = placing.section(root, things, tags, title=title)
    published = placing.published(root, things, tags, title=title, url=url)
    # The date of an address is no word of the page.
    dated = placing.published(root, things, tags, title=title, url="")
    names_outlet = not (dated or things) and _names_outlet(root, title, tags, url=url)
    lines = placing.lines(root)
    names = byline.find(root, things, tags, lines, site=name)
    image = absolute(_image(things) or meta.first(tags, meta.IMAGE), base)
    photos = pruning.photos(_story(root), base=base)
    pruning.prune(root)
    pruning.cut_before(root, placing.heading(root, title))
    found = body.blocks(root, url=url)
    shown = [line for _, line in found]
    text = _text([] if barrier.asks(shown) else found, things)
    captions = [photo.caption for photo in photos if photo.caption]
    text = body.clean(text, title=title, names=names, captions=captions, section=section)
    if not text and barrier.asks(shown):
        wall = "the page asks its readers for consent, or whether they are human, in place of its article"
        raise unwell("blocked", f"{wall} ({title or url!r}); the words of the list are kept")
    if title is None and not text:
        raise ParseError("the page holds no article: neither a title nor a text was found")
    if not subject.share(announced, title or ""):
        told = " ".join((title or "", *(line for _, line in text)))
        if subject.share(announced, told) >= subject.TOLD:
            title = None  # what it is called is the outlet's name, or its section's
        elif len(told) <= barrier.MAX_LETTERS and names_outlet:
            wall = (
                f"the page ({title or url!r}) tells nothing of what its list announced; the words of the list are kept"
            )
            raise unwell("blocked", wall)
    return Article(
        title=title,
        content=body.as_html(text),
        authors=names,
        published=published,
        updated=placing.updated(root, things, tags),
        section=section,
        language=language or next((said for thing in things if (said := jsonld.string(thing.get("inLanguage")))), None),
        image=image or next((photo.image for photo in photos if photo.image), None),
        image_caption=_caption(photos, image),
        url=address,
    )


def _about(things: list[dict[str, object]], url: str) -> list[dict[str, object]]:
    # Pages list other articles in their data too; the one that names this address comes first, then the fullest.
    found = [thing for thing in things if jsonld.types(thing) & jsonld.ARTICLE_TYPES]
    here = key(url)

    def fit(thing: dict[str, object]) -> tuple[bool, int]:
        named = [jsonld.string(thing.get(name)) for name in ("url", "mainEntityOfPage", "@id")]
        same = any(key(address) == here for said in named if (address := absolute(said, url)))
        return (not same, -sum(name in thing for name in ("articleBody", "datePublished", "headline", "author")))

    return sorted(found, key=fit)[:1]


def _title(
    root: _Element,
    things: list[dict[str, object]],
    tags: dict[str, str],
    *,
    name: str | None,
    url: str,
    announced: frozenset[str],
) -> str | None:
    said = [jsonld.string(thing.get("headline")) or jsonld.string(thing.get("name")) for thing in things]
    said += [meta.first(tags, meta.TITLE), meta.document_title(root)]
    told = [meta.without_site(one, name=name, url=url) for one in said if one]
    headings = [text for tag in ("h1", "h2") for heading in root.iter(tag) if (text := words(heading, limit=500))]
    for heading in headings[:30]:
        if any(_overlap(heading, one) for one in told):
            # The page's heading is whole where data and head are cut short or dressed with the outlet's name.
            return heading
    first = next(iter((*told, *headings)), None)
    if first and not subject.share(announced, first):
        return next((one for one in (*headings[:30], *told) if subject.share(announced, one) >= ANNOUNCED), first)
    return first


def _names_outlet(root: _Element, title: str | None, tags: dict[str, str], *, url: str) -> bool:
    """Say whether a page is called what its outlet is, and says nowhere that it is an article.

    Outlets rewrite headlines: words that are others than those of the list are no proof of another page.
    """
    if tags.get("og:type", "").lower() == "article":
        return False
    whole = meta.document_title(root)
    if not title or meta.names_site(title, meta.site_name(root), url):
        return True
    return (not whole or whole == title) and len(title.split()) <= NAME and len(title) <= MAX_NAME


def _overlap(heading: str, told: str) -> bool:
    one, other = set(re.findall(r"\w+", heading.casefold())), set(re.findall(r"\w+", told.casefold()))
    if not one or not other:
        return False
    shared = len(one & other)
    return shared >= MIN_TITLE_OVERLAP * len(one) and shared >= MIN_TITLE_OVERLAP * len(other)


def _image(things: list[dict[str, object]]) -> str | None:
    return next((found for thing in things if (found := jsonld.picture(thing.get("image")))), None)


def _story(root: _Element) -> _Element:
    # Captions beside other articles' pictures are not this one's: an article with most text is the story.
    stories = [(len(words(one, limit=50_000)), one) for one in root.iter("article")]
    if not stories:
        return root
    size, best = max(stories, key=lambda pair: pair[0])
    return best if 2 * size > len(words(root, limit=50_000)) else root


def _text(found: list[body.Block], things: list[dict[str, object]]) -> list[body.Block]:
    told = next((said for thing in things if isinstance(said := thing.get("articleBody"), str)), "")
    # Data often holds the text in one line: it is the better one only where the page shows little of it.
    if "<" not in told and len(told) > 2 * sum(len(line) for _, line in found):
        return body.from_words(told)
    return found


def _caption(photos: list[pruning.Photo], image: str | None) -> str | None:
    same = [photo for photo in photos if photo.caption and image and photo.image and key(photo.image) == key(image)]
    caption = next((photo.caption for photo in [*same, *photos] if photo.caption), None)
    return PHOTO_CREDIT.sub("", caption, count=1).strip() or None if caption else None
