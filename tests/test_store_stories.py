"""Stories and publications in the store: nothing that happens meanwhile is overwritten, one bad row costs itself."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from making import START, arrival, at, configured
from sqlalchemy import select, update

from aggregator.store import Store, entries, publications, sources, stories
from aggregator.store.schema import channel, entry, publication, source, story
from aggregator.values import Coverage, Placement, Record


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


def test_copies_do_not_move_the_time_of_a_story(store: Store, placed: int) -> None:
    with store.write() as connection:
        id = connection.execute(select(source.c.id)).scalar_one()
        made = entries.keep(connection, id, [arrival("b"), arrival("c", title="Lain")], now=at(1)).new
        later = {made[0]: at(1), made[1]: at(2)}
        stories.place(connection, [Placement(made[0], "s", starts=False, copy_of=placed)], at=later, now=at(1))
        assert connection.execute(select(story.c.updated_at)).scalar_one() == START
        stories.place(connection, [Placement(made[1], "s", starts=False)], at=later, now=at(2))
        assert connection.execute(select(story.c.updated_at)).scalar_one() == at(2)
        assert connection.execute(select(entry.c.copy_of).where(entry.c.id == made[0])).scalar_one() == placed


def test_only_recent_stories_are_looked_at_again_when_feeds_yaml_changes(store: Store, placed: int) -> None:
    with store.write() as connection:
        connection.execute(update(story).values(publish_at=None))
        stories.wake_recent(connection, since=START + timedelta(days=1), now=at(9))
        assert stories.due(connection, now=at(9), limit=9) == []
        stories.wake_recent(connection, since=START - timedelta(days=1), now=at(9))
        assert len(stories.due(connection, now=at(9), limit=9)) == 1
