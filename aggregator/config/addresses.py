"""Rules for the addresses of feeds.yaml: URLs, `address:port` pairs, outlets. They resolve no names."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from .rules import line_of, shown

PORTS = {"http": 80, "https": 443}
CARRIERS = frozenset({"feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "rss.app"})
"""Hosts that carry many outlets' feeds and are none themselves."""
Endpoint = tuple[str, int]
"""An IP address in its canonical form, and a port."""


def url(value: object) -> str:
    """Read an absolute http(s) URL as it stands."""
    expected = "an address such as https://example.org/rss.xml"
    words = line_of(value, expected)
    if _split(words, expected).username is not None:
        raise ValueError(f'"{shown(_without_user(words))}" carries a user; expected it under auth, with password_env')
    return words


def proxy(value: object) -> str:
    """Read the proxy's URL, which may carry a user."""
    expected = "a proxy such as http://127.0.0.1:3128, or null"
    words = line_of(value, expected)
    _split(words, expected)
    return words


def site_url(value: object) -> str:
    """Read the site's public address, without the slash at its end: paths are put behind it."""
    words = url(value)
    parts = urlsplit(words)
    if "?" in words or "#" in words:
        raise ValueError(f'"{shown(words)}" has a query or fragment; expected an address with at most a path')
    if re.search(r"//|/\.{1,2}(/|$)", parts.path):
        raise ValueError(f'"{shown(words)}" has empty or dotted parts in its path; expected a plain path')
    return words.rstrip("/")


def contact(value: object) -> str:
    """Read where an outlet can reach us: a page or an e-mail address; ASCII, for the User-Agent."""
    expected = "a page such as https://example.org/bot, or an e-mail address"
    words = line_of(value, expected)
    if re.fullmatch(r"[!-'*-~]+", words) and ("://" in words or re.fullmatch(r"[^@:/]+@[^@:/]+\.[^@:/]+", words)):
        return url(words) if "://" in words else words
    raise ValueError(f'"{shown(words)}" is neither; expected {expected}')


def _split(words: str, expected: str) -> SplitResult:
    """Take an http(s) URL apart; raises ValueError in the words of `expected` where it is none."""
    try:
        parts = urlsplit(words)
        port = parts.port
    except ValueError:
        raise ValueError(f'"{shown(words)}" is no address; expected {expected}') from None
    if parts.scheme.lower() not in PORTS or not words[len(parts.scheme) :].startswith("://"):
        raise ValueError(f'"{shown(words)}" does not start with http:// or https://; expected {expected}')
    if not parts.hostname:
        raise ValueError(f'"{shown(words)}" names no host; expected {expected}')
    if port == 0 or re.search(r"\s", words) or not words.isprintable() or not _host_is_good(parts.hostname):
        raise ValueError(f'"{shown(words)}" has a bad host, port or letter in it; expected {expected}')
    return parts


def _host_is_good(host: str) -> bool:
    """Tell whether a host is an IP address or a dotted name, international letters included."""
    if ":" in host:
        return _address(host) is not None
    return len(host) <= 253 and bool(re.fullmatch(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?", host))


def _without_user(words: str) -> str:
    """Leave the user and password out of a URL that goes into an error."""
    return re.sub(r"//[^/?#]*@", "//", words)


def _address(words: str) -> str | None:
    """Give an IP address in canonical form, mapped IPv6 (RFC 4291, 2.5.5.2) as IPv4; else None."""
    try:
        address = ipaddress.ip_address(words)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        address = address.ipv4_mapped or address
    return str(address)


def endpoint(value: object) -> Endpoint:
    """Read `127.0.0.1:8701` or `[::1]:80` as (address, port). Refuses host names, which change."""
    expected = 'an IP address and port such as "127.0.0.1:8701" or "[::1]:80"'
    words = line_of(value, expected)
    found = re.fullmatch(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[^:\[\]]+)):(?P<port>[0-9]{1,5})", words)
    if found and found["four"] and not re.fullmatch(r"[0-9.]+", found["four"]):
        raise ValueError(f'"{shown(words)}" names a host, whose address can change; expected {expected}')
    address = _address(found["six"] or found["four"]) if found else None
    if not found or address is None or not 0 < int(found["port"]) < 65_536:
        raise ValueError(f'"{shown(words)}" is no address with a port; expected {expected}')
    return address, int(found["port"])


def network(value: object) -> str:
    """Read an IP address or network (CIDR) in its canonical form; mapped forms become IPv4."""
    words = line_of(value, "an IP address or network such as 10.0.0.0/8")
    if address := _address(words):
        return address
    try:
        return str(ipaddress.ip_network(words))
    except ValueError:
        raise ValueError(f'"{shown(words)}" is no IP address or network; expected one such as 10.0.0.1') from None


def endpoints_of(words: str) -> tuple[Endpoint, ...]:
    """Give the (address, port) pairs that a URL names by itself; none where a host must be resolved."""
    try:
        parts = urlsplit(words)
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        return ()
    if parts.hostname == "localhost":
        return ("127.0.0.1", port), ("::1", port)
    address = _address(parts.hostname or "")
    return ((address, port),) if address else ()


def outlet_of(words: str, *, name: str = "") -> str:
    """Derive the outlet from a Source's address: its host without `www.`, `feeds.` or `rss.` in front.

    Where the host tells of none (an IP address, localhost, a carrier of many outlets), it is `name`.
    """
    try:
        host = (urlsplit(words).hostname or "").rstrip(".")
    except ValueError:
        host = ""
    if name and (not host or host in CARRIERS or endpoints_of(words)):
        return name
    while (shorter := re.sub(r"^(www|feeds?|rss)\.(?=[^.]+\.[^.])", "", host)) != host:
        host = shorter
    return host or words
