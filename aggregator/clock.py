"""The one seam for time: `now` is aware UTC, or the moment that ANYAM_AT fixes. It measures no durations."""

import os
from datetime import UTC, datetime

from .errors import ConfigError


def now() -> datetime:
    """Tell the present moment, aware UTC; ANYAM_AT (ISO 8601) stands in for it in replays and tests.

    Raises ConfigError where ANYAM_AT is no time.
    """
    fixed = os.environ.get("ANYAM_AT")
    return parse_time(fixed, "ANYAM_AT") if fixed else datetime.now(UTC)


def parse_time(words: str, name: str) -> datetime:
    """Read an ISO 8601 time as aware UTC (UTC where it names no zone); raises ConfigError naming `name`."""
    try:
        at = datetime.fromisoformat(words.strip().replace(" ", "+") if "T" in words else words.strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigError([f"{name}: {words!r} is no ISO 8601 time; write it like 2024-12-12T19:30:00Z"]) from None
