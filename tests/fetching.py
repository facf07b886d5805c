"""How the tests of fetching fetch: only loopback servers, with names of their own. They judge nothing."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import hostile
from hostile import Server

from aggregator.fetch.client import Client
from aggregator.fetch.rules import FetchRules
from aggregator.values import Document, Request

AGENT = "Anyam/0.1 (+https://example.org/bot)"
NAMES = {
    "news.test": ["127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "mixed.test": ["10.0.0.1", "127.0.0.1", "169.254.169.254", "fd00::1"],
    "inside.test": ["10.0.0.1", "fd00::1"],
    "metadata.test": ["169.254.169.254"],
    "one.test": ["93.184.215.14"],
    "two.test": ["93.184.215.15"],
    "silent.test": [],
    "mute.test": [],
    "dumb.test": [],
}
T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(main)


def rules(*servers: Server, gap: float = 2.0, proxy: str | None = None) -> FetchRules:
    allow = frozenset(("127.0.0.1", server.port) for server in servers)
    return FetchRules(allow=allow, gap=gap, proxy=proxy, user_agent=AGENT)


async def fetch(server: Server, request: Request | str) -> Document:
    """Fetch with this server alone allowed, and with names of our own."""
    request = Request(request) if isinstance(request, str) else request
    async with (
        hostile.serve_names(NAMES) as names,
        Client(rules(server), deadline=5.0, nameservers=(names,)) as client,
    ):
        return await client.get(request)
