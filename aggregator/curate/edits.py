"""Reads an Edit as it is written in JSON. It knows nothing of what it is about."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["merge", "split", "move", "rename", "place", "undo"]
MOST = 2000
"""Stories or Entries that one Edit may name ..."""
LETTERS = 500
"""... and letters of a title, a name or a reason."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One editor's decision, as it was said.

    merge: `stories` are one, and go on as the first. split: `entries` leave the one Story, for a new one. move:
    `entries` belong to the one Story. rename: the one Story, or `topic`, is called `title`, for good (None: as the
    engine finds). place: `stories` are in `topic`, in a new one that is called `title`, or in none. undo: the Edit `of`
    is taken back, or the automatic merge by which `stories` went on as another.
    """

    kind: Kind
    stories: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
    topic: str | None = None
    title: str | None = None
    language: str | None = None
    """Of the title; None: in whatever language the reader reads."""
    of: int | None = None
    by: str = ""
    why: str = ""


def read(said: object) -> Edit:
    """Read an Edit; raises ValueError, which says in plain words what is wrong with it."""
    if not isinstance(said, Mapping):
        raise ValueError('an Edit is a JSON object, such as {"edit": "merge", "stories": ["…", "…"]}')
    kinds: tuple[Kind, ...] = get_args(Kind)
    kind = next((one for one in kinds if one == said.get("edit")), None)
    if kind is None:
        raise ValueError(f'"edit" says which kind it is: {", ".join(kinds)}; here it is {said.get("edit")!r}')
    fields = {name: said[name] for name in said if name != "edit"}
    unknown = sorted(set(fields) - set(_KEYS[kind]) - set(_ALWAYS))
    if unknown:
        raise ValueError(f'{unknown[0]!r} is no key of "{kind}"; it has {", ".join((*_KEYS[kind], *_ALWAYS))}')
    told: dict[str, Any] = {}
    for name, value in fields.items():
        told |= _READ[name](name, value)
    edit = Edit(kind, **told)
    _complain(edit, fields)
    return edit


def written(edit: Edit) -> dict[str, Any]:
    """Write an Edit as `read` reads it."""
    said: dict[str, Any] = {"edit": edit.kind}
    if edit.kind in ("split", "move") or (edit.kind == "rename" and edit.stories):
        said["story"] = edit.stories[0]
    elif edit.kind == "undo" and edit.stories:
        said["merge"] = edit.stories[0]
    elif edit.stories:
        said["stories"] = list(edit.stories)
    if edit.entries:
        said["entries"] = list(edit.entries)
    if edit.topic is not None or (edit.kind == "place" and edit.title is None):
        said["topic"] = edit.topic
    if edit.title is not None or edit.kind == "rename":
        said["title"] = edit.title
    optional = {"language": edit.language, "of": edit.of, "by": edit.by or None, "why": edit.why or None}
    return said | {name: value for name, value in optional.items() if value is not None}


def _complain(edit: Edit, said: Mapping[str, object]) -> None:
    kind = edit.kind
    if kind == "merge" and len(edit.stories) < 2:
        raise ValueError('"merge" wants two "stories" or more, of which the first goes on')
    if kind in ("split", "move") and not (edit.entries and edit.stories):
        raise ValueError(f'"{kind}" wants "entries", by their ids in `anyam entries`, and a "story"')
    if kind == "rename" and (bool(edit.stories) == bool(edit.topic) or "title" not in said):
        raise ValueError('"rename" wants a "story" or a "topic", and a "title" (null: as Anyam finds)')
    if kind == "rename" and edit.topic and edit.language:
        raise ValueError('a Topic has one title, without a "language"')
    if kind == "place" and (not edit.stories or ("topic" in said) == (edit.title is not None)):
        raise ValueError('"place" wants "stories", and a "topic" (null: in none) or the "title" of a new one')
    if kind == "undo" and (edit.of is None) == (not edit.stories):
        raise ValueError('"undo" wants "of", the id of an Edit, or "merge", a Story that went on as another by itself')


def _id(name: str, value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value.strip()):
        raise ValueError(f'"{name}" is an id, as `anyam stories` lists them; here it is {value!r:.80}')
    return value.strip()


def _one(name: str, value: object) -> dict[str, Any]:
    return {"stories": (_id(name, value),)}


def _ids(name: str, value: object) -> dict[str, Any]:
    return {"stories": tuple(dict.fromkeys(_id(name, one) for one in _list(name, value)))}


def _topic(name: str, value: object) -> dict[str, Any]:
    return {"topic": None if value is None else _id(name, value)}


def _entries(name: str, value: object) -> dict[str, Any]:
    for one in _list(name, value):
        _number(name, one)
    return {"entries": tuple(dict.fromkeys(_list(name, value)))}


def _list(name: str, value: object) -> list[Any]:
    if not isinstance(value, list) or not value or len(value) > MOST:
        raise ValueError(f'"{name}" is a list of ids, at least one and at most {MOST:,}')
    return value


def _number(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 63:
        raise ValueError(f'"{name}" counts from 1 on; here it is {value!r}')
    return {name: value}


def _language(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, str) or not _TAG.fullmatch(value):
        raise ValueError(f'"language" is a code such as id, en or pt-BR; here it is {value!r}')
    return {name: value}


def _words(name: str, value: object) -> dict[str, Any]:
    if value is None and name == "title":
        return {name: None}
    # Joiners shape letters in Persian and Hindi; other signs that nobody sees have no place in a name.
    told = (
        "".join(one for one in value if one in _SHAPING or one.isspace() or unicodedata.category(one)[0] != "C")
        if (isinstance(value, str))
        else ""
    )
    if not any(unicodedata.category(one)[0] in "LNPS" for one in told) or len(told) > LETTERS:
        raise ValueError(f'"{name}" is text of 1 to {LETTERS} letters')
    return {name: " ".join(told.split())}


_ID = re.compile(r"[!-~]{1,100}")
_SHAPING = "\u200c\u200d"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_ALWAYS = ("by", "why")
_KEYS: dict[str, tuple[str, ...]] = {
    "merge": ("stories",),
    "split": ("story", "entries"),
    "move": ("entries", "story"),
    "rename": ("story", "topic", "title", "language"),
    "place": ("stories", "topic", "title"),
    "undo": ("of", "merge"),
}
_READ: dict[str, Callable[[str, object], dict[str, Any]]] = {
    "story": _one,
    "merge": _one,
    "stories": _ids,
    "topic": _topic,
    "entries": _entries,
    "of": _number,
    "language": _language,
    **dict.fromkeys(("title", "by", "why"), _words),
}
