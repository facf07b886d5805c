"""Tell the numbers of a date in a line from those that count comments, views or minutes of reading beside it."""

import re
from collections.abc import Iterator

from . import ago, clocks, days
from .moments import tidy

MOST_PARTS = 5  # weekday, day, month, year and time, in an element each
CROWDED = 12  # parts; a line of more is a list of numbers, and costs too much to put together

_BARS = "|·•・‧∙●▪｜—–"
_BAR = re.compile(
    rf"\s*[{_BARS}\n]\s*|\s+[-/]\s+"
    r"|(?<=\d),\s(?=[^\W\d]+\.?\s\d{1,2}(?![\d:.]))"  # "Views: 12, Dec 3"
)
_GAP = rf"([\s,،;({_BARS}-]*)"
_NUMBER = rf"(?<![^\s,،;({_BARS}])\d{{1,3}}(?:[.,]\d{{3}})*(?:[.,]\d)?"
_LAST = re.compile(rf"{_GAP}{_NUMBER}\Z")
# What is counted, and no sentence that goes on.
_WHAT = re.compile(r"\s?[^\W\d_]+(?:\.?\s[^\W\d_]+)?\.?\s*(?:\Z|[|·•・‧∙●▪｜—–/(),،\n])|\s?[%€$£¥₽°℃+]")
_WORD = re.compile(r"\s?[^\W\d_]")
_LENGTHS = "|".join(
    word
    for word in sorted(ago.SECONDS, key=len, reverse=True)
    if ago.SECONDS[word] <= 60 and len(word) > 1 and word < "\u3000" and word != "phut"  # "14 giờ 30 phút" is a time
)
_LENGTH = re.compile(rf"{_GAP}{_NUMBER}\s?(?:{_LENGTHS})\Z", re.I)
_MARK = re.compile(rf"[,،;({_BARS}\n]|-\s")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


def without_last(line: str, start: int, end: int) -> tuple[int, bool]:
    """Give where a run of dates and numbers ends before the counter that ends it, and whether a mark parts the two."""
    said = line[start:end]
    if found := _LENGTH.search(said):
        counted = short = not ago.SPAN_LAST.search(tidy(said))
    else:
        found = _LAST.search(said)
        short = _WHAT.match(line, end) is not None
        counted = short or _WORD.match(line, end) is not None
    if not (found and counted and found.start()):
        return end, False
    return start + found.start(), short and _MARK.search(found[1]) is not None


def groups(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the neighbouring parts between bars that may be one date, the longest first.

    No more than one of them has numbers of a day, and one a time: a number of its own beside a day counts something.
    """
    whole = re.sub("[–—]", "-", line)
    numbers = [found.span() for form in (days.NUMBERS, days.YEAR_FIRST) for found in form.finditer(whole, start, end)]
    bars = [
        bar.span()
        for bar in _BAR.finditer(line, start, end)
        if not any(first < bar.start() and bar.end() < last for first, last in numbers)
    ]
    edges = [start, *(edge for bar in bars for edge in bar), end]
    parts = list(zip(edges[::2], edges[1::2], strict=True))
    kinds = [_numbers(line[first:last]) for first, last in parts]
    most = MOST_PARTS if len(parts) <= CROWDED else 1
    for size in range(min(len(parts), most), 0, -1):
        for at in range(len(parts) - size + 1):
            told = kinds[at : at + size]
            if size == 1 or (told.count("day") <= 1 and told.count("clock") <= 1):
                yield parts[at][0], parts[at + size - 1][1]


def _numbers(part: str) -> str:
    if not any(map(str.isdigit, part)):
        return ""
    if _CLOCK.fullmatch(part) or clocks.alone(tidy(part), beside=ago.KNOWN):
        return "clock"
    return "day" if any(map(str.isdigit, _YEAR.sub("", part))) else ""
