"""`anyam run`, `serve` and `schedule`: the long-running processes, from start to a clean end. They hold no rule."""

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..opening import Site
from ..store import log, reading
from .options import Whole, counted, log_to_stderr, opened, site_options
from .progress import progress
from .serving import Door, listening, serving

if TYPE_CHECKING:
    from ..polling import Visited

logger = logging.getLogger(__name__)

ASK_SOURCES = "`anyam sources` says why"
LOOK = 0.5
"""Seconds between looks whether the process was asked to end, where the signal did not wake it."""

_host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
_port = click.option("--port", default=8000, show_default=True, type=Whole(0, 65535), help="The port.")


@click.command()
@_host
@_port
@site_options
def run(host: str, port: int, config: str | None, database: str | None) -> None:
    """Poll, make stories, publish and serve, in one process."""
    log_to_stderr(logging.WARNING)
    with ending() as ended, listening(host, port) as door, opened(config, database) as site:
        run_site(site, door, ended)


@click.command()
@_host
@_port
@site_options
def serve(host: str, port: int, config: str | None, database: str | None) -> None:
    """Serve pages and feeds of the store, and poll nothing."""
    log_to_stderr()
    with (
        ending() as ended,
        listening(host, port) as door,
        opened(config, database) as site,
        serving(site, door),
    ):
        _say(f"Anyam is at {door.url} (Ctrl-C ends it)")
        until(ended)


@click.command()
@site_options
def schedule(config: str | None, database: str | None) -> None:
    """Poll, make stories and publish, and serve nothing."""
    log_to_stderr()
    with ending() as ended, opened(config, database) as site, scheduling(site):
        _say("Anyam polls; Ctrl-C ends it")
        until(ended)


def run_site(site: Site, door: Door, ended: threading.Event, *, failing: str = ASK_SOURCES) -> None:
    """Serve and poll an open site until `ended` is set; `failing` follows the number of Sources that failed."""
    with serving(site, door):
        # First the pages: what polls takes three times as long to load as what serves.
        _say(f"Anyam is at {door.url} (Ctrl-C ends it)")
        with scheduling(site) as polled:
            _show_first_round(site, polled, ended, failing)
            until(ended)
        _say("Anyam has ended; nothing is lost")


@contextmanager
def ending() -> Iterator[threading.Event]:
    """Give an event that is set when the process is asked to end; asked twice, it ends at once.

    SIGINT and SIGTERM ask, and SIGHUP, with which a terminal closes, unless it is ignored (nohup).
    """
    ended = threading.Event()
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    if former[signal.SIGHUP] is signal.SIG_IGN:
        del former[signal.SIGHUP]
    terminals = [number for number in (1, 2) if os.isatty(number)]

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def end(number: int, _: object) -> None:
        if number == signal.SIGHUP:
            _silence(terminals)
        restore()
        ended.set()

    for number in former:
        signal.signal(number, end)
    try:
        yield ended
    finally:
        restore()


def until(ended: threading.Event) -> None:
    """Wait until the process was asked to end."""
    # Not `ended.wait()`: the system may hand a signal to any thread, and Python runs its handler in this one alone,
    # which nothing would wake.
    while not ended.is_set():
        time.sleep(LOOK)


def _silence(terminals: list[int]) -> None:
    """Let output go nowhere: to write to a terminal that has gone is an error, in the bar and in the last flush too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in terminals:
        os.dup2(nowhere, number)
    os.close(nowhere)


@contextmanager
def scheduling(site: Site) -> Iterator[threading.Event]:
    """Poll on a clock for the body of the `with`; gives an event that is set after each poll."""
    from ..schedule import Schedule

    polled = threading.Event()

    def visited(visit: "Visited") -> None:
        if visit.error:
            logger.info("%s: %s", visit.source, visit.error)
        polled.set()

    schedule = Schedule(site, on_visit=visited)
    schedule.start()
    try:
        yield polled
    finally:
        schedule.stop()


def _show_first_round(site: Site, polled: threading.Event, ended: threading.Event, failing: str) -> None:
    """While Sources wait for their first poll, show on a terminal how far it is; then say what it came to."""
    at = reading.progress(site.store)
    if at.polled >= at.sources:
        return
    with progress() as step:
        while (at.polled < at.sources or _weaves(site)) and not ended.is_set():
            step(f"first poll, {counted(at.stories, 'story', 'stories')} so far", at.polled, at.sources)
            polled.wait(0.5)
            polled.clear()
            at = reading.progress(site.store)
    if not ended.is_set():
        failed = f"; {at.failing} failed, {failing}" if at.failing else ""
        if at.failing == at.sources:
            failed = "; none answered: is this machine offline? `anyam demo` needs no internet"
        told = f"{counted(at.entries, 'Entry', 'Entries')} in {counted(at.stories, 'Story', 'Stories')}"
        _say(f"{counted(at.sources, 'Source')} polled, {told}{failed}")


def _weaves(site: Site) -> bool:
    with site.store.read() as connection:
        return bool(log.waiting(connection))


def _say(words: str) -> None:
    # A site goes on when nobody reads its output any more, or when its terminal is just closing.
    with contextlib.suppress(OSError):
        click.echo(words)
