"""`anyam poll`: one round over the Sources, then Stories and feeds. It keeps no clock."""

import logging

import click

from .. import pipeline
from ..bounded import Bounded
from ..errors import ConfigError
from ..opening import Site
from ..polling import Visited
from ..store import reading
from .options import counted, log_to_stderr, opened, run_until_ended, site_options
from .progress import progress

OUTCOMES = {"ok": "polled", "not_modified": "unchanged", "error": "failed", "gone": "gone", "skipped": "skipped"}

WHY = {
    "paused": "it is paused; `anyam poll NAME` polls it all the same",
    "gone": "its host has answered 410, so that it has ended; `anyam poll NAME` asks it all the same",
}
HELD = "another process polls it just now (the claim of a killed one runs out within a minute)"


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--due", is_flag=True, help="Only Sources whose time has come.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line for each Source.")
@site_options
def poll(names: tuple[str, ...], due: bool, as_json: bool, config: str | None, database: str | None) -> int:
    """Poll all (or the named) Sources once, whatever their time; make stories, publish what is settled, and end."""
    log_to_stderr(logging.WARNING)
    with opened(config, database) as site:
        known = {source.name for source in site.config.sources}
        for name in names:
            if name not in known:
                raise ConfigError([f"there is no Source {name!r}; `anyam sources` lists them"])
        with progress() as step, Bounded() as bounded:
            visits = run_until_ended(pipeline.run_once(site, bounded, names=names or None, due_only=due, step=step))
        if not due:
            visits += _skipped(site, names, polled={visit.source for visit in visits})
        # A host may have asked for a wait after the first of its Sources were visited.
        planned = {str(row["name"]): row["next_poll_at"] for row in reading.sources(site.store)}
    visits.sort(key=lambda visit: [source.name for source in site.config.sources].index(visit.source))
    for visit in visits:
        _tell(visit, planned.get(visit.source), as_json)
    if not as_json:
        counts = {words: sum(visit.outcome == outcome for visit in visits) for outcome, words in OUTCOMES.items()}
        new = sum(visit.new for visit in visits)
        said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
        click.echo(
            f"{counted(len(visits), 'Source')}: {said or 'none was due'}; {counted(new, 'new Entry', 'new Entries')}"
        )
    return 1 if any(visit.outcome in ("error", "gone") for visit in visits) else 0


def _skipped(site: Site, names: tuple[str, ...], *, polled: set[str]) -> list[Visited]:
    """Say of the Sources that nobody would let us poll why."""
    states = {row["name"]: row["state"] for row in reading.sources(site.store)}
    visits = []
    for source in site.config.sources:
        if source.name in polled or (names and source.name not in names):
            continue
        # A name that is given is polled in any state.
        why = HELD if names else WHY.get(states[source.name], HELD)
        visits.append(Visited(source.name, source.url, "skipped", None, error=why))
    return visits


def _tell(visit: Visited, planned: str | None, as_json: bool) -> None:
    if as_json:
        told = {
            "source": visit.source,
            "url": visit.url,
            "outcome": visit.outcome,
            "new": visit.new,
            "changed": visit.changed,
            "error": visit.error,
            "next_poll_at": planned if visit.next_poll_at else None,
            "url_now": visit.url_now,
        }
        click.echo(reading.line(told))
    elif visit.error:
        click.echo(f"{visit.source}: {visit.error}", err=True)
