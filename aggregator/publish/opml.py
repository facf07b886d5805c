"""Writes OPML 2.0 (opml.org/spec2): the feeds that we publish, the Sources that we read. It chooses none of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.etree import Element, SubElement, _Element, tostring

from ..messages import speak
from ..values import Channel
from . import clean
from .postings import SiteWords


@dataclass(frozen=True, slots=True)
class Listed:
    """A Source as OPML lists it: `feed` is its address if it is a feed, `page` its page, or the page that is polled."""

    name: str
    feed: str | None = None
    page: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """The public Sources of one Section."""

    title: str
    sources: Sequence[Listed]


def feeds_opml(channels: Iterable[Channel], site: SiteWords) -> bytes:
    """List what we publish, each feed once, as Atom."""
    root, body = _document(speak(site.language).text("Feeds of {site}", site=_name(site)))
    for channel in channels:
        feed, page = site.at(f"{channel.path}.atom"), site.at(channel.page)
        _outline(body, Listed(channel.title, feed, page, channel.language))
    return _written(root)


def sources_opml(shelves: Iterable[Shelf], site: SiteWords) -> bytes:
    """List what we read, by Section; a Source that no reader could subscribe to stands there as a link."""
    root, body = _document(speak(site.language).text("Sources of {site}", site=_name(site)))
    for shelf in shelves:
        section = SubElement(body, "outline", text=clean.line(shelf.title))
        for source in shelf.sources:
            _outline(section, source)
    return _written(root)


def _document(title: str) -> tuple[_Element, _Element]:
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = title
    return root, SubElement(root, "body")


def _outline(parent: _Element, listed: Listed) -> None:
    feed, page, language = clean.address(listed.feed), clean.address(listed.page), clean.tag(listed.language)
    name = clean.line(listed.name)
    if feed:
        outline = SubElement(parent, "outline", type="rss", text=name, title=name, xmlUrl=feed)
        if page:
            outline.set("htmlUrl", page)
    elif page:
        outline = SubElement(parent, "outline", type="link", text=name, url=page)
    else:
        return
    if language:
        outline.set("language", language)


def _name(site: SiteWords) -> str:
    return clean.line(site.title) or clean.line(site.url)


def _written(root: _Element) -> bytes:
    return tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
