"""Lets each host be asked one request at a time, with a gap between them. It judges no address and sends nothing.

A host here is whatever shares one turn: a registrable domain, an IP address with its port.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Place:
    """Where the requests to one host queue: how many stand there, and when the next may start (loop time)."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    standing: int = 0
    free_at: float = 0.0


class Hosts:
    """The turns of all hosts; no host waits for another."""

    def __init__(self, gap: float) -> None:
        """Take the gap in seconds, from the end of one request to the start of the next."""
        self._gap = gap
        self._longer: dict[str, dict[str, float]] = {}
        self._places: dict[str, _Place] = {}

    def by(self, gap: float) -> "Hosts":
        """Give the same turns by another gap, for the requests to come."""
        other = Hosts(gap)
        other._longer, other._places = self._longer, self._places
        return other

    def __len__(self) -> int:
        """Count the hosts that are remembered."""
        return len(self._places)

    def slow_down(self, host: str, gap: float, *, site: str) -> None:
        """Keep at least this gap at a host, in seconds, as one of the sites there asks; 0 ends what that site asked."""
        wishes = {name: wish for name, wish in self._longer.pop(host, {}).items() if name != site}
        if gap > 0:
            wishes[site] = gap
        if wishes:
            self._longer[host] = wishes

    def gap(self, host: str, *, inside: bool = False) -> float:
        """Give the gap at a host, in seconds; `inside`: `fetch.allow` names it, so only its own word counts."""
        return max([0.0 if inside else self._gap, *self._longer.get(host, {}).values()])

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for some seconds from now: another process, or one before us, has just asked it."""
        loop = asyncio.get_running_loop()
        place = self._places.setdefault(host, _Place())
        place.free_at = max(place.free_at, loop.time() + seconds)
        if not place.standing:
            loop.call_at(place.free_at, self._forget, host, place, place.free_at)

    @asynccontextmanager
    async def turn(self, host: str, *, inside: bool = False) -> AsyncIterator[None]:
        """Wait until a host may be asked, first come, first served, and hold its turn for the body of the `with`."""
        loop = asyncio.get_running_loop()
        place = self._places.setdefault(host, _Place())
        place.standing += 1
        try:
            async with place.lock:
                while (wait := place.free_at - loop.time()) > 0:  # a longer rest may be told of meanwhile
                    await asyncio.sleep(wait)
                try:
                    yield
                finally:
                    place.free_at = loop.time() + self.gap(host, inside=inside)
        finally:
            place.standing -= 1
            if not place.standing:
                loop.call_at(place.free_at, self._forget, host, place, place.free_at)

    def _forget(self, host: str, place: _Place, free_at: float) -> None:
        """Drop a host that nobody has asked since, so that years of hosts do not pile up."""
        if not place.standing and place.free_at == free_at and self._places.get(host) is place:
            del self._places[host]
