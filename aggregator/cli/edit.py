"""`anyam edit`: what editors decide, from a file. It decides nothing: whoever makes the Stories does what it says."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from .. import clock, curate
from ..curate import Edit, Outcome
from ..curate.edits import written
from ..errors import ConfigError
from ..opening import Site
from ..pipeline import LOOK, PATIENCE, make_stories_in_turn
from ..store import edits, reading
from . import articles
from .options import counted, opened, site_options

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@dataclass(frozen=True, slots=True)
class _Line:
    where: str
    edit: Edit


@click.command()
@click.argument("given", metavar="FILE.jsonl", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each Edit instead.")
@site_options
def edit(given: Path, as_json: bool, config: str | None, database: str | None) -> None:
    """Apply Edits of a file, one JSON object a line: merge, split, move, rename, place and undo.

    Nothing is applied where a line is wrong. An Edit that contradicts earlier ones is refused, the others are applied.
    """
    lines = _read(given)
    with opened(config, database) as site:
        with site.store.write() as connection:
            ids = edits.append(connection, [line.edit for line in lines], at=clock.now())
        told = _done(site, ids)
        failed = False
        for line, id in zip(lines, ids, strict=True):
            outcome = told[id].outcome
            if as_json:
                click.echo(reading.line(_json(id, line.edit, outcome)))
            elif outcome is not None and not outcome.refused:
                click.echo(f"Edit {id}: {_words(line.edit, outcome, site.config.site.url)}")
            if outcome is None:
                click.echo(
                    f"{line.where}: Edit {id} is stored, and done by the process that makes the Stories", err=True
                )
            elif outcome.refused:
                click.echo(f"{line.where}: Edit {id} is refused: {outcome.refused}", err=True)
            failed = failed or outcome is None or bool(outcome.refused)
    if failed:
        raise SystemExit(1)


def _read(given: Path) -> Sequence[_Line]:
    """Read all lines; raises ConfigError with what is wrong with each that is."""
    lines, problems = [], []
    for number, said in articles.objects(given):
        where = f"{given}:{number}"
        try:
            lines.append(_Line(where, curate.read(said)))
        except ValueError as error:
            problems.append(f"{where}: {error}")
    if problems:
        raise ConfigError(problems)
    if not lines:
        raise ConfigError([f"{given}: there is no Edit in it; expected one JSON object a line"])
    return lines


def _done(site: Site, ids: Sequence[int]) -> dict[int, edits.Told]:
    """Have the Edits done, by this process or by the one that makes the Stories, and give what they came to."""
    end = time.monotonic() + PATIENCE
    while True:
        make_stories_in_turn(site)
        with site.store.read() as connection:
            told = edits.get(connection, ids)
        if all(one.outcome is not None for one in told.values()) or time.monotonic() > end:
            return told
        time.sleep(LOOK)


def _json(id: int, said: Edit, outcome: Outcome | None) -> dict[str, Any]:
    told: dict[str, Any] = {"id": id, **written(said), "done": outcome is not None and not outcome.refused}
    if outcome is None:
        return told
    if outcome.refused:
        return told | {"refused": outcome.refused, "contradicts": list(outcome.chain)}
    return told | {
        "moved": [{"entry": entry, "from": before, "to": to} for entry, before, to in outcome.moves],
        "new": [story for story, _ in outcome.starts],
        "merged": [{"story": loser, "into": winner} for loser, winner in outcome.merges],
        "back": list(outcome.revived),
        "topic": outcome.opened,
    }


def _words(said: Edit, outcome: Outcome, url: str) -> str:
    moved = counted(len(outcome.moves), "Entry", "Entries")
    stories = {to for _, _, to in outcome.moves}
    where = ", ".join(f"{url}/stories/{id}" for id in sorted(stories))
    went = (
        f"{moved} {'stands' if len(outcome.moves) == 1 else 'stand'} in {where} now"
        if outcome.moves
        else "no Entry stands elsewhere than before"
    )
    told = {
        "merge": went,
        "split": went,
        "move": went,
        "rename": f"it is called {said.title!r} now" if said.title else "it is called as Anyam finds",
        "place": f"{counted(len(outcome.placed), 'Story', 'Stories')} placed",
        "undo": f"taken back; {went}",
    }
    opened = f" in the new Topic {outcome.opened}" if outcome.opened else ""
    return f"{said.kind}: {told[said.kind]}{opened}"
