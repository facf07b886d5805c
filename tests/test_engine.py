"""The story engine: which reports tell one event, whose copies they are, and that the log alone decides."""

import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import at, event, report

from aggregator import copies
from aggregator.copies import Originals
from aggregator.demo.newsroom import Newsroom
from aggregator.engine import Decision, Engine
from aggregator.stories import features
from aggregator.values import Event, Report


def newsroom() -> list[tuple[Event, Report]]:
    """Give every item of the newsroom that ships with Anyam, in the order of its appearance."""
    room = Newsroom.load()
    spoken = {outlet.id: outlet.language for outlet in room.outlets}
    items = sorted((item for told in room.events for item in told.items), key=lambda item: (item.at, item.id))
    return [
        (
            event(number, minutes=item.at),
            replace(
                report(
                    number,
                    item.title,
                    outlet=item.outlet,
                    text=" ".join(item.paragraphs),
                    url=f"https://x.example/{item.id}",
                ),
                language=spoken[item.outlet],
                published_at=at(item.dated),
            ),
        )
        for number, item in enumerate(items, start=1)
    ]


def told_by() -> dict[int, str]:
    room = Newsroom.load()
    items = sorted((item for told in room.events for item in told.items), key=lambda item: (item.at, item.id))
    return {number: item.event for number, item in enumerate(items, start=1)}


def run(engine: Engine, lines: list[tuple[Event, Report]], reports: dict[int, Report]) -> list[Decision]:
    return [
        engine.place(line, told, [reports[one.entry] for one in engine.candidates(line, told)]) for line, told in lines
    ]


def decided(lines: list[tuple[Event, Report]]) -> list[Decision]:
    return run(Engine("id"), lines, {line.entry: told for line, told in lines})


def test_the_seed_event_is_one_story_in_four_languages_and_the_other_contact_is_another() -> None:
    lines, events = newsroom(), told_by()
    stories = defaultdict(list)
    for decision in decided(lines):
        stories[decision.placement.story].append(decision.event.entry)
    seed = [entry for entry, told in events.items() if told == "rusia-hts"]
    (story,) = {story for story, entries in stories.items() if seed[0] in entries}
    assert len(set(seed) & set(stories[story])) >= len(seed) - 1
    assert len({told.language for line, told in lines if line.entry in seed}) == 4
    other = [entry for entry, told in events.items() if told == "as-hts"]
    assert not set(other) & set(stories[story])


def test_stories_of_the_newsroom_are_nearly_right() -> None:
    from aggregator.scores import bcubed

    events = {str(entry): told for entry, told in told_by().items()}
    found = {str(decision.event.entry): decision.placement.story for decision in decided(newsroom())}
    assert bcubed(events, found).f1 > 0.9


def test_a_subject_told_over_days_becomes_a_topic_named_by_its_reports() -> None:
    opened = [d.gathering for d in decided(newsroom()) if d.gathering is not None and d.gathering.opens]
    assert [(gathering.title, gathering.language) for gathering in opened] == [("Rusia, Suriah", "id")]
    assert len(opened[0].stories) >= 3


def test_the_same_log_gives_the_same_decisions() -> None:
    assert decided(newsroom()) == decided(newsroom())


@pytest.mark.parametrize("stop", [1, 7, 30, 55])
def test_an_engine_restored_from_the_log_decides_as_if_it_had_never_been_away(stop: int) -> None:
    lines = newsroom()
    reports = {line.entry: told for line, told in lines}
    whole = decided(lines)
    before, after = lines[:stop], lines[stop:]
    topics = {
        story: decision.gathering.topic
        for decision in whole[:stop]
        if decision.gathering is not None
        for story in decision.gathering.stories
    }
    restored = Engine("id")
    for (line, told), decision in zip(before, whole, strict=False):
        placement = replace(decision.placement, starts=False)
        restored.restore(line, told, placement, topics.get(placement.story), upto=before[-1][0].at)
    assert run(restored, after, reports) == whole[stop:]


def test_what_is_restored_equals_what_was_kept_when_weeks_have_passed() -> None:
    lines = [
        (replace(line, at=line.at + timedelta(days=3 * number)), told) for number, (line, told) in enumerate(newsroom())
    ]
    reports = {line.entry: told for line, told in lines}
    whole = decided(lines)
    stop = 40
    topics = {
        story: decision.gathering.topic
        for decision in whole[:stop]
        if decision.gathering is not None
        for story in decision.gathering.stories
    }
    restored = Engine("id")
    upto = lines[stop - 1][0].at
    for (line, told), decision in zip(lines[:stop], whole, strict=False):
        if line.at >= upto - timedelta(days=21):
            placement = replace(decision.placement, starts=False)
            restored.restore(line, told, placement, topics.get(placement.story), upto=upto)
    assert run(restored, lines[stop:], reports) == whole[stop:]


def test_no_hash_seed_changes_a_decision() -> None:
    code = (
        "import test_engine, hashlib;"
        "print(hashlib.sha256(repr(test_engine.decided(test_engine.newsroom())).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(__file__)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(found) == 1


def together(*lines: tuple[Event, Report]) -> bool:
    return len({decision.placement.story for decision in decided(list(lines))}) == 1


def test_two_contacts_that_share_all_but_who_made_them_are_two_stories() -> None:
    first = report(1, "Russia in direct contact with HTS in Syria, Bogdanov says", text="Moscow talks to the rebels.")
    other = report(2, "US in direct contact with HTS in Syria, Blinken says", text="Blinken spoke in Aqaba.")
    again = report(3, "Russia establishes direct contact with HTS political committee, Bogdanov tells Interfax")
    assert not together((event(1), first), (event(2, minutes=2880), other))
    assert together((event(1), first), (event(3), again))


def test_items_that_a_new_source_brings_at_once_are_kept_apart_by_their_dates() -> None:
    title = "Gempa magnitudo 6,1 guncang Talaud, tidak ada ancaman tsunami"
    old = replace(report(1, title), published_at=at(-60 * 24 * 300))
    new = replace(report(2, title), published_at=at(-5))
    assert not together((event(1), old), (event(2), new))
    assert together((event(1), replace(old, published_at=at(-9))), (event(2), new))


def test_the_name_of_a_programme_makes_no_story() -> None:
    first = report(1, "Feri mogok di Selat Lombok | Warta Petang", outlet="kanal")
    second = report(2, "Harga cabai naik lagi | Warta Petang", outlet="saluran")
    assert not together((event(1), first), (event(2), second))


TEXT = (
    "Sebanyak 148 penumpang feri dievakuasi dengan selamat setelah mesin kapal mati di tengah selat sore ini. "
    "Dua kapal patroli dan tiga perahu nelayan memindahkan mereka ke pelabuhan terdekat sebelum malam tiba."
)


def copy_of(second: Report, first: Report) -> int | None:
    originals = Originals()
    originals.take(event(1), first)
    found = originals.candidates(event(2), second)
    return copies.verify(second, [first for _ in found])


def test_the_same_address_at_another_outlet_is_a_copy() -> None:
    first = report(1, "Feri mati mesin", url="https://kawat.example/feri")
    assert copy_of(report(2, "Penumpang selamat", url="https://kawat.example/feri"), first) == 1


def test_the_same_text_under_another_title_is_a_copy() -> None:
    first = report(1, "Feri mati mesin di selat", text=TEXT)
    assert copy_of(report(2, "Penumpang kapal selamat semua", text=f"Kabar Nusa - {TEXT}"), first) == 1
    assert copy_of(report(2, "Penumpang kapal selamat semua", text=" ".join(TEXT.split()[:22])), first) == 1


def test_a_report_in_its_own_words_is_no_copy() -> None:
    first = report(1, "Feri mati mesin di selat", text=TEXT)
    own = (
        "Mesin sebuah feri padam di laut lepas, dan semua yang ada di atasnya kini aman di daratan berkat para nelayan."
    )
    assert copy_of(report(2, "Penumpang kapal selamat", text=own), first) is None


def test_the_phrases_that_an_outlet_ends_every_text_with_make_no_copies() -> None:
    foot = "Ikuti kami di semua saluran, berlangganan, dan tekan tombol lonceng supaya tidak ketinggalan berita."
    first = report(1, "Harga cabai naik di pasar", outlet="kanal", text=foot)
    assert copy_of(report(2, "Gunung Ibu meletus lagi", outlet="kanal", text=foot), first) is None


def test_a_title_alone_is_proof_only_where_it_says_enough() -> None:
    assert copy_of(report(2, "Siaran langsung"), report(1, "Siaran langsung")) is None
    long = "Bank Indonesia pertahankan suku bunga acuan bulan ini"
    assert copy_of(report(2, long), report(1, long)) == 1


def test_a_copy_joins_its_original_and_a_copy_of_the_copy_names_the_original() -> None:
    lines = [(event(n), report(n, f"Judul {n} yang berbeda sama sekali", text=TEXT)) for n in (1, 2, 3)]
    placements = [decision.placement for decision in decided(lines)]
    assert [placement.copy_of for placement in placements] == [None, 1, 1]
    assert {placement.story for placement in placements} == {"story-1"}


def test_a_name_survives_its_way_between_scripts() -> None:
    assert len({features.bones(word) for word in ("bogdanov", "богданов", "بوغدانوف")}) == 1
    assert len({features.bones(word) for word in ("syria", "suriah", "сирия", "سوريا")}) == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=200), st.sampled_from(["id", "ar", "ru", "en"])), max_size=12
    )
)
def test_any_text_is_placed_and_placed_alike_again(texts: list[tuple[str, str, str]]) -> None:
    lines = [
        (event(n), report(n, title, text=text, language=language))
        for n, (title, text, language) in enumerate(texts, start=1)
    ]
    assert decided(lines) == decided(lines)
