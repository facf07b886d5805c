"""Edits: what editors decide of Stories holds, whatever comes, until it is taken back; contradictions are told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from making import arrival, at
from running import Done, here
from sqlalchemy import select

from aggregator import clock
from aggregator.config import Settings
from aggregator.opening import Site, open_site
from aggregator.publishing import publish
from aggregator.store import edits, entries, log, publications, reading, stories
from aggregator.store import schema as tables
from aggregator.store.schema import entry, source
from aggregator.stories import repair, window
from aggregator.values import Merge, Record, Story
from aggregator.weaving import Leader, weave

FERRY = (
    "Feri KMP Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi",
    "Feri Cahaya mogok di Selat Lombok, semua penumpang dievakuasi",
    "Feri KMP Cahaya yang mogok di Selat Lombok ditarik, penumpang dievakuasi",
    "Feri Cahaya mogok di Selat Lombok, 148 penumpang dievakuasi tim SAR",
)
RATE = (
    "Bank Indonesia tahan suku bunga acuan enam persen",
    "Suku bunga acuan Bank Indonesia ditahan di enam persen",
    "Bank Indonesia tahan suku bunga acuan di enam persen lagi",
)
DAY = (
    "Gunung Ibu meletus dini hari, abu menutup desa", "Timnas menang tipis atas tamunya di Surabaya",
    "Harga cabai naik menjelang libur panjang", "Museum tua dibuka lagi untuk umum di Bandung",
    "Presiden lantik tiga duta besar baru", "Jalan tol Sumatra dibuka sampai Palembang",
    "Petani Brebes panen bawang lebih awal", "Listrik padam dua jam di Makassar",
)  # fmt: skip
"""What else is told: it is in every store, and no test is about it."""
FIRE = ("Pasar Senen terbakar, ratusan kios hangus", "Ratusan kios Pasar Senen hangus terbakar")
FILE = """
sections:
  - {id: dunia, title: Dunia, language: id}
  - {id: ekonomi, title: Ekonomi, language: en}
publish: {settle: 0s}
sources:
  - {name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar}
  - {name: Warta, url: 'https://warta.example/rss', section: ekonomi, outlet: Warta}
"""


@dataclass
class Desk:
    """A site on a store of its own, with the process that makes its Stories."""

    folder: Path
    url: str
    site: Site
    leader: Leader = field(default_factory=lambda: Leader("one"))
    minutes: float = 0

    def keep(self, *titles: str, outlet: str = "Kabar") -> list[int]:
        """Keep Entries of an outlet, make Stories, and give the Entries' ids."""
        found = []
        for title in titles:
            self.minutes += 10
            with self.site.store.write() as connection:
                id = connection.execute(select(source.c.id).where(source.c.name == outlet)).scalar_one()
                one = arrival(f"{outlet} {title} {self.minutes}", title=title)
                found += entries.keep(connection, id, [one], now=at(self.minutes)).new
        self.weave()
        return found

    def weave(self) -> None:
        """Make Stories of what came, and publish them."""
        weave(self.site, self.leader)
        assert self.leader.held is not None
        publish(self.site, self.leader.held)

    def restart(self) -> None:
        """Let another process make the Stories from now on."""
        assert self.leader.held is not None
        with self.site.store.write() as connection:
            log.resign(connection, self.leader.held)
        self.leader = Leader(f"{self.leader.holder} again")

    def tell(self, edit: str, **said: object) -> dict[str, Any]:
        """Say one Edit by the command, and give its line."""
        ((line, _),) = self.say({"edit": edit, **said})
        return line

    def say(self, *said: object) -> list[tuple[dict[str, Any], str]]:
        """Say Edits by the command, and give what it prints of each, with the lines about it on stderr."""
        done = self.command(*said)
        lines = [json.loads(line) for line in done.out.splitlines()]
        assert done.code == (0 if all(line["done"] for line in lines) else 1), done.err
        return [(line, done.err) for line in lines]

    def command(self, *said: object, options: tuple[str, ...] = ("--json",)) -> Done:
        """Run the command on a file with these lines."""
        if self.leader.held is not None:
            self.restart()
        (self.folder / "edits.jsonl").write_text("\n".join(json.dumps(one) for one in said), encoding="utf-8")
        return here(
            "edit", "edits.jsonl", *options, "--config", "feeds.yaml", "--database", self.url, folder=self.folder
        )

    def stories(self) -> dict[int, str]:
        """Give the Story of each Entry."""
        with self.site.store.read() as connection:
            told = entry.c.story_id.is_not(None), entry.c.title.not_in(DAY)
            rows = connection.execute(select(entry.c.id, entry.c.story_id).where(*told))
            return {row.id: row.story_id for row in rows}

    def story(self, id: str) -> Any:
        """Give a Story as pages have it, or where it went."""
        return reading.story(self.site.store, id)

    def feed(self, path: str = "/all") -> list[str]:
        """Give the Stories that a feed holds, as it stands once all is published."""
        self.weave()
        with self.site.store.read() as connection:
            held = [record.story for record in publications.newest(connection, path, limit=50)]
        return [id for id in held if id in self.stories().values()]

    def record(self, id: str, path: str = "/all") -> Record:
        """Give what a feed holds of a Story."""
        with self.site.store.read() as connection:
            return publications.records_of(connection, id)[path]


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """Give a site with two Sources and nothing in it."""
    (tmp_path / "feeds.yaml").write_text(FILE, encoding="utf-8")
    site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=database_url))
    desk = Desk(tmp_path, database_url, site)
    desk.keep(*DAY)
    yield desk
    desk.site.store.close()


def test_a_story_that_tells_two_events_is_parted_by_itself_and_joined_again_by_an_editor_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as loosely:
        loosely.setattr(repair, "SPLIT", -1.0)
        rate = desk.keep(*RATE)
        story = desk.stories()[rate[0]]
        loosely.setattr(window.Window, "_best", lambda self, *_: (1.0, self._numbers()[story]))
        ferry = desk.keep(*FERRY[:3])
    assert {desk.stories()[id] for id in (*rate, *ferry)} == {story}
    assert desk.feed() == [story]
    ferry += desk.keep(FERRY[3], outlet="Warta")
    held = desk.stories()
    (start,) = {held[id] for id in rate}
    assert ({held[id] for id in ferry}, start != story) == ({story}, True)
    assert sorted(desk.feed()) == sorted([story, start])
    with desk.site.store.read() as connection:
        row = select(tables.story.c.split_from).where(tables.story.c.id == start)
        assert connection.execute(row).scalar_one() == story
    desk.restart()
    desk.keep("Bank Indonesia tahan suku bunga acuan enam persen lagi, kata gubernur")
    assert {desk.stories()[id] for id in rate} == {start}, "a process that goes on knows of it"
    assert desk.tell("merge", stories=[story, start])["done"]
    desk.keep(*FERRY[:2], outlet="Warta")
    assert {desk.stories()[id] for id in (*rate, *ferry)} == {story}, "what an editor joins stays joined"


def apart(desk: Desk) -> tuple[list[int], list[int], str, str]:
    """Bring two Stories of two reports each; give their Entries and ids."""
    ferry, rate = desk.keep(*FERRY[:2]), desk.keep(*RATE[:2])
    held = desk.stories()
    one, other = held[ferry[0]], held[rate[0]]
    assert {held[id] for id in ferry} == {one} != {other} == {held[id] for id in rate}
    return ferry, rate, one, other


def test_what_an_editor_merges_stays_one_and_later_reports_join_it(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    line = desk.tell("merge", stories=[one, other], by="Sari", why="the same day")
    assert (line["merged"], [told["entry"] for told in line["moved"]]) == ([{"story": other, "into": one}], rate)
    more = desk.keep(*FERRY[2:], *RATE[2:], outlet="Warta")
    held = desk.stories()
    assert {held[id] for id in (*ferry, *rate, *more)} == {one}
    assert isinstance(desk.story(other), stories.Moved) and desk.feed() == [one]
    desk.restart()
    (late,) = desk.keep(RATE[0], outlet="Warta")
    assert desk.stories()[late] == one


def test_what_an_editor_splits_off_no_repair_joins_again(desk: Desk) -> None:
    ferry = desk.keep(*FERRY[:3])
    (story,) = {desk.stories()[id] for id in ferry}
    line = desk.tell("split", story=story, entries=ferry[2:])
    (new,) = line["new"]
    for title in (*FERRY, *FERRY):
        desk.keep(title, outlet="Warta")
        desk.restart()
    held = desk.stories()
    assert (held[ferry[0]], held[ferry[1]], held[ferry[2]]) == (story, story, new)
    assert {desk.story(one).id for one in (story, new)} == {story, new} <= set(desk.feed())


def test_without_the_edit_they_would_be_joined(desk: Desk) -> None:
    ferry = desk.keep(*FERRY[:3])
    (story,) = {desk.stories()[id] for id in ferry}
    (new,) = desk.tell("split", story=story, entries=ferry[2:])["new"]
    desk.tell("undo", of=1)
    assert {desk.stories()[id] for id in ferry} == {story}
    assert isinstance(desk.story(new), stories.Moved)
    desk.keep(*FERRY[:3], outlet="Warta")
    assert {desk.stories()[id] for id in ferry} == {story}


def test_a_moved_entry_stays_where_it_was_put(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    desk.tell("move", entries=[ferry[1]], story=other)
    desk.keep(*FERRY[2:], *RATE[2:], outlet="Warta")
    desk.restart()
    desk.keep(FERRY[1], outlet="Warta")
    held = desk.stories()
    assert (held[ferry[0]], held[ferry[1]], held[rate[0]]) == (one, other, other)


def test_moving_all_of_a_story_is_a_merge(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    line = desk.tell("move", entries=ferry, story=other)
    assert line["merged"] == [{"story": one, "into": other}]
    assert isinstance(desk.story(one), stories.Moved)
    desk.tell("undo", of=line["id"])
    held = desk.stories()
    assert [held[id] for id in (*ferry, *rate)] == [one, one, other, other]


def test_a_contradiction_is_refused_with_the_chain_of_decisions(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    fire = desk.keep(*FIRE)
    third = desk.stories()[fire[0]]
    (new,) = desk.tell("split", story=one, entries=ferry[1:])["new"]
    desk.tell("merge", stories=[other, new])
    before = desk.stories()
    ((line, err),) = desk.say({"edit": "merge", "stories": [one, other]})
    assert (line["done"], line["contradicts"]) == (False, [1, 2])
    assert err == "edits.jsonl:1: Edit 3 is refused: it contradicts Edit 1, Edit 2; " + (
        "undo what no longer holds, the last first\n"
    )
    assert desk.stories() == before
    for wrong, chain in (
        ({"edit": "move", "entries": ferry[1:], "story": one}, [1, 2]),
        ({"edit": "split", "story": other, "entries": ferry[1:]}, [2]),
        ({"edit": "move", "entries": ferry[1:], "story": third}, [2]),
        ({"edit": "undo", "of": 1}, [2]),
    ):
        ((line, _),) = desk.say(wrong)
        assert line.get("contradicts") == chain, wrong
    assert desk.stories() == before
    desk.tell("undo", of=2)
    desk.tell("undo", of=1)
    assert [desk.stories()[id] for id in (*ferry, *rate)] == [one, one, other, other]
    assert desk.tell("merge", stories=[one, other])["done"]


def test_undo_gives_back_members_id_name_and_place_in_feeds_and_touches_no_other_story(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    fire = desk.keep(*FIRE)
    third = desk.stories()[fire[0]]
    desk.tell("rename", story=other, title="Suku bunga ditahan")
    with desk.site.store.read() as connection:
        known = publications.records_of(connection, other)["/all"]
    line = desk.tell("merge", stories=[one, other])
    assert set(desk.feed()) == {one, third}
    (late, too) = desk.keep(FERRY[2], RATE[2], outlet="Warta")
    assert desk.stories()[late] == desk.stories()[too] == one
    untouched = desk.story(third)
    back = desk.tell("undo", of=line["id"])
    assert back["back"] == [other]
    held = desk.stories()
    assert [held[id] for id in (*ferry, late, *rate, too)] == [one] * 3 + [other] * 3
    told = desk.story(other)
    assert isinstance(told, Story) and (told.id, told.title) == (other, "Suku bunga ditahan")
    assert desk.story(third) == untouched
    desk.weave()
    with desk.site.store.read() as connection:
        assert publications.records_of(connection, other)["/all"].published_at == known.published_at
    assert set(desk.feed()) == {one, other, third}


def test_copies_go_with_their_originals(desk: Desk) -> None:
    text = "Kapal feri itu tiba dengan selamat di pelabuhan Merak pada Kamis malam setelah enam jam di laut. " * 6
    _, _, one, other = apart(desk)
    with desk.site.store.write() as connection:
        id = connection.execute(select(source.c.id).where(source.c.name == "Warta")).scalar_one()
        arrivals = [arrival(f"t{n}", title=f"Feri tiba {n}", content=f"<p>{text}</p>") for n in range(2)]
        first, second = entries.keep(connection, id, arrivals, now=at(200)).new
    desk.weave()
    held = desk.stories()
    assert held[first] == held[second]
    desk.tell("move", entries=[first], story=other)
    held = desk.stories()
    assert held[first] == held[second] == other
    ((line, err),) = desk.say({"edit": "move", "entries": [second], "story": one})
    assert not line["done"] and f"Entry {second} is a Copy of {first}, and goes with it: name {first}" in err


def test_a_name_is_kept_whatever_comes_and_goes_when_it_is_taken_back(desk: Desk) -> None:
    ferry = desk.keep(*FERRY[:2])
    story = desk.stories()[ferry[0]]
    title = desk.story(story).title
    desk.tell("rename", story=story, title="Feri mogok")
    desk.tell("rename", story=story, title="Kapal mogok")
    desk.keep(*FERRY[2:], outlet="Warta")
    assert desk.story(story).title == "Kapal mogok"
    desk.tell("undo", of=1)
    assert desk.story(story).title == "Kapal mogok"
    desk.tell("undo", of=2)
    desk.weave()
    assert desk.story(story).title in (title, *FERRY)


def test_what_an_editor_says_is_in_the_feeds_at_once_and_is_no_news(desk: Desk) -> None:
    rate = desk.keep(*RATE[:2], outlet="Warta")
    ferry = desk.keep(*FERRY[:2])
    one, other = (desk.stories()[ids[0]] for ids in (ferry, rate))
    before = desk.record(one)
    desk.tell("rename", story=one, title="Feri mogok")
    desk.tell("rename", story=one, title="Ferry adrift", language="EN")
    desk.tell("merge", stories=[one, other])
    told = desk.record(one)
    assert (told.title, len(told.reports)) == ("Feri mogok", 4)
    assert desk.record(one, "/sections/ekonomi").title == "Ferry adrift"
    assert (told.published_at, told.updated_at) == (before.published_at, before.updated_at)


def test_a_story_leaves_the_feeds_to_which_an_undone_edit_brought_it(desk: Desk) -> None:
    ferry = desk.keep(*FERRY[:2])
    rate = desk.keep(*RATE[:2], outlet="Warta")
    one, other = (desk.stories()[ids[0]] for ids in (ferry, rate))
    assert (desk.feed("/sections/dunia"), desk.feed("/sections/ekonomi")) == ([one], [other])
    desk.tell("merge", stories=[one, other])
    assert (desk.feed("/sections/dunia"), desk.feed("/sections/ekonomi")) == ([one], [one])
    desk.tell("undo", of=1)
    assert (desk.feed("/sections/dunia"), desk.feed("/sections/ekonomi")) == ([one], [other])
    desk.tell("place", stories=[one], title="Feri")
    topic = desk.story(one).topic
    assert desk.feed(f"/topics/{topic}") == [one]
    desk.tell("undo", of=3)
    assert (desk.feed(f"/topics/{topic}"), list(reading.topics(desk.site.store))) == ([], [])


def test_many_reports_that_came_since_go_where_they_belong_when_a_merge_is_undone(desk: Desk) -> None:
    _, rate, one, other = apart(desk)
    desk.tell("merge", stories=[one, other])
    more = desk.keep(*(f"{FERRY[0]} hari ke-{day}" for day in range(40)))
    joined = [id for id in more if desk.stories()[id] == one]
    assert len(joined) > 30
    desk.tell("undo", of=1)
    held = desk.stories()
    assert {held[id] for id in joined} == {one} and {held[id] for id in rate} == {other}


def test_topics_are_those_of_before_in_whatever_order_edits_are_undone(desk: Desk) -> None:
    _, _, one, other = apart(desk)
    desk.tell("place", stories=[one], title="Satu")
    desk.tell("place", stories=[one], title="Dua")
    desk.tell("undo", of=1)
    assert desk.story(one).topic_title == "Dua"
    desk.tell("undo", of=2)
    assert desk.story(one).topic_title is None
    desk.tell("place", stories=[other], title="Tiga")
    line = desk.tell("merge", stories=[one, other])
    assert desk.story(one).topic_title == "Tiga"
    desk.tell("undo", of=line["id"])
    assert (desk.story(one).topic_title, desk.story(other).topic_title) == (None, "Tiga")


def test_what_later_edits_build_upon_is_not_taken_back_before_them(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    fire = desk.keep(*FIRE)
    third = desk.stories()[fire[0]]
    desk.tell("merge", stories=[one, other])
    desk.tell("merge", stories=[third, other])
    ((line, _),) = desk.say({"edit": "undo", "of": 1})
    assert line["contradicts"] == [2]
    desk.tell("undo", of=2)
    desk.tell("undo", of=1)
    assert [desk.stories()[ids[0]] for ids in (ferry, rate, fire)] == [one, other, third]


def test_no_report_goes_where_a_story_does_not_come_back(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    desk.tell("merge", stories=[one, other])
    desk.tell("split", story=one, entries=[ferry[0], *rate])
    late = desk.keep(*(f"{RATE[0]} dan {FERRY[1]} hari {day}" for day in range(6)), outlet="Warta")
    desk.tell("undo", of=1)
    held = desk.stories()
    assert other not in {held[id] for id in late} and isinstance(desk.story(other), stories.Moved)


def test_a_placing_that_was_taken_back_does_not_come_back_with_its_story(desk: Desk) -> None:
    _, _, one, other = apart(desk)
    desk.tell("place", stories=[one, other], title="Topik")
    desk.tell("merge", stories=[one, other])
    desk.tell("undo", of=1)
    desk.tell("undo", of=2)
    assert (desk.story(one).topic, desk.story(other).topic) == (None, None)


def test_a_source_that_is_gone_from_the_file_takes_no_section_away(desk: Desk) -> None:
    ferry = desk.keep(*FERRY[:2])
    rate = desk.keep(*RATE[:3], outlet="Warta")
    one, other = (desk.stories()[ids[0]] for ids in (ferry, rate))
    file = FILE[: FILE.index("  - {name: Warta")]
    (desk.folder / "feeds.yaml").write_text(file, encoding="utf-8")
    desk.site.store.close()
    desk.site = open_site(Settings(config_path=desk.folder / "feeds.yaml", database_url=desk.url))
    (new,) = desk.tell("split", story=other, entries=rate[2:])["new"]
    assert set(desk.feed("/sections/ekonomi")) == {other, new}
    line = desk.tell("merge", stories=[one, other])
    assert set(desk.feed("/sections/ekonomi")) == {one, new}
    desk.tell("undo", of=line["id"])
    assert set(desk.feed("/sections/ekonomi")) >= {other, new}


def test_explain_names_the_edits_that_keep_two_entries_so(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    desk.tell("merge", stories=[one, other], by="Sari", why="satu hari")
    desk.tell("split", story=one, entries=[ferry[1]])
    done = here(
        "explain", str(ferry[0]), str(rate[0]), "--config", "feeds.yaml", "--database", desk.url, folder=desk.folder
    )
    assert "Edit 1 (merge by Sari, " in done.out and ") keeps them so: satu hari." in done.out
    assert "Edit 2" not in done.out and "The store has it otherwise" not in done.out


def test_a_merge_of_the_engines_own_is_taken_back_and_does_not_happen_again(desk: Desk) -> None:
    ferry = desk.keep(FERRY[0], RATE[0])
    held = desk.stories()
    one, other = held[ferry[0]], held[ferry[1]]
    with desk.site.store.write() as connection:
        stories.merge(connection, [Merge(loser=other, winner=one)], now=clock.now())
        publications.withdraw(connection, [other])
    desk.leader = Leader("two")
    line = desk.tell("undo", merge=other)
    assert (line["done"], line["back"]) == (True, [other])
    assert [desk.stories()[id] for id in ferry] == [one, other]
    ((line, _),) = desk.say({"edit": "merge", "stories": [one, other]})
    assert line["contradicts"] == [1]
    desk.tell("undo", of=1)
    assert set(desk.stories().values()) == {one}


def test_stories_stay_in_the_topic_that_an_editor_puts_them_in(desk: Desk) -> None:
    _, _, one, other = apart(desk)
    topic = desk.tell("place", stories=[one, other], title="Dua hal", by="Sari")["topic"]
    assert {desk.story(id).topic_title for id in (one, other)} == {"Dua hal"}
    desk.tell("rename", topic=topic, title="Dua perkara")
    desk.tell("place", stories=[other], topic=None)
    desk.keep(*FERRY, *RATE, outlet="Warta")
    assert (desk.story(one).topic_title, desk.story(other).topic_title) == ("Dua perkara", None)
    desk.tell("undo", of=3)
    desk.tell("undo", of=2)
    assert (desk.story(one).topic_title, desk.story(other).topic_title) == ("Dua hal", "Dua hal")
    desk.tell("undo", of=1)
    assert (desk.story(one).topic, desk.story(other).topic) == (None, None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"edit": "join"},
            "\"edit\" says which kind it is: merge, split, move, rename, place, undo; here it is 'join'",
        ),
        ([], 'an Edit is a JSON object, such as {"edit": "merge", "stories": ["…", "…"]}'),
        ({"edit": "merge", "stories": ["a"]}, '"merge" wants two "stories" or more, of which the first goes on'),
        ({"edit": "merge", "story": "a"}, "'story' is no key of \"merge\"; it has stories, by, why"),
        ({"edit": "split", "story": "a", "entries": ["b"]}, "\"entries\" counts from 1 on; here it is 'b'"),
        ({"edit": "move", "story": "a", "entries": []}, '"entries" is a list of ids, at least one and at most 2,000'),
        (
            {"edit": "rename", "story": "a"},
            '"rename" wants a "story" or a "topic", and a "title" (null: as Anyam finds)',
        ),
        (
            {"edit": "merge", "stories": ["\ud800", "a"]},
            "\"stories\" is an id, as `anyam stories` lists them; here it is '\\ud800'",
        ),
        ({"edit": "split", "story": "a\0b", "entries": [1]}, '"story" is an id, as `anyam stories` lists them'),
        ({"edit": "rename", "story": "a", "title": "\u200b\u0001"}, '"title" is text of 1 to 500 letters'),
        ({"edit": "rename", "story": "a", "title": "b", "language": "id id"}, '"language" is a code such as id, en'),
        (
            {"edit": "undo"},
            '"undo" wants "of", the id of an Edit, or "merge", a Story that went on as another by itself',
        ),
        ({"edit": "place", "stories": ["a"]}, '"place" wants "stories", and a "topic" (null: in none) or the "title"'),
    ],
)
def test_a_line_that_is_no_edit_is_told_and_nothing_is_applied(desk: Desk, line: object, words: str) -> None:
    done = desk.command({"edit": "undo", "of": 1}, line)
    assert (done.code, done.out) == (2, "")
    assert f"edits.jsonl:2: {words}" in done.err
    with desk.site.store.read() as connection:
        assert edits.get(connection, [1]) == {}


def test_edits_about_what_is_not_there_are_refused_and_the_others_done(desk: Desk) -> None:
    ferry, rate, one, other = apart(desk)
    done = desk.command(
        {"edit": "merge", "stories": [one, "nowhere"]},
        {"edit": "move", "entries": [9999], "story": one},
        {"edit": "split", "story": one, "entries": ferry},
        {"edit": "split", "story": one, "entries": rate},
        {"edit": "undo", "of": 99},
        {"edit": "undo", "of": 1},
        {"edit": "undo", "merge": one},
        {"edit": "place", "stories": [one], "topic": "nowhere"},
        {"edit": "move", "entries": [ferry[0]], "story": other},
        options=(),
    )
    assert done.code == 1
    assert done.out.splitlines() == [
        f"Edit 9: move: 1 Entry stand in http://127.0.0.1:8000/stories/{other} now".replace("stand", "stands")
    ]
    assert done.err.splitlines() == [
        "edits.jsonl:1: Edit 1 is refused: there is no Story nowhere; `anyam stories` lists them",
        "edits.jsonl:2: Edit 2 is refused: there is no Entry 9999 in any Story; `anyam entries` lists them with theirs",
        "edits.jsonl:3: Edit 3 is refused: these are all Entries of the Story; name those that leave it",
        f"edits.jsonl:4: Edit 4 is refused: Entry {rate[0]} is not in Story {one}: it is in {other}",
        "edits.jsonl:5: Edit 5 is refused: there is no Edit 99",
        "edits.jsonl:6: Edit 6 is refused: Edit 1 was refused, and has changed nothing",
        f"edits.jsonl:7: Edit 7 is refused: Story {one} has gone on as no other",
        "edits.jsonl:8: Edit 8 is refused: there is no Topic nowhere; `anyam stories --json` names that of each Story",
    ]
