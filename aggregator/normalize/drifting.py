"""Say which items are dated at the moment of a visit: programs that write a list anew for each visitor do so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

FEWEST = 3
"""So many items dated at one moment, and most of a document, may come from a host that keeps a list for a while."""
MOMENT = timedelta(minutes=2)
"""What a visit takes, and clocks are apart."""
KEPT = timedelta(minutes=15)
"""So long hosts keep a list that was written for an earlier visitor."""


def drifts(dates: Sequence[datetime | None], *, now: datetime) -> list[timedelta | None]:
    """Say of each item of a document, by its date, how far that is from the visit at `now`; None where it is its own.

    It is no date of the visit unless most of the document has one: what came in this minute stands beside older items.
    """
    dated = [date for date in dates if date is not None]
    newest = max(dated, default=now)
    at_once = sum(newest - date <= MOMENT for date in dated)
    if 2 * at_once <= len(dated) or abs(now - newest) > (KEPT if at_once >= FEWEST else MOMENT):
        return [None] * len(dates)
    return [abs(now - date) if date is not None and newest - date <= MOMENT else None for date in dates]


def drifted(date: datetime | None, seen_at: datetime | None, *, within: timedelta = KEPT) -> bool:
    """Say whether an Entry was dated at the moment when it was first seen."""
    return date is not None and seen_at is not None and abs(seen_at - date) <= within
