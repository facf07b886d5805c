"""Make clean plain text of untrusted text and HTML. It keeps no markup; `html` does."""

import html
import re

from ..values import Text
from .html import words_of

LONGEST_TITLE = 300  # characters; the longest headline in 3,000 real ones has 214
LONGEST_SUMMARY = 2_000
LONGEST_NAME = 120
# What no store and no XML document takes: controls but tab and line ends, lone surrogates, noncharacters (XML 1.0
# section 2.2); and overrides of the writing direction, which can show a text other than it is.
UNCLEAN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
UNSEEN = re.compile("[\u00ad\u200b\u2060]")
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
MOST_ESCAPING = 3  # times that a title was found escaped


def clean(words: str) -> str:
    """Take out of a text what no store, XML document or reader can take; everything else stays."""
    return UNCLEAN.sub("", words)


def one_line(words: str, *, longest: int) -> str:
    """Give a plain text as one clean line of at most `longest` characters, cut at a word with an ellipsis."""
    line = " ".join(UNSEEN.sub("", clean(words[: longest * 20])).split())
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > longest // 2 else cut).rstrip() + "…"


def title(text: Text | None) -> str:
    """Give the title of an item as one plain line, whether it came plain, as HTML or escaped more than once."""
    if text is None:
        return ""
    words = _plain(text, LONGEST_TITLE * 20)
    for _ in range(MOST_ESCAPING):
        if not ENTITY.search(words):
            break
        words = html.unescape(words)
    return one_line(words, longest=LONGEST_TITLE)


def summary(text: Text | None, *, longest: int = LONGEST_SUMMARY) -> str:
    """Give the plain text of a summary or content in one line of at most `longest` characters."""
    return one_line(_plain(text, longest * 20), longest=longest) if text else ""


def name(words: str | None) -> str:
    """Give a name (an author, a category, a section) as one short plain line."""
    return (
        one_line(_plain(Text(words, html="<" in words or "&" in words), 4_000), longest=LONGEST_NAME) if words else ""
    )


def _plain(text: Text, longest: int) -> str:
    return words_of(text.value[:longest]) if text.html else text.value[:longest]
