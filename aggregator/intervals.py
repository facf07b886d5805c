"""When to visit a Source next, and why. Pure: it waits for nothing and knows no clock."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from . import httpdate
from .values import Asks, Reason

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
ANEW = timedelta(days=30)
"""A Source that has brought nothing for so long is asked for its whole document, once in each such span: some hosts
answer 304 for ever, under an ETag that never changes."""
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
    refused: bool = False
    """`retry_after` is ours: the host refused us and named no time."""
    errors: int = 0
    """Failures in a row, this visit's included."""
    ended: bool = False
    """The host answered 410."""
    offline: bool = False
    """It has never answered, and no host has heard of this visit either."""


def next_visit(visit: Visit, *, bounds: Bounds, now: datetime) -> tuple[datetime, Reason]:
    """Give the time of the next visit and the reason.

    In this order: 410, what the host asked to wait, failures, the interval of feeds.yaml, max-age or Expires, what the
    document asks (RSS ttl, sy:updatePeriod), the Source's own pace. All but the first two stay within `bounds`; the
    last four keep out of the document's skipHours and skipDays (RSS 2.0), but for feeds.yaml.
    """
    if visit.ended:
        return now + timedelta(seconds=bounds.most), Reason("gone")
    fixed = None if visit.interval is None else _within(visit.interval, bounds, least=1.0 if visit.inside else None)
    if visit.retry_after is not None:
        wait = max(visit.retry_after, fixed or bounds.least)
        code = "refused" if visit.refused else "retry-after"
        return now + timedelta(seconds=wait), _reason(code, visit.retry_after, wait)
    if visit.errors:
        base = OFFLINE if visit.offline else fixed or bounds.least
        wait = min(base * 2 ** min(visit.errors - 1, DOUBLINGS), max(bounds.most, base))
        reason = Reason("failed") if visit.errors == 1 else Reason("failed-again", visit.errors)
        return _spread(visit, now, wait, bounds), reason
    if fixed is not None and visit.interval is not None:
        return now + timedelta(seconds=fixed), _reason("interval", visit.interval, fixed)
    wait, reason = _adaptive(visit, bounds)
    at = _spread(visit, now, wait, bounds)
    awake = _awake(at, visit.asks)
    return (at, reason) if awake == at else (awake, replace(reason, skips=True))


def pace(known: float | None, *, brought: bool, bounds: Bounds) -> float:
    """Give a Source's own pace, in seconds, after a visit that brought something new or nothing.

    The first visit tells nothing of it: what a Source has collected is new then, at whatever pace.
    """
    if known is None:
        return _within(FIRST.total_seconds(), bounds)
    return _within(known * (FASTER if brought else SLOWER), bounds)


def asks_anew(name: str, *, brought_at: datetime | None, last_good_at: datetime | None, now: datetime) -> bool:
    """Tell whether a visit asks for the whole document: the first good one of each span of ANEW, jitter added.

    The spans begin when the Source last brought something new, and anywhere where it never has. Whether the last good
    visit lies in an earlier one is all that is to be known, so a visit that fails takes none away.
    """
    if last_good_at is None:
        return True
    begin = brought_at or datetime.min.replace(tzinfo=UTC)
    span = ANEW * (1 + JITTER * _share(name))
    return (now - begin) // span > (last_good_at - begin) // span


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


def _adaptive(visit: Visit, bounds: Bounds) -> tuple[float, Reason]:
    if visit.pushed:
        return bounds.most, Reason("pushed")  # the longest there is, so that no other word is broken
    ttl = visit.asks.ttl * 60 if visit.asks and visit.asks.ttl else None
    for said, code in ((visit.max_age, "max-age"), (ttl, "ttl")):
        if said:
            wait = _within(said, bounds)
            return wait, _reason(code, said, wait)
    own = _within(visit.pace if visit.pace is not None else FIRST.total_seconds(), bounds)
    return own, Reason("brought" if visit.brought else "quiet", round(own))


def _within(seconds: float, bounds: Bounds, *, least: float | None = None) -> float:
    return min(max(seconds, bounds.least if least is None else least), bounds.most)


def _reason(code: str, said: float, wait: float) -> Reason:
    return Reason(code, round(said), None if wait == said else round(wait))


def _spread(visit: Visit, now: datetime, seconds: float, bounds: Bounds) -> datetime:
    # The same Source at the same moment gets the same jitter, so that a replay is the same each time.
    share = _share(f"{visit.name} {now.isoformat()}")
    shortest = min(seconds, max(bounds.most, seconds) / (1 + JITTER))
    return now + timedelta(seconds=shortest * (1 + JITTER * share))


def _share(words: str) -> float:
    return zlib.crc32(words.encode()) / 2**32


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
