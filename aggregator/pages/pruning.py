"""Takes captions, cross-references, share bars and furniture out of an article's tree. It reads none of the text."""

from dataclasses import dataclass

from lxml.etree import _Element

from aggregator.pages import cards
from aggregator.pages.regions import tokens
from aggregator.pages.vocabulary import CROSS_REFERENCE, PAID, PHOTO_CREDIT, RUBBLE
from aggregator.pages.words import words

_BLOCKS = (
    "p",
    "div",
    "section",
    "aside",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "strong",
    "b",
    "span",
    "em",
    "table",
    "center",
    "font",
)
_CAPTION_TOKENS = {"caption", "credit", "figcaption"}
_GONE = set(
    """
    nav footer form script style noscript iframe template button dialog amp-ad amp-embed amp-sidebar amp-social-share
    amp-consent
    """.split()  # noqa: SIM905
)
_GONE_TOKENS = {
    "share",
    "sharing",
    "social",
    "sosmed",
    "breadcrumb",
    "breadcrumbs",
    "newsletter",
    "related",
    "comments",
    "cookie",
    "pagination",
    "tags",
    "taglist",
    "paywall",
    "subscribe",
    "subscription",
} | PAID

MAX_REFERENCE = 400
"""Letters of a block that sends the reader elsewhere; longer ones hold text of the article too."""

MAX_CAPTION = 800

MAX_BEFORE = 0.2
"""Share of a page's paragraphs that may stand before the title and be furniture; above, the heading is not the top."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in an article and the words under it."""

    image: str | None
    caption: str | None


def photos(root: _Element, *, base: str) -> list[Photo]:
    """Take the captions of an article's pictures out of the tree and give them, in order; pictures themselves stay."""
    found = [_figure(figure, base) for figure in list(root.iter("figure"))]
    for element in list(root.iter("figcaption", "p", "div", "span", "small", "em", "i", "center", "td", "dd")):
        if element.tag == "figcaption" or _is_caption(element):
            found.append(Photo(image=_picture_before(element, base), caption=_take(element)))
    for element in root.iter("img", "br", "picture"):
        tail = " ".join((element.tail or "").split())
        if PHOTO_CREDIT.match(tail) and len(tail) <= MAX_CAPTION:
            found.append(Photo(image=_picture_before(element, base), caption=tail))
            element.tail = None
    return [photo for photo in found if photo.caption or photo.image]


def _figure(figure: _Element, base: str) -> Photo:
    image = cards.image([figure], base)
    captions = [_take(caption) for caption in list(figure.iter("figcaption"))]
    return Photo(image=image, caption=next((caption for caption in captions if caption), None))


def _is_caption(element: _Element) -> bool:
    if next(element.iter("h1", "h2", "h3", "figure"), None) is not None or sum(1 for _ in element.iter("p")) > 2:
        return False
    text = words(element, limit=MAX_CAPTION + 1)
    if not text or len(text) > MAX_CAPTION:
        return False
    return bool(PHOTO_CREDIT.match(text) or (tokens(element) & _CAPTION_TOKENS and len(text) > 8))


def _picture_before(element: _Element, base: str) -> str | None:
    inner = cards.image([element], base)
    if inner:
        return inner
    step, current = 0, element
    while step < 3 and (above := current.getparent()) is not None:
        before = current.getprevious()
        if before is not None and (found := cards.image([before], base)):
            return found
        current, step = above, step + 1
    return None


def _take(element: _Element) -> str | None:
    text = words(element, limit=MAX_CAPTION)
    # A picture inside what carries the caption is wanted still; only the words go.
    for inner in element.iter():
        inner.text = None
        if inner is not element:
            inner.tail = None
    return text or None


def prune(root: _Element) -> None:
    """Take out furniture, share bars and every block that sends the reader to another article."""
    for element in list(root.iter()):
        if (
            isinstance(element.tag, str)
            and element.tag not in {"html", "body", "main", "article"}
            and _is_gone(element)
        ):
            drop(element)
    for element in list(root.iter(*_BLOCKS)):
        if is_reference(element):
            for other in _following(element):
                drop(other)
            drop(element)


def _is_gone(element: _Element) -> bool:
    if element.tag in _GONE:
        return True
    if not tokens(element) & _GONE_TOKENS:
        return False
    return (
        next(element.iter("h1", "article"), None) is None
        and sum(len(words(p)) for p in element.iter("p")) < MAX_REFERENCE
    )


def is_reference(element: _Element) -> bool:
    """Say whether a block does nothing but send the reader to another article."""
    text = words(element, limit=MAX_REFERENCE + 1)
    match = CROSS_REFERENCE.match(text) if len(text) <= MAX_REFERENCE else None
    if match is None:
        return False
    rest = text[match.end() :].strip(" :：-–—")
    linked = sum(len(words(anchor)) for anchor in element.iter("a"))
    return not rest or text[match.end() :].lstrip().startswith((":", "：")) or linked * 2 >= len(rest)


def _following(element: _Element) -> list[_Element]:
    # The marker alone: what it points to stands in the next blocks, as links.
    text = words(element, limit=MAX_REFERENCE)
    match = CROSS_REFERENCE.match(text)
    if match is None or text[match.end() :].strip(" :：-–—"):
        return []
    found: list[_Element] = []
    sibling = element.getnext()
    while sibling is not None and len(found) < 6 and (sibling.tag == "br" or _mostly_links(sibling)):
        if sibling.tag != "br":
            found.append(sibling)
        if " ".join((sibling.tail or "").split()):
            break
        sibling = sibling.getnext()
    return found


def _mostly_links(element: _Element) -> bool:
    text = words(element, limit=MAX_REFERENCE + 1)
    if not text:
        return False
    linked = len(words(element)) if element.tag == "a" else sum(len(words(anchor)) for anchor in element.iter("a"))
    return len(text) <= MAX_REFERENCE and linked >= 0.8 * len(text)


def cut_before(root: _Element, heading: _Element | None) -> None:
    """Take out what stands before an article's heading, unless much of the page's text does."""
    if heading is None:
        return
    before = [one for step in (heading, *heading.iterancestors()) for one in step.itersiblings(preceding=True)]
    before = [one for one in before if one.tag not in {"head", "body"}]
    whole = sum(len(words(p)) for p in root.iter("p"))
    if sum(len(words(p)) for one in before for p in one.iter("p")) <= MAX_BEFORE * whole:
        for one in before:
            drop(one)


def drop(element: _Element) -> None:
    """Take an element out and leave the words behind it in place."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + " " + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + " " + element.tail
    parent.remove(element)


def is_rubble(line: str) -> bool:
    """Say whether a whole line is a share bar, a tag list or an advertisement's mark."""
    return bool(RUBBLE.match(line))
