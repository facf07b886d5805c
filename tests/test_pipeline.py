"""The whole way, from loopback hosts to published feeds, on both databases."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import databases
import feedparser
import pytest
from rounds import Desk, newsroom
from sqlalchemy import select, text, update

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.demo.newsroom import Newsroom
from aggregator.engine import Engine, Standing
from aggregator.opening import Outdated
from aggregator.store import log, publications, reading, wordings
from aggregator.store.schema import document, entry, revision, source, story
from aggregator.weaving import Leader


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@pytest.fixture
def desk(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Desk]:
    """Give a newsroom on loopback and a site that reads it."""
    with newsroom(tmp_path, database_url, monkeypatch, bounded) as made:
        yield made


@pytest.fixture
def light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Desk]:
    """The same on SQLite alone, for what does not depend on the database."""
    with newsroom(tmp_path, databases.migrated_sqlite(tmp_path), monkeypatch, bounded) as made:
        yield made


def entries(desk: Desk) -> list[dict[str, Any]]:
    with desk.site() as site:
        return list(reading.entries(site.store))


def placements(desk: Desk) -> dict[int, str]:
    return {one["id"]: one["story"] for one in entries(desk)}


def body(desk: Desk, path: str) -> bytes:
    with desk.site() as site:
        found = reading.document(site.store, path)
    assert found is not None, path
    return found.body


def feed_ids(desk: Desk) -> set[str]:
    return {item["id"] for item in json.loads(body(desk, "/all.json"))["items"]}


def test_the_newsroom_unfolds_without_a_lost_or_doubled_entry_and_ids_stay(desk: Desk) -> None:
    seen: dict[int, str] = {}
    published: set[str] = set()
    for minute in (0, 0.5, 1, 1.6, 2.2, 2.6, 3.2, 4, 5):
        desk.poll(minute)
        now = placements(desk)
        assert {id: now[id] for id in seen} == seen, "a placed Entry keeps its Story"
        seen = now
        assert published <= (published := feed_ids(desk)), "what was published stays published"
    room = Newsroom.load()
    broken = {outlet.id for outlet in room.outlets if room.trouble_at(outlet.id, 5)}
    wanted = Counter(item.title for told in room.events for item in told.items if item.outlet not in broken)
    found = Counter(one["title"] for one in entries(desk))
    with desk.site() as site, site.store.read() as connection:
        retitled = Counter(connection.execute(select(revision.c.title)).scalars())
    missing = wanted - found - retitled
    assert not missing, missing
    by_url = Counter((one["source"], one["url"]) for one in entries(desk))
    assert max(by_url.values()) == 1
    assert len(entries(desk)) <= sum(len(told.items) for told in room.events)
    assert retitled, "the script retitles items: they are revisions"


def test_the_seed_story_has_one_address_and_its_copies_are_marked(desk: Desk) -> None:
    for minute in (0, 1, 2, 3, 4):
        desk.poll(minute)
    with desk.site() as site:
        stories = reading.stories(site.store, limit=None)
    seed = max(stories, key=lambda told: sum("HTS" in report.title for report in told.reports))
    assert len(seed.outlets) >= 7 and set(seed.languages) == {"ar", "en", "id", "ru"}
    assert seed.published and seed.sections == ("internasional",)
    assert seed.language == "id"
    copies = [(told, report) for told in stories for report in told.reports if report.copy_of]
    assert len(copies) >= 2
    assert all(report.copy_of in told.outlets for told, report in copies)
    topics = Counter(told.topic_title for told in stories if told.topic)
    assert topics.total() >= 3


def test_nothing_new_is_asked_for_conditionally_and_changes_no_byte(desk: Desk) -> None:
    desk.poll(3)
    desk.poll(3)
    with desk.site() as site, site.store.read() as connection:
        before = connection.execute(select(document.c.path, document.c.etag, document.c.modified_at)).all()
    again = desk.poll(3)
    outcomes = Counter(visit.outcome for visit in again.values())
    assert set(outcomes) <= {"not_modified", "error", "gone"} and outcomes["not_modified"] > 15
    with desk.site() as site, site.store.read() as connection:
        assert connection.execute(select(document.c.path, document.c.etag, document.c.modified_at)).all() == before


def test_one_bad_source_stops_no_other_and_says_what_is_wrong(light: Desk) -> None:
    visits = light.poll(0)
    bad = {name: visit for name, visit in visits.items() if visit.outcome in ("error", "gone")}
    assert bad and len(bad) < 4
    assert all(visit.error and "\n" not in visit.error for visit in bad.values())
    assert sum(visit.new for visit in visits.values()) > 20
    with light.site() as site:
        told = {one["name"]: one for one in reading.sources(site.store)}
    for name in bad:
        assert told[name]["last_error"] and told[name]["next_poll_at"] > told[name]["last_poll_at"]


def test_a_page_without_a_feed_gives_articles_without_rubble(light: Desk) -> None:
    light.poll(4)
    with light.site() as site:
        pages = {spec.name for spec in site.config.sources if spec.kind == "page"}
        told = [one for one in reading.entries(site.store) if one["source"] in pages]
    assert len(told) >= 3
    for one in told:
        assert one["title"] and one["url"] and one["published_at"], one
        assert len(one["content"]) > 200, one["title"]
        for rubble in ("Baca juga", "SHARE", "Penulis :", "<script"):
            assert rubble not in one["content"]
    assert any(one["authors"] for one in told)


def test_a_private_address_is_refused_unless_it_is_allowed(light: Desk) -> None:
    words = light.feeds.read_text(encoding="utf-8")
    closed = re.sub(r"allow: .*", "gap: 2s", words).replace("interval: 5s", "interval: 1h")
    light.feeds.write_text(closed, encoding="utf-8")
    visits = light.poll(1)
    assert {visit.outcome for visit in visits.values()} == {"error"}
    assert all("fetch.allow" in (visit.error or "") for visit in visits.values()), {
        visit.error for visit in visits.values()
    }


def test_a_crash_between_entries_and_validators_loses_nothing(desk: Desk) -> None:
    with desk.site() as site, site.store.write() as connection:
        # The database itself refuses the last of what a poll writes.
        if site.store.sqlite:
            connection.execute(
                text("CREATE TRIGGER refuse BEFORE INSERT ON entry_key BEGIN SELECT RAISE(ABORT, 'full'); END")
            )
        else:
            connection.execute(text("ALTER TABLE entry_key ADD CONSTRAINT refuse CHECK (entry_id < 0)"))
    try:
        visits = desk.poll(3)
        with desk.site() as site, site.store.read() as connection:
            assert connection.execute(select(source.c.etag).where(source.c.etag.is_not(None))).all() == []
            assert connection.execute(select(entry)).all() == []
    finally:
        with desk.site() as site, site.store.write() as connection:
            drop = "DROP TRIGGER refuse" if site.store.sqlite else "ALTER TABLE entry_key DROP CONSTRAINT refuse"
            connection.execute(text(drop))
    assert {visit.outcome for visit in visits.values()} == {"error"}
    assert sum(visit.new for visit in desk.poll(3).values()) > 40


def test_replaying_the_stored_log_gives_what_many_leaders_decided(desk: Desk) -> None:
    for minute in (0, 1, 2, 3):
        desk.poll(minute)
    with desk.site() as site, site.store.read() as connection:
        engine = Engine(site.config.site.language)
        events = log.after(connection, 0, limit=10_000)
        reports = {
            event.seq: told
            for event in events
            if event.kind == "entry"
            for told in wordings.reports(connection, [event]).values()
        }
        standing = Standing()
        for event in events:
            if event.kind == "tick":
                standing.take(engine.repair(event))
                continue
            report = reports[event.seq]
            standing.take(engine.place(event, report, [reports[one.seq] for one in engine.candidates(event, report)]))
        arrivals = [event.entry for event in events if event.kind == "entry"]
        kept = wordings.placements(connection, arrivals)
    assert len(arrivals) > 50
    assert {entry: story for entry, (story, _, _) in kept.items()} == standing.story_of
    assert {entry: copy for entry, (_, copy, _) in kept.items() if copy is not None} == standing.copy_of
    assert {story: topic for story, _, topic in kept.values() if topic} == standing.topic_of


def test_a_new_address_of_the_site_changes_links_and_no_id(desk: Desk) -> None:
    for minute in (0, 2, 3):
        desk.poll(minute)
    before = feedparser.parse(body(desk, "/sections/internasional.atom"))
    desk.feeds.write_text(desk.server.feeds_yaml(site_url="https://news.example/anyam"), encoding="utf-8")
    desk.poll(3)
    after = feedparser.parse(body(desk, "/sections/internasional.atom"))
    assert after.feed.id == before.feed.id
    assert [item.id for item in after.entries] == [item.id for item in before.entries]
    assert [item.updated for item in after.entries] == [item.updated for item in before.entries]
    (self_link,) = [link.href for link in after.feed.links if link.rel == "self"]
    assert self_link == "https://news.example/anyam/sections/internasional.atom"
    assert all(item.link.startswith("https://news.example/anyam/stories/") for item in after.entries)


def test_after_an_old_backup_no_published_id_is_used_for_anything_else(light: Desk) -> None:
    for minute in (0, 1):
        light.poll(minute)
    file = Path(light.database_url.removeprefix("sqlite:///"))
    backup = light.folder / "backup.db"
    with light.site() as site:
        raw = site.store.engine.raw_connection()
        raw.cursor().execute("VACUUM INTO ?", (str(backup),))
        raw.close()
    old = feed_ids(light)
    known = {f"urn:uuid:{id}" for id in placements(light).values()}
    for minute in (2, 3, 4):
        light.poll(minute)
    later = {item["id"]: item["title"] for item in json.loads(body(light, "/all.json"))["items"]}
    for leftover in light.folder.glob(f"{file.name}*"):
        leftover.unlink()
    backup.rename(file)
    with light.site() as site, site.store.write() as connection:
        connection.execute(text("UPDATE lease SET until = '1970-01-01 00:00:00'"))
    for minute in (4.5, 5):
        light.poll(minute)
    again = {item["id"]: item["title"] for item in json.loads(body(light, "/all.json"))["items"]}
    with light.site() as site, site.store.read() as connection:
        merged = connection.execute(select(story.c.id).where(story.c.merged_into.is_not(None))).scalars()
        assert old <= {*again, *(f"urn:uuid:{id}" for id in merged)}
    assert set(later) - known and set(again) - known, "something was published since, before and after the restore"
    assert set(again) & set(later) <= known, "what is new after the restore has new ids"


def test_feeds_are_made_from_records_alone_and_equal_in_every_process(desk: Desk) -> None:
    for minute in (0, 2, 4):
        desk.poll(minute)
    paths = ["/all", "/sections/internasional", "/sections/nasional"]
    before = {
        f"{path}.{ending}": body(desk, f"{path}.{ending}") for path in paths for ending in ("atom", "rss", "json")
    }
    with desk.site() as site, site.store.write() as connection:
        # Live Stories say something else now; what was published does not.
        connection.execute(update(story).values(title="Judul lain"))
        connection.execute(update(entry).values(title="Judul lain", excerpt="Isi lain"))
        publications.all_stale(connection)
        connection.execute(update(story).values(publish_at=None))
    desk.poll(4)
    assert {path: body(desk, path) for path in before} == before


def test_all_formats_tell_the_same_and_each_report_is_linked(desk: Desk) -> None:
    for minute in (0, 2, 4):
        desk.poll(minute)
    atom = feedparser.parse(body(desk, "/sections/internasional.atom"))
    rss = feedparser.parse(body(desk, "/sections/internasional.rss"))
    listed = json.loads(body(desk, "/sections/internasional.json"))["items"]
    assert not atom.bozo and not rss.bozo
    told = [(item.id, item.title, item.link) for item in atom.entries]
    assert told == [(item.id, item.title, item.link) for item in rss.entries]
    assert told == [(item["id"], item["title"], item["url"]) for item in listed]
    for item, twin in zip(atom.entries, listed, strict=True):
        related = {link.href for link in item.links if link.rel == "related"}
        assert related == {report["url"] for report in twin["_anyam"]["reports"]}
        assert "source" not in item
        for report in twin["_anyam"]["reports"]:
            assert report["outlet"] in item.content[0].value


def test_a_section_that_is_new_in_feeds_yaml_has_its_feed_at_once(light: Desk) -> None:
    light.poll(0)
    words = light.feeds.read_text(encoding="utf-8")
    light.feeds.write_text(
        words.replace("sections:", "sections:\n  - {id: baru, title: Baru, match: {any: [Suriah]}}", 1),
        encoding="utf-8",
    )
    light.poll(1)
    with light.site() as site:
        found = reading.stories(site.store, section="baru")
    assert found
    for told in found:
        assert any("Suriah" in f"{report.title} {report.summary}" for report in told.reports)
    assert json.loads(body(light, "/sections/baru.json"))["title"]


def test_an_unchanged_file_is_not_parsed_again(light: Desk) -> None:
    import sys

    light.poll(0)
    for name in [name for name in sys.modules if name.startswith(("ruamel", "aggregator.config.reading"))]:
        del sys.modules[name]
    with light.site() as site:
        assert site.config.sources
    assert not any(name.startswith("ruamel") for name in sys.modules)


def test_what_we_read_and_publish_is_listed_as_opml(light: Desk) -> None:
    light.minute(0)
    published, read = body(light, "/feeds.opml").decode(), body(light, "/sources.opml").decode()
    assert 'xmlUrl="http://127.0.0.1:8000/sections/internasional.atom"' in published
    assert f'xmlUrl="{light.server.url}/' in read and "Kabar Nusa" in read
    words = light.feeds.read_text(encoding="utf-8")
    light.feeds.write_text(words.replace("interval: 5s", "interval: 5s\n    public: false"), encoding="utf-8")
    assert light.server.url not in body(light, "/sources.opml").decode()


def test_a_process_with_an_old_feeds_yaml_publishes_nothing_by_it(light: Desk) -> None:
    light.poll(1)
    with light.site() as old:
        words = light.feeds.read_text(encoding="utf-8")
        light.feeds.write_text(words.replace("title: Anyam", "title: Warta Baru", 1), encoding="utf-8")
        with light.site() as new:
            assert new.config.site.title == "Warta Baru"
        leader = Leader(holder="old")
        with pytest.raises(Outdated):
            pipeline.make_stories(old, leader)
        assert leader.held is not None
        again = old.reloaded()
        assert again.is_current() and again.config == new.config
        pipeline.make_stories(again, leader)
    assert "Warta Baru" in json.loads(body(light, "/all.json"))["title"]


def test_a_renamed_section_floods_nobody_and_keeps_its_feeds_id(light: Desk) -> None:
    for minute in (0, 2):
        light.poll(minute)
    before = feedparser.parse(body(light, "/sections/internasional.atom"))
    words = light.feeds.read_text(encoding="utf-8").replace("internasional", "dunia")
    assert "id: dunia" in words
    formerly = "dunia, formerly: [internasional]" if "{id: dunia" in words else "dunia\n    formerly: [internasional]"
    light.feeds.write_text(words.replace("id: dunia", f"id: {formerly}", 1), encoding="utf-8")
    light.poll(2)
    after = feedparser.parse(body(light, "/sections/dunia.atom"))
    assert after.feed.id == before.feed.id
    assert [(item.id, item.published) for item in after.entries] == [
        (item.id, item.published) for item in before.entries
    ]


def test_a_source_that_is_gone_takes_no_story_out_of_its_section(light: Desk) -> None:
    for minute in (0, 2):
        light.poll(minute)
    with light.site() as site:
        before = {told.id for told in reading.stories(site.store, section="ekonomi", limit=None)}
        kept = [spec for spec in site.config.sources if "ekonomi" not in spec.sections]
    assert before
    head = light.feeds.read_text(encoding="utf-8").split("sources:")[0]
    lines = [
        f"  - {{name: {json.dumps(spec.name)}, url: {json.dumps(spec.url)}, section: {spec.sections[0]}}}"
        for spec in kept
        if spec.kind == "feed"
    ]
    light.feeds.write_text(head + "sources:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    light.poll(2)
    with light.site() as site:
        assert before <= {told.id for told in reading.stories(site.store, section="ekonomi", limit=None)}
