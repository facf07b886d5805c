"""The values of the newsroom's script and how its minutes lie in time. They read no clock and no file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Format = Literal["rss", "rdf", "atom", "json", "page"]
Trouble = Literal["missing", "error", "broken"]

BEGINNING = -4320.0
"""The earliest minute of the script: three days before the start, so that a subject has a past."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the demo's site."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the outlets of one language print around their texts: content, as the texts are."""

    by: str
    writer: str
    photo: str
    read_also: str
    popular: str
    share: str
    home: str
    date: str
    """A format with the fields weekday, day, month, year and clock."""
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outage:
    """Minutes, `since` to before `until`, when an outlet's documents are missing (404), an error (500) or broken."""

    since: float
    until: float
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet and the form in which it publishes."""

    id: str
    name: str
    tagline: str
    language: str
    format: Format
    sections: tuple[str, ...]
    timezone: str
    full: bool = False
    """Its feed holds the whole text, not the lead alone."""
    tracking: str = ""
    """A query that its feed adds to every link."""
    encoding: str = "utf-8"
    selectors: tuple[tuple[str, str], ...] = ()
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an item at a minute: a new title, a new address, another text, or the top place."""

    at: float
    title: str | None = None
    slug: str | None = None
    paragraphs: tuple[str, ...] | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One outlet's telling of one event; times in minutes from the start, paragraphs plain, the lead first."""

    id: str
    event: str
    outlet: str
    section: str
    at: float
    dated: float
    """The time that the outlet prints; earlier than `at` in a late report."""
    title: str
    slug: str
    paragraphs: tuple[str, ...]
    author: str | None = None
    category: str | None = None
    caption: str | None = None
    """Names its photo; without a caption there is none."""
    updated: float | None = None
    pinned: bool = False
    former_slugs: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def as_of(self, minute: float) -> "Item":
        """Give the item with the changes made up to `minute`."""
        item = self
        for change in self.changes:
            if change.at <= minute:
                item = _changed(item, change)
        return item


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, as all outlets tell it; `subject` names the continuing subject it belongs to."""

    id: str
    section: str
    subject: str | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How minutes lie in real time: those of the past as they are, those from `started` on divided by `speed`."""

    started: datetime
    speed: float = 1.0

    def moment(self, minute: float) -> datetime:
        """Give the aware time of a minute, in whole seconds as HTTP dates are."""
        passed = minute if minute < 0 else minute / self.speed
        return (self.started + timedelta(minutes=passed)).replace(microsecond=0)

    def minute(self, at: datetime) -> float:
        """Give the minute of the script that an aware time falls in."""
        passed = (at - self.started).total_seconds() / 60
        return passed if passed < 0 else passed * self.speed


def _changed(item: Item, change: Change) -> Item:
    moved = change.slug is not None and change.slug != item.slug
    reworded = change.title is not None or change.paragraphs is not None
    return replace(
        item,
        title=change.title or item.title,
        slug=change.slug or item.slug,
        former_slugs=(*item.former_slugs, item.slug) if moved else item.former_slugs,
        paragraphs=change.paragraphs or item.paragraphs,
        pinned=change.pinned or item.pinned,
        updated=change.at if reworded else item.updated,
    )
