"""Pages and articles are asked for only where robots.txt lets us, and as slowly as it says."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import hostile
import pytest
from fetching import rules, run
from hostile import Reply, Server, answer
from making import START

from aggregator import robots, waits
from aggregator.bounded import Bounded
from aggregator.errors import RefusedAddress, Waiting
from aggregator.fetch.client import Client
from aggregator.permission import Closed, Disallowed, Permission
from aggregator.store import Store
from aggregator.store import robots as kept
from aggregator.values import Request

CLOSED_NEWS = b"User-agent: *\nDisallow: /closed/\n"


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as children:
        yield children


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("ANYAM_AT", START.isoformat())
    return monkeypatch


def later(clock: pytest.MonkeyPatch, **span: float) -> None:
    clock.setenv("ANYAM_AT", (START + timedelta(**span)).isoformat())


async def judged(permission: Permission, server: Server, *paths: str) -> list[str]:
    refusals = await permission.judge([server.url(path) for path in paths], inside=True)
    return [type(refusal).__name__ if refusal else "yes" for refusal in refusals]


def test_rules_are_asked_for_once_a_day_by_all_processes(
    store: Store, bounded: Bounded, clock: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with hostile.serve({"/robots.txt": answer(CLOSED_NEWS)}) as server, Client(rules(server)) as client:
            first = Permission(client, bounded, store)
            both = await asyncio.gather(*(judged(first, server, "/closed/1", "/open", "/closed/2") for _ in range(2)))
            assert both == [["Disallowed", "yes", "Disallowed"]] * 2
            assert server.paths == ["/robots.txt"]
            with pytest.raises(Disallowed, match=r"does not let us ask for /closed/1"):
                await first.ask(server.url("/closed/1?key=secret"))
            again = Permission(client, bounded, store)
            later(clock, hours=23)
            assert await judged(again, server, "/closed/1") == ["Disallowed"]
            assert server.paths == ["/robots.txt"], "a restart asks for none again"
            later(clock, hours=24)
            server.replies["/robots.txt"] = answer(b"", status="404 Not Found")
            assert await judged(again, server, "/closed/1") == ["yes"]
            assert server.paths == ["/robots.txt"] * 2

    run(main())


@pytest.mark.parametrize("reply", [answer(b"", status="503 Busy"), hostile.hang_up])
def test_what_cannot_be_had_means_no_and_is_asked_again_in_an_hour(
    reply: Reply, store: Store, bounded: Bounded, clock: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with hostile.serve({"/robots.txt": reply}) as server, Client(rules(server)) as client:
            permission = Permission(client, bounded, store)
            with pytest.raises(Closed, match="which means no"):
                await permission.ask(server.url("/"))
            with pytest.raises(Closed):
                await Permission(client, bounded, store).ask(server.url("/"))
            assert server.paths == ["/robots.txt"]
            server.replies["/robots.txt"] = answer(b"")
            later(clock, minutes=61)
            await permission.ask(server.url("/"))
            later(clock, hours=48)
            server.replies["/robots.txt"] = reply
            await permission.ask(server.url("/"))
            later(clock, days=40)
            with pytest.raises(Closed):
                await permission.ask(server.url("/"))

    run(main())


def test_a_refused_or_waiting_host_is_said_as_such(bounded: Bounded) -> None:
    async def main() -> None:
        limited = answer(b"", "Retry-After: 600", status="429 Slow down")
        async with hostile.serve({"/robots.txt": limited}) as server, Client(rules(server)) as client:
            permission = Permission(client, bounded, None)
            with pytest.raises(Closed):
                await permission.ask(server.url("/"))
            with pytest.raises(Waiting):
                await client.get(Request(server.url("/")))
            with pytest.raises(RefusedAddress):
                await permission.ask("http://127.0.0.1:1/")
            with pytest.raises(RefusedAddress):
                await Permission(client, bounded, None).ask(server.url("/"), inside=False)

    run(main())


def test_a_redirect_leads_nowhere_that_robots_txt_forbids(bounded: Bounded) -> None:
    async def main() -> None:
        replies = {"/robots.txt": answer(CLOSED_NEWS), "/closed/1": answer(b"x"), "/open": answer(b"y")}
        async with hostile.serve(dict(replies)) as there:
            ways: dict[str, Reply] = {
                "/robots.txt": answer(b"", status="404 Not Found"),
                "/1": hostile.redirect(302, there.url("/closed/1")),
                "/2": hostile.redirect(301, there.url("/open")),
            }
            async with hostile.serve(ways) as here, Client(rules(here, there)) as client:
                permission = Permission(client, bounded, None)
                with pytest.raises(Disallowed):
                    await client.get(Request(here.url("/1")), permit=permission.ask)
                assert (await client.get(Request(here.url("/2")), permit=permission.ask)).body == b"y"
            assert there.paths == ["/robots.txt", "/open"]

    run(main())


def test_a_crawl_delay_is_kept_from_process_to_process(bounded: Bounded, store: Store) -> None:
    async def main() -> None:
        slowly = answer(b"User-agent: *\nCrawl-delay: 0.5\n")
        async with hostile.serve({"/robots.txt": slowly, "/1": answer(b"x")}) as server:
            for _ in range(2):
                async with Client(rules(server, gap=0.1)) as client:
                    await waits.learn(client, store)
                    await Permission(client, bounded, store).ask(server.url("/1"))
                    await client.get(Request(server.url("/1")))
                    waits.write(client, store)
            one, two = (visit.at for visit in server.visits if visit.path == "/1")
            assert server.paths.count("/robots.txt") == 1
            assert two - one >= 0.49

    run(main())


def test_what_is_too_old_to_stand_in_is_forgotten(store: Store, bounded: Bounded) -> None:
    old = kept.Held("rules", "", START - timedelta(days=31), START - timedelta(days=30))
    with store.write() as connection:
        kept.put(connection, "https://dulu.example", old)

    async def main() -> None:
        async with hostile.serve({"/robots.txt": answer(b"")}) as server, Client(rules(server)) as client:
            await Permission(client, bounded, store).ask(server.url("/"))

    run(main())
    with store.read() as connection:
        assert kept.get(connection, "https://dulu.example") is None


def test_rules_that_break_their_reader_mean_no(bounded: Bounded, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with hostile.serve({"/robots.txt": answer(CLOSED_NEWS)}) as server, Client(rules(server)) as client:
            monkeypatch.setattr(robots, "read", _break)
            with pytest.raises(Closed, match="cannot be read, which means no"):
                await Permission(client, bounded, None).ask(server.url("/"))

    run(main())


def test_of_a_long_file_only_what_concerns_us_is_stored_and_too_much_of_that_is_not(
    store: Store, bounded: Bounded, clock: pytest.MonkeyPatch
) -> None:
    others = b"User-agent: Bot\n" + b"Disallow: /closed\n" * 20_000
    ours = b"User-agent: *\nDisallow: /closed/\n"
    many = ours + b"".join(b"Disallow: /closed/%d\n" % number for number in range(1500))

    async def main() -> None:
        async with hostile.serve({"/robots.txt": answer(others + ours)}) as server, Client(rules(server)) as client:

            def stored() -> str:
                with store.read() as connection:
                    held = kept.get(connection, robots.origin(server.url("/")))
                assert held is not None
                return held.body

            permission = Permission(client, bounded, store)
            assert await judged(permission, server, "/closed/1", "/open") == ["Disallowed", "yes"]
            assert stored() == "User-agent: *\nDisallow: /closed/"
            server.replies["/robots.txt"] = answer(others + many)
            later(clock, hours=25)
            assert await judged(permission, server, "/closed/1", "/open") == ["Disallowed", "yes"]
            assert await judged(permission, server, "/closed/2") == ["Disallowed"]
            assert (server.paths, len(stored())) == (["/robots.txt"] * 2, 32), "obeyed, and kept in memory alone"
            server.replies["/robots.txt"] = answer(
                ours + b"".join(b"Disallow: /closed/%d\n" % number for number in range(2500))
            )
            later(clock, hours=50)
            fresh = Permission(client, bounded, None)
            assert await judged(fresh, server, "/open") == ["Closed"]
            assert await judged(fresh, server, "/open") == ["Closed"]
            assert server.paths == ["/robots.txt"] * 3, "not asked for again at once"

    run(main())


def test_rules_that_took_too_long_are_not_read_again(bounded: Bounded, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with hostile.serve({"/robots.txt": answer(CLOSED_NEWS)}) as server, Client(rules(server)) as client:
            permission = Permission(client, bounded, None)
            with monkeypatch.context() as patch:
                patch.setattr(robots, "read", _break)
                assert await judged(permission, server, "/open") == ["Closed"]
            assert await judged(permission, server, "/open") == ["Closed"]

    run(main())


def _break(body: str, urls: tuple[str, ...]) -> robots.Rules:
    raise MemoryError


def test_a_crawl_delay_is_kept_between_requests(bounded: Bounded) -> None:
    async def main() -> None:
        slowly = answer(b"User-agent: *\nCrawl-delay: 0.4\n")
        replies: dict[str, Reply] = {"/robots.txt": slowly, "/1": answer(b"x"), "/2": answer(b"x"), "/3": answer(b"x")}
        async with hostile.serve(replies) as server, Client(rules(server)) as client:
            permission = Permission(client, bounded, None)
            await permission.ask(server.url("/1"))
            await asyncio.gather(*(client.get(Request(server.url(f"/{number}"))) for number in (1, 2, 3)))
            times = [visit.at for visit in server.visits]
            assert [b - a >= 0.39 for a, b in pairwise(times)] == [True] * 3, "from robots.txt to the first page, too"
            assert server.most_at_once == 1

    run(main())
