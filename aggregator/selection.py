"""Which Entries a Source's `only` and `skip` let through, and which of their words may be republished. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

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
_MARKS = frozenset({"Mn", "Mc", "Me"})
LONGEST_SIGN = 20
"""Characters of one sign at most, with all that stands on it and is joined to it; beyond, it is cut as it comes."""
# The joiners, vowels of Thai and Lao that are no marks, later letters of a Korean syllable, colours of skin, and tags.
_JOINING = re.compile(r"[\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_VIRAMA = 9
_ASAT = "\u103a"
_TOKEN = re.compile(rf"(?P<letter>{UNSPACED}|{_MARK})|(?:(?!{UNSPACED}|{_MARK})\S){{1,{LONGEST_WORD}}}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a Source's rules say of an Entry."""

    by: str | None
    """The rule that keeps it out of Stories, None where none does."""
    untold: str | None = None
    """The expression that could not be searched in time, and might have said otherwise."""


def searches(source: Source, spent: Collection[str] = ()) -> Patterns:
    """Begin the searches of a document of this Source; `spent` expressions are not searched."""
    return Patterns(len(_expressions(source)), spent)


def judge(entry: Entry | Skipped, source: Source, patterns: Patterns) -> Verdict:
    """Say which rule keeps an Entry out of Stories; an expression that cannot be told in time counts as not found."""
    barred = _look(entry, source.skip, patterns)
    if barred.by:
        return Verdict(f"skip {barred.by}")
    if source.only is not None:
        wanted = _look(entry, source.only, patterns)
        if not wanted.by:
            return Verdict("only", f"only {wanted.untold}" if wanted.untold else None)
    return Verdict(None, f"skip {barred.untold}" if barred.untold else None)


def leaves_open(entry: Entry | Skipped, rules: Filter | None) -> bool:
    """Tell whether a list's item does not say something that a side looks at, and that its article may say."""
    return rules is not None and bool(
        (rules.category and not entry.categories)
        or (rules.words and not entry.summary)
        or (rules.title and entry.title in (entry.url, entry.entry_id))
    )


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
            return text[: _before(text, begins if is_word else match.start())].rstrip()
    return text


def _before(text: str, at: int) -> int:
    """Give the first place, from `at` back, where what is read as one sign does not fall into two."""
    begins = ends = at
    while begins and _is_one(text, begins):
        begins -= 1
    while ends < len(text) and ends - begins <= LONGEST_SIGN and _is_one(text, ends):
        ends += 1
    return begins if ends - begins <= LONGEST_SIGN else at


def _is_one(text: str, at: int) -> bool:
    """Tell whether what stands here is one sign with what stands before it."""
    sign, before = text[at], text[at - 1]
    if before == "\u200d" or _JOINING.match(sign) or unicodedata.category(sign) in _MARKS:
        return True
    # Of what has the class of a virama, the Burmese asat alone ends a syllable and joins nothing.
    joins = (unicodedata.combining(before) == _VIRAMA and before != _ASAT) or "\u1100" <= before <= "\u115f"
    return joins and sign.isalpha()


def count(text: str) -> float:
    """Count the words of a plain line as `cut` does."""
    return sum(1 / LETTERS if match["letter"] else 1.0 for match in _TOKEN.finditer(text))


def slow(source: Source, unfinished: Collection[str]) -> tuple[str, ...]:
    """Word the regular expressions that could not be searched in time."""
    words = "takes too long: where it does not end, it counts as not found, and what was skipped stays so"
    return tuple(
        f"{name} title {pattern!r} {words}; write it simpler"
        for name, pattern in _expressions(source)
        if pattern in unfinished
    )


def _expressions(source: Source) -> tuple[tuple[str, str], ...]:
    sides = (("skip", source.skip), ("only", source.only))
    return tuple((name, pattern) for name, rules in sides for pattern in (rules.title if rules else ()))


def _look(entry: Entry | Skipped, rules: Filter | None, patterns: Patterns) -> Verdict:
    """Say which of a side's rules fits an Entry, else which of them might."""
    if rules is None:
        return Verdict(None)
    categories = {category.casefold() for category in entry.categories}
    said = f"{entry.title} {entry.summary}".casefold()
    for category in rules.category:
        if category.casefold() in categories:
            return Verdict(f"category {category!r}")
    for part in rules.url:
        if part in (entry.url or ""):
            return Verdict(f"url {part!r}")
    for words in rules.words:
        if words.casefold() in said:
            return Verdict(f"words {words!r}")
    untold = None
    for pattern in rules.title:
        fits = patterns.fits(pattern, entry.title)
        if fits:
            return Verdict(f"title {pattern!r}")
        if fits is None:
            untold = untold or f"title {pattern!r}"
    return Verdict(None, untold)
