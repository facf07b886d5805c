"""Says once, for all formats, what a feed tells of itself and of a Story. It writes no XML and no JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..messages import Voice
from ..values import Channel, Coverage, Record
from . import body, clean


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What feeds say of the site: `url` may end in a path, `timezone` is the IANA name that times are shown in."""

    title: str
    url: str
    language: str
    timezone: str = "UTC"

    def at(self, path: str) -> str:
        """Give the absolute address of a path of the site."""
        return self.url.rstrip("/") + path


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself; addresses are absolute, `self` is the feed's own without its ending."""

    id: str
    title: str
    description: str
    page: str
    self: str
    language: str
    updated_at: datetime
    author: str
    home: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category as RFC 4287 (4.2.2) has it: `scheme` is an IRI, `label` is for people."""

    term: str
    scheme: str
    label: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One Story as a feed tells it. Texts hold only what XML allows, addresses are ASCII URIs, times UTC seconds."""

    id: str
    url: str
    title: str
    language: str | None
    summary: str
    """Plain text, never empty."""
    summary_language: str | None
    html: str
    published_at: datetime
    updated_at: datetime
    reports: tuple[Coverage, ...]
    categories: tuple[Category, ...]
    image: str | None
    more: int = 0
    """How many reports are not in `reports`."""

    @property
    def links(self) -> tuple[Coverage, ...]:
        """The reports that can be linked to, each address once."""
        return tuple({report.url: report for report in reversed(self.reports) if report.url}.values())[::-1]


def posting(record: Record, channel: Channel, site: SiteWords, voice: Voice) -> Posting:
    """Tell `record` in the words of `voice`; raises ValueError where its id is no UUID or a time has no zone."""
    story = str(UUID(record.story))
    reports = tuple(_cleaned(report) for report in record.reports)
    titles = (record.title, *(report.title for report in reports))
    title = next(filter(None, map(clean.line, titles)), voice.text("Untitled story"))
    lead = body.Lead(
        text=clean.text(record.summary).strip(),
        language=clean.tag(record.summary_language),
        image=clean.address(record.image),
    )
    more = body.More(reports=record.more, outlets=record.more_outlets)
    url = site.at(f"/stories/{story}")
    return Posting(
        id=f"urn:uuid:{story}",
        url=url,
        title=title,
        language=clean.tag(record.language),
        summary=lead.text or body.said_by(reports, more, voice),
        summary_language=lead.language if lead.text else voice.language,
        html=body.html(lead, reports, more, voice, url=url, site=clean.line(site.title), timezone=site.timezone),
        published_at=clean.moment(record.published_at),
        updated_at=clean.moment(record.updated_at),
        reports=reports,
        categories=tuple(_categories(record, channel, site)),
        image=lead.image,
        more=record.more,
    )


def _cleaned(report: Coverage) -> Coverage:
    return Coverage(
        entry=report.entry,
        outlet=clean.line(report.outlet),
        source=clean.line(report.source),
        title=clean.line(report.title) or clean.line(report.outlet),
        url=clean.address(report.url),
        language=clean.tag(report.language),
        at=clean.moment(report.at),
        summary=clean.text(report.summary),
        copy_of=clean.line(report.copy_of) or None,
    )


def _categories(record: Record, channel: Channel, site: SiteWords) -> Iterable[Category]:
    if channel.section:
        # Only the Section's own feed has its title: a view of it is called otherwise.
        title = clean.line(channel.title) if channel.path == f"/sections/{channel.section}" else ""
        yield Category(channel.section, site.at("/sections"), title or channel.section)
    topic, label = clean.line(record.topic), clean.line(record.topic_title)
    if topic and label:
        yield Category(topic, site.at("/topics"), label)
