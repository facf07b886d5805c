"""Finds the two events in a Story that tells two. Pure; it knows likelihoods alone."""

from collections.abc import Sequence

import numpy as np

from .tape import Numbers

PART = 2
"""Reports of which a part consists at least: one that stands apart is no event of its own."""


def halves(likely: Numbers) -> tuple[float, list[int], list[int]] | None:
    """Give the two parts that a Story's reports fall into, by how likely each two tell one event (n x n), and how
    likely a report of one is told with one of the other; None where it has no two parts.

    The parts are the last two that average linkage joins (Sokal and Michener 1958); what that joins to one of them last
    and alone is left out of both.
    """
    joined = _joined(likely)
    whole: int = len(joined) + len(likely) - 1
    while whole >= len(likely):
        one, other = (_members(joined, side, len(likely)) for side in joined[whole - len(likely)])
        if min(len(one), len(other)) >= PART:
            return float(likely[np.ix_(one, other)].mean()), one, other
        whole = joined[whole - len(likely)][int(len(other) > len(one))]
    return None


def _joined(likely: Numbers) -> list[tuple[int, int]]:
    """Give the pairs that average linkage joins, one after the other: reports by their places, and what was joined as
    the next numbers.
    """
    names, sizes = list(range(len(likely))), np.ones(len(likely))
    sums = np.array(likely, np.float64)
    found: list[tuple[int, int]] = []
    while len(names) > 1:
        means = sums / np.outer(sizes, sizes)
        np.fill_diagonal(means, -1.0)
        # Rounded, so that no platform's last bit decides.
        one, other = sorted(int(side) for side in divmod(int(np.argmax(np.round(means, 6))), len(names)))
        found.append((names[one], names[other]))
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        names[one] = len(likely) + len(found) - 1
        del names[other]
        rest = [place for place in range(len(sizes)) if place != other]
        sums, sizes = sums[np.ix_(rest, rest)], sizes[rest]
    return found


def _members(joined: Sequence[tuple[int, int]], name: int, count: int) -> list[int]:
    if name < count:
        return [name]
    return sorted(place for side in joined[name - count] for place in _members(joined, side, count))
