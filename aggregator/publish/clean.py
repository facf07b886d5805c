"""Makes any stored text, address or language tag fit for XML and for feed readers. It judges no meaning."""

import re
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit, urlunsplit

_UNFIT = re.compile("[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) forbids, lone surrogates among it, and the C1 controls and CR that it discourages.

One such character in one title makes feedgen fail for the whole feed.
"""

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""RFC 5646 in outline; also the pattern of RFC 4287's schema, less its one-letter tags."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]+")
"""A name or IPv4 address, or an IPv6 address without its brackets."""

_STRAY = re.compile("%(?![0-9A-Fa-f]{2})")

_PATH, _QUERY = "/%:@!$&'()*+,;=~", "/%:@!$&'()*+,;=~?"
"""What RFC 3986 lets stand in a path and in a query or fragment; "%" since what is encoded stays so."""


def text(words: str | None) -> str:
    """Drop the characters that no feed may hold."""
    return _UNFIT.sub("", words or "")


def line(words: str | None) -> str:
    """Make plain text of one line, without the characters that no feed may hold."""
    return " ".join(text(words).split())


def tag(language: str | None) -> str | None:
    """Let a well-formed language tag through, and nothing else."""
    return language if language and _TAG.fullmatch(language) else None


def address(url: str | None) -> str | None:
    """Write an http(s) address as a plain-ASCII URI (RFC 3986) without user and password; None where it is none.

    RSS knows URIs only, and the W3C validator marks an IRI in it; the address stays the same to every client.
    """
    try:
        parts = urlsplit(_STRAY.sub("%25", text(url).strip()))
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:  # an unclosed bracket, a port that is no number, a label too long
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    path, query, fragment = quote(parts.path, _PATH), quote(parts.query, _QUERY), quote(parts.fragment, _QUERY)
    return urlunsplit((parts.scheme, place, path, query, fragment))


def moment(at: datetime) -> datetime:
    """Bring an aware time to UTC and whole seconds; raises ValueError where it is naive."""
    if at.tzinfo is None:
        raise ValueError("a time has no zone")
    return at.astimezone(UTC).replace(microsecond=0)
