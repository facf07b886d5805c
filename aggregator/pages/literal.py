"""Reads JavaScript literals that are not JSON: bare keys, single quotes, names bound by a wrapping function.

It runs nothing: what is neither a literal nor a bound name reads as None.
"""

import json
import re

MAX_VALUES = 200_000
"""Values of one literal; the fullest state of a real front holds some 30,000."""
MAX_DEPTH = 100

_SPACE = re.compile(r"(?:\s+|/\*.*?\*/|//[^\n]*)*", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|\d*\.?\d+(?:[eE][-+]?\d+)?)")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`", re.DOTALL)
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_CALLED = re.compile(r"\(?\s*function\s*\w*\s*\(([\w$,\s]*)\)\s*\{")
_ARROW = re.compile(r"\(?\s*\(([\w$,\s]*)\)\s*=>\s*\(?\s*(?=[{\[])")
_RETURN = re.compile(r"return\s*(?=[{\[])")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
_WORDS = {"true": True, "false": False}


def read(text: str, start: int = 0) -> object:
    """Read the literal at `start`, or what a function called on the spot returns; raises ValueError where none is."""
    return (
        called(text, start) if _CALLED.match(text, start) or _ARROW.match(text, start) else _Reader(text, start).value()
    )


def called(text: str, start: int) -> object:
    """Read `(function(a, b){return {...}}(1, 2))`, its names bound; raises ValueError where it is no such call."""
    head = _CALLED.match(text, start)
    body = _RETURN.search(text, head.end()) if head else _ARROW.match(text, start)
    head = head or body
    if head is None or body is None:
        raise ValueError("no function that returns a literal")
    # The arguments stand behind the body, so that it is passed over once without them.
    first = _Reader(text, body.end())
    first.value()
    arguments = re.compile(r"[\s;})]*\(").match(text, first.at)
    if arguments is None:
        raise ValueError("the function is not called")
    said = _Reader(text, arguments.end()).values(")")
    names = [name.strip() for name in head[1].split(",") if name.strip()]
    return _Reader(text, body.end(), dict(zip(names, said, strict=False))).value()


class _Reader:
    def __init__(self, text: str, at: int, bound: dict[str, object] | None = None) -> None:
        self.text, self.at, self.bound = text, at, bound or {}
        self.seen = 0

    def value(self, depth: int = 0) -> object:
        self.seen += 1
        if depth > MAX_DEPTH or self.seen > MAX_VALUES:
            raise ValueError("the literal is too deep or too large")
        letter = self._next()
        if letter == "{":
            return self._object(depth)
        if letter == "[":
            self.at += 1
            return self.values("]", depth)
        if letter == "!":
            self.at += 1
            return not self.value(depth + 1)
        if match := _STRING.match(self.text, self.at):
            self.at = match.end()
            return _unquoted(match[0])
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            return _number(match[0])
        return self._named(depth)

    def values(self, end: str, depth: int = 0) -> list[object]:
        """Read values up to the closing bracket `end`; the opening one is behind."""
        found: list[object] = []
        while (letter := self._next()) != end:
            if letter == ",":
                self.at += 1
                continue
            found.append(self.value(depth + 1))
        self.at += 1
        return found

    def _object(self, depth: int) -> dict[str, object]:
        self.at += 1
        found: dict[str, object] = {}
        while (letter := self._next()) != "}":
            if letter == ",":
                self.at += 1
                continue
            match = (
                _STRING.match(self.text, self.at)
                or _NAME.match(self.text, self.at)
                or _NUMBER.match(self.text, self.at)
            )
            if match is None:
                raise ValueError(f"no key at {self.at}")
            self.at = match.end()
            name = _unquoted(match[0]) if letter in "\"'`" else match[0]
            if self._next() == ":":
                self.at += 1
                found[name] = self.value(depth + 1)
            else:
                found[name] = self.bound.get(name)
        self.at += 1
        return found

    def _named(self, depth: int) -> object:
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise ValueError(f"no value at {self.at}")
        self.at = match.end()
        if match[0] in {"new", "void"}:
            return self.value(depth + 1)
        if self._next() == "(":
            # A date or a set is told by what it is made of.
            self.at += 1
            made = self.values(")", depth)
            return made[0] if made else None
        return _WORDS.get(match[0], self.bound.get(match[0]))

    def _next(self) -> str:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        if self.at >= len(self.text):
            raise ValueError("the literal ends in the middle")
        return self.text[self.at]


def _unquoted(said: str) -> str:
    if said[0] == '"':
        try:
            return str(json.loads(said, strict=False))
        except ValueError:
            pass
    return _ESCAPE.sub(_escaped, said[1:-1])


def _escaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1 and code[0] in "ux":
        number = int(code[1:].strip("{}"), 16)
        return chr(number) if number < 0x110000 else ""
    return _SIMPLE.get(code, code)


def _number(said: str) -> float | int:
    try:
        return int(said, 0)
    except ValueError:
        return float(said) if "x" not in said else 0
