"""When a Source has moved for good."""

from datetime import timedelta

from making import START

from aggregator import moves
from aggregator.moves import Move

HOUR = timedelta(hours=1)


def test_a_move_is_believed_once_it_was_met_often_and_long_enough() -> None:
    move = None
    for hours in (0, 1, 2, 47):
        move = moves.seen(move, "https://b.example/", now=START + hours * HOUR)
        assert move is not None and not moves.has_held(move, now=START + hours * HOUR)
    assert moves.has_held(move, now=START + 48 * HOUR)
    assert not moves.has_held(Move("https://b.example/", START, visits=2), now=START + 480 * HOUR)


def test_another_address_or_one_answer_without_a_move_starts_anew() -> None:
    first = moves.seen(None, "https://b.example/", now=START)
    other = moves.seen(first, "https://c.example/", now=START + HOUR)
    assert other == Move("https://c.example/", START + HOUR)
    assert moves.seen(other, None, now=START + 2 * HOUR) is None
