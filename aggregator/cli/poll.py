"""`anyam poll`: one round over the Sources, then Stories and feeds. It keeps no clock."""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Sequence

import click

from .. import clock, pipeline
from ..bounded import Bounded
from ..errors import ConfigError
from ..fetch.client import Client
from ..opening import Site
from ..pipeline import Leader, Tools, Visited
from ..schedule import SIDE_BY_SIDE, rules
from ..store import log, reading, sources, stories
from .options import log_to_stderr, opened, run_until_ended, site_options
from .progress import progress

logger = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait while another process makes Stories: four times as long as the lease of one that was killed."""
LOOK = 0.2
"""Seconds between looks whether it is done."""
OUTCOMES = {"ok": "polled", "not_modified": "unchanged", "error": "failed", "gone": "gone", "skipped": "skipped"}


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
            visits = run_until_ended(_round(site, bounded, names or None, due, step))
    visits.sort(key=lambda visit: [source.name for source in site.config.sources].index(visit.source))
    for visit in visits:
        _tell(visit, as_json)
    if not as_json:
        counts = {words: sum(visit.outcome == outcome for visit in visits) for outcome, words in OUTCOMES.items()}
        new = sum(visit.new for visit in visits)
        said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
        click.echo(f"{len(visits)} Sources: {said or 'none was due'}; {new} new Entries")
    return 1 if any(visit.outcome in ("error", "gone") for visit in visits) else 0


async def _round(
    site: Site,
    bounded: Bounded,
    names: Sequence[str] | None,
    due: bool,
    step: Callable[[str, int, int], None],
) -> list[Visited]:
    now = clock.now()
    with site.store.write() as connection:
        claimed = sources.claim(
            site.store, connection, now=now, limit=len(site.config.sources) + 1, names=names, due_only=due
        )
    try:
        visits = await _visit(site, bounded, claimed, step)
    except BaseException:
        # Ended in the middle: what was not polled is due again, and no child is waited for.
        bounded.close()
        with site.store.write() as connection:
            for claim in claimed:
                sources.release(connection, claim)
        raise
    if not due:
        wanted = names or [source.name for source in site.config.sources]
        polled = {visit.source for visit in visits}
        visits += [_skipped(site, name) for name in dict.fromkeys(wanted) if name not in polled]
    return visits


async def _visit(
    site: Site, bounded: Bounded, claimed: Sequence[sources.Claimed], step: Callable[[str, int, int], None]
) -> list[Visited]:
    turn = asyncio.Semaphore(SIDE_BY_SIDE)
    visits: list[Visited] = []
    async with Client(rules(site.config)) as client:
        tools = Tools(site.store, site.config, client, bounded)

        async def one(claim: sources.Claimed) -> None:
            async with turn:
                visits.append(await pipeline.poll(tools, claim))
                step("polling", len(visits), len(claimed))

        await asyncio.gather(*(one(claim) for claim in claimed))
        step("weaving", 0, 0)
        await asyncio.to_thread(_weave, tools)
    return visits


def _weave(tools: Tools) -> None:
    """Make Stories and feeds; while another process leads in that, wait until it has dealt with what we polled."""
    leader = Leader(holder=str(uuid.uuid4()))
    end = time.monotonic() + PATIENCE
    while _waits(tools):
        try:
            pipeline.weave(tools, leader)
            pipeline.publish(tools, leader)
        except log.LostLease:
            leader.engine = leader.held = None
        if leader.held is not None:
            with tools.store.write() as connection:
                log.resign(connection, leader.held)
            return
        if time.monotonic() > end:
            logger.warning("another process makes the Stories just now; what was polled waits for it in the store")
            return
        time.sleep(LOOK)


def _waits(tools: Tools) -> bool:
    with tools.store.read() as connection:
        return bool(log.waiting(connection)) or stories.waiting(connection, now=clock.now())


def _skipped(site: Site, name: str) -> Visited:
    source = next(source for source in site.config.sources if source.name == name)
    why = "it is paused" if source.paused else "it has ended, or another process polls it just now"
    return Visited(name, source.url, "skipped", None, error=why)


def _tell(visit: Visited, as_json: bool) -> None:
    if as_json:
        told = {
            "source": visit.source,
            "url": visit.url,
            "outcome": visit.outcome,
            "new": visit.new,
            "changed": visit.changed,
            "error": visit.error,
            "next_poll_at": reading.shown(visit.next_poll_at),
            "url_now": visit.url_now,
        }
        click.echo(reading.line(told))
    elif visit.outcome in ("error", "gone"):
        click.echo(f"{visit.source}: {visit.error}", err=True)
