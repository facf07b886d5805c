"""What was published: channels with their permanent ids, a record per Story and channel, and the rendered bytes."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from ..values import Coverage, Record, Rendered
from .schema import channel, document, publication
from .types import AnyRow

logger = logging.getLogger(__name__)

ENDINGS = ("atom", "rss", "json")
_FIELDS = frozenset(field.name for field in fields(Record))


def ensure_channels(connection: Connection, paths: Sequence[str], *, now: datetime) -> None:
    """Mint an id for each channel that has none yet; a new channel is due for rendering."""
    known = set(connection.execute(select(channel.c.path).where(channel.c.path.in_(list(paths)))).scalars())
    for path in dict.fromkeys(paths):
        if path not in known:
            connection.execute(channel.insert().values(path=path, id=f"urn:uuid:{uuid.uuid4()}", since=now, stale=1))


def rename(connection: Connection, old: str, new: str) -> None:
    """Give a channel a new path, with its id and its records, so that nobody is told anything twice; the documents of
    the old path go. Nothing happens where there is no such channel, or `new` is one already.
    """
    known = {row.path: row for row in connection.execute(select(channel).where(channel.c.path.in_([old, new])))}
    if old not in known or new in known:
        return
    row = known[old]
    connection.execute(channel.insert().values(path=new, id=f"{row.id} renamed", since=row.since, stale=row.stale + 1))
    connection.execute(update(publication).where(publication.c.path == old).values(path=new))
    connection.execute(delete(channel).where(channel.c.path == old))
    connection.execute(update(channel).where(channel.c.path == new).values(id=row.id))
    connection.execute(delete(document).where(document.c.path.in_([f"{old}.{ending}" for ending in ENDINGS])))


def records_of(connection: Connection, story: str) -> dict[str, Record]:
    """Give what was published of a Story, by channel."""
    rows = connection.execute(select(publication).where(publication.c.story_id == story))
    return {row.path: record for row in rows if (record := _record(row)) is not None}


def publish(connection: Connection, path: str, record: Record) -> None:
    """Write what is published of a Story in a channel, which is then due for rendering."""
    newest = max((report.at for report in record.reports), default=record.published_at)
    values = {"updated_at": record.updated_at, "newest_at": newest, "record": _packed(record)}
    done = connection.execute(
        update(publication).where(publication.c.path == path, publication.c.story_id == record.story).values(**values)
    )
    if not done.rowcount:
        connection.execute(
            publication.insert().values(path=path, story_id=record.story, published_at=record.published_at, **values)
        )
    connection.execute(update(channel).where(channel.c.path == path).values(stale=channel.c.stale + 1))


def withdraw(connection: Connection, ids: Sequence[str]) -> None:
    """Take merged Stories out of every channel: the ones that they go on as stand there for them."""
    for id in sorted(ids):
        stand(connection, id, ())


def stand(connection: Connection, id: str, paths: Sequence[str]) -> None:
    """Let what was published of a Story stand in these channels and in no other; where it comes back, it is no news."""
    own = publication.c.story_id == id
    for row in connection.execute(select(publication.c.path, publication.c.is_withdrawn).where(own)).all():
        goes = row.path not in paths
        if goes is not row.is_withdrawn:
            connection.execute(update(publication).where(own, publication.c.path == row.path).values(is_withdrawn=goes))
            connection.execute(update(channel).where(channel.c.path == row.path).values(stale=channel.c.stale + 1))


def stale(connection: Connection) -> list[tuple[str, str, int]]:
    """Give the channels whose documents must be rendered again, as (path, id, how often that was said)."""
    rows = connection.execute(select(channel).where(channel.c.stale > 0).order_by(channel.c.path))
    return [(row.path, row.id, row.stale) for row in rows]


def all_stale(connection: Connection) -> None:
    """Have every document rendered again: what stands around the records has changed."""
    connection.execute(update(channel).values(stale=channel.c.stale + 1))


def newest(connection: Connection, path: str, *, limit: int) -> list[Record]:
    """Give the records that entered a channel last, the newest first."""
    query = select(publication).where(publication.c.path == path, publication.c.is_withdrawn.is_(False))
    # Many enter a new channel at one moment: those with the newest reports first.
    order = (publication.c.published_at.desc(), publication.c.newest_at.desc(), publication.c.story_id.desc())
    rows = connection.execute(query.order_by(*order).limit(limit))
    return [record for row in rows if (record := _record(row)) is not None]


def rendered(connection: Connection, path: str, documents: Sequence[Rendered], *, seen: int) -> None:
    """Keep a channel's documents, and mark it as rendered, unless it has become stale again since `seen` was read."""
    keep(connection, documents)
    connection.execute(update(channel).where(channel.c.path == path, channel.c.stale == seen).values(stale=0))


def keep(connection: Connection, documents: Sequence[Rendered]) -> None:
    """Keep documents, each only if its bytes have changed."""
    for made in documents:
        values = {"media_type": made.media_type, "etag": made.etag, "modified_at": made.modified_at, "body": made.body}
        etag = connection.execute(select(document.c.etag).where(document.c.path == made.path)).scalar()
        if etag is None:
            connection.execute(document.insert().values(path=made.path, **values))
        elif etag != made.etag:
            connection.execute(update(document).where(document.c.path == made.path).values(**values))


def get(connection: Connection, path: str) -> Rendered | None:
    """Give one rendered document, None where there is none."""
    row = connection.execute(select(document).where(document.c.path == path)).first()
    if row is None:
        return None
    return Rendered(
        path=row.path,
        media_type=row.media_type,
        body=bytes(row.body),
        etag=row.etag,
        modified_at=row.modified_at,
    )


def _packed(record: Record) -> dict[str, Any]:
    values = asdict(record)
    for name in ("story", "published_at", "updated_at"):
        del values[name]
    if record.refreshed_at is not None:
        values["refreshed_at"] = record.refreshed_at.isoformat()
    values["reports"] = [report | {"at": report["at"].isoformat()} for report in values["reports"]]
    return values


def _record(row: AnyRow) -> Record | None:
    """Read a record; None, with a line in the log, for one that cannot be read: it costs itself alone."""
    try:
        values = {name: value for name, value in row.record.items() if name in _FIELDS}
        if values.get("refreshed_at"):
            values["refreshed_at"] = datetime.fromisoformat(values["refreshed_at"])
        values["reports"] = tuple(
            Coverage(**(report | {"at": datetime.fromisoformat(report["at"])})) for report in values["reports"]
        )
        return Record(story=row.story_id, published_at=row.published_at, updated_at=row.updated_at, **values)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        logger.error("the record of story %s in %s cannot be read: %r", row.story_id, row.path, error)
        return None
