"""Reads files of a JSON object a line, and articles in them. It says what is wrong with which line."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, TypeGuard

from .. import embedding
from ..clock import parse_time
from ..config import outlet_of
from ..embedding import Embedder
from ..errors import ConfigError
from ..normalize import language as languages
from ..stories.features import lead
from ..values import Report
from .progress import progress

YEARS = range(1900, 2200)
"""Beyond them a date is a slip, and the engine's spans could leave the calendar."""
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Give what each line of a file holds, with its number; raises ConfigError."""
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigError([f"{path}:{number}: no JSON ({error}); expected one object a line"]) from None


def is_article(row: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether an object has what makes an article."""
    return isinstance(row, dict) and isinstance(row.get("title"), str)


def checked(row: dict[str, Any], where: str) -> dict[str, Any]:
    """Give an article with its date read; raises ConfigError, which starts with `where`."""
    for key in ("text", "url", "lang", "source"):
        if row.get(key) is not None and not isinstance(row[key], str):
            raise ConfigError([f"{where}{key} is no text; expected a string"])
    return row | {"date": _date(str(row["date"]), f"{where}date")} if row.get("date") else row


def report(number: int, row: Mapping[str, Any], at: datetime) -> Report:
    """Give an article as the engine sees it, with this number as its Entry's, published then."""
    text = str(row.get("text") or "")
    url = row.get("url")
    return Report(
        entry=number,
        outlet=str(row.get("source") or (outlet_of(url) if url else f"outlet {number}")),
        url=url,
        title=str(row["title"]),
        summary=text,
        content="",
        language=row.get("lang") or languages.detect(f"{row['title']} {text}", languages=()),
        published_at=at,
    )


def vectors(reports: Mapping[int, Report], embedder: Embedder) -> dict[int, bytes]:
    """Give the vector of each report, with a bar on a terminal, and end the embedder."""
    texts = {seq: embedding.told(report.title, lead(report, embedding.WORDS)) for seq, report in reports.items()}
    seqs, found = list(texts), dict[int, bytes]()
    with closing(embedder), progress() as step:
        for start in range(0, len(seqs), embedding.BATCH):
            some = seqs[start : start + embedding.BATCH]
            found |= zip(some, embedder.embed([texts[seq] for seq in some]), strict=True)
            step("reading with the language model", len(found), len(seqs))
    return found


def opened_out(out: Path) -> TextIO:
    """Open the file of `--out` to be written; raises ConfigError."""
    try:
        # A lone surrogate of the input is written as the escape that JSON has for it.
        return out.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError([f"--out {out}: cannot be written ({error.strerror}); name another file"]) from None


def _lines(path: Path) -> list[str]:
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig").split("\n")
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
