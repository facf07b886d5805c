"""`anyam run`, `serve` and `schedule`: the long-running processes, from start to a clean end. They hold no rule."""

import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..errors import ConfigError
from ..opening import Site
from ..pipeline import Visited
from ..store import reading
from .options import log_to_stderr, opened, site_options
from .progress import progress

logger = logging.getLogger(__name__)

_host = click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
_port = click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port.")


@click.command()
@_host
@_port
@site_options
def run(host: str, port: int, config: str | None, database: str | None) -> None:
    """Poll, make stories, publish and serve, in one process."""
    log_to_stderr(logging.WARNING)
    with opened(config, database) as site:
        run_site(site, host=host, port=port)


@click.command()
@_host
@_port
@site_options
def serve(host: str, port: int, config: str | None, database: str | None) -> None:
    """Serve pages and feeds of the store, and poll nothing."""
    log_to_stderr()
    with opened(config, database) as site, ending() as ended, serving(site, host, port) as url:
        click.echo(f"Anyam is at {url} (Ctrl-C ends it)")
        ended.wait()


@click.command()
@site_options
def schedule(config: str | None, database: str | None) -> None:
    """Poll, make stories and publish, and serve nothing."""
    log_to_stderr()
    with opened(config, database) as site, ending() as ended, scheduling(site, first_round=False):
        click.echo("Anyam polls; Ctrl-C ends it")
        ended.wait()


def run_site(site: Site, *, host: str, port: int) -> None:
    """Serve and poll an open site until the process is asked to end."""
    with ending() as ended, serving(site, host, port) as url:
        click.echo(f"Anyam is at {url} (Ctrl-C ends it)")
        with scheduling(site, first_round=True, until=ended):
            ended.wait()
        click.echo("Anyam has ended; nothing is lost")


@contextmanager
def ending() -> Iterator[threading.Event]:
    """Give an event that is set when the process is asked to end (SIGINT, SIGTERM)."""
    ended = threading.Event()
    former = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def serving(site: Site, host: str, port: int) -> Iterator[str]:
    """Serve the site in a thread; gives the address. Raises ConfigError where the port is taken."""
    from waitress.server import create_server

    from web.app import create_app

    try:
        server = create_server(create_app(site.store, site.config), host=host, port=port, threads=8, ident=None)
    except (OSError, socket.gaierror) as error:
        raise ConfigError([f"cannot serve at {host}:{port}: {error.strerror or error}; name another --port"]) from None
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    name = f"[{host}]" if ":" in host else host
    try:
        yield f"http://{name}:{server.effective_port}/"
    finally:
        server.close()
        server.task_dispatcher.shutdown(timeout=2)
        thread.join(2)


@contextmanager
def scheduling(site: Site, *, first_round: bool, until: threading.Event | None = None) -> Iterator[None]:
    """Poll on a clock; while Sources wait for their first poll, show on a terminal how far it is."""
    from ..schedule import Schedule

    polled = threading.Event()

    def visited(visit: Visited) -> None:
        if visit.error:
            logger.info("%s: %s", visit.source, visit.error)
        polled.set()

    schedule = Schedule(site, on_visit=visited)
    schedule.start()
    try:
        if first_round:
            _show_first_round(site, polled, until or threading.Event())
        yield
    finally:
        schedule.stop()


def _show_first_round(site: Site, polled: threading.Event, until: threading.Event) -> None:
    at = reading.progress(site.store)
    if at.polled >= at.sources:
        return
    with progress() as step:
        while at.polled < at.sources and not until.is_set():
            step(f"first poll, {at.stories} stories so far", at.polled, at.sources)
            polled.wait(0.5)
            polled.clear()
            at = reading.progress(site.store)
    if not until.is_set():
        failing = f"; {at.failing} failed, `anyam sources` says why" if at.failing else ""
        click.echo(f"{at.sources} Sources polled, {at.entries} Entries in {at.stories} Stories{failing}")
