"""Entries in the store: known ones recognised by their keys, new ones kept and logged, changed ones revised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Select, bindparam, select, update

from ..normalize.document import DIGEST
from ..normalize.same import SAID
from ..normalize.urls import identity
from ..stories.features import plain
from ..values import UNREAD, WHOLE, Arrival
from . import identities, log, stories
from .batches import batches
from .schema import entry, revision, source
from .schema import log as log_table
from .types import AnyRow

TEXT_TRIES = 3
"""How often an article's page is asked for, at visits of its list, until its list's words must do."""
LONGEST_WAIT = timedelta(hours=6)
"""How long an Entry is held back for its article, which may say what `skip` looks at."""
FREE = 8
"""Revisions after which an Entry rests before the next: what goes to and fro, or counts up, or has another address at
every poll, makes a few and no more, and takes in what arrives without one."""
REST = timedelta(hours=1)
"""The first such rest; each is twice as long as the one before, up to 43 days."""
LISTS = frozenset({"authors", "categories", "enclosures"})
"""What is kept of an Entry as a list."""
OLD = timedelta(hours=48)
"""How long before now a report must be dated to be no news when its Source is catching up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a document brought: ids of new and of changed Entries, and how many known ones came under an id, or at an
    address, that was not seen before.
    """

    new: tuple[int, ...]
    changed: tuple[int, ...]
    migrated: int = 0


def keep(
    connection: Connection,
    source_id: int,
    arrivals: Sequence[Arrival],
    *,
    now: datetime,
    backlog_before: datetime | None = None,
    rejudged: Mapping[int, str | None] | None = None,
    filled: Sequence[tuple[int, Arrival]] = (),
) -> Kept:
    """Store what a document brought: new Entries with their line in the log, changed ones with their former
    wording kept as a revision, all in the caller's transaction.

    Skipped and doubtful Entries are stored, and not logged. New ones dated before `backlog_before` are marked as
    backlog, which is never announced as news. Of the `rejudged` Entries, those that do not stand in the document, or of
    which an article has told more, are skipped by another rule now, or by none. `filled`: what came of those that
    `lacking` gave.
    """
    found = identities.find(connection, source_id, arrivals)
    pairs = list(zip(arrivals, found.matches, strict=True))
    outlet = _outlet(connection, source_id)
    fresh = [arrival for arrival, match in pairs if match is None]
    ids = _insert(connection, source_id, fresh, now, backlog_before)
    logged = [(id, 0) for id, arrival in zip(ids, fresh, strict=True) if not _held(arrival)]
    log.append_entries(connection, logged, outlet=outlet, at=now)
    rejudged = rejudged or {}
    revised = [(arrival, match) for arrival, match in pairs if match is not None and match != SAID]
    revised += [(_judged(arrival, rejudged.get(number, arrival.skipped_by)), number) for number, arrival in filled]
    changed = _revise(connection, revised, outlet, now, rejudged)
    numbers = iter(ids)
    owners = [match if match is not None else next(numbers) for match in found.matches]
    owned = [(arrival, owner) for arrival, owner in zip(arrivals, owners, strict=True) if owner != SAID]
    fickle = identities.learn(connection, source_id, found, owned)
    renamed = {owners[place] for place in found.renamed(arrivals)}
    # What stands in the document has been judged by what it says there, and not by its former words.
    here = {*owners, *(number for number, _ in filled)}
    rejudge(connection, source_id, {id: by for id, by in rejudged.items() if id not in here}, now=now)
    return Kept(tuple(ids), tuple(changed), len(renamed - fickle))


def _judged(arrival: Arrival, by: str | None) -> Arrival:
    """Give what came without its article's words as the rules judge it now."""
    return arrival if arrival.is_read else replace(arrival, skipped_by=by)


def fill(
    connection: Connection, source_id: int, filled: Sequence[tuple[int, Arrival]], *, now: datetime
) -> tuple[int, ...]:
    """Store what came of those that `lacking` gave; gives the Entries that read otherwise now."""
    if not filled:
        return ()
    outlet = _outlet(connection, source_id)
    return tuple(_revise(connection, [(arrival, number) for number, arrival in filled], outlet, now, {}))


def is_whole(content: str) -> bool:
    """Say whether a list holds the article itself."""
    return len(content) >= WHOLE and len(" ".join(plain(content).split())) >= WHOLE


def let_in(connection: Connection, *, now: datetime, most: int) -> int:
    """Let Entries into Stories whose articles have not come for LONGEST_WAIT, by the words of their lists; gives how
    many, so many at most.
    """
    # Before their rows, of which it waits for none: a poll may hold one, and wait for the log.
    log.hold(connection)
    overdue = _overdue(now).order_by(entry.c.id).limit(most).with_for_update(of=entry, skip_locked=True)
    rows = list(connection.execute(overdue))
    for row in rows:
        _reconsider(connection, row, None, row.doubt, row.outlet, now)
    return len(rows)


def waiting(connection: Connection, *, now: datetime) -> bool:
    """Say whether `let_in` has anything to do."""
    return connection.execute(_overdue(now).limit(1)).first() is not None


def _overdue(now: datetime) -> Select[Any]:
    held = select(entry, source.c.outlet).join(source, source.c.id == entry.c.source_id)
    return held.where(entry.c.waits_until <= now)


def rejudge(connection: Connection, source_id: int, judged: Mapping[int, str | None], *, now: datetime) -> None:
    """Store by which rule Entries are skipped now; those that none skips come back."""
    outlet = _outlet(connection, source_id)
    for some in batches(judged):
        for row in list(connection.execute(select(entry).where(entry.c.id.in_(some)))):
            _reconsider(connection, row, judged[row.id], row.doubt, outlet, now)


def _outlet(connection: Connection, source_id: int) -> str:
    outlet: str = connection.execute(select(source.c.outlet).where(source.c.id == source_id)).scalar_one()
    return outlet


def _held(arrival: Arrival) -> bool:
    return arrival.skipped_by is not None or arrival.doubt is not None


def _columns(arrival: Arrival) -> dict[str, Any]:
    item = arrival.entry
    return {
        "entry_id": item.entry_id,
        "digest": item.digest,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content": item.content,
        "excerpt": arrival.excerpt,
        "authors": list(item.authors),
        "language": item.language,
        "published_at": item.published_at,
        "updated_at": item.updated_at,
        "date_note": item.date_note,
        "categories": list(item.categories),
        "enclosures": [asdict(enclosure) for enclosure in item.enclosures],
        "image": item.image,
        "image_caption": item.image_caption,
        "section": item.section,
        "via_name": item.via_name,
        "via_url": item.via_url,
        "skipped_by": arrival.skipped_by,
        "waits_until": None,
        "doubt": arrival.doubt,
        "is_read": arrival.is_read,
        "text_tries": int(arrival.was_asked) if arrival.lacks_text else None,
        # What it names as its origins is read anew.
        "origins": None,
    }


def _insert(
    connection: Connection, source_id: int, fresh: Sequence[Arrival], now: datetime, backlog_before: datetime | None
) -> list[int]:
    if not fresh:
        return []
    same = {"source_id": source_id, "revision": 0, "first_seen_at": now, "changed_at": now}
    rows = []
    for arrival in fresh:
        dated = arrival.entry.published_at
        waits = arrival.skipped_by == UNREAD
        # What its article may date yet counts as old until that has come.
        is_old = backlog_before is not None and (waits if dated is None else dated < backlog_before)
        until = {"waits_until": now + LONGEST_WAIT} if waits else {}
        rows.append(_columns(arrival) | same | until | {"backlog": is_old})
    statement = entry.insert().returning(entry.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, rows).scalars())


def _revise(
    connection: Connection,
    known: Sequence[tuple[Arrival, int]],
    outlet: str,
    now: datetime,
    rejudged: Mapping[int, str | None],
) -> list[int]:
    """Bring known Entries in line with what arrived; gives those that read otherwise now, or at another address."""
    arrivals = {match: arrival for arrival, match in known}
    changed: list[int] = []
    refreshed: list[int] = []
    for some in batches(arrivals):
        revisions: list[dict[str, Any]] = []
        updates: dict[int, dict[str, Any]] = {}
        rows = list(connection.execute(select(entry).where(entry.c.id.in_(some)).order_by(entry.c.id)))
        for row in rows:
            values, is_told = _rewritten(connection, row, arrivals[row.id])
            if is_told and not rests(row, now):
                revisions.append(_former(row, now))
                values |= {"revision": row.revision + 1, "changed_at": now}
                changed.append(row.id)
            elif values.keys() - {"text_tries"}:
                refreshed.append(row.id)
            updates[row.id] = values
        if revisions:
            connection.execute(revision.insert(), revisions)
        _update(connection, updates)
        for row in rows:
            arrival = arrivals[row.id]
            by = _skipped_by(row, arrival, rejudged)
            # What is known and was not doubted is not doubted later: a Story may tell it.
            if row.skipped_by != by or (row.doubt and row.doubt != arrival.doubt):
                _reconsider(connection, row, by, arrival.doubt, outlet, now)
    for some in batches(dict.fromkeys((*changed, *refreshed))):
        told = connection.execute(select(entry.c.story_id).where(entry.c.id.in_(some), entry.c.story_id.is_not(None)))
        stories.wake(connection, [row.story_id for row in told], now=now)
    return sorted(changed)


def _skipped_by(row: AnyRow, arrival: Arrival, rejudged: Mapping[int, str | None]) -> str | None:
    """Say which rule skips a known Entry, None where none does: its list alone does not free what its article skips,
    nor hold by `only` what its article let through.
    """
    if arrival.skipped_by == UNREAD and _tries(row, arrival) >= TEXT_TRIES:
        arrival = replace(arrival, skipped_by=None)  # it is not asked for again
    if row.is_read and not arrival.is_read and (arrival.fits_not or arrival.skipped_by in (None, UNREAD)):
        by: str | None = rejudged.get(row.id, row.skipped_by)
        fits_only = not (arrival.fits_not or arrival.held_by)  # by its list, which is enough
        return None if by and by.startswith("only") and fits_only else by
    if arrival.held_by:  # what cannot be told in time neither frees nor skips it
        return arrival.held_by if row.skipped_by not in (None, UNREAD) else None
    return arrival.skipped_by


_KEPT = ("url", "title", "summary", "content", "language", "published_at")
"""What a revision holds; where none of it differs, nothing has changed that a reader would see."""


def _former(row: AnyRow, now: datetime) -> dict[str, Any]:
    """Give the revision that keeps how an Entry read until now."""
    return {"entry_id": row.id, "number": row.revision, "replaced_at": now} | {
        name: getattr(row, name) for name in _KEPT
    }


def rests(row: AnyRow, now: datetime) -> bool:
    """Say whether an Entry has changed so often that it takes what arrives without a revision, for now."""
    often = int(row.revision) - FREE
    return often >= 0 and now - row.changed_at < REST * (1 << min(often, 10))


def _update(connection: Connection, updates: Mapping[int, Mapping[str, Any]]) -> None:
    """Write what changes of many Entries, those together of which the same changes."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, values in updates.items():
        if values:
            alike.setdefault(tuple(values), []).append(
                {"entry": number} | {f"new_{name}": values[name] for name in values}
            )
    for names, rows in alike.items():
        statement = update(entry).where(entry.c.id == bindparam("entry"))
        connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)


def _rewritten(connection: Connection, row: AnyRow, arrival: Arrival) -> tuple[dict[str, Any], bool]:
    """Give what changes of an Entry by what arrived, and whether a reader sees it."""
    # That of what a rule skipped by its list had not been asked for.
    is_asked = arrival.is_read or arrival.lacks_text
    lacked = row.text_tries is not None or (is_asked and row.skipped_by is not None and not row.is_read)
    if is_reworded(bytes(row.digest), arrival) or (lacked and arrival.entry.content):
        values = _columns(arrival)
        # The id that an item had first stays its id: others may hold on to it.
        del values["entry_id"], values["skipped_by"], values["waits_until"], values["doubt"]
        # A page's list never holds the text that its article gave: losing it would be no correction.
        values["content"] = values["content"] or row.content
        values["url"] = values["url"] or row.url
        if row.is_read and not arrival.is_read:
            values |= {"is_read": True, "categories": values["categories"] or row.categories}
        at = values["published_at"]
        if at is None or (row.published_at is None and at > row.first_seen_at):  # which lay in the future then
            values |= {"published_at": row.published_at, "date_note": row.date_note}
        if row.skipped_by == UNREAD and arrival.lacks_text:
            values["text_tries"] = _tries(row, arrival)
        if row.content and not arrival.entry.content and not arrival.lacks_text:
            values["text_tries"] = 0  # its article has not been asked for, and is when it rests no longer
        values["title"] = _newest_title(connection, row, arrival)
        return values, any(values[name] != getattr(row, name) for name in _KEPT)
    values = _refreshed(row, arrival)
    if lacked and arrival.lacks_text and (tries := _tries(row, arrival)) != row.text_tries:
        values["text_tries"] = tries
    url = arrival.entry.url
    is_moved = url is not None and url != row.url and not (row.url and identity(url) == identity(row.url))
    return values | ({"url": url} if is_moved else {}), is_moved


def _tries(row: AnyRow, arrival: Arrival) -> int:
    """Count how often an article was asked for in vain."""
    return (row.text_tries or 0) + int(arrival.was_asked)


def _newest_title(connection: Connection, row: AnyRow, arrival: Arrival) -> str:
    """Give the newer headline where an article's page and its list differ: the one that was another one before."""
    told, by_list = arrival.entry.title, arrival.headline
    if told == by_list or (by_list is None and not arrival.lacks_text):
        return told
    if by_list is not None and told != row.title:
        had = select(revision.c.number).where(revision.c.entry_id == row.id, revision.c.title == told)
        if connection.execute(had.limit(1)).first() is None:
            return told
    before, after = bytes(row.digest)[DIGEST:], arrival.entry.digest[DIGEST:]
    is_retitled = before != after or not before
    return (by_list or told) if is_retitled else str(row.title)


def is_reworded(digest: bytes, arrival: Arrival) -> bool:
    """Say whether an item has other words than those of which this is the digest."""
    return digest[:DIGEST] != arrival.entry.digest[:DIGEST]


_FILLED = ("language", "published_at", "section", "image", "image_caption")
"""What an item may say later than at first: it is taken in silence where it was missing."""


def _refreshed(row: AnyRow, arrival: Arrival) -> dict[str, Any]:
    """Give what is taken in silence of an item whose words stay: no reader is told of it, and no revision made.

    Pictures and files stand at other addresses at every poll where these hold sizes and signatures, which count for
    nothing. A list that says less than the article has told, as pages do, takes nothing away.
    """
    item = arrival.entry
    values = {name: getattr(item, name) for name in _FILLED if not getattr(row, name) and getattr(item, name)}
    if "published_at" in values and values["published_at"] > row.first_seen_at:
        del values["published_at"]  # it lay in the future then
    if "published_at" in values:
        values["date_note"] = item.date_note
    if len(row.digest) < len(item.digest):
        values["digest"] = item.digest
    if item.url and row.url and identity(item.url) == identity(row.url) and item.url.startswith("https:"):
        values |= {"url": item.url} if row.url.startswith("http:") else {}
    if len(item.content) < len(row.content):
        return values
    if _bare([item.image]) != _bare([row.image]):
        values |= {"image": item.image, "image_caption": item.image_caption}
    if _bare([file.url for file in item.enclosures]) != _bare([file["url"] for file in row.enclosures]):
        values["enclosures"] = [asdict(file) for file in item.enclosures]
    if list(item.categories) != row.categories and (item.categories or not row.is_read):
        values["categories"] = list(item.categories)
    if arrival.excerpt != row.excerpt:
        values["excerpt"] = arrival.excerpt
    return values


def _is_backlog(row: AnyRow, dated: datetime | None, now: datetime) -> bool:
    """Say whether what comes into Stories late is old, and no news."""
    if row.waits_until is not None and row.waits_until <= row.first_seen_at + LONGEST_WAIT:
        # It has waited since it came: as it would have been judged then, by the date that is known now.
        return bool(row.backlog) and dated is not None and dated < row.first_seen_at - OLD
    return bool(row.backlog) or (dated or row.first_seen_at) < now - OLD


def _bare(addresses: Iterable[str | None]) -> set[str]:
    return {urlsplit(address)._replace(query="").geturl() for address in addresses if address}


def _reconsider(
    connection: Connection, row: AnyRow, skipped_by: str | None, doubt: str | None, outlet: str, now: datetime
) -> None:
    """An Entry that no rule skips and nobody doubts any longer comes back; one that is in the log stays: it is told."""
    # Nobody else shall let it in at the same time.
    held = select(entry.c.revision, entry.c.published_at, entry.c.content, entry.c.text_tries, entry.c.is_read)
    told = connection.execute(held.where(entry.c.id == row.id).with_for_update()).one()
    of_entry = select(log_table.c.seq).where(log_table.c.entry_id == row.id).limit(1)
    is_logged = row.story_id is not None or connection.execute(of_entry).first() is not None
    if skipped_by and is_logged:
        return
    doubt = doubt if row.doubt else None
    values: dict[str, Any] = {"skipped_by": skipped_by, "waits_until": None, "doubt": doubt}
    if skipped_by == UNREAD:
        values["waits_until"] = row.waits_until or now + LONGEST_WAIT
    elif row.waits_until is not None:
        values["backlog"] = _is_backlog(row, told.published_at, now)
    lacks_text = told.text_tries is None and not told.is_read and not is_whole(told.content)
    if row.skipped_by and skipped_by in (None, UNREAD) and lacks_text:
        values["text_tries"] = 0  # where articles are read, that of what was skipped has not been asked for
    if not skipped_by and doubt is None and not is_logged:
        log.append_entries(connection, [(row.id, told.revision)], outlet=outlet, at=now)
        values["backlog"] = _is_backlog(row, told.published_at, now)
    connection.execute(update(entry).where(entry.c.id == row.id).values(**values))
