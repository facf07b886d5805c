"""What a poll works with, and under which name it goes. It polls nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

from . import __version__, waits
from .bounded import Bounded
from .config import Config, Source
from .errors import AnyamError
from .fetch.client import Client
from .fetch.rules import FetchRules
from .opening import Site
from .permission import Permission
from .store import Store, existing_store
from .turns import Turns
from .values import Request


@dataclass(frozen=True, slots=True)
class Tools:
    """The open site, the network and the child processes."""

    site: Site
    client: Client
    bounded: Bounded
    permission: Permission
    led: dict[str, str] = field(default_factory=dict)
    """Pages that led to another host in vain, each with that host."""

    @classmethod
    def of(cls, site: Site, client: Client, bounded: Bounded) -> Self:
        """Put the tools for a site together."""
        _share(client, site.store)
        return cls(site, client, bounded, Permission(client, bounded, site.store))


def _share(client: Client, store: Store) -> None:
    """Let a client share hosts' waits and turns with all processes on a store."""
    client.heard = partial(waits.write, client, store)
    client.keep_apart(Turns(store))


@asynccontextmanager
async def beside(client: Client, database_url: str) -> AsyncIterator[None]:
    """Keep hosts' waits and turns for the body of the `with`, together with the processes on a store, if there is one.

    For who asks hosts and stores nothing of what they say.
    """
    store = await asyncio.to_thread(existing_store, database_url)
    if store is None:
        yield
        return
    _share(client, store)
    await waits.learn(client, store)
    try:
        yield
    finally:
        await client.leave()
        await asyncio.to_thread(waits.write, client, store)
        store.close()


def fetch_rules(config: Config) -> FetchRules:
    """Give what feeds.yaml says about fetching, and the name that we go by."""
    contact = f" (+{config.site.contact})" if config.site.contact else ""
    return FetchRules(
        allow=config.fetch.allow,
        gap=config.fetch.gap,
        proxy=config.fetch.proxy,
        user_agent=f"Anyam/{__version__}{contact}",
    )


def credentials(request: Request, source: Source) -> Request:
    """Add to a request what the host that feeds.yaml names is to be told: the Source's headers, user and password.

    Raises AnyamError where nobody told the password.
    """
    if missing := missing_password(source):
        raise AnyamError(missing)
    user, password = (source.auth.user, os.environ[source.auth.password_env]) if source.auth else (None, None)
    return replace(request, headers=source.headers, user=user, password=password, home=source.url)


def missing_password(source: Source) -> str | None:
    """Say which environment variable, that `auth.password_env` names, holds no password; None where all is there."""
    variable = source.auth.password_env if source.auth else None
    if variable is None or os.environ.get(variable):
        return None
    return f"its password is not known: set the environment variable {variable} (auth.password_env), and start again"
