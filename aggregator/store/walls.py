"""Texts that stood on a Source's pages in place of articles, by their fingerprints; and whose text another one is."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from . import meta
from .batches import batches
from .schema import entry

LATEST = 200
"""Newest Entries of a Source with whose texts those of new articles are compared."""
MOST = 12
"""Fingerprints that are kept of a Source's walls, the newest ones."""


def known(connection: Connection, source_id: int) -> frozenset[str]:
    """Give the fingerprints of the walls that were seen at a Source."""
    return frozenset((meta.get(connection, _key(source_id)) or "").split())


def remember(connection: Connection, source_id: int, walls: Iterable[str]) -> None:
    """Keep the fingerprints of walls, the caller's first."""
    kept = (meta.get(connection, _key(source_id)) or "").split()
    told = list(dict.fromkeys((*walls, *kept)))[:MOST]
    if told != kept:
        meta.put(connection, _key(source_id), " ".join(told))


def holders(connection: Connection, source_id: int, contents: Sequence[str]) -> list[tuple[str, str | None, str]]:
    """Give those of a Source's newest Entries that have one of these contents: content, address and title of each."""
    newest = select(entry.c.id).where(entry.c.source_id == source_id).order_by(entry.c.id.desc()).limit(LATEST)
    ids = list(connection.execute(newest).scalars())
    wanted = set(contents)
    found: list[tuple[str, str | None, str]] = []
    for some in batches(ids) if wanted else ():
        rows = connection.execute(
            select(entry.c.content, entry.c.url, entry.c.title).where(entry.c.id.in_(some), entry.c.content != "")
        )
        found += [(row.content, row.url, row.title) for row in rows if row.content in wanted]
    return found


def _key(source_id: int) -> str:
    return f"walls:{source_id}"
