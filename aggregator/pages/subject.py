"""Says whether a page tells of what its list announced. It reads no HTML."""

import re
import unicodedata

from aggregator.stories.stopwords import STOPWORDS

FEWEST = 3
"""Telling words that a list's headline must have to be looked for: by fewer no page can be judged."""
TOLD = 1 / 3
"""Share of these words that an article has in its title and text: outlets edit, but they speak of one thing."""
SAME = 1 / 2
"""Share of the words of the shorter of two headlines that both have where they are one, edited."""
STEM = 5
"""Letters to which a word is cut, so that its forms meet; inside another word they count too, as in compounds."""
LONGEST = 1_000
"""Letters of a headline that are looked at."""
LETTERS = 4
"""Letters of a word that tells."""

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]{2}")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_VOWELS = re.compile(r"[\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0640\u064b-\u065f\u0670]")
"""What Hebrew and Arabic write for vowels, where they do, and what stretches words."""
_KANA = re.compile(r"[\u3040-\u309f]+")


def stems(headline: str) -> frozenset[str]:
    """Give the beginnings of the words of a headline that tell anything; pairs of letters in scripts without spaces."""
    found: set[str] = set()
    for said in _WORD.findall(_cased(headline[:LONGEST])):
        word = _plain(said)
        if said in STOPWORDS:
            continue
        if _UNSPACED.search(word):
            pairs = (word[at : at + 2] for at in range(len(word) - 1))
            found.update(pair for pair in pairs if not _KANA.fullmatch(pair))
        elif syllables := _HANGUL.match(word):
            found.add(syllables[0])  # behind them stand particles
        elif len(bare := word.removeprefix("ال")) >= LETTERS:
            found.add(bare[:STEM])
    return frozenset(found)


def share(announced: frozenset[str], text: str) -> float:
    """Give the share of these stems that a text has; 1 where there are too few to tell."""
    if len(announced) < FEWEST:
        return 1.0
    said = _folded(text)
    return sum(stem in said for stem in announced) / len(announced)


def is_same(listed: str, headline: str) -> bool:
    """Say whether a page's headline is that under which a list announced it, edited at most."""
    one, other = stems(listed), stems(headline)
    if min(len(one), len(other)) < FEWEST:
        return listed.casefold() == headline.casefold()
    return max(share(one, headline), share(other, listed)) >= SAME


def tells(headline: str, text: str) -> bool:
    """Say whether a text has any telling word of a headline."""
    said = _folded(text)
    return any(stem in said for stem in stems(headline))


def _folded(text: str) -> str:
    return _plain(_cased(text))


def _cased(text: str) -> str:
    return _VOWELS.sub("", unicodedata.normalize("NFKC", text)).casefold().replace("i\u0307", "i")


def _plain(text: str) -> str:
    # Capitals leave accents out, and the Turkish I is the capital of a letter of its own.
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).replace("\u0131", "i")
