"""`anyam check --online` asks politely, tells each Source in the order of feeds.yaml, and shows how far it is."""

import os
import pty
import select
import subprocess
from pathlib import Path

import hostile
import outlets
import pytest
import running
from outlets import feed, write_feeds
from running import Done, apart, here


def test_each_source_is_told_in_order_whoever_answers_first_and_what_would_be_skipped(tmp_path: Path) -> None:
    titles = [f"Horoskop nomor {n}" for n in range(14)] + [f"Berita nomor {n}" for n in range(46)]
    with outlets.outlets({"/cepat.xml": feed("Satu")}) as server:
        slow, opened = outlets.gate(feed(*titles))
        server.replies["/lambat.xml"] = slow
        write_feeds(
            tmp_path, server, "Lambat /lambat.xml, skip: {words: [horoskop]}", "Hilang /b.xml", "Cepat /cepat.xml"
        )
        with running.running("check", "--online", folder=tmp_path) as check:
            running.until(lambda: len(server.paths) == 3, "all were asked at once, on hosts of our own")
            opened.set()
            check.says("Cepat")
            assert check.process.wait(running.LONG) == 1
            assert check.out[1:] == ["Lambat: 60 items; would skip 14 of 60", "Cepat: 1 item"]


def test_a_private_host_that_the_file_does_not_name_is_told_and_not_asked(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Satu"), "/b.xml": feed("Dua")}) as server:
        file = write_feeds(tmp_path, server, "Ada /a.xml", "Beta /b.xml")
        file.write_text(file.read_text().replace(f"allow: ['127.0.0.1:{server.port}']", "gap: 2s"))
        done = apart("check", "--online", folder=tmp_path)
        assert (done.code, done.out, server.visits) == (2, "", [])
        told = f'"127.0.0.1:{server.port}" to fetch.allow'
        assert [line.partition(", ")[0] for line in done.err.splitlines()] == [
            'feeds.yaml:7: Source "Ada"',
            'feeds.yaml:8: Source "Beta"',
        ]
        assert all(line.endswith(told) for line in done.err.splitlines())


SITE = "sections: [{id: dunia, title: Dunia}]\n"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://10.0.0.1/", '10.0.0.1:80 is a private address (RFC 1918); if it is yours, add "10.0.0.1:80" to fetch'),
        ("https://[::1]/rss", '[::1]:443 is a loopback address (RFC 4291); if it is yours, add "[::1]:443" to fetch'),
        ("http://localhost:9/", '127.0.0.1:9 is a loopback address (RFC 1122); if it is yours, add "127.0.0.1:9" to'),
        ("http://[::ffff:10.0.0.1]/", "10.0.0.1:80 is a private address (RFC 1918); if it is yours, add"),
        ("http://127.1/", "'127.1' hides an address; write it plainly"),
        ("http://2130706433/", "'2130706433' hides an address; write it plainly"),
    ],
)
def test_an_address_that_the_guard_will_never_let_us_ask_is_wrong(tmp_path: Path, url: str, words: str) -> None:
    (tmp_path / "feeds.yaml").write_text(f"{SITE}sources:\n  - {{name: A, url: '{url}', section: dunia}}\n")
    done = here("check", folder=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f'feeds.yaml:3: Source "A", url: {words}') and done.err.count("\n") == 1


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://localhost/x", "http://93.184.215.14/", "http://a.example/"]
)
def test_what_the_guard_lets_through_or_a_name_decides_is_right(tmp_path: Path, url: str) -> None:
    allow = "fetch: {allow: ['10.0.0.1:80', '[::1]:80']}\n"
    (tmp_path / "feeds.yaml").write_text(f"{SITE}{allow}sources: [{{name: A, url: '{url}', section: dunia}}]\n")
    assert here("check", folder=tmp_path) == Done(0, "feeds.yaml: 1 Source in 1 Section, nothing wrong\n", "")


@pytest.mark.parametrize("sections", [SITE, "sections: []\n"])
def test_a_file_without_sources_is_one_to_add_to_and_nothing_to_run(tmp_path: Path, sections: str) -> None:
    (tmp_path / "feeds.yaml").write_text(f"{sections}sources: []\n")
    words = "feeds.yaml:2: sources: there is none yet; `anyam add` and `anyam import` add some\n"
    assert here("check", folder=tmp_path) == Done(2, "", words)


def test_a_page_is_asked_only_where_its_robots_txt_lets_us(tmp_path: Path) -> None:
    robots = hostile.answer(b"User-agent: *\nDisallow: /a", "Content-Type: text/plain")
    with outlets.outlets({"/robots.txt": robots, "/a.xml": feed("Satu")}) as server:
        write_feeds(tmp_path, server, "Halaman /a.html, kind: page", "Ada /a.xml")
        done = apart("check", "--online", folder=tmp_path)
        assert done.code == 1 and "/a.html" not in server.paths
        assert done.err.startswith("Halaman: ") and "robots.txt" in done.err
        assert done.out.splitlines()[1:] == ["Ada: 1 item"]


@pytest.mark.parametrize("to_file", [False, True], ids=["to the terminal", "to a file"])
def test_lines_and_the_bar_of_a_terminal_do_not_mix(tmp_path: Path, to_file: bool) -> None:
    with outlets.outlets({"/a.xml": feed("Satu"), "/b.xml": feed("Dua")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml", "Beta /b.xml")
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*running.COMMAND, "check", "--online"],
            cwd=tmp_path,
            env=running.environment(TERM="xterm", COLUMNS="100"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if to_file else theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], running.LONG)[0]:
            try:
                shown += os.read(ours, 65_536)
            except OSError:  # the terminal is closed where its last process has ended
                break
        out, _ = process.communicate(timeout=running.LONG)
        os.close(ours)
    assert process.returncode == 0
    assert b"2/2" in shown
    if to_file:
        assert out.decode().splitlines()[1:] == ["Ada: 1 item", "Beta: 1 item"]
        assert b"item" not in shown
    else:
        # The bar's line is wiped before each.
        assert b"\x1b[2KAda: 1 item\r\n" in shown and b"\x1b[2KBeta: 1 item\r\n" in shown


@pytest.mark.parametrize("told", [None, "", "geheim"])
def test_a_source_whose_password_nobody_told_is_not_asked_with_half_a_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str | None
) -> None:
    monkeypatch.delenv("PAID", raising=False)
    if told is not None:
        monkeypatch.setenv("PAID", told)
    missing = "its password is not known: set the environment variable PAID (auth.password_env), and start again"
    with outlets.outlets({"/a.xml": feed("Satu")}) as server:
        write_feeds(tmp_path, server, "Ada /a.xml, auth: {user: ani, password_env: PAID}")
        checked, online = apart("check", folder=tmp_path), apart("check", "--online", folder=tmp_path)
        polled, shown = apart("poll", folder=tmp_path), apart("sources", "--json", folder=tmp_path)
        asked = [visit.header("authorization") for visit in server.visits]
    assert (checked.code, "nothing wrong" in checked.out) == (0, True)
    if told:
        assert (checked.err, online.code, polled.code, len(asked), all(asked)) == ("", 0, 0, 2, True)
    else:
        assert checked.err == f"Ada: here {missing}\n"
        assert (f"Ada: {missing}" in online.err, online.code, polled.code, asked) == (True, 1, 1, [])
        assert missing in polled.err + polled.out and missing in shown.out
