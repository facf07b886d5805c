"""`anyam cluster --pairs`: each two articles of a file judged alone, by the decision that makes Stories."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..embedding import Embedder
from ..engine import Judge
from ..errors import ConfigError
from ..scores import Score, of_pairs
from ..stories import Told
from . import articles

LABELS = {
    "same": True, "ok": True, "true": True, "1": True,
    "different": False, "bad": False, "false": False, "0": False,
}  # fmt: skip
"""What a label may be, in small letters: whether both articles tell one event."""


@dataclass(frozen=True, slots=True)
class _Pair:
    one: Told
    other: Told
    label: bool | None


def judge(path: Path, out: Path | None, embedder: Embedder | None) -> None:
    """Write {together, probability} for each pair to `out`, else to stdout; where there are labels, print scores to
    stdout, else to stderr.
    """
    pairs = list(_pairs(path))
    if embedder is not None:
        pairs = _with_vectors(pairs, embedder)
    file = articles.opened_out(out) if out is not None else None
    judging, found = Judge(), []
    try:
        for pair in pairs:
            judged = judging.judge(pair.one, pair.other)
            found.append(judged.together)
            click.echo(json.dumps({"together": judged.together, "probability": judged.probability}), file=file)
    finally:
        if file is not None:
            file.close()
    told = [(pair.label, together) for pair, together in zip(pairs, found, strict=True) if pair.label is not None]
    if told:
        counts = f"{len(told)} labelled, {sum(gold for gold, _ in told)} same, {sum(one for _, one in told)} together"
        click.echo(f"pairs: {counts}; {words(of_pairs(told))}", err=out is None)


def _with_vectors(pairs: Sequence[_Pair], embedder: Embedder) -> list[_Pair]:
    both = [told for pair in pairs for told in (pair.one, pair.other)]
    reports = {number: told.report for number, told in enumerate(both)}
    made = articles.vectors(reports, embedder)
    return [
        replace(
            pair,
            one=replace(pair.one, vector=made[2 * number], model=embedder.model),
            other=replace(pair.other, vector=made[2 * number + 1], model=embedder.model),
        )
        for number, pair in enumerate(pairs)
    ]


def words(score: Score) -> str:
    """Word a score."""
    return f"P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}"


def _pairs(path: Path) -> Iterator[_Pair]:
    for number, row in articles.objects(path):
        where = f"{path}:{number}"
        one, other = (row.get("a"), row.get("b")) if isinstance(row, dict) else (None, None)
        if not articles.is_article(one) or not articles.is_article(other):
            raise ConfigError([f"{where}: no pair; expected an object with a and b, articles with at least a title"])
        one, other = articles.checked(one, f"{where}: a: "), articles.checked(other, f"{where}: b: ")
        # Where one has no date nothing is known of the time between them.
        at = one.get("date") or other.get("date") or articles.UNDATED
        yield _Pair(_told(1, one, at), _told(2, other, at), _label(row.get("label"), where))


def _told(number: int, article: dict[str, Any], at: datetime) -> Told:
    at = article.get("date") or at
    return Told(articles.report(number, article, at), at)


def _label(value: Any, where: str) -> bool | None:
    if value is None:
        return None
    label = LABELS.get(str(value).strip().casefold()) if isinstance(value, str | int) else None
    if label is None:
        raise ConfigError(
            [f"{where}: label is {value!r}; expected true or false, 1 or 0, OK or BAD, same or different"]
        )
    return label
