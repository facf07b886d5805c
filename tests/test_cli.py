"""The command line: what each command says, where it says it, and how it ends."""

import json
import os
import random
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
import running
from hostile import Server
from outlets import feed, rss, write_feeds
from running import Done, apart, here

POLL_FIELDS = ["source", "url", "outcome", "new", "changed", "error", "next_poll_at", "url_now"]
SOURCE_FIELDS = [
    "name",
    "url",
    "kind",
    "state",
    "last_poll_at",
    "last_outcome",
    "last_error",
    "next_poll_at",
    "next_poll_reason",
    "etag",
    "last_modified",
    "entries",
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
        (("run", "--port", "http"), "Invalid value for '--port'"),
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


def test_a_site_without_sources_is_right(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("sections: [{id: dunia, title: Dunia}]\nsources: []\n")
    assert here("check", folder=tmp_path).out == "feeds.yaml: 0 Sources in 1 Sections, nothing wrong\n"
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
    assert here("check", folder=tmp_path) == Done(0, "feeds.yaml: 1 Sources in 1 Sections, nothing wrong\n", "")
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


# --- cluster

SUBJECTS = (
    "Gempa magnitudo 6 guncang Sumbawa Rabu pagi",
    "Bank Indonesia tahan suku bunga acuan enam persen",
    "Timnas Garuda kalahkan Laos empat gol tanpa balas",
    "Rusia jalin kontak langsung dengan HTS di Suriah",
)


def articles(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write articles, one a line."""
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _brute(gold: dict[Any, str], found: dict[Any, str]) -> dict[str, list[float]]:
    """Score by looking at each pair and each item, as the definitions say."""
    pairs = [(gold[a] == gold[b], found[a] == found[b]) for a, b in combinations(gold, 2)]
    both = sum(g and f for g, f in pairs)
    chances = sum(found for _, found in pairs), sum(gold for gold, _ in pairs)
    # Whoever puts nothing together puts nothing together wrongly.
    pairwise = [both / chance if chance else 1.0 for chance in chances]
    share = [0.0, 0.0]
    for item in gold:
        mine = {other for other in found if found[other] == found[item]}
        right = {other for other in gold if gold[other] == gold[item]}
        share[0] += len(mine & right) / len(mine) / len(gold)
        share[1] += len(mine & right) / len(right) / len(gold)
    return {"pairwise": _with_f1(pairwise), "BCubed": _with_f1(share)}


def _with_f1(score: list[float]) -> list[float]:
    return [*score, 2 * score[0] * score[1] / sum(score) if sum(score) else 0.0]


def test_cluster_keeps_ids_and_scores_as_the_definitions_say(tmp_path: Path) -> None:
    chance = random.Random(5)
    rows: list[dict[str, Any]] = []
    for number in range(40):
        subject = chance.randrange(len(SUBJECTS))
        words = SUBJECTS[subject].split()
        chance.shuffle(words)
        id: Any = number if number % 2 else f"a{number}"
        label = f"label {subject if chance.random() < 0.8 else chance.randrange(4)}"
        rows.append({"id": id, "title": " ".join(words), "source": f"o{number}", "lang": "id", "story": label})
        if number % 5:
            rows[-1]["topic"] = f"topic {subject % 2}"
    done = here("cluster", str(articles(tmp_path, rows)), "--out", "out.jsonl", folder=tmp_path)
    assert (done.code, done.err) == (0, "")
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [list(one) for one in told] == [["id", "story", "topic", "copy_of", "origins"]] * 40
    assert [one["id"] for one in told] == [row["id"] for row in rows]
    assert 1 < len({one["story"] for one in told}) < 40
    for line, label in zip(done.out.splitlines(), ("story", "topic"), strict=True):
        gold = {row["id"]: row[label] for row in rows if label in row}
        found = {one["id"]: one[label] or f"none {one['id']}" for one in told if one["id"] in gold}
        scores = _brute(gold, found)
        for name, (precision, recall, f1) in scores.items():
            assert f"{name} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}" in line


def test_cluster_takes_articles_in_the_order_of_time_whatever_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "Kapal feri itu tiba dengan selamat di pelabuhan Merak pada Kamis malam setelah enam jam terombang-ambing. " * 5
    )
    rows = [
        {"id": "late", "title": SUBJECTS[0], "text": text, "date": "2024-12-12T05:00:00+07:00", "source": "b"},
        {"id": "early", "title": SUBJECTS[0], "text": text, "date": "2024-12-11T21:00:00Z", "source": "a"},
    ]
    assert here("cluster", str(articles(tmp_path, rows)), "--out", "out.jsonl", folder=tmp_path).code == 0
    one_way = (tmp_path / "out.jsonl").read_text().splitlines()
    here("cluster", str(articles(tmp_path, rows[::-1])), "--out", "out.jsonl", folder=tmp_path)
    assert (tmp_path / "out.jsonl").read_text().splitlines() == one_way[::-1]
    assert {one["id"]: one["copy_of"] for one in map(json.loads, one_way)} == {"late": "early", "early": None}


def test_cluster_takes_what_json_allows(tmp_path: Path) -> None:
    rows = [
        '{"id": 7, "title": "Baris\u2028terbelah\u0085dua"}',
        "",
        '{"id": "\\ud800", "title": "\\udfff lone", "text": null, "url": "https://[bad", "date": null, "lang": null}',
    ]
    (tmp_path / "in.jsonl").write_text("\ufeff" + "\n".join(rows), encoding="utf-8")
    done = here("cluster", "in.jsonl", "--out", "out.jsonl", "--no-model", folder=tmp_path)
    assert done == Done(0, "", "")
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [7, "\ud800"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "in.jsonl:2: no JSON"),
        (b"[" * 100_000, "in.jsonl:2: no JSON"),
        (b"[]", "in.jsonl:2: no article"),
        (b'{"id": 2}', "in.jsonl:2: no article"),
        (b'{"id": null, "title": "x"}', "in.jsonl:2: no article"),
        (b'{"id": 1, "title": "x"}', "in.jsonl:2: id 1 stands there twice"),
        (b'{"id": 2, "title": "x", "date": "soon"}', "in.jsonl:2: date: 'soon' is no ISO 8601 time"),
        (b'{"id": 2, "title": "x", "date": "0001-01-01T00:00:00+09:00"}', "in.jsonl:2: date: '0001-"),
        (b'{"id": 2, "title": "x", "text": ["x"]}', "in.jsonl:2: text is no text"),
        (b"\xff", "in.jsonl: byte 24 is not UTF-8"),
    ],
)
def test_cluster_names_the_line_that_is_wrong_and_leaves_the_output_alone(
    tmp_path: Path, line: bytes, words: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"id": 1, "title": "x"}\n' + line + b"\n")
    (tmp_path / "out.jsonl").write_text("kept")
    done = here("cluster", "in.jsonl", "--out", "out.jsonl", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(words) and done.err.count("\n") == 1
    assert (tmp_path / "out.jsonl").read_text() == "kept"


def test_cluster_says_at_once_where_it_cannot_write(tmp_path: Path) -> None:
    path = articles(tmp_path, [{"id": 1, "title": "x"}])
    done = here("cluster", str(path), "--out", "nowhere/out.jsonl", folder=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("--out nowhere/out.jsonl: cannot be written (No such file or directory)")


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
