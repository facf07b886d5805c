"""Numbered rows of tags, found by any tag, in packed arrays: per row and tag twelve bytes, and no object. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint32]

FEWEST = 1024
GROWTH = 1.25
CROWD = 32
"""Rows under one tag that are looked at, the newest: what stands in every text tells nothing."""


class Postings:
    """The newest rows of tags. Each column is a hash table of its own, chained from the newest row to older ones.

    Rows are numbered from 1 in the order of coming and lie in a ring. What `find` says depends on the rows alone, and
    not on how the ring came to be as large as it is. Single numbers are read through views: that is much faster than
    through the arrays, and faster than the arrays' own ways for the few tags of one row.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self.oldest = 1
        """The first row that is still there."""
        self.next = 1
        """The number of the row to come."""
        self._room(FEWEST)

    def add(self, tags: Sequence[int]) -> int:
        """Put in a row of tags of 32 bits, where 0 is none; give its number."""
        if self.next - self.oldest == self.size:
            self._grow()
        number, size = self.next, self.size
        for column, tag in enumerate(tags):
            at = column * size + number % size
            self._tag[at] = tag
            if tag:
                chain = column * size + (tag * size >> 32)
                self._before[at] = self._head[chain]
                self._head[chain] = number
        self.next += 1
        return number

    def find(self, tags: Sequence[int], weights: Sequence[int]) -> dict[int, int]:
        """Give the rows that share a tag in its column, each with the sum of these columns' weights."""
        found: dict[int, int] = {}
        size, oldest = self.size, self.oldest
        for column, tag in enumerate(tags):
            if not tag:
                continue
            left = CROWD
            row = self._head[column * size + (tag * size >> 32)]
            while row >= oldest and left:
                at = column * size + row % size
                if self._tag[at] == tag:
                    found[row] = found.get(row, 0) + weights[column]
                    left -= 1
                row = self._before[at]
        return found

    def _room(self, size: int) -> None:
        self.size = size
        """The rows that there is room for."""
        self._tags, self._befores, self._heads = (np.zeros((self._columns, size), np.uint32) for _ in range(3))
        arrays = (self._tags, self._befores, self._heads)
        self._tag, self._before, self._head = (array.reshape(-1).data for array in arrays)

    def _grow(self) -> None:
        numbers = np.arange(self.oldest, self.next, dtype=np.uint32)
        tags = self._tags[:, numbers % self.size]
        self._room(int(self.size * GROWTH))
        self._tags[:, numbers % self.size] = tags
        for column in range(self._columns):
            self._chain(column, numbers, tags[column])

    def _chain(self, column: int, numbers: Numbers, tags: Numbers) -> None:
        """Chain the rows of a column anew: by the place of their chains, and there in the order of coming."""
        is_there = tags != 0
        places = (tags[is_there].astype(np.uint64) * np.uint64(self.size)) >> np.uint64(32)
        pairs = places << np.uint64(32) | numbers[is_there]
        pairs.sort()
        chains, rows = pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)
        follows = chains[1:] == chains[:-1]
        self._befores[column, rows[1:][follows] % np.uint64(self.size)] = rows[:-1][follows]
        is_last = np.append(~follows, True)[: len(rows)]
        self._heads[column, chains[is_last]] = rows[is_last]
