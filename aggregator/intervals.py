"""When to visit a Source next, and why. Pure: it waits for nothing and knows no clock."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import httpdate

JITTER = 0.1
"""Share of an interval by which visits are spread, so that Sources added together do not stay together."""
FIRST = timedelta(minutes=30)
"""The interval of a Source that is not known yet."""
SLOWER = 1.5
"""A visit that brought nothing makes the next interval so much longer ..."""
FASTER = 0.5
"""... and one that brought something, so much shorter: it settles near the pace at which a Source publishes."""
DOUBLINGS = 8
"""Failures after which the interval grows no further: 2^8 of the shortest is beyond any longest."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and longest interval of the site, in seconds."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit tells of the next one; times in seconds."""

    name: str
    interval: float | None = None
    """Fixed in feeds.yaml."""
    before: float | None = None
    """The interval that led to this visit."""
    brought: bool = False
    max_age: float | None = None
    """From Cache-Control or Expires."""
    ttl: float | None = None
    """From the document."""
    retry_after: float | None = None
    errors: int = 0
    """Failures in a row, this visit's included."""
    ended: bool = False
    """The host answered 410."""


def next_visit(visit: Visit, *, bounds: Bounds, now: datetime) -> tuple[datetime, str]:
    """Give the time of the next visit and the reason, in plain words.

    In this order: what the host asked to wait, failures, the interval of feeds.yaml, max-age, ttl, the Source's own
    pace; the last three within `bounds`.
    """
    if visit.ended:
        return now + timedelta(seconds=bounds.most), "its host said that it has ended: it is asked no more"
    if visit.retry_after is not None:
        wait = max(visit.retry_after, visit.interval or bounds.least)
        return now + timedelta(seconds=wait), f"its host asked to wait {_words(visit.retry_after)}"
    if visit.errors:
        base = visit.interval or bounds.least
        wait = min(base * 2 ** min(visit.errors - 1, DOUBLINGS), max(bounds.most, base))
        return _spread(visit, now, wait), _times(visit.errors)
    if visit.interval is not None:
        return now + timedelta(seconds=visit.interval), f"feeds.yaml says every {_words(visit.interval)}"
    for said, reason in ((visit.max_age, "its answer may be kept"), (visit.ttl, "its document asks for")):
        if said:
            wait = _within(said, bounds)
            return _spread(visit, now, wait), f"{reason} {_words(said)}"
    wait = visit.before * (FASTER if visit.brought else SLOWER) if visit.before else FIRST.total_seconds()
    return _spread(visit, now, _within(wait, bounds)), "its own pace: " + (
        "it brought something" if visit.brought else "it brought nothing"
    )


def max_age(headers: Mapping[str, str]) -> float | None:
    """Give the seconds that an answer may be kept: max-age, else Expires less Date (RFC 9111, 5.2.2.1 and 5.3)."""
    for directive in headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name == "max-age" and value.strip('"').isdecimal():
            return float(value.strip('"')[:9])
    until, since = httpdate.read(headers.get("expires")), httpdate.read(headers.get("date"))
    if until is None or since is None:
        return None
    return max((until - since).total_seconds(), 0.0)


def _within(seconds: float, bounds: Bounds) -> float:
    return min(max(seconds, bounds.least), bounds.most)


def _spread(visit: Visit, now: datetime, seconds: float) -> datetime:
    # The same Source at the same moment gets the same jitter, so that a replay is the same each time.
    share = zlib.crc32(f"{visit.name} {now.isoformat()}".encode()) / 2**32
    return now + timedelta(seconds=seconds * (1 + JITTER * share))


def _words(seconds: float) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}" + "s" * (count != 1)
    return f"{seconds:g} second" + "s" * (seconds != 1)


def _times(errors: int) -> str:
    return "it failed" if errors == 1 else f"it failed {errors} times in a row"
