"""When a Source has moved for good. Pure: it fetches and stores nothing."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .hosts import host_of, is_home

HELD = timedelta(hours=48)
"""How long a permanent redirect must have held: hosts answer 301 by mistake, for an hour or a weekend's repair."""
VISITS = 3
"""Visits that must have met it: one answer, and a long silence after it, prove nothing."""
ASTRAY = 3
"""Failures in a row at the new address after which the one in feeds.yaml is asked again."""


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect (301 or 308, RFC 9110) that a Source answers with: where to, and since when."""

    to: str
    since: datetime
    visits: int = 1


def seen(known: Move | None, moved_to: str | None, *, now: datetime) -> Move | None:
    """Take in where a visit was led for good; None where it was not: what is not permanent each time is not."""
    if moved_to is None:
        return None
    if known is None or known.to != moved_to:
        return Move(moved_to, now)
    return replace(known, visits=known.visits + 1)


def has_held(move: Move, *, now: datetime) -> bool:
    """Tell whether a move has been met often and long enough to be believed."""
    return move.visits >= VISITS and now - move.since >= HELD


_WITHHELD = "not sent to"


def withheld(url: str, there: str, *, has_auth: bool, has_headers: bool) -> str | None:
    """Say what of a Source is kept from the host that it has moved to, and what to do; None where nothing is.

    `url` is the address in feeds.yaml, to whose host alone its credentials belong.
    """
    if not (has_auth or has_headers) or is_home(url, there):
        return None
    what = "auth and headers are" if has_auth and has_headers else "auth is" if has_auth else "headers are"
    return (
        f"its {what} {_WITHHELD} {host_of(there)}, to which it has moved: put the new address into feeds.yaml "
        "if that host should have them"
    )


def without_withheld(problems: str | None) -> str | None:
    """Give what was told of a Source but for what `withheld` said."""
    return "; ".join(line for line in (problems or "").split("; ") if _WITHHELD not in line) or None
