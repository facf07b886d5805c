"""Reads the words of an element as a person would see them, in one line. It does not judge what they mean."""

from collections.abc import Iterator

from lxml.etree import _Element

_SILENT = frozenset(
    "script style noscript template svg iframe object select textarea button audio video".split()  # noqa: SIM905
)
_INLINE = {"b", "i", "em", "strong", "u", "mark", "abbr", "font", "sub", "sup", "wbr", "q", "cite", "a"}
"""Elements that may stand inside a word; any other, span included, sets words apart (as kickers and titles do)."""

MAX_WORDS_CHARS = 20_000
"""Longest text read from one element; only a page made to hurt has more in one link or heading."""


def words(element: _Element, *, limit: int = MAX_WORDS_CHARS) -> str:
    """Give the visible text of an element in one line, with spaces where its blocks meet; at most `limit` letters."""
    parts: list[str] = []
    size = 0
    for part in _parts(element):
        parts.append(part)
        size += len(part)
        if size > limit:
            break
    return " ".join("".join(parts).split())[:limit]


def pieces(element: _Element, *, limit: int) -> list[str]:
    """Give the visible texts of an element apart, as its inner elements hold them, till `limit` letters are passed."""
    found: list[str] = []
    for part in _parts(element):
        if text := " ".join(part.split()):
            found.append(text)
            limit -= len(text)
        if limit < 0:
            break
    return found


def blocks(element: _Element, *, limit: int) -> list[str]:
    """Give the visible text of an element, each of its blocks apart, till `limit` letters are passed."""
    found: list[str] = []
    size = 0
    for part in _parts(element, between="\0"):
        found.append(part)
        size += len(part)
        if size > limit:
            break
    return [text for block in "".join(found).split("\0") if (text := " ".join(block.split()))]


def _parts(element: _Element, *, between: str = " ") -> Iterator[str]:
    # A stack instead of recursion: depth is the page's choice.
    stack: list[_Element | str] = [element]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            yield top
            continue
        tag = top.tag
        gap = "" if tag in _INLINE else between
        if tag not in _SILENT:
            yield gap + (top.text or "")
            stack.append(gap)
            for child in reversed(top):
                if child.tail:
                    stack.append(child.tail)
                stack.append(child)


def one_line(text: str | None) -> str | None:
    """Fold white space; None for nothing."""
    return " ".join(text.split()) or None if text else None


def count(text: str) -> int:
    """Count words; scripts without spaces (Chinese, Japanese, Thai) count two letters as one word."""
    unspaced = sum(1 for letter in text if "\u0e00" <= letter <= "\u0eff" or "\u3040" <= letter <= "\u9fff")
    return len(text.split()) + unspaced // 2
