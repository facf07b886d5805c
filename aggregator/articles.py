"""Fetches the article pages of a poll's new items, for their texts. It finds no items and stores nothing."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from . import clock
from .config import Source, languages
from .errors import AnyamError, Waiting
from .permission import Closed
from .reading import read_article
from .store import entries
from .stories.features import plain
from .tools import Tools
from .values import Arrival, Request

logger = logging.getLogger(__name__)

MOST = 40
"""Article pages that one poll fetches at most; what is beyond waits for the next visit."""
WHOLE = 1_000
"""Characters of text from which on a list is taken to hold the article itself: to fetch its page would be a waste."""
SECONDS = 240.0
"""Seconds after which a poll stores what articles it has: what it brought so far must not wait for the slowest."""


async def with_texts(
    tools: Tools, source_id: int, source: Source, arrivals: Sequence[Arrival], *, inside: bool
) -> tuple[Arrival, ...]:
    """Give the arrivals with the texts of those articles that are wanted, as many as MOST and SECONDS allow.

    One that cannot be had keeps its list's words, and says that it lacks its text. `inside`: the list came from an
    address of `fetch.allow`, so its articles may.
    """

    def unread() -> list[bool]:
        with tools.site.store.read() as connection:
            return entries.unread(connection, source_id, arrivals)

    lacking = [
        index
        for index, is_wanted in enumerate(await asyncio.to_thread(unread))
        if is_wanted and _wants(arrivals[index])
    ]
    # What is held back is asked for when nobody doubts it any longer.
    held = {i: replace(arrivals[i], lacks_text=True, was_asked=False) for i in lacking if arrivals[i].doubt}
    wanted = [index for index in lacking if index not in held]
    told = (
        dict(zip(wanted, await _read_all(tools, source, [arrivals[i] for i in wanted], inside=inside), strict=True))
        | held
    )
    return tuple(told.get(index, arrival) for index, arrival in enumerate(arrivals))


async def missing(tools: Tools, source_id: int, source: Source, *, inside: bool) -> list[tuple[int, Arrival]]:
    """Ask once more for texts that earlier visits could not have; gives each Entry's number with what came."""

    def lacking() -> list[tuple[int, Arrival]]:
        with tools.site.store.read() as connection:
            return entries.lacking(connection, source_id, most=MOST)

    numbered = await asyncio.to_thread(lacking)
    told = await _read_all(tools, source, [arrival for _, arrival in numbered], inside=inside)
    return [(number, arrival) for (number, _), arrival in zip(numbered, told, strict=True)]


async def _read_all(tools: Tools, source: Source, wanted: Sequence[Arrival], *, inside: bool) -> list[Arrival]:
    """Read the articles of all that are wanted, the first MOST of them, within SECONDS."""
    told = [replace(arrival, lacks_text=True, was_asked=False) for arrival in wanted]
    chosen = wanted[:MOST]
    refusals = await tools.permission.judge([arrival.entry.url or "" for arrival in chosen], inside=inside)
    asked: dict[int, asyncio.Future[Arrival]] = {}
    for index, (arrival, refusal) in enumerate(zip(chosen, refusals, strict=True)):
        if refusal is None:
            asked[index] = asyncio.ensure_future(_with_text(tools, source, arrival, inside=inside))
        else:
            logger.info("article of %s: %s", source.name, refusal)
            told[index] = replace(arrival, lacks_text=True, was_asked=not isinstance(refusal, Closed | Waiting))
    if asked:
        done, late = await asyncio.wait(asked.values(), timeout=SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for index, task in asked.items():
            if task in done:
                told[index] = task.result()
    return told


def _wants(arrival: Arrival) -> bool:
    entry = arrival.entry
    return entry.url is not None and not arrival.skipped_by and len(plain(entry.content)) < WHOLE


async def _with_text(tools: Tools, source: Source, arrival: Arrival, *, inside: bool) -> Arrival:
    site = tools.site.config
    try:
        request = Request(url=arrival.entry.url or "", inside=inside)
        document = await tools.client.get(request, permit=tools.permission.ask)
        told: Arrival = await tools.bounded.run(
            read_article, document, arrival, source, site.site.timezone, languages(site), clock.now()
        )
    except (Waiting, Closed) as error:
        logger.info("article of %s: %s", source.name, error)
        return replace(arrival, lacks_text=True, was_asked=False)
    except AnyamError as error:
        logger.info("article of %s: %s", source.name, error)
        return replace(arrival, lacks_text=True)
    return told
