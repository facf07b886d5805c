"""Searches titles by the regular expressions of feeds.yaml, within a bound of time. It knows no rule that they serve.

The engine is `regex`, which reads what Python's `re` reads, and can be stopped in the middle of a search.
"""

import time
from collections.abc import Collection

import regex

LONGEST = 0.1
"""Seconds of CPU for one title. A good expression takes microseconds; one that needs more will not end at all."""
BUDGET = 1.0
"""Seconds of CPU for one expression in all titles of a document, at most ..."""
MOST = 4.0
"""... and for all of them, of the ten that a child has for reading it: each has its share, and holds up no other."""
_FAILURES = (TimeoutError, MemoryError, RecursionError)


def check(pattern: str) -> None:
    """Say by a ValueError why a text is no regular expression."""
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


class Patterns:
    """The searches of one document by `count` expressions; of the `spent` ones another document took all the time."""

    def __init__(self, count: int = 1, spent: Collection[str] = ()) -> None:
        self.unfinished: set[str] = set()
        """The expressions that were given up on in some title ..."""
        self.spent = set(spent)
        """... and those that have no time left."""
        self._left: dict[str, float] = {}
        self._share = min(BUDGET, MOST / max(count, 1))

    def fits(self, pattern: str, title: str) -> bool | None:
        """Tell whether an expression is found in a title; None where that cannot be told in time."""
        start = time.process_time()
        left = self._left.get(pattern, self._share)
        try:
            if pattern in self.spent:
                raise TimeoutError
            return regex.search(pattern, title, timeout=min(LONGEST, left)) is not None
        except _FAILURES:
            self.unfinished.add(pattern)
            return None
        finally:
            self._left[pattern] = left - (time.process_time() - start)
            if self._left[pattern] <= 0:
                self.spent.add(pattern)
