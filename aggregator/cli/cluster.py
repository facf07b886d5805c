"""`anyam cluster`: articles of a file through the same engine that makes the site's Stories. It opens no store."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from .. import embedding
from ..embedding import Embedder
from ..engine import Engine, Standing
from ..errors import ConfigError
from ..origins import of_copy
from ..origins import read as origins_of
from ..scores import bcubed, pairwise
from ..values import Event, Origin
from . import articles, pairs
from .options import settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True, slots=True)
class _Placed:
    story: str
    topic: str | None
    copy_of: str | None
    origins: tuple[Origin, ...]


@click.command()
@click.argument("given", metavar="[IN.jsonl]", type=_FILE, required=False)
@click.option("--out", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--pairs", "judged", metavar="PAIRS.jsonl", type=_FILE, help="Judge pairs {a, b, label?}, each alone.")
@click.option("--no-model", is_flag=True, help="Use words alone, no vectors of the language model.")
@click.option("--language", default="en", show_default=True, help="The language that Topics are named in.")
def cluster(given: Path | None, out: Path | None, judged: Path | None, no_model: bool, language: str) -> None:
    """Run articles {id, title, text?, lang?, date?, url?, source?} in time order through the story engine.

    Writes {id, story, topic, copy_of, origins} for each; where articles have `story` or `topic`, prints scores. With
    --pairs it judges two articles at a time instead, and writes {together, probability} for each pair.
    """
    embedder = None if no_model else embedding.opened(settings(None, None).model)
    if judged is not None and given is None:
        pairs.judge(judged, out, embedder)
        return
    if judged is not None or given is None or out is None:
        raise click.UsageError("Give IN.jsonl and --out OUT.jsonl, or --pairs PAIRS.jsonl alone.")
    rows = list(_rows(given))
    with articles.opened_out(out) as file:
        placed = _run(rows, language, embedder)
        for row in rows:
            id = str(row["id"])
            told = {"id": row["id"], "story": placed[id].story, "topic": placed[id].topic}
            told |= {"copy_of": placed[id].copy_of, "origins": [asdict(one) for one in placed[id].origins]}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    for label in ("story", "topic"):
        gold = {str(row["id"]): str(row[label]) for row in rows if row.get(label) is not None}
        if gold:
            found = {id: getattr(placed[id], label) or f"none {id}" for id in gold}
            click.echo(f"{label}: {_words(gold, found)}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for number, row in articles.objects(path):
        if not articles.is_article(row) or not _is_id(row.get("id")):
            raise ConfigError([f"{path}:{number}: no article; expected an object with at least id and title"])
        if str(row["id"]) in seen:
            raise ConfigError([f"{path}:{number}: id {row['id']!r} stands there twice; ids must differ"])
        seen.add(str(row["id"]))
        yield articles.checked(row, f"{path}:{number}: ")


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _run(rows: list[dict[str, Any]], language: str, embedder: Embedder | None) -> dict[str, _Placed]:
    engine = Engine(language)
    # Articles without a date follow the ones before them in the file.
    at = articles.UNDATED
    timed = []
    for row in rows:
        at = row.get("date") or at + timedelta(microseconds=1)
        timed.append((at, row))
    timed.sort(key=lambda pair: pair[0])
    reports = {seq: articles.report(seq, row, moment) for seq, (moment, row) in enumerate(timed, start=1)}
    vectors, model = (articles.vectors(reports, embedder), embedder.model) if embedder is not None else ({}, "")
    standing = Standing()
    for seq, (moment, row) in enumerate(timed, start=1):
        event = Event(seq, moment, "entry", seq, 0, str(uuid.uuid5(_SPACE, json.dumps(row["id"]))))
        candidates = [reports[one.entry] for one in engine.candidates(event, reports[seq])]
        standing.take(engine.place(event, reports[seq], candidates))
        if seq in vectors and seq not in standing.copy_of:
            mint = str(uuid.uuid5(_SPACE, f"vector {json.dumps(row['id'])}"))
            standing.take(engine.hear(replace(event, kind="vector", mint=mint, model=model), vectors[seq]))
    if timed:
        mint = str(uuid.uuid5(_SPACE, "the last repair"))
        standing.take(engine.repair(Event(len(timed) + 1, timed[-1][0], "tick", 0, 0, mint)))
    ids = {seq: str(row["id"]) for seq, (_, row) in enumerate(timed, start=1)}
    said = {seq: origins_of(report) for seq, report in reports.items()}
    placed = {}
    for seq, story in standing.story_of.items():
        copy, topic = standing.copy_of.get(seq), standing.topic_of.get(story)
        if copy is not None:
            said[seq] = of_copy(said[seq], said[copy])
        placed[ids[seq]] = _Placed(story, topic, ids[copy] if copy is not None else None, said[seq])
    return placed


def _words(gold: Mapping[str, str], found: Mapping[str, str]) -> str:
    counts = f"{len(gold)} articles, {len(set(gold.values()))} labelled, {len(set(found.values()))} found"
    return f"{counts}; pairwise {pairs.words(pairwise(gold, found))}; BCubed {pairs.words(bcubed(gold, found))}"
