"""Puts what pydantic found wrong into plain lines: the place, what is wrong, what was expected. It checks nothing."""

from dataclasses import fields
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from .lines import Lines, Path
from .rules import kind_of, shown
from .values import (
    Auth,
    Config,
    Digest,
    Fetch,
    Filter,
    Match,
    Page,
    Publish,
    Section,
    Site,
    Source,
    View,
    Web,
)

BLOCKS: dict[str, type] = {
    "site": Site,
    "fetch": Fetch,
    "publish": Publish,
    "web": Web,
    "sections": Section,
    "views": View,
    "sources": Source,
    "match": Match,
    "digest": Digest,
    "page": Page,
    "only": Filter,
    "skip": Filter,
    "auth": Auth,
}
"""What the block under each key is made into."""
NAMED = {"sources": ("Source", "name"), "sections": ("Section", "id"), "views": ("view", "id")}
EXAMPLES = {
    "title": "two keys, id and title",
    "section": "the id of a Section",
    "name": "a name of its own",
    "url": "an address such as https://example.org/rss.xml",
}


def worded(problem: ErrorDetails, found: Lines) -> tuple[int, str]:
    """Give the line and the words of one of pydantic's errors."""
    path: Path = problem["loc"]
    kind, key = problem["type"], str(path[-1]) if path else ""
    if kind == "unexpected_keyword_argument":
        return found.line(path), f'{_of(path[:-1], found)}unknown key "{shown(key)}"; {guess(key, _keys(path[:-1]))}'
    if kind == "missing":
        key = "section" if key == "sections" and len(path) > 1 else key
        return found.line(
            path[:-1]
        ), f'{_of(path[:-1], found)}the key "{key}" is missing; expected {_example(path, key)}'
    if kind == "value_error":
        words = str(problem["ctx"]["error"])
    elif kind == "dataclass_type":
        words = f"{kind_of(problem['input'])}; expected a block of keys: {', '.join(_keys(path))}"
    else:
        words = f"{kind_of(problem['input'])}; expected a list such as [one, two]"
    path = _written(path, found)
    return found.line(path), placed(path, words, found)


def note(path: Path, words: str, found: Lines) -> None:
    """Note a problem at a path: `words` are what is wrong and what was expected."""
    found.wrong(found.line(path), placed(path, words, found))


def placed(path: Path, words: str, found: Lines) -> str:
    """Put the place before the words: `Source "Antara", interval: ...`."""
    keys = [str(key) for key in path if isinstance(key, str)]
    thing = thing_at(path, found)
    place = ", ".join(part for part in (thing, ".".join(keys[1:] if thing else keys)) if part)
    return f"{place} {words}" if words.startswith(("is ", "has ")) else f"{place}: {words}"


def thing_at(path: Path, found: Lines) -> str:
    """Name the Source, Section or view that a path leads into, by name or by its number; else nothing."""
    if len(path) < 2 or path[0] not in NAMED or not isinstance(path[1], int):
        return ""
    word, key = NAMED[path[0]]
    raw = found.value[path[0]][path[1]]
    name = raw.get(key) if isinstance(raw, dict) else None
    return f'{word} "{shown(name)}"' if isinstance(name, str) and name else f"{word} number {path[1] + 1}"


def guess(word: str, known: list[str]) -> str:
    """Suggest the nearest of the known words, else list them."""
    close = get_close_matches(word, known, 1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"expected {'one of ' if len(known) > 1 else ''}{', '.join(known)}" if known else "expected none"


def _of(path: Path, found: Lines) -> str:
    """Name the block that a key stands in."""
    return placed(path, "", found).removesuffix(" ") + " " if path else ""


def _keys(path: Path) -> list[str]:
    """List the keys that the block at a path may have."""
    words = [key for key in path if isinstance(key, str)]
    block = BLOCKS[words[-1]] if words else Config
    return [*(["section"] if block is Source else []), *(field.name for field in fields(block))]


def _example(path: Path, key: str) -> str:
    """Say what a missing key would hold."""
    if len(path) == 1:
        return f'a list under "{key}:"'
    return EXAMPLES.get(key, f'"{key}:" with its value')


def _written(path: Path, found: Lines) -> Path:
    """Turn `sections` of a Source back into `section` where the file says so."""
    if len(path) > 2 and path[0] == "sources" and path[2] == "sections" and path[:3] not in found.lines:
        return (*path[:2], "section")
    return path
