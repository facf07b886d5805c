"""What the newsroom answers at each address and minute. It opens no socket and reads no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from .addresses import ENDINGS, Addresses
from .feeds import MEDIA_TYPES, Channel, break_feed, write_feed
from .newsroom import Newsroom
from .papers import Sheet, write_article, write_front
from .picture import weave
from .script import Item, Outlet, Timeline

HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
ROBOTS = b"User-agent: *\nDisallow:\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `changed` is the minute of the document's last change, None where it has no validators."""

    status: int
    media_type: str
    body: bytes
    changed: float | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """The newsroom at its addresses; `notice` gives, by language code, the line that says it is invented."""

    newsroom: Newsroom
    timeline: Timeline
    addresses: Addresses
    notice: Callable[[str], str]

    def answer(self, path: str, minute: float) -> Answer:
        """Answer a path (no query) as at a minute of the script: a pure function of the two."""
        if path == "/robots.txt":
            return Answer(200, PLAIN, ROBOTS)
        if path == "/":
            return Answer(200, HTML, self._index())
        outlet_id, _, rest = path.removeprefix("/").partition("/")
        outlet = self.newsroom.outlet(outlet_id)
        section, _, name = rest.partition("/")
        bare = section.removesuffix(ENDINGS.get(outlet.format, "")) if outlet else section
        if outlet is None or bare not in outlet.sections:
            return _missing()
        if name:
            return self._article(outlet, bare, name, minute)
        is_source = outlet.format == "page" or section != bare
        return self._source(outlet, bare, minute) if is_source else self._front(outlet, bare, minute)

    def _source(self, outlet: Outlet, section: str, minute: float) -> Answer:
        """Answer what Anyam polls, with the outlet's troubles."""
        trouble = self.newsroom.trouble_at(outlet.id, minute)
        if trouble == "missing":
            return _missing()
        if trouble == "error":
            return Answer(500, PLAIN, b"The newsroom's machine is down.\n")
        if outlet.format == "page":
            return self._front(outlet, section, minute)
        changed = self.newsroom.changed_at(outlet.id, minute, section)
        items = self.newsroom.items_at(outlet.id, minute, section)
        title = self.newsroom.words[outlet.language].sections[section]
        body = write_feed(Channel(outlet, section, title, items, changed, self.timeline, self.addresses))
        media_type = f"{MEDIA_TYPES[outlet.format]}; charset={outlet.encoding}"
        if trouble == "broken":
            return Answer(200, media_type, break_feed(body, encoding=outlet.encoding))
        return Answer(200, media_type, body, changed)

    def _front(self, outlet: Outlet, section: str, minute: float) -> Answer:
        changed = self.newsroom.changed_at(outlet.id, minute, section)
        return Answer(200, HTML, write_front(self._sheet(outlet, section, minute)), changed)

    def _article(self, outlet: Outlet, section: str, name: str, minute: float) -> Answer:
        sheet = self._sheet(outlet, section, minute)
        changed = self.newsroom.changed_at(outlet.id, minute, section)
        for item in sheet.items:
            if name == item.slug:
                return Answer(200, HTML, write_article(sheet, item), changed)
            if name in item.former_slugs:
                return Answer(301, PLAIN, b"", location=self.addresses.article(item))
            if name == f"{item.event}.png" and item.caption:
                return Answer(200, "image/png", weave(item.id), item.at)
        return _missing()

    def _sheet(self, outlet: Outlet, section: str, minute: float) -> Sheet:
        items: tuple[Item, ...] = self.newsroom.items_at(outlet.id, minute, section)
        words = self.newsroom.words[outlet.language]
        return Sheet(outlet, section, words, items, self.timeline, self.addresses, self.notice)

    def _index(self) -> bytes:
        """List every outlet with its fronts and feeds, for people who look around."""
        rows = "".join(
            f'<li lang="{outlet.language}" dir="auto"><a href="{self.addresses.front(outlet, section)}">'
            f"{escape(outlet.name)}: {escape(self.newsroom.words[outlet.language].sections[section])}</a>"
            f' <a href="{self.addresses.feed(outlet, section)}">{outlet.format}</a></li>\n'
            for outlet in self.newsroom.outlets
            for section in outlet.sections
        )
        head = '<!DOCTYPE html>\n<html lang="id"><meta charset="utf-8"><title>Anyam</title>\n'
        return f"{head}<ul>\n{rows}</ul></html>\n".encode()


def _missing() -> Answer:
    return Answer(404, PLAIN, b"There is nothing at this address.\n")
