"""Read dates as outlets write them, as aware UTC. It has no clock: `now` is told."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from . import ago, clocks, days
from .months import fold

FIRST_YEAR = 1990  # no outlet had a feed or a page before; earlier years are zeros and defaults of programs
SLACK = timedelta(hours=24)  # a date may lie ahead by a time zone that was left out, not by more
SKEW = timedelta(minutes=10)  # a clock may go ahead of ours by less: that is neither tomorrow nor yesterday
NOON = (12, 0, 0)  # the time of a date without one: the middle of its day misleads least. Midnight would come before
# every report of that day that told its time, and be the day before in UTC for each zone to the east.
LONGEST = 120  # characters of a date's words
UNIX = re.compile(r"(\d{10})(?:\d{3}|\.\d{1,9})?\Z")  # seconds or milliseconds
_ANY_DAY = datetime(2000, 1, 10, tzinfo=UTC)
AFTER_CHRIST = re.compile(r"(?<=\d{4}) ?(?:م|г)(?!\w)\.?")


def read(
    said: str | datetime | None, *, now: datetime, timezone: str | None, language: str | None = None
) -> tuple[datetime | None, str | None]:
    """Read a date; give it as aware UTC, or None and a note that says why it could not be taken.

    `said` is a datetime or the words of a document: RFC 822, ISO 8601, Unix time, prose ("Kamis, 12 Desember 2024 19:30
    WIB", "12 декабря, 19:30"), or a distance from `now` ("2 jam lalu"). A time without a zone is in `timezone` (an IANA
    name; UTC if None or unknown); it and `language` (a tag) tell what CST means, as `clocks.find` says. `language` also
    decides between the orders of a date in numbers, as `days.find` says. A date without a time is 12:00 in its zone;
    00:00 is that only where it is said. Dates more than 24 h after `now` or before 1990 are refused. No words, no note.
    Never raises.
    """
    if said is None or (isinstance(said, str) and not said.strip()):
        return None, None
    zone = _zone(timezone)
    words = said if isinstance(said, str) else said.isoformat()
    shown = " ".join(words[:60].split())
    try:
        at = said if isinstance(said, datetime) else _moment(tidy(words), now.astimezone(zone), language)
        if at is None:
            return None, f"its date {shown!r} cannot be read; the time when it was first seen is taken"
        utc = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None, f"its date {shown!r} is not a real date; the time when it was first seen is taken"
    if utc.year < FIRST_YEAR:
        return None, f"its date {shown!r} lies before {FIRST_YEAR}; the time when it was first seen is taken"
    if utc > now + SLACK:
        return None, _ahead(shown)
    return utc, None


def ahead(said: str | datetime | None, at: datetime | None, *, now: datetime) -> str | None:
    """Give a note where a date that tells a time, read as `at`, lies in the future, None where it does not.

    By such a date an item can be known, and parted from others; when it was published it does not tell.
    """
    if at is None or at <= now + SKEW or not tells_time(said):
        return None
    return _ahead(said if isinstance(said, str) else at.isoformat())


def is_told(at: datetime | None, note: str | None) -> bool:
    """Say whether a date was told that can be read, by what `read` and `ahead` gave: one in the future can."""
    return at is not None or _AHEAD in (note or "")


_AHEAD = "lies in the future"


def _ahead(said: str) -> str:
    return f"its date {' '.join(said[:60].split())!r} {_AHEAD}; the time when it was first seen is taken"


def tells_time(said: str | datetime | None) -> bool:
    """Say whether a date tells the time of its day, for which `read` takes noon where it does not. Never raises."""
    if not isinstance(said, str):
        return said is not None
    words = tidy(said)
    try:
        found = _day(words, date.max - SLACK, None)
        if found is None and clocks.alone(words, beside=ago.KNOWN):
            return True
        return clocks.has_time(found[1]) if found else _exact(words, datetime.max.replace(tzinfo=UTC)) is not None
    except (ValueError, OverflowError):
        return False


def is_relative(said: str | datetime | None) -> bool:
    """Say whether a date is a distance from now, as "2 jam lalu" is and "yesterday". Never raises."""
    if not isinstance(said, str) or not said.strip():
        return False
    words = tidy(said)
    try:
        if UNIX.match(words) or days.LONG_YEAR.search(words):
            return False
        if ago.moment(words, now=_ANY_DAY) is not None:
            return True
        found = days.find(words, today=_ANY_DAY.date(), language=None)
        if found is not None:
            return False
        return ago.day(words, today=_ANY_DAY.date()) is not None or clocks.alone(words, beside=ago.KNOWN)
    except (ValueError, OverflowError):
        return False


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):  # an unknown name, a bad name, the name of a folder
        return UTC


def tidy(said: str) -> str:
    """Fold a date's words, no more than LONGEST of them, into the form that the other files of this room read."""
    folded = fold(said[:LONGEST])[:LONGEST]  # one letter may unfold to eighteen
    return AFTER_CHRIST.sub(" ", clocks.MARKED.sub(r"\1\2", folded)).strip(" .,;|")


def _moment(words: str, now: datetime, language: str | None) -> datetime | None:
    if exact := _exact(words, now.astimezone(UTC)):
        return exact
    found = _day(words, now.date(), language)
    spoken = re.split("[-_]", (language or "").lower())[0]
    if found is None:
        return _latest(words, now, spoken) if clocks.alone(words, beside=ago.KNOWN) else None
    day, rest = found
    noon = datetime.combine(day, time(*NOON), now.tzinfo)
    told, zone = clocks.find(rest, noon=noon, language=spoken)
    hour, minute, second = told or NOON
    whole = datetime.combine(day, time(hour % 24, minute, second), zone or now.tzinfo)
    return whole + timedelta(days=1) if hour == 24 else whole  # 24:00 is real in feeds


def _latest(clock: str, now: datetime, spoken: str) -> datetime | None:
    """Give the last moment at which clocks showed a time."""
    told, zone = clocks.find(clock, noon=now, language=spoken)
    if told is None or told[0] == 24:
        return None
    here = now.astimezone(zone or now.tzinfo)
    at = here.replace(hour=told[0], minute=told[1], second=told[2], microsecond=0)
    return at if at <= now + SKEW else at - timedelta(days=1)


def _exact(words: str, now: datetime) -> datetime | None:
    if unix := UNIX.match(words):
        return datetime.fromtimestamp(int(unix[1]), UTC)
    return None if days.LONG_YEAR.search(words) else ago.moment(words, now=now)


def _day(words: str, today: date, language: str | None) -> tuple[date, str] | None:
    return days.find(words, today=today, language=language) or ago.day(words, today=today)
