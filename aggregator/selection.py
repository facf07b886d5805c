"""Which Entries a Source's `only` and `skip` let through, and which of their words may be republished. Pure."""

import re

from .config import Filter, Source
from .patterns import Patterns
from .stories.features import UNSPACED, plain
from .values import Entry, Skipped

_END = re.compile(r"[.!?؟…][\"'»”’)\]]*(?=\s|$)|[。！？][」』”’）]*")
_MARK = r"[\u3001-\u303f\uff00-\uff65]"
LETTERS = 2
"""Letters of a usual word in Chinese and Japanese; Thai words are longer, and lose by it."""
LONGEST_WORD = 20
"""Signs that count as one word at most, whatever they are: a text without blanks has its bound, too."""
_TOKEN = re.compile(rf"(?P<letter>{UNSPACED}|{_MARK})|(?:(?!{UNSPACED}|{_MARK})\S){{1,{LONGEST_WORD}}}")


def skipped_by(entry: Entry | Skipped, source: Source, patterns: Patterns) -> str | None:
    """Name the rule that keeps an Entry out of Stories, None where none does."""
    if source.skip is not None and (hit := _hit(entry, source.skip, patterns)):
        return f"skip {hit}"
    if source.only is not None and not _hit(entry, source.only, patterns):
        return "only"
    return None


def excerpt(entry: Entry, source: Source) -> str:
    """Give the plain words of an Entry that may be republished: at most `source.excerpt`, cut at a sentence if one ends
    in the second half of them. All of its words where `republish` is full.
    """
    content = " ".join(plain(entry.content).split())
    text = " ".join(entry.summary.split()) or content
    if source.republish == "full":
        return max(text, content, key=len)
    begins = cut(text, source.excerpt)
    if begins == text:
        return text
    ends = [match.end() for match in _END.finditer(begins)]
    return begins[: ends[-1]] if ends and ends[-1] * 2 >= len(begins) else f"{begins} …" if begins else ""


def cut(text: str, words: float) -> str:
    """Give the first words of a plain line; where a script writes no blanks, LETTERS letters count as one."""
    left, begins, ends = words, 0, 0
    for match in _TOKEN.finditer(text):
        if match["letter"] or match.start() != ends:
            begins = match.start()
        ends = -1 if match["letter"] else match.end()
        left -= 1 / LETTERS if match["letter"] else 1
        if left < -1e-9:
            # Before a long word rather than within it, but for what is no word any more.
            is_word = begins > 0 and match.start() - begins <= 4 * LONGEST_WORD
            return text[: begins if is_word else match.start()].rstrip()
    return text


def count(text: str) -> float:
    """Count the words of a plain line as `cut` does."""
    return sum(1 / LETTERS if match["letter"] else 1.0 for match in _TOKEN.finditer(text))


def unfinished(source: Source, patterns: Patterns) -> tuple[str, ...]:
    """Word the regular expressions that could not be searched in time."""
    return tuple(
        f"{name} title {pattern!r} takes too long, and counts as not found where it did not end; write it simpler"
        for name, rules in (("skip", source.skip), ("only", source.only))
        for pattern in (rules.title if rules else ())
        if pattern in patterns.unfinished
    )


def _hit(entry: Entry | Skipped, rules: Filter, patterns: Patterns) -> str | None:
    categories = {category.casefold() for category in entry.categories}
    said = f"{entry.title} {entry.summary}".casefold()
    for category in rules.category:
        if category.casefold() in categories:
            return f"category {category!r}"
    for part in rules.url:
        if part in (entry.url or ""):
            return f"url {part!r}"
    for words in rules.words:
        if words.casefold() in said:
            return f"words {words!r}"
    for pattern in rules.title:
        if patterns.fits(pattern, entry.title):
            return f"title {pattern!r}"
    return None
