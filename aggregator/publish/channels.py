"""Which channels there are, which of them publish a Story, what each is called. It renders no feed."""

from collections.abc import Mapping, Sequence

from ..config import Config, Source
from ..messages import speak
from ..values import Channel, Story
from .opml import Listed, Shelf, feeds_opml, sources_opml
from .postings import SiteWords

ALL = "/all"


def paths(story: Story, sections: Sequence[str], config: Config) -> tuple[str, ...]:
    """Give the channels that publish a Story told in these Sections."""
    views = (
        view.id
        for view in config.views
        if view.section in sections
        and len(story.outlets) >= view.min_outlets
        and (not view.languages or set(view.languages) & set(story.languages))
    )
    return (
        ALL,
        *(f"/sections/{section}" for section in sections),
        *(f"/views/{view}" for view in views),
        *((f"/topics/{story.topic}",) if story.topic else ()),
    )


def standing(config: Config) -> tuple[str, ...]:
    """Give the channels that are there before any Story is, so that they can be subscribed to at once."""
    sections = (f"/sections/{section.id}" for section in config.sections)
    return (ALL, *sections, *(f"/views/{view.id}" for view in config.views))


def lists(config: Config) -> dict[str, bytes]:
    """Write, by path, the OPML of what we publish and of the public Sources that we read."""
    site = SiteWords(config.site.title, config.site.url, config.site.language)
    published = [found for path in standing(config) if (found := at(path, "", config, {}))]
    return {"/feeds.opml": feeds_opml(published, site), "/sources.opml": subscriptions(config)}


def subscriptions(config: Config, *, private: bool = False) -> bytes:
    """Write the OPML of the Sources that we read, by Section; those that are not public only where asked for."""
    shelves = [
        Shelf(
            section.title,
            [
                _listed(source)
                for source in config.sources
                if (source.public or private) and section.id in source.sections
            ],
        )
        for section in config.sections
    ]
    return sources_opml(shelves, SiteWords(config.site.title, config.site.url, config.site.language))


def _listed(source: Source) -> Listed:
    if source.kind == "page":
        return Listed(source.name, page=source.url, language=source.language)
    return Listed(source.name, feed=source.url, language=source.language)


def language(path: str, config: Config) -> str:
    """Give the language of a channel's own words, and of its titles where a report has it."""
    kind, name = _parts(path)
    if kind == "views":
        name = next((view.section for view in config.views if view.id == name), "")
    if kind in ("sections", "views"):
        return next((section.language for section in config.sections if section.id == name), config.site.language)
    return config.site.language


def at(path: str, id: str, config: Config, topics: Mapping[str, str]) -> Channel | None:
    """Give the channel at `path`; None where feeds.yaml has no such Section or view any more, or
    `topics` (titles by id) no such Topic.
    """
    kind, name = _parts(path)
    spoken = language(path, config)
    if path == ALL:
        title: str | None = speak(spoken).text("{site}: all stories", site=config.site.title)
        return Channel(path=path, page="/", id=id, title=title or "", language=spoken)
    section = None
    if kind == "sections":
        section = name
        title = next((section.title for section in config.sections if section.id == name), None)
    elif kind == "views":
        view = next((view for view in config.views if view.id == name), None)
        title, section = (view.title, view.section) if view else (None, None)
    else:
        title = topics.get(name)
    if title is None:
        return None
    page = f"/sections/{section}" if kind == "views" else path
    return Channel(path=path, page=page, id=id, title=title, language=spoken, section=section)


def _parts(path: str) -> tuple[str, str]:
    kind, _, name = path.strip("/").partition("/")
    return kind, name
