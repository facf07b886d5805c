"""feeds.yaml while a process runs: edits, broken edits, halves, files that move and vanish, other processes."""

import gc
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import aiohttp
import hostile
import outlets
import pytest
from hostile import Server
from outlets import feed, write_feeds
from running import here, running, until
from test_run import AT, get, told

from aggregator.config import Settings
from aggregator.opening import CONFIG, HASH, Site, open_site
from aggregator.schedule import Schedule
from aggregator.store import meta, reading
from aggregator.watching import MOST_SAID, Follower, Watch

SECTIONS = "sections: [{id: dunia, title: Dunia}]\nsources:\n"
BROKEN = f"{SECTIONS}  - {{name: A, url: 'https://a.example/', section: duna}}\n"
WHY = 'feeds.yaml:3: Source "A", section: there is no Section "duna"; did you mean "dunia"?'
WRITTEN = 1_700_000_000_000_000_000


def text(*names: str) -> str:
    return SECTIONS + "".join(
        f"  - {{name: {name}, url: 'https://{name}.example/', section: dunia}}\n" for name in names
    )


def polled(site: Site) -> list[str]:
    """Name the Sources that the store has now."""
    return [source["name"] for source in reading.sources(site.store)]


def rest(*watches: Watch) -> None:
    """Look as often as it takes for a file that nobody writes to."""
    for _ in range(2):
        for watch in watches:
            watch.look()


@contextmanager
def opened(file: Path, database_url: str) -> Iterator[Site]:
    site = open_site(Settings(config_path=file, database_url=database_url))
    try:
        yield site
    finally:
        site.store.close()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a feeds.yaml with one Source in the folder that we are in."""
    monkeypatch.chdir(tmp_path)
    path = Path("feeds.yaml")
    path.write_text(text("A"))
    return path


@pytest.fixture
def site(file: Path, database_url: str) -> Iterator[Site]:
    with opened(file, database_url) as site:
        yield site


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Take what was logged since the last time."""
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    caplog.clear()
    return lines


def test_an_edit_is_loaded_once_it_rests(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch, follower = Watch(site), Follower(site)
    rest(watch)
    assert follower.look() is site
    file.write_text(text("A", "B"))
    watch.look()
    assert polled(site) == ["A"]
    watch.look()
    assert polled(site) == ["A", "B"]
    later = follower.look()
    assert [source.name for source in later.config.sources] == ["A", "B"]
    assert later.path == file and follower.look() is later
    assert said(caplog) == []


def test_half_a_file_is_never_taken(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(site)
    whole = text("A", "B", "C")
    # The first half is as good a file as any, with fewer Sources; the second is none.
    for cut in (len(text("A", "B")), len(text("A", "B")) + 10, 0):
        file.write_text(whole[:cut])
        watch.look()
        with file.open("a") as stream:
            stream.write(whole[cut:])
        watch.look()
        assert polled(site) == ["A"]
    watch.look()
    assert polled(site) == ["A", "B", "C"]
    assert said(caplog) == []


def test_a_change_since_the_site_was_opened_is_seen(site: Site, file: Path) -> None:
    file.write_text(text("B"))
    rest(Watch(site))
    assert polled(site) == ["B"]


def test_a_broken_edit_is_said_once_and_leaves_all_as_it_was(
    site: Site, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch, follower = Watch(site), Follower(site)
    rest(watch)
    file.write_text(BROKEN)
    rest(watch, watch)
    assert said(caplog) == [WHY, "feeds.yaml is not taken: Anyam goes on by what it said before"]
    assert site.problems() == [WHY]
    assert polled(site) == ["A"] and follower.look() is site

    os.utime(file, ns=(WRITTEN, WRITTEN))
    rest(watch)
    assert said(caplog) == []
    # Saved anew, with the same mistake: whoever did so waits for an answer.
    file.write_text(BROKEN + "# so?\n")
    rest(watch)
    assert said(caplog)[:1] == [WHY]

    file.write_text(text("A"))
    rest(watch, watch)
    assert said(caplog) == ["feeds.yaml is right again"]
    assert site.problems() == [] and follower.look() is site
    file.write_text(BROKEN)
    rest(watch)
    file.write_text(text("B"))
    rest(watch)
    assert site.problems() == [] and polled(site) == ["B"]


def test_what_was_wrong_before_a_restart_is_taken_back(site: Site, file: Path) -> None:
    watch = Watch(site)
    file.write_text(BROKEN)
    rest(watch)
    file.write_text(text("A"))
    assert site.problems() == [WHY]
    rest(Watch(site))
    assert site.problems() == []


def test_many_mistakes_are_counted(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    wrong = MOST_SAID + 7
    file.write_text(text("A") + "".join(f"unknown{number}: 1\n" for number in range(wrong)))
    rest(Watch(site))
    lines = said(caplog)
    assert len(lines) == MOST_SAID + 1
    assert lines[-1].startswith("7 more, which `anyam check` says; feeds.yaml is not taken")
    assert len(site.problems()) == wrong


def test_a_file_that_vanishes_is_said_once(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(site)
    rest(watch)
    file.unlink()
    rest(watch, watch)
    gone, goes_on = said(caplog)
    assert gone.startswith("feeds.yaml:1: there is no such file") and "goes on" in goes_on
    assert site.problems() == [gone] and polled(site) == ["A"]
    file.write_text(text("B"))
    rest(watch)
    assert site.problems() == [] and polled(site) == ["B"]


def test_what_cannot_be_read_is_tried_again(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(site)
    rest(watch)
    file.unlink()
    file.mkdir()
    rest(watch, watch)
    assert said(caplog)[0] == "feeds.yaml:1: cannot be read (Is a directory); expected a readable file"
    file.rmdir()
    file.write_bytes(b"site: {title: \xff}\n")
    rest(watch, watch)
    assert said(caplog)[0].startswith("feeds.yaml:1: a byte that is not UTF-8")
    assert polled(site) == ["A"]


def test_a_permission_that_is_lost_and_given_back(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(site)
    rest(watch)
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("whoever may do everything can read everything: run this as another user than root")
    rest(watch, watch)
    assert said(caplog)[0] == "feeds.yaml:1: cannot be read (Permission denied); expected a readable file"
    file.chmod(0o600)
    rest(watch)
    assert said(caplog) == ["feeds.yaml is right again"]
    assert site.problems() == []


def test_a_file_that_is_replaced_is_read(site: Site, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(site)
    rest(watch)
    os.utime(file, ns=(WRITTEN, WRITTEN))
    rest(watch)
    # As long as the old one and written at the same time.
    new = Path("feeds.new")
    new.write_text(text("B"))
    os.utime(new, ns=(WRITTEN, WRITTEN))
    new.replace(file)
    rest(watch)
    assert polled(site) == ["B"]
    # Gone for one look, as with those who delete before they write.
    file.unlink()
    watch.look()
    file.write_text(text("C"))
    rest(watch)
    assert polled(site) == ["C"]
    # In place, as long as before and with its time put back.
    before = file.stat()
    file.write_text(text("D"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    rest(watch)
    assert polled(site) == ["D"]
    assert said(caplog) == []


def test_a_link_that_is_switched_is_followed(file: Path, database_url: str) -> None:
    # As Kubernetes does it: the file is a link into a folder that is a link to the folder of one version.
    file.unlink()
    for version, name in (("..1", "A"), ("..2", "B")):
        Path(version).mkdir()
        Path(version, "feeds.yaml").write_text(text(name))
        os.utime(Path(version, "feeds.yaml"), ns=(WRITTEN, WRITTEN))
    Path("..data").symlink_to("..1")
    file.symlink_to("..data/feeds.yaml")
    with opened(file, database_url) as site:
        watch = Watch(site)
        rest(watch)
        Path("..new").symlink_to("..2")
        Path("..new").replace("..data")
        rest(watch)
        assert polled(site) == ["B"]


def test_two_processes_with_files_of_their_own_do_not_fight(file: Path, database_url: str) -> None:
    other = Path("other.yaml")
    other.write_text(text("B"))
    with opened(file, database_url) as one, opened(other, database_url) as two:
        watches = Watch(one), Watch(two)
        rest(*watches)
        assert polled(one) == ["B"]
        # Touched, or copied over itself, it says nothing new.
        os.utime(file, ns=(WRITTEN, WRITTEN))
        rest(*watches)
        file.write_text(text("A"))
        rest(*watches)
        assert polled(one) == ["B"]
        file.write_text(text("C"))
        rest(*watches, *watches)
        assert polled(one) == ["C"]
        other.write_text(text("D"))
        rest(*watches, *watches)
        assert polled(one) == ["D"]
        file.write_text(text("A"))
        rest(*watches, *watches)
        assert polled(one) == ["A"]


def test_processes_with_one_file_take_its_edits_together(file: Path, database_url: str) -> None:
    with opened(file, database_url) as one, opened(file, database_url) as two:
        watches = Watch(one), Watch(two)
        rest(*watches)
        errors: list[BaseException] = []

        def look(watch: Watch, together: threading.Barrier) -> None:
            try:
                watch.look()
                together.wait(30)
                watch.look()
            except BaseException as error:
                errors.append(error)

        for name in "BCDE":
            file.write_text(text("A", name))
            together = threading.Barrier(2)
            threads = [threading.Thread(target=look, args=[watch, together]) for watch in watches]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert errors == []
            assert polled(one) == ["A", name]


def test_what_another_version_has_loaded_is_said_once_and_not_taken(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    follower = Follower(site)
    with site.store.write() as connection:
        meta.put(connection, CONFIG, '{"shape": "another", "value": {}}')
        meta.put(connection, HASH, "another")
    for _ in range(3):
        assert follower.look() is site
    assert len(said(caplog)) == 1


# From here on with whole processes.


def test_run_takes_an_edit_and_leaves_a_broken_one(tmp_path: Path, database_url: str) -> None:
    replies = {"/a.xml": feed("Gempa guncang Sumbawa", of="a"), "/b.xml": feed("Feri tiba", of="b")}
    with outlets.outlets(replies) as server:
        file = write_feeds(tmp_path, server, "Ada /a.xml, interval: 1s")
        with running("run", "--port", "0", folder=tmp_path, ANYAM_DATABASE_URL=database_url) as process:
            url = process.says(AT)
            process.says("1 Source polled, 1 Entry in ")
            with file.open("a") as stream:
                stream.write("sectoins: []\n")
            until(lambda: len(process.err) == 2, "it says what is wrong")
            assert 'feeds.yaml:8: unknown key "sectoins"; did you mean "sections"?' in process.err[0]
            assert "feeds.yaml is not taken" in process.err[1]
            before = len(server.paths)
            until(lambda: len(server.paths) >= before + 2, "it polls as before")
            assert "Gempa guncang" in get(url)

            write_feeds(tmp_path, server, "Ada /a.xml, interval: 1s", "Baru /b.xml")
            edited = file.read_text().replace("site: {", "site: {title: Warta Baru, ")
            new = Path(f"{file}.new")
            new.write_text(edited.replace("title: Dunia", "title: Mancanegara"))
            new.replace(file)
            until(lambda: "/b.xml" in server.paths, "it polls the Source that is new")
            until(lambda: "Feri tiba" in get(f"{url}all.json"), "it publishes what that brought")
            until(lambda: "Warta Baru" in get(f"{url}all.json"), "its feeds have the new title")
            until(lambda: "Warta Baru" in get(url), "its pages have the new title")
            until(lambda: "Mancanegara" in get(f"{url}sections/dunia"), "its Sections have theirs")
            assert process.end() == 0
    assert [line for line in process.err[2:] if not line.endswith("feeds.yaml is right again")] == []


def test_schedule_takes_an_edit_for_serve_and_others(tmp_path: Path, database_url: str) -> None:
    with outlets.outlets({"/a.xml": feed("Gempa guncang Sumbawa", of="a")}) as server:
        file = write_feeds(tmp_path, server, "Ada /a.xml")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "feeds.yaml").write_text(file.read_text())
        with running("serve", "--port", "0", folder=elsewhere, ANYAM_DATABASE_URL=database_url) as pages:
            url = pages.says(AT)
            with running("schedule", folder=tmp_path, ANYAM_DATABASE_URL=database_url) as polls:
                polls.says("Anyam polls")
                until(lambda: "Gempa guncang" in get(url), "what one polls, the other serves")
                right = file.read_text().replace("site: {", "site: {title: Warta Baru, ")
                file.write_text("sources: []\n")
                until(lambda: [line for line in polls.err if "feeds.yaml:1: " in line], "it says what is wrong")
                file.write_text(right)
                until(lambda: "Warta Baru" in get(url), "the edit has reached the other process")
                assert polls.end() == 0
            assert pages.end() == 0
    assert not [line for line in pages.err + polls.err if "Traceback" in line]


def test_sources_tells_of_a_file_that_it_does_not_see(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Gempa guncang Sumbawa", of="a")}) as server:
        file = write_feeds(tmp_path, server, "Ada /a.xml")
        (tmp_path / "right.yaml").write_text(file.read_text())
        with running("schedule", folder=tmp_path) as polls:
            polls.says("Anyam polls")
            file.write_text("sources: []\n")
            until(lambda: [line for line in polls.err if "is not taken" in line], "it says what is wrong")
            done = here("sources", "--config", "right.yaml", folder=tmp_path)
            assert (done.code, done.out.count("\n")) == (0, 1)
            assert done.err.startswith("not taken by the process that runs: feeds.yaml:1: ")
            assert polls.end() == 0


def test_an_edit_in_the_middle_of_polls_loses_nothing(tmp_path: Path, database_url: str) -> None:
    """Polls by old settings are dropped, and made again; what a poll brings whose Source stays as it was is kept."""
    body = outlets.rss("Gempa guncang Sumbawa", of="a")
    with outlets.outlets({"/c.xml": feed("Feri tiba", of="c")}) as server:
        server.replies["/a.xml"], changed = outlets.gate(hostile.answer(body, 'ETag: "one"'))
        server.replies["/b.xml"], same = outlets.gate(feed("Bank menahan suku bunga", of="b"))

        def held() -> set[str]:
            return {entry["source"] for entry in told(tmp_path, "entries", ANYAM_DATABASE_URL=database_url)}

        file = write_feeds(tmp_path, server, "Ada /a.xml", "Biasa /b.xml")
        with running("run", "--port", "0", folder=tmp_path, ANYAM_DATABASE_URL=database_url) as process:
            process.says(AT)
            until(lambda: {"/a.xml", "/b.xml"} <= set(server.paths), "both are being polled")
            first = server.visits[0].header("user-agent")
            server.replies["/a.xml"] = outlets.conditional(server, "/a.xml", body, '"one"')
            write_feeds(tmp_path, server, "Ada /a.xml, excerpt: 9", "Biasa /b.xml", "Cepat /c.xml")
            file.write_text(file.read_text().replace("site: {", "site: {contact: desk@example.org, "))
            until(lambda: "/c.xml" in server.paths, "the edit is in force")
            changed.set()
            same.set()
            until(lambda: held() == {"Ada", "Biasa", "Cepat"}, "all that was fetched is here")
            assert process.end() == 0
        entries = told(tmp_path, "entries", ANYAM_DATABASE_URL=database_url)
    assert sorted(entry["source"] for entry in entries) == ["Ada", "Biasa", "Cepat"]
    # The first answer to /a.xml came for nothing: it was asked for anew, as whole as at first.
    assert server.paths.count("/a.xml") == 2 and server.paths.count("/b.xml") == 1
    again = [visit for visit in server.visits if visit.path == "/a.xml"][1]
    assert again.header("if-none-match") is None
    assert first != again.header("user-agent") and "desk@example.org" in str(again.header("user-agent"))
    assert process.err == []


def test_what_may_be_fetched_and_by_which_proxy_changes_at_run_time(tmp_path: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Feri tiba", of="a")}) as server, outlets.outlets() as other:
        other.replies["/b.xml"] = feed("Bank menahan suku bunga", of="b")
        file = write_feeds(tmp_path, server, "Ada /a.xml")
        alone = file.read_text()
        with running("run", "--port", "0", folder=tmp_path) as process:
            process.says("1 Source polled, 1 Entry in ")
            allowed = alone.replace(
                f"127.0.0.1:{server.port}']", f"127.0.0.1:{server.port}', '127.0.0.1:{other.port}']"
            )
            line = f"  - {{name: Bank, url: '{other.url('/b.xml')}', section: dunia}}\n"
            file.write_text(allowed + line)
            until(lambda: "/b.xml" in other.paths, "it may ask there now")
            # From here on the first server is asked for addresses of the second: it is the proxy.
            server.replies[other.url("/c.xml")] = feed("Lewat perantara", of="c")
            proxied = allowed.replace("fetch:\n", f"fetch:\n  proxy: {server.url('')}\n")
            file.write_text(proxied + line + line.replace("Bank", "Cepat").replace("/b.xml", "/c.xml"))
            until(lambda: other.url("/c.xml") in server.paths, "it asks by the proxy")
            assert "/c.xml" not in other.paths
            assert process.end() == 0
    assert process.err == []


def is_asked_by(server: Server, name: str) -> bool:
    return name in str(server.visits[-1].header("user-agent"))


def open_sessions() -> int:
    return sum(isinstance(one, aiohttp.ClientSession) and not one.closed for one in gc.get_objects())


def test_a_client_lives_until_its_last_poll_has_ended(tmp_path: Path, database_url: str) -> None:
    with outlets.outlets({"/often.xml": feed("Feri tiba", of="b")}) as server:
        server.replies["/slow.xml"], gate = outlets.gate(feed("Akhirnya tiba juga", of="a"))
        file = write_feeds(tmp_path, server, "Lambat /slow.xml", "Sering /often.xml, interval: 1s")
        first = file.read_text()
        before = open_sessions()
        with opened(file, database_url) as site:
            schedule = Schedule(site)
            schedule.start()
            try:
                until(lambda: "/slow.xml" in server.paths, "a host is slow")
                for number in range(3):
                    name = f"desk{number}@example.org"
                    file.write_text(first.replace("site: {", f"site: {{contact: {name}, "))
                    until(partial(is_asked_by, server, name), "it asks by its new name")
                # That of the slow poll, and the newest.
                until(lambda: open_sessions() == before + 2, "those between are closed")
                named = server.paths.count("/often.xml")
                file.write_text(file.read_text().replace("title: Dunia", "title: Mancanegara"))
                until(lambda: schedule.site.config.sections[0].title == "Mancanegara", "the title is taken")
                until(lambda: server.paths.count("/often.xml") > named + 1, "it polls by that")
                assert open_sessions() == before + 2
                gate.set()
                until(lambda: open_sessions() == before + 1, "the old one is closed")
                assert [entry["source"] for entry in reading.entries(site.store)].count("Lambat") == 1
            finally:
                gate.set()
                schedule.stop()
        assert open_sessions() == before
