"""Renders a channel's records in all formats: same state, same bytes. It knows no store and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..messages import Voice, speak
from ..values import Channel, Record
from . import clean
from .feedgen_mended import atom, rss
from .jsonfeed import jsonfeed
from .postings import Head, Posting, SiteWords, posting

__all__ = ["LIMITS", "Limits", "Rendering", "SiteWords", "current", "render"]

BEFORE_ANY = datetime(2024, 1, 1, tzinfo=UTC)
"""When an empty feed changed: Atom wants a time (RFC 4287, 4.1.1), and the same one however often it is rendered."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the current document holds: what came in `window`, but `least` to `most` records."""

    window: timedelta = timedelta(hours=48)
    least: int = 50
    most: int = 200


LIMITS = Limits()
"""48 hours outlast a weekend day of a reader that was off; 50 entries are what readers expect of a slow feed, and 200
keep a fast one near a megabyte as a rule."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One channel in three formats, and the records that could not be told: (story id, why)."""

    bodies: dict[str, bytes]
    """By ending: "atom", "rss", "json"."""
    updated_at: datetime
    left_out: tuple[tuple[str, str], ...] = ()


def render(channel: Channel, records: Sequence[Record], *, site: SiteWords, limits: Limits = LIMITS) -> Rendering:
    """Render the newest of `records` (in any order), newest first, in the channel's language.

    A record that cannot be told is left out, named, and costs no other. A pure function of its arguments.
    """
    voice = speak(channel.language)
    postings: list[Posting] = []
    left_out: list[tuple[str, str]] = []
    for record in current(records, limits):
        try:
            postings.append(posting(record, channel, site, voice))
        except (ValueError, OverflowError) as error:
            left_out.append((record.story, str(error)))
    head = _head(channel, postings, site, voice)
    bodies = {"atom": atom(head, postings), "rss": rss(head, postings), "json": jsonfeed(head, postings)}
    return Rendering(bodies, head.updated_at, tuple(left_out))


def current(records: Sequence[Record], limits: Limits = LIMITS) -> Sequence[Record]:
    """Pick what the current document holds, newest first by when it entered the feed, its newest report, its id.

    The window is counted from the newest record, not from now: a feed at rest keeps its bytes.
    """
    # Many enter a new feed at one moment: the one with the newest report comes first.
    ranked = sorted(records, key=lambda record: record.story)
    ranked.sort(
        key=lambda record: max((report.at for report in record.reports), default=record.published_at), reverse=True
    )
    ranked.sort(key=lambda record: record.published_at, reverse=True)
    recent = [record for record in ranked if ranked[0].published_at - record.published_at <= limits.window]
    return ranked[: min(max(len(recent), limits.least), limits.most)]


def _head(channel: Channel, postings: Sequence[Posting], site: SiteWords, voice: Voice) -> Head:
    name = clean.line(site.title) or clean.line(site.url)
    title = clean.line(channel.title) or name
    return Head(
        id=channel.id,
        title=title,
        description=voice.text("Each story once, with every outlet that reports it"),
        page=site.at(channel.page),
        self=site.at(channel.path),
        language=clean.tag(channel.language) or voice.language,
        updated_at=max((each.updated_at for each in postings), default=BEFORE_ANY),
        author=name,
        home=site.at("/"),
    )
