"""The two parts of a Story that tells two events."""

import numpy as np
import pytest

from aggregator.stories.halving import halves


def likely(*groups: int, within: float = 0.8, across: float = 0.05) -> np.ndarray:
    """Give how likely reports tell one event that come in groups of these sizes."""
    of = np.repeat(np.arange(len(groups)), groups)
    found = np.where(of[:, None] == of, within, across)
    np.fill_diagonal(found, 1.0)
    return found


def test_two_events_are_told_apart_wherever_their_reports_stand() -> None:
    order = np.random.default_rng(1).permutation(9)
    mean, one, other = halves(likely(5, 4)[np.ix_(order, order)]) or pytest.fail("no parts")
    first = {int(place) for place in np.flatnonzero(order < 5)}
    assert {frozenset(one), frozenset(other)} == {frozenset(first), frozenset(range(9)) - first}
    assert mean == pytest.approx(0.05)


def test_what_stands_alone_is_in_neither_part() -> None:
    found = halves(likely(4, 3, 1, across=0.02))
    assert found is not None
    assert {frozenset(found[1]), frozenset(found[2])} == {frozenset(range(4)), frozenset({4, 5, 6})}


@pytest.mark.parametrize("groups", [(2,), (1, 1, 1), (3, 1), (1,)])
def test_what_has_no_two_parts_of_two_reports_has_none(groups: tuple[int, ...]) -> None:
    assert halves(likely(*groups, across=0.0)) is None
