"""The command line: what each command says, where it says it, and how it ends."""

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
import running
from documented import page
from hostile import Server
from outlets import feed, rss, write_feeds
from running import Done, apart, here

POLL_FIELDS = ["source", "url", "outcome", "new", "changed", "error", "next_poll_at", "url_now"]
SOURCE_FIELDS = [
    "name",
    "url",
    "kind",
    "address",
    "moved_to",
    "state",
    "last_poll_at",
    "last_outcome",
    "last_error",
    "next_poll_at",
    "next_poll_reason",
    "etag",
    "last_modified",
    "entries",
    "skipped",
    "doubtful",
    "problems",
    "health",
    "health_since",
    "proposal",
    "hub",
]
ENTRY_FIELDS = [
    "id",
    "source",
    "entry_id",
    "url",
    "title",
    "summary",
    "content",
    "authors",
    "language",
    "published_at",
    "updated_at",
    "first_seen_at",
    "categories",
    "enclosures",
    "story",
    "topic",
    "copy_of",
    "origins",
    "skipped_by",
    "doubt",
    "date_note",
]
STORY_FIELDS = [
    "id",
    "url",
    "title",
    "sections",
    "topic",
    "entries",
    "outlets",
    "origins",
    "languages",
    "first_at",
    "updated_at",
    "published",
]
TITLES = (
    "Gempa magnitudo 6 guncang Sumbawa Rabu pagi",
    "Bank sentral menahan suku bunga acuan",
    "Сирия: “новая” власть",
)


def lines(done: Done) -> list[dict[str, Any]]:
    """Read the JSON objects that a command printed, a line each."""
    return [json.loads(line) for line in done.out.splitlines()]


@dataclass(frozen=True)
class Polled:
    """A site with Sources of all kinds after two polls."""

    folder: Path
    server: Server
    first: Done
    second: Done


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Polled]:
    folder = tmp_path_factory.mktemp("polled") / "a folder, кириллица"
    folder.mkdir()
    with outlets.outlets() as server, outlets.outlets({"/private.xml": feed("Rahasia")}) as private:
        server.replies |= {
            "/good.xml": outlets.conditional(server, "/good.xml", rss(*TITLES), '"one"'),
            "/broken.xml": hostile.answer(b"oops", status="500 Internal Server Error"),
            "/page.html": hostile.answer(b"<!doctype html><p>Welcome</p>", "Content-Type: text/html"),
            "/garbage.xml": hostile.answer(random.Random(1).randbytes(5_000), "Content-Type: application/rss+xml"),
            "/gone.xml": hostile.answer(b"", status="410 Gone"),
            "/mute.xml": hostile.hang_up,
            "/moved.xml": hostile.redirect(301, "/other.xml"),
            "/other.xml": feed("Feri tiba dengan selamat di Merak", of="lain"),
            "/paused.xml": feed("Tidak dibaca"),
        }
        # The server holds this answer back until another Source's Entries are in the store.
        server.replies["/late.xml"], opened = outlets.gate(feed("Akhirnya tiba juga", of="lambat"))
        names = ("good", "broken", "garbage", "gone", "mute", "moved", "late")
        sources = [f"{name.capitalize()} /{name}.xml" for name in names]
        sources += ["Page /page.html", f"Private {private.url('/private.xml')}", "Paused /paused.xml, paused: true"]
        write_feeds(folder, server, *sources)

        def wait() -> None:
            running.until(lambda: _count(folder / "anyam.db") >= 4, "Good and Moved are stored")
            opened.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        first = apart("poll", "--json", folder=folder)
        waiting.join()
        yield Polled(folder, server, first, here("poll", "--json", "Good", "Moved", folder=folder))
        assert not private.visits


def _count(database: Path) -> int:
    """Count the Entries of a store that may not be there yet."""
    if not database.exists():
        return 0
    with sqlite3.connect(database) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
        except sqlite3.OperationalError:
            count = 0
    connection.close()
    return int(count)


def test_poll_prints_a_line_per_source_with_the_promised_fields_in_the_order_of_the_file(polled: Polled) -> None:
    told = lines(polled.first)
    assert [one["source"] for one in told][:3] == ["Good", "Broken", "Garbage"]
    assert len(told) == 10
    assert {tuple(one) for one in told} == {tuple(POLL_FIELDS)}
    good = told[0]
    assert good["url"] == good["url_now"] == polled.server.url("/good.xml")
    assert (good["outcome"], good["new"], good["changed"], good["error"]) == ("ok", 3, 0, None)
    assert good["next_poll_at"].endswith("Z")


def test_one_bad_source_does_not_stop_the_others(polled: Polled) -> None:
    outcomes = {one["source"]: one["outcome"] for one in lines(polled.first)}
    bad = dict.fromkeys(("Broken", "Garbage", "Mute", "Page", "Private"), "error")
    assert outcomes == {"Good": "ok", "Moved": "ok", "Late": "ok", "Gone": "gone", "Paused": "skipped"} | bad
    assert polled.first.code == 1
    assert polled.first.err == ""


def test_each_failure_is_told_in_one_line(polled: Polled) -> None:
    told = {one["source"]: one["error"] for one in lines(polled.first) if one["outcome"] != "ok"}
    assert "500" in told["Broken"]
    assert "fetch.allow" in told["Private"]
    assert "paused" in told["Paused"]
    assert all(words and "\n" not in words for words in told.values()), told
    done = here("poll", "Broken", "Good", folder=polled.folder)
    assert (done.code, done.out) == (1, "2 Sources: 1 unchanged, 1 failed; 0 new Entries\n")
    assert done.err == f"Broken: {told['Broken']}\n"


def test_a_second_poll_asks_with_the_validator_and_reads_nothing_again(polled: Polled) -> None:
    good, moved = lines(polled.second)
    assert (good["outcome"], good["new"], good["error"]) == ("not_modified", 0, None)
    assert polled.second.code == 0
    asked = [visit.header("if-none-match") for visit in polled.server.visits if visit.path == "/good.xml"]
    assert asked[:2] == [None, '"one"']
    # An unchanged body counts as unchanged where the host knows no validators.
    assert (moved["outcome"], moved["url_now"]) == ("not_modified", polled.server.url("/other.xml"))


def test_a_paused_source_is_polled_where_it_is_named_alone(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Satu")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml, paused: true")
        assert [one["outcome"] for one in lines(here("poll", "--json", folder=tmp_path))] == ["skipped"]
        assert server.visits == []
        assert [one["outcome"] for one in lines(here("poll", "--json", "Ada", folder=tmp_path))] == ["ok"]


def test_a_source_that_has_ended_is_told_from_one_that_another_process_polls(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Satu"), "/b.xml": hostile.answer(b"", status="410 Gone")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml", "Tamat /b.xml", "Jeda /a.xml?, paused: true")
        here("poll", folder=tmp_path)
        with sqlite3.connect(tmp_path / "anyam.db") as connection:
            connection.execute("UPDATE source SET lease_token = 'x', lease_until = '2999-01-01' WHERE name <> 'Tamat'")
        connection.close()
        held = "another process polls it just now (the claim of a killed one runs out within a minute)"
        assert here("poll", folder=tmp_path).err.splitlines() == [
            f"Ada: {held}",
            "Tamat: its host has answered 410, so that it has ended; `anyam poll NAME` asks it all the same",
            "Jeda: it is paused; `anyam poll NAME` polls it all the same",
        ]
        assert server.paths.count("/b.xml") == 1
        for name in ("Ada", "Jeda"):
            assert here("poll", name, folder=tmp_path).err == f"{name}: {held}\n"
        assert "410" in here("poll", "Tamat", folder=tmp_path).err
        assert server.paths.count("/b.xml") == 2


def test_one_title_that_an_expression_would_never_end_in_costs_that_rule_alone_and_is_told(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed(*TITLES, "a" * 60 + "!")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml, skip: {title: ['^(a|a)*$', 'Gempa']}")
        done = here("poll", folder=tmp_path)
        assert (done.code, done.out) == (0, "1 Source: 1 polled; 4 new Entries\n")
        words = (
            "skip title '^(a|a)*$' takes too long: where it does not end, it counts as not found, and what was "
            "skipped stays so; write it simpler"
        )
        assert done.err == f"Ada: {words}\n"
        (source,) = lines(here("sources", folder=tmp_path))
        assert (source["problems"], source["last_error"]) == (words, None)
        skipped = [one["skipped_by"] for one in lines(here("entries", folder=tmp_path))]
        assert sorted(filter(None, skipped)) == ["skip title 'Gempa'"] and len(skipped) == 4


def test_poll_due_leaves_sources_alone_whose_time_has_not_come(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Satu", of="a"), "/b.xml": feed("Dua", of="b")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml, interval: 1h", "Beta /b.xml, interval: 3h")
        start = {"ANYAM_AT": "2024-12-12T00:00:00Z"}
        assert [one["source"] for one in lines(here("poll", "--due", "--json", folder=tmp_path, **start))] == [
            "Ada",
            "Beta",
        ]
        done = here("poll", "--due", folder=tmp_path, **start)
        assert (done.code, done.out) == (0, "0 Sources: none was due; 0 new Entries\n")
        later = here("poll", "--due", "--json", folder=tmp_path, ANYAM_AT="2024-12-12T01:30:00Z")
        assert [(one["source"], one["next_poll_at"]) for one in lines(later)] == [("Ada", "2024-12-12T02:30:00Z")]
        assert server.paths == ["/a.xml", "/b.xml", "/a.xml"] or server.paths == ["/b.xml", "/a.xml", "/a.xml"]


def test_sources_are_told_with_the_promised_fields(polled: Polled) -> None:
    done = here("sources", "--json", folder=polled.folder)
    told = {one["name"]: one for one in lines(done)}
    assert (done.code, done.err) == (0, "")
    assert {tuple(one) for one in told.values()} == {tuple(SOURCE_FIELDS)}
    assert (told["Good"]["entries"], told["Good"]["etag"], told["Good"]["state"]) == (3, '"one"', "active")
    assert (told["Paused"]["state"], told["Paused"]["last_poll_at"]) == ("paused", None)
    assert told["Gone"]["state"] == "gone"


def test_entries_are_told_with_the_promised_fields(polled: Polled) -> None:
    done = here("entries", "--json", "--source", "Good", folder=polled.folder)
    assert [list(one) for one in lines(done)] == [ENTRY_FIELDS] * 3
    assert [one["title"] for one in lines(done)] == list(TITLES)
    assert {one["source"] for one in lines(done)} == {"Good"}
    assert all(one["story"] and one["categories"] == ["Dunia"] for one in lines(done))
    everything = lines(here("entries", folder=polled.folder))
    assert [one["id"] for one in everything] == sorted(one["id"] for one in everything)
    assert {one["source"] for one in everything} == {"Good", "Moved", "Late"}


def test_stories_are_told_with_the_promised_fields(polled: Polled) -> None:
    done = here("stories", "--section", "dunia", folder=polled.folder)
    told = lines(done)
    assert {tuple(one) for one in told} == {tuple(STORY_FIELDS)}
    ids = {one["id"]: one["story"] for one in lines(here("entries", folder=polled.folder))}
    assert {entry: one["id"] for one in told for entry in one["entries"]} == ids
    for one in told:
        assert one["url"] == f"http://127.0.0.1:8000/stories/{one['id']}"
        assert one["sections"] == ["dunia"]
        assert one["published"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("poll", "Nemo"), "there is no Source 'Nemo'; `anyam sources` lists them"),
        (("entries", "--source", "Nemo"), "there is no Source 'Nemo'; `anyam sources` lists them"),
        (("stories", "--section", "nemo"), "there is no Section 'nemo'; there are dunia"),
        (("nonsense",), "No such command 'nonsense'. `anyam --help` says how."),
        (("poll", "--deu"), "`anyam poll --help` says how."),
        (("run", "--port", "abc"), "Invalid value for '--port': 'abc' is no whole number from 0 to 65535. `anyam run"),
        (("serve", "--port", "70000"), "Invalid value for '--port': '70000' is no whole number from 0 to 65535."),
        *(
            (("demo", "--speed", speed), f"Invalid value for '--speed': '{speed}' is no number from 0.01 to 100.")
            for speed in ("nan", "-nan", "inf", "-inf", "-1", "0", "1e999", "fast")
        ),
        (("sources", "--config", "none.yaml"), "none.yaml:1: there is no such file"),
        (("sources", "--database", "mysql://x/y"), "--database: no address of a database"),
        (("sources", "--database", "sqlite:///nowhere/x.db"), "there is no folder nowhere"),
        (("sources", "--database", "sqlite:///feeds.yaml"), "this is no store of Anyam's"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line_that_says_what_to_do(
    polled: Polled, arguments: tuple[str, ...], words: str
) -> None:
    done = here(*arguments, folder=polled.folder)
    assert (done.code, done.out) == (2, "")
    assert words in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ANYAM_AT", "yesterday", "ANYAM_AT: 'yesterday' is no ISO 8601 time"),
        ("ANYAM_CONFG", "x", "ANYAM_CONFG: unknown setting; did you mean ANYAM_CONFIG?"),
        ("ANYAM_DATABASE_URL", "x", "ANYAM_DATABASE_URL: no address of a database"),
    ],
)
def test_a_wrong_setting_ends_with_2_and_one_line(polled: Polled, name: str, value: str, words: str) -> None:
    done = here("stories", folder=polled.folder, **{name: value})
    assert (done.code, done.out) == (2, "")
    assert words in done.err and done.err.count("\n") == 1


def test_a_store_whose_driver_is_not_installed_says_how_to_install_it(
    polled: Polled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    done = here("sources", "--database", "postgresql://nobody:geheim@127.0.0.1:1/x", folder=polled.folder)
    assert (done.code, done.out) == (2, "")
    installing = [line.removeprefix("$ ") for line in page("operation.md").splitlines() if "pip install" in line]
    assert len(installing) == 2
    said = [line.partition("#")[0].strip() for line in installing]
    assert done.err == (
        "postgresql://nobody:***@127.0.0.1:1/x: the driver for PostgreSQL is not installed; "
        f"in Anyam's folder: {said[0]}, or {said[1]}\n"
    )


def test_no_command_at_all_is_answered_with_all_of_them(tmp_path: Path) -> None:
    done = here(folder=tmp_path)
    assert done.code == 2 and "Stories" in done.err and "poll" in done.err
    told = here("--help", folder=tmp_path)
    assert (told.code, told.out) == (0, done.err)
    assert here("--version", folder=tmp_path).out.startswith("anyam, version ")


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with outlets.outlets() as server:
        write_feeds(tmp_path, server, "Ada /a.xml")
    assert here("sources", folder=tmp_path).code == 0
    with sqlite3.connect(tmp_path / "anyam.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = here("sources", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err == "the store is at version 9999, later than this program knows; install a newer Anyam\n"


def test_a_site_without_sources_starts_and_waits_for_some(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("sections: [{id: dunia, title: Dunia}]\nsources: []\n")
    assert here("poll", folder=tmp_path).out == "0 Sources: none was due; 0 new Entries\n"
    for command in ("poll --json", "sources", "entries", "stories"):
        assert here(*command.split(), folder=tmp_path) == Done(0, "", "")


# --- check

RIGHT = """\
site: {language: id}
sections: [{id: dunia, title: Dunia}]
sources:
  - {name: Antara, url: 'https://antara.example/dunia.xml', section: dunia}
"""


def test_check_says_that_a_right_file_is_right(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(RIGHT)
    assert here("check", folder=tmp_path) == Done(0, "feeds.yaml: 1 Source in 1 Section, nothing wrong\n", "")
    assert not (tmp_path / "anyam.db").exists()


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ("colour: red\n", ["feeds.yaml:5: "]),
        ("  - {name: Antara, url: 'https://b.example/', section: dunia}\n", ["feeds.yaml:5: "]),
        ("  - {name: B, url: 'https://b.example/', section: olahraga}\n", ["feeds.yaml:5: "]),
        ("  - {name: B, url: 'ftp://b.example/', section: dunia}\n", ["feeds.yaml:5: "]),
        ("  - {name: B, url: 'https://b.example/'\n", ["feeds.yaml:"]),
        (
            "  - {name: B, url: nowhere, section: olahraga}\nfetch: {gap: soon}\n",
            ["feeds.yaml:5: "] * 2 + ["feeds.yaml:6"],
        ),
    ],
    ids=["unknown key", "duplicate name", "no such section", "bad url", "no YAML", "three at once"],
)
def test_check_tells_every_problem_of_a_wrong_file_in_a_line_of_its_own(
    tmp_path: Path, more: str, problems: list[str]
) -> None:
    (tmp_path / "feeds.yaml").write_text(RIGHT + more)
    done = here("check", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    told = done.err.splitlines()
    assert len(told) == len(problems)
    assert all(line.startswith(start) for line, start in zip(told, problems, strict=True)), told
    assert here("run", "--port", "0", folder=tmp_path) == done


def test_check_online_says_what_each_source_answers_and_what_would_be_skipped(tmp_path: Path) -> None:
    titles = ["Horoskop hari ini", "HOROSKOP pekan ini", "Ramalan horoskop", *(f"Berita nomor {n}" for n in range(7))]
    with outlets.outlets({"/a.xml": feed(*titles)}) as server:
        file = write_feeds(tmp_path, server, "Ada /a.xml, skip: {words: [horoskop]}", "Hilang /b.xml")
        done = here("check", "--online", "--config", str(file), folder=tmp_path)
    assert done.code == 1
    assert done.out.splitlines()[1:] == ["Ada: 10 items; would skip 3 of 10"]
    assert done.err.startswith("Hilang: ") and "404" in done.err and done.err.count("\n") == 1
    assert not (tmp_path / "anyam.db").exists()


# --- processes


def test_a_closed_pipe_ends_a_command_in_silence(polled: Polled) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [*running.COMMAND, "entries"],
        cwd=polled.folder,
        env=running.environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=running.LONG,
        check=False,
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (0, b"")


def test_output_is_utf_8_in_a_locale_that_is_not(polled: Polled) -> None:
    locale = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = apart("entries", folder=polled.folder, **locale)
    assert (done.code, done.err) == (0, "")
    assert TITLES[2] in {one["title"] for one in lines(done)}
    wrong = apart("entries", "--source", "Кто", folder=polled.folder, LC_ALL="C")
    assert (wrong.code, wrong.err) == (2, "there is no Source 'Кто'; `anyam sources` lists them\n")


def test_two_polls_at_once_share_a_store_without_losing_or_doubling(tmp_path: Path, database_url: str) -> None:
    paths = [f"/{number}.xml" for number in range(8)]
    replies = {path: feed(*(f"Kabar {path} {word}" for word in "abcde"), of=path[1]) for path in paths}
    with outlets.outlets({path: hostile.late(0.2, reply) for path, reply in replies.items()}) as server:
        write_feeds(tmp_path, server, *(f"S{path[1]} {path}" for path in paths))
        with ThreadPoolExecutor(2) as pool:
            polls = [pool.submit(apart, "poll", "--json", "--database", database_url, folder=tmp_path) for _ in "ab"]
            both = [poll.result() for poll in polls]
    assert [(done.code, done.err) for done in both] == [(0, "")] * 2
    told = lines(both[0]) + lines(both[1])
    assert sum(one["new"] for one in told) == 40
    stored = lines(here("entries", "--database", database_url, folder=tmp_path))
    assert len({(one["source"], one["entry_id"]) for one in stored}) == len(stored) == 40
    assert all(one["story"] for one in stored)
    assert {one["source"] for one in told if one["outcome"] == "ok"} == {f"S{n}" for n in range(8)}
