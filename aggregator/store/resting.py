"""How long an Entry keeps its words, or address, where its Source goes to and fro between two. It changes nothing."""

from datetime import datetime, timedelta
from itertools import groupby, pairwise

from sqlalchemy import Connection, select

from ..normalize.urls import identity
from ..values import Arrival
from .schema import revision
from .types import AnyRow

RESTS = timedelta(days=1)
"""How long what goes back to what it was rests before it is followed again; twice as long at each further time. So one
that flaps, or an address that is another at every poll, makes a few revisions and no more.
"""
MOST = 6
"""Doublings after which the rest grows no longer: 64 days."""


def keeps_words(connection: Connection, row: AnyRow, arrival: Arrival, *, now: datetime) -> bool:
    """Say whether an Entry stays as it reads, since what arrived is what it read before, and it came back once already.

    A list's item without its article is known by its title alone. `row` has `id`, `title`, `summary`, `content` and
    `changed_at`.
    """
    said = (arrival.entry.title, arrival.entry.summary, arrival.entry.content)
    parts = slice(0, 3 if arrival.entry.content or not row.content else 1)
    texts = select(revision.c.title, revision.c.summary, revision.c.content).where(revision.c.entry_id == row.id)
    earlier = [tuple(one) for one in connection.execute(texts.order_by(revision.c.number))]
    told = [words for words, _ in groupby((*earlier, (row.title, row.summary, row.content)), lambda one: one[parts])]
    if said[parts] not in told[:-1]:
        return False
    returns = len(told) - len(set(told))
    return returns > 0 and now - row.changed_at < _rest(returns)


def keeps_address(connection: Connection, row: AnyRow, url: str | None, *, now: datetime) -> bool:
    """Say whether an Entry whose words stay keeps its address where another arrived. `row` has `id` and `url`."""
    if url is None or url == row.url or (row.url and identity(url) == identity(row.url)):
        return True
    earlier = select(revision.c.url, revision.c.replaced_at).where(revision.c.entry_id == row.id)
    told = [*connection.execute(earlier.order_by(revision.c.number)), row]
    moves = [before.replaced_at for before, after in pairwise(told) if before.url != after.url]
    return bool(moves) and now - moves[-1] < _rest(len(moves))


def _rest(times: int) -> timedelta:
    return RESTS * (1 << min(times - 1, MOST))
