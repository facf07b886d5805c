"""What is published of a Story, and when: settling, material changes, and patience with everything else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.records import MOST, REFRESH, decide, listed, next_look
from aggregator.values import Coverage, Record, Story

START = datetime(2024, 12, 12, 10, 0, tzinfo=UTC)
SETTLE = timedelta(minutes=5)


def report(entry: int, outlet: str, *, copy_of: str | None = None, minutes: int = 0) -> Coverage:
    return Coverage(
        entry=entry,
        outlet=outlet,
        source=outlet,
        title=f"{outlet} reports",
        url=f"https://{outlet.lower()}.example/{entry}",
        language="en",
        at=START + timedelta(minutes=minutes),
        copy_of=copy_of,
    )


def story(*reports: Coverage, title: str = "Talks begin") -> Story:
    return Story(
        id="5f6a1b1e-6f0a-4f6e-9a55-0f4b9a4f2c11",
        title=title,
        language="en",
        summary="They talk.",
        summary_language="en",
        first_at=START,
        updated_at=START,
        sections=("world",),
        topic=None,
        topic_title=None,
        reports=reports,
    )


def entered(*reports: Coverage) -> Record:
    record = decide(story(*reports), None, now=START + SETTLE, settle=SETTLE)
    assert record is not None
    return record


def test_a_story_enters_once_its_first_report_has_settled() -> None:
    one = story(report(1, "Alpha"))
    assert decide(one, None, now=START + SETTLE - timedelta(seconds=1), settle=SETTLE) is None
    record = decide(one, None, now=START + SETTLE + timedelta(microseconds=7), settle=SETTLE)
    assert record is not None
    assert record.published_at == record.updated_at == START + SETTLE, "cut to whole seconds"
    assert (record.story, record.title, record.reports) == (one.id, one.title, one.reports)


def test_what_backlog_alone_tells_enters_at_its_own_time_and_is_news_once_an_outlet_tells_it_anew() -> None:
    old = replace(report(1, "Alpha"), backlog=True)
    later = START + timedelta(days=200, microseconds=7)
    entered = decide(story(old), None, now=later, settle=SETTLE)
    assert entered is not None and (entered.published_at, entered.updated_at) == (START, START)
    fresh = decide(story(old, report(2, "Beta")), entered, now=later, settle=SETTLE)
    assert fresh is not None
    assert (fresh.published_at, fresh.updated_at) == (START, later.replace(microsecond=0))
    both = decide(story(old, report(2, "Beta")), None, now=later, settle=SETTLE)
    assert both is not None and both.published_at == later.replace(microsecond=0)


def test_a_story_without_reports_does_not_enter() -> None:
    assert decide(story(), None, now=START + timedelta(days=1), settle=SETTLE) is None


def test_nothing_changes_while_the_story_stays() -> None:
    known = entered(report(1, "Alpha"))
    assert decide(story(report(1, "Alpha")), known, now=START + timedelta(days=9), settle=SETTLE) is None


def test_a_new_outlet_that_speaks_for_itself_moves_updated_and_not_published() -> None:
    known = entered(report(1, "Alpha"))
    now = START + timedelta(minutes=40)
    record = decide(story(report(1, "Alpha"), report(2, "Beta")), known, now=now, settle=SETTLE)
    assert record is not None
    assert (record.published_at, record.updated_at) == (known.published_at, now)
    assert [one.outlet for one in record.reports] == ["Alpha", "Beta"]


@pytest.mark.parametrize(
    "later",
    [
        story(report(1, "Alpha"), report(2, "Beta", copy_of="Alpha")),
        story(report(1, "Alpha"), report(2, "Alpha")),
        story(report(1, "Alpha"), title="Talks have begun"),
        story(replace(report(1, "Alpha"), title="Alpha reports more")),
    ],
    ids=["a copy", "an outlet already heard", "another title", "a report retitled"],
)
def test_what_is_not_material_waits_six_hours_and_leaves_updated_alone(later: Story) -> None:
    known = entered(report(1, "Alpha"))
    soon = known.updated_at + REFRESH - timedelta(seconds=1)
    assert decide(later, known, now=soon, settle=SETTLE) is None
    record = decide(later, known, now=known.updated_at + REFRESH, settle=SETTLE)
    assert record is not None
    assert (record.title, record.reports) == (later.title, later.reports)
    assert (record.published_at, record.updated_at) == (known.published_at, known.updated_at)


def test_waiting_starts_anew_after_each_refresh() -> None:
    first, second, third = report(1, "Alpha"), report(2, "Beta", copy_of="Alpha"), report(3, "Gamma", copy_of="Alpha")
    refreshed_at = START + timedelta(hours=8)
    known = decide(story(first, second), entered(first), now=refreshed_at, settle=SETTLE)
    assert known is not None
    more = story(first, second, third)
    assert decide(more, known, now=refreshed_at + REFRESH - timedelta(seconds=1), settle=SETTLE) is None
    assert decide(more, known, now=refreshed_at + REFRESH, settle=SETTLE) is not None


def test_a_material_change_takes_along_what_waited() -> None:
    first, copy, own = report(1, "Alpha"), report(2, "Beta", copy_of="Alpha"), report(3, "Gamma")
    now = START + timedelta(minutes=30)
    record = decide(story(first, copy, own, title="Talks go on"), entered(first), now=now, settle=SETTLE)
    assert record is not None
    assert (record.title, len(record.reports), record.updated_at) == ("Talks go on", 3, now)


def test_an_outlet_that_only_copied_is_news_when_it_reports_itself() -> None:
    copy = report(2, "Beta", copy_of="Alpha")
    known = entered(report(1, "Alpha"), copy)
    now = START + timedelta(minutes=30)
    record = decide(story(report(1, "Alpha"), copy, report(3, "Beta")), known, now=now, settle=SETTLE)
    assert record is not None
    assert record.updated_at == now


def test_a_copy_found_to_be_none_is_not_news() -> None:
    known = entered(report(1, "Alpha"), report(2, "Beta", copy_of="Alpha"))
    later = story(report(1, "Alpha"), report(2, "Beta"))
    assert decide(later, known, now=START + timedelta(minutes=30), settle=SETTLE) is None


def test_the_next_look_is_when_there_is_something_to_say() -> None:
    one, copied = story(report(1, "Alpha")), story(report(1, "Alpha"), report(2, "Beta", copy_of="Alpha"))
    assert next_look(one, None, settle=SETTLE) == START + SETTLE
    known = entered(report(1, "Alpha"))
    assert next_look(one, known, settle=SETTLE) is None
    at = next_look(copied, known, settle=SETTLE)
    assert at == known.updated_at + REFRESH
    refreshed = decide(copied, known, now=at, settle=SETTLE)
    assert refreshed is not None
    assert next_look(copied, refreshed, settle=SETTLE) is None
    assert next_look(story(), None, settle=SETTLE) is None
    assert next_look(story(), known, settle=SETTLE) is None


def test_a_clock_set_back_moves_no_time_back() -> None:
    known = entered(report(1, "Alpha"))
    record = decide(story(report(1, "Alpha"), report(2, "Beta")), known, now=START, settle=SETTLE)
    assert record is not None
    assert record.updated_at == known.updated_at


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.booleans(), st.integers(0, 600)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_arrives_updated_moves_only_with_a_new_voice(arrivals: list[tuple[str, bool, int]]) -> None:
    """Play arrivals minute by minute: `updated_at` moves at most once per outlet that speaks for itself."""
    record: Record | None = None
    now, reports, moves = START + SETTLE, [], 0
    for entry, (outlet, copied, wait) in enumerate(arrivals):
        reports.append(report(entry, outlet, copy_of="Wire" if copied else None))
        now += timedelta(minutes=wait)
        fresh = decide(story(*reports), record, now=now, settle=SETTLE)
        if fresh is not None and record is not None:
            moves += fresh.updated_at > record.updated_at
            assert fresh.published_at == record.published_at
            assert fresh != record
        record = fresh or record
        assert record is not None
        assert decide(story(*reports), record, now=now, settle=SETTLE) is None, "deciding again changes nothing"
    assert moves <= len({outlet for outlet, copied, _ in arrivals if not copied})


# --- more reports than a record holds --------------------------------------------------------------------------------


def crowd(count: int, outlet: str = "Alpha", *, first: int = 1) -> tuple[Coverage, ...]:
    return tuple(report(entry, outlet, minutes=entry) for entry in range(first, first + count))


def outlets(count: int, *, first: int = 1) -> tuple[Coverage, ...]:
    return tuple(report(entry, f"Outlet{entry}", minutes=entry) for entry in range(first, first + count))


def test_a_record_that_holds_every_report_counts_none() -> None:
    whole = entered(*crowd(MOST))
    assert (len(whole.reports), whole.more, whole.more_outlets, whole.more_voices) == (MOST, 0, 0, 0)


def test_a_record_holds_the_lead_the_first_of_each_outlet_and_the_newest() -> None:
    many, lead = crowd(8000), report(9001, "Alpha", minutes=4000)
    beta, copy = report(9002, "Beta", minutes=5000), report(9003, "Gamma", copy_of="Alpha", minutes=9000)
    late = report(9004, "Gamma", copy_of="Alpha", minutes=9001)
    held = entered(lead, *many, beta, copy, late)
    entries = [one.entry for one in held.reports]
    assert entries == [9001, 1, *range(8000 - MOST + 5, 8001), 9002, 9003], "in the Story's own order"
    assert (len(entries), held.more, held.more_outlets) == (MOST, 8004 - MOST, 0)


def test_copies_are_left_out_first() -> None:
    copies = [report(900 + n, "Beta", copy_of="Alpha", minutes=n) for n in range(50)]
    held = entered(*crowd(40), *copies)
    assert [one.entry for one in held.reports if one.copy_of is None] == list(range(1, 41))
    assert [one.entry for one in held.reports if one.copy_of] == [900, *range(931, 950)]


def test_outlets_beyond_are_counted() -> None:
    copier = report(500, "Copier", copy_of="Outlet1", minutes=1)
    held = entered(*outlets(MOST + 7), copier)
    assert [one.outlet for one in held.reports] == [f"Outlet{n}" for n in range(1, MOST + 1)]
    assert (held.more, held.more_outlets, held.more_voices) == (8, 8, 7)


def test_outlets_beyond_are_news_once() -> None:
    known, now = entered(*outlets(MOST + 7)), START + timedelta(hours=1)
    again = story(*outlets(MOST + 7), *crowd(3, "Outlet65", first=900))
    assert decide(again, known, now=now, settle=SETTLE) is None, "an outlet heard before, though it is not listed"
    assert next_look(again, known, settle=SETTLE) == known.updated_at + REFRESH
    fresh = decide(story(*outlets(MOST + 8)), known, now=now, settle=SETTLE)
    assert fresh is not None
    assert (fresh.updated_at, fresh.reports, fresh.more_voices) == (now, known.reports, 8)
    assert decide(story(*outlets(MOST + 8)), fresh, now=now + 2 * REFRESH, settle=SETTLE) is None
    assert next_look(story(*outlets(MOST + 8)), fresh, settle=SETTLE) is None


def test_another_lead_from_beyond_is_no_news() -> None:
    first, known = outlets(MOST + 7), entered(*outlets(MOST + 7))
    led = story(first[-1], *first[:-1])
    assert decide(led, known, now=known.updated_at + REFRESH / 2, settle=SETTLE) is None
    refreshed = decide(led, known, now=known.updated_at + REFRESH, settle=SETTLE)
    assert refreshed is not None
    assert (refreshed.reports[0], refreshed.updated_at) == (first[-1], known.updated_at)
    assert decide(story(*first), refreshed, now=known.updated_at + 1.5 * REFRESH, settle=SETTLE) is None


def test_a_record_from_before_there_was_a_bound_is_cut_without_news() -> None:
    whole = crowd(MOST + 40)
    known = replace(entered(*whole), reports=whole, more=0)
    assert decide(story(*whole), known, now=known.updated_at + REFRESH / 2, settle=SETTLE) is None
    cut = decide(story(*whole), known, now=known.updated_at + REFRESH, settle=SETTLE)
    assert cut is not None
    assert (len(cut.reports), cut.more, cut.updated_at) == (MOST, 40, known.updated_at)


REPORTED = st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.booleans(), st.integers(0, 9)), min_size=1, max_size=30)


@given(REPORTED, st.integers(1, 12))
def test_what_is_listed_is_bounded_and_depends_on_no_order(reported: list[tuple[str, bool, int]], most: int) -> None:
    lead, *rest = (
        report(entry, outlet, copy_of="Wire" if copied else None, minutes=minutes)
        for entry, (outlet, copied, minutes) in enumerate(reported)
    )
    kept = listed((lead, *rest), most)
    assert kept[0] == lead and len(kept) == min(most, len(reported))
    assert set(kept) == set(listed((lead, *reversed(rest)), most))
    if len({outlet for outlet, _, _ in reported}) * 2 < most:
        firsts = {min((one for one in (lead, *rest) if one.outlet == name), key=lambda r: (r.at, r.entry))
                  for name, _, _ in reported}  # fmt: skip
        assert firsts <= set(kept)
