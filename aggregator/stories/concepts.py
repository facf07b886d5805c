"""Tells which concepts of the news a text names: an earthquake or a country is one in twelve languages. It weighs none.

The concepts are in `concepts.tsv`, whose head says how its forms are read; countries are named as CLDR names them, and
those most in the news also as the table says: by short names, peoples and seats of government.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from babel import Locale

FILE = Path(__file__).parent / "concepts.tsv"
UNSPACED = ("zh", "ja")
"""Languages that write no spaces between words: their forms stand anywhere in a text."""
ENDING = 3
"""Letters that may follow a country's name within its word: "Сирию", "Suriyeli", "Syrian"."""
SHORTEST = 4
"""Letters of a country's name that may lose its last one ("Сири") or have an ending: a shorter one must stand alone."""

COUNTRY = "in-"
"""How a country's concept begins, before its ISO code."""

_WORD = re.compile(r"[^\W_]+")
_KATAKANA = re.compile("[ァ-ヺー]+")
_ATTACHED = tuple(
    first + second for first, second in product(("", "و", "ف"), ("", "ب", "ك", "ل", "ال", "بال", "كال", "لل"))
)


class _Form(NamedTuple):
    concept: str
    ending: int
    """Letters that may follow the beginning of its first word; -1: any."""
    rest: tuple[str, ...]
    """The beginnings of the words after it, with `$` where a word ends."""
    capitals: bool
    """Whether it tells only where it stands in capitals: the country US, not the pronoun us."""
    bars: bool
    """Whether its words, found, tell not its concept: "New Mexico"."""


class Lexicon:
    """The forms of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._forms: defaultdict[str, list[_Form]] = defaultdict(list)
        """By the beginning of their first word."""
        self._anywhere: defaultdict[str, list[str]] = defaultdict(list)
        self._barred: defaultdict[str, list[str]] = defaultdict(list)
        """Of a language without spaces: what tells not a concept though a form of it stands within."""

    def add(self, form: str, concept: str, ending: int = -1) -> None:
        """Take in a form, marked as the head of `concepts.tsv` says; `ending` is the most letters behind."""
        bars, form = form.startswith("!"), form.removeprefix("!")
        folded = fold(form, self.language)
        if self.language in UNSPACED:
            if bars:
                self._barred[concept].append(folded)
            else:
                self._anywhere[folded].append(concept)
            return
        first, *rest = folded.split(" ")
        ending = 0 if first.endswith("$") else ending
        capitals = form.isascii() and form.isupper()
        self._forms[first.rstrip("$")].append(_Form(concept, ending, tuple(rest), capitals, bars))

    def holds_whole(self, word: str, concept: str) -> bool:
        """Tell whether a form of a concept is this word, ended: the table then says which endings it may have."""
        held = self._forms.get(fold(word, self.language), ())
        return any(form.concept == concept and form.ending == 0 and not form.rest for form in held)

    def find(self, text: str) -> set[str]:
        """Give the concepts that a text names."""
        folded = fold(text, self.language)
        if self.language in UNSPACED:
            return {
                concept
                for form, concepts in self._anywhere.items()
                if form in folded
                for concept in concepts
                if not concept.startswith(COUNTRY) or self._named(form, concept, folded)
            }
        words = _WORD.findall(folded)
        found: set[tuple[str, int]] = set()
        barred: set[tuple[str, int]] = set()
        capitals: set[str] | None = None
        for at, word in enumerate(words):
            for form in self._begun(word):
                if form.rest and not self._goes_on(form.rest, words[at + 1 : at + 1 + len(form.rest)]):
                    continue
                if form.capitals:
                    capitals = _in_capitals(text) if capitals is None else capitals
                    if word not in capitals:
                        continue
                if form.bars:
                    barred.update((form.concept, at + step) for step in range(len(form.rest) + 1))
                else:
                    found.add((form.concept, at))
        return {concept for concept, _ in found - barred}

    @lru_cache(maxsize=16384)  # noqa: B019 - a lexicon lives as long as its process
    def _begun(self, word: str) -> tuple[_Form, ...]:
        return tuple(
            form
            for reading in readings(word, self.language)
            for size in range(1, len(reading) + 1)
            for form in self._forms.get(reading[:size], ())
            if form.ending < 0 or len(reading) - size <= form.ending
        )

    def _goes_on(self, rest: Sequence[str], words: Sequence[str]) -> bool:
        return len(words) == len(rest) and all(
            any(
                reading == form[:-1] if form[-1] == "$" else reading.startswith(form)
                for reading in readings(word, self.language)
            )
            for form, word in zip(rest, words, strict=True)
        )

    def _named(self, form: str, country: str, text: str) -> bool:
        """Tell whether a country is meant by a form that the text, of a language without spaces, holds."""
        for other in self._barred.get(country, ()):
            text = text.replace(other, " ")
        if _KATAKANA.fullmatch(form):
            return form in _KATAKANA.findall(text)  # a whole word: not タイ in タイトル
        return form in text


def _in_capitals(text: str) -> set[str]:
    """Give the words of a text in capitals, folded; none where most letters are capitals, which then tell nothing."""
    if sum(map(str.isupper, text)) >= sum(map(str.islower, text)):
        return set()
    return {word.casefold() for word in _WORD.findall(text) if word.isupper()}


def concepts_of(text: str, language: str) -> set[str]:
    """Give the concepts that a text in a language names, countries as `in-XX`; none for a language without forms."""
    lexicon = lexicons().get(language)
    return lexicon.find(text) if lexicon else set()


@cache
def lexicons() -> dict[str, Lexicon]:
    """Read the forms of every language."""
    header, *rows = (
        line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    )
    found = {language: Lexicon(language) for language in header[1:]}
    for concept, *cells in rows:
        for language, cell in zip(header[1:], cells, strict=True):
            for form in () if cell == "-" else cell.split("|"):
                found[language].add(form, concept)
    for language, lexicon in found.items():
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ"}:
                _add_country(lexicon, code, name)
    return found


def _add_country(lexicon: Lexicon, code: str, name: str) -> None:
    name, concept = name.split("(")[0], f"{COUNTRY}{code}"
    words = [re.sub("^ال", "", word) for word in _WORD.findall(name)]
    if lexicon.language in UNSPACED:
        lexicon.add(name, concept)
    elif len(words) == 1 and (len(words[0]) < SHORTEST or lexicon.holds_whole(words[0], concept)):
        lexicon.add(f"{words[0]}$", concept)
    elif len(words) == 1:
        vowel = words[0][-1].casefold() in "aeiouаеийояыэю"
        lexicon.add(words[0][:-1] if vowel and len(words[0]) > SHORTEST else words[0], concept, ENDING + vowel)
    elif words:
        lexicon.add(" ".join([*words[:-1], words[-1][: max(3, len(words[-1]) - 2)]]), concept)


def readings(word: str, language: str) -> tuple[str, ...]:
    """Give a word as it stands and, in Arabic, without what may be attached before it."""
    if language != "ar":
        return (word,)
    return tuple(
        dict.fromkeys(word[len(a) :] for a in _ATTACHED if word.startswith(a) and (not a or len(word) - len(a) > 2))
    )


def fold(text: str, language: str) -> str:
    """Write a text as the forms are written."""
    if language == "tr":
        text = text.replace("İ", "i").replace("I", "ı")
    text = unicodedata.normalize("NFKC", text).casefold()
    if language == "ru":
        return text.replace("ё", "е")
    return re.sub("[أإآ]", "ا", text) if language == "ar" else text
