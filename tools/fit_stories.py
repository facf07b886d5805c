"""Fits the weights by which the story engine decides about a pair of reports (aggregator/stories/weights.json).

    .venv/bin/python tools/fit_stories.py set.jsonl=1 other.jsonl=4 --pairs pairs.jsonl=160 --out weights.json

Sets are articles with a `story`, as `anyam cluster` reads them; pairs have a `same`, as its `--pairs` reads them. The
number behind each is its weight. Each report is compared with those before it that are like it, with some of its own
Story, and with some by chance, which stand for all the others. Weights are held to the sign that their meaning gives
them: what two reports share never speaks against them. Thresholds are not fitted: `anyam cluster` measures them.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from aggregator import copies, embedding, stories
from aggregator.cli import articles
from aggregator.copies import Originals
from aggregator.errors import ConfigError
from aggregator.stories import SPAN
from aggregator.stories.likeness import DECISIONS, FEATURES, Comparer
from aggregator.stories.repair import sample
from aggregator.stories.shelf import Shelf, likest
from aggregator.stories.tape import Numbers
from aggregator.stories.vectors import centred
from aggregator.stories.window import NEAREST, TOLD, row_of
from aggregator.values import Event, Report

ALIKE = 48
"""Reports that share most with one, which it is compared with ..."""
OWN = 12
"""... beside so many of its Story ..."""
CHANCE, AMONG = 16, 1500
"""... and so many by chance of the last."""
STRANGE = ("strange_", "other_", "days", "same_outlet", "has_text")
"""How the features begin that speak against a pair; all others speak for it."""
ACROSS = {"text", "text_title", "covered", "well_covered", "least", "title", "same_outlet"}
"""Features of words, which two languages do not share but by chance."""
DRAWN = 1e-4
"""How much weights are drawn to nothing."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of reports: features (n x FEATURES), whether in two languages, whether together, and what each counts."""

    features: Numbers
    is_cross: Numbers
    together: Numbers
    counts: Numbers


def of_articles(rows: Sequence[Mapping[str, Any]], embedder: embedding.Embedder | None) -> Pairs:
    """Compare the articles of a labelled set, in the order of their dates, as the engine would hold them."""
    rows = sorted(rows, key=lambda row: row["date"])
    reports = {number: articles.report(number, row, row["date"]) for number, row in enumerate(rows, start=1)}
    vectors, model = (articles.vectors(reports, embedder), embedder.model) if embedder else ({}, "")
    shelf, originals, chance = Shelf(), Originals(), np.random.default_rng(0)
    comparer, held, found = Comparer(shelf), defaultdict[str, list[int]](list), []
    for number, row in enumerate(rows, start=1):
        report, sketch = reports[number], copies.read(reports[number])
        event = Event(number, row["date"], "entry", number, 0, str(number))
        near = [reports[one.entry] for one in originals.candidates(event, sketch)]
        if copies.verify(sketch, near) is not None:
            continue
        originals.take(event, sketch.tags)
        while len(shelf) and shelf.slots.one(shelf.oldest)["came"] < (row["date"] - SPAN).timestamp():
            shelf.drop_oldest()
        evidence = stories.read(report)
        mine = [slot for slot in held[str(row["story"])] if slot >= shelf.oldest]
        like = shelf.like(evidence)
        alike = likest(like, ALIKE)
        vector = centred(vectors[number], evidence.language, model) if vectors else None
        if vector is not None:
            alike += shelf.vectors.near(vector, NEAREST)
        first = max(shelf.oldest, shelf.slots.end - AMONG)
        others = chance.integers(first, shelf.slots.end, CHANCE).tolist() if len(shelf) > 50 else []
        own = [mine[place] for place in chance.permutation(len(mine))[:OWN]]
        random = sorted({*others} - {*alike, *own})
        slots = np.array(sorted({*alike, *own, *random}), np.int64)
        told = shelf.terms(np.array(sample(mine, TOLD)))[0] if mine else np.zeros(0, np.uint32)
        slot = shelf.put(row_of(number, row["date"], evidence), 0, -1, said=np.isin(evidence.terms, told))
        if vector is not None:
            shelf.vectors.put(slot, vector)
        if len(slots):
            together = np.isin(slots, mine)
            # A Story of hundreds must not decide alone; what is there by chance stands for all that it was chosen from.
            counts = np.where(np.isin(slots, random), (min(len(shelf), AMONG) / CHANCE) ** 0.5, 1.0)
            counts = np.where(together, 1 / np.sqrt(max(len(mine), 1)), counts)
            found.append((comparer.features(comparer.held(np.array([slot])), comparer.held(slots)), together, counts))
        held[str(row["story"])].append(slot)
    return Pairs(
        np.concatenate([features[0] for (features, _), _, _ in found]),
        np.concatenate([which[0] % 2 == 1 for (_, which), _, _ in found]),
        np.concatenate([together for _, together, _ in found]),
        np.concatenate([counts for _, _, counts in found]),
    )


def of_pairs(rows: Sequence[Mapping[str, Any]], embedder: embedding.Embedder | None) -> Pairs:
    """Compare labelled pairs of articles, each as if no other had ever come."""
    reports: dict[int, Report] = {}
    for number, row in enumerate(rows):
        for side, key in enumerate("ab"):
            reports[2 * number + side] = articles.report(2 * number + side, row[key], articles.UNDATED)
    vectors, model = (articles.vectors(reports, embedder), embedder.model) if embedder else ({}, "")
    found = []
    for number in range(len(rows)):
        shelf = Shelf()
        for entry in (2 * number, 2 * number + 1):
            evidence = stories.read(reports[entry])
            slot = shelf.put(row_of(entry, articles.UNDATED, evidence), 0, -1)
            if vectors:
                shelf.vectors.put(slot, centred(vectors[entry], evidence.language, model))
        comparer = Comparer(shelf)
        found.append(comparer.features(comparer.held(np.array([1])), comparer.held(np.array([0]))))
    together = np.array([bool(row["same"]) for row in rows])
    cross = np.array([which[0, 0] % 2 == 1 for _, which in found])
    return Pairs(np.concatenate([features[0] for features, _ in found]), cross, together, np.ones(len(rows)))


def fit(features: Numbers, together: Numbers, counts: Numbers, *, decision: str) -> dict[str, float]:
    """Give the weights of a decision that tell these pairs best: logistic regression under bounds, by projected Newton
    steps (Bertsekas 1982).
    """
    signs = np.array([0, *(_sign(name, decision) for name in FEATURES)])
    scale = features.std(axis=0) + 1e-3
    rows = np.column_stack((np.ones(len(features)), features / scale))
    share, target = counts / counts.sum(), together.astype(np.float64)
    drawn = np.array([0.0, *(2 * DRAWN for _ in FEATURES)])
    free = np.array([True, *(sign != 0 for sign in signs[1:])])
    weights = np.zeros(len(signs))

    def loss(at: Numbers) -> float:
        scores = rows @ at
        return float(share @ (np.logaddexp(0, scores) - target * scores) + drawn @ at**2 / 2)

    def within(at: Numbers) -> Numbers:
        bounded = np.where(signs > 0, np.maximum(at, 0), np.where(signs < 0, np.minimum(at, 0), at))
        return np.where(free, bounded, 0)

    now = loss(weights)
    for _ in range(200):
        likely = 1 / (1 + np.exp(-(rows @ weights)))
        slope = rows.T @ (share * (likely - target)) + drawn * weights
        # What stands at its bound and would go beyond it waits.
        moves = free & ~((weights == 0) & (signs * slope > 0) & (signs != 0))
        curve = (rows[:, moves] * (share * likely * (1 - likely))[:, None]).T @ rows[:, moves] + np.diag(drawn[moves])
        step = np.zeros(len(weights))
        step[moves] = np.linalg.solve(curve + 1e-9 * np.eye(int(moves.sum())), slope[moves])
        size = 1.0
        while size > 1e-6 and loss(within(weights - size * step)) > now:
            size /= 2
        weights = within(weights - size * step)
        before, now = now, loss(weights)
        if before - now < 1e-10:
            break
    named = zip(FEATURES, weights[1:] / scale, strict=True)
    return {"bias": round(float(weights[0]), 4), **{name: round(float(w), 4) for name, w in named if abs(w) > 5e-5}}


def _sign(name: str, decision: str) -> int:
    """Say whether a feature speaks for a pair (1), against it (-1), or is none of this decision's (0)."""
    if (name in ("vector", "near") and "vectors" not in decision) or (decision.startswith("cross") and name in ACROSS):
        return 0
    return -1 if name.startswith(STRANGE) else 1


def fitted(sets: Sequence[tuple[Pairs, float]], *, decision: str) -> dict[str, float] | None:
    """Fit one decision to sets, each with its weight; None where no set has pairs for it."""
    cross = decision.startswith("cross")
    chosen = [(pairs, pairs.is_cross == cross, weight) for pairs, weight in sets]
    together = np.concatenate([pairs.together[mask] for pairs, mask, _ in chosen])
    if not together.any() or together.all():
        return None
    features = np.concatenate([pairs.features[mask] for pairs, mask, _ in chosen])
    counts = np.concatenate([pairs.counts[mask] * weight for pairs, mask, weight in chosen])
    return fit(features, together, counts, decision=decision)


def _read(path: Path, *, as_pairs: bool) -> list[dict[str, Any]]:
    rows, at = [], articles.UNDATED
    for number, row in articles.objects(path):
        if not as_pairs:
            row = articles.checked(row, f"{path}:{number}: ")
            at = row.get("date") or at + timedelta(microseconds=1)
            row = row | {"date": at}
        if row.get("same" if as_pairs else "story") is not None:
            rows.append(row)
    return rows


def _weighed(words: str) -> tuple[Path, float]:
    path, _, weight = words.partition("=")
    return Path(path), float(weight or 1)


def main() -> int:
    """Fit all decisions, and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sets", nargs="*", type=_weighed, metavar="SET.jsonl=WEIGHT")
    parser.add_argument("--pairs", action="append", default=[], type=_weighed, metavar="PAIRS.jsonl=WEIGHT")
    parser.add_argument("--model", default=None, help="none: fit the decisions without vectors alone")
    parser.add_argument("--only", action="append", choices=DECISIONS, help="fit this decision, and keep the others")
    parser.add_argument("--out", type=Path, required=True, help="weights.json; what is not fitted stays as it is there")
    given = parser.parse_args()
    if not given.sets and not given.pairs:
        parser.error("name at least one set")
    found = []
    for files, as_pairs, made in ((given.sets, False, of_articles), (given.pairs, True, of_pairs)):
        for path, weight in files:
            found.append((made(_read(path, as_pairs=as_pairs), embedding.opened(given.model)), weight))
            print(f"{path}: {len(found[-1][0].together)} pairs, {int(found[-1][0].together.sum())} together")
    weights = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
    wanted = [one for one in given.only or DECISIONS if given.model != embedding.NONE or "vectors" not in one]
    for decision in wanted:
        told = fitted(found, decision=decision)
        print(f"{decision}: {json.dumps(told) if told else 'no pairs, left as it is'}")
        weights |= {decision: told} if told else {}
    given.out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
