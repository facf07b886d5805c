"""Run pure calls in child processes with limits, so that no document can hold the program or its memory.

It knows nothing of feeds and pages: it runs the function that it is given, which must live in a module by its name.
"""

import asyncio
import contextlib
import importlib
import os
import pickle
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import IO, ParamSpec, Self, TypeVar, cast

from .errors import AnyamError, ParseError

P = ParamSpec("P")
R = TypeVar("R")
LENGTH = 8  # bytes of the big-endian length before each pickle
LARGEST = 1 << 30
CALLS = 1_000  # then a child is replaced: what memory its calls left behind goes with it
WALL = 6  # seconds of waiting granted for each second of CPU; the machine has other work
GIVEN_UP = "it was given up; look what the address answers"
CLOSED = "the children are closed: open a new Bounded"


class Crowded(AnyamError):
    """The process holds all the bytes that it may at present."""


@dataclass(eq=False, slots=True)
class Party:
    """On whose behalf calls are run: parties get the children in turn, whatever each of them asks for."""

    name: str
    seconds: float = 0.0
    """How long its calls have kept children busy."""


PARTY: ContextVar[Party] = ContextVar("party", default=Party("anybody"))  # noqa: B039  (shared by who names none)
"""The party of what runs in this context; a poll sets its own."""

Job = tuple["Future[object]", Callable[[], object]]


class Bounded:
    """A small pool of child processes, started at the first call, that run pure functions within limits.

    `cpu_seconds` and `memory_mb` hold for each call; six times the CPU seconds by the clock end it too.
    """

    def __init__(self, *, children: int = 2, cpu_seconds: int = 10, memory_mb: int = 300) -> None:
        self._cpu_seconds = cpu_seconds
        self._memory_mb = memory_mb
        self._free: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._running: set[_Child] = set()
        self._closed = False
        for _ in range(children):
            self._free.put(None)
        self._threads = ThreadPoolExecutor(children, thread_name_prefix="bounded")
        self._held = 0
        self._line: dict[Party, deque[Job]] = {}

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a module's function in a child and give its result; blocks, and any thread may call it.

        Raises the AnyamError that the function raised, and ParseError where it broke a limit, failed or ended the
        child. Arguments and result must be picklable.
        """
        job = pickle.dumps((f"{function.__module__}:{function.__qualname__}", args, kwargs))
        child = self._free.get()
        fresh: _Child | None = None
        try:
            child = self._open(child)
            outcome, value = child.run(job, self._cpu_seconds, self._memory_mb)
            if child.is_fit(outcome):
                fresh = child
        finally:
            if child is not None and fresh is None:
                self._end(child)
            self._free.put(fresh)
        if outcome == "error":
            raise cast(AnyamError, value)
        if outcome == "failed":
            raise ParseError(str(value))
        return cast(R, value)

    async def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do as `call` does without blocking the event loop, in threads of its own: slow calls hold up nothing else."""
        future: Future[object] = Future()
        party = PARTY.get()
        with self._lock:
            if self._closed:
                raise ParseError(CLOSED)
            self._line.setdefault(party, deque()).append((future, partial(self.call, function, *args, **kwargs)))
            self._threads.submit(self._serve)
        return cast(R, await asyncio.wrap_future(future))

    @contextlib.contextmanager
    def holding(self, size: int, *, most: int) -> Iterator[None]:
        """Count bytes that wait to be read for the body of the `with`; raises Crowded where they would be too many."""
        with self._lock:
            if self._held + size > most:
                raise Crowded("too many large documents wait to be read just now; it is asked for again later")
            self._held += size
        try:
            yield
        finally:
            with self._lock:
                self._held -= size

    def _serve(self) -> None:
        """Run the next call in line: each party's first one in turn."""
        with self._lock:
            if not self._line:
                return
            party, jobs = next(iter(self._line.items()))
            future, call = jobs.popleft()
            del self._line[party]
            if jobs:
                self._line[party] = jobs  # behind all others
        if not future.set_running_or_notify_cancel():
            return
        start = time.monotonic()
        try:
            result = call()
        except BaseException as error:
            party.seconds += time.monotonic() - start
            future.set_exception(error)
        else:
            party.seconds += time.monotonic() - start
            future.set_result(result)

    def close(self) -> None:
        """End the children, in the middle of a call as well; later calls raise ParseError."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, set()
            line, self._line = self._line, {}
        for future, _ in (job for jobs in line.values() for job in jobs):
            future.cancel()
        for child in running:
            child.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, child: "_Child | None") -> "_Child":
        with self._lock:
            if self._closed:
                raise ParseError(CLOSED)
            child = child or _Child()
            self._running.add(child)
            return child

    def _end(self, child: "_Child") -> None:
        with self._lock:
            self._running.discard(child)
        child.end()


class _Child:
    """One child process and the two pipes to it."""

    def __init__(self) -> None:
        # One thread for the arithmetic of the language model: each of its threads would count against the memory.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "aggregator.bounded"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._calls = 0

    def run(self, job: bytes, cpu_seconds: int, memory_mb: int) -> tuple[str, object]:
        """Send one call, wait for its end; give "value", "error" or "failed" with what belongs to it."""
        self._calls += 1
        late = threading.Event()
        timer = threading.Timer(WALL * cpu_seconds, self._stop, [late])
        timer.daemon = True
        timer.start()
        assert self._process.stdin and self._process.stdout  # noqa: S101  (both are pipes)
        try:
            _send(self._process.stdin, pickle.dumps((cpu_seconds, memory_mb, len(job))) + job)
            answer = _receive(self._process.stdout)
            # Only our own child writes to this pipe.
            outcome, value = pickle.loads(answer)  # noqa: S301
        except Exception:
            return "failed", self._reason(late, cpu_seconds, memory_mb)
        finally:
            timer.cancel()
        return ("failed", _memory(memory_mb)) if outcome == "memory" else (outcome, value)

    def is_fit(self, outcome: str) -> bool:
        """Tell whether it can take another call."""
        return outcome in ("value", "error") and self._calls < CALLS and self._process.poll() is None

    def end(self) -> None:
        """Kill the process and close its pipes; may be called twice, from any thread."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _reason(self, late: threading.Event, cpu_seconds: int, memory_mb: int) -> str:
        if late.is_set():
            return f"reading the document took more than {WALL * cpu_seconds} s: {GIVEN_UP}"
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        code = self._process.poll()
        if code == -signal.SIGXCPU:
            return f"reading the document took more than {cpu_seconds} s of CPU: {GIVEN_UP}"
        if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):  # what libraries in C and Rust do without memory
            return f"{_memory(memory_mb)} (or broke its reader, signal {-code})"
        if code is None:
            return "the child that read the document answered nonsense: it was replaced"
        return f"the child that read the document ended without an answer (code {code}): it was replaced"


def _memory(memory_mb: int) -> str:
    return f"reading the document took more than {memory_mb} MB of memory: {GIVEN_UP}"


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(LENGTH, "big"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    head = pipe.read(LENGTH)
    size = int.from_bytes(head, "big")
    if len(head) < LENGTH or size > LARGEST:
        raise EOFError
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def serve() -> None:
    """Answer calls from standard input until it ends, as a child does; prints nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children itself
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Whatever a library prints must not come between the answers.
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _send(answers, _answer(_receive(jobs)))
    os._exit(0)  # without the farewells of libraries, which may hang on what a document broke


def _answer(job: bytes) -> bytes:
    try:
        # Only our own parent writes to this pipe.
        cpu_seconds, memory_mb, size = pickle.loads(job)  # noqa: S301
        name, args, kwargs = pickle.loads(job[-size:])  # noqa: S301
        function = _named(name)
        _limit(cpu_seconds, memory_mb)
        return pickle.dumps(("value", function(*args, **kwargs)))
    except MemoryError:
        _lift()
        return pickle.dumps(("memory", None))
    except AnyamError as error:
        return pickle.dumps(("error", error))
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        return pickle.dumps(("failed", f"the document could not be read: {type(error).__name__}: {reason}"))


def _named(name: str) -> Callable[..., object]:
    module, _, path = name.partition(":")
    found: object = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return cast(Callable[..., object], found)


def _limit(cpu_seconds: int, memory_mb: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + cpu_seconds)
    size = _size()
    if size is not None:
        _set(resource.RLIMIT_AS, size + memory_mb * 1024 * 1024)


def _lift() -> None:
    _set(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])


def _set(which: int, soft: int) -> None:
    # Some platforms have no such limit or refuse it; the clock still ends the call there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (soft, resource.getrlimit(which)[1]))


def _size() -> int | None:
    try:
        with open("/proc/self/statm", encoding="ascii") as figures:
            return int(figures.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):  # macOS has no /proc, and does not enforce RLIMIT_AS
        return None


if __name__ == "__main__":
    serve()
