"""Gives the values that a page's scripts carry as data, however they are written. It runs none and judges none."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from lxml.etree import _Element

from aggregator.pages import literal
from aggregator.pages.jsonld import MAX_SCRIPT, load

_ASSIGNED = re.compile(  # from the start of a name alone: it is looked for in every script
    r"(?<![\w$.])[\w$.]{0,200}?(?:STATE|state|State|DATA|data|Data|__NUXT__|Props|props|CONTENT|CACHE)[\w$]{0,200}+"
    r"(?:\[[^\]]{1,40}\])?\s*=\s*(?=[{\[(J\"'f])"
)
_PARSED = re.compile(r"JSON\.parse\(\s*(decodeURIComponent\(\s*)?(?=[\"'`])")
_PUSHED = re.compile(r"__next_f\.push\(\s*(?=\[)")
_ROW = re.compile(r"(?:^|\n)[0-9a-f]{1,6}:(?:[A-Z](?=[\[{]))?(?=[\[{])")
_SCANNED = 20_000
"""Letters of a script in which an assignment of data is looked for."""

MAX_REVIVED = 200_000
"""Values made anew from a flattened array, which could name one value any number of times."""


def values(root: _Element) -> Iterator[object]:
    """Give the JSON-like values in a page's scripts, each as it is read; what cannot be read is passed over."""
    flight: list[str] = []
    for element in root.iter("script"):
        text = element.text or ""
        kind = (element.get("type") or "").split(";")[0].strip().lower()
        if len(text) < 100 or len(text) > MAX_SCRIPT or kind == "application/ld+json":
            flight += _pushed(text) if "__next_f" in text and len(text) <= MAX_SCRIPT else []
            continue
        if kind == "application/json" or element.get("id") in {"__NEXT_DATA__", "__NUXT_DATA__"}:
            yield revived(load(text))
        elif "__next_f" in text:
            flight += _pushed(text)
        else:
            yield from _assigned(text)
    yield from _flight("".join(flight))


def revived(value: object) -> object:
    """Give a flattened array (devalue: each number is a place in the array) as the value it stands for; others stay."""
    if not isinstance(value, list) or len(value) < 2 or not isinstance(value[0], dict | list) or not _flat(value):
        return value
    # Only objects are wanted: each once, its members one step deep and lists of them, which bounds the work.
    # An object that names others, which name others, is made of hundreds of values: all of them are counted.
    left = iter(range(MAX_REVIVED))
    made: list[object] = []
    for one in value:
        if isinstance(one, dict):
            made.append({name: _member(value, place, left) for name, place in one.items()})
            if next(left, None) is None:
                break
    return made


def _flat(value: list[object]) -> bool:
    # Within a flattened array objects hold nothing but places in it.
    held = [place for one in value[:200] if isinstance(one, dict) for place in one.values()]
    return bool(held) and all(type(place) is int and -10 < place < len(value) for place in held)


def _member(value: list[object], place: object, left: Iterator[int], depth: int = 0) -> object:
    if next(left, None) is None:
        return None
    one = value[place] if isinstance(place, int) and 0 <= place < len(value) else None
    if isinstance(one, dict):
        inside = islice(one.items(), 20 if depth < 2 else 0)
        return {name: _member(value, inner, left, depth + 1) for name, inner in inside} or None
    if isinstance(one, list):
        if len(one) == 2 and isinstance(one[0], str) and isinstance(one[1], int | str):
            # A marked value: ["Ref", 7] stands for another place, ["Date", "2024-12-13"] for itself.
            return _member(value, one[1], left, depth + 1) if isinstance(one[1], int) and depth < 4 else one[1]
        return [_member(value, inner, left, depth + 1) for inner in one[:3]] if depth < 2 else None
    return one


def _assigned(text: str) -> Iterator[object]:
    match = _ASSIGNED.search(text[:_SCANNED])
    if match is None:
        return
    parsed = _PARSED.match(text, match.end())
    try:
        if parsed:
            said = literal.read(text, parsed.end())
            yield load(unquote(str(said)) if parsed[1] else str(said))
        elif text[match.end()] in "\"'":
            said = str(literal.read(text, match.end()))
            yield load(unquote(said) if said.startswith("%7B") else said)
        else:
            yield _literal(text, match.end())
    except (ValueError, RecursionError):
        return


def _literal(text: str, start: int) -> object:
    try:
        value: object = json.JSONDecoder(strict=False).raw_decode(text, start)[0]
    except ValueError:
        value = literal.read(text, start)
    return revived(value)


def _pushed(text: str) -> list[str]:
    found = []
    for match in _PUSHED.finditer(text):
        try:
            said = json.JSONDecoder(strict=False).raw_decode(text, match.end())[0]
        except (ValueError, RecursionError):
            continue
        found += [part for part in said if isinstance(part, str)] if isinstance(said, list) else []
    return found


def _flight(text: str) -> Iterator[object]:
    # React's server components: a line for each part, as a number, a colon and JSON.
    for match in _ROW.finditer(text[: 2 * MAX_SCRIPT]):
        try:
            yield json.JSONDecoder(strict=False).raw_decode(text, match.end())[0]
        except (ValueError, RecursionError):
            continue
