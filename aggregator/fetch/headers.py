"""Writes the headers of a request. It decides neither where they go nor what comes back."""

from typing import Final

from aiohttp import encode_basic_auth

from ..errors import FetchError
from ..values import Request
from .decode import ACCEPT_ENCODING

# Hosts that serve both look here to choose; some refuse a reader that does not say that it takes feeds.
ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, "
    "text/html;q=0.8, application/xhtml+xml;q=0.8, */*;q=0.5"
)

# What the connection, the decoder and the validators depend on; a Source's own headers may set anything else.
OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "if-modified-since",
        "if-none-match",
        "range",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def write_headers(request: Request, *, user_agent: str, trusted: bool) -> dict[str, str]:
    """Write a request's headers; those of the Source and its credentials only where the host is `trusted` with them.

    Validators are the stored strings, unchanged: they are opaque (RFC 9110, section 8.8). Raises FetchError for a
    user name that Basic authentication cannot carry (RFC 7617).
    """
    headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
    if trusted:
        for name, value in request.headers:
            if name.lower() not in OURS:
                headers = {known: kept for known, kept in headers.items() if known.lower() != name.lower()}
                headers[name] = value
        if request.user is not None or request.password is not None:
            headers = {known: kept for known, kept in headers.items() if known.lower() != "authorization"}
            headers["Authorization"] = _basic(request.user or "", request.password or "")
    if request.etag:
        headers["If-None-Match"] = request.etag
    if request.last_modified:
        headers["If-Modified-Since"] = request.last_modified
    return headers


def _basic(user: str, password: str) -> str:
    try:
        return encode_basic_auth(user, password)
    except ValueError:
        raise FetchError("the Source's user name holds a colon or a broken character; correct its `auth`") from None
