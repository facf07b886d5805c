"""Origins in the store: read when an Entry came or changed, told of Entries and counted in Stories."""

from dataclasses import replace

import pytest
from making import START, arrival, at, configured
from sqlalchemy import select

from aggregator.messages import speak
from aggregator.origins import read
from aggregator.store import Store, entries, origins, reading, sources, stories
from aggregator.store.schema import source
from aggregator.values import Counted, Origin, Placement, Story
from web import present

REUTERS = {"name": "Reuters", "kind": "agency", "evidence": "mengutip Reuters", "certainty": 0.85}


@pytest.fixture
def kept(store: Store) -> tuple[int, ...]:
    """Give three Entries of one Story: one cites Reuters, one is its Copy without the credit, one cites nobody."""
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
        id = connection.execute(select(source.c.id)).scalar_one()
        said = ("Feri tiba, ujarnya, mengutip Reuters.", "Feri tiba, ujarnya.", "Hujan turun.")
        made = entries.keep(connection, id, [arrival(text, summary=text) for text in said], now=START).new
        places = [Placement(made[0], "s", starts=True), Placement(made[1], "s", starts=False, copy_of=made[0])]
        places.append(Placement(made[2], "s", starts=False))
        stories.place(connection, places, at=dict.fromkeys(made, START), now=START)
    return made


def credit(store: Store) -> list[int]:
    """Do what the leader does; gives the Entries that it read."""
    with store.read() as connection:
        unread = origins.unread(connection, limit=9)
    with store.write() as connection:
        found = {(report.entry, revision): read(report) for report, revision in unread.items()}
        origins.write(connection, found)
    return [report.entry for report in unread]


def told(store: Store) -> list[list[dict[str, object]]]:
    return [one["origins"] for one in reading.entries(store)]


def test_entries_and_stories_tell_their_origins(store: Store, kept: tuple[int, ...]) -> None:
    assert told(store) == [[], [], []]
    assert credit(store) == sorted(kept, reverse=True)
    assert credit(store) == []
    assert told(store) == [[REUTERS], [REUTERS | {"evidence": "copy: mengutip Reuters"}], []]
    story = reading.story(store, "s")
    assert isinstance(story, Story)
    assert story.origins == (Counted("Reuters", "agency", 2),)
    assert reading.story_object(story, site_url="")["origins"] == [{"name": "Reuters", "kind": "agency", "reports": 2}]


def test_the_page_of_a_story_says_who_reported_first(store: Store, kept: tuple[int, ...]) -> None:
    credit(store)
    assert reading.first_reported_by(store, kept) == dict.fromkeys(kept[:2], "Reuters")
    story = reading.story(store, "s")
    assert isinstance(story, Story)
    assert present.origins(speak("en"), story) == "3 reports, 1 origin: \u2068Reuters\u2069 (2)"
    assert present.origins(speak("ru"), story) == "3 сообщения, 1 первоисточник: \u2068Reuters\u2069 (2)"
    assert present.origins(speak("ar"), story) == "3 تقارير، مصدر أول واحد: \u2068Reuters\u2069 (2)"
    assert present.origins(speak("id"), replace(story, origins=())) == ""


def test_what_an_outlet_corrects_is_read_anew(store: Store, kept: tuple[int, ...]) -> None:
    credit(store)
    with store.write() as connection:
        id = connection.execute(select(source.c.id)).scalar_one()
        new = arrival("Hujan turun.", title="Ralat", summary="Hujan turun, kata juru bicara kepada AFP.")
        assert entries.keep(connection, id, [new], now=at(5)).changed == (kept[2],)
    assert credit(store) == [kept[2]]
    assert [one["name"] for one in told(store)[2]] == ["AFP"]


def test_what_changed_while_it_was_read_stays_unread(store: Store, kept: tuple[int, ...]) -> None:
    with store.write() as connection:
        origins.write(connection, {(kept[0], 1): (Origin("AFP", "agency", "", 0.9),), (kept[1], 0): ()})
    assert credit(store) == [kept[2], kept[0]]
