"""What a poll works with, and under which name it goes. It polls nothing."""

import os
from dataclasses import dataclass, replace
from functools import partial
from typing import Self

from . import __version__, waits
from .bounded import Bounded
from .config import Config, Source
from .fetch.client import Client
from .fetch.rules import FetchRules
from .opening import Site
from .permission import Permission
from .turns import Turns
from .values import Request


@dataclass(frozen=True, slots=True)
class Tools:
    """The open site, the network and the child processes."""

    site: Site
    client: Client
    bounded: Bounded
    permission: Permission

    @classmethod
    def of(cls, site: Site, client: Client, bounded: Bounded) -> Self:
        """Put the tools for a site together."""
        client.heard = partial(waits.write, client, site.store)
        client.keep_apart(Turns(site.store))
        return cls(site, client, bounded, Permission(client, bounded, site.store))


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
    """Add to a request what the host that feeds.yaml names is to be told: the Source's headers, user and password."""
    password = os.environ.get(source.auth.password_env) if source.auth else None
    user = source.auth.user if source.auth else None
    return replace(request, headers=source.headers, user=user, password=password, home=source.url)
