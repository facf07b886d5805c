"""The window of the story engine: what is held, found, let go, and joined later. quality/ tests its judgement."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import at, event, report

from aggregator import gist
from aggregator.curate.bonds import Bond, Bonds
from aggregator.stories import Window, read
from aggregator.stories.tape import Tape
from aggregator.stories.vectors import SIFTED, Vectors
from aggregator.values import Event, Merge, Placement

TITLES = (
    "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi",
    "Bank Indonesia tahan suku bunga acuan 6 persen",
    "Gunung Ibu di Halmahera meletus, abu setinggi 4 kilometer",
    "Timnas Indonesia imbang 3-3 lawan Laos di Surakarta",
)


def arrived(window: Window, number: int, title: str, *, text: str = "", minutes: float | None = None) -> Placement:
    return window.place(event(number, minutes=minutes), read(report(number, title, text=text)))


def pointing(*toward: int, sign: int = 1) -> bytes:
    """Give a vector along some of its dimensions, of a model whose texts have no mean."""
    found = np.full(128, 0.001, np.float32)
    found[list(toward)] = sign
    return (found / np.linalg.norm(found)).astype("<f2").tobytes()


def test_a_report_joins_the_story_that_tells_its_event_and_no_other() -> None:
    window = Window()
    for number, title in enumerate(TITLES, start=1):
        assert arrived(window, number, title).starts
    joined = arrived(window, 9, "Feri Cahaya mogok di Selat Lombok, semua penumpang dievakuasi selamat")
    assert (joined.story, joined.starts) == ("story-1", False)


def test_a_repair_joins_stories_that_a_third_report_has_brought_together() -> None:
    window = Window()
    window.place(event(1), read(report(1, TITLES[0])))
    window.place(event(2), read(report(2, TITLES[0], outlet="kedua")))
    slots = window.members(0)
    assert len(slots) == 2
    window._move(slots[1], 0, window._open("story-2"))  # as if it had come before the words that tie them were known
    assert window.repair("m") == ((Merge(loser="story-2", winner="story-1"),), ())
    assert window.members(0) == slots and window.members(1) == []
    assert window.touched == 0 and window.repair("m") == ((), ())


RATES = (
    "Bank Indonesia tahan suku bunga acuan enam persen", "Suku bunga acuan Bank Indonesia ditahan di enam persen",
    "Bank Indonesia tahan suku bunga acuan di enam persen lagi",
)  # fmt: skip
FERRIES = (
    "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi",
    "Feri Cahaya mogok di Selat Lombok, semua penumpang dievakuasi",
    "Feri KMP Cahaya yang mogok di Selat Lombok ditarik, penumpang dievakuasi",
    "Feri Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi tim SAR",
)


def glued(bonds: Bonds | None = None) -> Window:
    """Give a window with the reports of two events in one Story."""
    window = Window(bonds)
    for number, title in enumerate((*RATES, *FERRIES), start=1):
        window.place(event(number), read(report(number, title)))
    window.assign(dict.fromkeys(range(1, 8), "story-1"))
    return window


def test_a_repair_parts_a_story_that_tells_two_events() -> None:
    (split,) = glued().repair("mint")[1]
    assert (split.story, split.entries) == ("story-1", (1, 2, 3)), "the larger part stays"
    window, again = glued(), glued()
    assert window.repair("mint") == again.repair("mint") == ((), (split,))
    assert [window.holder(entry) for entry in range(1, 8)] == [split.start] * 3 + ["story-1"] * 4
    assert window.repair("mint") == ((), ())


@pytest.mark.parametrize("bond", [Bond(1, together=(frozenset({1}), frozenset({5}))), Bond(1, named=("story-1",))])
def test_a_repair_leaves_a_story_whole_of_which_an_editor_has_decided(bond: Bond) -> None:
    bonds = Bonds()
    bonds.add(bond, dict.fromkeys(range(1, 8), "story-1"))
    assert glued(bonds).repair("mint") == ((), ())


def test_a_word_is_as_rare_as_the_events_that_tell_it_however_many_reports_each_has() -> None:
    window = Window()
    for number in range(1, 9):
        window.place(event(number), read(report(number, FERRIES[number % 4])))
    said = [window.said(number) for number in (1, 8)]
    assert said[0] is not None and said[1] is not None
    assert (bool(said[0].any()), bool(said[1].all())) == (False, True)
    (word,) = read(report(9, "mogok")).terms[:1]
    assert window.shelf._seen[word] == 1
    window.forget_before(event(9, minutes=60 * 24 * 60).at)
    assert not window.shelf._seen.any()


def test_a_restored_window_counts_words_as_one_that_was_never_away() -> None:
    window, restored = Window(), Window()
    for number, title in enumerate((*FERRIES, *RATES), start=1):
        placed = window.place(event(number), read(report(number, title)))
        told = gist.unpack(
            gist.pack(replace(gist.read(report(number, title)), said=window.said(number))), outlet=f"outlet {number}"
        )
        restored.take(event(number), told.evidence, placed.story, said=told.said)
    assert (restored.shelf._seen == window.shelf._seen).all()
    assert (restored.shelf._log == window.shelf._log).all()


def test_a_repair_is_due_with_the_first_report_of_each_three_days_where_few_come() -> None:
    window = Window()
    due = []
    for number in range(1, 9):
        arrived(window, number, TITLES[number % 4], minutes=number * 24 * 60)
        due.append(window.is_due)
        if window.is_due:
            window.repair("m")
    assert [later - sooner for sooner, later in pairwise(np.flatnonzero(due).tolist())] == [3]


def test_a_restored_window_is_due_when_one_that_was_never_away_is() -> None:
    window, restored = Window(), Window()
    for number in range(1, 9):
        placed = arrived(window, number, TITLES[number % 4], minutes=number * 24 * 60)
        restored.take(event(number, minutes=number * 24 * 60), read(report(number, TITLES[number % 4])), placed.story)
        assert restored.is_due == window.is_due
        if window.is_due:
            window.repair("m")
            restored.repaired()


def test_a_report_of_a_merged_story_brings_others_to_the_one_it_goes_on_as() -> None:
    window = Window()
    for number in (1, 2):
        arrived(window, number, TITLES[0])
    window._move(window.members(0)[1], 0, window._open("story-2"))
    window.repair("m")
    assert arrived(window, 3, TITLES[0]).story == "story-1"


def test_what_is_two_weeks_old_is_let_go_and_leaves_no_trace() -> None:
    used, fresh = Window(), Window()
    for number in range(1, 3000):
        window_title = f"{TITLES[number % 4]} {number}"
        used.place(event(number, minutes=number), read(report(number, window_title)))
    later = at(60 * 24 * 30)
    used.forget_before(later)
    assert len(used.shelf) == 0 and used.shelf.slot_of(2999) is None
    assert np.array_equal(used.shelf._log, fresh.shelf._log)
    line = Event(4000, later, "entry", 4000, 0, "story-4000")
    assert used.place(line, read(report(4000, TITLES[0]))) == Placement(4000, "story-4000", starts=True)
    assert used.members(used.story_of(used.shelf.oldest)) == [used.shelf.oldest]


def test_a_copy_is_in_the_story_of_its_original_and_not_in_the_window() -> None:
    window = Window()
    arrived(window, 1, TITLES[0])
    copy = window.place(event(2), read(report(2, TITLES[1])), copy_of=1)
    assert (copy.story, copy.copy_of) == ("story-1", 1)
    assert len(window.shelf) == 1
    gone = window.place(event(3), read(report(3, TITLES[2])), copy_of=77)
    assert gone == Placement(3, "story-3", starts=True)


def test_a_report_takes_less_than_a_kibibyte() -> None:
    window = Window()
    words = "Sebanyak 148 penumpang feri dievakuasi setelah mesin mati di tengah selat menurut kepala Basarnas"
    empty = held(window)
    for number in range(1, 4001):
        window.place(
            event(number, minutes=number),
            read(report(number, f"{number} {TITLES[0]}", text=f"{words} {words} {number}")),
        )
    assert (held(window) - empty) / 4000 < 1024


def held(window: Window) -> int:
    shelf = window.shelf
    arrays = (one for one in vars(shelf).values() if isinstance(one, np.ndarray))
    tapes = (one._held for one in [*vars(shelf).values(), window._stories] if isinstance(one, Tape))
    return sum(array.nbytes for array in (*arrays, *tapes))


def test_a_vector_that_comes_later_brings_a_report_to_its_story() -> None:
    window = Window()
    arrived(window, 1, "Rusia menjalin kontak langsung dengan HTS")
    arrived(window, 2, "موسكو تفتح قناة مباشرة")
    assert window.hear(event(1), pointing(1, 2, 3)) is None
    assert window.hear(event(2), pointing(1, 2, 3)) == Merge(loser="story-2", winner="story-1")
    assert len(window.members(0)) == 2
    assert window.hear(event(99), pointing(5)) is None


def test_a_report_leaves_the_story_that_it_joined_by_its_words_when_its_vector_tells_of_something_else() -> None:
    window = Window()
    for number in (1, 2, 3):
        arrived(window, number, TITLES[0])
    for number in (1, 2):
        assert window.hear(event(number), pointing(1, 2)) is None
    left = window.hear(replace(event(3), mint="story-3b"), pointing(1, 2, sign=-1))
    assert left == Placement(3, "story-3b", starts=True)
    assert len(window.members(0)) == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60), st.randoms())
def test_the_nearest_vectors_are_found_whatever_came_and_went(changes: list[tuple[int, bool]], chance: object) -> None:
    rng = np.random.default_rng(7)
    values = rng.standard_normal((41, 384)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    vectors, there = Vectors(), set()
    for slot, comes in changes:
        if comes:
            vectors.put(slot, values[slot])
            there.add(slot)
        else:
            vectors.drop(slot)
            there.discard(slot)
    asked = values[0] + 0.5 * values[1]
    again = Vectors()
    for slot in sorted(there, reverse=True):
        again.put(slot, values[slot])
    assert vectors.near(asked, 5) == again.near(asked, 5)
    assert set(vectors.near(asked, 50)) == there
    if 0 in there:
        assert vectors.near(asked, 1) == [0]


def test_sifting_by_signs_finds_the_nearest_among_many() -> None:
    rng = np.random.default_rng(11)
    values = rng.standard_normal((SIFTED * 5, 384)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    vectors = Vectors()
    for slot, vector in enumerate(values):
        vectors.put(slot, vector)
    for slot in range(0, len(values), 97):
        near = values[slot] + 0.4 * values[(slot + 1) % len(values)]
        assert vectors.near(near, 1) == [slot]


@pytest.mark.parametrize("step", [1, 7, 700])
def test_a_tape_keeps_what_is_held_and_grows_no_further_than_that(step: int) -> None:
    tape = Tape(np.int64)
    for start in range(0, 50_000, step):
        assert tape.extend(np.arange(start, start + step)) == start
        tape.let_go(start - 2000)
    assert list(tape.span(tape.end - 3, tape.end)) == [tape.end - 3, tape.end - 2, tape.end - 1]
    assert tape.one(tape.end - 2000) == tape.end - 2000
    assert len(tape._held) < 8000


def test_times_are_believed_no_later_than_the_report_came() -> None:
    window = Window()
    told = replace(report(1, TITLES[0]), published_at=at(0) + timedelta(days=40))
    window.place(event(1), read(told))
    assert window.shelf.slots.one(0)["at"] == window.shelf.slots.one(0)["came"]
