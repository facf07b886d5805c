"""Datelines and credits: where a name stands as the signature of a text, by its place alone, in any language."""

import re
from collections.abc import Sequence
from typing import Literal

from .names import Mention

Place = Literal["dateline", "credit"]

HEAD = 250
"""Letters within which a dateline ends."""
_JOINT = re.compile(r"[\s/,&+.;-]*(?:(?:and|und|et|y|e|dan|ve|и|و|和|with|mit|con|com|avec|dengan)[\s/,&+.;-]*)*", re.I)
_OPENS, _CLOSES = {"(": ")", "[": "]", "/": "/"}, ")]/"
_ENDS = re.compile(r"(?:^|[.!?。…\"'\n-])\s*$")
_OVER = re.compile(r"\s*[.。]?\s*(?:$|\n)")
_DASH = re.compile(r"\s*\.?\s*[-:]")
_SIGNED = re.compile(r"\s*(?:[-:|]|\.\s|\.$|/|,\s*[^,.\n]{2,30}?\s*-)")
_WIRE = re.compile(r"[^,。\n]{0,16}?[电電讯訊](?![视視影话話台力子脑腦])")
_PLACE = re.compile(r"(?:^|[\s,.])(?:[A-ZА-Я][^\s()]*|[\u0620-\u064a]{2,}|\d{1,2}),?\s*$")
"""What stands before the bracket of a dateline that comes behind the writers' names."""
_NUMBER = re.compile(r"\d{1,4}")


def place(text: str, mention: Mention, others: Sequence[Mention]) -> tuple[Place, int, int] | None:
    """Tell whether a name of a folded text signs it, and from where to where the signature reaches."""
    start, end = mention.start, mention.end
    if start < HEAD and (found := _dateline(text, mention, others)):
        return found
    bracket = _bracket(text, start, end)
    if bracket is not None and text[bracket[0]] == "(":
        opens, closes = bracket
        if _only_names(text, opens + 1, closes - 1, others):
            sentence_over = bool(_ENDS.search(text[max(0, opens - 3) : opens]))
            if sentence_over or (_OVER.match(text, closes) and not mention.is_code):
                return "credit", opens, closes
    return _last_words(text, start, end, others)


def _dateline(text: str, mention: Mention, others: Sequence[Mention]) -> tuple[Place, int, int] | None:
    start, end = mention.start, mention.end
    bracket = _bracket(text, start, end)
    if bracket is not None:
        opens, closes = bracket
        head = text[:opens]
        alone = _only_names(text, opens + 1, closes - 1, others)
        if alone and text[opens] == "(" and _DASH.match(text, closes) and _PLACE.search(head):
            return "dateline", opens, closes
        if not _is_place(head):
            return None
        if text[opens] == "[":
            return ("dateline", 0, closes) if closes - opens < 40 else None
        if alone and (text[opens] == "/" or not head.strip() or _DASH.match(text, closes) or _is_capital(head)):
            return "dateline", 0, closes
        return None
    head = text[:start]
    if _WIRE.match(text, end) and len(head.strip(' (["')) < 6 and "," not in head:
        return "dateline", 0, end
    signs = _SIGNED.match(text, end)
    if signs and not head.strip() and not signs.group().strip().startswith("."):
        return "dateline", 0, end
    if signs and re.search(r"[-.,/:]\s*$", head) and _is_place(head) and _is_capital(head):
        return "dateline", 0, end
    return None


def _bracket(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Give the brackets, or slashes, around a name: their first and the place after their last letter."""
    for at in range(start - 1, max(-1, start - 40), -1):
        if text[at] in _CLOSES and text[at] != "/":
            return None
        if text[at] == "/" and text[at - 1 : at].strip():
            continue
        if text[at] in _OPENS:
            closes = text.find(_OPENS[text[at]], end, end + 40)
            return (at, closes + 1) if closes >= 0 and "\n" not in text[at:closes] else None
    return None


def _only_names(text: str, start: int, end: int, others: Sequence[Mention]) -> bool:
    rest, at = "", start
    for other in others:
        if start <= other.start and other.end <= end:
            rest += text[at : other.start] + " "
            at = other.end
    return bool(_JOINT.fullmatch(rest + text[at:end]))


def _is_place(head: str) -> bool:
    """Tell whether nothing but a place and a date can stand in these words."""
    return "\n" not in head and not re.search(r"[!?。]", head) and len(head.split()) <= 8


def _is_capital(head: str) -> bool:
    words = re.findall(r"[^\W\d_]+", head)
    small = [word for word in words if word[0].islower()]
    return len(words) <= 7 and (
        not small or (bool(_NUMBER.search(head)) and len(small) <= 2) or len(small) * 3 <= len(words)
    )


def _last_words(text: str, start: int, end: int, others: Sequence[Mention]) -> tuple[Place, int, int] | None:
    """Tell whether a name is all that stands behind the last sentence: "... . - Reuters", or a last line "dpa/afp"."""
    if text[end:].strip(" .)\n/") and not _only_names(text, end, len(text), others):
        return None
    line = max(text.rfind("\n", 0, start) + 1, 0)
    if line > 0 and _only_names(text, line, len(text), others):
        return "credit", line, len(text.rstrip())
    before = text[max(0, start - 8) : start]
    if re.search(r"[.!?\"']\s*-\s*$", before) or (text[start:end].isupper() and re.search(r"[.!?\"']\s+$", before)):
        return "credit", start, end
    return None
