"""Which host an address has, and which hosts are one keeper's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.target import read_target
from aggregator.hosts import domain_of, host_of, is_public


@pytest.mark.parametrize(
    ("url", "host", "domain"),
    [
        ("https://Feeds.Kabar.co.id/rss?x=1", "feeds.kabar.co.id", "kabar.co.id"),
        ("https://kabar.co.id:443/", "kabar.co.id", "kabar.co.id"),
        ("http://kabar.co.id:443/", "kabar.co.id:443", "kabar.co.id:443"),
        ("https://berita.kemlu.go.id./", "berita.kemlu.go.id", "kemlu.go.id"),
        ("https://seseorang.blogspot.com/", "seseorang.blogspot.com", "seseorang.blogspot.com"),
        ("https://m.seseorang.blogspot.co.id/", "m.seseorang.blogspot.co.id", "seseorang.blogspot.co.id"),
        ("https://kabar.wordpress.com/feed", "kabar.wordpress.com", "kabar.wordpress.com"),
        ("https://wordpress.com/", "wordpress.com", "wordpress.com"),
        ("https://a.kabar.workers.dev/", "a.kabar.workers.dev", "kabar.workers.dev"),
        ("https://kabar.github.io:8443/", "kabar.github.io:8443", "kabar.github.io:8443"),
        ("https://github.io/", "github.io", "github.io"),
        ("https://kabar.netlify.app/", "kabar.netlify.app", "kabar.netlify.app"),
        ("https://kabar.s3.amazonaws.com/", "kabar.s3.amazonaws.com", "kabar.s3.amazonaws.com"),
        ("https://blogspot.kabar.com/", "blogspot.kabar.com", "kabar.com"),
        ("https://вести.рф/", "xn--b1agj9af.xn--p1ai", "xn--b1agj9af.xn--p1ai"),
        ("https://faß.de/", "xn--fa-hia.de", "xn--fa-hia.de"),
        ("http://[2001:DB8:0::1]/", "[2001:db8::1]", "[2001:db8::1]"),
        ("http://[::ffff:1.2.3.4]:81/", "1.2.3.4:81", "1.2.3.4:81"),
        ("http://127.0.0.1:8701/a", "127.0.0.1:8701", "127.0.0.1:8701"),
        ("http://[::1]:8701/a", "[::1]:8701", "[::1]:8701"),
        ("http://[2001:db8::1]/", "[2001:db8::1]", "[2001:db8::1]"),
        ("http://printer/", "printer", "printer"),
        ("not an address", "", ""),
        ("http://[broken/", "", ""),
        ("http://host:99999/", "", ""),
    ],
)
def test_hosts_and_their_domains(url: str, host: str, domain: str) -> None:
    assert (host_of(url), domain_of(host_of(url))) == (host, domain)


@pytest.mark.parametrize(
    "url",
    [
        "https://faß.de/",
        "https://вести.рф:8443/x",
        "http://[::ffff:1.2.3.4]/",
        "https://KABAR.co.id./",
        "http://a_b.example/",
    ],
)
def test_the_network_names_a_host_alike(url: str) -> None:
    assert host_of(url) == read_target(url).place


@given(st.text())
def test_no_address_is_too_wild(url: str) -> None:
    assert isinstance(domain_of(host_of(url)), str)
    assert isinstance(domain_of(host_of(f"https://{url}/")), str)


@pytest.mark.parametrize(
    "host",
    [
        "kabar.co.id",
        "kabar.co.id:8443",
        "xn--b1agj9af.xn--p1ai",
        "93.184.215.14",
        "93.184.215.14:81",
        "[2606:4700::1]:81",
    ],
)
def test_what_anybody_can_reach_is_public(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "printer:631", "berita.internal", "kabar.example", "10.0.0.1", "127.0.0.1:8701", "100.64.0.1",
     "169.254.169.254", "0.0.0.0", "224.0.0.1", "[::1]:8701", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]",
     "[::ffff:10.0.0.1]:81", "127.1", "0x7f000001", "2130706433", "rahasia.onion"],
)  # fmt: skip
def test_what_only_some_can_reach_is_not(host: str) -> None:
    assert not is_public(host)
