"""Makes an article's text of its pruned tree: paragraphs of plain words, as HTML. It finds no title and no names."""

import re
from html import escape

from lxml import html
from lxml.etree import _Element

from aggregator.pages import byline as bylines
from aggregator.pages import library, pruning
from aggregator.pages.vocabulary import BYLINE, CROSS_REFERENCE, DATE_WORDS, HOME, PHOTO_CREDIT
from aggregator.pages.words import words

FEW_LETTERS = 200
"""Below this the library has likely missed the text; the fullest part of the page is then compared."""

MAX_ELEMENTS = 20_000
"""Elements of a page that the library is given; the fullest of thirty real fronts has 5,700."""

_SENTENCE_END = re.compile(r"[.!?…。؟»”\"')]\s*$")
Block = tuple[str, str]


def blocks(root: html.HtmlElement, *, url: str) -> list[Block]:
    """Give the text's blocks as (HTML tag, plain words). `root` is changed; prune it first."""
    own = _fullest(root)
    # The library's cost grows faster than a page does: 13 s for 100,000 paragraphs.
    found = library.main_text(root, url=url) if sum(1 for _ in root.iter()) <= MAX_ELEMENTS else []
    if _size(found) < FEW_LETTERS and _size(own) > 1.5 * _size(found):
        return own
    return found


def from_words(text: str) -> list[Block]:
    """Make blocks of a text that says its paragraphs by lines."""
    return [("p", line) for part in text.splitlines() if (line := " ".join(part.split()))]


def clean(
    found: list[Block], *, title: str | None, names: tuple[str, ...], captions: list[str], section: str | None
) -> list[Block]:
    """Drop the lines that are not of the text: title, bylines, share bars, cross-references, captions, dates."""
    known = {_fold(text) for text in (title, section, *names, *captions) if text}
    kept: list[Block] = []
    awaited = False
    for tag, said_line in found:
        line = bylines.without_day(said_line)
        match = BYLINE.match(line)
        rest = line[match.end() :].strip() if match else line
        if awaited and len(line.split()) <= 6 and not _SENTENCE_END.search(line):
            awaited = False
            continue
        awaited = bool(match and not rest)
        if _fold(line) in known or _fold(rest) in known or not rest or _is_waste(line, rest, byline=bool(match)):
            continue
        said = bylines.clean(line) if match and len(line) <= bylines.MAX_LINE else []
        if said and set(said) <= set(names):
            continue
        if not kept or kept[-1][1] != said_line:
            kept.append((tag, said_line))
    while kept and kept[-1][0] == "h3":
        kept.pop()
    return kept


def as_html(found: list[Block]) -> str | None:
    """Write blocks as HTML; list items that follow each other make one list. None for no text."""
    parts: list[str] = []
    for number, (tag, line) in enumerate(found):
        if tag == "li" and (number == 0 or found[number - 1][0] != "li"):
            parts.append("<ul>")
        inner = f"<p>{escape(line, quote=False)}</p>" if tag == "blockquote" else escape(line, quote=False)
        parts.append(f"<{tag}>{inner}</{tag}>")
        if tag == "li" and (number + 1 == len(found) or found[number + 1][0] != "li"):
            parts.append("</ul>")
    return "\n".join(parts) or None


def _is_waste(line: str, rest: str, *, byline: bool) -> bool:
    short = len(line.split()) <= 8 and not _SENTENCE_END.search(line)
    if byline and len(rest.split()) <= 6 and not re.search(r"[.!?]$", rest):
        return True
    reference = CROSS_REFERENCE.match(line)
    if reference and (line[reference.end() :].lstrip()[:1] in {":", "："} or len(line) == reference.end() or short):
        return True
    if PHOTO_CREDIT.match(line) or pruning.is_rubble(line):
        return True
    if short and DATE_WORDS.fullmatch(line.strip(" |-–—•()")):
        return True
    return short and bool(HOME.match(re.split(r"[/⁄>»›|\\-]", line)[0]))


def _fold(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _size(found: list[Block]) -> int:
    return sum(len(line) for _, line in found)


def _fullest(root: _Element) -> list[Block]:
    # The parent of the most paragraph text, as reader modes find it; only for pages that the library cannot read.
    weight: dict[_Element, float] = {}
    for paragraph in root.iter("p"):
        parent = paragraph.getparent()
        size = len(words(paragraph)) - sum(len(words(anchor)) for anchor in paragraph.iter("a"))
        if parent is not None and size > 0:
            weight[parent] = weight.get(parent, 0.0) + size
    if not weight:
        return []
    best = max(weight, key=lambda element: weight[element])
    found = [("p" if one.tag == "p" else "h3", words(one)) for one in best if one.tag in {"p", "h2", "h3", "h4"}]
    return [(tag, line) for tag, line in found if line]
