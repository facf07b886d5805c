"""The story engine: which reports tell one event, whose copies they are, and that the log alone decides."""

import os
import random
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import at, event, report

from aggregator import copies, gist
from aggregator.copies import Originals
from aggregator.demo.newsroom import Newsroom
from aggregator.engine import MEMORY, Decision, Engine, Standing
from aggregator.stories import features
from aggregator.values import Event, Placement, Report


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


def run(engine: Engine, log: list[Event], reports: dict[int, Report]) -> list[Decision]:
    """Take events of a log in order."""
    return [
        engine.repair(line)
        if line.kind == "tick"
        else engine.place(
            line, reports[line.entry], [reports[one.entry] for one in engine.candidates(line, reports[line.entry])]
        )
        for line in log
    ]


def ticked(lines: list[tuple[Event, Report]], *, every: int = 1000) -> list[Event]:
    """Give the log of these arrivals, with a tick after so many of them and one at the end."""
    log: list[Event] = []
    for number, (line, _) in enumerate(lines, start=1):
        log.append(line)
        if number % every == 0 or number == len(lines):
            log.append(replace(line, seq=line.seq + 1, kind="tick", entry=0, mint=f"tick-{number}"))
    return log


def decided(lines: list[tuple[Event, Report]]) -> list[Decision]:
    """Place reports, with a repair at the end."""
    return run(Engine("id"), ticked(lines), {line.entry: told for line, told in lines})


def stood(decisions: list[Decision]) -> Standing:
    """Give what the store holds after these decisions."""
    standing = Standing()
    for decision in decisions:
        standing.take(decision)
    return standing


def restored(log: list[Event], reports: dict[int, Report], decisions: list[Decision]) -> Engine:
    """Give an engine that was brought to the end of a log from what the store holds then."""
    standing = stood(decisions)
    kept = {decision.event.entry: decision.gist for decision in decisions if decision.gist}
    engine, upto = Engine("id"), log[-1].at
    for line in log:
        if line.kind == "tick":
            engine.restore_repair()
        elif line.at >= upto - MEMORY:
            story = standing.story_of[line.entry]
            placement = Placement(line.entry, story, starts=False, copy_of=standing.copy_of.get(line.entry))
            told = None if placement.copy_of else gist.unpack(kept[line.entry], outlet=reports[line.entry].outlet)
            engine.restore(line, told, placement, standing.topic_of.get(story), upto=upto)
    return engine


def found(lines: list[tuple[Event, Report]]) -> dict[int, str]:
    """Give each Entry's Story as it is at the end."""
    return stood(decided(lines)).story_of


def test_the_seed_event_is_one_story_in_four_languages_and_the_other_contact_is_another() -> None:
    lines, events = newsroom(), told_by()
    stories = defaultdict(list)
    for entry, story in found(lines).items():
        stories[story].append(entry)
    seed = [entry for entry, told in events.items() if told == "rusia-hts"]
    (story,) = {story for story, entries in stories.items() if seed[0] in entries}
    assert len(set(seed) & set(stories[story])) >= len(seed) - 1
    assert len({told.language for line, told in lines if line.entry in seed}) == 4
    other = [entry for entry, told in events.items() if told == "as-hts"]
    assert not set(other) & set(stories[story])


@pytest.mark.parametrize("seed", range(6))
def test_the_two_contacts_are_two_stories_in_whatever_order_the_outlets_are_asked(seed: int) -> None:
    outlets = sorted({told.outlet for _, told in newsroom()})
    random.Random(seed).shuffle(outlets)
    asked = sorted(newsroom(), key=lambda line: (outlets.index(line[1].outlet), line[0].seq))
    lines = [(replace(line, seq=number, at=at(5)), told) for number, (line, told) in enumerate(asked, start=1)]
    stories, events = found(lines), told_by()
    seed_story, other = (
        {stories[entry] for entry in stories if events[entry] == one} for one in ("rusia-hts", "as-hts")
    )
    assert not seed_story & other


def test_stories_of_the_newsroom_are_nearly_right() -> None:
    from aggregator.scores import bcubed

    events = {str(entry): told for entry, told in told_by().items()}
    placed = {str(entry): story for entry, story in found(newsroom()).items()}
    assert bcubed(events, placed).f1 > 0.96


def test_a_subject_told_over_days_becomes_a_topic_named_by_its_reports() -> None:
    opened = [told for decision in decided(newsroom()) for told in decision.gatherings if told.opens]
    assert [(gathering.title, gathering.language) for gathering in opened] == [("Rusia, Suriah", "id")]
    assert len(opened[0].stories) >= 3


def test_the_same_log_gives_the_same_decisions() -> None:
    assert decided(newsroom()) == decided(newsroom())


@pytest.mark.parametrize("stop", [1, 7, 30, 55, 74])
@pytest.mark.parametrize("every", [9, 1000])
def test_an_engine_restored_from_the_log_decides_as_if_it_had_never_been_away(stop: int, every: int) -> None:
    lines = newsroom()
    reports, log = {line.entry: told for line, told in lines}, ticked(lines, every=every)
    stop = min(stop, len(log) - 1)
    whole = run(Engine("id"), log, reports)
    assert run(restored(log[:stop], reports, whole[:stop]), log[stop:], reports) == whole[stop:]


def test_what_is_restored_equals_what_was_kept_when_weeks_have_passed() -> None:
    lines = [
        (replace(line, at=line.at + timedelta(days=3 * number)), told) for number, (line, told) in enumerate(newsroom())
    ]
    reports, log = {line.entry: told for line, told in lines}, ticked(lines, every=5)
    whole = run(Engine("id"), log, reports)
    stop = 48
    assert run(restored(log[:stop], reports, whole[:stop]), log[stop:], reports) == whole[stop:]


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
    return len(set(found(list(lines)).values())) == 1


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
    originals.take(event(1), copies.read(first).tags)
    found = originals.candidates(event(2), copies.read(second))
    return copies.verify(copies.read(second), [first for _ in found])


def test_the_same_address_at_another_outlet_is_a_copy_where_words_speak_for_it() -> None:
    first = report(1, "Feri mati mesin", url="https://kawat.example/feri")
    assert copy_of(report(2, "Feri mati mesin di selat", url="http://www.kawat.example/feri/"), first) == 1
    assert copy_of(report(2, "Penumpang selamat", url="https://kawat.example/feri"), first) is None


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
    standing = stood(decided(lines))
    assert standing.copy_of == {2: 1, 3: 1}
    assert set(standing.story_of.values()) == {"story-1"}


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
