"""The clock of one process: claims due Sources, has them polled, has Stories made and feeds.yaml watched.

It decides nothing.
"""

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from . import clock, embedding, pipeline, vectors, waits
from .bounded import Bounded
from .errors import AnyamError
from .fetch.client import Client
from .fetch.rules import FetchRules
from .opening import Outdated, Site
from .pipeline import OF_ONE_HOST, SIDE_BY_SIDE
from .polling import Visited, poll
from .store import log, sources
from .subscribing import tend
from .tools import Tools, fetch_rules
from .watching import Follower, Watch
from .weaving import Leader

logger = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between looks for due Sources, for lines of the log that wait and for a changed feeds.yaml."""
TENDING = 2.0
"""Seconds between looks for pings and for hubs that are due to be asked."""
PATIENCE = 4.0
"""Seconds that polls under way get when the process is asked to end, which many service managers allow it 10 s for."""


class Schedule:
    """Runs the way on a clock: polls in an event loop of its own thread, Stories and feeds in a second one."""

    def __init__(self, site: Site, *, on_visit: Callable[[Visited], None] = lambda visited: None) -> None:
        self._follower = Follower(site)
        self._watch = Watch(site)
        self._on_visit = on_visit
        self._leader = Leader(holder=str(uuid.uuid4()))
        self._language = site.config.site.language
        self._bounded = Bounded()
        self._embedder = embedding.opened(site.model)
        self._embedded = 0
        """How far in the log every Entry has been given a vector."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="polls", daemon=True)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(5)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._tools: Tools
        self._clients: set[Client] = set()
        self._under_way: dict[Future[None], tuple[Tools, sources.Claimed]] = {}
        self._tending: tuple[Future[None], Client] | None = None
        self._guard = threading.Lock()
        self._freed = threading.Event()
        """Set when a poll has ended."""

    @property
    def site(self) -> Site:
        """The site as it is now; a changed feeds.yaml makes it another."""
        return self._follower.site

    def start(self) -> None:
        """Begin; what is due is claimed at once."""
        self._thread.start()
        self._tools = Tools.of(self.site, self._opened(fetch_rules(self.site.config)), self._bounded)
        # APScheduler's first tick comes after a whole one.
        at_once = datetime.now(UTC)
        self._scheduler.add_job(self._claim, "interval", seconds=TICK, id="claim", next_run_time=at_once)
        self._scheduler.add_job(self._renew, "interval", seconds=sources.RENEWAL, id="renew")
        self._scheduler.add_job(self._tend, "interval", seconds=TENDING, id="tend")
        self._scheduler.add_job(self._weave, "interval", seconds=TICK, id="weave")
        if self._embedder is not None:
            self._scheduler.add_job(self._embed, "interval", seconds=TICK, id="embed")
        self._scheduler.add_job(self._watch.look, "interval", seconds=TICK, id="watch", next_run_time=at_once)
        self._scheduler.start()

    def stop(self) -> None:
        """End: claim no more, give polls under way some seconds and other Sources back, let the lease go."""
        self._leader.is_ending = True
        self._scheduler.pause()
        if self._embedder is not None:
            self._embedder.close()  # what it was reading is read again at the next start
        lease = self._take_lease()
        self._scheduler.shutdown(wait=True)
        with self._guard:
            under_way = dict(self._under_way)
        late = wait(under_way, timeout=PATIENCE).not_done
        for future in late:
            future.cancel()
        if self._tending is not None:
            self._tending[0].cancel()
        # Only now: what a child was reading would otherwise count as failed.
        self._bounded.close()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        with self.site.store.write() as connection:
            for future in late:
                sources.release(connection, under_way[future][1])
            if lease is not None:
                log.resign(connection, lease)

    def _opened(self, rules: FetchRules, after: Client | None = None) -> Client:
        client = asyncio.run_coroutine_threadsafe(Client(rules, after=after).__aenter__(), self._loop).result()
        with self._guard:
            self._clients.add(client)
        return client

    def _close_unused(self) -> None:
        """Close the clients of former configurations by which no poll is under way any more."""
        with self._guard:
            used = {self._tools.client, *(tools.client for tools, _ in self._under_way.values())}
            if self._tending is not None:
                used.add(self._tending[1])
            unused, self._clients = self._clients - used, self._clients & used
        for client in unused:
            asyncio.run_coroutine_threadsafe(client.__aexit__(None, None, None), self._loop)

    async def _close(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=1.0)
        await self._tools.client.leave()
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
        """Claim what is due, and while more is due than may be asked at once, go on as soon as a poll has ended."""
        end = time.monotonic() + TICK
        while self._claim_due() and (left := end - time.monotonic()) > 0:
            self._freed.wait(left)
            self._freed.clear()

    def _claim_due(self) -> bool:
        """Claim what is due as far as there is room, and say whether more is."""
        site = self._follower.look()
        if site is not self._tools.site:
            self._reload(site)
        store = site.store
        now = clock.now()
        with self._guard:
            held = [claimed.address for _, claimed in self._under_way.values()]
        free = SIDE_BY_SIDE - len(held)
        with store.read() as connection:
            if not sources.are_due(store, connection, now=now):
                return False
        if free <= 0:
            return True
        with store.write() as connection:
            claimed = sources.claim(
                store, connection, specs=site.specs, now=now, limit=free, most=OF_ONE_HOST, held=held
            )
        if claimed:
            asyncio.run_coroutine_threadsafe(waits.learn(self._tools.client, store), self._loop).result()
        for one in claimed:
            future = asyncio.run_coroutine_threadsafe(self._poll(self._tools, one), self._loop)
            with self._guard:
                self._under_way[future] = self._tools, one
            future.add_done_callback(self._finished)
        with store.read() as connection:
            return sources.are_due(store, connection, now=now)

    def _renew(self) -> None:
        """Keep the claims of polls under way: a slow host, or a page with many articles, may take minutes."""
        with self._guard:
            held = [claimed for _, claimed in self._under_way.values()]
        if held:
            with self.site.store.write() as connection:
                sources.renew(self.site.store, connection, held)

    def _tend(self) -> None:
        """Begin a round of asking hubs, unless a slow one still holds up the last."""
        with self._guard:
            if self._tending is not None and not self._tending[0].done():
                return
            tools = self._tools
            self._tending = asyncio.run_coroutine_threadsafe(tend(tools.site, tools.client), self._loop), tools.client
        self._tending[0].add_done_callback(_tended)

    def _reload(self, site: Site) -> None:
        """Poll by a later feeds.yaml; polls under way end by the old one, and with its client."""
        rules, client = fetch_rules(site.config), self._tools.client
        if rules != fetch_rules(self._tools.site.config):
            client = self._opened(rules, client)
        # A client that can stay keeps its hosts' turns.
        self._tools = Tools.of(site, client, self._bounded)
        self._close_unused()
        logger.info("feeds.yaml has changed: going on by the new one")

    async def _poll(self, tools: Tools, claimed: sources.Claimed) -> None:
        self._on_visit(await poll(tools, claimed))

    def _finished(self, future: Future[None]) -> None:
        with self._guard:
            self._under_way.pop(future, None)
        self._freed.set()
        self._close_unused()
        if not future.cancelled() and (error := future.exception()):
            logger.error("a poll ended badly: %s", error, exc_info=error)

    def _embed(self) -> None:
        """Make vectors while there are Entries without, if Stories are made here."""
        seq = self._leader.seq
        if seq == self._embedded:
            return  # nothing was placed since: to look each second would read two weeks of the log
        while self._embedder is not None and self._leader.held is not None and not self._leader.is_ending:
            try:
                if not vectors.embed(self.site, self._embedder):
                    self._embedded = seq
                    return
            except AnyamError as error:
                logger.error("%s", error)
                return

    def _weave(self) -> None:
        site = self.site
        if not site.is_current() or not pipeline.stories_wait(site):
            return
        if site.config.site.language != self._language:
            # The one thing that the engine is told of feeds.yaml. Here, where no weaving is under way.
            self._leader.engine, self._language = None, site.config.site.language
        try:
            pipeline.make_stories(site, self._leader, model=self._embedder.model if self._embedder else None)
        except (log.LostLease, Outdated) as error:
            logger.info("%s", error)
        except AnyamError as error:
            logger.error("%s", error)
        except Exception:
            logger.exception("making Stories failed; it is tried again in %g s", TICK)


def _tended(future: Future[None]) -> None:
    if not future.cancelled() and (error := future.exception()):
        logger.error("asking hubs ended badly: %s", error, exc_info=error)
