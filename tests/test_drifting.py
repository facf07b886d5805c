"""Items dated at the moment of the visit, as programs date what they write anew for each visitor."""

from datetime import timedelta

import pytest
from test_identity import DAY, HEADLINES, SHOWS, TEXTS, Poll, item, poll  # noqa: F401

from aggregator.normalize import drifting
from aggregator.store.entries import Kept
from aggregator.values import Item

STEPS = (1, 16, 180, 60 * 24)
"""Minutes from one poll to the next."""


class Visits:
    """Polls, so many minutes apart, of a document that is dated at each of them."""

    def __init__(self, poll: Poll, step: int) -> None:  # noqa: F811
        self.poll, self.step, self.number = poll, step, 0
        self.poll.minutes = iter(range(0, 10**7, step))  # type: ignore[assignment]

    def __call__(self, *items: Item, late: float = 0) -> Kept:
        now = DAY + timedelta(days=3, minutes=self.number * self.step)
        self.number += 1
        made = [Item(id=one.id, url=one.url, title=one.title, summary=one.summary, published=now) for one in items]
        dated = [
            Item(
                id=one.id,
                url=one.url,
                title=one.title,
                summary=one.summary,
                published=now - timedelta(seconds=n + late),
            )
            for n, one in enumerate(made)
        ]
        return self.poll(*dated)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("link", ["", "/langsung"])
@pytest.mark.parametrize("text", ["", "Isi kabar."])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_nameless_items_dated_at_the_visit_are_known_again(
    poll: Poll, step: int, link: str, text: str, size: int  # noqa: F811
) -> None:  # fmt: skip
    if link and size == 1:
        link = ""
    made = [item("", link, title, text=text and f"{text} {n}") for n, title in enumerate(HEADLINES[:size])]
    visits = Visits(poll, step)
    assert len(visits(*made).new) == size
    known = poll.keys()
    assert visits(*made) == Kept((), ()) == visits(*reversed(made))
    assert poll.keys() == known
    fresh = item("", link, "Nelayan temukan bangkai kapal kuno", text=text and "Isi lain sama sekali.")
    if size > 1:
        assert len(visits(fresh, *made).new) == 1
        assert visits(fresh, *made) == Kept((), ())


def test_a_list_kept_by_its_host_for_a_while_is_known_again(poll: Poll) -> None:  # noqa: F811
    made = [item("", "", title) for title in HEADLINES]
    visits = Visits(poll, 60)
    visits(*made, late=300)
    assert [visits(*made, late=late) for late in (0, 600, 60)] == [Kept((), ())] * 3


def test_an_edited_text_of_a_nameless_item_dated_at_the_visit_is_a_revision(poll: Poll) -> None:  # noqa: F811
    made = [item("", "", title, text=f"{TEXTS['same']} {n}") for n, title in enumerate(HEADLINES)]
    visits = Visits(poll, 60)
    visits(*made)
    made[0] = item("", "", HEADLINES[0], text=f"Ralat: {TEXTS['same']} 0")
    kept = visits(*made)
    assert (kept.new, len(kept.changed)) == ((), 1)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("text", ["", "Isi kabar."])
def test_items_under_new_ids_and_addresses_dated_at_the_visit_are_known_again(
    poll: Poll, step: int, text: str  # noqa: F811
) -> None:  # fmt: skip
    def listed(number: int) -> list[Item]:
        return [
            item(f"urn:{number}:{n}", f"/{number}/{n}", title, text=text and f"{text} {n}")
            for n, title in enumerate(HEADLINES)
        ]

    visits = Visits(poll, step)
    visits(*listed(0))
    assert [visits(*listed(number)).new for number in (1, 2, 3)] == [()] * 3


def test_items_published_at_one_moment_just_before_the_first_visit_stay_themselves(poll: Poll) -> None:  # noqa: F811
    made = [item("", "", title, DAY + timedelta(days=3)) for title in HEADLINES]
    poll.minutes = iter((5, 20, 35, 600))  # type: ignore[assignment]
    assert len(poll(*made).new) == len(made)
    assert [poll(*made) for _ in range(3)] == [Kept((), ())] * 3


def test_a_nameless_column_that_returns_with_another_text_is_a_new_entry(poll: Poll) -> None:  # noqa: F811
    texts = ("Cerah berawan di pesisir utara sepanjang hari.", "Hujan lebat turun merata sejak dini malam tadi.")
    visits = Visits(poll, 60 * 24)
    for text in texts:
        made = [item("", "", f"Prakiraan cuaca untuk kota {show[:6]}", text=f"{text} {show}") for show in SHOWS]
        assert len(visits(*made).new) == len(made)


def test_what_came_this_minute_beside_older_items_has_a_date_of_its_own() -> None:
    minute = timedelta(minutes=1)
    assert drifting.drifts([DAY, DAY - 60 * minute, DAY - 90 * minute], now=DAY + minute) == [None] * 3
    assert drifting.drifts([DAY, None, DAY - minute], now=DAY) == [timedelta(0), None, minute]
    assert drifting.drifts([DAY], now=DAY + 3 * minute) == [None]
    assert drifting.drifts([], now=DAY) == []


def test_a_nameless_item_whose_date_moves_a_little_is_known_again(poll: Poll) -> None:  # noqa: F811
    for minutes in (0, 1, 3):
        at = DAY + timedelta(minutes=minutes)
        made = [item("", "", title, at - timedelta(hours=n), "Isi.") for n, title in enumerate(HEADLINES)]
        assert len(poll(*made).new) == (0 if minutes else len(made))
