"""Says which Sources and Sections a list of feeds becomes. Pure: it reads no file and fetches and writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from anyascii import anyascii

from .config import Config, NewSection, NewSource, outlet_of
from .config.addresses import url as read_url
from .config.drafts import free_id, free_name, place_of, title_of, web_address
from .config.tags import language as read_language
from .parse.opml import Outline, Outlines

UNTITLED = "Sources"
"""The title of the Section of what stands in no folder, where the list has no title either."""


Refusal = Callable[[str], str | None]
"""Says why an address may never be asked; None where it may."""


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of one outline; `words` is one line for a person, empty where there is nothing to add."""

    line: int
    name: str
    url: str
    outcome: Literal["added", "duplicate", "error"]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list becomes: what is to be added to feeds.yaml, and what is said of each outline."""

    sections: tuple[NewSection, ...]
    sources: tuple[NewSource, ...]
    said: tuple[Said, ...]


@dataclass(slots=True)
class _Draft:
    """What was taken in so far, over what feeds.yaml has."""

    config: Config
    known: dict[str, str]
    """Names by address."""
    names: set[str]
    ids: set[str]
    by_title: dict[str, str]
    sections: list[NewSection] = field(default_factory=list)
    sources: dict[str, NewSource] = field(default_factory=dict)
    """By address."""

    def section(self, title: str) -> str:
        """Give the id of the Section of this title or id, made where there is none."""
        found = self.by_title.get(title.casefold())
        if found is None:
            found = free_id(anyascii(title), self.ids)
            self.ids.add(found)
            self.by_title |= {title.casefold(): found, found: found}
            self.sections.append(NewSection(found, title))
        return found


def plan(listed: Outlines, config: Config, *, section: str | None = None, refusal: Refusal | None = None) -> Plan:
    """Plan what a list becomes. A folder is a Section, the innermost one where they are nested.

    A Section that feeds.yaml has, by title or id, is taken; else one is made. What stands in no folder goes into
    `section`, else into the only Section there is, else into one with the title of the list. An address that
    feeds.yaml has is left out, as is one with a `refusal`; one that stands in several folders becomes one Source of
    several Sections.
    """
    ids = {one.id for one in config.sections} | {old for one in config.sections for old in one.formerly}
    by_title = {one.title.casefold(): one.id for one in reversed(config.sections)}
    draft = _Draft(
        config,
        known={place_of(source.url): source.name for source in config.sources},
        names={source.name for source in config.sources},
        ids=ids,
        by_title=by_title | {one.id: one.id for one in config.sections},
    )
    said = [_take(outline, draft, section, listed.title, refusal) for outline in listed.outlines]
    return Plan(tuple(draft.sections), tuple(draft.sources.values()), tuple(said))


def _take(outline: Outline, draft: _Draft, section: str | None, title: str | None, refusal: Refusal | None) -> Said:
    """Take one outline into the draft, and say what became of it."""
    url = web_address(outline.feed or outline.page or "")
    name = title_of(outline.name) or outlet_of(url)
    try:
        url = read_url(url)
    except ValueError as error:
        return Said(outline.line, name, _shown(url), "error", str(error))
    place = place_of(url)
    if place in draft.known:
        return Said(outline.line, name, url, "duplicate", f'feeds.yaml has it as "{draft.known[place]}"')
    if why := refusal(url) if refusal else None:
        return Said(outline.line, name, url, "error", why)
    into = _section_of(outline, draft, section, title)
    old = draft.sources.get(place)
    if old is None:
        free = free_name(name, draft.names) or free_name(outlet_of(url), draft.names)
        draft.names.add(free)
        kind: Literal["feed", "page"] = "feed" if outline.feed else "page"
        draft.sources[place] = NewSource(free, url, (into,), kind, _language(outline.language))
        return Said(outline.line, free, url, "added")
    if into in old.sections:
        return Said(outline.line, name, url, "duplicate", f'the list has it above, as "{old.name}"')
    draft.sources[place] = replace(old, sections=(*old.sections, into))
    return Said(outline.line, old.name, url, "added", "the list has it above; it is in both Sections")


def _section_of(outline: Outline, draft: _Draft, section: str | None, title: str | None) -> str:
    folder = free_name(title_of(outline.folder or ""), ())
    if folder:
        return draft.section(folder)
    if section is not None:
        return section
    if len(draft.config.sections) == 1:
        return draft.config.sections[0].id
    return draft.section(free_name(title_of(title or ""), ()) or UNTITLED)


def _language(words: str | None) -> str | None:
    try:
        return read_language(words) if words else None
    except ValueError:
        return None


def _shown(url: str) -> str:
    """Leave out what stands before an @: it may be a password."""
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://{tail}" if at and "://" in head else url
