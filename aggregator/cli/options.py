"""What all commands share: `--config`, `--database`, opening the site, running, logging. It decides nothing."""

import asyncio
import logging
import math
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from ..config import Settings
from ..opening import Site, open_site

Command = Callable[..., Any]
Result = TypeVar("Result")


class Whole(click.IntRange):
    """A whole number within bounds, that says so in plain words where something else was given."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; fails with one sentence."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            bounds = f"of {self.min} or more" if self.max is None else f"from {self.min} to {self.max}"
            self.fail(f"{value!r} is no whole number {bounds}.", param, ctx)


class Number(click.FloatRange):
    """A number within bounds; `nan`, which no comparison refuses, is none."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; fails with one sentence."""
        try:
            number = float(super().convert(value, param, ctx))
        except click.BadParameter:
            number = math.nan
        if math.isnan(number):
            self.fail(f"{value!r} is no number from {self.min} to {self.max}.", param, ctx)
        return number


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


def run_until_ended(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's work in an event loop; SIGTERM cancels it as SIGINT does, and ends the process with 143."""

    async def cancellable() -> Result:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a number and what it counts: "1 Source", "2 Sources"; `many` where an s does not make the plural."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def log_to_stderr(level: int = logging.INFO) -> None:
    """Write one line per message to stderr."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # They warn of what is no trouble: a tick that finds the last one still at work, a request that waits for a thread.
    for noisy in ("apscheduler", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
