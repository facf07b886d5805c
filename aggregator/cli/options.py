"""What all commands share: `--config`, `--database`, opening the site, and logging. It runs nothing."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from ..config import Settings
from ..opening import Site, open_site

Command = Callable[..., Any]


def site_options(command: Command) -> Command:
    """Give a command `--config` and `--database`."""
    for option in (
        click.option("--database", metavar="URL", help="The store (else ANYAM_DATABASE_URL, sqlite:///anyam.db)."),
        click.option("--config", metavar="FILE", help="The configuration (else ANYAM_CONFIG, feeds.yaml)."),
    ):
        command = option(command)
    return command


def settings(config: str | None, database: str | None) -> Settings:
    """Read the settings of this process; raises ConfigError."""
    return Settings.from_environment(os.environ, config=config, database=database)


@contextmanager
def opened(config: str | None, database: str | None) -> Iterator[Site]:
    """Open the site for the time of a command."""
    site = open_site(settings(config, database))
    try:
        yield site
    finally:
        site.store.close()


def log_to_stderr(level: int = logging.INFO) -> None:
    """Write one line per message to stderr."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("apscheduler", "waitress.queue", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
