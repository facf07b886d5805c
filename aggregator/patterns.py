"""Searches titles by the regular expressions of feeds.yaml, within a bound of time. It knows no rule that they serve.

The engine is `regex`, which reads what Python's `re` reads, and can be stopped in the middle of a search.
"""

import time

import regex

LONGEST = 0.1
"""Seconds of CPU for one title. A good expression takes microseconds; one that needs more will not end at all."""
BUDGET = 2.0
"""Seconds of CPU for all titles of a document, of the ten that a child has for reading it."""
_FAILURES = (TimeoutError, MemoryError, RecursionError)


def check(pattern: str) -> None:
    """Say by a ValueError why a text is no regular expression."""
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


class Patterns:
    """The searches of one document; `unfinished` holds the expressions that were given up on in some title."""

    def __init__(self, budget: float = BUDGET) -> None:
        """Take the seconds of CPU that all searches may take."""
        self.unfinished: set[str] = set()
        self._left = budget

    @property
    def is_spent(self) -> bool:
        """Say whether no time is left."""
        return self._left <= 0

    def fits(self, pattern: str, title: str) -> bool:
        """Tell whether an expression is found in a title; no where that cannot be told in time."""
        start = time.process_time()
        try:
            if self._left <= 0:
                raise TimeoutError
            return regex.search(pattern, title, timeout=min(LONGEST, self._left)) is not None
        except _FAILURES:
            self.unfinished.add(pattern)
            return False
        finally:
            self._left -= time.process_time() - start
