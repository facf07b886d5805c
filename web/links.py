"""Builds every address of the public site from `site.url`. It never sees a request or its Host header."""

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from .assets import mark

FORMATS = (
    ("atom", "application/atom+xml", "Atom"),
    ("rss", "application/rss+xml", "RSS"),
    ("json", "application/feed+json", "JSON Feed"),
)
"""Ending, media type and name of each published format, the default first."""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """One format of a feed as a page names it: `title` says what is in it, `name` the format."""

    href: str
    media_type: str
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Links:
    """The public address of the site: `root` without a closing slash, `prefix` its path alone ("" or "/news")."""

    root: str
    prefix: str = field(init=False)

    def __post_init__(self) -> None:
        root = self.root.rstrip("/")
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "prefix", urlsplit(root).path.rstrip("/"))

    def href(self, path: str) -> str:
        """Give the link from one page to another: `path` ("/feeds") under the site's path prefix."""
        return self.prefix + quote(path, safe="/?=&;~.:-_")

    def public(self, path: str) -> str:
        """Give the full public address of `path`."""
        return self.root + quote(path, safe="/?=&;~.:-_")

    def asset(self, name: str) -> str:
        """Give the link to a static file, with a mark that changes with its bytes: it may be cached for ever."""
        return f"{self.prefix}/static/{name}?v={mark(name)}"

    def feeds(self, base: str, *, title: str) -> tuple[FeedLink, ...]:
        """Give each format's link to the feed at `base` ("/sections/internasional"), the default first."""
        return tuple(FeedLink(self.href(f"{base}.{end}"), kind, title, name) for end, kind, name in FORMATS)
