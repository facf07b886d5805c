"""Adds Sections and Sources to the text of feeds.yaml by putting lines in. It writes no file.

Nothing is written anew: comments, order, quotes and line ends stay as they are, byte for byte. What comes out is read
again, and given only where it says what the file said before and the new parts besides.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aggregator.errors import ConfigError

from .drafts import NewSection, NewSource
from .reading import read
from .values import Config

Keys = dict[str, str]
"""The keys of one new block with their values as YAML."""
INDENT = 2
PLAIN = re.compile(
    r"https?://[\w.-]+(?::\d+)?(?:/[\w./~%?=&;+-]*)?|[^\W\d_][\w./~-]*(?: [\w./&~(-][\w./~()-]*)*",
)
"""Texts that need no quotes in a block or in a list; others may not either, and get them all the same."""
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What one YAML reader or another takes for something else than text."""


@dataclass(frozen=True, slots=True)
class _List:
    """Where a list of the file stands: offsets into the text, columns from 0."""

    flow: bool
    within_flow: bool
    start: int
    end: int
    """Behind its closing bracket; means nothing for a list of dashes."""
    column: int
    items: int
    last_start: int
    last_end: int
    """Behind the last letter that belongs to it."""
    last_column: int | None
    """Where the keys of its last block stand, None where the block stands in braces or is none."""


def append(text: str, *, name: str, sections: Sequence[NewSection] = (), sources: Sequence[NewSource] = ()) -> str:
    """Give the text of feeds.yaml with these Sections and Sources at the end of their lists.

    Raises ConfigError where `text` is wrong, a new part is (no line of it is then kept), or the file is written in a
    way that cannot be added to.
    """
    before = read(text, name=name)
    added = _put(text, "sections", [_section(section) for section in sections], name)
    added = _put(added, "sources", [_source(source) for source in sources], name)
    if not _is_extended(before, read(added, name=name), sections, sources):
        raise _unfit(name, "sources")
    return added


def _is_extended(before: Config, after: Config, sections: Sequence[NewSection], sources: Sequence[NewSource]) -> bool:
    """Tell whether a configuration is another with these parts at the end, and nothing else."""
    old_sections, old_sources = len(before.sections), len(before.sources)
    rest = replace(after, sections=after.sections[:old_sections], sources=after.sources[:old_sources])
    told_sections = [NewSection(one.id, one.title) for one in after.sections[old_sections:]]
    told_sources = [
        NewSource(one.name, one.url, one.sections, one.kind, one.language) for one in after.sources[old_sources:]
    ]
    return rest == before and told_sections == list(sections) and told_sources == list(sources)


def _section(section: NewSection) -> Keys:
    return {"id": _scalar(section.id), "title": _scalar(section.title)}


def _source(source: NewSource) -> Keys:
    keys = {"name": _scalar(source.name), "url": _scalar(source.url)}
    if source.kind != "feed":
        keys["kind"] = source.kind
    if len(source.sections) == 1:
        keys["section"] = _scalar(source.sections[0])
    else:
        keys["sections"] = f"[{', '.join(map(_scalar, source.sections))}]"
    if source.language:
        keys["language"] = _scalar(source.language)
    return keys


def _scalar(words: str) -> str:
    """Write a text as YAML: a JSON string is one in YAML 1.2, too."""
    if PLAIN.fullmatch(words) and words.lower() not in WORDS:
        return words
    return json.dumps(words, ensure_ascii=False)


def _put(text: str, key: str, blocks: list[Keys], name: str) -> str:
    """Put blocks at the end of one of the file's lists."""
    if not blocks:
        return text
    found = _find(text, key)
    if found is None:
        raise _unfit(name, key)
    if not found.flow:
        at = _end_of_item(text, found)
        return text[:at] + _lines(text, at, blocks, found) + text[at:]
    if not found.items and not found.within_flow and re.fullmatch(r"\[\s*\]", text[found.start : found.end]):
        # `sources: []` becomes a list of dashes: what comes later is easier to write and to read there.
        bare = text[: found.start].rstrip(" ")
        text, dashes = bare + text[found.end :], replace(found, column=INDENT, last_column=2 * INDENT)
        at = _line_end(text, len(bare))
        return text[:at] + _lines(text, at, blocks, dashes) + text[at:]
    braces = [_braces(keys) for keys in blocks]
    if not found.items:
        return text[: found.end - 1] + ", ".join(braces) + text[found.end - 1 :]
    above = text[text.rfind("\n", 0, found.last_start) + 1 : found.last_start]
    if above.strip():
        return text[: found.last_end] + "".join(f", {one}" for one in braces) + text[found.last_end :]
    tail = text[found.last_end :]
    [(comma, comment)] = re.findall(r"\A(,?)([ \t]+#[^\r\n]*)?", tail)  # the comment stays beside its item
    start = _newline(text) + above
    added = f",{comment}{start}{f',{start}'.join(braces)}{comma}"
    return text[: found.last_end] + added + tail[len(comma + comment) :]


def _lines(text: str, at: int, blocks: list[Keys], found: _List) -> str:
    """Write blocks as the file writes the last one: in braces or not, with a blank line between them or not."""
    newline, blank = _newline(text), _is_spaced(text, found)
    dash = " " * found.column + "-"
    written = []
    for keys in blocks:
        if found.last_column is None:
            lines = [f"{dash} {_braces(keys)}"]
        else:
            pairs = [f"{key}: {value}" for key, value in keys.items()]
            margin = " " * (found.last_column - len(dash))
            lines = [dash + margin + pairs[0], *(" " * found.last_column + pair for pair in pairs[1:])]
        written.append(newline * blank + "".join(line + newline for line in lines))
    return newline * (at > 0 and text[at - 1] != "\n") + "".join(written)


def _braces(keys: Keys) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in keys.items())}}}"


def _newline(text: str) -> str:
    """Give the line end that the file uses."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def _line_end(text: str, at: int) -> int:
    """Give the start of the line after the one that `at` stands in."""
    return text.find("\n", at) + 1 or len(text)


def _end_of_item(text: str, found: _List) -> int:
    """Give where the lines of a list's last block end, the comments among its keys included."""
    at = found.last_end if text[found.last_end - 1] == "\n" else _line_end(text, found.last_end)
    here = at
    while here < len(text):
        after = _line_end(text, here)
        line = text[here:after]
        if line.strip():
            if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= found.column:
                break
            at = after
        here = after
    return at


def _is_spaced(text: str, found: _List) -> bool:
    """Tell whether a blank line stands above a list's last block."""
    above = text[: text.rfind("\n", 0, found.last_start) + 1].splitlines()
    while above and above[-1].lstrip().startswith("#"):
        above.pop()
    return found.items > 1 and bool(above) and not above[-1].strip()


def _find(text: str, key: str) -> _List | None:
    """Find the list under a key of the file's own; None where it stands elsewhere, brought in by an alias."""
    from ruamel.yaml import YAML  # here, as in `lines`: it costs 100 ms

    mark = len(text) - len(text.removeprefix("\ufeff"))
    events = iter(YAML(typ="safe", pure=True).parse(text[mark:]))
    depth, is_key, word, within_flow = 0, True, None, False
    for event in events:
        kind = type(event).__name__
        ends = kind in ("MappingEndEvent", "SequenceEndEvent")
        depth -= ends
        if depth == 1 and not ends:
            if is_key:
                word = getattr(event, "value", None)
            elif word == key and kind == "SequenceStartEvent":
                return _measured(event, events, mark, within_flow)
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            within_flow = within_flow if depth else event.flow_style
            depth += 1
        elif depth == 1:
            is_key = not is_key
    return None


def _measured(start: Any, events: Iterator[Any], mark: int, within_flow: bool) -> _List:
    """Follow the events of a list to its end. Marks of what is empty, and of ends without brackets, lie further on."""
    depth, items, last, end = 0, 0, start, start
    last_end = start.end_mark.index
    for event in events:
        kind = type(event).__name__
        if kind.endswith("EndEvent"):
            if not depth:
                end = event
                break
            depth -= 1
        elif not depth:
            items, last = items + 1, event
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            depth += 1
        if event.end_mark.index > event.start_mark.index:
            last_end = event.end_mark.index
    block = type(last).__name__ == "MappingStartEvent" and not last.flow_style
    return _List(
        flow=start.flow_style,
        within_flow=within_flow,
        start=start.start_mark.index + mark,
        end=end.end_mark.index + mark,
        column=start.start_mark.column,
        items=items,
        last_start=last.start_mark.index + mark,
        last_end=last_end + mark,
        last_column=last.start_mark.column if block else None,
    )


def _unfit(name: str, key: str) -> ConfigError:
    return ConfigError(
        [f'{name}:1: the list "{key}:" is written in a way that cannot be added to; expected it as lines with dashes']
    )
