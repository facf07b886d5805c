"""Judges two reports alone, and takes that judgement apart: what each feature adds, and what would turn it over."""

from dataclasses import dataclass
from datetime import datetime
from math import log1p

import numpy as np

from ..values import Report
from .evidence import read
from .likeness import DECISIONS, FEATURES, MOST_DAYS, MOST_SHARED, NEAR, Comparer, decisions, likelihood
from .shelf import Shelf
from .tape import Numbers
from .vectors import centred
from .window import row_of

TOGETHER = 0.25
"""Likelihood from which two reports alone are together, as in the window. On 250 pairs of Russian and English news,
labelled by people, the F1 of "same story" is .82 from there to .46."""
TOGETHER_BY_VECTORS = 0.4
"""The same where both have a vector: .88 there, .87 from .3 to .44."""
STEPS = 100
"""Steps in which a feature from 0 to 1 is changed in search of what would turn the judgement over."""
MOST_WORDS = 5
"""Weight of shared words up to which one is tried: two titles that share seven rare ones."""

_HAS_TEXT = FEATURES.index("has_text")
_GRIDS = {
    **dict.fromkeys(FEATURES, tuple(step / STEPS for step in range(STEPS + 1))),
    **dict.fromkeys(("shared_names", "shared_places", "shared_acts"), tuple(range(MOST_SHARED + 1))),
    **dict.fromkeys(("other_numbers", "same_outlet"), (0, 1)),
    "shared_words": tuple(step / STEPS * MOST_WORDS for step in range(STEPS + 1)),
    "days": tuple(log1p(day) for day in range(MOST_DAYS + 1)),
}
"""What a feature can be."""
_MADE = ("least", "has_text", "text_names", "text_acts", "text_title", "text_pieces", "near")
"""Features that follow from others: none of them changes alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report, when it came, and its vector as a model made it, if there is one."""

    report: Report
    at: datetime
    vector: bytes | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one feature adds to the judgement: `contribution` is `weight` times `value`, in log-odds."""

    name: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest change of one feature that turns the judgement over: its `value` now, and what it would be."""

    name: str
    value: float
    to: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How likely two reports alone tell one event, and why."""

    decision: str
    """One of likeness.DECISIONS."""
    bias: float
    parts: tuple[Part, ...]
    """One for each of likeness.FEATURES; with `bias` they add up to the log-odds of `probability`."""
    probability: float
    threshold: float
    flip: Flip | None
    """None where no feature alone turns it over."""

    @property
    def together(self) -> bool:
        """Say whether they are one event's by this alone."""
        return self.probability >= self.threshold


class Pairs:
    """Judges pairs of reports, each as if no other had ever come, with usual news as the background."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._comparer = Comparer(self._shelf)

    def likely(self, one: Told, other: Told) -> tuple[float, float]:
        """Give how likely two reports tell one event, and from which likelihood on they are together."""
        likely, _, which = self._judged(one, other)
        return likely, _threshold(which)

    def explain(self, one: Told, other: Told) -> Explanation:
        """Judge two reports, and say why."""
        probability, values, which = self._judged(one, other)
        bias, *weights = decisions()[which].tolist()
        parts = [
            Part(name, float(value), weight, weight * float(value))
            for name, value, weight in zip(FEATURES, values, weights, strict=True)
        ]
        threshold = _threshold(which)
        flip = _flip(values, which, probability >= threshold)
        return Explanation(DECISIONS[which], bias, tuple(parts), probability, threshold, flip)

    def _judged(self, one: Told, other: Told) -> tuple[float, Numbers, int]:
        """Give how likely they tell one event, the features, and which decision is for them."""
        mine, theirs = self._put(one), self._put(other)
        report = self._comparer.held(np.array([mine]))
        features, which = self._comparer.features(report, self._comparer.held(np.array([theirs])))
        likely = likelihood(features, which)
        for _ in (mine, theirs):
            self._shelf.drop_oldest()
        return float(likely[0, 0]), features[0, 0], int(which[0, 0])

    def _put(self, told: Told) -> int:
        report = told.report
        slot = self._shelf.put(row_of(report.entry, told.at, read(report)), 0, -1)
        if told.vector is not None:
            self._shelf.vectors.put(slot, centred(told.vector, report.language or "", told.model))
        return slot


def _threshold(which: int) -> float:
    return TOGETHER_BY_VECTORS if DECISIONS[which].endswith("vectors") else TOGETHER


def _flip(values: Numbers, which: int, together: bool) -> Flip | None:
    """Find the feature that must change least, as a share of what it can be, for the judgement to turn over."""
    bias, *weights = decisions()[which]
    best: tuple[float, Flip] | None = None
    for index, name in enumerate(FEATURES):
        if (
            name in _MADE
            or (name == "vector" and not DECISIONS[which].endswith("vectors"))
            or (name == "text" and not values[_HAS_TEXT])
            or (name == "shared_words" and values[_HAS_TEXT])
        ):
            continue
        now, grid = float(values[index]), np.array(_GRIDS[name], np.float64)
        changed = np.array([_with(values, name, to) for to in grid])
        likely = 1 / (1 + np.exp(-np.clip(changed @ np.array(weights) + bias, -30, 30)))
        turned = grid[(np.round(likely, 6) >= _threshold(which)) != together]
        if not len(turned):
            continue
        to = float(turned[np.argmin(np.abs(turned - now))])
        share = abs(to - now) / float(grid[-1])
        if best is None or share < best[0]:
            best = share, Flip(name, now, to)
    return None if best is None else best[1]


def _with(values: Numbers, name: str, to: float) -> Numbers:
    """Give the features with one of them changed, and those that are made of it."""
    told = dict(zip(FEATURES, values.tolist(), strict=True)) | {name: to}
    told["least"] = min(told["title"], told["pieces"])
    for part in ("names", "acts", "title", "pieces"):
        told[f"text_{part}"] = told["has_text"] * told[part]
    told["near"] = max(told["vector"] - NEAR, 0)
    # Of two shares the smaller and the greater.
    if name == "covered":
        told["well_covered"] = max(told["well_covered"], to)
    elif name == "well_covered":
        told["covered"] = min(told["covered"], to)
    return np.array([told[one] for one in FEATURES])
