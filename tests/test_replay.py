"""A real day of 23 feeds, replayed on loopback: nothing lost, nothing doubled, and little asked for twice."""

import asyncio
import json
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import databases
import feedparser
import pytest

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import open_site
from aggregator.store import reading

PORT = 8719
STEPS = [datetime.fromisoformat("2021-09-20T00:10:00+12:00") + timedelta(hours=hours) for hours in (0, 9, 9.1, 16, 23)]
"""Five moments of the day: at the third, nothing is new since the second."""


@pytest.fixture
def replay(shared: Path) -> Iterator[str]:
    """Serve the day; gives the `sources:` block that reads it."""
    serve = [sys.executable, str(shared / "replay" / "serve.py"), "--port", str(PORT)]
    block = subprocess.run([*serve, "--print-sources"], capture_output=True, text=True, check=True).stdout
    process = subprocess.Popen(serve, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield block
    finally:
        process.terminate()
        process.communicate()


def set_clock(at: datetime) -> None:
    moment = urllib.parse.quote(at.isoformat())
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/clock?at={moment}", method="POST")
    with urllib.request.urlopen(request) as answer:
        answer.read()


@pytest.mark.shared
@pytest.mark.slow
def test_a_real_day(replay: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = (
        f'fetch:\n  allow: ["127.0.0.1:{PORT}"]\nsections:\n  - {{id: world, title: World}}\nsite: {{language: en}}\n'
    )
    (tmp_path / "feeds.yaml").write_text(head + replay)
    site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=databases.migrated_sqlite(tmp_path)))
    wanted: dict[str, dict[str, str]] = {}
    outcomes = []
    with Bounded() as bounded:
        for at in STEPS:
            monkeypatch.setenv("ANYAM_AT", at.isoformat())
            set_clock(at)
            visits = asyncio.run(pipeline.run_once(site, bounded))
            outcomes.append(Counter(visit.outcome for visit in visits))
            for name, ids in alone(shared, at).items():
                wanted.setdefault(name, {}).update(ids)
    entries = list(reading.entries(site.store))
    stories = reading.stories(site.store, limit=None)
    site.store.close()
    assert outcomes[2]["not_modified"] >= 20 and outcomes[2]["ok"] <= 2, outcomes
    for name, ids in wanted.items():
        titles = {one["title"] for one in entries if one["source"] == name}
        known = {one["entry_id"] for one in entries if one["source"] == name}
        lost = {id: title for id, title in ids.items() if id not in known and title not in titles}
        # An item that was moved and retitled at once keeps its first id and has a new title.
        assert len(lost) <= 0.02 * len(ids), (name, lost)
    doubled = Counter((one["source"], one["url"]) for one in entries)
    assert max(doubled.values()) == 1
    together = [story for story in stories if len(story.outlets) > 1]
    assert len(together) > 40
    petito = [
        story for story in stories if any("Petito" in r.title and "body" in r.title.lower() for r in story.reports)
    ]
    assert max(len(story.outlets) for story in petito) >= 5


def alone(shared: Path, at: datetime) -> dict[str, dict[str, str]]:
    """Give what feedparser alone finds in each outlet's feed at a moment: ids (else links) with their plain titles."""
    latest: dict[str, str] = {}
    rows = map(json.loads, (shared / "replay" / "polls-2021-09-20.jsonl").read_text().splitlines())
    for row in sorted(rows, key=lambda row: row["at"]):
        if datetime.fromisoformat(row["at"]) <= at:
            latest[row["outlet"]] = row["file"]
    found: dict[str, dict[str, str]] = {}
    with tarfile.open(shared / "replay" / "captures-2021-09-20.tar.xz") as tar:
        members = {Path(member.name).name: member for member in tar.getmembers() if member.isfile()}
        for outlet, name in latest.items():
            stream = tar.extractfile(members[name])
            assert stream is not None
            items = feedparser.parse(stream.read()).entries
            found[outlet] = {item.get("id") or item.get("link"): item.get("title", "") for item in items}
    return found
