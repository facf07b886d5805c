"""A progress bar on a terminal, and silence elsewhere. It measures nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Step:
    """Called as (what, done, total), it moves the bar, if there is one; total 0 means that nobody knows."""

    def __init__(self, bar: "Progress | None" = None, task: "TaskID | None" = None) -> None:
        self._bar, self._task = bar, task

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=what, completed=done, total=total or None)

    def say(self, words: str, *, err: bool = False) -> None:
        """Print a line while the bar stands: it would otherwise end up in the bar's own line."""
        if self._bar is not None:
            self._bar.stop()
        click.echo(words, err=err)
        if self._bar is not None:
            self._bar.start()


@contextmanager
def progress() -> Iterator[Step]:
    """Give the function that moves the bar, which goes away at the end."""
    if not sys.stderr.isatty():
        yield Step()
        return
    # Here: without a terminal nobody waits for it, and with one its 60 ms are not the first.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Step(bar, bar.add_task("starting", total=None))
