"""Tell the language of an Entry: what is declared, else what its letters and words show. It translates nothing."""

import re
from functools import cache, lru_cache
from threading import Lock
from typing import Any

FEWEST_LETTERS = 20  # shorter Latin texts are names and slogans: "Syria rebels" is 0.56 en, 0.43 id
SUREST = 0.7  # calibrated probability; below it the answer is a guess
LONGEST = 2_000
# They compete even where the site has none of them, or a French headline would pass for the nearest language there.
# Not Malay, which is told from Indonesian no better than by chance in a headline.
RIVALS = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "pt", "sv", "tr", "vi"})
# What a text in Latin letters may be where the site writes nothing in them. Of 7,900 headlines in eight of these, four
# in five are told, and 2 of them wrongly; among all 105 that the model knows, three in five, and 11.
LATIN = (
    "af", "az", "bs", "ca", "cs", "cy", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "ht", "hu",
    "id", "is", "it", "lt", "lv", "ms", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sv", "sw", "tl",
    "tr", "uz", "vi",
)  # fmt: skip
TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*\Z")
FORMER = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro", "nb": "no", "nn": "no"}
NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "xx"})
_SCRIPTS = {
    "ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "bg": "cyrillic", "mk": "cyrillic", "kk": "cyrillic",
    "ky": "cyrillic", "mn": "cyrillic", "tg": "cyrillic", "tt": "cyrillic", "sr": "cyrillic", "ar": "arabic",
    "fa": "arabic", "ur": "arabic", "ps": "arabic", "ug": "arabic", "ckb": "arabic", "sd": "arabic", "zh": "han",
    "ja": "kana", "ko": "hangul", "he": "hebrew", "yi": "hebrew", "el": "greek", "th": "thai", "hi": "devanagari",
    "mr": "devanagari", "ne": "devanagari", "bn": "bengali", "as": "bengali", "ta": "tamil", "te": "telugu",
    "ka": "georgian", "hy": "armenian", "my": "myanmar", "km": "khmer", "lo": "lao", "am": "ethiopic",
}  # fmt: skip
_RANGES = (
    ("cyrillic", 0x400, 0x52F), ("arabic", 0x600, 0x77F), ("arabic", 0x8A0, 0x8FF), ("arabic", 0xFB50, 0xFEFC),
    ("hebrew", 0x590, 0x5FF), ("greek", 0x370, 0x3FF), ("kana", 0x3040, 0x30FF), ("han", 0x3400, 0x9FFF),
    ("hangul", 0xAC00, 0xD7AF), ("thai", 0xE00, 0xE7F), ("devanagari", 0x900, 0x97F), ("bengali", 0x980, 0x9FF),
    ("tamil", 0xB80, 0xBFF), ("telugu", 0xC00, 0xC7F), ("georgian", 0x10A0, 0x10FF), ("armenian", 0x530, 0x58F),
    ("myanmar", 0x1000, 0x109F), ("khmer", 0x1780, 0x17FF), ("lao", 0xE80, 0xEFF), ("ethiopic", 0x1200, 0x137F),
    ("latin", 0x41, 0x24F), ("latin", 0x1E00, 0x1EFF),
)  # fmt: skip
# In two scripts, or more: no letters contradict them.
_SEVERAL = frozenset(
    ("az", "bs", "cnr", "ha", "kk", "ks", "ku", "ky", "mn", "ms", "pa", "sd", "sh", "sr", "tg", "tk", "uz")
)
_ALSO = {"ja": {"han"}, "ko": {"han"}}
_building = Lock()


def primary(tag: str | None) -> str | None:
    """Give the primary subtag of a language tag (BCP 47) in lower case, former codes renewed; None where it is none."""
    found = TAG.match((tag or "").strip())
    code = FORMER.get(found[1].lower(), found[1].lower()) if found else None
    return None if code in NO_LANGUAGE else code


def tell(text: str, *, declared: str | None, languages: tuple[str, ...]) -> str | None:
    """Give the language of a plain text: as declared (a primary subtag), unless its letters are of another script.

    Latin letters contradict nothing, since texts in every script borrow them. `languages` as in `detect`.
    """
    if declared is None:
        return detect(text, languages=languages)
    script = _script(text[:LONGEST])
    used = {_SCRIPTS.get(declared, "latin"), "latin", *_ALSO.get(declared, ())}
    stands = script is None or script in used or declared in _SEVERAL
    return declared if stands else detect(text, languages=languages)


def detect(text: str, *, languages: tuple[str, ...]) -> str | None:
    """Tell the language of a plain text, or None if unsure.

    Where some of `languages` (primary subtags) are written in the text's script, it is one of these or None; else any.
    """
    words = text[:LONGEST]
    script = _script(words)
    if script is None:
        return None
    ours = {code for code in languages if _SCRIPTS.get(code, "latin") == script}
    possible = _written_in(script)
    # Where one language alone has the script, or the site's only one, that says it of even one word.
    by_script = next(iter(ours or possible)) if script != "latin" and len(ours or possible) == 1 else None
    if possible == {by_script} or sum(map(str.isalpha, words)) < FEWEST_LETTERS:
        return by_script
    rivals = RIVALS if ours and script == "latin" else possible
    code, certainty = _classify(words, tuple(sorted(ours | rivals)))
    if certainty < SUREST:
        return by_script
    return code if code in ours or not ours else None


def _script(words: str) -> str | None:
    counts: dict[str, int] = {}
    for char in words[:400]:
        if char.isalpha():
            script = _script_of(ord(char))
            counts[script] = counts.get(script, 0) + 1
    if counts.get("kana", 0) * 8 > counts.get("han", 0) > 0:
        counts["kana"] += counts.pop("han")
    total = sum(counts.values())
    return next((script for script, count in counts.items() if count * 5 > total * 3 and script), None)


@lru_cache(maxsize=4096)
def _script_of(code: int) -> str:
    return next((script for script, first, last in _RANGES if first <= code <= last), "")


@cache
def _written_in(script: str) -> frozenset[str]:
    return frozenset(LATIN if script == "latin" else (code for code, used in _SCRIPTS.items() if used == script))


def _classify(words: str, languages: tuple[str, ...]) -> tuple[str, float]:
    code, certainty = _identifier(languages).classify(words)
    return str(FORMER.get(code, code)), float(certainty)


def _identifier(languages: tuple[str, ...]) -> Any:
    with _building:
        return _built(languages)


@lru_cache(maxsize=32)
def _built(languages: tuple[str, ...]) -> Any:
    # Here and not above, because the model takes 0.9 s of CPU to load and many Sources declare their language.
    import copy

    from py3langid.langid import LanguageIdentifier

    if languages:
        identifier = copy.copy(_built(()))
        identifier.set_languages([code for code in languages if code in identifier.labels] or None)
        return identifier
    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)
