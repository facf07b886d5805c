from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RefusedAddress
from aggregator.fetch.guard import NAT64, REFUSED_IPV4, REFUSED_IPV6, canonical, literal, refusal

NOBODY: frozenset[tuple[str, int]] = frozenset()

REFUSED = [
    ("0.0.0.0", "unspecified"),
    ("0.1.2.3", "unspecified"),
    ("10.0.0.1", "private"),
    ("100.64.0.1", "CGNAT"),
    ("100.100.100.200", "CGNAT"),
    ("100.127.255.255", "CGNAT"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("168.63.129.16", "Azure"),
    ("169.254.169.254", "link-local"),
    ("169.254.170.2", "link-local"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.192", "Oracle"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "6to4"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", "benchmarking"),
    ("198.19.255.255", "benchmarking"),
    ("198.51.100.7", "documentation"),
    ("203.0.113.7", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.255", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::127.0.0.1", "compatible"),
    ("::8.8.8.8", "compatible"),
    ("::ffff:127.0.0.1", "loopback"),
    ("::ffff:a9fe:a9fe", "link-local"),
    ("::ffff:0:127.0.0.1", "translated"),
    ("64:ff9b::127.0.0.1", "NAT64 address for a loopback"),
    ("64:ff9b::10.0.0.1", "NAT64 address for a private"),
    ("64:ff9b::169.254.169.254", "NAT64 address for a link-local"),
    ("64:ff9b:1::808:808", "local NAT64"),
    ("100::1", "discard"),
    ("2001::1", "Teredo"),
    ("2001:0:7f00:1::", "Teredo"),
    ("2001:2::1", "protocol"),
    ("2001:20::1", "protocol"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::", "6to4"),
    ("2002:808:808::1", "6to4"),
    ("3fff::1", "documentation"),
    ("4000::1", "outside"),
    ("5f00::1", "segment"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "metadata"),
    ("fd20:ce::254", "metadata"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "zone id"),
    ("2606:4700::1111%1", "zone id"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
    ("localhost", "no IP address"),
    ("127.1", "no IP address"),
    ("", "no IP address"),
]

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "168.63.129.17",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450::1",
]


@pytest.mark.parametrize(("address", "word"), REFUSED)
def test_refuses_with_the_reason(address: str, word: str) -> None:
    assert word in (refusal(address, port=80, allow=NOBODY) or "")


@pytest.mark.parametrize("address", PUBLIC)
def test_lets_public_addresses_through(address: str) -> None:
    assert refusal(address, port=443, allow=NOBODY) is None


def test_every_refused_network_is_refused_from_end_to_end() -> None:
    ends = [ip for network, _ in REFUSED_IPV4 for ip in (network[0], network[-1])]
    for end in (*ends, *(ip for network, _ in REFUSED_IPV6 for ip in (network[0], network[-1]))):
        assert refusal(str(end), port=80, allow=NOBODY)


def test_allows_a_pair_at_its_own_port_only() -> None:
    allow = canonical([("127.0.0.1", 8701), ("fd00:0::0001", 80), ("::ffff:10.0.0.1", 80)])
    assert refusal("127.0.0.1", port=8701, allow=allow) is None
    assert refusal("::ffff:127.0.0.1", port=8701, allow=allow) is None
    assert refusal("fd00::1", port=80, allow=allow) is None
    assert refusal("10.0.0.1", port=80, allow=allow) is None
    assert refusal("127.0.0.1", port=8702, allow=allow)
    assert refusal("127.0.0.2", port=8701, allow=allow)
    assert refusal("::127.0.0.1", port=8701, allow=allow)
    assert refusal("64:ff9b::127.0.0.1", port=8701, allow=allow)


def test_an_allowed_pair_must_be_an_address() -> None:
    with pytest.raises(ValueError, match="localhost"):
        canonical([("localhost", 80)])


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_each_form_that_dials_it(ip: IPv4Address) -> None:
    plain = refusal(str(ip), port=80, allow=NOBODY)
    assert refusal(f"::ffff:{ip}", port=80, allow=NOBODY) == plain
    assert bool(refusal(f"64:ff9b::{ip}", port=80, allow=NOBODY)) == bool(plain)


@given(st.ip_addresses(v=4))
def test_tunnelled_ipv4_is_never_dialled(ip: IPv4Address) -> None:
    number = int(ip)
    assert refusal(str(IPv6Address(number)), port=80, allow=NOBODY)
    assert refusal(str(IPv6Address(0x2002 << 112 | number << 80)), port=80, allow=NOBODY)
    assert refusal(str(IPv6Address(0x2001_0000 << 96 | number)), port=80, allow=NOBODY)


@given(st.ip_addresses())
def test_is_no_laxer_than_the_standard_library(ip: IPv4Address | IPv6Address) -> None:
    if refusal(str(ip), port=80, allow=NOBODY) is None and ip not in NAT64:
        assert (getattr(ip, "ipv4_mapped", None) or ip).is_global


@pytest.mark.parametrize("host", ["example.org", "1.example", "0x.example", "a-1", "deadbeef", "x0x1", "127.0.0.1.nip"])
def test_a_name_is_no_literal(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("FD00:0::1", "fd00::1")])
def test_reads_a_plain_literal(host: str, address: str) -> None:
    assert literal(host) == address


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0x7F.0.0.0x1",
        "127.1",
        "127.0.1",
        "0",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.1.",
        "256.1.1.1",
        "1.2.3.4.5",
        "x.0x",
        "fe80::1%eth0",
        "fe80::1%25eth0",
        ":::",
    ],
)
def test_refuses_literals_that_hide_their_address(host: str) -> None:
    with pytest.raises(RefusedAddress):
        literal(host)


@given(st.integers(min_value=0, max_value=2**32 - 1), st.sampled_from(["{}", "{:#x}", "{:#o}", "0{:o}"]))
def test_no_number_passes_for_a_name(number: int, form: str) -> None:
    host = form.format(number).replace("0o", "0")
    with pytest.raises(RefusedAddress):
        literal(host)
