"""Writes frozen values as JSON and reads them back exactly, without pydantic. It checks no meaning."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from aggregator.errors import ConfigError

Reader = Callable[[Any], Any]


def encode(value: object) -> str:
    """Write a frozen value as JSON, stamped with the shape of its type."""
    kind: Any = type(value)
    return json.dumps({"shape": _shape(kind), "value": _plain(value)}, ensure_ascii=False)


def decode(kind: Any, text: str) -> Any:
    """Read what `encode` wrote of a `kind`; raises ConfigError where its shape is another version's."""
    try:
        document = json.loads(text)
        if document["shape"] == _shape(kind):
            return _dataclass_reader(kind)(document["value"])
    except (ValueError, KeyError, TypeError):
        pass
    raise ConfigError(["the stored configuration has the shape of another version; read feeds.yaml again"])


def _plain(value: Any) -> Any:
    """Turn a value into what JSON knows; sets are sorted so that equal values give equal text."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, frozenset):
        return [_plain(part) for part in sorted(value)]
    return value


@cache
def _shape(kind: Any) -> str:
    """Fingerprint the names and types of all fields below a dataclass, so that no one need count versions."""
    seen: dict[str, list[tuple[str, str]]] = {}

    def visit(hint: Any) -> None:
        if is_dataclass(hint) and isinstance(hint, type) and hint.__name__ not in seen:
            hints = get_type_hints(hint)
            seen[hint.__name__] = [(field.name, str(hints[field.name])) for field in fields(hint)]
            for field in fields(hint):
                visit(hints[field.name])
        for part in get_args(hint):
            visit(part)

    visit(kind)
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


@cache
def _reader(hint: Any) -> Reader | None:
    """Find how the JSON of a type becomes the value; None where it is the value already."""
    if is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_reader(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = [_reader(part) for part in parts if part is not NoneType]
        return (lambda value: None if value is None else inner(value)) if inner else None
    if origin in (tuple, frozenset):
        each = _reader(parts[0]) if origin is frozenset or parts[-1] is Ellipsis else None
        return (lambda value: origin(map(each, value))) if each else origin
    return None


def _dataclass_reader(kind: type) -> Reader:
    """Make the reader of a dataclass, which touches only those fields that JSON cannot hold as they are."""
    hints = get_type_hints(kind)
    readers = [(field.name, reader) for field in fields(kind) if (reader := _reader(hints[field.name]))]

    def read(value: dict[str, Any]) -> Any:
        for name, reader in readers:
            value[name] = reader(value[name])
        return kind(**value)

    return read
