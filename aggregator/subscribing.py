"""From what Sources announce to subscriptions at their hubs, and from pings to polls. It polls nothing itself.

Hubs answer at the callback, to the front end; here they are only asked.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from urllib.parse import urlsplit

from . import clock, websub
from .errors import AnyamError, FetchError, Gone, RefusedAddress, Waiting
from .fetch import guard
from .fetch.client import Client
from .hosts import host_of, is_public_name
from .opening import Outdated, Site
from .store import subscriptions
from .store.subscriptions import Ask
from .values import Request

logger = logging.getLogger(__name__)

MOST = 20
"""Hubs that are asked in one round; the next round, seconds later, asks the next ones."""


def is_public(url: str) -> bool:
    """Tell whether a `site.url` can be reached by a hub: it has a public name, or a public address."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        address = guard.literal(name)
    except RefusedAddress:
        return False
    if address is not None:
        return guard.refusal(address, port=0, allow=frozenset()) is None
    return is_public_name(host_of(f"http://{name}"))


async def tend(site: Site, client: Client) -> None:
    """Make due what pings want polled, and ask the hubs that are due; hubs that fail are asked again later."""
    asks = await asyncio.to_thread(_take, site)
    await asyncio.gather(*(_ask(site, client, ask) for ask in asks))


def _take(site: Site) -> list[Ask]:
    store, now = site.store, clock.now()
    site_url = site.config.site.url
    with store.read() as connection:
        is_wanted = subscriptions.wanted(connection)
        is_due = is_public(site_url) and subscriptions.due(connection, site_url=site_url, now=now)
    if not is_wanted and not is_due:
        return []
    with contextlib.suppress(Outdated), store.write() as connection:
        # By a former feeds.yaml, hubs would be told to call where the site was.
        site.check(connection)
        if is_wanted:
            subscriptions.heed(store, connection, now=now)
        return subscriptions.take(connection, site_url=site_url, now=now, limit=MOST) if is_due else []
    return []


async def _ask(site: Site, client: Client, ask: Ask) -> None:
    form = websub.request(ask.mode, topic=ask.topic, callback=ask.callback, secret=ask.secret)
    wait: timedelta | None = None
    try:
        await client.post(Request(ask.hub, inside=ask.inside, source=""), form)
        return
    except Gone:
        reason = f"{host_of(ask.hub)} answered 410: it is no hub any more"
    except Waiting as error:
        reason, wait = str(error), error.until - ask.asked_at
    except AnyamError as error:
        reason = str(error)
        if isinstance(error, FetchError) and error.retry_after is not None:
            wait = timedelta(seconds=error.retry_after)
    logger.info("hub of %s: %s", ask.topic, reason)
    await asyncio.to_thread(_failed, site, ask, reason, wait)


def _failed(site: Site, ask: Ask, reason: str, wait: timedelta | None) -> None:
    with site.store.write() as connection:
        subscriptions.failed(connection, ask, reason, wait=wait)
