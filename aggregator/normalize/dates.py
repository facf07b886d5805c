"""Read dates as outlets write them, as aware UTC. It has no clock: `now` is told."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .months import EVENING, MONTHS, MORNING, ZONES, fold

FIRST_YEAR = 1990  # no outlet had a feed or a page before; earlier years are zeros and defaults of programs
SLACK = timedelta(hours=24)  # a date may lie ahead by a time zone that was left out, not by more
NOON = 12  # the hour of a date without a time: the middle of its day misleads least. Midnight would come before every
# report of that day that told its time, and be the day before in UTC for each zone to the east.
LONGEST = 120  # characters of a date's words
CLOCK = r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?"
ISO = re.compile(
    r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[t ,]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?)?\s*(.*)\Z"
)
EAST = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?(.*)\Z")
EAST_CLOCK = re.compile(r"(\d{1,2}) ?[時时시点點] ?(?:(\d{1,2}) ?[分분]?)?")
NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)\Z")
OFFSET = re.compile(r"(?:\s|^|[a-z]|(?<=\d\d:\d\d)|(?<=\d))([+\u2212-])(\d{1,2}):?(\d{2})?(?!\d)")
TIME = re.compile(rf"(?<![\d.,+]){CLOCK}(?![\d])")  # "+09:00" is a zone
HOUR = re.compile(r"(?<!\d)(\d{1,2}) ?(am|pm)(?![a-z])")
WORD = re.compile(r"[^\W\d_]+(?:\u200c[^\W\d_]+)*")
MARKED = re.compile(r"[ap]\.m\b")


def read(said: str | datetime | None, *, now: datetime, timezone: str | None) -> tuple[datetime | None, str | None]:
    """Read a date; give it as aware UTC, or None and a note that says why it could not be taken.

    `said` is a datetime or the words of a document: RFC 822, ISO 8601, or prose ("Kamis, 12 Desember 2024 19:30 WIB",
    "12 декабря 2024, 19:30"). A time without a zone is in `timezone` (an IANA name; UTC if None or unknown). A date
    without a time is 12:00 in its zone; 00:00 is that only where it is said. Dates more than 24 h after `now` or before
    1990 are refused. No words, no note. Never raises.
    """
    if said is None or (isinstance(said, str) and not said.strip()):
        return None, None
    zone = _zone(timezone)
    words = said if isinstance(said, str) else said.isoformat()
    shown = " ".join(words[:60].split())
    try:
        at = said if isinstance(said, datetime) else _words(words[:LONGEST], zone)
        if at is None:
            return None, f"its date {shown!r} cannot be read: the time first seen stands in"
        utc = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None, f"its date {shown!r} is no real date: the time first seen stands in"
    if utc.year < FIRST_YEAR:
        return None, f"its date {shown!r} lies before {FIRST_YEAR}: the time first seen stands in"
    if utc > now + SLACK:
        return None, f"its date {shown!r} lies in the future: the time first seen stands in"
    return utc, None


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):  # an unknown name, a bad name, the name of a folder
        return UTC


def _words(said: str, zone: tzinfo) -> datetime | None:
    words = MARKED.sub(lambda mark: mark[0].replace(".", ""), fold(said)).strip(" .,;|")
    if words.isdigit() and len(words) in (10, 13):  # Unix time, in seconds or milliseconds
        return datetime.fromtimestamp(int(words[:10]), UTC)
    for form in (_iso, _east, _prose, _numbers):
        at = form(words, zone)
        if at is not None:
            return at
    return None


def _iso(words: str, zone: tzinfo) -> datetime | None:
    found = ISO.match(words)
    if found is None or (not found[2] and len(found[3] + found[4]) != 4):
        return None
    year, month, day = int(found[1]), int(found[3]), int(found[4])
    if found[5] is None:
        return _at((year, month, day), words[found.end(4) :], zone)
    hour, minute, second = int(found[5]), int(found[6]), int(found[7] or 0)
    return _build((year, month, day), (hour, minute, second), found[8], zone)


def _east(words: str, zone: tzinfo) -> datetime | None:
    found = EAST.search(words)
    if found is None:
        return None
    rest = EAST_CLOCK.sub(lambda clock: f" {clock[1]}:{int(clock[2] or 0):02d} ", found[4])
    return _at((int(found[1]), int(found[2]), int(found[3])), rest, zone)


def _numbers(words: str, zone: tzinfo) -> datetime | None:
    found = NUMBERS.search(words)
    if found is None:
        return None
    day, month = int(found[1]), int(found[3])
    if month > 12:  # the American order, where nothing else makes sense
        day, month = month, day
    rest = found[5] if TIME.search(found[5]) else f"{words[: found.start()]} {found[5]}"
    return _at((int(found[4]), month, day), rest, zone)


def _prose(words: str, zone: tzinfo) -> datetime | None:
    clock = TIME.search(words)
    bare = words[: clock.start()] + " | " + words[clock.end() :] if clock else words
    months = [word for word in WORD.finditer(bare) if word[0] in MONTHS]
    # A short weekday can look like a month ("mar." is Tuesday in French): the one beside a number is the month.
    for month in sorted(months, key=lambda word: -_beside(bare, word)):
        date = _day_and_year(bare, month)
        if date:
            return _at((date[1], MONTHS[month[0]], date[0]), words, zone)
    return None


def _beside(words: str, month: re.Match[str]) -> int:
    before = re.search(r"\d\W{0,3}(?:de |of |ي )?\W?\Z", words[: month.start()])
    after = re.match(r"\W{0,3}\d", words[month.end() :])
    return bool(before) + bool(after)


def _day_and_year(words: str, month: re.Match[str]) -> tuple[int, int] | None:
    before = re.findall(r"(?<![\d:+])\d+(?!\d*:)", words[: month.start()])
    after = re.findall(r"(?<![\d:+-])\d+(?!\d*:)", words[month.end() :].replace("-", " ", 1))
    days = [int(number) for number in before[-1:] + after if len(number) <= 2 and 1 <= int(number) <= 31]
    years = [int(number) for number in after + before if len(number) == 4]
    if not days:
        return None
    if years:
        return days[0], years[0]
    short = [int(number) for number in after if len(number) == 2]  # RFC 822 has two digits
    if before and before[-1] and len(before[-1]) <= 2 and short:
        return days[0], short[0] + (1900 if short[0] >= 70 else 2000)
    return None


def _at(date: tuple[int, int, int], rest: str, zone: tzinfo) -> datetime:
    clock = TIME.search(rest)
    if clock is None:
        hour = HOUR.search(rest)
        if hour is None:
            return datetime(*date, NOON, tzinfo=_offset(rest) or zone)
        return _build(date, (int(hour[1]), 0, 0), rest, zone)
    return _build(date, (int(clock[1]), int(clock[2]), int(clock[3] or 0)), rest, zone)


def _build(date: tuple[int, int, int], clock: tuple[int, int, int], rest: str, zone: tzinfo) -> datetime:
    hour, minute, second = clock
    marks = set(re.findall(r"[^\W\d_]+", rest))
    if hour < 12 and marks & EVENING:
        hour += 12
    elif hour == 12 and marks & MORNING:
        hour = 0
    day = datetime(*date, tzinfo=_offset(rest) or zone)
    # 24:00 and the 60th second are real in feeds; the day carries them over.
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no such time")
    whole = datetime(*date, min(hour, 23), minute, min(second, 59), tzinfo=day.tzinfo)
    return whole + timedelta(hours=1) if hour == 24 else whole


def _offset(rest: str) -> tzinfo | None:
    found = OFFSET.search(rest)
    if found:
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours <= 14 and minutes < 60:
            span = timedelta(hours=hours, minutes=minutes)
            return timezone(span if found[1] == "+" else -span)
    for word in WORD.findall(rest):
        if word in ZONES:
            return timezone(timedelta(hours=ZONES[word]))
    return None
