"""Scores a clustering, or pairs, against labels: precision, recall and F1, pairwise and BCubed. It judges nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairwise(gold: Mapping[str, str], found: Mapping[str, str]) -> Score:
    """Score over pairs: of those put together, how many belong together, and the other way round."""
    cells, golds, founds = _table(gold, found)
    right = sum(map(_pairs, cells.values()))
    together, wanted = sum(map(_pairs, founds.values())), sum(map(_pairs, golds.values()))
    return Score(right / together if together else 1.0, right / wanted if wanted else 1.0)


def bcubed(gold: Mapping[str, str], found: Mapping[str, str]) -> Score:
    """Score per item, averaged (Bagga and Baldwin 1998): how pure is its cluster, and how much of its own is there."""
    cells, golds, founds = _table(gold, found)
    count = len(gold)
    if not count:
        return Score(1.0, 1.0)
    return Score(
        sum(n * n / founds[f] for (_, f), n in cells.items()) / count,
        sum(n * n / golds[g] for (g, _), n in cells.items()) / count,
    )


def of_pairs(judged: Sequence[tuple[bool, bool]]) -> Score:
    """Score pairs (labelled the same, judged the same): of those judged so how many are, and the other way round."""
    right = sum(gold and found for gold, found in judged)
    together, wanted = sum(found for _, found in judged), sum(gold for gold, _ in judged)
    return Score(right / together if together else 1.0, right / wanted if wanted else 1.0)


def _table(
    gold: Mapping[str, str], found: Mapping[str, str]
) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
    cells = Counter((gold[item], found[item]) for item in gold)
    return cells, Counter(gold.values()), Counter(found[item] for item in gold)


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
