"""The names of agencies and outlets: their data, and where a text says one. It judges no mention."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import urlsplit

_ALIKE = {
    **dict.fromkeys("«»„“”‟〝〞《》「」『』〈〉", '"'),
    **dict.fromkeys("‘’‚‛`´ʼ", "'"),
    **dict.fromkeys("‐‑‒–—―−－", "-"),
    **dict.fromkeys("أإآٱ", "ا"),
    **dict.fromkeys("\u00a0\u202f\u2009\u3000\t\r", " "),
    **dict.fromkeys("【［〔", "["),
    **dict.fromkeys("】］〕", "]"),
    **dict(zip("（）：，；／．", "():,;/.", strict=True)),
    **dict(zip("ىیکёЁ", "يىكеЕ", strict=True)),
    "،": ",",
}
_FOLDED = {**_ALIKE, "ی": "ي"}
_SCRIPTS = {
    "latin": re.compile("[A-Za-zÀ-ɏ]"),
    "cyrillic": re.compile("[Ѐ-ӿ]"),
    "arabic": re.compile("[\u0620-\u064a]"),
    "han": re.compile("[\u2e80-\uffef]"),
}
"""What a word may consist of: it ends where another script begins, as in 据CNN报道."""
_CASES = "[аеиоуыэюяйьіїєемгхв]{0,3}"
"""What a Russian or Ukrainian case may put in the place of the last vowel of a name."""
WRITTEN_ON = "لوبفك"
"""Arabic words of one letter that the next word is written to: "to", "and", "with", "so", "as"."""
_LONG = 5
"""Letters from which a name is known in capitals, too: shorter ones may be another's abbreviation then."""


@dataclass(frozen=True, slots=True)
class Named:
    """An agency or an outlet; `name` is the one that origins are counted by."""

    id: str
    name: str
    kind: Literal["agency", "outlet"]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text says a name; `is_code` where the same letters often mean something else."""

    start: int
    end: int
    whose: Named
    is_code: bool


def fold(text: str) -> str:
    """Write what typography tells apart in one way, letter for letter: places in the result are places in the text."""
    if not text.isascii():
        for letter in _FOLDED.keys() & set(text):
            text = text.replace(letter, _FOLDED[letter])
    return text


def table(name: str) -> dict[str, Any]:
    """Read one of this room's data files."""
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


@cache
def everyone() -> Mapping[str, tuple[Named, bool]]:
    """Give whom each folded spelling names, and whether it is a code."""
    found: dict[str, tuple[Named, bool]] = {}
    kind: Literal["agency", "outlet"]
    data = table("agencies.toml")
    for kind in ("agency", "outlet"):
        for id, row in data[kind].items():
            named = Named(id, row["name"], kind, tuple(row["domains"]))
            names = {form for spelling in row.get("names", ()) for form in _forms(spelling)}
            found |= {fold(spelling): (named, True) for spelling in row.get("codes", ())}
            found |= {fold(spelling): (named, False) for spelling in names}
    return found


def mentions(text: str) -> tuple[Mention, ...]:
    """Find every name in a folded text, in order: at each place the longest."""
    found = [*_spelled(text), *_hosts_in(text)]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    return tuple(one for at, one in enumerate(found) if not at or one.start >= found[at - 1].end)


def _spelled(text: str) -> Iterator[Mention]:
    upto = 0
    starts = (_starts(kind) for kind, letters in _SCRIPTS.items() if kind == "latin" or letters.search(text))
    for match in sorted((match for start in starts for match in start.finditer(text)), key=re.Match.start):
        at, beginning = match.start(), match.group()
        if at < upto:
            continue
        mention = _at(text, at, beginning[:2])
        if mention is None and beginning[0] in WRITTEN_ON:
            mention = _at(text, at + 1, text[at + 1 : at + 3])
        if mention is not None:
            upto = mention.end
            yield mention


_DOT = re.compile(r"\.[A-Za-z]{2}")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,80}")
_BACK = 80
"""Letters of a host that are looked at before its last dots."""


def _hosts_in(text: str) -> Iterator[Mention]:
    upto = 0
    for dot in _DOT.finditer(text):
        if dot.start() < upto:
            continue
        start = dot.start()
        while start > max(upto, dot.start() - _BACK) and (text[start - 1].isalnum() or text[start - 1] in "-."):
            start -= 1
        host = _HOST.match(text, start)
        # What stands behind a slash or an @ is an address, and no word of a sentence.
        if host is not None and text[start - 1 : start] not in ("/", "@"):
            named = of_host(host.group().strip("."))
            if named is not None:
                upto = host.end()
                yield Mention(start, start + len(host.group().rstrip(".")), named, False)


def known(outlet: str) -> Named | None:
    """Tell who an outlet of feeds.yaml, or a name that a field gives, is; None for one that is not in the data."""
    words = fold(outlet).strip()
    exact = everyone().get(words)
    return exact[0] if exact else _by_folded().get(words.casefold()) or of_host(words)


def of_host(host: str) -> Named | None:
    """Tell whose host this is, or whose address."""
    if "//" in host:
        try:
            host = urlsplit(host).hostname or ""
        except ValueError:
            return None
    parts = host.casefold().split(".")
    return next((found for at in range(len(parts) - 1) if (found := _hosts().get(".".join(parts[at:])))), None)


@cache
def _by_folded() -> Mapping[str, Named]:
    return {spelling.casefold(): named for spelling, (named, _) in everyone().items()}


@cache
def _hosts() -> Mapping[str, Named]:
    found = {domain: named for named, _ in everyone().values() for domain in named.domains}
    return {host.casefold(): named for host, named in found.items()}


def _forms(spelling: str) -> Iterable[str]:
    if script(spelling) == "latin" and len(spelling) >= _LONG:
        return (spelling, spelling.upper())
    return (spelling,)


def script(text: str) -> str:
    """Tell the script of a text's first letter: latin, cyrillic, arabic, or han for all that write no spaces."""
    for letter in text:
        if letter.isalpha():
            code = ord(letter)
            if code < 0x370:
                return "latin"
            if code < 0x530:
                return "cyrillic"
            return "arabic" if 0x600 <= code < 0x780 else "han" if code >= 0x2E80 else "latin"
    return "latin"


@cache
def _starts(kind: str) -> re.Pattern[str]:
    """Find the beginnings of names in one script, at the beginnings of words where words are apart."""
    beginnings = {one for one in _by_beginning() if script(one) == kind}
    if kind == "arabic":
        beginnings |= {letter + one for one in beginnings for letter in WRITTEN_ON}
    by_letter: dict[str, set[str]] = {}
    for one in beginnings:
        by_letter.setdefault(one[0], set()).add(one[1:])
    parts = []
    for letter, rests in sorted(by_letter.items()):
        after = "|".join(re.escape(rest) for rest in sorted(rests, key=len, reverse=True))
        apart = f"(?<!{_SCRIPTS[kind].pattern}{letter})" if kind != "han" else ""
        parts.append(f"{re.escape(letter)}{apart}(?:{after})")
    return re.compile("|".join(parts))


@cache
def _by_beginning() -> Mapping[str, tuple[str, ...]]:
    """Give the spellings that begin with the same two letters of a word, the longest first."""
    found: dict[str, list[str]] = {}
    for spelling in sorted(everyone(), key=len, reverse=True):
        found.setdefault(_beginning(spelling), []).append(spelling)
    return {beginning: tuple(spellings) for beginning, spellings in found.items()}


def _beginning(spelling: str) -> str:
    """Give as much of a spelling as cases leave alone, two letters at most."""
    return spelling[:1] if script(spelling[0]) == "han" else spelling[:2]


@cache
def _pattern(beginning: str) -> re.Pattern[str]:
    return re.compile("|".join(f"({_form(spelling)})" for spelling in _by_beginning()[beginning]))


def _at(text: str, at: int, beginning: str) -> Mention | None:
    if beginning not in _by_beginning():
        return None
    match = _pattern(beginning).match(text, at)
    if match is None or match.lastindex is None:
        return None
    return Mention(at, match.end(), *everyone()[_by_beginning()[beginning][match.lastindex - 1]])


def _form(spelling: str) -> str:
    """Write a spelling as an expression that takes in its cases, and no longer word that begins like it."""
    match script(spelling):
        case "cyrillic":
            return " ".join(inflected(word) for word in spelling.split(" ")) + "(?![Ѐ-ӿ])"
        case "han":
            # 共同社会 is no agency, and 世界报道 no paper.
            unless = {"社": "(?![会會区區交])", "报": "(?![道導导告])", "報": "(?![道導导告])"}
            return re.escape(spelling) + unless.get(spelling[-1], "")
        case "arabic":
            return re.escape(spelling) + r"(?![\u0620-\u064a])"
        case _:
            return re.escape(spelling) + ("(?![A-Za-zÀ-ɏ0-9])" if spelling[-1].isascii() or spelling[-1] < "ɐ" else "")


def inflected(word: str) -> str:
    """Write a Russian word as an expression that takes in its cases."""
    if (len(word) < 4 and not word.isupper()) or word[-1] in "оэуе":
        return re.escape(word)
    return re.escape(word if word.isupper() else _VOWELS.sub("", word)) + _CASES


_VOWELS = re.compile(r"[аеиоуыэюяйьіїє]{1,2}$")
