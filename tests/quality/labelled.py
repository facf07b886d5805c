"""The labelled set of short articles, as values. It tests nothing itself."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from aggregator.engine import Decision, Engine
from aggregator.values import Event, Report

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Article:
    """One article with its labels, as README.md beside this file explains them; the date is aware UTC."""

    id: str
    source: str
    lang: str
    date: datetime
    title: str
    text: str
    story: str
    topic: str | None
    origins: tuple[str, ...]
    copy_of: str | None = None
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HardNegative:
    """Two Stories that are easily taken for one, and why; the reason begins with its kind."""

    a: str
    b: str
    why: str


def articles() -> tuple[Article, ...]:
    """Give the labelled articles in the order of the file, which is that of their dates."""
    return tuple(
        Article(
            **row
            | {
                "date": datetime.fromisoformat(row["date"]),
                "origins": tuple(row["origins"]),
                "via": tuple(row.get("via", ())),
            }
        )
        for row in _rows("articles.jsonl")
    )


def arrivals() -> list[tuple[Event, Report]]:
    """Give the labelled articles as the engine sees them arrive, in order."""
    return [
        (
            Event(number, article.date, "entry", number, 0, f"story-{number}", article.source),
            Report(
                entry=number,
                outlet=article.source,
                url=None,
                title=article.title,
                summary=article.text,
                content="",
                language=article.lang,
                published_at=article.date,
            ),
        )
        for number, article in enumerate(articles(), start=1)
    ]


def decided() -> list[Decision]:
    """Place the labelled articles, with a repair at the end."""
    engine, lines = Engine("en"), arrivals()
    reports = {event.entry: report for event, report in lines}
    made = [
        engine.place(event, report, [reports[one.entry] for one in engine.candidates(event, report)])
        for event, report in lines
    ]
    return [*made, engine.repair(replace(lines[-1][0], kind="tick", entry=0))]


def hard_negatives() -> tuple[HardNegative, ...]:
    """Give the pairs of Stories that must not be put together."""
    return tuple(HardNegative(**row) for row in _rows("hard_negatives.jsonl"))


def _rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
