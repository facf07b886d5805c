"""Words, plurals, dates and numbers of one language, as its catalogue and Babel's CLDR data give them.

It knows no page and no feed, and takes no time from a clock: whoever calls says what and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
    get_timezone_gmt,
)
from babel.dates import get_timezone_name as name_of_timezone
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from .catalogue import LANGUAGES, read

__all__ = ["LANGUAGES", "Voice", "direction", "mark", "speak"]

FALLBACK = "en"
"""The language of the msgids: what it lacks, no catalogue has."""

_KEPT = 256
"""Languages kept in each cache: there are about 190 two-letter codes, and outlets misspell a few more."""

_UNITS: Final[tuple[tuple[Literal["day", "hour", "minute", "second"], int], ...]] = (
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)
_NEVER = 1e12


@dataclass(frozen=True, slots=True)
class Voice:
    """One language's way to say things; made by `speak`."""

    language: str
    """The language that is spoken, which is another than the one asked for where there is no catalogue."""
    direction: str
    """"ltr" or "rtl", as HTML's `dir` wants it."""
    _catalogue: GNUTranslations = field(repr=False, compare=False)
    _locale: Locale = field(repr=False, compare=False)

    def text(self, msgid: str, **values: object) -> str:
        """Say `msgid` (the English words) with `values` in the places of its {names}."""
        return self._catalogue.gettext(msgid).format(**values)

    def count(self, singular: str, plural: str, n: int, **values: object) -> str:
        """Say the form that goes with `n`, which stands, as this language writes it, for {n}."""
        return self._catalogue.ngettext(singular, plural, n).format(n=self.number(n), **values)

    def number(self, n: int | float) -> str:
        """Write a number with this language's separators.

        Digits are 0-9 in Arabic too: the large Arabic news sites (Al Jazeera, BBC Arabic, Sky News Arabia)
        write them so, and so do Babel's dates.
        """
        return format_decimal(n, locale=self._locale, numbering_system="latn")

    def date(self, at: datetime, timezone: str = "UTC") -> str:
        """Write the day of `at` (aware) in `timezone` (IANA name), month in words."""
        return format_date(at.astimezone(ZoneInfo(timezone)), "long", locale=self._locale)

    def time(self, at: datetime, timezone: str = "UTC") -> str:
        """Write hours and minutes of `at` (aware) in `timezone`, without naming the zone."""
        return format_time(at, "short", tzinfo=ZoneInfo(timezone), locale=self._locale)

    def datetime(self, at: datetime, timezone: str = "UTC") -> str:
        """Write day, time and the zone's name, for readers who may be anywhere."""
        local = at.astimezone(ZoneInfo(timezone))
        # A skeleton, since the "medium" date of Arabic is bare figures with direction marks: 12/12/2024.
        day = format_skeleton("yMMMd", local, locale=self._locale)
        zone = name_of_timezone(local, width="short", locale=self._locale)
        if zone[:1] in "+-":  # CLDR has no short name in this language
            zone = get_timezone_gmt(local, locale=self._locale)
        joined = str(get_datetime_format("medium", self._locale)).replace("'", "")
        return joined.replace("{1}", day).replace("{0}", f"{self.time(at, timezone)} {zone}")

    def span(self, seconds: float) -> str:
        """Write a span of time in its two largest units, "1 hour and 30 minutes"; to the second."""
        left = max(round(seconds), 0)
        parts: list[str] = []
        for unit, size in _UNITS:
            count, left = divmod(left, size)
            if count or (unit == "second" and not parts):
                # No threshold is ever reached, so that the unit stays the one that is named.
                part = timedelta(seconds=count * size)
                parts.append(format_timedelta(part, unit, threshold=_NEVER, locale=self._locale))
        return self.list(parts[:2])

    def about(self, seconds: float) -> str:
        """Write a span of time in whole minutes below two hours, in whole hours below two days, else in whole days."""
        size = next((size for _, size in _UNITS[:3] if seconds >= 2 * size), 1)
        whole = round(seconds / size) * size
        span = self.span(whole)
        return span if whole == round(seconds) else self.text("about {span}", span=span)

    def percent(self, share: float) -> str:
        """Write a share, 0 to 1, in whole percent."""
        return format_percent(share, locale=self._locale, numbering_system="latn")

    def list(self, parts: Sequence[str]) -> str:
        """Join `parts` as this language does: a, b and c."""
        return format_list(parts, locale=self._locale)

    def language_name(self, code: str) -> str:
        """Name a language (BCP 47) in this one; the code itself where CLDR knows no name."""
        other = _locale(code)
        if other is None:
            return self._locale.languages.get(code.partition("-")[0].lower()) or code
        return self._locale.languages.get(str(other)) or other.get_display_name(self._locale) or code


def mark(msgid: str) -> str:
    """Give `msgid` back: for words that stand in a table and are said later with `text`."""
    return msgid


@lru_cache(maxsize=_KEPT)
def speak(language: str) -> Voice:
    """Find the voice of `language` (BCP 47): its catalogue, else its primary subtag's, else English."""
    spoken = language.replace("_", "-").partition("-")[0].lower()
    spoken = spoken if spoken in LANGUAGES else FALLBACK
    locale = Locale.parse(spoken)
    return Voice(spoken, locale.text_direction, read(spoken), locale)


@lru_cache(maxsize=_KEPT)
def direction(language: str | None) -> str:
    """Tell which way text in `language` runs, as HTML's `dir` wants it: "auto" where that is unknown."""
    locale = _locale(language or "")
    return locale.text_direction if locale else "auto"


@lru_cache(maxsize=_KEPT)
def _locale(code: str) -> Locale | None:
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
