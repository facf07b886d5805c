"""Judges IP addresses: which may be dialled, and which are refused and why. It resolves no name and opens nothing."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from ..errors import RefusedAddress

# Python's own `is_global` lets ten of these through (192.0.0.192, 168.63.129.16 and ::127.0.0.1 among them), and what
# it answers moves with each Python release. So the table is ours, drawn from the IANA special-purpose registries.
REFUSED_IPV4: Final = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "an unspecified address, which reaches this machine (RFC 1122)"),
        ("10.0.0.0/8", "a private address (RFC 1918)"),
        ("100.64.0.0/10", "a carrier's shared address, CGNAT (RFC 6598)"),
        ("127.0.0.0/8", "a loopback address (RFC 1122)"),
        ("168.63.129.16/32", "the platform service of the Azure cloud"),
        ("169.254.0.0/16", "a link-local address, where clouds keep their metadata (RFC 3927)"),
        ("172.16.0.0/12", "a private address (RFC 1918)"),
        ("192.0.0.0/24", "a protocol address, where the Oracle cloud keeps its metadata (RFC 6890)"),
        ("192.0.2.0/24", "a documentation address (RFC 5737)"),
        ("192.31.196.0/24", "a sink for reverse DNS, AS112 (RFC 7535)"),
        ("192.52.193.0/24", "a multicast tunnel relay, AMT (RFC 7450)"),
        ("192.88.99.0/24", "a retired 6to4 relay (RFC 7526)"),
        ("192.168.0.0/16", "a private address (RFC 1918)"),
        ("192.175.48.0/24", "a sink for reverse DNS, AS112 (RFC 7534)"),
        ("198.18.0.0/15", "a benchmarking address (RFC 2544)"),
        ("198.51.100.0/24", "a documentation address (RFC 5737)"),
        ("203.0.113.0/24", "a documentation address (RFC 5737)"),
        ("224.0.0.0/4", "a multicast address (RFC 5771)"),
        ("240.0.0.0/4", "a reserved or broadcast address (RFC 1112)"),
    )
)

REFUSED_IPV6: Final = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "an unspecified address, which reaches this machine (RFC 4291)"),
        ("::1/128", "a loopback address (RFC 4291)"),
        ("::/96", "an IPv4-compatible address, retired (RFC 4291)"),
        ("::ffff:0:0:0/96", "an IPv4-translated address (RFC 2765)"),
        ("64:ff9b:1::/48", "a local NAT64 address, which can reach a private one (RFC 8215)"),
        ("100::/64", "a discard address (RFC 6666)"),
        ("2001::/32", "a Teredo tunnel address, which can reach a private one (RFC 4380)"),
        ("2001::/23", "a protocol address (RFC 2928)"),
        ("2001:db8::/32", "a documentation address (RFC 3849)"),
        ("2002::/16", "a 6to4 address, which can reach a private one (RFC 3056)"),
        ("2620:4f:8000::/48", "a sink for reverse DNS, AS112 (RFC 7534)"),
        ("3fff::/20", "a documentation address (RFC 9637)"),
        ("5f00::/16", "a segment routing address (RFC 9602)"),
        ("fc00::/7", "a private address, where clouds keep their metadata (RFC 4193)"),
        ("fe80::/10", "a link-local address (RFC 4291)"),
        ("fec0::/10", "a retired site-local address (RFC 3879)"),
        ("ff00::/8", "a multicast address (RFC 4291)"),
    )
)

# All that IANA has opened for hosts; whatever it opens later stays refused until it is written here.
PUBLIC_IPV6: Final = IPv6Network("2000::/3")

# An IPv6-only network reaches every IPv4 host through this prefix (RFC 6052), so refusing it whole would blind a site
# there; the gateway dials the last 32 bits, and these are what is judged.
NAT64: Final = IPv6Network("64:ff9b::/96")

# A host whose last label is a number is an IPv4 address to resolvers and browsers alike (WHATWG URL, section 3.5):
# 2130706433, 0x7f.1 and 127.1 are all 127.0.0.1. We take the one form that has one reading.
_NUMBER: Final = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")


def refusal(address: str, *, port: int, allow: frozenset[tuple[str, int]]) -> str | None:
    """Say why an IP address may not be dialled at a port, as words that follow "is"; None where it may.

    A mapped address counts as the IPv4 address that it dials. `allow` is as `canonical` gives it.
    """
    try:
        ip = unmapped(address)
    except ValueError:
        return "no IP address"
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return "an address of one network interface, with a zone id (RFC 6874)"
    if (str(ip), port) in allow:
        return None
    return _reserved(ip)


def pair(address: str, port: int) -> str:
    """Write an address and port as `fetch.allow` wants them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def canonical(pairs: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Write each (IP address, port) pair in the one form that `refusal` compares; raises ValueError for no address."""
    return frozenset((str(unmapped(address)), port) for address, port in pairs)


def literal(host: str) -> str | None:
    """Give the IP address that a URL's host (without brackets) is, a mapped one unmapped; None where it is a name.

    Raises RefusedAddress for forms that hide the address: a zone id, or decimal, hex, octal and short IPv4.
    """
    if ":" not in host and not _NUMBER.match(host.rstrip(".").rpartition(".")[2]):
        return None
    try:
        ip = ip_address(host)
    except ValueError:
        raise RefusedAddress(f"{host!r} hides an address; write it plainly, like 192.0.2.1 or [2001:db8::1]") from None
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        raise RefusedAddress(f"{host!r} has a zone id, which names a local network; leave it out")
    return str(unmapped(host))


def unmapped(address: str) -> IPv4Address | IPv6Address:
    """Read an address, turning ::ffff:0:0/96 into the IPv4 that is dialled for it; raises ValueError."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and ip.scope_id is None and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip


def _reserved(ip: IPv4Address | IPv6Address) -> str | None:
    if isinstance(ip, IPv4Address):
        return next((reason for network, reason in REFUSED_IPV4 if ip in network), None)
    if ip in NAT64:
        inner = _reserved(IPv4Address(int(ip) & 0xFFFF_FFFF))
        return f"a NAT64 address for {inner}" if inner else None
    known = next((reason for network, reason in REFUSED_IPV6 if ip in network), None)
    return known or (None if ip in PUBLIC_IPV6 else "outside of the public IPv6 addresses (RFC 4291)")
