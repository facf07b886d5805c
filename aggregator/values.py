"""The frozen values that pass from room to room, in the order of the way. They hold data and decide nothing."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

# --- fetch -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What `fetch` is asked for: an address, the validators to echo byte for byte, and a Source's own headers."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    user: str | None = None
    password: str | None = None
    inside: bool = True
    """It may lead to the addresses of `fetch.allow`: not where a foreign page named it."""
    home: str | None = None
    """The address whose host alone may see these headers, user and password; None: `url` itself."""
    source: str | None = None
    """The address of the Source for which this is asked, "" for none in particular; None: `url` itself."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a host answered: `status` is 200 or 304, header names are lower case, the body is unpacked."""

    url: str
    """The address that answered, after redirects."""
    status: int
    headers: dict[str, str]
    body: bytes
    moved_to: str | None = None
    """Where an unbroken chain of 301 and 308 answers led, if the first hop was one."""
    inside: bool = False
    """It came from an address that `fetch.allow` names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit, or the end of a wait, is when it is: a code, which `messages.reasons` puts into words."""

    code: str
    """One that is not known there is the words themselves, from an older store."""
    amount: int | None = None
    """Seconds, a count or a status: the code says which."""
    limit: int | None = None
    """The shortest or longest interval of the site, in seconds, where it stands in for `amount`."""
    skips: bool = False
    """The document's skipHours or skipDays put the visit off further."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was asked of one host since the last Tally, and until when it asked to be left alone."""

    host: str
    requests: int = 0
    not_modified: int = 0
    failures: int = 0
    waits: int = 0
    wait_until: datetime | None = None
    wait_reason: Reason | None = None


# --- parse, pages ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its markup said: `html` is False for plain text, whatever the text looks like."""

    value: str
    html: bool = False


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that an item offers: `length` in bytes, None if unknown."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item as a document says it, neither cleaned nor resolved: every text is still untrusted."""

    id: str | None = None
    """The item's own id (guid, atom:id, JSON Feed id), None where it has none."""
    url: str | None = None
    title: Text | None = None
    summary: Text | None = None
    content: Text | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    published: str | datetime | None = None
    """A datetime where the parser was sure of it, else the words of the document."""
    updated: str | datetime | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    image: str | None = None
    image_caption: str | None = None
    section: str | None = None
    base: str | None = None
    """The base of its relative links; None: the document's address."""
    via_name: str | None = None
    """RSS `source`, atom:source title: whom the item says it was taken from."""
    via_url: str | None = None


@dataclass(frozen=True, slots=True)
class Asks:
    """What a document asks of those who visit it."""

    ttl: int | None = None
    """Minutes between visits (RSS ttl, sy:updatePeriod)."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, in which not to come (RSS skipHours)."""
    skip_days: frozenset[str] = frozenset()
    """Days of the week, in English and lower case, on which not to come (RSS skipDays)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a document holds, from a feed or from a page: its own words about itself, and its items in order."""

    items: tuple[Item, ...]
    title: str | None = None
    url: str | None = None
    id: str | None = None
    language: str | None = None
    updated: str | datetime | None = None
    asks: Asks = Asks()
    format: str = ""
    """rss, rdf, atom, json or page, with its version where one is said."""
    problems: tuple[str, ...] = ()
    """What was wrong with the document although items could be kept, in plain words."""
    is_whole: bool = True
    """False where the document ends in the middle: what it lacks comes with the next visit, so its validators lie."""
    hubs: tuple[str, ...] = ()
    """Where it can be subscribed to (WebSub), as it says so: neither resolved nor checked."""
    topic: str | None = None
    """Its own address, by which its hubs know it."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article's own page, read: `content` is untrusted HTML of the text alone, without the photo's caption."""

    title: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    published: str | datetime | None = None
    updated: str | datetime | None = None
    section: str | None = None
    language: str | None = None
    image: str | None = None
    image_caption: str | None = None
    url: str | None = None
    """The page's canonical address, where it names one."""


# --- normalize -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as one Source gave it, clean: plain title, sanitised HTML, absolute http(s) links, aware UTC times."""

    entry_id: str
    """The item's own id, else its address, else one made from its words; never empty."""
    keys: tuple[bytes, ...]
    """16-byte digests, strongest first, any of which tells that an item seen later is this Entry."""
    url: str | None
    title: str
    """Plain text of one line; the first words of the text where the item has no title."""
    summary: str
    """Plain text."""
    content: str
    """Sanitised HTML, empty where the item gives none."""
    authors: tuple[str, ...]
    language: str | None
    """BCP 47, lower-case primary tag: declared, else detected."""
    published_at: datetime | None
    updated_at: datetime | None
    date_note: str | None
    """Why `published_at` is not what the item said, if so."""
    categories: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    image: str | None
    image_caption: str | None
    section: str | None
    via_name: str | None
    via_url: str | None
    digest: bytes
    """16 bytes over what a reader sees, which are equal where nothing has changed, and more over the title alone."""
    named: int = 0
    """How many of `keys`, the first ones, hold the item's own id."""
    linked: int = 0
    """How many of `keys`, those after the `named`, hold its address."""
    weak: int = 0
    """How many of `keys`, the last ones, leave out the item's date, and so lead to an Entry of the same date only."""
    drift: timedelta | None = None
    """How far from the moment of the visit it is dated, where most of its document is dated there at once."""


# --- copies, stories, topics -----------------------------------------------------------------------------------------


UNTOLD = " (not told in time)"
"""How the words end that name an expression of which nobody knows whether it fits."""
WHOLE = 1_000
"""Characters of text from which on a list is taken to hold the article itself: to fetch its page would be a waste."""
UNREAD = "skip (its article is to be read first)"
"""What keeps an Entry out of Stories, for some hours at most, whose article waits for its turn and may say what `skip`
looks at."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An Entry on its way into the store, with what its Source's settings make of it."""

    entry: Entry
    excerpt: str
    """The plain words that may be republished."""
    skipped_by: str | None = None
    """The `only` or `skip` rule that keeps it out of Stories."""
    held_by: str | None = None
    """The rule that could not be searched in it in time, by which an Entry that was skipped stays so."""
    lacks_text: bool = False
    """Its article's page was wanted, and could not be had this time."""
    doubt: str | None = None
    """Why it is held back for an editor's eye: it is unlike what its Source brought before."""
    was_asked: bool = True
    """It was asked for: what had to wait for its turn is no failure of the page."""
    headline: str | None = None
    """The title that its list gives it, where its article's page was read."""

    @property
    def is_read(self) -> bool:
        """It holds what its article says, and not its list alone."""
        return self.headline is not None

    @property
    def fits_not(self) -> bool:
        """`only` alone skips it, which its article may fit where its list does not."""
        return self.skipped_by is not None and self.skipped_by.startswith("only")


@dataclass(frozen=True, slots=True)
class Skipped:
    """An Entry that a rule of its Source skips, with what rules look at."""

    number: int
    entry_id: str
    title: str
    summary: str
    url: str | None
    categories: tuple[str, ...]
    by: str
    """The rule."""
    is_whole: bool = True
    """It holds more than its list's title and summary: there is no article to ask for."""


@dataclass(frozen=True, slots=True)
class Report:
    """An Entry as the story engine sees it when it arrives, at one revision."""

    entry: int
    outlet: str
    url: str | None
    title: str
    summary: str
    """Plain text."""
    content: str
    """Sanitised HTML."""
    language: str | None
    published_at: datetime | None
    authors: tuple[str, ...] = ()
    via_name: str | None = None
    via_url: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Who first reported what an Entry says, as the Entry itself tells it."""

    name: str
    """The one that origins are counted by; of an office, its name as it stands in the text."""
    kind: Literal["own", "agency", "outlet", "official", "relay"]
    """own: the outlet itself; official: an office that made it known; relay: it passes on another's report."""
    evidence: str
    """The words that say it, as they stand in the text, or the field with its value; 160 characters at most."""
    certainty: float
    """0 to 1; from `origins.COUNTED` on it counts in a Story."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One origin of a Story: how many of its reports go back to it."""

    name: str
    kind: Literal["own", "agency", "outlet", "official", "relay"]
    reports: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the stored log. The engine takes time (`at`, aware UTC) and new ids (`mint`) only from here."""

    seq: int
    at: datetime
    kind: Literal["entry", "vector", "tick", "edit", "model", "weights"]
    """An Entry arrived, or its vector; a tick, which asks for a repair; an editor has decided; from then on another
    model makes the vectors, or other weights decide."""
    entry: int
    revision: int
    mint: str
    """A random UUID that becomes the id of the Story or Topic that starts with this event, if one does."""
    outlet: str = ""
    """Whose report it was then: feeds.yaml may give the Source to another outlet later."""
    edit: int = 0
    """The Edit's number."""
    model: str = ""
    """The model that made a vector, or makes them from then on; of weights, their digest."""


def derived(mint: str, kind: str, of: str | int) -> str:
    """Give an id of its own out of a minted one, where one event may begin several things: a UUID for each."""
    return str(uuid.UUID(bytes=hashlib.blake2b(f"{kind} {mint} {of}".encode(), digest_size=16).digest(), version=4))


@dataclass(frozen=True, slots=True)
class Placement:
    """What the engine decided of an Entry: the Story it is in, whether that starts there, and whose copy it is."""

    entry: int
    story: str
    starts: bool
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """Two Stories that tell one event: `loser` goes on as `winner`."""

    loser: str
    winner: str


@dataclass(frozen=True, slots=True)
class Split:
    """A Story that tells two events: these Entries go on as a Story of their own, `start`."""

    story: str
    start: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the engine decided of Topics: this Topic holds these Stories more; `opens` when it is new."""

    topic: str
    stories: tuple[str, ...]
    opens: bool
    title: str = ""
    language: str | None = None


# --- sections, publish -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coverage:
    """One outlet's report within a Story as people see it: in pages, and frozen in what was published."""

    entry: int
    outlet: str
    source: str
    title: str
    url: str | None
    language: str | None
    at: datetime
    """When it was published, at the latest when it was seen first; aware UTC."""
    summary: str = ""
    copy_of: str | None = None
    """The outlet whose report this one copies."""
    backlog: bool = False
    """It was old when it came, with what its Source had collected before: no news."""


@dataclass(frozen=True, slots=True)
class Story:
    """One news event with every Entry about it, as the store holds it now."""

    id: str
    title: str
    language: str | None
    summary: str
    summary_language: str | None
    first_at: datetime
    """When its first report came."""
    updated_at: datetime
    """The time of its newest report that is no copy."""
    sections: tuple[str, ...]
    topic: str | None
    topic_title: str | None
    reports: tuple[Coverage, ...]
    """The lead first, then by time."""
    image: str | None = None
    image_caption: str | None = None
    image_language: str | None = None
    """Of the report that the picture, with its caption, is from."""
    image_outlet: str | None = None
    published: bool = False
    origins: tuple[Counted, ...] = ()
    """Who reported it first, and how many of its reports go back to each."""
    names: tuple[tuple[str, str], ...] = ()
    """What editors call it, by language; "" for every one that has none."""
    edited: bool = False
    """An editor has changed it since it was published."""

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that report it, each once, in order of their first report."""
        return tuple(dict.fromkeys(report.outlet for report in sorted(self.reports, key=lambda r: (r.at, r.entry))))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is told in, each once, in order."""
        return tuple(sorted({report.language for report in self.reports if report.language}))


@dataclass(frozen=True, slots=True)
class Record:
    """What was published of a Story in one feed: feeds are made from Records only, never from live Stories."""

    story: str
    published_at: datetime
    """When it entered this feed."""
    updated_at: datetime
    """Moves on a material change only."""
    title: str
    language: str | None
    summary: str
    summary_language: str | None
    reports: tuple[Coverage, ...]
    topic: str | None = None
    topic_title: str | None = None
    image: str | None = None
    refreshed_at: datetime | None = None
    """When something less than material was last taken in, which moved `updated_at` not at all; None: never since."""
    more: int = 0
    """How many reports are not in `reports`, which is bounded."""
    more_outlets: int = 0
    """How many outlets have none of their reports in `reports`."""
    more_voices: int = 0
    """How many outlets speak for themselves, but in no report that is in `reports`."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed that we publish: `path` without ending ("/sections/internasional"), `page` the page it belongs to."""

    path: str
    page: str
    id: str
    """Permanent IRI, minted once (urn:uuid:...)."""
    title: str
    language: str
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One document ready to serve: the bytes, their strong ETag (quotes included) and when they last changed."""

    path: str
    media_type: str
    body: bytes
    etag: str
    modified_at: datetime = field(compare=False)
