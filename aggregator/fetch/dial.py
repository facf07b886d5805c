"""Puts the address guard where aiohttp resolves and dials. It knows no URL, no redirect and no answer."""

import errno
import socket
from contextvars import ContextVar
from dataclasses import dataclass, field

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import AsyncResolver

from .guard import pair, refusal, unmapped


class RefusedDial(PermissionError):
    """The guard refused an address; an OSError, so that aiohttp carries it out like any failed dial."""

    def __init__(self, words: str) -> None:
        super().__init__(errno.EACCES, words)


@dataclass(frozen=True, slots=True)
class Way:
    """What one request may dial, and what it dialled: (IP address, port) pairs in canonical form."""

    allow: frozenset[tuple[str, int]] = frozenset()
    dialled: set[tuple[str, int]] = field(default_factory=set)

    @property
    def was_inside(self) -> bool:
        """Tell whether all that was dialled is an address of `fetch.allow`."""
        return bool(self.dialled) and self.dialled <= self.allow


# aiohttp's resolver and socket factory hear nothing of the request that they serve; its tasks inherit this.
_way: ContextVar[Way] = ContextVar("way")


class Dialler(AbstractResolver):
    """The one way to an address: a resolver that drops what is refused, and a socket factory that checks again.

    With a proxy, only the proxy is ever dialled, and its own address is exempt; targets are then judged by `check`.
    """

    def __init__(self, *, by_proxy: bool, nameservers: tuple[str, ...] = ()) -> None:
        """Open the resolver; to be made within a running event loop."""
        self._by_proxy = by_proxy
        self._proxies: set[tuple[str, int]] = set()
        # c-ares asks over its own sockets: with getaddrinfo, a few names that never answer would fill asyncio's
        # thread pool (at most 32) and hold up every other host.
        self._names = AsyncResolver(nameservers=list(nameservers)) if nameservers else AsyncResolver()

    def take(self, way: Way) -> None:
        """Say what the requests of the present task may dial, from now on."""
        _way.set(way)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Resolve what aiohttp is about to dial; raises RefusedDial where no address of the name may be."""
        if not self._by_proxy:
            return await self.check(host, port, family)
        found = await self._names.resolve(host, port, family)
        self._proxies.update((result["host"], result["port"]) for result in found)
        return found

    async def check(self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Resolve a target's name and keep the addresses that may be dialled; raises OSError, RefusedDial if none."""
        found = await self._names.resolve(host, port, family)
        refused = {result["host"]: refusal(result["host"], port=port, allow=_way.get().allow) for result in found}
        kept = [result for result in found if refused[result["host"]] is None]
        for result in kept:
            result["host"] = str(unmapped(result["host"]))
        if not kept:
            address, reason = next(iter(refused.items()))
            raise RefusedDial(f"{pair(address, port)} is {reason}")
        return kept

    def trust_proxy(self, address: str, port: int) -> None:
        """Exempt a proxy that is given by its IP address, for which aiohttp asks no resolver."""
        self._proxies.add((address, port))

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """Open a socket for the address and port that is really dialled; raises RefusedDial where it may not be."""
        family, kind, protocol, _, (address, port, *_) = info
        if self._by_proxy:
            if (address, port) not in self._proxies:
                raise RefusedDial(f"{address} is not the proxy")
            return socket.socket(family=family, type=kind, proto=protocol)
        way = _way.get()
        if reason := refusal(str(address), port=int(port), allow=way.allow):
            raise RefusedDial(f"{pair(str(address), int(port))} is {reason}")
        way.dialled.add((str(unmapped(str(address))), int(port)))
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        """Let go of the resolver."""
        await self._names.close()
