import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, RefusedAddress
from aggregator.fetch.target import Target, read_target


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://example.org", "http://example.org/"),
        ("HTTPS://Example.ORG.:443/Feed", "https://example.org/Feed"),
        ("http://example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c"),
        ("http://example.org/%7Ea%2fb?x=%2B+y&z='(%41)", "http://example.org/%7Ea%2fb?x=%2B+y&z='(%41)"),
        ("http://example.org/a/../b", "http://example.org/a/../b"),
        ("http://example.org/ф y?q=ж", "http://example.org/%D1%84%20y?q=%D0%B6"),
        ("http://example.org/\udce9", "http://example.org/%E9"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://1.1.1.1:80/", "http://1.1.1.1/"),
        ("http://[2606:4700:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("  http://example.org/\n", "http://example.org/"),
    ],
)
def test_writes_what_is_sent(url: str, sent: str) -> None:
    assert read_target(url).url == sent


def test_takes_an_address_apart() -> None:
    assert read_target("https://Example.org/x") == Target(
        "https://example.org/x", "https", "example.org", 443, "example.org", None
    )
    assert read_target("http://[::1]:81") == Target("http://[::1]:81/", "http", "::1", 81, "[::1]:81", "::1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/feed",
        "//example.org/feed",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "data:text/xml,<rss/>",
        "javascript:alert(1)",
        "http://",
        "http:///feed",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org\\.127.0.0.1/",
        "http://exa mple.org/",
        "http://exa\tmple.org/",
        "http://example.org/\r\nX-Evil: 1",
        "http://example.org/\x00",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:http/",
        "http://[::1/",
        "http://a..b/",
        "http://%31%32%37.0.0.1/x.example",
        "http://exa%6dple.org/",
    ],
)
def test_refuses_what_is_no_web_address_in_one_line(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        read_target(url)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "１２７.1", "[fe80::1%25eth0]", "127.0.0.1%2e"])
def test_refuses_hidden_addresses(host: str) -> None:
    with pytest.raises(FetchError):
        read_target(f"http://{host}/")


def test_the_digits_of_other_scripts_hide_no_address() -> None:
    assert read_target("http://１２７.０.０.１/").address == "127.0.0.1"
    with pytest.raises(RefusedAddress):
        read_target("http://２１３０７０６４３３/")


def test_a_message_keeps_the_query_and_the_password_to_itself() -> None:
    for url in ("ftp://example.org/?token=secret", "http://user:secret@example.org/", "http://x y/?token=secret"):
        with pytest.raises(FetchError) as caught:
            read_target(url)
        assert "secret" not in str(caught.value)


@given(st.text())
def test_any_text_is_a_target_or_a_plain_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://example.org/{text}"):
        try:
            sent = read_target(url).url
        except FetchError as error:
            assert len(str(error).splitlines()) == 1
        else:
            assert sent.isascii()
            assert " " not in sent
            assert read_target(sent).url == sent
