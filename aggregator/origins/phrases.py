"""What is said around a name, by language: the templates of phrases.toml made into expressions. It reads no report."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from .names import WRITTEN_ON, fold, inflected, script, table

Kind = Literal["told", "cites", "quoted", "reports", "says", "credit"]
KINDS: tuple[Kind, ...] = ("told", "cites", "quoted", "reports", "says")
"""In the order of how much they say: a phrase that fits two is the first of them."""

NEAR = 100
"""Letters beside a name that phrases are looked for in: it bounds the work a mention can cost."""
_WORDS = r"(?:[^\s.,!?;:\"()]+\s+){0,4}"
_HAN_WORDS = r"[^。\n]{0,14}?"
_REST = r"[^.。!?\n]{0,80}?"
_OPEN = r"[\s\"'(]*"
_KEPT_WITH = r"(?:'\w{0,6})?[\"')]*"
"""What is written to the end of a name: a Turkish case, an English genitive, the end of its quotation."""
_SPACELESS = ("zh", "ja")
_KIN = {"ms": "id", "uk": "ru", "be": "ru", "bg": "ru", "kk": "ru", "ca": "es", "gl": "pt", "fa": "ar", "az": "tr"}
"""Languages that are read with a neighbour's phrases, for want of their own."""
_OF_SCRIPT = {
    "cyrillic": ("ru",),
    "arabic": ("ar",),
    "han": ("zh", "ja"),
    "latin": ("en", "id", "es", "pt", "fr", "de", "it", "tr"),
}
_BAD_AFTER = re.compile(r"/(?:Ipsos|Getty|AFP via|[A-Z][a-z]+ [A-Z])|\s+(?:photo|file photo)\b|\s+via\s+Getty", re.I)
_PICTURE = re.compile(r"(?:Getty Images|EPA|AP Photo|Photo)[/ ]*$")


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase around a name: where it begins and ends, by the letters before and after the name that belong to it."""

    kind: Kind
    before: int
    after: int
    is_background: bool
    names_kind: bool
    """A word beside the name says that it is an agency or an outlet."""


class Grammar:
    """One language's phrases, compiled when they are first asked for."""

    def __init__(self, language: str, rows: dict[str, Any]) -> None:
        self._rows, self._spaceless = rows, language in _SPACELESS
        kinds = "|".join(self._compile(kind) for kind in rows["kinds"])
        if self._spaceless:
            self._kind_before = rf"(?:\"|{kinds}){{0,4}}"
            self._kind_after = rf"(?:\"|{kinds}){{0,2}}"
        else:
            self._kind_before = rf"(?:{_WORDS}(?:{kinds})[\s\"'(]*)?"
            self._kind_after = rf"(?:\s+(?:{kinds})(?!\w))?"
        self._is_kind_before = re.compile(rf"(?:{kinds})[\s\"'(]*$", re.I)
        self._is_kind_after = re.compile(rf"{_KEPT_WITH}\s*(?:{kinds})", re.I)
        self._of = {kind: self._pairs(rows[kind]) for kind in (*KINDS, "never", "own", "official")}
        credits = "|".join(self._compile(one) for one in rows["credit"])
        self._credit = re.compile(rf"(?:^|[\n.!?。(\[|\-]|\.\.\.)\s*(?:{credits})\s*[\"']*$", re.I)
        photo = "|".join(self._compile(one) for one in rows["photo"])
        self._photo = re.compile(
            rf"(?:(?:^|[\n(|])\s*(?:{photo})\b|(?:{photo})\s*[:/=©(])[^.\n]{{0,70}}$"
            if not self._spaceless
            else rf"(?:{photo})\s*[:/=(]?[^.。\n]{{0,20}}$",
            re.I,
        )
        background = "|".join(self._compile(one) for one in rows["background"])
        self._since = re.compile(rf"[\s,]*(?:{background})", re.I)
        self._until = re.compile(rf"(?:^|[.!?。]\s*)(?:\w+\s+){{0,2}}(?:{background})[\s,]*(?:\S+\s+){{0,2}}$", re.I)
        self.aside = re.compile(
            rf"^\s*(?:{'|'.join(re.escape(fold(one)) for one in rows['aside'])})[^\n]*", re.I | re.M
        )
        offices = sorted((fold(one) for one in rows["offices"]), key=len, reverse=True)
        written = "|".join(
            " ".join(map(inflected, one.split())) if language == "ru" else re.escape(one) for one in offices
        )
        self._offices = re.compile(written)

    def said(self, text: str, start: int, end: int) -> Said | None:
        """Tell what is said of the name at this place of a folded text; None where nothing makes it an origin."""
        before, after = _beside(text, start, end)
        if self._is_never(before, after):
            return None
        kinds = bool(self._is_kind_before.search(before) or self._is_kind_after.match(after))
        credit = self._credit.search(before)
        if credit is not None and re.match(
            r"[\"')\].,;/&|\n\s-]*(?:$|\n|[A-Z/,)&.\]]|(?:and|dan|y|e|et|und|ve|и|و)\s)", after
        ):
            return Said("credit", len(before) - credit.start(), 0, False, kinds)
        for kind in KINDS:
            for first, last in self._of[kind]:
                head = first.search(before) if first else None
                if first and not head:
                    continue
                tail = last.match(after) if last else None
                if last and not tail:
                    continue
                begins = len(before) - head.start() if head else 0
                ends = tail.end() if tail else 0
                is_old = self._since.match(after, ends) or self._until.search(before[: len(before) - begins])
                return Said(kind, begins, ends, bool(is_old), kinds)
        return None

    def is_own(self, text: str, start: int, end: int) -> Said | None:
        """Tell whether the outlet says, with its own name at this place, that it found this out itself."""
        before, after = _beside(text, start, end)
        for first, last in self._of["own"]:
            head, tail = first.search(before) if first else None, last.match(after) if last else None
            if bool(first) == bool(head) and bool(last) == bool(tail):
                return Said("told", len(before) - head.start() if head else 0, tail.end() if tail else 0, False, False)
        return None

    def offices(self, text: str) -> Iterator[re.Match[str]]:
        """Find the offices that a folded text names."""
        for match in self._offices.finditer(text):
            before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
            if self._spaceless or not (after.isalnum() or (before.isalnum() and before not in WRITTEN_ON)):
                yield match

    def official(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Tell how many letters before and after an office at this place say that it made something known itself."""
        before, after = _beside(text, start, end)
        for first, last in self._of["official"]:
            head, tail = first.search(before) if first else None, last.match(after) if last else None
            if bool(first) == bool(head) and bool(last) == bool(tail):
                return (len(before) - head.start() if head else 0, tail.end() if tail else 0)
        return None

    def is_picture(self, text: str, start: int, end: int) -> bool:
        """Tell whether the name at this place is credited for a picture."""
        before, after = text[max(0, start - NEAR) : start], text[end : end + 30]
        return bool(self._photo.search(before) or _BAD_AFTER.match(after) or _PICTURE.search(before))

    def _is_never(self, before: str, after: str) -> bool:
        return any(
            (not first or first.search(before)) and (not last or last.match(after)) for first, last in self._of["never"]
        )

    def _pairs(self, templates: Iterable[str]) -> list[tuple[re.Pattern[str] | None, re.Pattern[str] | None]]:
        """Compile templates: those with words on one side of the name only make one expression together."""
        heads: list[tuple[str, str]] = []
        tails: list[tuple[str, str]] = []
        both: list[tuple[str, str]] = []
        for template in templates:
            first, _, last = template.partition("{}")
            head = self._compile(first) if first.strip() else ""
            tail = self._compile(re.sub(r"(?:\s*(?:\.\.\.|\[\.\.\.\]))+$", "", last)) if last.strip() else ""
            (both if head and tail else heads if head else tails).append((head, tail))
        found: list[tuple[re.Pattern[str] | None, re.Pattern[str] | None]] = [
            (self._before([head]), self._after([tail])) for head, tail in both
        ]
        found += [(self._before([head for head, _ in heads]), None)] if heads else []
        return found + ([(None, self._after([tail for _, tail in tails]))] if tails else [])

    def _before(self, heads: list[str]) -> re.Pattern[str]:
        apart = "" if self._spaceless else r"(?<!\w)"
        return re.compile(rf"{apart}(?:{'|'.join(heads)}){_OPEN}{self._kind_before}{_OPEN}$", re.I)

    def _after(self, tails: list[str]) -> re.Pattern[str]:
        apart = "" if self._spaceless else r"(?!\w)"
        between = "" if self._spaceless else r"[\s,)]*"
        return re.compile(rf"{_KEPT_WITH}{self._kind_after}{_KEPT_WITH}{between}(?:{'|'.join(tails)}){apart}", re.I)

    def _compile(self, template: str) -> str:
        found, rest = _alternatives(fold(template), self._spaceless)
        if rest:
            raise ValueError(f"{template!r} has a bracket too many")
        return found


def grammars(language: str | None, text: str) -> tuple[Grammar, ...]:
    """Give the phrases to read a text with: its language's, or where that is unknown or cannot be, its script's."""
    of_script = _OF_SCRIPT[_writing(text)]
    tag = (language or "").split("-")[0].casefold()
    tag = _KIN.get(tag, tag)
    if tag in of_script:
        return (_grammar(tag),)
    if tag and of_script[0] == "en":
        return (_grammar("en"),)
    return tuple(_grammar(one) for one in of_script)


def _writing(text: str) -> str:
    """Tell the script of most of a text's first letters."""
    counts: dict[str, int] = {}
    some = text[:900]
    for letter in some[:: len(some) // 60 + 1]:
        if letter.isalpha():
            kind = script(letter)
            counts[kind] = counts.get(kind, 0) + 1
    return max(counts, key=lambda kind: counts[kind], default="latin")


@cache
def _rows() -> dict[str, Any]:
    return table("phrases.toml")


@cache
def _grammar(language: str) -> Grammar:
    return Grammar(language, _rows()[language])


def _beside(text: str, start: int, end: int) -> tuple[str, str]:
    before = text[max(0, start - NEAR) : start]
    return before[before.rfind("\n") + 1 :] if "\n" in before else before, text[end : end + NEAR].split("\n", 1)[0]


def _alternatives(rest: str, spaceless: bool, *, closing: str = "", trail: bool = False) -> tuple[str, str]:
    """Compile alternatives up to a closing bracket; `trail` puts what stands between words behind each."""
    found = []
    while True:
        one, rest = _sequence(rest, spaceless, trail=trail)
        found.append(one)
        if rest[:1] == "|":
            rest = rest[1:]
        elif rest[:1] == closing:
            return f"(?:{'|'.join(found)})" if len(found) > 1 else found[0], rest[1:]
        else:
            raise ValueError(f"a bracket is not closed before {rest!r}")


def _sequence(rest: str, spaceless: bool, *, trail: bool) -> tuple[str, str]:
    found: list[str] = []
    while rest and rest[0] not in "|)]":
        if rest[0] == " ":
            rest = rest[1:]
        elif rest.startswith("......"):
            found.append(_REST)
            rest = rest[6:]
        elif rest.startswith("..."):
            found.append(_HAN_WORDS if spaceless else _WORDS)
            rest = rest[3:]
        elif rest[0] in "([":
            closing, at = (")" if rest[0] == "(" else "]"), _closing(rest)
            is_last = not rest[at + 1 :].lstrip() or rest[at + 1 :].lstrip()[0] in "|)]"
            is_joined = not spaceless and (rest[at + 1 : at + 2] == " " or (is_last and trail))
            inner, rest = _alternatives(rest[1:], spaceless, closing=closing, trail=is_joined)
            found.append(f"(?:{inner})" + ("?" if closing == "]" else ""))
        else:
            match = re.match(r"[^\s|()\[\]]+?(?=\.\.\.|[\s|()\[\]]|$)", rest)
            word = match.group() if match else rest[0]
            rest = rest[len(word) :]
            found.append(re.escape(word).replace(r"\~", r"[\w-]*").replace("~", r"[\w-]*"))
            ends = not rest or rest[0] in "|)]"
            if not spaceless and (rest[:1] == " " or (ends and trail)):
                found.append(r"\s*" if word[-1] in "'" else r"\s+")
    return "".join(found), rest


def _closing(text: str) -> int:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if depth == 0:
            return at
    raise ValueError(f"a bracket is not closed in {text!r}")
