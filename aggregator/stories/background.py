"""How often words stand in usual texts, before any report has come: a table of fifteen languages."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np

from . import features
from .evidence import BITS, number
from .tape import Numbers

FILE = Path(__file__).parent / "background.tsv"
TITLE_LENGTH = 10
"""Words of a usual title."""
CAPITAL = 0.3
"""Share of a common word's places in which it may pass for a name: at the beginning, or in a title all in capitals."""
UNUSUAL = 2e-5
"""Share of reports that hold a term which the table lacks."""
COMMON = 150
"""Times in a million from which a word's pieces are in the table too: those of rarer words add little to them."""


@cache
def shares() -> Numbers:
    """Give for each term's number the share of reports that usually hold it."""
    often: defaultdict[int, float] = defaultdict(float)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        _, word, times = line.split("\t")
        title = 1 - (1 - int(times) / 1e6) ** TITLE_LENGTH
        often[number(f"w:{features.stem(word)}")] += title
        if int(times) >= COMMON:
            for piece in features.pieces(features.roman(word)):
                often[number(f"p:{piece}")] += title
        bones = features.bones(word)
        if len(bones) > 1:
            often[number(f"n:{bones}")] += title * CAPITAL
    found = np.full(1 << BITS, UNUSUAL)
    found[list(often)] = np.minimum(list(often.values()), 0.5)
    return found
