"""Work out when a document asks to be left alone. It decides no interval: that is for `intervals`."""

import re

from ..values import Asks

PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
LONGEST = 525600
HEAD = 64 * 1024
"""Bytes in which a channel names the times to skip; what stands behind is an item's."""
SKIPPED = re.compile(rb"<skip(hours|days)\b[^<>]{0,200}>(.{0,4000}?)</skip\1\s*>", re.IGNORECASE | re.DOTALL)
WORD = re.compile(rb">\s*([A-Za-z]{6,9}|\d{1,2})\s*<")
DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def asks(body: bytes, *, ttl: str | None, every: str | None, times: str | None) -> Asks:
    """Give what an RSS document asks: RSS ttl, else sy:updatePeriod and sy:updateFrequency; skipHours and skipDays.

    Hours and days are UTC (RSS 2.0); 24, which some write for midnight, counts as 0 (RSS 0.91 counts from 1 to 24).
    """
    hours: set[int] = set()
    days: set[str] = set()
    for kind, inner in SKIPPED.findall(body[:HEAD]):
        for word in WORD.findall(b">" + inner + b"<"):
            said = word.decode("ascii").lower()
            if kind.lower() == b"days" and said in DAYS:
                days.add(said)
            elif kind.lower() == b"hours" and said.isdigit() and int(said) <= 24:
                hours.add(int(said) % 24)
    return Asks(minutes(ttl=ttl, every=every, times=times), frozenset(hours), frozenset(days))


def minutes(*, ttl: str | None, every: str | None, times: str | None) -> int | None:
    """Give the minutes between visits that RSS `ttl`, else sy:updatePeriod and sy:updateFrequency ask for.

    "hourly" once counts as unsaid: every WordPress says it, whatever its pace.
    """
    asked = _number(ttl)
    if asked:
        return min(asked, LONGEST)
    period = PERIODS.get((every or "").lower())
    frequency = _number(times) or 1
    if period is None or (period == 60 and frequency == 1):
        return None
    return max(period // frequency, 1)


def _number(words: str | None) -> int | None:
    digits = (words or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None
