"""Fetches one address within all bounds: guard, turn, redirects, deadline, size. It neither parses nor stores."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

from ..errors import RefusedAddress
from ..values import Document, Request
from . import answer, guard
from .decode import MAX_BYTES, Decoder, too_large
from .dial import Dialler
from .failures import EXPECTED, explain
from .headers import write_headers
from .hosts import Hosts
from .journey import REDIRECTS, Journey
from .rules import FetchRules
from .target import PORTS, Target

# Seconds for one document over all its hops: DNS, connecting, slow headers, slow body. Waiting for a turn is not in it.
DEADLINE: Final = 30.0

# aiohttp takes header lines of 8,190 bytes; news hosts send Content-Security-Policy headers beyond that.
MAX_HEADER_BYTES: Final = 32 * 1024
MAX_HEADERS: Final = 128


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one hop brought."""

    status: int
    headers: dict[str, str]
    location: str | None
    body: bytes


class _Watch:
    """The seconds that are left of a deadline; it runs only where `running` is entered."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run for the body of the `with`; raises TimeoutError once nothing is left."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left -= loop.time() - start


class Client:
    """The way out, an async context manager: one for a process, safe for any number of requests at once."""

    def __init__(self, rules: FetchRules, *, deadline: float = DEADLINE, nameservers: tuple[str, ...] = ()) -> None:
        """Take the rules, the total deadline in seconds, and DNS servers (address:port) other than the system's."""
        self._rules = rules
        self._allow = guard.canonical(rules.allow)
        self._allowed_ports = frozenset(port for _, port in self._allow)
        self._deadline = deadline
        self._nameservers = nameservers
        self._hosts = Hosts(rules.gap)
        self._dialler: Dialler
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Open for requests."""
        proxy = self._rules.proxy
        self._dialler = Dialler(allow=self._allow, by_proxy=proxy is not None, nameservers=self._nameservers)
        if proxy is not None and (url := URL(proxy)).host:
            self._dialler.trust_proxy(url.host, url.port or PORTS["http"])
        # A connection a request: between two polls no host keeps one open, the guard sees every dial, and no request
        # meets a connection that has just been closed. No limit: 100 slow hosts would hold up all others (the default).
        connector = aiohttp.TCPConnector(
            resolver=self._dialler, socket_factory=self._dialler.open_socket, force_close=True, limit=0
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            proxy=proxy,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            max_headers=MAX_HEADERS,
            middlewares=(self._once,),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        await self._session.close()
        await self._dialler.close()

    async def get(self, request: Request) -> Document:
        """Fetch one address, waiting for the host's turn, and following at most five redirects.

        The Document's status is 200, or 304 with an empty body where the request held validators. Raises
        RefusedAddress where the guard refuses, Gone for 410, and FetchError for anything else, each one line.
        """
        journey = Journey.start(request.url)
        watch = _Watch(self._deadline)
        while True:
            reply = await self._hop(journey, request, watch)
            if reply.status not in REDIRECTS:
                break
            journey = journey.redirected(reply.status, reply.location)
        asked = bool(request.etag or request.last_modified)
        if reply.status == 200 or (reply.status == 304 and asked):
            return Document(journey.at.url, reply.status, reply.headers, reply.body, journey.moved_to)
        raise answer.failure(journey.at.host, reply.status, reply.headers, for_good=journey.permanent)

    async def _hop(self, journey: Journey, request: Request, watch: _Watch) -> _Answer:
        """Ask one address, as what it may be trusted with, in its host's turn."""
        target = journey.at
        headers = write_headers(request, user_agent=self._rules.user_agent, trusted=journey.trusted)
        self._refuse_literal(target)
        try:
            async with watch.running():
                turn = await self._turn(target)
            async with turn, watch.running():
                if self._rules.proxy is not None and target.address is None:
                    await self._dialler.check(target.host, target.port)
                return await self._ask(target, headers)
        except EXPECTED as error:
            raise explain(error, host=target.host, deadline=self._deadline) from error

    async def _turn(self, target: Target) -> AbstractAsyncContextManager[None]:
        """Give the turn to wait for: none at an allowed address, which a name may stand for too."""
        if target.port not in self._allowed_ports:
            return self._hosts.turn(target.host)
        if target.address is not None:
            addresses = [target.address]
        else:
            try:
                found = await self._dialler.check(target.host, target.port)
            except OSError:
                return self._hosts.turn(target.host)
            addresses = [result["host"] for result in found]
        allowed = guard.canonical((address, target.port) for address in addresses) <= self._allow
        return nullcontext() if allowed else self._hosts.turn(target.host)

    def _refuse_literal(self, target: Target) -> None:
        """Refuse an address that stands in the URL itself before anything waits for it."""
        if target.address is None:
            return
        if reason := guard.refusal(target.address, port=target.port, allow=self._allow):
            raise RefusedAddress(
                f"{guard.pair(target.address, target.port)} is refused: it is {reason}; "
                "name it in `fetch.allow` if it is yours"
            )

    async def _ask(self, target: Target, headers: dict[str, str]) -> _Answer:
        """Send one request and read its answer; the body only where it will be used."""
        url = URL(target.url, encoded=True)
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            found = answer.read_headers(response.raw_headers)
            body = await _read_body(response, found) if response.status == 200 else b""
            return _Answer(response.status, found, response.headers.get("Location"), body)

    async def _once(self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Send a request once: aiohttp would ask again at once where a host hangs up, within the gap we promise."""
        try:
            return await send(request)
        except aiohttp.ClientError as error:
            raise explain(error, host=request.url.raw_host or "", deadline=self._deadline) from error


async def _read_body(response: aiohttp.ClientResponse, headers: dict[str, str]) -> bytes:
    """Read a body within the bounds; raises BadBody, and lets aiohttp's errors through."""
    if response.content_length is not None and response.content_length > MAX_BYTES:
        raise too_large(MAX_BYTES)
    decoder = Decoder(headers.get("content-encoding", ""))
    async for chunk in response.content.iter_any():
        decoder.feed(chunk)
    return decoder.finish()
