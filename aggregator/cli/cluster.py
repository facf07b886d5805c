"""`anyam cluster`: articles of a file through the same engine that makes the site's Stories. It opens no store."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ..clock import parse_time
from ..config import outlet_of
from ..engine import Engine
from ..errors import ConfigError
from ..normalize import language as languages
from ..origins import of_copy
from ..origins import read as origins_of
from ..scores import Score, bcubed, pairwise
from ..values import Event, Origin, Report

_SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
YEARS = range(1900, 2200)
"""Beyond them a date is a slip, and the engine's spans could leave the calendar."""
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Placed:
    story: str
    topic: str | None
    copy_of: str | None
    origins: tuple[Origin, ...]


@click.command()
@click.argument("articles", metavar="IN.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", metavar="OUT.jsonl", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--no-model", is_flag=True, help="Use no embedder. There is none yet: this changes nothing.")
@click.option("--language", default="en", show_default=True, help="The language that Topics are named in.")
def cluster(articles: Path, out: Path, no_model: bool, language: str) -> None:
    """Run articles {id, title, text?, lang?, date?, url?, source?} in time order through the story engine.

    Writes {id, story, topic, copy_of, origins} for each; where articles have `story` or `topic`, prints scores.
    """
    rows = list(_rows(articles))
    try:
        # A lone surrogate of the input is written as the escape that JSON has for it.
        file = out.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError([f"--out {out}: cannot be written ({error.strerror}); name another file"]) from None
    with file:
        placed = _run(rows, language)
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
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigError([f"{path}:{number}: no JSON ({error}); expected one object a line"]) from None
        if not isinstance(row, dict) or not isinstance(row.get("title"), str) or not _is_id(row.get("id")):
            raise ConfigError([f"{path}:{number}: no article; expected an object with at least id and title"])
        if str(row["id"]) in seen:
            raise ConfigError([f"{path}:{number}: id {row['id']!r} stands there twice; ids must differ"])
        seen.add(str(row["id"]))
        for key in ("text", "url", "lang", "source"):
            if row.get(key) is not None and not isinstance(row[key], str):
                raise ConfigError([f"{path}:{number}: {key} is no text; expected a string"])
        if row.get("date"):
            row["date"] = _date(str(row["date"]), f"{path}:{number}: date")
        yield row


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines(): JSON strings may hold U+2028 and U+0085 as they are.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror}); name another file"]) from None


def _date(words: str, name: str) -> datetime:
    try:
        at = parse_time(words, name)
    except OverflowError:
        at = datetime.min.replace(tzinfo=UTC)
    if at.year not in YEARS:
        raise ConfigError([f"{name}: {words!r} is no time of a report; expected one from {YEARS[0]} on"])
    return at


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _run(rows: list[dict[str, Any]], language: str) -> dict[str, _Placed]:
    engine = Engine(language)
    # Articles without a date follow the ones before them in the file.
    at = _UNDATED
    timed = []
    for row in rows:
        at = row.get("date") or at + timedelta(microseconds=1)
        timed.append((at, row))
    timed.sort(key=lambda pair: pair[0])
    reports: dict[int, Report] = {}
    places: dict[int, tuple[str, int | None]] = {}
    topics: dict[str, str] = {}
    for seq, (moment, row) in enumerate(timed, start=1):
        event = Event(seq, moment, "entry", seq, 0, str(uuid.uuid5(_SPACE, json.dumps(row["id"]))))
        report = reports[seq] = _report(seq, row, moment)
        decision = engine.place(event, report, [reports[one.entry] for one in engine.candidates(event, report)])
        places[seq] = (decision.placement.story, decision.placement.copy_of)
        if decision.gathering is not None:
            topics |= dict.fromkeys(decision.gathering.stories, decision.gathering.topic)
    ids = {seq: str(row["id"]) for seq, (_, row) in enumerate(timed, start=1)}
    said = {seq: origins_of(report) for seq, report in reports.items()}
    placed = {}
    for seq, (story, copy) in places.items():
        if copy is not None:
            said[seq] = of_copy(said[seq], said[copy])
        placed[ids[seq]] = _Placed(story, topics.get(story), ids[copy] if copy is not None else None, said[seq])
    return placed


def _report(seq: int, row: Mapping[str, Any], at: datetime) -> Report:
    text = str(row.get("text") or "")
    url = row.get("url")
    return Report(
        entry=seq,
        outlet=str(row.get("source") or (outlet_of(url) if url else f"outlet {seq}")),
        url=url,
        title=str(row["title"]),
        summary=text,
        content="",
        language=row.get("lang") or languages.detect(f"{row['title']} {text}", languages=()),
        published_at=at,
    )


def _words(gold: Mapping[str, str], found: Mapping[str, str]) -> str:
    def told(name: str, score: Score) -> str:
        return f"{name} P {score.precision:.3f} R {score.recall:.3f} F1 {score.f1:.3f}"

    counts = f"{len(gold)} articles, {len(set(gold.values()))} labelled, {len(set(found.values()))} found"
    return f"{counts}; {told('pairwise', pairwise(gold, found))}; {told('BCubed', bcubed(gold, found))}"
