"""What titles of a list begin or end with in common: the name of their outlet. It reads no store."""

import re
from collections import Counter
from collections.abc import Sequence

FEWEST = 3
"""So many titles at least, and more than half of all, make what they begin or end with no part of them."""
PARTED = re.compile(r"\s+[-–—|·•»]\s+")
"""What parts a title from the name of its outlet."""


def bare(titles: Sequence[str], former: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give both lists casefolded, without the name of the outlet where only one of them has such names.

    Where both have, and others, these may be the names of two editions.
    """
    now, before = ([title.casefold() for title in one] for one in (titles, former))
    names, old = _names(now), _names(before)
    if bool(names) == bool(old):
        return now, before
    return [_without(title, names) for title in now], [_without(title, old) for title in before]


def _names(titles: Sequence[str]) -> set[tuple[str, bool]]:
    """Give what most titles begin with, and end with; the latter is marked."""
    counts = Counter(name for title in titles for name in _ends(title))
    return {name for name, count in counts.items() if count >= FEWEST and count * 2 > len(titles)}


def _ends(title: str) -> list[tuple[str, bool]]:
    marks = list(PARTED.finditer(title))
    return [(title[: marks[0].end()], False), (title[marks[-1].start() :], True)] if marks else []


def _without(title: str, names: set[tuple[str, bool]]) -> str:
    for name, is_end in names:
        title = title.removesuffix(name) if is_end else title.removeprefix(name)
    return title
