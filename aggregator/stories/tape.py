"""Packed arrays that grow at the end and are let go at the front: what the window holds, without an object each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
SPARE = 1024


class Tape:
    """Values of one type in the order they came; a position counts from the first value ever and never changes."""

    def __init__(self, dtype: Any) -> None:
        self._held = np.zeros(SPARE, dtype)
        self.base = 0
        """Position of the oldest value still held."""
        self.end = 0
        """Position after the newest one."""

    def extend(self, values: Numbers) -> int:
        """Put values at the end, and give the position of the first."""
        start, count = self.end, len(values)
        if start + count - self.base > len(self._held):
            grown = np.zeros(int((start + count - self.base) * 1.3) + SPARE, self._held.dtype)
            grown[: start - self.base] = self._held[: start - self.base]
            self._held = grown
        self._held[start - self.base : start - self.base + count] = values
        self.end = start + count
        return start

    def let_go(self, before: int) -> None:
        """Give up the values before a position; their room is used again once it is a quarter of the whole."""
        if (before - self.base) * 4 > len(self._held):
            kept = self._held[before - self.base : self.end - self.base].copy()
            self._held = np.zeros(int(len(kept) * 1.3) + SPARE, self._held.dtype)
            self._held[: len(kept)] = kept
            self.base = before

    @property
    def held(self) -> Numbers:
        """A view of the values from `base` to `end`, which the next change may make stale."""
        return self._held[: self.end - self.base]

    def at(self, positions: Numbers) -> Numbers:
        """Give copies of the values at positions."""
        found: Numbers = self._held[positions - self.base]
        return found

    def one(self, position: int) -> Any:
        """Give one value."""
        return self._held[position - self.base]

    def span(self, start: int, end: int) -> Numbers:
        """Give a view of the values from one position up to another."""
        return self._held[start - self.base : end - self.base]

    def put(self, position: int, value: Any) -> None:
        """Change one value."""
        self._held[position - self.base] = value
