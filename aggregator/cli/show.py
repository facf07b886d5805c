"""`anyam sources`, `entries` and `stories`: what the store holds, a JSON object a line. They change nothing."""

from collections.abc import Iterable
from typing import Any

import click

from ..errors import ConfigError
from ..store import reading
from .options import opened, site_options

_json = click.option("--json", "as_json", is_flag=True, help="Kept for scripts: the output is JSON in any case.")


@click.command()
@_json
@site_options
def sources(as_json: bool, config: str | None, database: str | None) -> None:
    """List Sources as JSON, one a line, in the order of feeds.yaml."""
    with opened(config, database) as site:
        # Of a file that this command does not see: on another machine, say.
        for problem in site.problems():
            click.echo(f"not taken by the process that runs: {problem}", err=True)
        _print(reading.sources(site.store))


@click.command()
@click.option("--source", metavar="NAME", help="Only the Entries of this Source.")
@_json
@site_options
def entries(source: str | None, as_json: bool, config: str | None, database: str | None) -> None:
    """List Entries as JSON, one a line, in the order of their arrival."""
    with opened(config, database) as site:
        if source is not None and source not in {known.name for known in site.config.sources}:
            raise ConfigError([f"there is no Source {source!r}; `anyam sources` lists them"])
        _print(reading.entries(site.store, source_name=source))


@click.command()
@click.option("--section", metavar="ID", help="Only the Stories that this Section tells.")
@_json
@site_options
def stories(section: str | None, as_json: bool, config: str | None, database: str | None) -> None:
    """List Stories as JSON, one a line, the newest updated first."""
    with opened(config, database) as site:
        known = [one.id for one in site.config.sections]
        if section is not None and section not in known:
            raise ConfigError([f"there is no Section {section!r}; there are {', '.join(known)}"])
        for story in reading.stories(site.store, section=section, limit=None):
            _print([reading.story_object(story, site_url=site.config.site.url)])


def _print(objects: Iterable[dict[str, Any]]) -> None:
    for one in objects:
        click.echo(reading.line(one))
