"""What is published of a Story, and when: settling, material changes, and patience with everything else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.records import REFRESH, decide, next_look
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
