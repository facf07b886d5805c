"""Which Entries a Source's `only` and `skip` let through, and which of their words may be republished. Pure."""

import re

from .config import Filter, Source
from .patterns import Patterns
from .stories.features import plain
from .values import Entry

_END = re.compile(r"[.!?。؟…][\"'»”’)\]]*(?=\s|$)")


def skipped_by(entry: Entry, source: Source, patterns: Patterns) -> str | None:
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
    words = text.split(" ")
    if len(words) <= source.excerpt:
        return text
    cut = " ".join(words[: source.excerpt])
    ends = [match.end() for match in _END.finditer(cut)]
    return cut[: ends[-1]] if ends and ends[-1] * 2 >= len(cut) else f"{cut} …" if cut else ""


def unfinished(source: Source, patterns: Patterns) -> tuple[str, ...]:
    """Word the regular expressions that could not be searched in time."""
    return tuple(
        f"{name} title {pattern!r} takes too long, and counts as not found where it did not end; write it simpler"
        for name, rules in (("skip", source.skip), ("only", source.only))
        for pattern in (rules.title if rules else ())
        if pattern in patterns.unfinished
    )


def _hit(entry: Entry, rules: Filter, patterns: Patterns) -> str | None:
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
