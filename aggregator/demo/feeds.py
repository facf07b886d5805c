"""The newsroom's feeds, in RSS 2.0, RSS 1.0, Atom and JSON Feed. It chooses no items."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from .addresses import Addresses
from .picture import weave
from .script import Item, Outlet, Timeline

MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Channel:
    """All that one feed is written from; `changed` is the minute of its last change."""

    outlet: Outlet
    section: str
    section_title: str
    items: tuple[Item, ...]
    changed: float
    timeline: Timeline
    addresses: Addresses

    @property
    def title(self) -> str:
        """Give the feed's own title."""
        return f"{self.outlet.name} | {self.section_title}"

    @property
    def front(self) -> str:
        """Give the page that the feed belongs to."""
        return self.addresses.front(self.outlet, self.section)

    def link(self, item: Item) -> str:
        """Give an item's address as this feed prints it."""
        return self.addresses.link(self.outlet, item)

    def moment(self, minute: float) -> datetime:
        """Give the time of a minute on the outlet's own clock."""
        return self.timeline.moment(minute).astimezone(ZoneInfo(self.outlet.timezone))


def write_feed(channel: Channel) -> bytes:
    """Write the feed in its outlet's format and encoding; the same channel always gives the same bytes."""
    return _WRITERS[channel.outlet.format](channel).encode(channel.outlet.encoding, "xmlcharrefreplace")


def break_feed(document: bytes, *, encoding: str) -> bytes:
    """Give a feed as a machine in trouble sends it: after its first line an error message, and no feed any more."""
    first_line = document.decode(encoding).partition("\n")[0]
    return f"{first_line}\n<br /><b>Error</b>: query failed in <b>/srv/feed.php & cache\n".encode(encoding)


def html_text(item: Item) -> str:
    """Give an item's whole text as HTML paragraphs."""
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in item.paragraphs)


def _rss(channel: Channel) -> str:
    outlet = channel.outlet
    address = channel.addresses.feed(outlet, channel.section)
    items = "".join(_rss_item(channel, item) for item in channel.items)
    return (
        f'<?xml version="1.0" encoding="{outlet.encoding}"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(channel.title)}</title>\n<link>{channel.front}</link>\n"
        f"<description>{escape(outlet.tagline)}</description>\n<language>{outlet.language}</language>\n"
        f"<lastBuildDate>{format_datetime(channel.moment(channel.changed))}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href="{address}"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(channel: Channel, item: Item) -> str:
    content = f"<content:encoded><![CDATA[{html_text(item)}]]></content:encoded>\n" if channel.outlet.full else ""
    return (
        f"<item>\n<title>{escape(item.title)}</title>\n<link>{escape(channel.link(item))}</link>\n"
        f'<guid isPermaLink="false">{item.id}</guid>\n'
        f"<pubDate>{format_datetime(channel.moment(item.dated))}</pubDate>\n"
        f"{_optional('dc:creator', item.author)}{_optional('category', item.category)}"
        f"<description>{escape(item.paragraphs[0])}</description>\n{content}{_enclosure(channel, item)}</item>\n"
    )


def _enclosure(channel: Channel, item: Item) -> str:
    if not item.caption:
        return ""
    picture = channel.addresses.picture(item)
    return f'<enclosure url="{picture}" type="image/png" length="{len(weave(item.id))}"/>\n'


def _rdf(channel: Channel) -> str:
    order = "".join(f'<rdf:li rdf:resource="{escape(channel.link(item))}"/>' for item in channel.items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{channel.front}">\n<title>{escape(channel.title)}</title>\n'
        f"<link>{channel.front}</link>\n"
        f"<description>{escape(channel.outlet.tagline)}</description>\n"
        f"<dc:language>{channel.outlet.language}</dc:language>\n"
        f"<items><rdf:Seq>{order}</rdf:Seq></items>\n</channel>\n"
        f"{''.join(_rdf_item(channel, item) for item in channel.items)}</rdf:RDF>\n"
    )


def _rdf_item(channel: Channel, item: Item) -> str:
    link = escape(channel.link(item))
    text = "\n".join(item.paragraphs)
    return (
        f'<item rdf:about="{link}">\n<title>{escape(item.title)}</title>\n<link>{link}</link>\n'
        f"<description>{escape(text)}</description>\n"
        f"{_optional('dc:creator', item.author)}{_optional('dc:subject', item.category)}"
        f"<dc:date>{channel.moment(item.dated).isoformat()}</dc:date>\n</item>\n"
    )


def _atom(channel: Channel) -> str:
    outlet = channel.outlet
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<id>{channel.front}</id>\n<title>{escape(channel.title)}</title>\n"
        f"<subtitle>{escape(outlet.tagline)}</subtitle>\n"
        f'<link rel="alternate" type="text/html" href="{channel.front}"/>\n'
        f'<link rel="self" href="{channel.addresses.feed(outlet, channel.section)}"/>\n'
        f"<author><name>{escape(outlet.name)}</name></author>\n"
        f"<updated>{channel.moment(channel.changed).isoformat()}</updated>\n"
        f"{''.join(_atom_entry(channel, item) for item in channel.items)}</feed>\n"
    )


def _atom_entry(channel: Channel, item: Item) -> str:
    author = f"<author>{_optional('name', item.author)}</author>\n" if item.author else ""
    category = f'<category term="{escape(item.category)}"/>\n' if item.category else ""
    content = f'<content type="html">{escape(html_text(item))}</content>\n' if channel.outlet.full else ""
    updated = item.dated if item.updated is None else item.updated
    return (
        f"<entry>\n<id>urn:newsroom:{item.id}</id>\n<title>{escape(item.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href="{escape(channel.link(item))}"/>\n'
        f"<published>{channel.moment(item.dated).isoformat()}</published>\n"
        f"<updated>{channel.moment(updated).isoformat()}</updated>\n{author}{category}"
        f"<summary>{escape(item.paragraphs[0])}</summary>\n{content}</entry>\n"
    )


def _json(channel: Channel) -> str:
    outlet = channel.outlet
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.front,
        "feed_url": channel.addresses.feed(outlet, channel.section),
        "description": outlet.tagline,
        "language": outlet.language,
        "items": [_json_item(channel, item) for item in channel.items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _json_item(channel: Channel, item: Item) -> dict[str, object]:
    fields: dict[str, object] = {
        "id": item.id,
        "url": channel.link(item),
        "title": item.title,
        "summary": item.paragraphs[0],
        "content_html": html_text(item) if channel.outlet.full else f"<p>{escape(item.paragraphs[0])}</p>",
        "date_published": channel.moment(item.dated).isoformat(),
    }
    if item.updated is not None:
        fields["date_modified"] = channel.moment(item.updated).isoformat()
    if item.author:
        fields["authors"] = [{"name": item.author}]
    if item.category:
        fields["tags"] = [item.category]
    if item.caption:
        fields["image"] = channel.addresses.picture(item)
    return fields


def _optional(tag: str, text: str | None) -> str:
    return f"<{tag}>{escape(text)}</{tag}>\n" if text else ""


_WRITERS: dict[str, Callable[[Channel], str]] = {"rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json}
