"""`anyam demo`: Anyam on the newsroom that ships with it, in a store that is thrown away. It changes no other store."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from .. import clock
from ..config import Settings
from ..demo.newsroom import Newsroom
from ..demo.server import NewsroomServer
from ..messages import speak
from ..opening import open_site
from .options import Number, Whole, log_to_stderr
from .run import ending, run_site
from .serving import listening

AS_WRITTEN = "as the script wants it"
"""Why a Source of the newsroom fails: its store is thrown away, so `anyam sources` could not say."""


def notice(language: str) -> str:
    """Give the sentence with which each page of the newsroom says that it is invented."""
    return speak(language).text("This outlet and its words are invented, to show how Anyam works.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option("--port", default=8000, show_default=True, type=Whole(0, 65535), help="The port.")
@click.option("--speed", default=1.0, show_default=True, type=Number(0.01, 100), help="Faster or slower.")
def demo(host: str, port: int, speed: float) -> None:
    """Run Anyam on a newsroom that ships with it: invented outlets on loopback, no internet needed."""
    log_to_stderr(logging.ERROR)
    with (
        ending() as ended,
        listening(host, port) as door,
        tempfile.TemporaryDirectory(prefix="anyam-demo-") as folder,
        newsroom(speed) as outlets,
    ):
        feeds = Path(folder) / "feeds.yaml"
        feeds.write_text(outlets.feeds_yaml(site_url=door.url.rstrip("/")), encoding="utf-8")
        click.echo(f"The newsroom of invented outlets is at {outlets.url}; its news unfolds over some minutes")
        site = open_site(Settings(config_path=feeds, database_url=f"sqlite:///{folder}/demo.db"))
        try:
            run_site(site, door, ended, failing=AS_WRITTEN)
        finally:
            site.store.close()


@contextmanager
def newsroom(speed: float) -> Iterator[NewsroomServer]:
    """Serve the newsroom, whose news begins now, for the body of the `with`."""
    server = NewsroomServer(Newsroom.load(), started=clock.now(), speed=speed, notice=notice)
    server.start()
    try:
        yield server
    finally:
        server.stop()
