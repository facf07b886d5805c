"""Carries what hosts asked for between the network and the store: it holds for all processes. It asks no host."""

import asyncio
import logging
from datetime import datetime, timedelta

from . import clock, robots
from .fetch.client import Client
from .store import Store, hosts

logger = logging.getLogger(__name__)

RECENT = timedelta(seconds=robots.LONGEST_DELAY)
"""How far back a request still keeps a host from being asked."""


async def learn(client: Client, store: Store) -> None:
    """Leave those hosts alone that asked for it, and keep the gap at those just asked, by whichever process."""
    now = clock.now()

    def known() -> tuple[list[tuple[str, datetime, datetime]], hosts.Moments]:
        with store.read() as connection:
            return hosts.waits(connection, now=now), hosts.asked(connection, since=now - RECENT)

    waits, asked = await asyncio.to_thread(known)
    client.ledger.learn(waits)
    client.remember(asked, since=now - RECENT)


def write(client: Client, store: Store) -> None:
    """Put down at once what hosts asked for: a process that is killed must not forget it. Never raises."""
    try:
        with client.ledger.taken() as tallies, store.write() as connection:
            hosts.record(connection, tallies, now=clock.now())
    except Exception:  # the ledger keeps it, and the poll under way writes it with the rest
        logger.warning("a host's wait could not be written at once; it is tried again", exc_info=True)
