"""Reads the dates of HTTP headers. It knows no clock, and judges no date that it can read."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read(words: str | None) -> datetime | None:
    """Read a date in any of HTTP's three forms (RFC 9110, section 5.6.7), in UTC; None where it is none."""
    try:
        at = parsedate_to_datetime(words or "")
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        # OverflowError: a zone of a thousand years, or one that leads out of the years 1 to 9999.
        return None
