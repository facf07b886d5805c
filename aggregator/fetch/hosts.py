"""Lets each host be asked one request at a time, with a gap between them. It judges no address and sends nothing.

A host here is whatever has a turn: a registrable domain, an IP address with its port, and within a domain each host
that asks for a gap of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

TENURE = 30.0
"""Seconds after which a process that has more to ask of a host lets others in between."""
COURTESY = 1.0
"""Seconds that others then get to come first: longer than they take to look."""


class Others(Protocol):
    """What keeps our turns apart from those of other processes."""

    async def take(self, host: str) -> None:
        """Wait until no other process asks a host, nor has within its gap."""

    async def give_back(self, rests: Mapping[str, float]) -> None:
        """Let others ask hosts, each after so many seconds."""


@dataclass(slots=True)
class _Place:
    """Where the requests to one host queue: how many stand there, and when the next may start (loop time)."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    standing: int = 0
    free_at: float = 0.0
    taken_at: float | None = None
    """Since when other processes are kept away, None where they are not."""


class Hosts:
    """The turns of all hosts; no host waits for another."""

    def __init__(self, gap: float) -> None:
        """Take the gap in seconds, from the end of one request to the start of the next."""
        self._gap = gap
        self._longer: dict[str, float] = {}
        self._places: dict[str, _Place] = {}
        self._others: Others | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def by(self, gap: float) -> "Hosts":
        """Give the same turns by another gap, for the requests to come."""
        other = Hosts(gap)
        other._longer, other._places, other._others = self._longer, self._places, self._others
        return other

    def keep_apart(self, others: Others) -> None:
        """Keep the turns apart from those of other processes from now on, unless that is done already."""
        self._others = self._others or others

    async def leave(self) -> None:
        """Let other processes ask all hosts, after what is left of each one's gap: we ask no more."""
        now = asyncio.get_running_loop().time()
        held = {host: place for host, place in self._places.items() if place.taken_at is not None}
        for place in held.values():
            place.taken_at = None
        if self._others is not None and held:
            await self._others.give_back({host: max(place.free_at - now, 0.0) for host, place in held.items()})

    def __len__(self) -> int:
        """Count the hosts that are remembered."""
        return len(self._places)

    def slow_down(self, host: str, gap: float) -> None:
        """Keep at least this gap at a host, in seconds, as its site asks; 0 ends it."""
        self._longer.pop(host, None)
        if gap > 0:
            self._longer[host] = gap

    def gap(self, host: str, *, inside: bool = False) -> float:
        """Give the gap at a host, in seconds; `inside`: `fetch.allow` names it, so only its own word counts."""
        return max(0.0 if inside else self._gap, self._longer.get(host, 0.0))

    def rest(self, host: str, *, ago: float, of: str = "") -> None:
        """Keep what is left of the gaps at a host whose last request, of any process, ended so many seconds ago."""
        self._rest(of or host, self._gap - ago)
        if host in self._longer:
            self._rest(_own(host), self._longer[host] - ago)

    def _rest(self, host: str, seconds: float) -> None:
        if seconds <= 0:
            return
        loop = asyncio.get_running_loop()
        place = self._places.setdefault(host, _Place())
        place.free_at = max(place.free_at, loop.time() + seconds)
        if not place.standing:
            loop.call_at(place.free_at, self._forget, host, place, place.free_at)

    @asynccontextmanager
    async def turn(self, host: str, *, of: str = "", inside: bool = False) -> AsyncIterator[None]:
        """Wait until a host may be asked, first come, first served, and hold its turn for the body of the `with`.

        `of`: the domain whose hosts share a turn. A host of it that asks for a longer gap keeps others of its domain
        waiting for its requests alone, and not while its own gap goes by.
        """
        loop = asyncio.get_running_loop()
        while True:
            is_slow = host in self._longer
            async with AsyncExitStack() as stack:
                own = await stack.enter_async_context(self._standing(_own(host))) if is_slow else None
                shared = await stack.enter_async_context(self._standing(of or host))
                if own.free_at > loop.time() if own is not None else host in self._longer:
                    continue  # it was learnt while we stood in line
                try:
                    yield
                finally:
                    shared.free_at = loop.time() + (0.0 if inside else self._gap)
                    if own is not None:
                        own.free_at = loop.time() + self._longer.get(host, 0.0)
                return

    @asynccontextmanager
    async def _standing(self, host: str) -> AsyncIterator[_Place]:
        """Stand in line at a host until its turn is ours, and hold it for the body of the `with`."""
        loop = asyncio.get_running_loop()
        place = self._places.setdefault(host, _Place())
        place.standing += 1
        try:
            async with place.lock:
                await self._take(host, place)
                while (wait := place.free_at - loop.time()) > 0:  # a longer rest may be told of meanwhile
                    await asyncio.sleep(wait)
                yield place
        finally:
            place.standing -= 1
            if not place.standing:
                loop.call_at(place.free_at, self._forget, host, place, place.free_at)

    async def _take(self, host: str, place: _Place) -> None:
        """Keep other processes away, letting them in between where we have asked the host for long."""
        if self._others is None:
            return
        now = asyncio.get_running_loop().time()
        if place.taken_at is not None:
            if now - place.taken_at < TENURE:
                return
            place.taken_at = None
            rest = max(place.free_at - now, 0.001)
            await self._others.give_back({host: rest})
            await asyncio.sleep(rest + COURTESY)
        await self._others.take(host)
        place.taken_at = asyncio.get_running_loop().time()

    def _forget(self, host: str, place: _Place, free_at: float) -> None:
        """Drop a host that nobody has asked since, so that years of hosts do not pile up."""
        if place.standing or place.free_at != free_at or self._places.get(host) is not place:
            return
        if place.taken_at is None or self._others is None:
            del self._places[host]
            return
        leaving = asyncio.ensure_future(self._let_in(host, place, self._others))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _let_in(self, host: str, place: _Place, others: Others) -> None:
        """Let other processes ask a host that we ask no more; who of ours comes meanwhile stands in line again."""
        async with place.lock:
            if place.standing or place.taken_at is None:
                return
            place.taken_at = None
            await others.give_back({host: 0.0})
        if not place.standing and self._places.get(host) is place:
            del self._places[host]


def _own(host: str) -> str:
    """Name the turn of a host alone: another one than that of the domain, which may be called like it."""
    return f"{host}/"
