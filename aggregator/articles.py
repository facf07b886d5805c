"""Fetches the article pages of a poll's new items, for their texts. It finds no items and stores no Entry."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from . import clock, robots, selection
from .bounded import GIVEN_UP, PARTY, Crowded
from .config import Source, languages
from .errors import AnyamError, FetchError, ParseError, RefusedAddress, Waiting
from .hosts import domain_of, host_of
from .pages import subject
from .permission import Closed, Disallowed
from .reading import read_article
from .store import texts, walls
from .stories.features import plain
from .tools import Tools
from .values import UNREAD, WHOLE, Arrival, Request

logger = logging.getLogger(__name__)

MOST = 40
"""Article pages that one poll asks for at most; what is beyond waits for the next visit."""
MOST_WANTED = 1_000
"""Entries of earlier visits, the newest, among which one looks for articles to ask for; sites that are closed, or whose
pages wait, hide no others."""
SHARED = 3
"""So many headlines over one text: two articles may share theirs, three show a wall or an advertisement."""
MOST_SITES = 10
"""Sites that the articles of one poll may lead to, each with a robots.txt of its own; the others wait for the next."""
LED = 3
"""... and so many more where articles lead on to: what is linked shall not keep them away."""
MOST_LATER = 3
"""Articles of a host that lead to more sites than that, until it is asked for no more at this visit."""
AT_ONCE = 3
"""Pages of one Source that are fetched and read at the same time."""
MOST_BYTES = 64 * 1024 * 1024
MOST_WORK = 60.0
"""Bytes, and seconds of the child processes, after which a visit reads no more articles."""
FINAL = frozenset(range(400, 500)) - {408, 425, 429}
"""Answers that tell of the page and not of the moment."""
MOST_HELD = 128 * 1024 * 1024
"""Bytes of pages that this process holds while they wait to be read; one beyond that comes at a later visit."""
SECONDS = 240.0
"""Seconds after which a poll stores what articles it has: what it brought so far must not wait for the slowest."""


REFUSALS = 2
"""Articles that a host may refuse one after the other (403) until it is taken to refuse all."""
MOST_LED = 1_000
"""Pages that lead to other hosts in vain of which a process knows where they lead."""


class Later(AnyamError):
    """A page led to one site more than a visit asks."""


class Astray(FetchError):
    """A page led to a place elsewhere that could not be had: that says nothing of its own host."""


_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A list's arrivals with the texts of their articles, and in plain words what could not be had."""

    arrivals: tuple[Arrival, ...]
    problems: tuple[str, ...]
    known: frozenset[int]
    """The Entries that the list names."""


async def with_texts(
    tools: Tools, source_id: int, source: Source, arrivals: Sequence[Arrival], visit: "Visit", *, inside: bool
) -> Told:
    """Give the arrivals with the texts of those articles that are wanted, as many as the visit allows.

    One that cannot be had keeps its list's words, and says that it lacks its text. `inside`: the list came from an
    address of `fetch.allow`, so its articles may.
    """

    def unread() -> list[tuple[int | None, int | None]]:
        with tools.site.store.read() as connection:
            return texts.unread(connection, source_id, arrivals, now=clock.now())

    stored = await asyncio.to_thread(unread)
    lacking = {
        index: tries for index, (_, tries) in enumerate(stored) if tries is not None and _wants(arrivals[index], source)
    }
    # What is held back is asked for when nobody doubts it any longer.
    asked = [(i, arrivals[i].entry.url or "", tries) for i, tries in lacking.items() if not arrivals[i].doubt]
    wanted = await _in_turn(tools, source, asked)
    told = {i: replace(arrivals[i], lacks_text=True, was_asked=False) for i in lacking}
    read, problems = await _read_all(tools, source_id, source, [arrivals[i] for i in wanted], visit, inside=inside)
    told |= zip(wanted, read, strict=True)
    forbidden = await tools.permission.forbidden([one.entry.url or "" for one in arrivals if _wants(one, source)])
    return Told(
        tuple(told.get(index, arrival) for index, arrival in enumerate(arrivals)),
        (*problems, *forbidden),
        frozenset(number for number, _ in stored if number is not None),
    )


async def missing(
    tools: Tools, source_id: int, source: Source, visit: "Visit", *, besides: Collection[int] = (), inside: bool
) -> list[tuple[int, Arrival]]:
    """Ask once more for texts that earlier visits could not have, but for those of Entries that were dealt with; gives
    each Entry's number with what came.
    """
    if not visit.left:
        return []

    def lacking() -> list[tuple[int, str, int]]:
        with tools.site.store.read() as connection:
            found = texts.lacking(connection, source_id, most=MOST_WANTED, now=clock.now())
            return [one for one in found if one[0] not in besides]

    def listed(numbers: Sequence[int]) -> list[Arrival]:
        with tools.site.store.read() as connection:
            return texts.listed(connection, numbers)

    numbers = (await _in_turn(tools, source, await asyncio.to_thread(lacking)))[: 2 * MOST]
    wanted = await asyncio.to_thread(listed, numbers) if numbers else []
    told, _ = await _read_all(tools, source_id, source, wanted, visit, inside=inside)
    return list(zip(numbers, told, strict=True))


async def _in_turn(tools: Tools, source: Source, wanted: Sequence[tuple[int, str, int]]) -> list[int]:
    """Order articles, each a number, an address and how often it was asked for: those of sites whose robots.txt cannot
    be had come after the others, the one that was asked longest ago first, and at the end those of hosts that are to be
    left alone.
    """
    closed = await asyncio.to_thread(tools.permission.closed) if wanted else {}
    now, guest = clock.now(), domain_of(host_of(source.url))

    def turn(one: tuple[int, str, int]) -> tuple[bool, datetime, int]:
        _, url, tries = one
        waits = tools.client.ledger.until(host_of(url), now=now, guest=guest) is not None
        waits = waits or _waits_elsewhere(tools, source, url)
        return waits, closed.get(robots.origin(url), _NEVER), tries

    return [number for number, _, _ in sorted(wanted, key=turn)]


async def _read_all(
    tools: Tools, source_id: int, source: Source, wanted: Sequence[Arrival], visit: "Visit", *, inside: bool
) -> tuple[list[Arrival], tuple[str, ...]]:
    """Read the articles of all that are wanted, as many as the visit allows; one after the other at each host."""
    told = [_waiting(arrival, source) for arrival in wanted]
    errors: list[str] = []
    by_host: dict[str, list[int]] = {}
    for index, url in enumerate(arrival.entry.url or "" for arrival in wanted):
        if visit.refused.get(host_of(url)):
            told[index] = replace(wanted[index], lacks_text=True, was_asked=False)
        elif host_of(url) not in visit.refused and visit.admit(url):
            by_host.setdefault(host_of(url), []).append(index)

    async def read(name: str, host: Sequence[int]) -> None:
        refused = later = 0
        refusals = await tools.permission.judge([wanted[index].entry.url or "" for index in host], inside=inside)
        for place, (index, refusal) in enumerate(zip(host, refusals, strict=True)):
            try:
                if refusal is not None:
                    raise refusal
                if _waits_elsewhere(tools, source, wanted[index].entry.url or ""):
                    continue
                async with visit.places:
                    if visit.is_over():
                        errors.append("they cost more than one visit may; the others come at later ones")
                        return
                    if not visit.left:
                        return
                    visit.left -= 1
                    told[index] = await _with_text(tools, source, wanted[index], visit, inside=inside)
                    refused = 0
            except AnyamError as error:
                logger.info("article of %s: %s", source.name, error)
                if isinstance(error, Closed) or not isinstance(error, Disallowed):  # of which `forbidden` tells
                    errors.append(str(error))
                if isinstance(error, Waiting):
                    visit.refused[name] = False
                    return
                if isinstance(error, Later):
                    later += 1
                    if later == MOST_LATER:
                        visit.refused[name] = False
                        return
                    continue
                if not isinstance(error, Closed | Crowded):
                    said = wanted[index] if _is_final(error) else told[index]
                    told[index] = replace(said, lacks_text=True, was_asked=True)
                refused = refused + 1 if isinstance(error, FetchError) and error.status == 403 else 0
                if isinstance(error, FetchError) and error.retry_after is not None:
                    visit.refused[name] = False
                    return
                if refused == REFUSALS or (isinstance(error, ParseError) and GIVEN_UP in str(error)):
                    visit.refused[name] = True
                    # A host that refuses, or whose page is too costly, is not asked for forty. Nobody knows when it
                    # will answer: what its list says must do.
                    for rest in host[place + 1 :]:
                        told[rest] = replace(wanted[rest], lacks_text=True, was_asked=False)
                    return

    if by_host:
        reading = [asyncio.ensure_future(read(name, host)) for name, host in by_host.items()]
        _, late = await asyncio.wait(reading, timeout=visit.seconds)
        for task in late:
            task.cancel()
        for result in await asyncio.gather(*reading, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    if shared := await asyncio.to_thread(_walls, tools, source_id, wanted, told):
        for index in shared:
            told[index] = replace(_waiting(wanted[index], source), was_asked=True)
        pages = "a page has the same text as other pages of this host, in place of its article"
        if len(shared) > 1:
            pages = f"the same text stands on {len(shared)} pages in place of their articles"
        errors += [pages] * len(shared)
    count = f"{len(errors)} articles" if len(errors) > 1 else "1 article"
    return told, (f"{count} could not be had, one since {errors[0]}",) if errors else ()


def _walls(tools: Tools, source_id: int, wanted: Sequence[Arrival], told: Sequence[Arrival]) -> set[int]:
    """Give which arrivals have no article's text but their host's: that of several others, of a wall of earlier visits,
    or of a report under a headline that has nothing in common with theirs.

    A text that tells of its page's headline, which is that of an item as well, is a report, at however many addresses.
    """
    bodies = [plain(arrival.entry.content) if not arrival.lacks_text else "" for arrival in told]
    if not any(bodies):
        return set()
    marks = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest() for text in bodies]
    with tools.site.store.read() as connection:
        known = walls.known(connection, source_id)
        held = walls.holders(connection, source_id, [arrival.entry.content for arrival in told])
    heads: dict[str, set[str]] = {}
    for text, was in zip(bodies, wanted, strict=True):
        heads.setdefault(text, set()).add(was.entry.title.casefold())
    read = [(one.entry.content, one.entry.url, was.entry.title) for one, was in zip(told, wanted, strict=True)]
    # Whoever has a headline of its own over a text that others have, too, stands in no wall's place.
    called: dict[str, set[str]] = {}
    for content, title in [*((one.entry.content, one.entry.title) for one in told), *((c, t) for c, _, t in held)]:
        called.setdefault(plain(content), set()).add(title.casefold())
    reports = {
        (text, one.entry.title)
        for text, one, was in zip(bodies, told, wanted, strict=True)
        if text
        and subject.tells(one.entry.title, text)
        and (len(called[text]) > 1 or subject.is_same(was.entry.title, one.entry.title))
    }
    reports |= {(text, title) for content, _, title in held if subject.tells(title, text := plain(content))}

    def is_wall(index: int) -> bool:
        if (bodies[index], told[index].entry.title) in reports:
            return False
        if len(heads[bodies[index]]) >= SHARED or marks[index] in known:
            return True
        here, headline = told[index].entry, subject.stems(wanted[index].entry.title)
        return any(
            content == here.content and url != here.url and not subject.share(headline, title)
            for content, url, title in (*held, *read)
        )

    found = {index for index, text in enumerate(bodies) if text and is_wall(index)}
    if found and not known.issuperset(marks[index] for index in found):
        with tools.site.store.write() as connection:
            walls.remember(connection, source_id, [marks[index] for index in sorted(found)])
    return found


def _waits_elsewhere(tools: Tools, source: Source, url: str) -> bool:
    """Tell whether a page is known to lead to a host that is to be left alone."""
    place = tools.led.get(url)
    guest = domain_of(host_of(source.url))
    return place is not None and tools.client.ledger.until(place, now=clock.now(), guest=guest) is not None


def _is_final(error: AnyamError) -> bool:
    """Tell whether a page will hardly be had at the next visit either: what its list says must do."""
    if not isinstance(error, FetchError):
        return GIVEN_UP in str(error)  # what is no article today may be a wall in its place
    return isinstance(error, Disallowed | RefusedAddress) or (error.retry_after is None and error.status in FINAL)


def _waiting(arrival: Arrival, source: Source) -> Arrival:
    """Give an arrival whose article waits for its turn: it is not told before, where that may say what `skip` skips."""
    is_open = not arrival.skipped_by and selection.leaves_open(arrival.entry, source.skip)
    if is_open:
        arrival = replace(arrival, skipped_by=UNREAD, held_by=None)
    return replace(arrival, lacks_text=True, was_asked=False)


def _wants(arrival: Arrival, source: Source) -> bool:
    if arrival.entry.url is None or len(plain(arrival.entry.content)) >= WHOLE:
        return False
    return not arrival.skipped_by or (arrival.fits_not and selection.leaves_open(arrival.entry, source.only))


class Visit:
    """What the articles of one visit have cost: pages and sites asked, bytes fetched, time of the child processes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known: set[str] = set()
        self._party = PARTY.get()
        self._before = self._party.seconds
        self.bytes = 0
        self.left = MOST
        self.refused: dict[str, bool] = {}
        """Hosts that are asked for no more articles, and whether that is for good."""
        self._ends = time.monotonic() + SECONDS
        self.places = asyncio.Semaphore(AT_ONCE)

    @property
    def seconds(self) -> float:
        """What is left of SECONDS."""
        return max(self._ends - time.monotonic(), 0.0)

    def is_over(self) -> bool:
        """Tell whether it has cost all that it may."""
        return self.bytes >= MOST_BYTES or self._party.seconds - self._before >= MOST_WORK

    def admit(self, url: str, *, led: bool = False) -> bool:
        """Tell whether an address belongs to the first sites that are asked, some more of those that pages led to."""
        site, most = robots.origin(url), MOST_SITES + LED * led
        if site not in self._known and len(self._known) >= most:
            return False
        self._known.add(site)
        return True

    async def ask(self, url: str, *, inside: bool = True) -> None:
        """Do as `Permission.ask` does, for where a redirect leads."""
        if not self.admit(url, led=True):
            raise Later(f"{host_of(url)} is one site more than a visit asks for articles; it is tried again later")
        await self._tools.permission.ask(url, inside=inside)


async def _with_text(tools: Tools, source: Source, arrival: Arrival, visit: Visit, *, inside: bool) -> Arrival:
    site = tools.site.config
    request = Request(url=arrival.entry.url or "", inside=inside, source=source.url)
    here = place = host_of(request.url)
    tools.led.pop(request.url, None)

    async def permit(url: str, *, inside: bool = True) -> None:
        nonlocal place
        place = host_of(url)
        await visit.ask(url, inside=inside)

    try:
        document = await tools.client.get(request, permit=permit)
    except FetchError as error:
        visit.bytes += error.read
        # What another host of the domain refuses, this one does; that it waits, or is closed, is its own affair.
        asks_to_wait = isinstance(error, Waiting | Closed) or error.retry_after is not None
        if place == here or (domain_of(place) == domain_of(here) and not asks_to_wait):
            raise
        tools.led[request.url] = place
        while len(tools.led) > MOST_LED:
            del tools.led[next(iter(tools.led))]
        raise Astray(str(error)) from None
    size = len(document.body)
    visit.bytes += size
    with tools.bounded.holding(size, most=MOST_HELD):
        told: Arrival = await tools.bounded.run(
            read_article, document, arrival, source, site.site.timezone, languages(site), clock.now()
        )
    return told
