"""The clock of one process: claims due Sources, has them polled side by side, has Stories made. It decides nothing."""

import asyncio
import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from . import clock, pipeline
from .bounded import Bounded
from .errors import AnyamError
from .fetch.client import Client
from .opening import Outdated, Site
from .pipeline import SIDE_BY_SIDE
from .polling import Tools, Visited, fetch_rules, poll
from .store import log, sources
from .weaving import Leader

logger = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between looks for due Sources and for lines of the log that wait."""
PATIENCE = 4.0
"""Seconds that polls under way get when the process is asked to end, which many service managers allow it 10 s for."""


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
        self._clients: list[Client] = []
        self._under_way: dict[Future[None], sources.Claimed] = {}
        self._guard = threading.Lock()

    def start(self) -> None:
        """Begin; what is due is claimed at once."""
        self._thread.start()
        client = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        self._tools = Tools(self.site, client, self._bounded)
        # APScheduler's first tick comes after a whole one.
        at_once = datetime.now(UTC)
        self._scheduler.add_job(self._claim, "interval", seconds=TICK, id="claim", next_run_time=at_once)
        self._scheduler.add_job(self._renew, "interval", seconds=sources.RENEWAL, id="renew")
        self._scheduler.add_job(self._weave, "interval", seconds=TICK, id="weave")
        self._scheduler.start()

    def stop(self) -> None:
        """End: claim no more, give polls under way some seconds and other Sources back, let the lease go."""
        self._leader.is_ending = True
        self._scheduler.pause()
        lease = self._take_lease()
        self._scheduler.shutdown(wait=True)
        with self._guard:
            under_way = dict(self._under_way)
        late = wait(under_way, timeout=PATIENCE).not_done
        for future in late:
            future.cancel()
        # Only now: what a child was reading would otherwise count as failed.
        self._bounded.close()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        with self.site.store.write() as connection:
            for future in late:
                sources.release(connection, under_way[future])
            if lease is not None:
                log.resign(connection, lease)

    async def _open(self) -> Client:
        client = Client(fetch_rules(self.site.config))
        await client.__aenter__()
        self._clients.append(client)
        return client

    async def _close(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=1.0)
        for client in self._clients:
            await client.__aexit__(None, None, None)

    def _take_lease(self) -> log.Leadership | None:
        """Take the lease from our own weaving: a backlog of minutes ends at its next transaction, and can wait."""
        store, name = self.site.store, log.ASSIGNMENT
        with store.write() as connection:
            ours = log.lead(store, connection, name=name, holder=self._leader.holder)
            if ours is None:
                return None
            log.resign(connection, ours)
            return log.lead(store, connection, name=name, holder=f"{self._leader.holder} ending")

    def _claim(self) -> None:
        if not self.site.is_current():
            self._reload()
        store = self.site.store
        now = clock.now()
        with self._guard:
            free = SIDE_BY_SIDE - len(self._under_way)
        with store.read() as connection:
            due = sources.next_due(connection)
        if free <= 0 or due is None or due > now:
            return
        with store.write() as connection:
            claimed = sources.claim(store, connection, specs=self.site.specs, now=now, limit=free)
        for one in claimed:
            future = asyncio.run_coroutine_threadsafe(self._poll(one), self._loop)
            with self._guard:
                self._under_way[future] = one
            future.add_done_callback(self._finished)

    def _renew(self) -> None:
        """Keep the claims of polls under way: a slow host, or a page with many articles, may take minutes."""
        with self._guard:
            held = list(self._under_way.values())
        if held:
            with self.site.store.write() as connection:
                sources.renew(self.site.store, connection, held)

    def _reload(self) -> None:
        """Go on by the later feeds.yaml that another process has loaded; polls under way end by the old one."""
        self.site = self.site.reloaded()
        client = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        self._tools = Tools(self.site, client, self._bounded)
        self._leader.engine = None
        logger.info("feeds.yaml has changed: going on by the new one")

    async def _poll(self, claimed: sources.Claimed) -> None:
        if self._tools is not None:
            self._on_visit(await poll(self._tools, claimed))

    def _finished(self, future: Future[None]) -> None:
        with self._guard:
            self._under_way.pop(future, None)
        if not future.cancelled() and (error := future.exception()):
            logger.error("a poll ended badly: %s", error, exc_info=error)

    def _weave(self) -> None:
        if not pipeline.stories_wait(self.site):
            return
        try:
            pipeline.make_stories(self.site, self._leader)
        except (log.LostLease, Outdated) as error:
            logger.info("%s", error)
        except AnyamError as error:
            logger.error("%s", error)
        except Exception:
            logger.exception("making Stories failed; it is tried again in %g s", TICK)
