"""Find the time of day and the zone in what stands beside a date, folded. It reads no days."""

import re
from collections.abc import Container
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from .months import UNNAMED, ZONES, ZONES_BY_LANGUAGE

WORD = re.compile(r"[^\W\d_]+")
TIME = re.compile(  # "+09:00" is a zone
    r"(?<![\d.+:])(\d{1,2})(?:[:.h時时시点點]| h )(\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?(?!\d)"
)
SPELLED = re.compile(
    r"(?<![\d+:.])(\d{1,2})(?: ?(?:[時时시点點]|(?:hs|gio|uhr|uur)(?![a-z]))|h(?![a-z\d])| h(?![a-z\d]| \d))"
    r"(?: ?(\d{1,2}) ?(?:[分분]|phut))?(?: ?(\d{1,2}) ?[秒초])?(?!\d)"
)
HOUR = re.compile(r"(?<![\d+:.])(\d{1,2})()()(?= ?[ap]m(?![a-z]))")
MARKED = re.compile(r"\b([apπμقب])\. ?([mμظ])\b\.?")  # "p. m.", "μ.μ.", "ب.ظ": one word after this

_MORNING = "am|πμ|قظ|ص|صباحا|فجرا|صبح|утра|ранку|pagi|pg|sa|sang|de la manana|de la madrugada|da manha|da madrugada"
_EVENING = (
    "pm|μμ|بظ|م|مساء|عصرا|ظهرا|بعد الظهر|عصر|بعد از ظهر|вечера|вечора|дня|sore|petang|ptg|ch|chieu|de la tarde|da tarde"
    "|nachmittags|abends"
)
_NIGHT = "ليلا|شب|ночи|ночі|malam|toi|de la noche|da noite"
HALVES = {
    words: half
    for half, phrases in (("morning", _MORNING), ("evening", _EVENING), ("night", _NIGHT))
    for words in phrases.split("|")
}
AFTER = re.compile(rf"[\s.,]*({'|'.join(sorted(HALVES, key=len, reverse=True))})(?![^\W\d_])")
BEFORE = re.compile(r"(?:(上午|午前|오전|凌晨|早上|清晨|早|\bam)|(下午|午後|오후|傍晚|\bpm)|(晚上|晚|夜))\W*\Z")
NEAR = 4  # words after a time that may name its zone: "uhr mez", "по московскому времени", "م بتوقيت غرينتش"
AMERICAN = {
    "et": ZoneInfo("America/New_York"),
    "ct": ZoneInfo("America/Chicago"),
    "mt": ZoneInfo("America/Denver"),
    "pt": ZoneInfo("America/Los_Angeles"),
}
HALVED_ZONE = re.compile(r"\W*[ap]m\W*([ecmp]t)(?![a-z])")  # "7:30 pm et"; alone, such a word is French or Latin
# A bare "-12" before a word is a day: "19:30 -12 des".
OFFSET = re.compile(r"[^\d+-]{0,12}?([+-])(?:(\d{1,2}):?(\d{2})(?!\d)|(\d{1,2})(?![\d:./-]| ?[^\W\d_]))")
PLACE = re.compile(r"[a-z]{2,12}(?:/[a-z0-9_+-]+)+")
HALF_A_YEAR = timedelta(days=182)  # then a zone with summer time has its other name
WHOLE_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})(?!\d)()")


def has_time(rest: str) -> bool:
    """Say whether a time of day stands in these words."""
    return _time(rest) is not None


def alone(words: str, *, beside: Container[str]) -> bool:
    """Say whether folded words are a time of day and nothing else, but for a zone and words of `beside`."""
    found = _time(words)
    if found is None:
        return False
    rest = f"{words[: found.start()]} {OFFSET.sub(' ', words[found.end() :], count=1)}"
    marked = ":" in found[0] or not found[0].replace(".", "").isdigit()  # "12.50" may be a price
    told = WORD.findall(rest)
    return (marked or bool(told)) and not re.search(r"\d", rest) and all(word in beside for word in told)


def without_time(words: str) -> str:
    """Give the words with a bar where the time of day stands, so that its numbers are no days."""
    found = _time(words)
    return f"{words[: found.start()]} | {words[found.end() :]}" if found else words


def find(rest: str, *, noon: datetime, language: str) -> tuple[tuple[int, int, int] | None, tzinfo | None]:
    """Give hour (24 is the end of the day), minute and second, None where no time is told, and the zone, if told.

    `noon` is that of the day, aware, in the Source's zone; `language` is a primary subtag. They decide what the name of
    a zone means that several have: CST is China's in Asia/Shanghai, else in Chinese, else the commonest. Raises
    ValueError for a time that no clock shows.
    """
    found = _time(rest)
    if found is None:
        return None, _offset(WHOLE_OFFSET.search(rest)) or _named(rest, noon, language)
    after = rest[found.end() :]
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    hour = _whole(hour, _half(rest[: found.start()], after, language))
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError("no such time")
    american = HALVED_ZONE.match(after)
    zone = AMERICAN[american[1]] if american else _placed(after) or _offset(OFFSET.match(after))
    zone = zone or _named(after, noon, language)
    return (hour, minute, min(second, 59)), zone  # leap seconds are real in feeds


def _time(rest: str) -> re.Match[str] | None:
    return SPELLED.search(rest) or TIME.search(rest) or HOUR.search(rest)


def _half(before: str, after: str, language: str) -> str | None:
    if found := BEFORE.search(before):
        return ("morning", "evening", "night")[(found.lastindex or 1) - 1]
    told = AFTER.match(after)
    if told is None or (told[1] == "am" and language == "de"):  # "um 12:30 am 12. Dezember"
        return None
    return HALVES[told[1]]


def _whole(hour: int, half: str | None) -> int:
    if hour == 12 and half in ("morning", "night"):
        return 0
    # "1 ночи" and "1 de la noche" come after midnight.
    later = (half == "evening" and hour < 12) or (half == "night" and 6 <= hour < 12)
    return hour + 12 if later else hour


def _offset(found: re.Match[str] | None) -> tzinfo | None:
    if found is None:
        return None
    hours, minutes = int(found[2] or found[4]), int(found[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(span if found[1] == "+" else -span)


def _placed(after: str) -> tzinfo | None:
    """Give the zone of a place by its name in the IANA database."""
    names = (_places().get(word) for word in PLACE.findall(after))
    return next((ZoneInfo(name) for name in names if name), None)


@cache
def _places() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if "/" in name}


def _named(after: str, noon: datetime, language: str) -> tzinfo | None:
    name = next((word for word in WORD.findall(after)[:NEAR] if word in ZONES), None)
    if name is None:
        return None
    own = _own(name, noon)
    if own is not None:
        return timezone(own)
    return timezone(timedelta(hours=ZONES_BY_LANGUAGE.get(language, {}).get(name, ZONES[name])))


def _own(name: str, noon: datetime) -> timedelta | None:
    """Give what a zone's name means in the Source's zone, also at the other half of the year; None if nothing there."""
    unnamed = UNNAMED.get(str(noon.tzinfo))
    for at in (noon, noon - HALF_A_YEAR):
        if name in ((at.tzname() or "").lower(), unnamed):
            return at.utcoffset()
    return None
