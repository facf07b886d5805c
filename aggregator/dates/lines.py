"""Find the date in a short line of a page, beside an author or a section: "Politik | 22 Nov 2024, 14:00".

It tells dates from other words, and leaves to `moments` what they mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from . import ago, clocks, counters, days
from .moments import UNIX, tells_time, tidy
from .months import MONTHS, SOLAR, ZONES, fold

Kind = Literal["whole", "day", "clock"]
"""`whole`: a day with its year, or a distance from now; `day`: one without its year; `clock`: a time of some day."""

LONGEST = 120  # characters of a line; a longer one is a sentence that happens to hold a date
MOST_BESIDE = 50  # characters beside the date: an author, a section, a place, "published"

_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri sat sun"
    " senin selasa rabu kamis jumat jum'at sabtu minggu ahad sen sel rab kam jum sab min"
    " понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс"
    " الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت احد اثنين ثلاثاء اربعاء خميس جمعة سبت"
    " lunes martes miércoles jueves viernes sábado domingo lun mié jue vie sáb dom"
    " segunda terça quarta quinta sexta feira seg ter qua qui sex"
    " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so"
    " lundi mardi mercredi jeudi vendredi samedi dimanche mer jeu ven sam dim"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica gio"
    " pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz"
)
_PARTICLES = "de del of on the le den am der tanggal tgl st nd rd th er and dan и г года م el la p a كانون تشرين الثاني"
_EAST = (  # what Chinese, Japanese and Korean dates are made of, words run together
    rf"年|月|日|号|號|时|時|点|點|分|秒|前|之前|년|월|일|시|분|초|전|週|周|[{days.DIGITS}零○十]|令和|平成|民國|民国"
    "|(?:星期|礼拜|周|週)[一二三四五六日天]|[月火水木金土日](?:曜日?)?|[월화수목금토일]요일|更新|配信|公開|掲載|发布|發布|发表|发表于|时间"
)

_SPLIT = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_GAP = re.compile(r"[\s,.،:;/|·•・‧∙●▪–—\-+()（）\[\]'’°º٫｜~\u200e\u200f]{0,8}")
_OPEN = re.compile(r"(?:\A|[|·•・‧∙●▪｜—–/:：,،>»›()（\[\]]|\s-)[\s\"'«“]*\Z")
_CLOSED = re.compile(r"\s*(?:\Z|[|·•・‧∙●▪｜—–/)）\]]|-\s|[.!]?\s*\Z)")
_SCORE = re.compile(r"\d\d-\d\d|10/10")  # a day only where the line is Chinese, Japanese or Korean, or in brackets
_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}")
_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_BARE_CLOCK = re.compile(
    r"(?<![\d:])\d\d:\d\d(?!:)|\d{1,2}[:.]\d\d(?=\W*[^\W\d])|\d{1,2}(?::\d\d)? ?[ap]m\b|\d{1,2} ?[hH時时] ?\d\d"
)
_SOME_DAY = datetime(2000, 6, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A date in a line: its own words, and how much they tell."""

    words: str
    kind: Kind
    timed: bool
    """Whether it tells the time of its day."""


def _known() -> frozenset[str]:
    phrases = [*ago.DAYS, *ago.BEFORE, *ago.AFTER, *ago.ABOUT, *ago.JUST_NOW, fold(_WEEKDAYS), fold(_PARTICLES)]
    words = {word for phrase in phrases for word in _SPLIT.findall(phrase)}
    names = MONTHS.keys() | SOLAR.keys() | ZONES.keys()
    return frozenset(words | names | ago.SECONDS.keys() | ago.NUMBERS.keys() | ago.COUNTED.keys() | ago.KNOWN)


KNOWN = _known()
PARTICLES = frozenset(fold(_PARTICLES).split())
EAST = re.compile(
    "(?:" + "|".join([*map(re.escape, ago.EAST_DAYS), "上午|下午|午前|午後|凌晨|早上|清晨|傍晚|晚上|오전|오후", _EAST])
    + "|" + "|".join(sorted((re.escape(word) for word in ago.SECONDS if ord(word[0]) > 0x3000), key=len, reverse=True))
    + ")+"
)  # fmt: skip


def find(line: str) -> Told | None:
    """Find the date that a line tells of what it stands beside, in its own words; None where it tells none.

    A day without its year, or a mere time, must stand apart from all other words; a whole date on one side. Dates in
    the middle of words are part of what these say. Never raises.
    """
    lines = line.splitlines() if len(line) <= 4 * LONGEST else []
    line = "\n".join(tidied for part in lines if (tidied := " ".join(part.split())))
    if not 3 <= len(line) <= LONGEST:
        return None
    found = [told for start, end in _runs(line) for told in _judged(line, start, end)]
    order = ("whole", "day", "clock")
    return min(found, key=lambda told: (order.index(told.kind), not told.timed), default=None)


def _runs(line: str) -> Iterator[tuple[int, int]]:
    """Give where words of dates and numbers stand together, with nothing but marks between them."""
    run: list[re.Match[str]] = []
    for token in _SPLIT.finditer(line):
        if run and not _GAP.fullmatch(line, run[-1].end(), token.start()):
            yield from _trimmed(run)
            run = []
        if token[0].isdigit() or _is_known(token[0]):
            run.append(token)
        elif run:
            yield from _trimmed(run)
            run = []
    yield from _trimmed(run)


def _trimmed(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    while run and fold(run[0][0]) in PARTICLES:
        run = run[1:]
    if run:
        yield run[0].start(), run[-1].end()


@lru_cache(maxsize=4096)
def _is_known(word: str) -> bool:
    folded = fold(word)
    return (
        folded in KNOWN or EAST.fullmatch(folded) is not None or all(part in KNOWN for part in re.split("['’]", folded))
    )


def _judged(line: str, start: int, end: int) -> Iterator[Told]:
    end, parted = counters.without_last(line, start, end)
    for first, last in counters.groups(line, start, end):
        if told := _apart(line, first, last, closed=parted and last == end):
            yield told
            if (first, last) == (start, end) or (told.kind == "whole" and told.timed):
                return  # no part of it tells more


def _apart(line: str, start: int, end: int, *, closed: bool) -> Told | None:
    said = " ".join(line[start:end].split())
    kind = _kind(said)
    opened, closed = _OPEN.search(line[:start]) is not None, closed or _CLOSED.match(line, end) is not None
    beside = kind == "whole" and (opened or closed) and len(line) - len(said) <= MOST_BESIDE
    if kind is None or not (beside or (opened and closed)):
        return None
    if _SCORE.fullmatch(said) and not _EASTERN.search(line) and f"[{said}]" not in line:
        return None
    if not opened and _VERSION.fullmatch(said) and fold(line[:start]).rpartition(" ")[2] not in PARTICLES:
        return None  # "iOS 18.1.24"
    return Told(said, kind, kind == "clock" or tells_time(said))


def _kind(said: str) -> Kind | None:
    words = tidy(said)
    if words.isdigit() or UNIX.match(words):
        return None  # the number of a telephone, or of comments
    try:
        if not days.LONG_YEAR.search(words) and ago.moment(words, now=_SOME_DAY):
            return "whole"
        if days.find(words, today=_SOME_DAY.date(), language=None):
            whole = days.LONG_YEAR.search(words) or days.NUMBERS.search(words) or days.SHORT_YEAR.search(words)
            return "whole" if whole else "day"
        if ago.day(words, today=_SOME_DAY.date()):
            if not any(map(str.isdigit, words)):
                return "day"
            return "whole" if clocks.has_time(words) or not ago.DAY.search(words) else None
    except (ValueError, OverflowError):
        return None
    return "clock" if _BARE_CLOCK.search(words) and clocks.alone(words, beside=ago.KNOWN) else None
