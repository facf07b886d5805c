"""When to visit a Source next, and why. Pure: it waits for nothing and knows no clock."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import httpdate
from .values import Asks

JITTER = 0.1
"""Share of an interval by which visits are spread, so that Sources added together do not stay together."""
FIRST = timedelta(minutes=30)
"""The pace of a Source that is not known yet."""
SLOWER = 1.5
"""A visit that brought nothing makes the pace so much longer ..."""
FASTER = 0.5
"""... and one that brought something, so much shorter: it settles near the pace at which a Source publishes."""
DOUBLINGS = 8
"""Failures after which the interval grows no further: 2^8 of the shortest is beyond any longest."""
OFFLINE = 60.0
"""Seconds after which a Source that has never answered is tried again where no host could be reached: most often it is
this machine that has no network yet, and the attempt costs nobody anything."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As RSS names them in skipDays."""


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
    inside: bool = False
    """It is at an address of `fetch.allow`, where feeds.yaml may fix any interval."""
    pace: float | None = None
    """The Source's own, as `pace` found it after this visit."""
    brought: bool = False
    pushed: bool = False
    """Its hub tells us when something is new."""
    max_age: float | None = None
    """From Cache-Control or Expires."""
    asks: Asks | None = None
    """What the document asks for."""
    retry_after: float | None = None
    wait_words: str = "its host asked to wait"
    """Why `retry_after` is to be waited."""
    errors: int = 0
    """Failures in a row, this visit's included."""
    ended: bool = False
    """The host answered 410."""
    offline: bool = False
    """It has never answered, and no host has heard of this visit either."""


def next_visit(visit: Visit, *, bounds: Bounds, now: datetime) -> tuple[datetime, str]:
    """Give the time of the next visit and the reason, in plain words.

    In this order: 410, what the host asked to wait, failures, the interval of feeds.yaml, max-age or Expires, what the
    document asks (RSS ttl, sy:updatePeriod), the Source's own pace. All but the first two stay within `bounds`; the
    last four keep out of the document's skipHours and skipDays (RSS 2.0), but for feeds.yaml.
    """
    if visit.ended:
        return now + timedelta(seconds=bounds.most), "its host said that it has ended: it is asked no more"
    fixed = None if visit.interval is None else _within(visit.interval, bounds, least=1.0 if visit.inside else None)
    if visit.retry_after is not None:
        wait = max(visit.retry_after, fixed or bounds.least)
        return now + timedelta(seconds=wait), f"{visit.wait_words} {words(visit.retry_after)}"
    if visit.errors:
        base = OFFLINE if visit.offline else fixed or bounds.least
        wait = min(base * 2 ** min(visit.errors - 1, DOUBLINGS), max(bounds.most, base))
        return _spread(visit, now, wait, bounds), _times(visit.errors)
    if fixed is not None and visit.interval is not None:
        reason = f"feeds.yaml says every {words(visit.interval)}"
        return now + timedelta(seconds=fixed), reason + _clamped(visit.interval, fixed)
    wait, reason = _adaptive(visit, bounds)
    at = _spread(visit, now, wait, bounds)
    awake = _awake(at, visit.asks)
    return (at, reason) if awake == at else (awake, f"{reason}, and its document asks us to keep away until then")


def pace(known: float | None, *, brought: bool, bounds: Bounds) -> float:
    """Give a Source's own pace, in seconds, after a visit that brought something new or nothing.

    The first visit tells nothing of it: what a Source has collected is new then, at whatever pace.
    """
    if known is None:
        return _within(FIRST.total_seconds(), bounds)
    return _within(known * (FASTER if brought else SLOWER), bounds)


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


def words(seconds: float) -> str:
    """Write a span of time in one word and a number."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {name}" + "s" * (count != 1)
    return f"{seconds:g} second" + "s" * (seconds != 1)


def _adaptive(visit: Visit, bounds: Bounds) -> tuple[float, str]:
    ttl = visit.asks.ttl * 60 if visit.asks and visit.asks.ttl else None
    for said, code in ((visit.max_age, "max-age"), (ttl, "ttl")):
        if said:
            wait = _within(said, bounds)
            return wait, f"{reason} {words(said)}{_clamped(said, wait)}"
    if visit.pushed:
        return bounds.most, "its hub tells us when something is new"
    own = visit.pace if visit.pace is not None else FIRST.total_seconds()
    return _within(own, bounds), "its own pace: " + ("it brought something" if visit.brought else "it brought nothing")


def _within(seconds: float, bounds: Bounds, *, least: float | None = None) -> float:
    return min(max(seconds, bounds.least if least is None else least), bounds.most)


def _clamped(said: float, wait: float) -> str:
    if wait == said:
        return ""
    return f"; {words(wait)} is the {'shortest' if wait > said else 'longest'}"


def _spread(visit: Visit, now: datetime, seconds: float, bounds: Bounds) -> datetime:
    # The same Source at the same moment gets the same jitter, so that a replay is the same each time.
    share = zlib.crc32(f"{visit.name} {now.isoformat()}".encode()) / 2**32
    shortest = min(seconds, max(bounds.most, seconds) / (1 + JITTER))
    return now + timedelta(seconds=shortest * (1 + JITTER * share))


def _awake(at: datetime, asks: Asks | None) -> datetime:
    """Move a time to the next hour (UTC) that is not skipped; unmoved where all of a week are."""
    if asks is None or not (asks.skip_hours or asks.skip_days):
        return at
    for hours in range(24 * 7 + 1):
        # Not all at the full hour: what was to be spread stays spread.
        later = at + timedelta(hours=hours)
        if later.hour not in asks.skip_hours and DAYS[later.weekday()] not in asks.skip_days:
            return later
    return at


def _times(errors: int) -> str:
    return "it failed" if errors == 1 else f"it failed {errors} times in a row"
