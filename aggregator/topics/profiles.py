"""Weighs what Stories tell, and says how alike they are in it. It decides nothing."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .memory import Memory, Told

TERMS = 40
"""Terms that a Story is compared by: those that tell most of it."""
SAID = 0.75
"""Power of the share of its reports that hold a term: the first few that do say most of it."""
FIRST = 0.5
"""Share that the term which two Stories share most counts with: a country or a man alone is no subject."""
FADES = 0.985
"""What of a likeness is left for each day between two Stories."""
KEPT = 4096
"""Stories whose terms are kept counted."""


class Profile(NamedTuple):
    """A Story's most telling terms in the order of their numbers, and how much each tells; of length 1 together."""

    weights: dict[int, float]
    newest: int
    outlets: frozenset[int]
    days: frozenset[int]

    def top(self, most: int) -> list[tuple[int, float]]:
        """Give the most telling terms."""
        return sorted(self.weights.items(), key=lambda one: (-one[1], one[0]))[:most]


class Profiles:
    """The profiles of what a memory holds."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._weighed: dict[int, Profile] = {}
        """Until a report comes or goes: then other terms are rare."""

    def changed(self, story: int) -> None:
        """Hear that a Story got reports."""
        self._told.pop(story, None)
        self._weighed = {}

    def of(self, story: int) -> Profile:
        """Give a Story's profile as it is now."""
        if story not in self._weighed:
            self._weighed[story] = self._weigh(self.told(story))
        return self._weighed[story]

    def told(self, story: int) -> Told:
        """Give what a Story's newest reports tell, unweighed."""
        held = self._told.get(story)
        if held is not None and held.first >= self._memory.oldest:
            return held
        told = self._told[story] = self._memory.told(story)
        if len(self._told) > KEPT:
            self._told.popitem(last=False)
        return told

    def _weigh(self, told: Told) -> Profile:
        weights = np.round(told.weights**SAID * self._memory.rarity(told.terms), 6)
        best = np.sort(np.lexsort((told.terms, -weights))[:TERMS])
        terms, weights = told.terms[best], weights[best]
        length = np.sqrt(weights @ weights) or 1.0
        by_term = dict(zip(terms.tolist(), (weights / length).tolist(), strict=True))
        return Profile(by_term, told.newest, told.outlets, told.days)


def likeness(one: Profile, other: Profile) -> float:
    """Give how alike two profiles are, 0 to 1: the rare terms that they share count most."""
    theirs = other.weights
    shared = [weight * theirs[term] for term, weight in one.weights.items() if term in theirs]
    if not shared:
        return 0.0
    days = abs(one.newest - other.newest) / 86400
    # Rounded, so that no platform's last bit decides.
    told: float = (sum(shared) - (1 - FIRST) * max(shared)) * FADES**days
    return round(told, 6)


def mean_likeness(one: Profile, others: Sequence[Profile]) -> float:
    """Give how alike a profile is with others on average."""
    return round(sum(likeness(one, other) for other in others) / len(others), 6)
