"""Names the host of an address, and the domain whose hosts are one keeper's. It asks nobody.

A host is a name in lower case, or an IP address (IPv6 in brackets), with its port where that is not the scheme's own.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

import idna
from tld import get_fld

_PORTS = {"http": 80, "https": 443}
_UNROUTED = frozenset({"arpa", "onion"})
"""Ends of names that the Public Suffix List holds, and that lead to no host of the web."""


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


def domain_of(host: str) -> str:
    """Give the registrable domain that a host belongs to (Public Suffix List, its ICANN part), else the host itself.

    Platforms that give each user a name of their own count as one domain: it is their servers that limit.
    """
    name, port = split(host)
    domain: str | None = (
        get_fld(f"http://{name}/", fail_silently=True, search_private=False) if name[:1] != "[" else None
    )
    if domain is None:
        return host
    return f"{domain}:{port}" if port else domain


def split(host: str) -> tuple[str, str]:
    """Take a host apart into its name or address and its port, "" where that is the scheme's own."""
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    return name, port


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
