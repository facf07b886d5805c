"""Find the day in a date's words, folded, in the orders and calendars that outlets write. It reads no clocks."""

import re
from datetime import date, timedelta

from . import clocks
from .months import MONTHS, SOLAR

YEAR_FIRST = re.compile(r"(?<!\d)(\d{4}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})(?!\d)")
WEEK = re.compile(r"\A(\d{4})(-?)w(\d\d)\2([1-7])(?!\d)")  # ISO 8601: the sixth day of the 47th week
ORDINAL = re.compile(r"\A(\d{4})-(\d{3})(?=t\d|\Z)")  # ISO 8601: the 325th day of the year
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?=\D|\d{4}(?:\d\d)?(?!\d)|\Z)")
BASIC_TIME = re.compile(r"\A[t ]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d{1,9})?(?![\d:.])")  # ISO 8601 without colons
DIGITS = "〇一二三四五六七八九"
HAN = re.compile(f"[{DIGITS}零○十]+(?= ?[年月日号號时時点點分秒])")
EAST = re.compile(r"(?<!\d)(?:(\d{4}|\d{2}) ?[年년] ?)?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]?")
ERAS = re.compile(r"(令和|平成|民國|民国) ?(\d{1,3}|元) ?(?=年)")
ERA_STARTS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}  # the year before the first
VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2}) ?(?:thang|thg) (\d{1,2})(?:,? nam |,? ?)(\d{4})")
NUMBERS = re.compile(r"(?<![\d:])(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{1,2})(?!\d|:\d)")
MONTH_AND_DAY = re.compile(r"(?<![\d:/.-])(\d{1,2})([/-])(\d{1,2})(?![\d:/-])")
DAY_AND_MONTH = re.compile(r"(?<![\d:/.-])(\d{1,2})(\.)(\d{1,2})(?:\.(?![\d:/-])|(?=,? \d{1,2}[:h]\d))")
SHORT = re.compile(r"\W*\d\d[/-]\d\d\W*")
SHORT_YEAR = re.compile(r"(?<!\d)\d\d ?年|\d\W{1,3}[^\W\d]+\W{1,3}\d\d\Z")
LONG_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR_BEFORE = frozenset({"zh", "ja", "ko", "hu", "fa", "lt", "mn"})  # "24.12.31"
MONTH_BEFORE = frozenset({"zh", "ja", "ko"})  # "12/31 19:30", without a year
AMERICAN = "us"  # the region where "12/5/2024" is in December
SOLAR_YEARS = range(1300, 1500)
Found = tuple[date, str]


def find(words: str, *, today: date, language: str | None) -> Found | None:
    """Find the day in folded words; give it and the words in which its time may stand, None where there is no day.

    `language` is a tag. It tells the order of "12/5/2024": month first only where its region is US, the day first
    elsewhere; where that is no date, or one after tomorrow, the other order is taken. A day without a year is the last
    one up to tomorrow, for outlets leave out this year only. Raises ValueError for a day that no calendar has.
    """
    tag = (language or "").lower().replace("_", "-").split("-")
    words = HAN.sub(lambda number: _from_han(number[0]), words)
    words = ERAS.sub(lambda era: str(ERA_STARTS[era[1]] + (1 if era[2] == "元" else int(era[2]))), words)
    words = VIETNAMESE.sub(r"\3-\2-\1", words)
    for form in (_iso, _year_first, _east, _numbers, _prose, _month_and_day):
        found = form(words, today + timedelta(days=1), tag)
        if found:
            return found
    return None


def _from_han(number: str) -> str:
    """Write a number in Chinese numerals in digits, place by place (二〇二六) or by tens (二十一)."""
    digits = re.sub("[零○]", "〇", number)
    tens, ten, ones = digits.rpartition("十")
    places = f"{tens or '一'}{ones or '〇'}" if ten else digits
    return "".join(str(DIGITS.find(place)) for place in places if place in DIGITS)


def _iso(words: str, latest: date, tag: list[str]) -> Found | None:
    if found := WEEK.match(words):
        on = date.fromisocalendar(int(found[1]), int(found[3]), int(found[4]))
    elif found := ORDINAL.match(words):
        on = date(int(found[1]), 1, 1) + timedelta(days=int(found[2]) - 1)
        if on.year != int(found[1]):
            raise ValueError("no such day")
    else:
        return None
    return on, _after(words, found)


def _year_first(words: str, latest: date, tag: list[str]) -> Found | None:
    if found := COMPACT.match(words):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := YEAR_FIRST.search(words):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
    else:
        return None
    on = solar(year, month, day) if tag[0] == "fa" and year in SOLAR_YEARS else date(year, month, day)
    return on, _after(words, found)


def _east(words: str, latest: date, tag: list[str]) -> Found | None:
    found = EAST.search(words)
    if found is None:
        return None
    month, day = int(found[2]), int(found[3])
    on = date(_year(found[1]), month, day) if found[1] else _last(month, day, latest)
    return on, _rest(words[: found.start()], words[found.end() :])


def _numbers(words: str, latest: date, tag: list[str]) -> Found | None:
    found = NUMBERS.search(words)
    short = found is not None and len(found[4]) <= 2
    if found is None or (short and LONG_YEAR.search(words)):  # "12 Des 2024 07.08.24" tells the time so
        return None
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    year_last = [] if len(found[4]) == 1 else [(_year(found[4]), second, first), (_year(found[4]), first, second)]
    if AMERICAN in tag[1:]:
        year_last.reverse()
    year_before = [(_year(found[1]), second, third)] if short and tag[0] in YEAR_BEFORE else []
    real = [on for order in year_before + year_last if (on := _real(*order))]
    if not real:
        if short:
            return None
        raise ValueError("no such day")
    on = next((on for on in real if on <= latest), real[0])
    return on, _rest(words[: found.start()], words[found.end() :])


def _prose(words: str, latest: date, tag: list[str]) -> Found | None:
    bare = clocks.without_time(words)
    months = [word for word in clocks.WORD.finditer(bare) if word[0] in MONTHS or word[0] in SOLAR]
    # "mar." is Tuesday in French, too: the word beside most numbers is the month.
    for month in sorted(months, key=lambda word: (-_beside(bare, word), word[0] == "mar")):
        before = re.findall(r"(?<![\d:+])\d+(?!\d*:)", bare[: month.start()])
        after = re.findall(r"(?<![\d:+-])\d+(?!\d*:)", bare[month.end() :].replace("-", " ", 1))
        days = [int(number) for number in before[-1:] + after if len(number) <= 2 and 1 <= int(number) <= 31]
        if days:
            year = _prose_year(before, after)
            rest = words if bare != words else words[month.end() :]
            if month[0] in SOLAR:
                return (solar(year, SOLAR[month[0]], days[0]), rest) if year else None
            if year is not None:
                return date(year, MONTHS[month[0]], days[0]), rest
            if _beside(bare, month):
                return _last(MONTHS[month[0]], days[0], latest), rest
    return None


def _beside(words: str, month: re.Match[str]) -> int:
    before = re.search(r"\d\W{0,3}(?:de |of |ي )?\W?\Z", words[: month.start()])
    after = re.match(r"\W{0,3}\d", words[month.end() :])
    return bool(before) + bool(after)


def _prose_year(before: list[str], after: list[str]) -> int | None:
    years = [number for number in after + before if len(number) == 4]
    if years:
        return int(years[0])
    short = [number for number in after if len(number) == 2]  # RFC 822 has two digits
    return _year(short[0]) if before and len(before[-1]) <= 2 and short else None


def _month_and_day(words: str, latest: date, tag: list[str]) -> Found | None:
    found = month_and_day(words)
    if found is None:
        return None
    rest = _rest(words[: found.start()], words[found.end() :])
    if not clocks.has_time(rest) and not SHORT.fullmatch(words):  # two of three
        return None
    first, second = int(found[1]), int(found[3])
    orders = [(first, second), (second, first)]
    month_first = tag[0] in MONTH_BEFORE or AMERICAN in tag[1:] or (not tag[0] and found[2] == "-")
    real = [order for order in (orders if month_first else orders[::-1]) if _real(2000, *order)]
    if not real:
        return None
    this_year = (on for order in real if (on := _real(latest.year, *order)) and on <= latest)
    return next(this_year, None) or _last(*real[0], latest), rest


def month_and_day(words: str) -> re.Match[str] | None:
    """Find two numbers, groups 1 and 3, that may be a day without its year, in folded words."""
    return MONTH_AND_DAY.search(words) or DAY_AND_MONTH.search(words)


def _after(words: str, found: re.Match[str]) -> str:
    after = BASIC_TIME.sub(lambda time: f" {time[1]}:{time[2]}:{time[3] or '00'} ", words[found.end() :])
    return _rest(words[: found.start()], after)


def _rest(before: str, after: str) -> str:
    return after if clocks.has_time(after) or not clocks.has_time(before) else f"{before} {after}"


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last(month: int, day: int, latest: date) -> date:
    on = _real(latest.year, month, day)
    return on if on and on <= latest else date(latest.year - 1, month, day)


def solar(year: int, month: int, day: int) -> date:
    """Give the day of the Persian calendar; raises ValueError where it has none."""
    # Six months of 31 days, then of 30, the last of 29 but in leap years.
    on = _new_year(year) + 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    if not (1 <= month <= 12 and 1 <= day <= (31 if month <= 6 else 30) and on < _new_year(year + 1)):
        raise ValueError("no such day")
    return date.fromordinal(on)


def _new_year(year: int) -> int:
    # Eight leap years in 33 agree with the spring equinox from 1178 to 1633.
    return 226_895 + 365 * (year - 1) + (8 * year + 21) // 33
