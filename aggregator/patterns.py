"""Searches titles by the regular expressions of feeds.yaml, within a bound of time. It knows no rule that they serve.

The engine is `regex`, which reads what Python's `re` reads, and can be stopped in the middle of a search.
"""

import time

import regex

LONGEST = 0.1
"""Seconds of CPU for one title. A good expression takes microseconds; one that needs more will not end at all."""
BUDGET = 1.0
"""Seconds of CPU for one expression in all titles of a document: a slow one holds up no other ..."""
MOST = 4.0
"""... and for all of them, of the ten that a child has for reading it."""
_FAILURES = (TimeoutError, MemoryError, RecursionError)


def check(pattern: str) -> None:
    """Say by a ValueError why a text is no regular expression."""
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


class Patterns:
    """The searches of one document; `unfinished` holds the expressions that were given up on in some title."""

    def __init__(self) -> None:
        self.unfinished: set[str] = set()
        self.given_up = 0
        """How many searches did not end."""
        self._spent: dict[str, float] = {}

    def fits(self, pattern: str, title: str) -> bool:
        """Tell whether an expression is found in a title; no where that cannot be told in time."""
        start = time.process_time()
        spent = self._spent.get(pattern, 0.0)
        left = min(BUDGET - spent, MOST - sum(self._spent.values()))
        try:
            if left <= 0:
                raise TimeoutError
            return regex.search(pattern, title, timeout=min(LONGEST, left)) is not None
        except _FAILURES:
            self.unfinished.add(pattern)
            self.given_up += 1
            return False
        finally:
            self._spent[pattern] = spent + time.process_time() - start
