"""Names the host of an address, and the domain whose hosts are one keeper's. It asks nobody.

A host is a name in lower case, or an IP address (IPv6 in brackets), with its port where that is not the scheme's own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import idna
from tld import get_fld

_PORTS = {"http": 80, "https": 443}
_UNROUTED = frozenset({"arpa", "onion"})
"""Ends of names that the Public Suffix List holds, and that lead to no host of the web."""

_PLATFORMS = frozenset(
    {"livejournal.com", "medium.com", "over-blog.com", "substack.com", "tumblr.com", "typepad.com", "wordpress.com"}
)
"""Those that give each user a name and are not, as others are, on the Public Suffix List; blogspot has many ends."""
SHARED_WAIT = timedelta(days=1)
"""How long, from when it was told, a host's wait may bind other hosts of its domain; the host itself waits it out."""

Waits = Mapping[str, tuple[datetime, datetime]]
"""Hosts that asked to be left alone, each with the end of its wait and when that was told (aware UTC)."""


def left_alone(host: str, kin: Waits, *, now: datetime) -> datetime | None:
    """Tell until when a host is to be left alone, by the waits of its domain's hosts; None where it may be asked.

    Where two hosts of one domain wait, it is the domain that limits, and all its hosts wait.
    """
    ends = [kin[host][0]] if host in kin and kin[host][0] > now else []
    shared = [end for end in (min(until, told + SHARED_WAIT) for until, told in kin.values()) if end > now]
    return max(ends + shared if len(shared) > 1 else ends, default=None)


def host_of(url: str) -> str:
    """Give the host of an http or https address, its international name in ASCII; "" where it has none."""
    try:
        parts = urlsplit(url.strip())
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    try:
        name = str(_address(name) or (name if name.isascii() else idna.encode(name, uts46=True).decode("ascii")))
    except UnicodeError:
        return ""
    place = f"[{name}]" if ":" in name else name
    return place if port is None or port == _PORTS.get(parts.scheme) or not name else f"{place}:{port}"


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """Give the registrable domain that a host belongs to (Public Suffix List, both its parts), else the host itself.

    On a platform that gives each user a name, each such name is a domain: one user must not speak for the others.
    """
    name, port = split(host)
    domain: str | None = (
        get_fld(f"http://{name}/", fail_silently=True, search_private=True) if name[:1] != "[" else None
    )
    if domain is None:
        return host
    if domain != name and (domain in _PLATFORMS or domain.startswith("blogspot.")):
        domain = ".".join(name.split(".")[-domain.count(".") - 2 :])
    return f"{domain}:{port}" if port else domain


def split(host: str) -> tuple[str, str]:
    """Take a host apart into its name or address and its port, "" where that is the scheme's own."""
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    return name, port


def is_home(home: str, there: str) -> bool:
    """Tell whether what is meant for the host of one address may go to another: the same host and port, or its upgrade
    from http to https.
    """
    host, (here, other) = host_of(home), (url.strip().partition(":")[0].lower() for url in (home, there))
    if not host or host_of(there) != host:
        return False
    return here == other or ((here, other) == ("http", "https") and not split(host)[1])


def is_public(host: str) -> bool:
    """Tell whether a host, with or without port, has a public name or a public address."""
    name, _ = split(host)
    address = _address(name.strip("[]"))
    if address is None:
        return is_public_name(name)
    return address.is_global and not address.is_multicast


def is_public_name(host: str) -> bool:
    """Tell whether a host, without its port, has a name that anybody can look up: under a suffix known to the public.

    Not so localhost, addresses, and names under test, local, internal or the like (RFC 6761, RFC 6762).
    """
    if host.rpartition(".")[2] in _UNROUTED or "." not in host or ":" in host:
        return False
    return get_fld(f"http://{host}/", fail_silently=True, search_private=False) is not None
