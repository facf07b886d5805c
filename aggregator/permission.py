"""Asks a site's robots.txt before its pages are asked for. It judges no page and reads no rule itself."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakValueDictionary

from . import clock, robots
from .bounded import Bounded
from .errors import FetchError, ParseError, RefusedAddress, Unreached, Waiting
from .fetch.client import Client
from .hosts import host_of
from .store import Store, hosts
from .store import robots as kept
from .store.robots import Held
from .values import Request

FRESH: Final = timedelta(hours=24)
"""How long a robots.txt counts (RFC 9309, section 2.4)."""
AGAIN: Final = timedelta(hours=1)
"""How soon one is asked for again that could not be had."""
STALE: Final = timedelta(days=30)
"""How long an old one stands in for one that cannot be had (RFC 9309, sections 2.3.1.4 and 2.4)."""

MOST_HELD: Final = 100
"""Sites whose rules stay in memory, of 64 KB each at most; the store holds the others."""
MOST_STORED: Final = 6 * 1024
"""Letters of a site's rules up to which the store holds them: who leads us to ever new sites must not fill it."""
FORGOTTEN: Final = timedelta(days=90)
"""How long it is told of a host that it was asked, where no Source lives in its domain."""


class Disallowed(FetchError):
    """The site's robots.txt does not let us ask for the address."""


class Closed(Disallowed):
    """The site's robots.txt cannot be had, which means the same, until it can."""


class Permission:
    """The robots.txt of every site, each asked for once a day; without a store they are forgotten at the end."""

    def __init__(self, client: Client, bounded: Bounded, store: Store | None) -> None:
        self._client, self._bounded, self._store = client, bounded, store
        self._held: dict[str, Held] = {}
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ask(self, url: str, *, inside: bool = True) -> None:
        """Raise Disallowed where one address may not be asked for, and Waiting where its host is to be left alone."""
        (refusal,) = await self.judge([url], inside=inside)
        if refusal is not None:
            raise refusal

    async def judge(self, urls: Sequence[str], *, inside: bool) -> list[FetchError | None]:
        """Say of each address why it may not be asked for, None where it may. `inside`: as in Request."""
        refusals: dict[str, FetchError | None] = {}
        for origin, some in _by_origin(urls).items():
            refusals |= zip(some, await self._judge(origin, some, inside=inside), strict=True)
        return [refusals[url] for url in urls]

    async def forbidden(self, urls: Sequence[str]) -> tuple[str, ...]:
        """Say of each site how many of these articles its robots.txt forbids, by what is known of it; asks nobody."""
        said = []
        for origin, some in _by_origin(urls).items():
            held = self._held.get(origin) or await asyncio.to_thread(self._stored, origin)
            if held is None or held.verdict != "rules":
                continue
            with suppress(ParseError):  # each article says it
                rules: robots.Rules = await self._bounded.run(robots.read, held.body, tuple(some))
                if count := rules.allowed.count(False):
                    said.append(
                        f"{host_of(origin)}: its robots.txt does not let us ask for {count} of {len(some)} articles, "
                        "of which the list's own words are kept; ask its keeper, or say full_text: false"
                    )
        return tuple(said)

    def closed(self) -> dict[str, datetime]:
        """Give the sites whose robots.txt could not be had when it was last asked for, and when that was."""
        if self._store is None:
            return {}
        with self._store.read() as connection:
            return kept.closed(connection)

    async def _judge(self, origin: str, urls: Sequence[str], *, inside: bool) -> list[FetchError | None]:
        async with self._asking.setdefault(origin, asyncio.Lock()):
            try:
                held = await self._known(origin, inside=inside)
            except (Waiting, RefusedAddress, Unreached) as error:
                return [error for _ in urls]
        host = host_of(origin)
        if held.verdict == "closed":
            words = f"{host}: its robots.txt cannot be had, which means no until it can ({held.body})"
            return [Closed(words) for _ in urls]
        rules = robots.Rules(tuple(True for _ in urls))
        if held.verdict == "rules":
            try:
                rules = await self._bounded.run(robots.read, held.body, tuple(urls))
            except ParseError as error:
                # Not read again for each address: it may have taken all that a child may take.
                now = clock.now()
                await self._hold(origin, Held("closed", str(error), now, now + FRESH))
                return [Closed(f"{host}: its robots.txt cannot be read, which means no: {error}") for _ in urls]
        self._client.slow_down(host, rules.delay)
        return [None if allowed else _forbidden(host, url) for url, allowed in zip(urls, rules.allowed, strict=True)]

    async def _known(self, origin: str, *, inside: bool) -> Held:
        now = clock.now()
        held = self._held.get(origin) or await asyncio.to_thread(self._stored, origin)
        if held is None or held.expires_at <= now:
            fetched = await self._fetched(origin, inside=inside)
            if fetched.verdict == "closed" and held and held.verdict != "closed" and now - held.fetched_at < STALE:
                fetched = replace(held, expires_at=now + AGAIN)
            held = fetched
            await self._hold(origin, held)
        return held

    async def _hold(self, origin: str, held: Held) -> None:
        await asyncio.to_thread(self._keep, origin, held)
        self._held.pop(origin, None)
        self._held[origin] = held
        while len(self._held) > MOST_HELD:
            del self._held[next(iter(self._held))]

    async def _fetched(self, origin: str, *, inside: bool) -> Held:
        now, status, body = clock.now(), None, ""
        try:
            document = await self._client.get(Request(f"{origin}/robots.txt", inside=inside))
            status, body = document.status, document.body[: robots.LARGEST].decode("utf-8", "replace")
        except (Waiting, RefusedAddress, Unreached):  # of which nobody knows a word of the file
            raise
        except FetchError as error:
            status, body = error.status, str(error)
        verdict = robots.verdict(status)
        if verdict == "rules":
            try:
                body = await self._bounded.run(robots.ours, body)
            except ParseError as error:
                return Held("closed", str(error), now, now + FRESH)
        return Held(verdict, body.replace("\0", ""), now, now + (AGAIN if verdict == "closed" else FRESH))

    def _stored(self, origin: str) -> Held | None:
        if self._store is None:
            return None
        with self._store.read() as connection:
            return kept.get(connection, origin)

    def _keep(self, origin: str, held: Held) -> None:
        if self._store is not None:
            now = clock.now()
            with self._store.write() as connection:
                if len(held.body) <= MOST_STORED:
                    kept.put(connection, origin, held)
                # Here, since no host of an article is asked before its robots.txt: these are the rows that pile up.
                kept.clear(connection, before=now - STALE, now=now)
                hosts.clear(connection, before=now - FORGOTTEN, now=now)


def _by_origin(urls: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for url in urls:
        found.setdefault(robots.origin(url), []).append(url)
    return found


def _forbidden(host: str, url: str) -> Disallowed:
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    return Disallowed(
        f"{host}: its robots.txt does not let us ask for /{path[:80]}; ask its keeper, or look for a feed"
    )
