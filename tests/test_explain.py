"""`anyam explain`: what the store decided of two Entries, the same judgement replayed, and what would turn it over."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from making import START, arrival, at
from running import Done, here
from sqlalchemy import select

from aggregator.cli import why
from aggregator.config import Settings
from aggregator.opening import Site, open_site
from aggregator.store import entries, stories
from aggregator.store.schema import log, source
from aggregator.stories.likeness import DECISIONS, FEATURES
from aggregator.values import Arrival, Merge, Placement
from aggregator.weaving import Leader, weave

FERRY = "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi"
FERRY_TOO = "Feri Cahaya mogok di Selat Lombok, semua penumpang dievakuasi"
FERRY_LATER = "Feri KMP Cahaya yang mogok di Selat Lombok ditarik, penumpang dievakuasi"
RATE = "Bank Indonesia tahan suku bunga acuan enam persen"
ENGLISH = "Central bank of Indonesia keeps its rate at six percent"
TEXT = "Kapal feri itu tiba dengan selamat di pelabuhan Merak pada Kamis malam setelah enam jam terombang-ambing. " * 5
FILE = """
sections:
  - {id: dunia, title: Dunia}
sources:
  - {name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar}
  - {name: Warta, url: 'https://warta.example/rss', section: dunia, outlet: Warta}
"""


@dataclass
class Desk:
    """A site on a store of its own."""

    folder: Path
    url: str
    site: Site
    leader: Leader

    def keep(self, outlet: str, *arrivals: Arrival, minutes: float = 0) -> list[int]:
        """Keep Entries, and give their ids."""
        with self.site.store.write() as connection:
            id = connection.execute(select(source.c.id).where(source.c.name == outlet)).scalar_one()
            return list(entries.keep(connection, id, list(arrivals), now=at(minutes)).new)

    def weave(self) -> None:
        """Make Stories of what came."""
        weave(self.site, self.leader)

    def explain(self, *arguments: object) -> Done:
        """Run the command."""
        options = ("--config", "feeds.yaml", "--database", self.url)
        return here("explain", *map(str, arguments), *options, folder=self.folder)

    def told(self, one: int, other: int) -> dict[str, Any]:
        """Give what it says of two Entries as JSON."""
        done = self.explain(one, other, "--json")
        assert (done.code, done.err) == (0, "")
        told: dict[str, Any] = json.loads(done.out)
        return told


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """Give a site with two Sources and nothing in it."""
    (tmp_path / "feeds.yaml").write_text(FILE, encoding="utf-8")
    site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=database_url))
    yield Desk(tmp_path, database_url, site, Leader("one"))
    site.store.close()


def test_two_reports_of_one_event_are_together_and_the_sum_says_why(desk: Desk) -> None:
    (one,) = desk.keep("Kabar", arrival("a", title=FERRY))
    (other,) = desk.keep("Warta", arrival("b", title=FERRY_TOO), minutes=30)
    desk.weave()
    told = desk.told(one, other)
    assert [entry["id"] for entry in told["entries"]] == [one, other]
    assert [entry["outlet"] for entry in told["entries"]] == ["Kabar", "Warta"]
    assert (told["together"], told["would_be_together"], told["would_be_copy"]) == (True, True, False)
    assert (len(told["stories"]), told["merges"], told["decision"], told["likest"]) == (1, [], "same", [])
    assert [part["name"] for part in told["features"]] == list(FEATURES)
    assert told["probability"] >= told["threshold"] and told["flip"]["name"] in FEATURES
    assert desk.told(other, one)["probability"] == told["probability"]
    done = desk.explain(one, other)
    assert (done.code, done.err) == (0, "")
    assert f"Entry {one} (Kabar, id): {FERRY}\n" in done.out
    assert f"together in the Story {FERRY}" in done.out or "together in the Story without a title yet" in done.out
    assert f"with a probability of {told['probability']:.3f}; from 0.25 on" in done.out
    assert "by the decision for reports in one language, in log-odds:" in done.out
    assert "The smallest change that would put them apart, all else as it is: " in done.out
    assert "The store has it otherwise" not in done.out


def test_reports_of_two_events_are_apart_and_it_says_what_would_join_them(desk: Desk) -> None:
    (one,) = desk.keep("Kabar", arrival("a", title=FERRY))
    (other,) = desk.keep("Warta", arrival("b", title=ENGLISH, language="en"))
    (third,) = desk.keep("Warta", arrival("c", title=FERRY_LATER))
    desk.weave()
    told = desk.told(one, other)
    assert (told["together"], told["would_be_together"], told["decision"]) == (False, False, "cross")
    assert len(told["stories"]) == 2
    assert [(found["entry"], found["likest"]) for found in told["likest"]] == [(other, third)]
    out = desk.explain(one, other).out
    assert "They are apart, in two Stories:\n" in out
    assert "in two languages" in out and "would put them together" in out
    assert f"Likest to Entry {other} among the others of the other Story is Entry {third}, with 0." in out


def test_a_copy_stands_with_its_original(desk: Desk) -> None:
    (one,) = desk.keep("Kabar", arrival("a", title="Selamat semua", summary=TEXT))
    (other,) = desk.keep("Warta", arrival("b", title="Doa ibu di dermaga", summary=TEXT), minutes=9)
    desk.weave()
    told = desk.told(one, other)
    assert (told["together"], told["would_be_copy"], told["would_be_together"]) == (True, True, True)
    assert [entry["copy_of"] for entry in told["entries"]] == [None, one]
    out = desk.explain(one, other).out
    assert f"Entry {other} is a Copy of Entry {one}, and stands where that one stands." in out
    assert "texts prove one a Copy of the other" in out and "The store has it otherwise" not in out


def test_what_was_joined_later_says_so_and_when(desk: Desk) -> None:
    one, other = desk.keep("Kabar", arrival("a", title=FERRY), arrival("b", title=RATE))
    desk.weave()
    first, second = (entry["story"] for entry in desk.told(one, other)["entries"])
    with desk.site.store.write() as connection:
        stories.place(connection, [Placement(one, "far", starts=True)], at={one: START}, now=START)
        stories.place(connection, [Placement(one, first, starts=False)], at={one: START}, now=START)
        stories.merge(connection, [Merge(loser="far", winner=second)], now=at(5))
        stories.merge(connection, [Merge(loser=second, winner=first)], now=at(9))
    told = desk.told(one, other)
    assert (told["together"], told["would_be_together"]) == (True, False)
    assert told["merges"] == [
        {"story": "far", "into": second, "at": "2024-12-12T03:05:00Z", "begun_by": None},
        {"story": second, "into": first, "at": "2024-12-12T03:09:00Z", "begun_by": other},
    ]
    out = desk.explain(one, other).out
    assert f"The Story {second}, which Entry {other} began, was joined to {first} at 2024-12-12T03:09:00Z.\n" in out
    assert "The store has it otherwise" in out


def test_entries_that_wait_are_judged_too(desk: Desk) -> None:
    one, other = desk.keep("Kabar", arrival("a", title=FERRY), arrival("b", title=RATE))
    told = desk.told(one, other)
    assert (told["together"], told["stories"]) == (None, [])
    assert f"Not placed yet: {one} and {other}." in desk.explain(one, other).out


def test_reports_that_came_weeks_apart_were_never_compared(desk: Desk) -> None:
    (one,) = desk.keep("Kabar", arrival("a", title=FERRY))
    (other,) = desk.keep("Warta", arrival("b", title=FERRY), minutes=60 * 24 * 30)
    desk.weave()
    out = desk.explain(one, other).out
    assert "They are apart" in out and "The store has it otherwise" not in out
    assert "But they came more than 14 days apart: the later one was not compared with the earlier." in out


def test_what_is_no_placed_entry_is_refused_with_its_reason(desk: Desk) -> None:
    one, other = desk.keep("Kabar", arrival("a", title=FERRY), arrival("b", title=RATE, skipped_by="skip: words"))
    with desk.site.store.read() as connection:
        assert len(connection.execute(select(log.c.seq)).all()) == 1
    for given, words in (
        ((one, one), f"{one} stands there twice"),
        ((one, other), f"Entry {other} is kept out of Stories (skip: words)"),
        ((one, 99), "there is no Entry 99 in this store"),
        ((one, "x"), "'x' is no whole number of 1 or more"),
    ):
        done = desk.explain(*given)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert words in done.err


def test_every_feature_and_decision_has_words() -> None:
    assert tuple(why.FEATURES) == FEATURES
    assert tuple(why.DECISIONS) == DECISIONS
    assert len({*why.FEATURES.values()}) == len(FEATURES)
