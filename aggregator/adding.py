"""Asks a host for what an address offers as a Source, politely and within bounds. It writes no feeds.yaml."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from . import clock, discovery
from .bounded import Bounded
from .config import Config, languages
from .config.drafts import place_of
from .discovery import Candidate, Look, Offer
from .errors import AnyamError, FetchError, ParseError, RefusedAddress
from .fetch.client import Client
from .permission import Permission
from .values import Document, Request

MOST_ASKED = 12
"""Candidates of one page that are asked: at a gap of two seconds, half a minute of one host's time."""

Step = Callable[[str, int, int], None]
"""Hears (what, done, total)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an address offers, the best first; `problems` are announced feeds that cannot be had."""

    offers: tuple[Offer, ...]
    unasked: tuple[Candidate, ...] = ()
    """What the page also leads to, beyond MOST_ASKED."""
    problems: tuple[str, ...] = ()


async def find(address: str, config: Config, client: Client, bounded: Bounded, step: Step) -> Found:
    """Find the feeds behind an address, and its page where that lists items; addresses without a scheme may be either.

    A feed is its own only offer. Of a page, what it announces and links to is asked; where that brings no feed, the
    usual places are, up to the first that is one. A page, and what nobody announces, only where robots.txt lets us.
    Raises FetchError where the address itself cannot be had, and
    ParseError where it offers nothing.
    """
    search = _Search(config, client, bounded, step)
    first = await search.enter(address)
    if first.feed is not None:
        return Found((first.feed,))
    await search.follow(first.candidates)
    if not any(offer.items for offer in search.offers):
        await search.try_usual()
    offers = search.offers
    if first.page is not None and await search.may(first.page.url):
        offers.append(first.page)
    if not offers:
        raise ParseError(f"{search.at}: no feed was found: {search.problems[0] if search.problems else first.why}")
    return Found(discovery.best_first(offers), tuple(search.left), tuple(search.problems))


class _Search:
    """One search: what was asked, what was found."""

    def __init__(self, config: Config, client: Client, bounded: Bounded, step: Step) -> None:
        self._config, self._client, self._bounded, self._step = config, client, bounded, step
        self._permission = Permission(client, bounded, None)
        self._seen: set[str] = set()
        self._asked = 0
        self._inside = True
        self.at = ""
        self.offers: list[Offer] = []
        self.left: list[Candidate] = []
        self.problems: list[str] = []

    async def enter(self, address: str) -> Look:
        """Look at the address that a person gave; without a scheme it is tried with https first, then with http."""
        self._step("asking", 0, 0)
        if "://" in address:
            return await self._look(address)
        try:
            return await self._look(f"https://{address}")
        except RefusedAddress:
            raise
        except FetchError as error:
            if error.status is not None:
                raise
        return await self._look(f"http://{address}")

    async def follow(self, candidates: tuple[Candidate, ...]) -> None:
        """Ask candidates in their order, and those of a list of feeds that one of them leads to."""
        waiting = deque((candidate, True) for candidate in candidates)
        while waiting and self._asked < MOST_ASKED:
            candidate, may_lead_on = waiting.popleft()
            found = await self._try(candidate, len(waiting))
            if found is not None and found.feed is None and may_lead_on:
                waiting.extendleft((further, False) for further in reversed(found.candidates))
        self.left = [candidate for candidate, _ in waiting if place_of(candidate.url) not in self._seen]

    async def try_usual(self) -> None:
        """Ask where feeds usually lie until one with items is found."""
        places = discovery.usual(self.at)
        for number, candidate in enumerate(places):
            found = await self._try(candidate, len(places) - number - 1)
            if found is not None and found.feed is not None and found.feed.items:
                return

    async def may(self, url: str) -> bool:
        """Tell whether a page may be a Source, and note why where it may not."""
        try:
            await self._permission.ask(url, inside=self._inside)
        except FetchError as error:
            self.problems.append(str(error))
            return False
        return True

    async def _try(self, candidate: Candidate, waiting: int) -> Look | None:
        """Look at a candidate; None where it was seen before, or cannot be had."""
        if place_of(candidate.url) in self._seen:
            return None
        self._asked += 1
        self._step("asking", self._asked, self._asked + waiting)
        try:
            if candidate.how != "announced":
                await self._permission.ask(candidate.url, inside=self._inside)
            found = await self._look(candidate.url)
        except AnyamError as error:
            if candidate.how == "announced":
                self.problems.append(f"{candidate.url} is announced, but {error}")
            return None
        if found.feed is not None and found.feed.url not in {offer.url for offer in self.offers}:
            self.offers.append(found.feed)
        return found

    async def _look(self, url: str) -> Look:
        self._seen.add(place_of(url))
        document: Document = await self._client.get(Request(url=url, inside=self._inside))
        self._seen.add(place_of(document.url))
        if not self.at:
            # What a page outside names may not lead to where only `fetch.allow` does.
            self.at, self._inside = document.url, document.inside
        zone, known = self._config.site.timezone, languages(self._config)
        found: Look = await self._bounded.run(discovery.look, document, zone, known, clock.now())
        return found
