"""Holds vectors of reports, as whole numbers of a byte, and finds the nearest. It makes none."""

from functools import cache
from pathlib import Path

import numpy as np

from .tape import Numbers

MEANS = Path(__file__).parent / "means.npz"
"""The mean vector of texts in a language, by its tag, and of all ("all"), made from the labelled set in tests/quality
and the newsroom. Those of single languages are drawn to that of all by the weight of twenty texts."""
SCALE = 400
"""A value times this is held: those of a vector of length 1 in so many dimensions are seldom above .3."""
SIFTED = 200
"""Vectors whose signs differ least, which are then compared in full."""


class Vectors:
    """Vectors by the slot of their report, in no order."""

    def __init__(self) -> None:
        self._place: dict[int, int] = {}
        self._held: Numbers | None = None

    def fits(self, vector: Numbers) -> bool:
        """Say whether a vector has as many numbers as those that are held."""
        return self._held is None or not self._place or self._held["values"].shape[1] == len(vector)

    def put(self, slot: int, vector: Numbers) -> None:
        """Hold a report's vector, of length 1, or another in its place; it must fit."""
        if self._held is None or not self._place:
            self._held = np.zeros(64, _row(len(vector)))
        if len(self._place) == len(self._held):
            self._held = np.concatenate((self._held, np.zeros(len(self._held), self._held.dtype)))
        place = self._place.setdefault(slot, len(self._place))
        self._held["slot"][place] = slot
        self._held["signs"][place] = _signs(vector)
        self._held["values"][place] = np.clip(np.round(vector * SCALE), -127, 127)

    def drop(self, slot: int) -> None:
        """Let a report's vector go, if it has one; the last one takes its place."""
        place = self._place.pop(slot, None)
        if place is None or self._held is None:
            return
        last = len(self._place)
        if place != last:
            self._held[place] = self._held[last]
            self._place[int(self._held["slot"][place])] = place

    def of(self, slots: Numbers) -> tuple[Numbers, Numbers]:
        """Give reports' vectors (n x dimensions, zeros where there is none), and which have one."""
        places = np.array([self._place.get(slot, -1) for slot in slots.tolist()], np.int64)
        there = places >= 0
        if self._held is None:
            return np.zeros((len(slots), 0), np.float32), there
        found = self._held["values"][places].astype(np.float32)
        found[~there] = 0
        lengths = np.sqrt((found * found).sum(axis=1, keepdims=True))
        return found / np.maximum(lengths, 1e-6), there

    def near(self, vector: Numbers, most: int) -> list[int]:
        """Give the slots of the nearest, the nearest first.

        The signs of the values sift: how many differ follows the angle (Charikar 2002, random hyperplanes).
        """
        if self._held is None or not self._place:
            return []
        held = self._held[: len(self._place)]
        differ = np.bitwise_count(held["signs"] ^ _signs(vector)).sum(axis=1, dtype=np.int32)
        if len(differ) > SIFTED:
            # All that differ as little as the last of them: what is sifted out must not hang on the order here.
            held = held[differ <= np.partition(differ, SIFTED)[SIFTED]]
        alike = np.round(held["values"].astype(np.float32) @ vector.astype(np.float32), 3)
        order = np.lexsort((-held["slot"], -alike))[:most]
        return [int(slot) for slot in held["slot"][order]]


def centred(vector: bytes, language: str, model: str = "") -> Numbers:
    """Read a vector (halves of floats) and take the mean of its language from it; the result has length 1.

    The means are those of the model that comes with Anyam: a vector of another one (`module:name`) is taken as it is.

    All texts of one language lie close together in such a model: on labelled titles, .06 of the pairs across languages
    were found (F1) without this, and .44 with it.
    """
    read = np.frombuffer(vector, "<f2").astype(np.float32)
    known = _means()
    mean = known.get(language, known["all"])
    found: Numbers = read - mean if len(read) == len(mean) and ":" not in model else read
    length = float(np.sqrt((found * found).sum()))
    return found / length if length > 0 else found


@cache
def _means() -> dict[str, Numbers]:
    with np.load(MEANS) as held:
        return {tag: held[tag].astype(np.float32) for tag in held.files}


def _signs(vector: Numbers) -> Numbers:
    return np.packbits(vector > 0).view(np.uint64)


def _row(dimensions: int) -> np.dtype:
    return np.dtype([("slot", "i8"), ("signs", "u8", (dimensions // 64,)), ("values", "i1", (dimensions,))])
