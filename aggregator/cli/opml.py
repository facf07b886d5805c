"""`anyam import` and `anyam opml`: the Sources of another feed reader in, ours out. They fetch nothing."""

from pathlib import Path

import click

from ..bounded import Bounded
from ..config import Config, append, read, rewrite, text_of
from ..errors import ConfigError, ParseError
from ..importing import Plan, Said, plan
from ..parse import opml as lists
from ..publish import channels
from ..store import reading
from .check import refusal_of
from .options import counted, settings, site_options

MOST_BYTES = 5_000_000
"""As much as feeds.yaml may have itself."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--section", metavar="ID", help="The Section of what stands in no folder.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line for each address of the list.")
@site_options
def import_(file: Path, section: str | None, as_json: bool, config: str | None, database: str | None) -> int:
    """Add the Sources of an OPML list to feeds.yaml, without fetching them; its folders become Sections."""
    path = settings(config, database).config_path
    checked_section(section, read(text_of(path), name=str(path)))
    with Bounded(children=1) as bounded:
        try:
            listed = bounded.call(lists.read, _content(file))
        except ParseError as error:
            raise ConfigError([f"{file}: {error}"]) from None
    made: list[Plan] = []

    def added(text: str) -> str:
        known = read(text, name=str(path))
        planned = plan(listed, known, section=section, refusal=lambda url: refusal_of(url, known))
        made.append(planned)
        return append(text, name=str(path), sections=planned.sections, sources=planned.sources)

    rewrite(path, added)
    for problem in listed.problems:
        click.echo(f"{file}: {problem}", err=True)
    (planned,) = made
    by_url = {source.url: source.sections for source in planned.sources}
    for said in planned.said:
        _tell(said, by_url.get(said.url, ()), file, as_json)
    wrong = sum(said.outcome == "error" for said in planned.said)
    if not as_json:
        left = sum(said.outcome == "duplicate" for said in planned.said)
        click.echo(
            f"{path}: {counted(len(planned.sources), 'Source')} and {counted(len(planned.sections), 'Section')} added; "
            f"{counted(left, 'duplicate')}, {wrong} wrong"
        )
    # A list that names nothing was cut off, or is another program's.
    return 1 if wrong or not planned.said else 0


@click.command()
@click.option("--private", is_flag=True, help="Also those that are not public.")
@site_options
def opml(private: bool, config: str | None, database: str | None) -> None:
    """Write the Sources of feeds.yaml as OPML 2.0, by Section, for another feed reader."""
    path = settings(config, database).config_path
    click.echo(channels.subscriptions(read(text_of(path), name=str(path)), private=private), nl=False)


def checked_section(section: str | None, config: Config) -> None:
    """Raise ConfigError where there is no Section of this id."""
    known = [one.id for one in config.sections]
    if section is not None and section not in known:
        raise ConfigError([f"there is no Section {section!r}; there are {', '.join(known)}"])


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read ({error.strerror}); expected an OPML file"]) from None
    if len(content) > MOST_BYTES:
        raise ConfigError([f"{file}: is too large; expected at most {MOST_BYTES / 1e6:.0f} MB"])
    return content


def _tell(said: Said, sections: tuple[str, ...], file: Path, as_json: bool) -> None:
    if as_json:
        told = {"line": said.line, "name": said.name, "url": said.url, "outcome": said.outcome}
        click.echo(reading.line({**told, "sections": list(sections), "error": said.words or None}))
    elif said.words:
        click.echo(f"{file}:{said.line}: {said.name}: {said.words}", err=True)
