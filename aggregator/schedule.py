"""The clock of one process: claims due Sources, has them polled side by side, has Stories made. It decides nothing."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from . import __version__, clock, pipeline
from .bounded import Bounded
from .config import Config
from .errors import AnyamError
from .fetch.client import Client
from .fetch.rules import FetchRules
from .opening import Site
from .pipeline import Leader, Tools, Visited
from .store import log, sources, stories

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 64
"""Polls under way at once: they wait for hosts, not for us, and each holds one document of at most 16 MiB."""
TICK = 1.0
"""Seconds between looks for due Sources and for lines of the log that wait."""
PATIENCE = 8.0
"""Seconds that polls under way get when the process is asked to end; what they do not finish is due again."""


def rules(config: Config) -> FetchRules:
    """Give what feeds.yaml says about fetching, and the name that we go by."""
    contact = f" (+{config.site.contact})" if config.site.contact else ""
    return FetchRules(
        allow=config.fetch.allow,
        gap=config.fetch.gap,
        proxy=config.fetch.proxy,
        user_agent=f"Anyam/{__version__}{contact}",
    )


class Schedule:
    """Runs the way on a clock: polls in an event loop of its own thread, Stories and feeds in a second one."""

    def __init__(self, site: Site, *, on_visit: Callable[[Visited], None] = lambda visited: None) -> None:
        self.site = site
        self._on_visit = on_visit
        self._leader = Leader(holder=str(uuid.uuid4()))
        self._bounded = Bounded()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="polls", daemon=True)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._tools: Tools | None = None
        self._under_way: set[Future[None]] = set()
        self._guard = threading.Lock()

    def start(self) -> None:
        """Begin; what is due is claimed within a tick."""
        self._thread.start()
        client = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        self._tools = Tools(self.site.store, self.site.config, client, self._bounded)
        self._scheduler.add_job(self._claim, "interval", seconds=TICK, id="claim")
        self._scheduler.add_job(self._weave, "interval", seconds=TICK, id="weave")
        self._scheduler.start()

    def stop(self) -> None:
        """End: claim no more, give polls under way some seconds, and let the lease go."""
        self._scheduler.shutdown(wait=True)
        with self._guard:
            under_way = list(self._under_way)
        self._wait(under_way)
        if self._tools is not None:
            asyncio.run_coroutine_threadsafe(self._tools.client.__aexit__(None, None, None), self._loop).result(
                PATIENCE
            )
            self._resign()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._bounded.close()

    def _wait(self, under_way: list[Future[None]]) -> None:
        gathered = threading.Event()
        rest = [future for future in under_way if not future.done()]
        left = len(rest)

        def done(_: Future[None]) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                gathered.set()

        for future in rest:
            future.add_done_callback(done)
        if rest and not gathered.wait(PATIENCE):
            for future in rest:
                future.cancel()

    async def _open(self) -> Client:
        client = Client(rules(self.site.config))
        await client.__aenter__()
        return client

    def _claim(self) -> None:
        store = self.site.store
        now = clock.now()
        with self._guard:
            free = SIDE_BY_SIDE - len(self._under_way)
        with store.read() as connection:
            due = sources.next_due(connection)
        if free <= 0 or due is None or due > now:
            return
        with store.write() as connection:
            claimed = sources.claim(store, connection, now=now, limit=free)
        for one in claimed:
            future = asyncio.run_coroutine_threadsafe(self._poll(one), self._loop)
            with self._guard:
                self._under_way.add(future)
            future.add_done_callback(self._finished)

    async def _poll(self, claimed: sources.Claimed) -> None:
        if self._tools is not None:
            self._on_visit(await pipeline.poll(self._tools, claimed))

    def _finished(self, future: Future[None]) -> None:
        with self._guard:
            self._under_way.discard(future)
        if not future.cancelled() and (error := future.exception()):
            logger.error("a poll ended badly: %s", error, exc_info=error)

    def _weave(self) -> None:
        if self._tools is None:
            return
        with self.site.store.read() as connection:
            waits = log.waiting(connection) or stories.waiting(connection, now=clock.now())
        if not waits:
            return
        try:
            pipeline.weave(self._tools, self._leader)
            pipeline.publish(self._tools, self._leader)
        except log.LostLease as error:
            self._leader.engine = None
            logger.info("%s", error)
        except AnyamError as error:
            logger.error("%s", error)

    def _resign(self) -> None:
        if self._leader.held is not None:
            with self.site.store.write() as connection:
                log.resign(connection, self._leader.held)
