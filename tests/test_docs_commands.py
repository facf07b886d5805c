"""Every line with `$ ` in README and docs/ is run, against the newsroom on loopback; and each output field is told.

A `console` block holds commands behind `$ ` and, below each, lines of what it prints, with … for what differs from run
to run. README starts from nothing, a page of docs/ from a store that was polled once. Blocks with a second word after
the fence are files, and lie in the folder under that name.
"""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import databases
import documented
import pytest
from documented import PAGES, ROOT, Block, page, sections, table
from sqlalchemy import make_url

from aggregator import clock
from aggregator.demo.newsroom import Newsroom
from aggregator.demo.server import NewsroomServer
from aggregator.store import reading

KINDS = {
    "console": "its commands are run",
    "yaml": "a configuration, read by test_docs.py",
    "jsonl": "a file for the commands of its page",
    "xml": "a file for the commands of its page",
    "python": "run in a copy of the package",
    "ini": "a unit of systemd, read as systemd does; the command that it starts is run elsewhere on the page",
}
IN_PLACE = {
    "make run": ("make -n run", "it asks the outlets of our own feeds.yaml; test_run.py runs what it starts"),
    "make demo": ("make -n demo", "it serves at port 8000, which may be taken; test_run.py runs what it starts"),
    "make test": ("make -n test", "it runs this very test"),
    "make lint": ("make -n lint", "it reads the whole checkout for a minute, and stands beside the tests"),
    "sh tools/setup.sh": ("sh -n tools/setup.sh", "it installs from a package registry; test_setup.py runs it"),
    "uv pip install -e '.[postgres]'": ("test -f requirements-dev.lock", "it installs; see the test of the extra"),
    ".venv/bin/python -m pip install -e '.[postgres]'": ("test -f requirements-dev.lock", "the same"),
}
"""The commands that are not run: by each, what is run in the checkout in its place, and why."""
PYTEST = ".venv/bin/python -m pytest "
LASTING = re.compile(r"(?:\.venv/bin/)?anyam (run|serve|schedule|demo)\b")
PORT = "127.0.0.1:8000"
OUTSIDE = re.compile(r"https://\S+")
"""An address in a command: the newsroom stands in for it."""
PATIENCE = 60
"""Seconds after which a command has failed; none needs more than a few."""
CONSOLE = [block for path in PAGES for block in documented.blocks(path) if block.kind == "console"]
RUN = [block for block in CONSOLE if "$ createdb " not in block.text]
"""But for the one that needs a PostgreSQL server, which has a test of its own."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ANYAM_")} | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One command of a block, and the lines that the page shows below it."""

    command: str
    lines: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The command without its comment."""
        return self.command.partition("  #")[0].rstrip()


def shown(block: Block) -> list[Shown]:
    """Take a block apart."""
    found: list[Shown] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line.removeprefix("$ "), ()))
        else:
            last = found.pop()
            found.append(Shown(last.command, (*last.lines, line)))
    return found


def left(wanted: tuple[str, ...], printed: list[str]) -> list[str]:
    """Give the shown lines that were not printed, in the order shown."""
    rest = list(wanted)
    for line in printed:
        if rest and re.fullmatch(".*".join(map(re.escape, rest[0].split("…"))), line):
            del rest[0]
    return rest


@pytest.fixture(scope="module")
def newsroom() -> Iterator[NewsroomServer]:
    """Give the newsroom, standing still in the third minute of its script."""
    now = clock.now()
    server = NewsroomServer(Newsroom.load(), started=now - timedelta(minutes=3), now=lambda: now)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def feeds(newsroom: NewsroomServer) -> str:
    """Give README's own feeds.yaml with addresses of the newsroom in it."""
    (block,) = [b for b in documented.blocks(ROOT / "README.md") if b.name == "feeds.yaml"]
    papers = iter(("kabar-nusa/internasional.xml", "harbour-courier/internasional.xml"))
    text = re.sub(r"(?<=url: )\S+", lambda _: f"{newsroom.url}/{next(papers)}", block.text)
    allow = newsroom.url.removeprefix("http://")
    return f"{text}fetch: {{allow: ['{allow}']}}\npublish: {{settle: 0s}}\n"


@dataclass(frozen=True, slots=True)
class Polled:
    """A folder in which Anyam polled once, and what that printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def polled(feeds: str, tmp_path_factory: pytest.TempPathFactory) -> Polled:
    """Poll once, in a folder that tests only read."""
    folder = tmp_path_factory.mktemp("polled")
    (folder / "feeds.yaml").write_text(feeds, encoding="utf-8")
    return Polled(folder, run("anyam poll --json", folder))


def run(command: str, folder: Path, **more: str) -> str:
    """Run a command to its end; gives what it printed, fails where it failed."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=ENVIRONMENT | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


@contextmanager
def lasting(command: str, folder: Path, wanted: tuple[str, ...], **more: str) -> Iterator[str]:
    """Start a command that lasts, wait for the lines it is to print, and end it; gives where it serves."""
    port = "" if command.endswith("schedule") else " --port 0"
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}{port}"],
        cwd=folder,
        env=ENVIRONMENT | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    late = threading.Timer(PATIENCE, process.kill)
    late.start()
    with process:
        try:
            assert process.stdout
            at, printed, rest = "", [], list(wanted)
            while rest and (line := process.stdout.readline()):
                if found := re.match(r"Anyam is at http://([\d.:]+)/", line):
                    at = found[1]
                printed.append(line.rstrip("\n").replace(at or PORT, PORT))
                rest = left(wanted, printed)
            assert not rest, printed
            yield at
            process.terminate()
            process.stdout.read()
            assert process.wait() == 0, command
        finally:
            late.cancel()
            process.kill()


def prepare(block: Block, folder: Path, feeds: str, polled: Polled) -> None:
    """Make the folder that a block's commands are run in."""
    (folder / "feeds.yaml").write_text(feeds, encoding="utf-8")
    (folder / ".venv").symlink_to(sys.prefix)
    if block.page.parent.name == "docs":
        shutil.copy(polled.folder / "anyam.db", folder)
    for file in documented.blocks(block.page):
        if file.name and file.name != "feeds.yaml":
            (folder / file.name).write_text(file.text, encoding="utf-8")


def try_out(one: Shown, folder: Path, at: str, newsroom: str) -> None:
    """Run one command as the page shows it, and compare what it prints."""
    if one.plain in IN_PLACE:
        run(IN_PLACE[one.plain][0], ROOT)
    elif LASTING.match(one.command):
        with lasting(one.command, folder, one.lines):
            pass
    elif one.command.startswith(PYTEST):
        printed = run(one.command.replace(".venv/bin/python", shlex.quote(sys.executable), 1), ROOT)
        assert not left(one.lines, printed.splitlines()), printed
    else:
        command = OUTSIDE.sub(f"{newsroom}/vestnik-zaliva/internasional", one.command)
        printed = run(command.replace(PORT, at), folder).replace(at or PORT, PORT)
        assert not left(one.lines, printed.splitlines()), printed


@pytest.mark.slow
@pytest.mark.parametrize("block", RUN, ids=str)
def test_the_commands_of_a_block_do_what_the_page_shows(
    block: Block, feeds: str, polled: Polled, newsroom: NewsroomServer, tmp_path: Path
) -> None:
    prepare(block, tmp_path, feeds, polled)
    commands = shown(block)
    for tool in ("make", "curl", "sqlite3"):
        if any(one.command.startswith(tool) for one in commands) and shutil.which(tool) is None:
            pytest.skip(f"{tool} is not on this machine: install it to run this block")
    if not any("curl" in one.command for one in commands):
        for one in commands:
            try_out(one, tmp_path, "", newsroom.url)
        return
    with lasting("anyam serve", tmp_path, (f"Anyam is at http://{PORT}/ …",)) as at:
        for one in commands:
            try_out(one, tmp_path, at, newsroom.url)


@pytest.mark.parametrize("block", [b for path in PAGES for b in documented.blocks(path) if b.kind == "python"], ids=str)
def test_a_python_block_runs_in_a_copy_of_the_package(block: Block, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "aggregator", tmp_path / "aggregator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "block.py").write_text(block.text, encoding="utf-8")
    before = set((tmp_path / "aggregator").rglob("*.py"))
    run(f"PYTHONPATH=. {shlex.quote(sys.executable)} -B block.py", tmp_path)
    (made,) = set((tmp_path / "aggregator").rglob("*.py")) - before
    assert "def upgrade() -> None:" in made.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_way_to_postgresql_leads_there(feeds: str, polled: Polled, tmp_path: Path) -> None:
    (block,) = [block for block in CONSOLE if block not in RUN]
    *installing, create, export, start = shown(block)
    assert all(one.plain in IN_PLACE for one in installing)
    server = make_url(databases.server()).set(drivername="postgresql")
    if shutil.which("createdb") is None:
        pytest.skip("createdb is not on this machine: install PostgreSQL's client to run this block")
    prepare(block, tmp_path, feeds, polled)
    (tmp_path / "anyam.db").unlink()
    here = {"PGHOST": server.host, "PGPORT": server.port, "PGUSER": server.username, "PGPASSWORD": server.password}
    with databases.name(databases.server()) as name:
        known = {key: str(value) for key, value in here.items() if value}
        run(create.command.replace("anyam", name), tmp_path, **known)
        variable, _, value = export.command.removeprefix("export ").partition("=")
        assert set(make_url(value).translate_connect_args()) == {"database", "username", "password", "host"}
        own = server.set(database=name).render_as_string(hide_password=False)
        with lasting(start.command, tmp_path, start.lines, **{variable: own}):
            pass
        with databases.opened(own) as store:
            assert [one["name"] for one in reading.sources(store)] == ["Antara Dunia", "BBC World"]
    assert not (tmp_path / "anyam.db").exists()


def test_the_extra_that_is_installed_for_postgresql_is_there_and_its_driver_among_what_tests_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (driver,) = project["optional-dependencies"]["postgres"]
    assert driver in project["optional-dependencies"]["dev"]
    locked = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    assert re.search(rf"(?m)^{re.escape(driver.partition('[')[0])}==", locked)


def test_the_unit_of_systemd_starts_a_command_of_ours_in_the_folder_of_its_program() -> None:
    (unit,) = [block for path in PAGES for block in documented.blocks(path) if block.kind == "ini"]
    read = configparser.ConfigParser()
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(unit.text)
    service = read["Service"]
    program, command = service["ExecStart"].removeprefix(service["WorkingDirectory"] + "/").split()
    assert (program, f"anyam {command}") == (".venv/bin/anyam", "anyam run")
    assert f"$ anyam {command}\n" in unit.page.read_text(encoding="utf-8")


def test_every_block_is_of_a_known_kind_and_every_command_is_run_or_has_a_reason_not_to_be() -> None:
    found = [block for path in PAGES for block in documented.blocks(path)]
    assert {block.kind for block in found} == set(KINDS)
    assert not [str(block) for block in found if block.kind != "console" and "\n$ " in f"\n{block.text}"]
    written = {one.plain for block in CONSOLE for one in shown(block)}
    assert set(IN_PLACE) <= written


# --- what commands print as JSON


def keys(objects: Any) -> list[str]:
    """Give the keys that all of the objects have, in their order; there must be some objects."""
    kinds = {tuple(one) for one in objects}
    assert len(kinds) == 1
    return list(kinds.pop())


def told(command: str) -> list[str]:
    """Give the fields that commands.md tells of a command, in its order."""
    name = command.partition(" ")[0]
    return list(table(sections(page("commands.md"))[f"anyam {name}"], f"field of `{command}`"))


def test_every_field_of_poll_is_told_and_no_other(polled: Polled) -> None:
    assert told("poll --json") == keys(json.loads(line) for line in polled.printed.splitlines())


def test_every_field_of_sources_entries_and_stories_is_told_and_no_other(polled: Polled) -> None:
    with databases.opened(f"sqlite:///{polled.folder}/anyam.db") as store:
        assert told("sources") == keys(reading.sources(store))
        assert told("entries") == keys(reading.entries(store))
        stories = [reading.story_object(story, site_url="") for story in reading.stories(store)]
    assert told("stories") == keys(stories)
    assert all(story["published"] for story in stories)


def test_every_field_of_add_and_import_is_told_and_no_other(
    newsroom: NewsroomServer, feeds: str, tmp_path: Path
) -> None:
    (tmp_path / "feeds.yaml").write_text(feeds, encoding="utf-8")
    offers = run(f"anyam add {newsroom.url}/vestnik-zaliva/internasional --json", tmp_path)
    assert told("add --json") == keys(json.loads(line) for line in offers.splitlines())
    (tmp_path / "a.opml").write_text("<opml><body><outline text='A' xmlUrl='https://a.example/'/></body></opml>")
    lines = run("anyam import a.opml --json", tmp_path)
    assert told("import --json") == keys(json.loads(line) for line in lines.splitlines())


def test_every_field_of_cluster_is_told_and_no_other(tmp_path: Path) -> None:
    article = {"id": "a", "title": "Strong quake shakes Sumbawa island"}
    (tmp_path / "in.jsonl").write_text(json.dumps(article), encoding="utf-8")
    run("anyam cluster in.jsonl --out out.jsonl", tmp_path)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert told("cluster") == keys(json.loads(line) for line in lines)


def test_every_field_of_cluster_pairs_is_told_and_no_other(tmp_path: Path) -> None:
    article = {"title": "Strong quake shakes Sumbawa island"}
    (tmp_path / "in.jsonl").write_text(json.dumps({"a": article, "b": article}), encoding="utf-8")
    lines = run("anyam cluster --pairs in.jsonl", tmp_path).splitlines()
    assert told("cluster --pairs") == keys(json.loads(line) for line in lines)


def test_every_field_of_explain_is_told_and_no_other(polled: Polled) -> None:
    with databases.opened(f"sqlite:///{polled.folder}/anyam.db") as store:
        one, other, *_ = (entry["id"] for entry in reading.entries(store))
    found = json.loads(run(f"anyam explain {one} {other} --json", polled.folder))
    assert told("explain --json") == list(found)
