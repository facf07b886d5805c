"""Calls in child processes: their results, and each way in which a call can go wrong, for real."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.bounded import PARTY, Bounded, Party
from aggregator.errors import ParseError
from aggregator.normalize.document import entries
from aggregator.parse.document import read


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded(cpu_seconds=1, memory_mb=200) as pool:
        yield pool


def test_a_call_gives_its_result(bounded: Bounded) -> None:
    assert bounded.call(pow, 2, 10) == 1024
    assert bounded.call(json.loads, '{"a": [1]}') == {"a": [1]}


def test_threads_share_the_children(bounded: Bounded) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda number: bounded.call(pow, number, 2), range(50))) == [n**2 for n in range(50)]


def test_a_child_is_kept_between_calls_and_replaced_after_its_end(bounded: Bounded) -> None:
    with Bounded(children=1) as one:
        first = one.call(os.getpid)
        assert one.call(os.getpid) == first != os.getpid()
        with pytest.raises(ParseError, match="without an answer"):
            one.call(os._exit, 3)
        assert one.call(os.getpid) != first


def test_a_busy_loop_ends_at_its_cpu_seconds(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="more than 1 s of CPU"):
        bounded.call(pow, 7, 10**9)
    assert bounded.call(pow, 2, 3) == 8


def test_a_call_that_only_waits_ends_by_the_clock(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="more than 6 s"):
        bounded.call(time.sleep, 60)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this platform does not enforce a limit of memory")
def test_a_hog_of_memory_ends_at_its_megabytes(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="more than 200 MB"):
        bounded.call(bytes, 10**9)
    assert bounded.call(len, bounded.call(bytes, 10**6)) == 10**6


def test_errors_of_anyam_come_back_as_they_are_and_others_as_parse_errors(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="an empty document"):
        bounded.call(read, b"", content_type=None, url="https://uji.example/")
    with pytest.raises(ParseError, match="JSONDecodeError"):
        bounded.call(json.loads, "{")


def test_what_a_call_prints_does_not_come_between_the_answers(
    bounded: Bounded, capfd: pytest.CaptureFixture[str]
) -> None:
    assert bounded.call(print, "rubbish") is None
    assert bounded.call(os.write, 1, b"rubbish") == 7
    assert bounded.call(pow, 2, 2) == 4
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_at_the_terminal_leaves_children_at_work(bounded: Bounded) -> None:
    with Bounded(children=1) as one:
        child = one.call(os.getpid)
        os.kill(child, signal.SIGINT)
        assert one.call(os.getpid) == child


def test_nothing_starts_before_the_first_call_and_nothing_stays_after_the_last() -> None:
    pool = Bounded(children=1)
    pool.close()
    with pytest.raises(ParseError, match="closed"):
        pool.call(pow, 1, 1)
    with Bounded(children=1) as one:
        child = one.call(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_close_ends_a_call_that_is_under_way() -> None:
    pool = Bounded(children=1)
    pool.call(pow, 1, 1)
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(pool.call, time.sleep, 25)
        while not pool._free.empty():
            time.sleep(0.001)
        pool.close()
        with pytest.raises(ParseError):
            call.result(timeout=10)


@pytest.mark.shared
@pytest.mark.slow
def test_every_nasty_file_ends_as_entries_or_a_clear_error_within_the_limits(shared: Path) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    outcomes: dict[str, int | str] = {}
    with Bounded() as pool:
        for path in sorted((shared / "feeds" / "torture").iterdir()):
            try:
                feed = pool.call(read, path.read_bytes(), content_type=None, url="https://uji.example/")
                made = pool.call(
                    entries,
                    feed,
                    url="https://uji.example/",
                    now=now,
                    language=None,
                    languages=("id", "en", "ru"),
                    timezone=None,
                )
                outcomes[path.name] = len(made.entries)
            except ParseError as error:
                outcomes[path.name] = str(error)
    assert {name for name, outcome in outcomes.items() if isinstance(outcome, str)} == {
        "empty.xml",
        "html-instead.xml",
        "whitespace.xml",
    }
    assert outcomes["10000-items.xml"] == 10_000


def test_who_asks_for_much_does_not_hold_up_others(tmp_path: Path) -> None:
    done: list[str] = []

    async def ask(pool: Bounded, party: Party, seconds: float) -> None:
        PARTY.set(party)
        await pool.run(time.sleep, seconds)
        done.append(party.name)

    async def main() -> None:
        greedy, modest = Party("greedy"), Party("modest")
        with Bounded(children=1) as pool:
            many = [asyncio.ensure_future(ask(pool, greedy, 0.1)) for _ in range(10)]
            await asyncio.sleep(0.05)
            await ask(pool, modest, 0.0)
            assert done.count("greedy") <= 2
            many[-1].cancel()
            await asyncio.gather(*many, return_exceptions=True)
        assert done.count("greedy") == 9
        assert greedy.seconds >= 0.9 > modest.seconds

    asyncio.run(main())


def test_what_stands_in_line_ends_with_the_children() -> None:
    async def main() -> None:
        pool = Bounded(children=1)
        many = [asyncio.ensure_future(pool.run(time.sleep, 5)) for _ in range(3)]
        await asyncio.sleep(0.2)
        pool.close()
        ended = await asyncio.wait_for(asyncio.gather(*many, return_exceptions=True), 10)
        assert all(isinstance(one, BaseException) for one in ended)

    asyncio.run(main())
