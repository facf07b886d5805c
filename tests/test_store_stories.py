"""Stories and publications in the store: nothing that happens meanwhile is overwritten, one bad row costs itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from making import START, arrival, at, configured
from sqlalchemy import select, update

from aggregator.store import Store, entries, publications, sources, stories
from aggregator.store.schema import channel, entry, publication, source, story
from aggregator.values import Coverage, Gathering, Merge, Placement, Record


@pytest.fixture
def placed(store: Store) -> Iterator[int]:
    """Give an Entry in a Story "s"."""
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
        id = connection.execute(select(source.c.id)).scalar_one()
        (made,) = entries.keep(connection, id, [arrival("a")], now=START).new
        stories.place(connection, [Placement(made, "s", starts=True)], at={made: START}, now=START)
    yield made


def record(story_id: str = "s", *, minutes: float = 0, newest: float = 0) -> Record:
    report = Coverage(1, "Kabar", "Kabar", "Judul", "https://kabar.example/a", "id", at(newest))
    return Record(story_id, at(minutes), at(minutes), "Judul", "id", "", None, (report,))


def test_a_correction_that_comes_while_a_story_is_told_is_told_too(store: Store, placed: int) -> None:
    with store.read() as connection:
        ((told, seen),) = stories.due(connection, now=START, limit=9)
    with store.write() as connection:
        (id,) = connection.execute(select(source.c.id)).scalars()
        entries.keep(connection, id, [arrival("a", title="Ralat")], now=START)
    with store.write() as connection:
        stories.postpone(connection, told.id, None, seen=seen)
    with store.read() as connection:
        assert [due.id for due, _ in stories.due(connection, now=START, limit=9)] == ["s"]
        assert stories.waiting(connection, now=START)


def test_a_told_story_rests_until_it_is_due_again(store: Store, placed: int) -> None:
    with store.read() as connection:
        ((told, seen),) = stories.due(connection, now=START, limit=9)
    with store.write() as connection:
        stories.postpone(connection, told.id, at(5), seen=seen)
    with store.read() as connection:
        assert stories.due(connection, now=at(4), limit=9) == []
        assert len(stories.due(connection, now=at(5), limit=9)) == 1


def test_a_channel_that_became_stale_while_it_was_rendered_stays_stale(store: Store, placed: int) -> None:
    with store.write() as connection:
        publications.ensure_channels(connection, ["/all"], now=START)
        ((path, _, seen),) = publications.stale(connection)
        publications.publish(connection, "/all", record())
        publications.rendered(connection, path, [], seen=seen)
        ((_, _, again),) = publications.stale(connection)
        publications.rendered(connection, path, [], seen=again)
        assert publications.stale(connection) == []


def test_a_record_of_another_version_costs_itself_alone(store: Store, placed: int) -> None:
    with store.write() as connection:
        publications.ensure_channels(connection, ["/all", "/sections/dunia"], now=START)
        publications.publish(connection, "/all", record())
        publications.publish(connection, "/sections/dunia", record())
        told = dict(connection.execute(select(publication.c.record).limit(1)).scalar_one())
        connection.execute(
            update(publication).where(publication.c.path == "/all").values(record=told | {"a key of tomorrow": 1})
        )
        assert publications.newest(connection, "/all", limit=9) == [record()]
        connection.execute(update(publication).where(publication.c.path == "/all").values(record={"reports": 7}))
        assert publications.newest(connection, "/all", limit=9) == []
        assert set(publications.records_of(connection, "s")) == {"/sections/dunia"}


def test_of_many_that_enter_at_once_the_newest_reports_come_first(store: Store, placed: int) -> None:
    with store.write() as connection:
        publications.ensure_channels(connection, ["/all"], now=START)
        for number in range(6):
            connection.execute(story.insert().values(id=f"n{number}", title="x", first_at=START, updated_at=START))
            publications.publish(connection, "/all", record(f"n{number}", newest=number * 7 % 6))
        newest = publications.newest(connection, "/all", limit=3)
    assert [one.reports[0].at for one in newest] == [at(5), at(4), at(3)]


def test_a_renamed_section_keeps_its_feeds_id_and_what_it_published(store: Store, placed: int) -> None:
    with store.write() as connection:
        publications.ensure_channels(connection, ["/sections/world"], now=START)
        publications.publish(connection, "/sections/world", record())
        before = connection.execute(select(channel.c.id)).scalar_one()
        publications.rename(connection, "/sections/world", "/sections/dunia")
        assert connection.execute(select(channel.c.path, channel.c.id)).all() == [("/sections/dunia", before)]
        assert publications.newest(connection, "/sections/dunia", limit=9) == [record()]
        publications.rename(connection, "/sections/world", "/sections/dunia")
        publications.rename(connection, "/sections/none", "/sections/other")
        assert connection.execute(select(channel.c.path)).scalars().all() == ["/sections/dunia"]


def kept(store: Store, id: str, minutes: float, *, published: float | None = None, title: str = "Lain") -> int:
    """Keep an Entry that came `minutes` after START, published as it says at `published`."""
    said = None if published is None else at(published)
    with store.write() as connection:
        of = connection.execute(select(source.c.id)).scalar_one()
        told = entries.keep(connection, of, [arrival(id, title=title, published_at=said)], now=at(minutes))
        return (*told.new, *told.changed)[0]


def put(
    store: Store, entry_id: int, story_id: str, *, minutes: float, starts: bool, copy_of: int | None = None
) -> None:
    placed = Placement(entry_id, story_id, starts=starts, copy_of=copy_of)
    with store.write() as connection:
        stories.place(connection, [placed], at={entry_id: at(minutes)}, now=at(minutes))


def updated(store: Store, story_id: str = "s") -> datetime:
    with store.read() as connection:
        moment: datetime = connection.execute(select(story.c.updated_at).where(story.c.id == story_id)).scalar_one()
        (told,) = stories.get(connection, [story_id])
        assert moment == max(report.at for report in told.reports if report.copy_of is None)
        return moment


def test_copies_do_not_move_the_time_of_a_story(store: Store, placed: int) -> None:
    put(store, kept(store, "b", 1), "s", minutes=1, starts=False, copy_of=placed)
    assert updated(store) == START
    put(store, kept(store, "c", 2), "s", minutes=2, starts=False)
    assert updated(store) == at(2)
    with store.read() as connection:
        assert connection.execute(select(entry.c.copy_of).where(entry.c.copy_of.is_not(None))).scalars().all() == [
            placed
        ]


@pytest.mark.parametrize(("published", "moved"), [(-300, 0), (4, 4), (None, 9), (60, 9)])
def test_a_story_is_as_new_as_its_newest_report_and_not_as_its_arrival(
    store: Store, placed: int, published: float | None, moved: float
) -> None:
    put(store, kept(store, "b", 9, published=published), "s", minutes=9, starts=False)
    assert updated(store) == at(moved)


def test_the_stories_of_a_first_poll_are_in_the_order_of_their_news(store: Store, placed: int) -> None:
    ages = {"old": -3_000_000.0, "newer": -60.0, "newest": -5.0, "middle": -600.0}
    for id, published in ages.items():
        put(store, kept(store, id, 9, published=published), id, minutes=9, starts=True)
    with store.write() as connection:
        connection.execute(update(story).values(title="x"))
    with store.read() as connection:
        listed = stories.latest(connection)
        assert [told.id for told in listed] == ["s", "newest", "newer", "middle", "old"]
        assert [told.updated_at for told in listed] == [told.reports[0].at for told in listed]
        cursor = (listed[1].updated_at, listed[1].id)
        assert [told.id for told in stories.latest(connection, before=cursor)] == ["newer", "middle", "old"]


def test_a_revised_report_moves_its_story_to_the_time_it_gives_now_and_never_past_its_arrival(
    store: Store, placed: int
) -> None:
    put(store, kept(store, "b", 9), "s", minutes=9, starts=False)
    assert updated(store) == at(9)
    kept(store, "b", 20, published=5, title="Lain, dengan tanggal")
    assert updated(store) == at(5)
    kept(store, "b", 30, published=30, title="Lain, diperbarui")
    assert updated(store) == at(9)


def test_a_topic_reaches_from_its_first_report_to_its_newest_that_is_no_copy(store: Store, placed: int) -> None:
    def reach() -> tuple[datetime, datetime]:
        with store.read() as connection:
            row = stories.topic_row(connection, "t")
            assert row is not None
            return row.first_at, row.updated_at

    put(store, kept(store, "b", 9, published=-60), "u", minutes=9, starts=True)
    with store.write() as connection:
        stories.gather(connection, [Gathering("t", ("u",), opens=True, title="T", language="id")], now=at(9))
    assert reach() == (at(-60), at(-60))
    with store.write() as connection:
        stories.gather(connection, [Gathering("t", ("s",), opens=False)], now=at(10))
    assert reach() == (at(-60), START)
    later = kept(store, "c", 12, published=11)
    put(store, later, "u", minutes=12, starts=False)
    assert reach() == (at(-60), at(11))
    put(store, kept(store, "d", 15), "u", minutes=15, starts=False, copy_of=later)
    assert reach() == (at(-60), at(11))
    kept(store, "b", 20, published=-90, title="Lain, ralat")
    assert reach() == (at(-90), at(11))


def test_only_recent_stories_are_looked_at_again_when_feeds_yaml_changes(store: Store, placed: int) -> None:
    with store.write() as connection:
        connection.execute(update(story).values(publish_at=None))
        stories.wake_recent(connection, since=START + timedelta(days=1), now=at(9))
        assert stories.due(connection, now=at(9), limit=9) == []
        stories.wake_recent(connection, since=START - timedelta(days=1), now=at(9))
        assert len(stories.due(connection, now=at(9), limit=9)) == 1


def test_a_story_is_recent_by_when_its_reports_came_and_not_by_what_they_date(store: Store, placed: int) -> None:
    put(store, kept(store, "b", 9, published=-3_000_000), "old", minutes=9, starts=True)
    with store.write() as connection:
        connection.execute(update(story).values(publish_at=None))
        stories.wake_recent(connection, since=at(9), now=at(10))
        assert [told.id for told, _ in stories.due(connection, now=at(10), limit=9)] == ["old"]


def test_a_merged_story_goes_on_as_the_other_and_its_address_leads_there(store: Store, placed: int) -> None:
    with store.write() as connection:
        (source_id,) = connection.execute(select(source.c.id)).scalars()
        (other,) = entries.keep(connection, source_id, [arrival("b")], now=at(5)).new
        stories.place(connection, [Placement(other, "t", starts=True)], at={other: at(-5)}, now=at(5))
        publications.ensure_channels(connection, ["/all"], now=START)
        publications.publish(connection, "/all", record("t"))
        ((_, _, seen),) = publications.stale(connection)
        publications.rendered(connection, "/all", [], seen=seen)
    with store.write() as connection:
        merges = [Merge(loser="t", winner="s")]
        stories.lock_entries(connection, ["t"])
        stories.merge(connection, merges, now=at(9))
        publications.withdraw(connection, ["t"])
    with store.read() as connection:
        assert set(connection.execute(select(entry.c.story_id)).scalars()) == {"s"}
        assert connection.execute(select(story.c.first_at).where(story.c.id == "s")).scalar_one() == at(-5)
        assert [due.id for due, _ in stories.due(connection, now=at(9), limit=9)] == ["s"]
        assert stories.moved(connection, "t") == ("s", at(9))
        assert publications.newest(connection, "/all", limit=9) == []
        assert [path for path, _, _ in publications.stale(connection)] == ["/all"]


def test_stories_merged_one_after_the_other_all_lead_to_the_last(store: Store, placed: int) -> None:
    with store.write() as connection:
        (source_id,) = connection.execute(select(source.c.id)).scalars()
        made = entries.keep(connection, source_id, [arrival("b"), arrival("c")], now=at(5)).new
        placements = [Placement(id, name, starts=True) for id, name in zip(made, "tu", strict=True)]
        stories.place(connection, placements, at=dict.fromkeys(made, at(5)), now=at(5))
        stories.merge(connection, [Merge(loser="t", winner="u"), Merge(loser="u", winner="s")], now=at(9))
    with store.read() as connection:
        assert set(connection.execute(select(entry.c.story_id)).scalars()) == {"s"}
        assert [stories.moved(connection, one) for one in "tu"] == [("s", at(9))] * 2
