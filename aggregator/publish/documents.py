"""Makes a body ready to serve: media type, strong ETag, time of its last change. It writes no body."""

from datetime import datetime
from hashlib import blake2b

from ..values import Rendered

MEDIA_TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
}
"""By a path's ending."""


def rendered(path: str, body: bytes, *, now: datetime, before: Rendered | None = None) -> Rendered:
    """Make the document at `path` (with its ending); while its bytes stay, so does `modified_at` of the one `before`.

    The ETag is made of the bytes alone, so every process and every restart gives the same (RFC 9110, 8.8.3). Raises
    KeyError where the ending is none of MEDIA_TYPES.
    """
    etag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    modified_at = before.modified_at if before and before.etag == etag else now.replace(microsecond=0)
    return Rendered(path, MEDIA_TYPES[path.rpartition(".")[2]], body, etag, modified_at)
