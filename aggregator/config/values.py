"""The frozen values that feeds.yaml becomes, named exactly like its keys, with every default. They read nothing.

The marks (`Rule`) say how each value is read from the file; `reading` follows them. Durations are seconds.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from . import addresses, rules, stored, tags
from .rules import Rule

Text = Annotated[str, Rule(rules.text)]
Flag = Annotated[bool, Rule(rules.flag)]
Seconds = Annotated[float, Rule(rules.duration)]
Language = Annotated[str, Rule(tags.language)]
Zone = Annotated[str, Rule(rules.zone)]
Identifier = Annotated[str, Rule(rules.identifier)]
Url = Annotated[str, Rule(addresses.url)]
Pattern = Annotated[str, Rule(rules.pattern)]
Selector = Annotated[str, Rule(rules.selector)]
Endpoint = Annotated[addresses.Endpoint, Rule(addresses.endpoint)]
Kind = Annotated[Literal["feed", "page"], Rule(rules.one_of("feed", "page"))]
Republish = Annotated[Literal["excerpt", "full"], Rule(rules.one_of("excerpt", "full"))]
Weekday = Annotated[
    Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    Rule(rules.one_of("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
]


@dataclass(frozen=True, slots=True)
class Site:
    """What the whole site is called, and where it lives: every link and self link starts with `url`."""

    title: Text = "Anyam"
    url: Annotated[str, Rule(addresses.site_url)] = "http://127.0.0.1:8000"
    """Without a slash at its end; may have a path."""
    language: Language = "id"
    contact: Annotated[str, Rule(addresses.contact)] | None = None
    """Named in the User-Agent."""
    timezone: Zone = "UTC"


@dataclass(frozen=True, slots=True)
class Fetch:
    """How outlets are asked; the times are seconds."""

    allow: frozenset[Endpoint] = frozenset()
    """(IP address, port) on private networks that may be fetched."""
    gap: Seconds = 2.0
    """Between requests to one host; 0 at the addresses of `allow`."""
    proxy: Annotated[str, Rule(addresses.proxy)] | None = None
    min_interval: Seconds = 900.0
    max_interval: Seconds = 86_400.0


@dataclass(frozen=True, slots=True)
class Publish:
    """When a Story enters feeds, and which outside hubs hear of it."""

    settle: Seconds = 300.0
    hubs: tuple[Url, ...] = ()


@dataclass(frozen=True, slots=True)
class Web:
    """What the web server believes: the IP addresses or networks whose forwarded client address counts."""

    trusted_proxies: tuple[Annotated[str, Rule(addresses.network)], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Stories that a Section takes besides its Sources': with a word of `any` and none of `none`."""

    any: tuple[Text, ...] = ()
    none: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """When a Section's issues are made, in the site's zone, and how many Stories they hold at most."""

    at: Annotated[str, Rule(rules.clock_time)] = "06:00"
    weekday: Weekday = "mon"
    most: Annotated[int, Rule(rules.whole(1, 200))] = 25


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the site with its feeds."""

    id: Identifier
    title: Text
    language: Language
    """Of its titles and of our own words; the site's where the file says none."""
    languages: tuple[Language, ...] = ()
    """Only Stories told in one of these; empty: all."""
    match: Match | None = None
    formerly: tuple[Identifier, ...] = ()
    digest: Digest = Digest()


@dataclass(frozen=True, slots=True)
class View:
    """A named filter of a Section, with feeds of its own."""

    id: Identifier
    title: Text
    section: Identifier
    languages: tuple[Language, ...] = ()
    min_outlets: Annotated[int, Rule(rules.whole(1, 100))] = 1


@dataclass(frozen=True, slots=True)
class Page:
    """CSS selectors of a page's items and their parts; None: found automatically."""

    item: Selector | None = None
    link: Selector | None = None
    title: Selector | None = None
    date: Selector | None = None
    summary: Selector | None = None
    image: Selector | None = None
    author: Selector | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What `only` keeps or `skip` drops: an item counts when it has one of these."""

    category: tuple[Text, ...] = ()
    url: tuple[Text, ...] = ()
    """Parts of its address."""
    words: tuple[Text, ...] = ()
    title: tuple[Pattern, ...] = ()
    """Regular expressions, searched in its title."""


@dataclass(frozen=True, slots=True)
class Auth:
    """HTTP Basic: the user, and the environment variable that holds the password."""

    user: Text
    password_env: Annotated[str, Rule(rules.variable)]


@dataclass(frozen=True, slots=True)
class Source:
    """A configured place that we poll; reading settles `sections`, `outlet` and `full_text`."""

    name: Text
    url: Url
    sections: tuple[Identifier, ...]
    outlet: Text
    """Sources of one outlet count once; the host of `url` where the file says none."""
    full_text: Flag
    """Whether each article's page is fetched for its text; the file's default: pages yes, feeds no."""
    kind: Kind = "feed"
    language: Language | None = None
    page: Page | None = None
    timezone: Zone | None = None
    interval: Seconds | None = None
    """None: adaptive."""
    only: Filter | None = None
    skip: Filter | None = None
    republish: Republish = "excerpt"
    excerpt: Annotated[int, Rule(rules.whole(0, 1_000))] = 60
    """Words."""
    images: Flag = True
    public: Flag = True
    paused: Flag = False
    auth: Auth | None = None
    headers: Annotated[tuple[tuple[str, str], ...], Rule(rules.headers)] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All of feeds.yaml, checked: no unknown key, no duplicate name, no Section that is not there."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    site: Site = Site()
    fetch: Fetch = Fetch()
    publish: Publish = Publish()
    web: Web = Web()
    views: tuple[View, ...] = ()

    def to_json(self) -> str:
        """Write it as JSON for the store: equal values give equal text."""
        return stored.encode(self)

    @classmethod
    def from_json(cls, text: str) -> "Config":
        """Read what `to_json` wrote; raises ConfigError where another version wrote it."""
        config: Config = stored.decode(cls, text)
        return config


def languages(config: Config) -> tuple[str, ...]:
    """Give the primary language tags of site, Sections and Sources, each once, sorted."""
    tags = {config.site.language}
    for section in config.sections:
        tags.update((section.language, *section.languages))
    tags.update(source.language for source in config.sources if source.language)
    return tuple(sorted({tag.partition("-")[0] for tag in tags}))
