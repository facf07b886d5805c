"""No two processes ask one host at the same time, nor within its gap: here each process is a client's turns."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import databases
import hostile
import pytest
from fetching import run
from hostile import answer
from making import START
from outlets import outlets, write_feeds
from running import here
from sqlalchemy import func, select, update
from test_articles import listing, told

from aggregator import turns
from aggregator.bounded import Bounded
from aggregator.errors import Busy
from aggregator.fetch import hosts as queues
from aggregator.fetch.hosts import Hosts
from aggregator.store import Store, open_store
from aggregator.store import turns as stored
from aggregator.store.schema import turn
from aggregator.turns import Turns

HOST = "kabar.co.id"
Log = list[tuple[str, float, float]]


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as children:
        yield children


def process(store: Store, gap: float = 0.1) -> Hosts:
    hosts = Hosts(gap)
    hosts.keep_apart(Turns(store))
    return hosts


async def ask(hosts: Hosts, log: Log, name: str, host: str = HOST) -> None:
    loop = asyncio.get_running_loop()
    async with hosts.turn(host):
        start = loop.time()
        await asyncio.sleep(0.05)
        log.append((name, start, loop.time()))


def held(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).where(turn.c.token.is_not(None))).scalar_one())


def test_two_processes_ask_one_host_in_turn_and_keep_its_gap(store: Store) -> None:
    async def main() -> None:
        log: Log = []
        one, other = process(store), process(store)
        await asyncio.gather(*(ask(hosts, log, "") for hosts in (one, other, one, other)))
        log.sort(key=lambda asked: asked[1])
        assert len(log) == 4
        assert all(later[1] - earlier[2] >= 0.099 for earlier, later in pairwise(log))
        await one.leave()
        await other.leave()
        assert held(store) == 0

    run(main())


def test_another_host_waits_for_nobody(store: Store) -> None:
    async def main() -> None:
        log: Log = []
        one, other = process(store), process(store)
        async with one.turn(HOST):
            await ask(other, log, "", host="lain.co.id")
        assert len(log) == 1

    run(main())


def test_a_process_that_has_much_to_ask_lets_others_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "TENURE", 0.0)

    async def main() -> None:
        log: Log = []
        one, other = process(store, 0.3), process(store, 0.3)
        many = [asyncio.ensure_future(ask(one, log, "one")) for _ in range(12)]
        while not log:
            await asyncio.sleep(0.01)
        await ask(other, log, "other")
        assert len(log) < 13, "it came in before the others' queue was at its end"
        for task in many:
            task.cancel()
        await asyncio.gather(*many, return_exceptions=True)

    run(main())


def test_what_is_not_asked_any_more_is_given_back_and_what_ends_leaves_its_gap(store: Store) -> None:
    async def main() -> None:
        log: Log = []
        one, other = process(store), process(store, 0.5)
        await ask(one, log, "one")
        assert held(store) == 1
        while held(store):
            await asyncio.sleep(0.02)
        await ask(other, log, "other")
        await other.leave()
        assert held(store) == 0
        await ask(one, log, "one")
        assert log[2][1] - log[1][2] >= 0.499, "the gap of a process that has ended"

    run(main())


def test_a_killed_process_holds_a_host_for_a_short_while_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        log: Log = []
        dead = process(store)
        async with dead.turn(HOST):
            dead._others = None  # it will give nothing back
        with store.write() as connection:
            connection.execute(update(turn).values(until=store.clock(connection) + timedelta(seconds=0.5)))
        await ask(process(store, 60), log, "")
        assert len(log) == 1
        monkeypatch.setattr(turns, "PATIENCE", 0.2)
        with store.write() as connection:
            connection.execute(update(turn).values(until=store.clock(connection) + timedelta(hours=1)))
        with pytest.raises(Busy, match=r"another process asks kabar\.co\.id just now.*try again"):
            await ask(process(store), log, "")

    run(main())


@pytest.mark.parametrize("token", ["of another process", None])
def test_a_turn_that_ends_later_than_any_can_is_over(
    token: str | None, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock has jumped back since: nobody waits for a day that was never meant."""
    monkeypatch.setattr(turns, "PATIENCE", 0.2)

    async def main() -> None:
        log: Log = []
        await ask(process(store), log, "")
        with store.write() as connection:
            connection.execute(update(turn).values(until=store.clock(connection) + timedelta(days=1), token=token))
        await ask(process(store), log, "")
        assert len(log) == 2

    run(main())


def test_a_living_process_keeps_its_turn_as_long_as_it_asks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(turns, "RENEWAL", 0.1)

    async def main() -> None:
        log: Log = []
        one, other = process(store), process(store)
        async with one.turn(HOST):
            waiting = asyncio.ensure_future(ask(other, log, "other"))
            await asyncio.sleep(1.5)
            assert not log
        await waiting

    run(main())


def test_a_source_whose_host_another_process_asks_is_tried_again(
    tmp_path: Path, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    url = databases.migrated_sqlite(tmp_path)
    with outlets(
        {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 1\n"), "/list": hostile.answer(listing(1))}
    ) as one:
        one.replies["/berita/0"] = told(0)
        # An address of `fetch.allow` knows turns only where its robots.txt asks for a gap.
        write_feeds(tmp_path, one, "Kabar /list, kind: page, full_text: false")
        store = open_store(url)
        with store.write() as connection:
            assert stored.take(store, connection, f"127.0.0.1:{one.port}", "somebody") is None
        at = {"ANYAM_AT": START.isoformat(), "ANYAM_DATABASE_URL": url}
        said = here("poll", "Kabar", folder=tmp_path, **at)
        assert (said.code, one.paths) == (0, ["/robots.txt"])
        assert f"Kabar: another process asks 127.0.0.1:{one.port} just now" in said.err
        row = json.loads(here("sources", "--json", folder=tmp_path, **at).out)
        assert (row["last_error"], row["next_poll_at"]) == (None, "2024-12-12T03:01:00Z")
        with store.write() as connection:
            stored.give_back(store, connection, {f"127.0.0.1:{one.port}": 0.0}, "somebody")
        store.close()
        assert "1 polled" in here("poll", "Kabar", folder=tmp_path, **at).out
        assert one.paths == ["/robots.txt", "/list"]


@pytest.mark.parametrize("command", [("check", "--online"), ("add", "{url}", "--preview")])
def test_who_only_looks_keeps_the_waits_of_the_store_and_adds_to_them(tmp_path: Path, command: tuple[str, ...]) -> None:
    url = databases.migrated_sqlite(tmp_path)
    at = {"ANYAM_AT": START.isoformat(), "ANYAM_DATABASE_URL": url}
    with outlets() as one:
        busy = answer(b"", "Retry-After: 3600", status="429 Slow down")
        one.replies |= {"/rss": busy, "/other": busy}
        write_feeds(tmp_path, one, "Kabar /rss")
        words = [word.format(url=one.url("/other")) for word in command]
        here(*words, folder=tmp_path, **at)
        assert len(one.paths) == 1
        said = here("poll", "Kabar", folder=tmp_path, **at)
        assert "1 skipped" in said.out, "what it was told holds for all"
        said = here(*words, folder=tmp_path, **at)
        assert "asked to be left alone until" in said.out + said.err
        assert len(one.paths) == 1


def test_who_only_looks_makes_no_store(tmp_path: Path) -> None:
    with outlets() as one:
        one.replies["/rss"] = hostile.answer(listing(1))
        write_feeds(tmp_path, one, "Kabar /rss")
        here("check", "--online", folder=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["feeds.yaml"]
