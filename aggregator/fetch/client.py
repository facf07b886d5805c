"""Fetches one address within all bounds: guard, turn, redirects, deadline, size. It neither parses nor stores."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Protocol, Self

import aiohttp
from yarl import URL

from .. import clock
from ..errors import FetchError, RefusedAddress, Waiting
from ..hosts import domain_of, host_of
from ..values import Document, Reason, Request
from . import answer, guard
from .decode import MAX_BYTES, BadBody, Decoder, too_large
from .dial import Dialler, RefusedDial, Way
from .failures import EXPECTED, explain, unnamed
from .headers import write_headers
from .hosts import Hosts, Others
from .journey import KEEPING, REDIRECTS, Journey
from .ledger import Ledger
from .rules import FetchRules
from .target import PORTS, Target, shown

# Seconds for one document over all its hops: DNS, connecting, slow headers, slow body. Waiting for a turn is not in it.
DEADLINE: Final = 30.0

# Seconds that all others leave a host alone for what it told a Source elsewhere, which may have picked what to ask for.
# Whoever of them it means as well is told so itself, at the one request that it then gets.
LED: Final = 300.0

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


class Permit(Protocol):
    """Raises an error where an address may not be asked for, as robots.txt would have it; `inside` as in Request."""

    async def __call__(self, url: str, *, inside: bool = ...) -> None: ...


class Client:
    """The way out, an async context manager: one for a process, safe for any number of requests at once."""

    def __init__(
        self,
        rules: FetchRules,
        *,
        after: "Client | None" = None,
        deadline: float = DEADLINE,
        nameservers: tuple[str, ...] = (),
    ) -> None:
        """Take the rules, the total deadline in seconds, and DNS servers (address:port) other than the system's.

        `after`: the client of former rules, whose hosts' turns and waits go on.
        """
        self._rules = rules
        self._allow = guard.canonical(rules.allow)
        self._allowed_ports = frozenset(port for _, port in self._allow)
        self._deadline = deadline
        self._nameservers = nameservers
        self._hosts: Hosts = after._hosts.by(rules.gap) if after else Hosts(rules.gap)
        self.ledger: Ledger = after.ledger if after else Ledger()
        self.heard: Callable[[], None] | None = None
        """Called, in a thread, as soon as a host has asked to be left alone."""
        self._lately: dict[str, datetime] = after._lately if after else {}
        self._dialler: Dialler
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Open for requests."""
        proxy = self._rules.proxy
        self._dialler = Dialler(by_proxy=proxy is not None, nameservers=self._nameservers)
        if proxy is not None and (url := URL(proxy)).host:
            self._dialler.trust_proxy(url.host, url.port or PORTS["http"])
        # A connection a request: between two polls no host keeps one open, the guard sees every dial, and no request
        # meets a connection that has just been closed. No limit: 100 slow hosts would hold up all others (the default).
        connector = aiohttp.TCPConnector(
            resolver=self._dialler,
            socket_factory=self._dialler.open_socket,
            force_close=True,
            limit=0,
            # What one request may dial, another may not: neither takes the other's answer.
            use_dns_cache=False,
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

    async def get(self, request: Request, *, permit: Permit | None = None) -> Document:
        """Fetch one address, waiting for the host's turn, and following at most five redirects.

        The Document's status is 200, or 304 with an empty body where the request held validators. Raises
        RefusedAddress where the guard refuses, Waiting where the host asked to be left alone, Gone for 410, and
        FetchError for anything else, each one line. A host that asks to wait is left alone by all later requests; where
        another domain's Source led there, by that Source's, and by all others for LED seconds at most.
        `permit` is asked before each redirect is followed.
        """
        journey, reply, way = await self._travel(request, REDIRECTS, permit=permit)
        asked = bool(request.etag or request.last_modified)
        if reply.status == 200 or (reply.status == 304 and asked):
            return Document(
                journey.at.url, reply.status, reply.headers, reply.body, journey.moved_to, inside=way.was_inside
            )
        raise await self._failure(request, journey, reply)

    async def post(self, request: Request, form: Mapping[str, str]) -> int:
        """Send a form to one address, and again wherever 307 and 308 lead; give the status, 200 to 299.

        Of the answer's body nothing is read. Raises what `get` raises.
        """
        journey, reply, _ = await self._travel(request, KEEPING, form)
        if 200 <= reply.status < 300:
            return reply.status
        raise await self._failure(request, journey, reply)

    async def _travel(
        self,
        request: Request,
        redirects: frozenset[int],
        form: Mapping[str, str] | None = None,
        permit: Permit | None = None,
    ) -> tuple[Journey, _Answer, Way]:
        """Ask one address and those that it leads to, until one answers with anything but these redirects."""
        journey = Journey.start(request.url, home=request.home)
        watch = _Watch(self._deadline)
        way = Way(self._allow if request.inside else frozenset())
        while True:
            self._dialler.take(way)
            reply = await self._hop(journey, request, watch, way, form)
            if reply.status not in redirects:
                return journey, reply, way
            journey = journey.redirected(reply.status, reply.location)
            # A host outside has no business with addresses that only `fetch.allow` opens.
            way = Way(self._allow if way.was_inside else frozenset())
            if permit is not None:
                await permit(journey.at.url, inside=bool(way.allow))

    async def _failure(self, request: Request, journey: Journey, reply: _Answer) -> FetchError:
        error = answer.failure(journey.shown, reply.status, reply.headers, for_good=journey.permanent)
        error.place = journey.at.place
        if error.retry_after is not None:
            seconds, guest = error.retry_after, _guest(request)
            if guest != domain_of(journey.at.place):
                now = clock.now()
                self.ledger.wait_as_guest(guest, journey.at.place, now + timedelta(seconds=seconds), told=now)
                seconds = min(seconds, LED)
            self.leave_alone(journey.at.place, seconds, reply.status)
            if self.heard is not None:
                await asyncio.to_thread(self.heard)
        return error

    def keep_apart(self, others: Others) -> None:
        """Ask no host at the same time as other processes do."""
        self._hosts.keep_apart(others)

    async def leave(self) -> None:
        """Let other processes ask all hosts: this one is about to end."""
        await self._hosts.leave()

    def leave_alone(self, host: str, seconds: float, status: int) -> None:
        """Ask nothing more of a host (as `hosts.host_of` names it) for some seconds, since it answered `status`."""
        now = clock.now()
        self.ledger.wait(host, now + timedelta(seconds=seconds), Reason("answered", status), told=now)

    def slow_down(self, host: str, gap: float) -> None:
        """Keep at least a gap, in seconds, between requests to a host, as its robots.txt asks; 0 ends it."""
        self._hosts.slow_down(host, gap)
        self._rest(host)

    def remember(self, asked: Iterable[tuple[str, datetime]], *, since: datetime) -> None:
        """Keep the gap after requests that another process made, given as (host, time), and forget those before."""
        ours = {host: at for host, at in self._lately.items() if at >= since}
        self._lately = ours | {host: max(at, ours.get(host, at)) for host, at in asked}
        for host in self._lately:
            self._rest(host)

    def _rest(self, host: str) -> None:
        """Keep what is left of the gaps since a host was asked."""
        if host in self._lately:
            ago = (clock.now() - self._lately[host]).total_seconds()
            self._hosts.rest(host, ago=max(ago, 0.0), of=domain_of(host))

    async def _hop(
        self, journey: Journey, request: Request, watch: _Watch, way: Way, form: Mapping[str, str] | None
    ) -> _Answer:
        """Ask one address, as what it may be trusted with, in its host's turn."""
        target = journey.at
        headers = write_headers(request, user_agent=self._rules.user_agent, trusted=journey.trusted)
        _refuse_literal(journey, way)
        self._refuse_waiting(target, request)
        try:
            async with watch.running():
                turn = await self._turn(target, way)
            async with turn, watch.running():
                self._refuse_waiting(target, request)  # which others may have been told while we stood in line
                if self._rules.proxy is not None:
                    await self._judge_for_proxy(target, way, where=journey.shown)
                return await self._ask(target, headers, form)
        except EXPECTED as error:
            raise explain(error, host=target.host, where=journey.shown, deadline=self._deadline) from error

    async def _turn(self, target: Target, way: Way) -> AbstractAsyncContextManager[None]:
        """Give the turn to wait for: at an allowed address, which a name may stand for too, only if its host asks."""
        domain = domain_of(target.place)
        inside = await self._is_inside(target, way)
        if inside and not self._hosts.gap(target.place, inside=True):
            return nullcontext()
        return self._hosts.turn(target.place, of=domain, inside=inside)

    async def _is_inside(self, target: Target, way: Way) -> bool:
        if target.port not in self._allowed_ports:
            return False
        if target.address is not None:
            addresses = [target.address]
        else:
            try:
                found = await self._dialler.check(target.host, target.port)
            except OSError:
                return False
            addresses = [result["host"] for result in found]
        return guard.canonical((address, target.port) for address in addresses) <= way.allow

    async def _judge_for_proxy(self, target: Target, way: Way, *, where: str) -> None:
        """Judge what the proxy is about to dial for us, since we shall not."""
        if target.address is not None:
            way.dialled.add((target.address, target.port))
            return
        try:
            found = await self._dialler.check(target.host, target.port)
        except (RefusedDial, TimeoutError):
            raise
        except OSError as error:
            raise unnamed(target.host, where=where) from error
        way.dialled.update((result["host"], target.port) for result in found)

    def _refuse_waiting(self, target: Target, request: Request) -> None:
        """Refuse a host that asked to be left alone."""
        until = self.ledger.until(target.place, now=clock.now(), guest=_guest(request))
        if until is not None:
            words = f"{target.host} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC; ask nothing of it before"
            raise Waiting(words, until=until)

    async def _ask(self, target: Target, headers: dict[str, str], form: Mapping[str, str] | None) -> _Answer:
        """Send one request, with a form if there is one, and read its answer; the body only where it will be used."""
        url = URL(target.url, encoded=True)
        status = None
        try:
            method = "GET" if form is None else "POST"
            async with self._session.request(
                method, url, headers=headers, data=form, allow_redirects=False
            ) as response:
                found = answer.read_headers(response.raw_headers)
                body = await _read_body(response, found) if response.status == 200 and form is None else b""
                status = response.status
                return _Answer(status, found, response.headers.get("Location"), body)
        finally:
            self.ledger.asked(target.place, status)
            # The robots.txt just read may ask for a longer gap than the turn has kept after it.
            self._lately[target.place] = clock.now()

    async def _once(self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Send a request once: aiohttp would ask again at once where a host hangs up, within the gap we promise."""
        try:
            return await send(request)
        except aiohttp.ClientError as error:
            raise explain(
                error, host=request.url.raw_host or "", where=shown(str(request.url)), deadline=self._deadline
            ) from error


def _guest(request: Request) -> str:
    """Give the domain of the Source for which something is asked."""
    return domain_of(host_of(request.url if request.source is None else request.source))


def _refuse_literal(journey: Journey, way: Way) -> None:
    """Refuse an address that stands in the URL itself before anything waits for it."""
    target = journey.at
    if target.address is None:
        return
    if reason := guard.refusal(target.address, port=target.port, allow=way.allow):
        raise RefusedAddress(
            f"{journey.shown} is refused: {guard.pair(target.address, target.port)} is {reason}; "
            "name it in `fetch.allow` if it is yours"
        )


async def _read_body(response: aiohttp.ClientResponse, headers: dict[str, str]) -> bytes:
    """Read a body within the bounds; raises BadBody, and lets aiohttp's errors through."""
    if response.content_length is not None and response.content_length > MAX_BYTES:
        raise too_large(MAX_BYTES)
    decoder = Decoder(headers.get("content-encoding", ""))
    try:
        async for chunk in response.content.iter_any():
            decoder.feed(chunk)
        return decoder.finish()
    except BadBody as error:
        error.read = decoder.size
        raise
