"""Runs the command line for tests: within this process, and as processes of its own. It judges nothing."""

import io
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from aggregator.cli import main

COMMAND = (sys.executable, "-m", "aggregator")
LONG = 60.0
"""Seconds after which a test gives up on a process: far more than it takes on a busy machine."""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Give this process's environment without any setting of Anyam, and with bytecode kept between the processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANYAM_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    # What needs the language model says so itself.
    return kept | {"ANYAM_MODEL": "none"} | more


def here(*arguments: str, folder: Path, **more: str) -> Done:
    """Run a command within this process, as if called in `folder`."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = os.getcwd()
    os.chdir(folder)
    try:
        with (
            mock.patch.dict(os.environ, environment(**more), clear=True),
            mock.patch.object(sys, "argv", ["anyam", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = _code(main)
    finally:
        os.chdir(before)
    texts = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return Done(code, *texts)


def _code(run: Callable[[], None]) -> int:
    try:
        run()
    except SystemExit as ended:
        return int(ended.code or 0)
    raise AssertionError("main() ends with SystemExit")


def apart(*arguments: str, folder: Path, **more: str) -> Done:
    """Run a command as a process of its own, to its end."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONG,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class Running:
    """A process that runs on, and the lines that it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self._news: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._listen, args=[stream, lines])
            for stream, lines in ((process.stdout, self.out), (process.stderr, self.err))
        ]
        for thread in self._threads:
            thread.start()

    def _listen(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            lines.append(line.rstrip("\n"))
            if lines is self.out:
                self._news.put(line)
        stream.close()
        self._news.put(None)

    def says(self, pattern: str) -> str:
        """Wait for a line on stdout that matches, and give its first group or all of the match."""
        end = time.monotonic() + LONG
        while (line := self._news.get(timeout=max(0.0, end - time.monotonic()))) is not None:
            if found := re.search(pattern, line):
                return found[1] if found.groups() else found[0]
        raise AssertionError(f"it ended without saying {pattern!r}: {self.out} {self.err}")

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and give its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(LONG)
        for thread in self._threads:
            thread.join(LONG)
        return code


@contextmanager
def running(*arguments: str, folder: Path, **more: str) -> Iterator[Running]:
    """Start a command as a process of its own; it is killed where it still runs after the `with`."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    started = Running(process)
    try:
        yield started
    finally:
        if process.poll() is None:
            started.end(signal.SIGKILL)


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is so, looking often."""
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end, f"still not so: {what}"
        time.sleep(0.02)


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Give the seconds that the body of the `with` has taken so far."""
    start = time.monotonic()
    yield lambda: time.monotonic() - start
