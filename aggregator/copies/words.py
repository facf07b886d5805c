"""A text as the numbers of its runs of words: what two texts share is counted by these. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from ..stories.features import plain
from ..values import Report

Hashes = NDArray[np.uint64]

MOST = 2000
"""Words of a text that count: as much proves a Copy, and a text without end costs no more."""
LETTERS = 24_000
"""Characters of a text that are looked at for these words."""
HTML = 64_000
"""Characters of HTML that are looked at for this text."""
PIECE = 2000
LONGEST = 40
"""Letters of a word that count: the rest is no word."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How much of a text proves anything, in words."""

    run: int
    """Words of a run that is compared: on labelled near-duplicates, runs of 3 found all that were shortened or edited
    (recall .998 with a tenth of the words exchanged), and none of 1,499 random pairs."""
    lead: int
    """Words of a text's beginning, which is what an outlet keeps that shortens a text to some lines."""
    little: int
    """Words below which a text proves nothing."""
    few: int
    """A title shorter than this is no proof where texts are missing: "Live updates" is nobody's reprint."""
    short: int
    """Words below which a text alone proves nothing across outlets, since it may be what another ends all texts with:
    its beginning must be the other's too."""
    opening: int
    """Runs of that beginning: labelled reprints with a title of their own keep half of them at least."""
    fair: float
    """Or so much of both texts must be the same."""


SPACED = Measures(run=3, lead=40, little=12, few=5, short=60, opening=12, fair=0.9)
SOLID = Measures(run=6, lead=100, little=30, few=12, short=150, opening=24, fair=0.6)
"""Of scripts that put no blanks between words, where a character, with its marks, stands for a word."""

# Combining marks are no \w, but part of the word: without them Hindi and pointed Arabic would fall to pieces.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u0983"
    "\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b57\u0bbe-\u0bcd\u0c3e-\u0c56\u0cbc-\u0cd6\u0d3b-\u0d4d"
)
# Thai, Lao, Tibetan, Burmese, Khmer, Chinese and Japanese.
_SOLID_LETTERS = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u0f40-\u0f6c"
    "\u1000-\u102a\u103f\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SOLID_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u0f71-\u0f84\u0f90-\u0fbc"
    "\u102b-\u103e\u17b4-\u17d3\u3099\u309a"
)
_SOLID = re.compile(f"[{_SOLID_LETTERS}]")
_UNUSUAL = re.compile(f"[{_SOLID_LETTERS}{_MARKS}]")
_OTHER = f"[^\\W_{_SOLID_LETTERS}]"
_WORD = re.compile(r"[^\W_]+")
_UNUSUAL_WORD = re.compile(f"[{_SOLID_LETTERS}][{_SOLID_MARKS}]*|{_OTHER}(?:{_OTHER}|[{_MARKS}])*")


def mixed(values: Hashes) -> Hashes:
    """Spread each number over all its bits (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# One odd number for each place in a run, the same for ever.
_PLACES = mixed(np.arange(1, SOLID.run + 1, dtype=np.uint64)) | np.uint64(1)


@lru_cache(maxsize=32768)
def number(word: str) -> int:
    """Give a word's number, of 64 bits: the same in every process."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def folded(text: str) -> tuple[list[str], Measures]:
    """Give a text's words without case, at most MOST, and how it is measured; without blanks, its characters."""
    text = _composed(text[:LETTERS]).casefold()
    if not _UNUSUAL.search(text):
        return [match.group()[:LONGEST] for match in islice(_WORD.finditer(text), MOST)], SPACED
    words = [match.group()[:LONGEST] for match in islice(_UNUSUAL_WORD.finditer(text), MOST)]
    is_solid = 2 * sum(_SOLID.match(word) is not None for word in words) > len(words)
    return words, SOLID if is_solid else SPACED


def _composed(text: str) -> str:
    """Give each letter one spelling, in pieces: one letter may become eighteen."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text):
        return text
    pieces: list[str] = []
    length = 0
    for at in range(0, len(text), PIECE):
        pieces.append(unicodedata.normalize("NFKC", text[at : at + PIECE]))
        length += len(pieces[-1])
        if length > LETTERS:
            break
    return "".join(pieces)[:LETTERS]


def text_of(report: Report) -> str:
    """Give the beginning of a report's text: of its content where that says more than its summary."""
    html = report.content[:HTML]
    if len(html) < len(report.content) and html.rfind("<") > html.rfind(">"):
        html = html[: html.rfind("<")]
    content, summary = plain(html), report.summary[:LETTERS]
    return content if len(content) > len(summary) else summary


def runs(words: list[str], measure: Measures) -> Hashes:
    """Give the numbers of a text's runs of words, in order; none for a text too short to prove anything."""
    if len(words) < measure.little:
        return np.empty(0, np.uint64)
    numbers = np.fromiter(map(number, words), np.uint64, len(words))
    last = len(words) - measure.run + 1
    total = numbers[:last] * _PLACES[0]
    for at in range(1, measure.run):
        total += numbers[at : last + at] * _PLACES[at]
    return mixed(total)
