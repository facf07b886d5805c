"""Tells which concepts of the news a text names: an earthquake or a country is one in twelve languages. It weighs none.

The concepts are in `concepts.tsv`, whose head says how its forms are read; countries are named as CLDR names them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from babel import Locale

FILE = Path(__file__).parent / "concepts.tsv"
UNSPACED = ("zh", "ja")
"""Languages that write no spaces between words: their forms stand anywhere in a text."""
ENDING = 3
"""Letters that may follow a country's name within its word: "Сирию", "Suriyeli", "Syrian"."""
SHORTEST = 4
"""Letters of a country's name that may lose its last one ("Сири") or have an ending: a shorter one must stand alone."""

_WORD = re.compile(r"[^\W_]+")
_ATTACHED = tuple(
    first + second for first, second in product(("", "و", "ف"), ("", "ب", "ك", "ل", "ال", "بال", "كال", "لل"))
)


class Lexicon:
    """The forms of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._forms: defaultdict[str, list[tuple[int, tuple[str, ...], str]]] = defaultdict(list)
        """Beginning of a first word: letters that may follow it (-1: any), the words after it, the concept."""
        self._anywhere: dict[str, str] = {}

    def add(self, form: str, concept: str, ending: int = -1) -> None:
        """Take in a form: the beginnings of one word or more, `$` where a word ends, `ending` as most letters more."""
        if self.language in UNSPACED:
            self._anywhere[fold(form, self.language)] = concept
            return
        first, *rest = fold(form, self.language).split(" ")
        self._forms[first.rstrip("$")].append((0 if first.endswith("$") else ending, tuple(rest), concept))

    def find(self, text: str) -> set[str]:
        """Give the concepts that a text names."""
        text = fold(text, self.language)
        if self.language in UNSPACED:
            return {concept for form, concept in self._anywhere.items() if form in text}
        words = _WORD.findall(text)
        return {
            concept
            for at, word in enumerate(words)
            for rest, concept in self._begun(word)
            if not rest or self._goes_on(rest, words[at + 1 : at + 1 + len(rest)])
        }

    @lru_cache(maxsize=16384)  # noqa: B019 - a lexicon lives as long as its process
    def _begun(self, word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(
            (rest, concept)
            for reading in readings(word, self.language)
            for size in range(1, len(reading) + 1)
            for ending, rest, concept in self._forms.get(reading[:size], ())
            if ending < 0 or len(reading) - size <= ending
        )

    def _goes_on(self, rest: Sequence[str], words: Sequence[str]) -> bool:
        return len(words) == len(rest) and all(
            any(reading.startswith(form) for reading in readings(word, self.language))
            for form, word in zip(rest, words, strict=True)
        )


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
    name, concept = name.split("(")[0], f"in-{code}"
    words = [re.sub("^ال", "", word) for word in _WORD.findall(name)]
    if lexicon.language in UNSPACED:
        lexicon.add(name, concept)
    elif len(words) == 1 and len(words[0]) < SHORTEST:
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
