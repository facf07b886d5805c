import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

import pytest

from aggregator.fetch.hosts import Hosts


class _Leap(selectors.DefaultSelector):
    """A selector that leaps over waiting instead of doing it, and counts the seconds."""

    leapt = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout:
            self.leapt += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still but for what it waits for."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        return self._leap.leapt


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(main)


async def visit(hosts: Hosts, host: str, seconds: float, log: list[tuple[str, float, float]]) -> None:
    loop = asyncio.get_running_loop()
    async with hosts.turn(host):
        start = loop.time()
        await asyncio.sleep(seconds)
        log.append((host, start, loop.time()))


def test_one_request_at_a_time_with_the_gap_from_end_to_start_in_order() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        await asyncio.gather(*(visit(hosts, "a", seconds, log) for seconds in (5.0, 1.0, 3.0)))
        assert log == [("a", 0.0, 5.0), ("a", 7.0, 8.0), ("a", 10.0, 13.0)]

    run(main())


def test_another_gap_keeps_the_turns_that_were_given() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        await asyncio.gather(visit(hosts, "a", 1.0, log), visit(hosts.by(5.0), "a", 1.0, log))
        await visit(hosts, "a", 1.0, log)
        assert log == [("a", 0.0, 1.0), ("a", 3.0, 4.0), ("a", 9.0, 10.0)]

    run(main())


def test_a_host_just_asked_by_another_process_rests_first() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        hosts.rest("a", ago=0.5)
        await asyncio.gather(visit(hosts, "a", 1.0, log), visit(hosts, "b", 1.0, log))
        assert log == [("b", 0.0, 1.0), ("a", 1.5, 2.5)]
        hosts.rest("c", ago=1.0)
        await asyncio.sleep(10)
        assert len(hosts) == 0, "none is remembered for ever"

    run(main())


def test_a_host_may_ask_for_a_longer_gap_than_ours() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        hosts.slow_down("a", 5.0)
        hosts.slow_down("b", 3.0)
        hosts.slow_down("b", 0)
        assert (hosts.gap("a"), hosts.gap("a", inside=True), hosts.gap("b"), hosts.gap("b", inside=True)) == (
            5,
            5,
            2,
            0,
        )
        await asyncio.gather(*(visit(hosts, "a", 1.0, log) for _ in range(2)))
        hosts.slow_down("a", 0)
        assert hosts.gap("a") == 2
        assert log == [("a", 0.0, 1.0), ("a", 6.0, 7.0)]

    run(main())


def test_a_host_that_asks_for_a_long_gap_holds_up_no_other_of_its_domain() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        log: list[tuple[str, float]] = []
        hosts = Hosts(1.0)
        hosts.slow_down("slow.a", 30.0)

        async def ask(host: str) -> None:
            async with hosts.turn(host, of="a"):
                log.append((host, loop.time()))

        await asyncio.gather(*(ask(host) for host in ("slow.a", "slow.a", "b.a", "c.a")))
        assert log == [("slow.a", 0.0), ("b.a", 1.0), ("c.a", 2.0), ("slow.a", 30.0)]
        await asyncio.sleep(60)
        assert len(hosts) == 0

    run(main())


def test_a_longer_gap_that_is_learnt_holds_for_who_stands_in_line_already() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        log: list[float] = []
        hosts = Hosts(1.0)

        async def ask() -> None:
            async with hosts.turn("www.a", of="a"):
                log.append(loop.time())

        async with hosts.turn("www.a", of="a"):
            waiting = [asyncio.create_task(ask()) for _ in range(3)]
            await asyncio.sleep(1.0)
        hosts.slow_down("www.a", 8.0)  # as its robots.txt says
        hosts.rest("www.a", ago=0.0, of="a")
        await asyncio.gather(*waiting)
        assert log == [9.0, 17.0, 25.0]
        await asyncio.sleep(60)
        assert len(hosts) == 0

    run(main())


def test_a_domain_that_is_a_host_too_holds_up_no_host_of_it() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        hosts = Hosts(1.0)
        hosts.slow_down("a", 30.0)
        async with hosts.turn("a", of="a"):
            pass
        async with hosts.turn("feeds.a", of="a"):
            assert loop.time() == 1.0
        async with hosts.turn("a", of="a"):
            assert loop.time() == 30.0

    run(main())


def test_a_slow_host_delays_no_other() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        await asyncio.gather(
            *(visit(hosts, host, seconds, log) for host, seconds in (("a", 30.0), ("a", 1.0), ("b", 1.0)))
        )
        assert log == [("b", 0.0, 1.0), ("a", 0.0, 30.0), ("a", 32.0, 33.0)]

    run(main())


def test_the_gap_holds_after_a_failure_and_for_who_comes_later() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        hosts = Hosts(2.0)
        with pytest.raises(OSError, match="broken"):
            async with hosts.turn("a"):
                raise OSError("broken")
        await asyncio.sleep(0.5)
        async with hosts.turn("a"):
            assert loop.time() == 2.0
        await asyncio.sleep(9.0)
        async with hosts.turn("a"):
            assert loop.time() == 11.0

    run(main())


def test_who_gives_up_waiting_keeps_nobody_waiting() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        first, second, third = (asyncio.ensure_future(visit(hosts, "a", 1.0, log)) for _ in range(3))
        await asyncio.sleep(0.5)
        second.cancel()
        await asyncio.gather(first, third)
        assert log == [("a", 0.0, 1.0), ("a", 3.0, 4.0)]

    run(main())


def test_hosts_of_the_past_are_forgotten_once_their_gap_is_over() -> None:
    async def main() -> None:
        hosts = Hosts(2.0)
        log: list[tuple[str, float, float]] = []
        await asyncio.gather(*(visit(hosts, f"h{n}", 1.0, log) for n in range(50)))
        assert len(hosts) == 50
        await asyncio.sleep(2.5)
        assert len(hosts) == 0

    run(main())


def test_a_rest_told_of_later_holds_for_who_waits_already() -> None:
    async def main() -> None:
        log: list[tuple[str, float, float]] = []
        hosts = Hosts(2.0)
        await visit(hosts, "a", 1.0, log)
        waiting = asyncio.create_task(visit(hosts, "a", 1.0, log))
        await asyncio.sleep(0.5)
        hosts.rest("a", ago=0.0)
        await waiting
        assert log[1:] == [("a", 3.5, 4.5)]

    run(main())
