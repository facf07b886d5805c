"""A Story's origins: how many reports go back to each. It reads no text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..values import Counted, Origin
from .claims import QUOTE
from .names import known
from .reading import COUNTED


def sure(origins: Sequence[Origin]) -> Origin | None:
    """Give a report's primary origin where it is sure enough to be counted."""
    return next((one for one in origins if one.kind != "relay" and one.certainty >= COUNTED), None)


def of_copy(origins: Sequence[Origin], original: Sequence[Origin]) -> tuple[Origin, ...]:
    """Give a Copy's origins: where its own words name none surely, those of the report that it copies."""
    mine, first = sure(origins), sure(original)
    if first is None or (mine is not None and (mine.kind != "own" or mine.name == first.name)):
        return tuple(origins)
    named = {one.name for one in origins if one.kind != "own"} - {first.name}
    taken = [_taken(one) for one in original if one.name not in named]
    return (*taken, *(one for one in origins if one.name in named))


def _taken(one: Origin) -> Origin:
    """Tell of a Copy what its original said: what that outlet found out itself, the Copy's outlet did not."""
    known_one = known(one.name)
    kind = (known_one.kind if known_one else "outlet") if one.kind == "own" else one.kind
    return replace(one, kind=kind, evidence=f"copy: {one.evidence}"[:QUOTE])


def of_story(
    origins: Mapping[int, Sequence[Origin]], *, copies: Mapping[int, int], at: Mapping[int, datetime]
) -> tuple[Counted, ...]:
    """Count the reports of a Story by their primary origins, the one with most first.

    `origins` has every report by its Entry, `copies` whose Copy it is, `at` when it came. A Copy counts for its
    original's origin; where that one says nothing, the Copy may. Reports that nobody is sure of count for none.
    """
    texts: dict[int, list[int]] = {}
    for entry in sorted(origins, key=lambda entry: (at[entry], entry)):
        texts.setdefault(_original(entry, copies, origins), []).append(entry)
    found: dict[str, Counted] = {}
    for original, entries in texts.items():
        origin = _of_text(original, entries, origins)
        if origin is not None:
            before = found.get(origin.name.casefold())
            reports = len(entries) + (before.reports if before else 0)
            found[origin.name.casefold()] = Counted(
                before.name if before else origin.name, before.kind if before else origin.kind, reports
            )
    return tuple(sorted(found.values(), key=lambda one: -one.reports))


def _original(entry: int, copies: Mapping[int, int], origins: Mapping[int, Sequence[Origin]]) -> int:
    seen = {entry}
    while (copied := copies.get(entry)) is not None and copied in origins and copied not in seen:
        entry = copied
        seen.add(entry)
    return entry


def _of_text(original: int, entries: Sequence[int], origins: Mapping[int, Sequence[Origin]]) -> Origin | None:
    """Give the origin of one text and its Copies: its own word first, then that of the earliest that credits another.

    A Copy cannot be the first to have reported what it copies.
    """
    own = sure(origins[original])
    if own is not None:
        return own
    told = (sure(origins[entry]) for entry in entries)
    return next((one for one in told if one is not None and one.kind != "own"), None)
