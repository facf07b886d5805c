"""The whole way, told once, top to bottom. It decides nothing: the rooms do.

    claim | fetch | parse or pages | normalize | store || copies | stories | topics || sections | publish | store | web

The first part (`polling`) runs for many Sources at once; the second (`weaving`, over the log) and the third
(`publishing`, over the Stories that are due) for one leader at a time.
"""

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence

from . import clock, waits
from .bounded import Bounded
from .fetch.client import Client
from .hosts import host_of
from .opening import Site
from .polling import Visited, poll
from .publishing import publish
from .store import entries, log, sources, stories
from .store.log import LostLease
from .store.sources import Claimed
from .tools import Tools, fetch_rules
from .weaving import Leader, credit, weave

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 64
"""Polls under way at once: they wait for hosts, not for us, and each holds one document of at most 16 MiB."""
OF_ONE_HOST = 4
"""Of them so many at one host, which is asked one at a time: hundreds of Sources of a slow one hold up no other."""
PATIENCE = 60.0
"""Seconds to wait while another process makes Stories: four times as long as the lease of one that was killed."""
LOOK = 0.2
"""Seconds between looks whether it is done."""

Step = Callable[[str, int, int], None]


async def run_once(
    site: Site,
    bounded: Bounded,
    *,
    names: Sequence[str] | None = None,
    due_only: bool = False,
    step: Step = lambda what, done, total: None,
) -> list[Visited]:
    """Take all (or the named, or only the due) Sources the whole way once; `step` hears (what, done, total)."""
    with site.store.write() as connection:
        limit = len(site.config.sources) + 1
        claimed = sources.claim(
            site.store,
            connection,
            specs=site.specs,
            now=clock.now(),
            limit=limit,
            names=names,
            due_only=due_only,
        )
    try:
        visits = await _poll_all(site, bounded, claimed, step)
        step("weaving", 0, 0)
        await asyncio.to_thread(make_stories_in_turn, site)
    except BaseException:
        # Ended in the middle: what was not polled is due again, and no child is waited for.
        bounded.close()
        with site.store.write() as connection:
            for claim in claimed:
                sources.release(connection, claim)
        raise
    return visits


async def _poll_all(site: Site, bounded: Bounded, claimed: Sequence[Claimed], step: Step) -> list[Visited]:
    turn = asyncio.Semaphore(SIDE_BY_SIDE)
    turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(OF_ONE_HOST))
    visits: list[Visited] = []

    def renew() -> None:
        with site.store.write() as connection:
            sources.renew(site.store, connection, claimed)

    async def hold() -> None:
        while True:
            await asyncio.sleep(sources.RENEWAL)
            await asyncio.to_thread(renew)

    async with Client(fetch_rules(site.config)) as client:
        tools = Tools.of(site, client, bounded)
        await waits.learn(client, site.store)
        holding = asyncio.ensure_future(hold())

        async def one(claim: Claimed) -> None:
            async with turns[host_of(claim.address)], turn:
                visits.append(await poll(tools, claim))
                step("polling", len(visits), len(claimed))

        try:
            await asyncio.gather(*(one(claim) for claim in claimed))
        finally:
            holding.cancel()
            await client.leave()
    return visits


def make_stories(site: Site, leader: Leader, *, model: str | None = None) -> None:
    """Deal with what waits in the log and with the Stories that are due, unless another process holds the lease.

    `model` makes vectors beside it.
    """
    try:
        weave(site, leader)
        if leader.held is not None:
            publish(site, leader.held, model=model)
            # What takes longest, and no feed waits for.
            credit(site, leader)
    except BaseException:
        # What it has decided since is not in the store, from where it begins anew.
        leader.engine = None
        raise


def make_stories_in_turn(site: Site) -> None:
    """Make Stories and feeds; while another process leads in that, wait until it has dealt with what waits."""
    leader = Leader(holder=str(uuid.uuid4()))
    end = time.monotonic() + PATIENCE
    while stories_wait(site):
        try:
            make_stories(site, leader)
        except LostLease:
            leader.held = None
        if leader.held is not None:
            with site.store.write() as connection:
                log.resign(connection, leader.held)
            return
        if time.monotonic() > end:
            logger.warning("another process makes the Stories just now; what was polled waits for it in the store")
            return
        time.sleep(LOOK)


def stories_wait(site: Site) -> bool:
    """Say whether anything in the log, or any Story or feed, waits to be dealt with."""
    with site.store.read() as connection:
        now = clock.now()
        waits = log.waiting(connection) or stories.waiting(connection, now=now) or entries.waiting(connection, now=now)
        return bool(waits)
