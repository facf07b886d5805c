"""The long-running processes: what they show, what they poll, how they end, and what is left when they are killed."""

import contextlib
import ctypes
import json
import os
import pty
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import hostile
import outlets
import pytest
import running
from documented import ROOT
from hostile import Server
from outlets import feed, write_feeds
from running import Running, here, until

AT = r"Anyam is at (http://127\.0\.0\.1:\d+/) "
TITLES = ("Gempa magnitudo 6 guncang Sumbawa Rabu pagi", "Bank sentral menahan suku bunga acuan")
linux = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells the children of a process")


def get(url: str) -> str:
    """Get a page, "" where it answers 404."""
    try:
        with urllib.request.urlopen(url, timeout=running.LONG) as answer:
            text: str = answer.read().decode("utf-8")
            return text
    except HTTPError as error:
        error.close()
        assert error.code == 404, f"{url} answers {error.code}"
        return ""


def ask(folder: Path, *statements: str) -> list[tuple[Any, ...]]:
    """Ask or change a site's store behind its back; gives the rows of the last statement."""
    rows: list[tuple[Any, ...]] = []
    with closing(sqlite3.connect(folder / "anyam.db", timeout=running.LONG)) as connection, connection:
        for statement in statements:
            rows = connection.execute(statement).fetchall()
    return rows


def told(folder: Path, command: str, **more: str) -> list[dict[str, Any]]:
    """Read what a site's store holds, as the command line tells it."""
    return [json.loads(line) for line in here(command, folder=folder, **more).out.splitlines()]


def placed(folder: Path) -> dict[object, object]:
    """Tell in which Story each Entry is told."""
    stories = told(folder, "stories")
    return {entry: story["id"] for story in stories for entry in story["entries"]}


def children(process: int) -> list[int]:
    """List the children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def is_alive(process: int) -> bool:
    """Tell whether a process is there and no mere remains."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="module", autouse=True)
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """Start the demo before all tests, since its Stories settle for 20 s; gives it with its folder."""
    folder = tmp_path_factory.mktemp("demo")
    with running.running("demo", "--port", "0", "--speed", "20", folder=folder, TMPDIR=str(folder)) as process:
        yield process, folder


@pytest.fixture
def server() -> Iterator[Server]:
    with outlets.outlets({"/a.xml": feed(*TITLES, of="a"), "/mute.xml": hostile.silence}) as server:
        yield server


@pytest.mark.parametrize("command", ["schedule", "poll"])
def test_a_host_with_many_silent_sources_holds_up_no_other(tmp_path: Path, server: Server, command: str) -> None:
    with outlets.outlets({"/quick.xml": feed("Feri tiba", of="b")}) as other:
        silent = [f"Bisu{number} /mute.xml?{number}" for number in range(70)]
        file = write_feeds(tmp_path, server, *silent, f"Cepat {other.url('/quick.xml')}")
        allowed = f"127.0.0.1:{server.port}'"
        file.write_text(file.read_text().replace(allowed, f"{allowed}, '127.0.0.1:{other.port}'"))
        with running.running(command, folder=tmp_path) as process, running.stopwatch() as seconds:
            until(lambda: "/quick.xml" in other.paths, "the quick one is asked while the others say nothing")
            assert seconds() < 25, "the first of the silent ones is given up after 30 s"
            process.process.kill()


def test_run_serves_while_a_host_hangs_and_ends_cleanly_when_asked(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml", "Bisu /mute.xml")
    with running.running("run", "--port", "0", folder=tmp_path) as site:
        url = site.says(AT)
        assert "<html" in get(url)
        until(lambda: TITLES[0] in get(url), "the story is on the front page")
        until(lambda: TITLES[1] in get(f"{url}sections/dunia.atom"), "the story is in the Section's feed")
        until(lambda: "/mute.xml" in server.paths, "the silent host was asked")
        with running.stopwatch() as seconds:
            assert site.end(signal.SIGTERM) == 0
        # It takes 5 s on an idle machine; waiting for the host would take 30.
        assert seconds() < 20
    assert site.out[-1] == "Anyam has ended; nothing is lost"
    assert site.err == []
    # What was not polled is not lost either: the next start need not wait for a lease.
    assert ask(tmp_path, "SELECT lease_until, last_outcome FROM source ORDER BY position") == [
        (None, "ok"),
        (None, None),
    ]
    with pytest.raises(OSError, match="refused"):
        get(url)


def test_run_started_again_polls_nothing_before_its_time(tmp_path: Path, server: Server) -> None:
    server.replies["/often.xml"] = feed("Feri tiba dengan selamat", of="b")
    write_feeds(tmp_path, server, "Ada /a.xml, interval: 1h", "Sering /often.xml, interval: 1s")
    with running.running("run", "--port", "0", folder=tmp_path) as site:
        site.says(r"2 Sources polled, 3 Entries in [23] Stories$")
        assert site.end() == 0
    before = server.paths.count("/often.xml")
    with running.running("run", "--port", "0", folder=tmp_path) as site:
        assert TITLES[0] in get(site.says(AT))
        until(lambda: server.paths.count("/often.xml") >= before + 2, "the due Source is polled")
        assert site.end() == 0
    assert server.paths.count("/a.xml") == 1
    assert not [line for line in site.out if "polled" in line]
    assert site.err == []


def test_run_goes_on_by_the_feeds_yaml_that_another_process_has_loaded(tmp_path: Path, server: Server) -> None:
    server.replies["/b.xml"] = feed("Feri tiba dengan selamat", of="b")
    write_feeds(tmp_path, server, "Ada /a.xml, interval: 1s")
    with running.running("run", "--port", "0", folder=tmp_path) as site:
        url = site.says(AT)
        site.says("1 Source polled, 2 Entries in ")
        write_feeds(tmp_path, server, "Ada /a.xml, interval: 1s", "Baru /b.xml")
        words = (tmp_path / "feeds.yaml").read_text(encoding="utf-8")
        (tmp_path / "feeds.yaml").write_text(f"{words}\nviews: [{{id: semua, title: Semua, section: dunia}}]\n")
        assert len(told(tmp_path, "sources")) == 2
        until(lambda: "/b.xml" in server.paths, "it polls the Source that is new")
        until(lambda: "Feri tiba" in get(f"{url}all.json"), "it publishes what that brought")
        until(lambda: "/views/semua.atom" in get(f"{url}feeds"), "its pages know what is new")
        assert site.end() == 0
    assert not [line for line in site.err if "Traceback" in line]


def test_serve_and_schedule_are_the_parts_of_run(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    with running.running("serve", "--port", "0", folder=tmp_path) as pages:
        url = pages.says(AT)
        assert TITLES[0] not in get(url)
        assert server.visits == []
        with running.running("schedule", folder=tmp_path) as polls:
            polls.says("Anyam polls")
            until(lambda: TITLES[0] in get(url), "what one polls, the other serves")
            until(lambda: TITLES[0] in get(f"{url}sections/dunia.json"), "its feeds too")
            assert polls.end() == 0
        assert TITLES[0] in get(url)
        assert pages.end(signal.SIGINT) == 0
    assert server.paths == ["/a.xml"]
    assert not [line for line in pages.err + polls.err if "Traceback" in line]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_poll_that_is_ended_gives_its_sources_back(
    tmp_path: Path, server: Server, how: signal.Signals, code: int
) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml", "Bisu /mute.xml")
    with running.running("poll", folder=tmp_path) as poll:
        until(lambda: "/mute.xml" in server.paths, "the silent host was asked")
        until(lambda: ask(tmp_path, "SELECT 1 FROM entry"), "the other Source is stored")
        assert poll.end(how) == code
    assert not [line for line in poll.err if line]
    server.replies["/mute.xml"] = feed("Akhirnya tiba juga", of="b")
    assert here("poll", "--due", folder=tmp_path).out == "1 Source: 1 polled; 1 new Entry\n"
    assert all(entry["story"] for entry in told(tmp_path, "entries"))


@linux
def test_killed_in_the_middle_of_polling_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    paths = [f"/{number}.xml" for number in range(12)]
    replies = {path: feed(*(f"Kabar {path} {word}" for word in "abcdefgh"), of=path[1:-4]) for path in paths}
    with outlets.outlets() as server:
        # A quarter of the hosts say nothing until the process is dead.
        server.replies |= {path: reply if n % 4 else hostile.silence for n, (path, reply) in enumerate(replies.items())}
        write_feeds(tmp_path, server, *(f"S{path[1:-4]} {path}" for path in paths))
        with running.running("run", "--port", "0", folder=tmp_path) as site:
            site.says(AT)
            until(lambda: len(set(server.paths)) == 12, "all hosts were asked")
            until(lambda: ask(tmp_path, "SELECT 1 FROM lease WHERE seq > 0"), "it leads")
            ((epoch,),) = ask(tmp_path, "SELECT epoch FROM lease")
            theirs = children(site.process.pid)
            assert theirs
            site.end(signal.SIGKILL)
        until(lambda: not any(map(is_alive, theirs)), "its children have ended with it")
        server.replies |= replies
        del server.visits[:]

        # Its claims hold until they run out, so that no Source is polled twice at once.
        unfinished = {row[0] for row in ask(tmp_path, "SELECT name FROM source WHERE lease_until IS NOT NULL")}
        assert {f"S{n}" for n in range(0, 12, 4)} <= unfinished
        ask(tmp_path, "UPDATE lease SET until = '2000-01-01 00:00:00.000000'")
        here("poll", "--due", folder=tmp_path)
        assert not {f"S{path[1:-4]}" for path in server.paths} & unfinished
        ask(tmp_path, "UPDATE source SET lease_until = '2000-01-01 00:00:00.000000' WHERE lease_until IS NOT NULL")
        with running.running("run", "--port", "0", folder=tmp_path) as site:
            site.says("12 Sources polled, 96 Entries")
            until(lambda: len(placed(tmp_path)) == 96, "each Entry is told in a Story")
            assert site.end() == 0
    assert site.err == []
    stored = told(tmp_path, "entries")
    assert len({(entry["source"], entry["entry_id"]) for entry in stored}) == len(stored) == 96
    assert {entry["id"]: entry["story"] for entry in stored} == placed(tmp_path)
    ((later,),) = ask(tmp_path, "SELECT epoch FROM lease")
    assert later > epoch


@pytest.mark.parametrize("command", ["run", "serve", "demo"])
def test_a_taken_port_is_told_in_one_line(tmp_path: Path, server: Server, command: str) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = running.apart(command, "--port", port, folder=tmp_path, TMPDIR=str(tmp_path))
    assert (done.code, done.out) == (2, "")
    other = int(port) + 1
    assert done.err == (
        f"cannot serve at 127.0.0.1:{port}: Address already in use; "
        f"name another, such as --port {other} (with make: PORT={other})\n"
    )
    assert server.visits == []
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yaml"]


def test_a_host_that_is_none_is_told_in_one_line(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    done = here("run", "--host", "192.0.2.1", "--port", "0", folder=tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("cannot serve at 192.0.2.1:0: ")
    assert done.err.endswith("; name another --host or --port (with make: HOST=, PORT=)\n")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("", ""),
        ("PORT=8001", "--port 8001"),
        ("HOST=0.0.0.0 PORT=8001", "--host 0.0.0.0 --port 8001"),
        ("PORT='1; false'", "--port '1; false'"),
    ],
)
@pytest.mark.parametrize("target", ["run", "demo"])
def test_make_hands_on_the_host_and_the_port_that_are_written_and_none_of_the_environment(
    target: str, words: str, options: str
) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not on this machine: install it to run this test")
    done = subprocess.run(
        ["sh", "-c", f"make -n {target} {words}"],
        cwd=ROOT,
        env=running.environment(HOST="here.example", PORT="9", MAKEFLAGS="", MAKELEVEL="0"),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert shlex.split(done.stdout.splitlines()[-1]) == ["exec", ".venv/bin/anyam", target, *shlex.split(options)]


@contextlib.contextmanager
def asked(url: str) -> Iterator[socket.socket]:
    """Connect to a site."""
    host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=running.LONG) as connection:
        yield connection


def test_a_request_that_is_too_large_is_refused_before_its_body_is_read(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    head = b"POST /websub/callback/x HTTP/1.1\r\nHost: x\r\n"
    with running.running("serve", "--port", "0", folder=tmp_path) as site:
        url = site.says(AT)
        with asked(url) as connection:
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % (4 << 20))
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413 ")
        with asked(url) as connection:
            connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                for _ in range(64):  # 64 MiB, had they been taken
                    connection.sendall(b"100000\r\n" + bytes(1 << 20) + b"\r\n")
                pytest.fail("all of it was taken")
        with asked(url) as connection:
            connection.sendall(head + b"Content-Length: 10\r\n\r\n" + bytes(10))
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 410 ")
        assert site.end() == 0


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_closed_terminal_ends_it_in_order(tmp_path: Path, server: Server, command: str) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml", "Bisu /mute.xml")
    left = tmp_path / "left"
    left.mkdir()
    screen, terminal = pty.openpty()
    owner = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.executable, sys.argv[1:])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", owner, *running.COMMAND, command, "--port", "0"],
        cwd=tmp_path,
        env=running.environment(TERM="xterm", COLUMNS="100", TMPDIR=str(left)),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as process:
        try:
            os.close(terminal)
            shown = b""
            while b"first poll" not in shown:
                shown += os.read(screen, 4096)
            assert len(list(left.iterdir())) == (command == "demo")
            os.close(screen)
            assert process.wait(running.LONG) == 0
        finally:
            process.kill()
    assert list(left.iterdir()) == []
    if command == "run":
        assert ask(tmp_path, "SELECT count(*) FROM source WHERE lease_until IS NOT NULL") == [(0,)]


def test_a_closed_terminal_does_not_end_what_was_started_with_nohup(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a process hands it on to those that it starts
    try:
        with running.running("serve", "--port", "0", folder=tmp_path) as site:
            url = site.says(AT)
            site.process.send_signal(signal.SIGHUP)
            assert "<html" in get(url)
            assert site.end() == 0
    finally:
        signal.signal(signal.SIGHUP, before)


@linux
@pytest.mark.parametrize("command", ["run", "serve", "schedule"])
def test_a_signal_that_the_system_hands_to_another_thread_ends_it_too(
    tmp_path: Path, server: Server, command: str
) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    arguments = [] if command == "schedule" else ["--port", "0"]
    with running.running(command, *arguments, folder=tmp_path) as site:
        site.says("Ctrl-C ends it")
        pid = site.process.pid
        until(lambda: len(os.listdir(f"/proc/{pid}/task")) > 1, "it has a second thread")
        other = max(int(name) for name in os.listdir(f"/proc/{pid}/task"))
        assert other != pid
        assert ctypes.CDLL(None).tgkill(pid, other, signal.SIGTERM) == 0
        assert site.process.wait(running.LONG) == 0


@pytest.mark.parametrize("command", [["run", "--port", "0"], ["serve", "--port", "0"], ["schedule"]])
def test_a_broken_feeds_yaml_is_told_at_start(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "feeds.yaml").write_text("sections: [{id: dunia, title: Dunia}]\nsources: []\ncolour: red\n")
    done = here(*command, folder=tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("feeds.yaml:3: ")


def test_a_terminal_shows_how_far_the_first_poll_is(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed(*TITLES)}) as server:
        server.replies["/late.xml"], opened = outlets.gate(feed("Akhirnya tiba juga", of="b"))
        write_feeds(tmp_path, server, "Ada /a.xml", "Lambat /late.xml")
        screen, terminal = pty.openpty()
        process = subprocess.Popen(
            [*running.COMMAND, "run", "--port", "0"],
            cwd=tmp_path,
            env=running.environment(TERM="xterm", COLUMNS="100"),
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
        )
        os.close(terminal)
        shown = bytearray()

        def look() -> None:
            with contextlib.suppress(OSError):  # Linux tells the end of a terminal as an error
                while data := os.read(screen, 4096):
                    shown.extend(data)

        looking = threading.Thread(target=look)
        looking.start()
        try:
            until(lambda: b"first poll" in shown and b"1/2" in shown, "the bar stands at 1 of 2")
            opened.set()
            until(lambda: b"2 Sources polled, 3 Entries" in shown, "the bar gives way to a line")
            process.send_signal(signal.SIGINT)
            assert process.wait(running.LONG) == 0
        finally:
            opened.set()
            process.kill()
            process.wait(running.LONG)
            looking.join(running.LONG)
            os.close(screen)
    assert b"Anyam is at http://127.0.0.1:" in shown
    assert b"Traceback" not in shown


def test_a_site_goes_on_when_nobody_reads_its_output_any_more(tmp_path: Path, server: Server) -> None:
    write_feeds(tmp_path, server, "Ada /a.xml")
    process = subprocess.Popen(
        [*running.COMMAND, "run", "--port", "0"],
        cwd=tmp_path,
        env=running.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout and process.stderr
        url = process.stdout.readline().split()[3]
        process.stdout.close()
        until(lambda: TITLES[0] in get(url), "it polls and serves")
        process.terminate()
        assert process.wait(running.LONG) == 0
        assert process.stderr.read() == ""


def test_the_demo_tells_stories_at_its_pages_and_feeds_and_leaves_nothing_behind(demo: tuple[Running, Path]) -> None:
    process, folder = demo
    newsroom = process.says(r"newsroom of invented outlets is at (\S+);")
    url = process.says(AT)
    assert [path.name.startswith("anyam-demo-") for path in folder.iterdir()] == [True]
    until(lambda: "/stories/" in get(url), "a story is on the front page")
    # Its store is thrown away, so `anyam sources` could not say more.
    process.says(r"polled, .* Stories; \d failed, as the script wants it$")
    # Its links name the port that was free.
    until(lambda: f"{url}stories/" in get(f"{url}all.atom"), "a story is in the feed")
    assert process.end() == 0
    assert list(folder.iterdir()) == []
    assert process.err == []
    with pytest.raises(OSError, match="refused"):
        get(newsroom)
