"""Rules for single values of feeds.yaml: what each may look like and becomes. They know no keys or lines.

Every rule raises ValueError with two halves, `what is wrong; what was expected`.
"""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema

DAY = 86_400.0
LONGEST = 366 * DAY
"""Seconds. A longer duration is a slip of the pen, and would overflow a date when it is added to one."""
UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": DAY}
MOST_TEXT = 300
"""Characters: names and titles are lines on a page, not paragraphs."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Marks a field with the rule that reads it, so that the values can be made without pydantic."""

    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> "CoreSchema":
        """Tell pydantic to call the rule and nothing else."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)


def kind_of(value: object) -> str:
    """Say in plain words what a value is, for the first half of an error."""
    if value is None:
        return "is empty"
    if isinstance(value, bool):
        return f"is {str(value).lower()}"
    if isinstance(value, int | float):
        return f"is the number {shown(str(value))}"
    if isinstance(value, dict):
        return "is a block of keys"
    if isinstance(value, list):
        return "is a list"
    return f'is "{shown(str(value))}"'


def shown(text: str) -> str:
    """Cut a text and escape its control characters so that an error stays one readable line."""
    line = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[:80])
    return f"{line}…" if len(text) > 80 else line


def line_of(value: object, expected: str) -> str:
    """Give a text with its outer space cut; anything else is wrong in the words of `expected`."""
    if isinstance(value, bool | int | float):
        raise ValueError(f"{kind_of(value)}; expected {expected}, in quotes")
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{kind_of(value or None)}; expected {expected}")
    return value.strip()


def text(value: object) -> str:
    """Read one line of text: a name, a title, a word."""
    line = line_of(value, "a text")
    if not line.isprintable():
        raise ValueError(f'"{shown(line)}" has line breaks or control characters; expected one line of text')
    if len(line) > MOST_TEXT:
        raise ValueError(f"is {len(line)} characters long; expected at most {MOST_TEXT}")
    return line


def flag(value: object) -> bool:
    """Read true or false; the words yes and no are texts in YAML 1.2."""
    if not isinstance(value, bool):
        raise ValueError(f"{kind_of(value)}; expected true or false")
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """Make the rule of a whole number between two bounds, both allowed."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"{kind_of(value)}; expected a whole number from {least} to {most}")
        return value

    return read


def one_of(*words: str) -> Callable[[object], str]:
    """Make the rule of a fixed choice of words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"{kind_of(value)}; expected {' or '.join(words)}")
        return value

    return read


def duration(value: object) -> float:
    """Read a duration such as 2s, 15m, 24h or 7d as seconds."""
    expected = "a duration: a number with s, m, h or d, such as 30m"
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"is {value} without a unit; expected {expected}")
    words = line_of(value, expected)
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s?([smhd])", words)
    if not found:
        raise ValueError(f'"{shown(words)}" is no duration; expected {expected}')
    seconds = float(found[1]) * UNITS[found[2]]
    if seconds > LONGEST:
        raise ValueError(f'"{words}" is more than a year; expected {expected}')
    return seconds


def clock_time(value: object) -> str:
    """Read a time of day as HH:MM with 24 hours."""
    words = line_of(value, 'a time of day such as "06:00"')
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", words)
    if not found:
        raise ValueError(f'"{shown(words)}" is no time of day; expected one from "00:00" to "23:59"')
    return f"{int(found[1]):02d}:{found[2]}"


@cache
def _zones() -> frozenset[str]:
    """List the zone names once: a lookup by file takes any case where the file system does."""
    return frozenset(zoneinfo.available_timezones())


def zone(value: object) -> str:
    """Read an IANA zone name."""
    words = line_of(value, "a zone name such as Asia/Jakarta")
    if words not in _zones():
        close = get_close_matches(words, _zones(), 1)
        hint = f"did you mean {close[0]}?" if close else "expected a name such as Asia/Jakarta or UTC"
        raise ValueError(f'"{shown(words)}" is no time zone; {hint}')
    return words


def identifier(value: object) -> str:
    """Read the id of a Section or view: it stands in addresses for years, so its letters are few."""
    words = line_of(value, "an id of the letters a-z, 0-9 and -")
    if not re.fullmatch(r"[a-z0-9-]{1,64}", words):
        raise ValueError(f'"{shown(words)}" is no id; expected at most 64 of the letters a-z, 0-9 and -')
    return words


def pattern(value: object) -> str:
    """Read a regular expression, and check that it compiles."""
    from .. import patterns  # here and below: an unchanged file is not read again, and needs no compiler

    words = text(value)
    try:
        patterns.check(words)
    except ValueError as error:
        raise ValueError(
            f'"{shown(words)}" is no regular expression: {error}; expected one such as "(?i)iklan"'
        ) from None
    return words


def selector(value: object) -> str:
    """Read a CSS selector, and check that it compiles."""
    from .. import selectors

    words = text(value)
    try:
        selectors.compiled(words)
    except ValueError as error:
        raise ValueError(
            f'"{shown(words)}" is no CSS selector: {error}; expected one such as "article h2 > a"'
        ) from None
    return words


def variable(value: object) -> str:
    """Read the name of an environment variable that holds a password."""
    words = line_of(value, "the name of an environment variable")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", words):
        raise ValueError(f'"{shown(words)}" is no variable name; expected one such as ANTARA_PASSWORD')
    if words.startswith("ANYAM_"):
        raise ValueError(f'"{words}" starts with ANYAM_, which marks settings of Anyam; expected another name')
    return words


NEVER_SENT = frozenset({"connection", "content-length", "host", "te", "transfer-encoding", "upgrade"})
"""Headers of the connection: a Source that sets one breaks the request or reaches another host."""


def headers(value: object) -> tuple[tuple[str, str], ...]:
    """Read a block of request headers as pairs in their order (RFC 9110, 5.1 and 5.5)."""
    if not isinstance(value, dict):
        raise ValueError(f"{kind_of(value)}; expected a block of header names and texts")
    pairs = []
    for name, content in value.items():
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or name.lower() in NEVER_SENT:
            raise ValueError(f'"{shown(name)}" may not be sent; expected the name of another request header')
        words = line_of(content, f"a text for {name}")
        if not all(" " <= char <= "~" or char == "\t" for char in words):
            raise ValueError(f"the text of {name} has line breaks or letters beyond ASCII; expected plain ASCII")
        pairs.append((name, words))
    return tuple(pairs)
