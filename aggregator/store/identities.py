"""The keys of Entries in the store: which Entry an item is, and under which keys it is known from then on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from ..normalize import relisted, retitled, same
from ..normalize.same import Known
from ..values import Arrival, Entry
from .batches import batches
from .schema import entry, entry_key

LATEST = 200
"""Newest Entries with which items under no known key are compared; twice as many as its items for a long document."""
NAMES = 2
"""An Entry that had so many more names than its first one has another at each visit."""
_SAID = tuple(entry.c[name] for name in ("id", "entry_id", "url", "title", "published_at", "summary", "first_seen_at"))
"""What `Known` holds, in its order."""


def _known(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> dict[bytes, Known]:
    keys = dict.fromkeys(key for arrival in arrivals for key in arrival.entry.keys)
    known: dict[bytes, Known] = {}
    for some in batches(keys):
        rows = connection.execute(
            select(entry_key.c.key, *_SAID)
            .join(entry, entry.c.id == entry_key.c.entry_id)
            .where(entry_key.c.source_id == source_id, entry_key.c.key.in_(some))
        )
        for row in rows:
            known[bytes(row.key)] = Known(*row[1:])
    return known


@dataclass(frozen=True, slots=True)
class Found:
    """Which Entries the arrivals of a document are."""

    matches: list[int | None]
    """As `same.match` gives them."""
    known: Mapping[bytes, Known]
    """By key."""
    names: Mapping[int, str]
    """The ids that these Entries had first."""

    def renamed(self, arrivals: Sequence[Arrival]) -> list[int]:
        """Give the places of arrivals that came under a name not seen before."""
        return same.renamed([arrival.entry for arrival in arrivals], self.matches, self.known, self.names)


def find(connection: Connection, source_id: int, arrivals: Sequence[Arrival]) -> Found:
    """Say which Entry of its Source each arrival is."""
    known = _known(connection, source_id, arrivals)
    items = [arrival.entry for arrival in arrivals]
    matches = same.match(items, known)
    names = {found.entry: found.entry_id for found in known.values()}
    if None in matches:
        latest = select(*_SAID).where(entry.c.source_id == source_id).order_by(entry.c.id.desc())
        rows = connection.execute(latest.limit(max(LATEST, 2 * len(items))))
        newest = [Known(*row) for row in rows]
        if relisted.is_likely(items, matches, known):
            matches = relisted.match(items, matches, known, newest)
        matches = retitled.match(items, matches, known, newest)
        names |= {found.entry: found.entry_id for found in newest}
    return Found(matches, known, names)


def learn(connection: Connection, source_id: int, found: Found, owned: Sequence[tuple[Arrival, int]]) -> set[int]:
    """Remember every key under which an Entry was seen now; a key that is another Entry's stays that one's.

    A new Entry without an id takes the address at which another one stood: its next wording comes there too. Gives
    the Entries whose names are others at each visit; of these none is remembered any longer.
    """
    old = set(found.matches)
    unseen = {owner: a.entry for a, owner in owned if owner in old and a.entry.keys[0] not in found.known}
    fickle = _fickle(connection, unseen)
    rows: dict[bytes, dict[str, object]] = {}
    for arrival, owner in owned:
        item = arrival.entry
        skipped = (item.named or item.linked) if owner in fickle else 0
        for key in reversed(item.keys[skipped:]):
            if key not in found.known:
                rows[key] = {"source_id": source_id, "key": key, "entry_id": owner}
        if owner not in old and not item.named:
            _hand_over(connection, source_id, [key for key in item.keys[: item.linked] if key in found.known], owner)
    if rows:
        connection.execute(entry_key.insert(), list(rows.values()))
    return fickle


def _hand_over(connection: Connection, source_id: int, keys: Sequence[bytes], owner: int) -> None:
    if keys:
        of_source = (entry_key.c.source_id == source_id) & entry_key.c.key.in_(keys)
        connection.execute(update(entry_key).where(of_source).values(entry_id=owner))


def _fickle(connection: Connection, unseen: Mapping[int, Entry]) -> set[int]:
    """Say which Entries came under so many names before that another one tells nothing."""
    found: set[int] = set()
    for some in batches(unseen):
        query = select(entry_key.c.entry_id, func.count()).where(entry_key.c.entry_id.in_(some))
        for number, count in connection.execute(query.group_by(entry_key.c.entry_id)):
            item = unseen[number]
            if count >= len(item.keys) + NAMES * (item.named or item.linked):
                found.add(number)
    return found
