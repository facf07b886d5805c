"""Cuts long lists of values into statements that every database takes. It runs none of them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

BATCH = 500
"""Values in one IN list: below the smallest limit of bound parameters (SQLite's 32,766) by far."""


def batches(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Cut values into tuples small enough for one IN list."""
    rest = iter(values)
    while some := tuple(islice(rest, BATCH)):
        yield some
