"""What is said of two reports alone is what the engine decides, and what would turn it over does so."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from making import at, event, report

from aggregator.stories import TOGETHER, Pairs, Told, Window, read
from aggregator.stories.explaining import _with
from aggregator.stories.likeness import FEATURES, decisions
from aggregator.values import Report

FERRY = report(1, "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi", text="Kapal itu mogok. " * 4)
FERRY_TOO = report(2, "Feri Cahaya mogok di Selat Lombok, 20 penumpang masih di kapal", text="Angin kencang. " * 4)
CANCELLED = report(3, "Penyeberangan Lombok batal, penumpang feri menunggu di pelabuhan")
RATE = report(4, "Bank Indonesia tahan suku bunga acuan enam persen")
ENGLISH = report(5, "Ferry breaks down in the Lombok Strait, 148 passengers evacuated", language="en")
ALL = (FERRY, FERRY_TOO, CANCELLED, RATE, ENGLISH)
PAIRS = [(one, other) for one in ALL for other in ALL if one.entry < other.entry]


def pointing(*toward: int) -> np.ndarray:
    found = np.full(384, 0.001, np.float32)
    found[list(toward)] = 1
    return (found / np.linalg.norm(found)).astype(np.float32)


def told(report: Report, minutes: float = 0) -> Told:
    return Told(report, at(minutes))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_features_add_sums_up_to_the_probability(one: Report, other: Report) -> None:
    why = Pairs().explain(told(one), told(other, 90))
    assert [part.name for part in why.parts] == list(FEATURES)
    score = why.bias + sum(part.contribution for part in why.parts)
    assert 1 / (1 + exp(-score)) == pytest.approx(why.probability, abs=1e-5)
    assert why.decision == ("cross" if ENGLISH in (one, other) else "same")
    assert (why.threshold, why.together) == (TOGETHER, why.probability >= TOGETHER)


def test_a_pair_is_judged_as_if_no_other_had_come_and_whichever_comes_first() -> None:
    judging = Pairs()
    told_once = [judging.likely(told(one), told(other, 9)) for one, other in PAIRS]
    assert [judging.likely(told(other, 9), told(one)) for one, other in reversed(PAIRS)] == told_once[::-1]
    assert len(set(told_once)) > 5


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_are_together_where_the_window_puts_them_in_one_story(one: Report, other: Report) -> None:
    window = Window()
    window.place(event(1, minutes=0), read(one))
    joined = window.place(event(2, minutes=9), read(other))
    assert Pairs().explain(told(one), told(other, 9)).together is not joined.starts


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_smallest_change_turns_the_judgement_over(one: Report, other: Report) -> None:
    why = Pairs().explain(told(one), told(other, 9))
    assert why.flip is not None
    values = _with(np.array([part.value for part in why.parts]), why.flip.name, why.flip.to)
    bias, *weights = decisions()[int(why.decision == "cross")]
    assert (1 / (1 + exp(-(bias + values @ np.array(weights)))) >= TOGETHER) is not why.together
    assert why.flip.value != why.flip.to


def test_vectors_change_the_decision_where_both_have_one() -> None:
    one, other = told(FERRY), told(ENGLISH)
    alike, unlike = (replace(other, vector=pointing(*toward)) for toward in ((1, 2, 3), (7, 8)))
    judging, known = Pairs(), replace(one, vector=pointing(1, 2, 3))
    assert judging.explain(known, alike).decision == "cross vectors"
    assert judging.explain(known, alike).probability > judging.explain(known, unlike).probability
    assert judging.explain(known, other) == judging.explain(one, other)
