"""Reads a URL into what is asked of whom: scheme, host, port and the URL as sent. It resolves and opens nothing."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from yarl import URL

from ..errors import FetchError
from .guard import literal

PORTS: Final = {"http": 80, "https": 443}

LONGEST_SHOWN: Final = 120
"""Letters of an address in a message."""

# RFC 3986, section 2: what may stand as it is. Everything else is percent-encoded; what is encoded already stays as it
# is, byte for byte, since signed addresses break when %7E becomes ~.
_KEPT: Final = "%:/?#[]@!$&'()*+,;=-._~"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """One address to ask: `url` in ASCII, without fragment; `host` without brackets or closing dot."""

    url: str
    scheme: str
    host: str
    port: int
    place: str
    """The host as `hosts.host_of` names it: with brackets, and with a port other than the scheme's."""
    address: str | None
    """The IP address that the host is, None where it is a name."""


def read_target(url: str) -> Target:
    """Read a URL that is to be fetched (RFC 3986; an international host becomes ASCII).

    Raises FetchError for what is no http or https URL or holds a user name, and RefusedAddress for hidden addresses.
    """
    text = url.strip()
    if _CONTROL.search(text):
        raise FetchError(f"{_short(text)} holds control characters; check the address")
    try:
        parts = urlsplit(text)
        scheme, name, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        raise FetchError(f"{_short(text)} is no address of the web; check its host and port") from None
    if scheme not in PORTS:
        raise FetchError(f"{_short(text)} cannot be fetched; give an address that starts with http:// or https://")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise FetchError(f"the address at {_short(name)} holds a user name; give it as `auth` of the Source instead")
    host = _ascii(name, text)
    address = literal(host)
    if address is None and not _NAME.match(host):
        raise FetchError(f"{_short(text)} names no host; check the address")
    if port == 0:
        raise FetchError(f"{_short(text)} has port 0; give a port from 1 to 65535, or none")
    named = address or host
    place = f"[{named}]" if ":" in named else named
    if port is not None and port != PORTS[scheme]:
        place = f"{place}:{port}"
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    sent = f"{scheme}://{place}{_quoted(parts.path) or '/'}{query}"
    return Target(sent, scheme, named, port or PORTS[scheme], place, address)


def shown(url: str) -> str:
    """Name an address that was read in a message: without its query, which may hold a key, and not too long."""
    plain, mark, _ = url.partition("?")
    return (plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 3] + "...") + (mark and "?...")


def _ascii(name: str, text: str) -> str:
    """Write a host in ASCII (IDNA); the digits of other scripts become ours, so that no number hides behind them."""
    try:
        return (URL.build(scheme="http", host=name).raw_host or "").lower().rstrip(".")
    except ValueError:
        raise FetchError(f"{_short(text)} names no host; check the address") from None


def _quoted(part: str) -> str:
    return quote(part, safe=_KEPT, errors="surrogateescape")


def _short(text: str) -> str:
    """Quote a text of unknown origin for a message: one line, harmless, at most 80 characters, without its query."""
    plain = text.partition("?")[0]
    return ascii(plain if len(plain) <= 80 else plain[:79] + "…")
