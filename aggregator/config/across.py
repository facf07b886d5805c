"""Checks what no single value shows: duplicates, Sections that are not there, times that do not fit.

It works on the plain values before they are checked, so that all problems come at once. It checks no types.
"""

from collections.abc import Iterator
from typing import Any

from . import addresses, rules
from .lines import Lines, Path
from .values import Fetch
from .wording import guess, note, thing_at

LEAST_INTERVAL = 60.0
"""Seconds between polls of an outlet that is not ours: less is impolite, whatever the file says."""
LEAST_INTERVAL_ALLOWED = 1.0
"""Seconds between polls at an address of `fetch.allow`."""


def check(found: Lines) -> None:
    """Note every problem that shows only between values."""
    sections = _check_ids(found, "sections", "id")
    _check_formerly(found, sections)
    _check_ids(found, "views", "id")
    for path, view in _each(found, "views"):
        _check_section(view.get("section"), (*path, "section"), sections, found)
    _check_ids(found, "sources", "name")
    _check_urls(found)
    allowed = _allowed(found)
    for path, source in _each(found, "sources"):
        _check_sections(source, path, sections, found)
        _check_interval(source, (*path, "interval"), allowed, found)
        if source.get("page") is not None and source.get("kind") != "page":
            note((*path, "page"), "selectors are for pages; expected kind: page beside them", found)
        if isinstance(only := source.get("only"), dict) and not any(only.values()):
            note((*path, "only"), 'names no rule, so nothing would be kept; expected at least one, or no "only"', found)
    _check_bounds(found)


def _each(found: Lines, key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Walk the blocks of a list, leaving out what is no block: the types are checked elsewhere."""
    for index, part in enumerate(_listed(found.value, key)):
        if isinstance(part, dict):
            yield (key, index), part


def _listed(block: dict[str, Any], key: str) -> list[Any]:
    """Give the list under a key, or an empty one."""
    parts = block.get(key)
    return parts if isinstance(parts, list) else []


def _check_ids(found: Lines, key: str, name: str) -> set[str]:
    """Note each second use of a name, and give all names."""
    first: dict[str, int] = {}
    for path, part in _each(found, key):
        word = part.get(name)
        if not isinstance(word, str) or not (word := word.strip()):
            continue
        line = found.line((*path, name))
        if word in first:
            words = f"duplicate {name}; expected another, for line {first[word]} has this one"
            found.wrong(line, f"{thing_at(path, found)}: {words}")
        first.setdefault(word, line)
    return set(first)


def _check_urls(found: Lines) -> None:
    """Note each second Source at an address: an address under another name is a rename, so it tells who a Source is."""
    first: dict[str, int] = {}
    for path, source in _each(found, "sources"):
        url = source.get("url")
        if not isinstance(url, str) or not (url := url.strip()):
            continue
        place = (*path, "url")
        if url in first:
            words = f"the Source in line {first[url]} has this address; expected one for both, with their sections"
            note(place, words, found)
        first.setdefault(url, found.line(place))


def _check_formerly(found: Lines, sections: set[str]) -> None:
    """Note old ids that another Section has, or had: they could lead to one of the two only."""
    taken: dict[str, str] = {}
    for path, section in _each(found, "sections"):
        for index, old in enumerate(_listed(section, "formerly")):
            place = (*path, "formerly", index)
            if isinstance(old, str) and old in sections:
                note(place, f'"{old}" is the id of a Section; expected an id that none has now', found)
            elif isinstance(old, str) and old in taken:
                note(place, f'duplicate "{old}"; expected it once, and {taken[old]} has it', found)
            elif isinstance(old, str):
                taken[old] = thing_at(path, found)


def _check_section(word: object, path: Path, sections: set[str], found: Lines) -> None:
    """Note a Section that is not there."""
    if isinstance(word, str) and word.strip() and word.strip() not in sections:
        hint = guess(word.strip(), sorted(sections)) if sections else "expected it under sections:"
        note(path, f'there is no Section "{rules.shown(word.strip())}"; {hint}', found)


def _check_sections(source: dict[str, Any], path: Path, sections: set[str], found: Lines) -> None:
    """Note what is wrong with the Sections that a Source names."""
    _check_section(source.get("section"), (*path, "section"), sections, found)
    if "section" in source and "sections" in source:
        note((*path, "sections"), 'there is "section" too; expected one of the two', found)
    listed = _listed(source, "sections")
    if source.get("sections") == []:
        note((*path, "sections"), "no Section is named; expected at least one", found)
    for index, word in enumerate(listed):
        place = (*path, "sections", index)
        if isinstance(word, str) and word in listed[:index]:
            note(place, f'duplicate "{rules.shown(word)}"; expected each Section once', found)
        else:
            _check_section(word, place, sections, found)


def _check_interval(source: dict[str, Any], path: Path, allowed: set[addresses.Endpoint], found: Lines) -> None:
    """Note an interval that is shorter than the Source's address allows."""
    seconds, url = _seconds(source.get("interval")), source.get("url")
    if seconds is None or not isinstance(url, str):
        return
    ours = not allowed.isdisjoint(addresses.endpoints_of(url.strip()))
    if seconds < (LEAST_INTERVAL_ALLOWED if ours else LEAST_INTERVAL):
        expected = "at least 1s" if ours else "at least 1m, for fetch.allow does not name its address"
        note(path, f'"{source["interval"]}" is too short; expected {expected}', found)


def _allowed(found: Lines) -> set[addresses.Endpoint]:
    """Give the good pairs of `fetch.allow`."""
    fetch = found.value.get("fetch")
    allowed = set()
    for word in _listed(fetch, "allow") if isinstance(fetch, dict) else []:
        try:
            allowed.add(addresses.endpoint(word))
        except ValueError:
            continue
    return allowed


def _check_bounds(found: Lines) -> None:
    """Note bounds of the polling interval that are impolite or crossed."""
    fetch = found.value.get("fetch")
    if not isinstance(fetch, dict):
        return
    least = _seconds(fetch["min_interval"]) if "min_interval" in fetch else Fetch().min_interval
    most = _seconds(fetch["max_interval"]) if "max_interval" in fetch else Fetch().max_interval
    if least is not None and least < LEAST_INTERVAL:
        note(("fetch", "min_interval"), "less than a minute is impolite; expected at least 1m", found)
    if least is not None and most is not None and most < least:
        key = "max_interval" if "max_interval" in fetch else "min_interval"
        note(("fetch", key), "the bounds cross; expected min_interval to be at most max_interval", found)


def _seconds(value: object) -> float | None:
    """Give a duration's seconds; None where there is none, or a wrong one, of which its own line speaks."""
    try:
        return rules.duration(value)
    except ValueError:
        return None
