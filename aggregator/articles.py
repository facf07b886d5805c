"""Fetches the article pages of a poll's new items, for their texts. It finds no items and stores nothing."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from . import clock
from .bounded import GIVEN_UP
from .config import Source, languages
from .errors import AnyamError, FetchError, ParseError, Waiting
from .hosts import host_of
from .permission import Closed, Disallowed
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
SHARED = 3
"""So many pages with one text: two articles may share theirs, three show a wall or an advertisement."""
SECONDS = 240.0
"""Seconds after which a poll stores what articles it has: what it brought so far must not wait for the slowest."""


@dataclass(frozen=True, slots=True)
class Told:
    """A list's arrivals with the texts of their articles, and in plain words what could not be had."""

    arrivals: tuple[Arrival, ...]
    problems: tuple[str, ...] = ()


async def with_texts(
    tools: Tools, source_id: int, source: Source, arrivals: Sequence[Arrival], *, inside: bool
) -> Told:
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
    wanted = [index for index in lacking if not arrivals[index].doubt]
    told = {i: replace(arrivals[i], lacks_text=True, was_asked=False) for i in lacking}
    read, problems = await _read_all(tools, source, [arrivals[index] for index in wanted], inside=inside)
    told |= zip(wanted, read, strict=True)
    forbidden = await tools.permission.forbidden([one.entry.url or "" for one in arrivals if _wants(one)])
    return Told(tuple(told.get(index, arrival) for index, arrival in enumerate(arrivals)), (*problems, *forbidden))


async def missing(tools: Tools, source_id: int, source: Source, *, inside: bool) -> list[tuple[int, Arrival]]:
    """Ask once more for texts that earlier visits could not have; gives each Entry's number with what came."""

    def lacking() -> list[tuple[int, Arrival]]:
        with tools.site.store.read() as connection:
            return entries.lacking(connection, source_id, most=MOST)

    numbered = await asyncio.to_thread(lacking)
    told, _ = await _read_all(tools, source, [arrival for _, arrival in numbered], inside=inside)
    return [(number, arrival) for (number, _), arrival in zip(numbered, told, strict=True)]


async def _read_all(
    tools: Tools, source: Source, wanted: Sequence[Arrival], *, inside: bool
) -> tuple[list[Arrival], tuple[str, ...]]:
    """Read the articles of all that are wanted, the first MOST within SECONDS; one after the other at each host."""
    told = [replace(arrival, lacks_text=True, was_asked=False) for arrival in wanted]
    errors: list[str] = []
    by_host: dict[str, list[int]] = {}
    for index, arrival in enumerate(wanted[:MOST]):
        by_host.setdefault(host_of(arrival.entry.url or ""), []).append(index)

    async def read(host: Sequence[int]) -> None:
        refusals = await tools.permission.judge([wanted[index].entry.url or "" for index in host], inside=inside)
        for index, refusal in zip(host, refusals, strict=True):
            try:
                if refusal is not None:
                    raise refusal
                told[index] = await _with_text(tools, source, wanted[index], inside=inside)
            except AnyamError as error:
                logger.info("article of %s: %s", source.name, error)
                if isinstance(error, Closed) or not isinstance(error, Disallowed):  # of which `forbidden` tells
                    errors.append(str(error))
                told[index] = replace(told[index], was_asked=not isinstance(error, Closed | Waiting))
                if (
                    isinstance(error, Waiting)
                    or (isinstance(error, FetchError) and error.status == 403)
                    or (isinstance(error, ParseError) and GIVEN_UP in str(error))
                ):
                    return  # a host that refuses one, or whose page is too costly, is not asked for forty

    if by_host:
        reading = [asyncio.ensure_future(read(host)) for host in by_host.values()]
        _, late = await asyncio.wait(reading, timeout=SECONDS)
        for task in late:
            task.cancel()
        for result in await asyncio.gather(*reading, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    if shared := _shared(told):
        for index in shared:
            told[index] = replace(wanted[index], lacks_text=True)
        errors += [f"the same text stands on {len(shared)} pages in place of their articles"] * len(shared)
    return told, (f"{len(errors)} articles could not be had, one since {errors[0]}",) if errors else ()


def _shared(told: Sequence[Arrival]) -> set[int]:
    """Give which arrivals have the text of several others: it is the host's, and no article's."""
    texts = [plain(arrival.entry.content) if not arrival.lacks_text else "" for arrival in told]
    times = Counter(texts)
    return {index for index, text in enumerate(texts) if text and times[text] >= SHARED}


def _wants(arrival: Arrival) -> bool:
    entry = arrival.entry
    return entry.url is not None and not arrival.skipped_by and len(plain(entry.content)) < WHOLE


async def _with_text(tools: Tools, source: Source, arrival: Arrival, *, inside: bool) -> Arrival:
    site = tools.site.config
    request = Request(url=arrival.entry.url or "", inside=inside)
    document = await tools.client.get(request, permit=tools.permission.ask)
    told: Arrival = await tools.bounded.run(
        read_article, document, arrival, source, site.site.timezone, languages(site), clock.now()
    )
    return told
