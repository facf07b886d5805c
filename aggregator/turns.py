"""Keeps this process's turns at hosts apart from those of all others on the store. It asks no host."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta

from . import clock
from .errors import Busy
from .store import Store
from .store import turns as stored

logger = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds to wait for a host that another process asks: much longer than `fetch.hosts.TENURE`."""
TOLD = 5.0
"""Seconds of waiting after which it is told."""
LOOK = 0.5
"""Seconds between looks whether another process has given a host back."""
RENEWAL = 5.0
"""Seconds between renewals of the turns that are held."""
AGAIN = timedelta(minutes=1)
"""When a Source is tried again that was not let in."""


class Turns:
    """The turns that one process holds, by a token of its own; for one event loop."""

    def __init__(self, store: Store) -> None:
        self._store, self._token = store, str(uuid.uuid4())
        self._held: set[str] = set()
        self._keeper: asyncio.Task[None] | None = None

    async def take(self, host: str) -> None:
        """Wait until no other process asks a host, nor has within its gap; raises Busy after PATIENCE."""
        loop = asyncio.get_running_loop()
        start, is_told = loop.time(), False
        name = host.removesuffix("/")  # the turn of a host alone
        while (left := await asyncio.to_thread(self._take, host)) is not None:
            seconds, is_asked = left
            waited = loop.time() - start
            if waited > PATIENCE:
                words = f"another process asks {name} just now, for {PATIENCE:.0f} s and more; try again in a minute"
                raise Busy(words, until=clock.now() + AGAIN)
            if waited > TOLD and is_asked and not is_told:
                is_told = True
                logger.warning("another process asks %s just now: waiting for it, for %g s at most", name, PATIENCE)
            await asyncio.sleep(min(seconds, LOOK if is_asked else PATIENCE))
        self._held.add(host)
        if self._keeper is None:
            self._keeper = asyncio.ensure_future(self._keep())

    async def give_back(self, rests: Mapping[str, float]) -> None:
        """Give hosts back, each with the seconds for which nobody may ask it yet. Never raises."""
        self._held -= set(rests)
        if not self._held and self._keeper is not None:
            self._keeper.cancel()
            self._keeper = None
        await asyncio.shield(asyncio.to_thread(self._give_back, dict(rests)))

    def _take(self, host: str) -> tuple[float, bool] | None:
        with self._store.write() as connection:
            return stored.take(self._store, connection, host, self._token)

    def _give_back(self, rests: Mapping[str, float]) -> None:
        try:
            with self._store.write() as connection:
                stored.give_back(self._store, connection, rests, self._token)
                stored.clear(self._store, connection)
        except Exception:
            logger.warning("the turns at %d hosts could not be given back; they end by themselves", len(rests))

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL)
            await asyncio.to_thread(self._renew, set(self._held))

    def _renew(self, hosts: set[str]) -> None:
        try:
            with self._store.write() as connection:
                stored.renew(self._store, connection, hosts, self._token)
        except Exception:
            logger.warning("the turns at %d hosts could not be renewed; it is tried again", len(hosts), exc_info=True)
