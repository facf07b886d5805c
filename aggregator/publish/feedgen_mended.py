"""Writes Atom and RSS 2.0 with feedgen, mending what 1.0.0 gets wrong. It chooses no words and no order.

Mended, each by feedgen's own hook `register_extension` but for the last: entry links lose rel, type, hreflang and title
(every one turns into an alternate, which RFC 4287, 4.1.2 forbids); RSS keeps no atom link but self; nothing has
xml:lang; and its dates switch the locale of the whole process, for every thread, while they are written.
"""

import re
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml.etree import SubElement, _Element
from markupsafe import escape

from .postings import Head, Posting

feedgen.entry.formatRFC2822 = feedgen.feed.formatRFC2822 = format_datetime

ATOM, RSS, JSON = "application/atom+xml", "application/rss+xml", "application/feed+json"

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

TTL = 15
"""Minutes that RSS readers may keep the feed: the shortest interval at which Sources are polled by default."""


def atom(head: Head, postings: Sequence[Posting]) -> bytes:
    """Write an Atom feed (RFC 4287), entries in the order given."""
    return bytes(_generator(head, postings).atom_str())


def rss(head: Head, postings: Sequence[Posting]) -> bytes:
    """Write an RSS 2.0 feed (with content:encoded, atom:link, dc and media), items in the order given."""
    return bytes(_generator(head, postings).rss_str())


def _generator(head: Head, postings: Sequence[Posting]) -> Any:
    feed = feedgen.feed.FeedGenerator()
    feed.register_extension("anyam", _FeedMend, _EntryMend)
    feed.anyam.head = head
    feed.id(head.id)
    feed.title(head.title)
    feed.description(head.description)
    feed.author(name=head.author, uri=head.home)
    feed.link(href=head.page, rel="alternate", type="text/html")
    feed.language(head.language)
    feed.updated(head.updated_at)
    feed.generator("Anyam")
    feed.ttl(TTL)
    for posting in postings:
        entry = feed.add_entry(order="append")
        entry.anyam.head, entry.anyam.posting = head, posting
        entry.id(posting.id)
        entry.title(posting.title)
        entry.link(href=posting.url)
        entry.summary(posting.summary)
        entry.content(posting.html, type="html")
        entry.published(posting.published_at)
        entry.updated(posting.updated_at)
        for category in posting.categories:
            entry.category(term=category.term, scheme=category.scheme, label=category.label)
    return feed


class _FeedMend(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    head: Head

    def extend_ns(self) -> dict[str, str]:
        return {"media": _MEDIA, "dc": _DC}

    def extend_atom(self, feed: _Element) -> _Element:
        _feed_links(feed, "", self.head, ATOM)
        return feed

    def extend_rss(self, feed: _Element) -> _Element:
        _feed_links(feed[0], _ATOM, self.head, RSS)
        return feed


_TAG = re.compile(r"<(?=[A-Za-z/!?])")


class _EntryMend(BaseEntryExtension):  # type: ignore[misc]
    head: Head
    posting: Posting

    def extend_atom(self, entry: _Element) -> _Element:
        for link in entry.findall("link"):
            entry.remove(link)
        _link(entry, "", rel="alternate", type="text/html", href=self.posting.url)
        self._extend(entry, "")
        summary = entry.find("summary")
        language = self.posting.summary_language
        if summary is not None and language and language != (self.posting.language or self.head.language):
            summary.set(_LANG, language)
        return entry

    def extend_rss(self, item: _Element) -> _Element:
        title = item.find("title")
        if title is not None and title.text:
            # RSS leaves open whether a title is text or HTML: to many readers, what opens like a tag would be one.
            title.text = _TAG.sub("\u2039", title.text)
        description = item.find("description")
        if description is not None:
            # RSS 2.0 descriptions are HTML: plain text that holds "<" or "&" must say so.
            description.text = str(escape(self.posting.summary))
        SubElement(item, f"{{{_DC}}}creator").text = self.head.author
        SubElement(item, f"{{{_DC}}}language").text = self.posting.language or self.head.language
        # RSS has no date of change of its own.
        SubElement(item, f"{_ATOM}updated").text = self.posting.updated_at.isoformat()
        self._extend(item, _ATOM)
        return item

    def _extend(self, element: _Element, namespace: str) -> None:
        if self.posting.language and self.posting.language != self.head.language:
            element.set(_LANG, self.posting.language)
        for report in self.posting.links:
            _link(
                element,
                namespace,
                rel="related",
                type="text/html",
                href=report.url,
                hreflang=report.language,
                title=report.title,
            )
        if self.posting.image:
            SubElement(element, f"{{{_MEDIA}}}content", url=self.posting.image, medium="image")


def _feed_links(element: _Element, namespace: str, head: Head, own: str) -> None:
    """Name the feed itself, first, since some readers of RSS look no further; its page (feedgen has done so in Atom);
    and the other formats.
    """
    formats = {ATOM: f"{head.self}.atom", RSS: f"{head.self}.rss", JSON: f"{head.self}.json"}
    _link(element, namespace, rel="self", type=own, href=formats.pop(own))
    if namespace:
        _link(element, namespace, rel="alternate", type="text/html", href=head.page)
    for media_type, href in formats.items():
        _link(element, namespace, rel="alternate", type=media_type, href=href)


def _link(element: _Element, namespace: str, **attributes: str | None) -> None:
    SubElement(element, f"{namespace}link", {name: value for name, value in attributes.items() if value})
