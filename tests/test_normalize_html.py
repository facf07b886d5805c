"""HTML: one allow-list, bounded before it is read, and the same when cleaned again."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize import html

BASE = "https://uji.example/berita/1"
PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b x=1>",
        "</b>",
        "<a href='",
        "javascript:x",
        "'>",
        "<img src=",
        "y",
        ">",
        "<table>",
        "<li>",
        "<!--",
        "-->",
        "<svg/onload=x>",
        "&lt;",
        "&",
        "<script>",
        "</script>",
        "x ",
        "<td>",
        "\x00",
        "<h1>",
        '"',
        "<math><mi>",
        "<pre>\n",
    ]
)


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("<p onclick=x style=a class=b id=c>a &amp; b</p>", "<p>a &amp; b</p>"),
        ("a<script>x</script><style>y</style><iframe src=z>q</iframe><form>w</form>b", "ab"),
        ("<svg/onload=alert(1)><p>x</p>", "<p>x</p>"),
        ("<!-- --!><script>x</script>--><p>y</p>", "--&gt;<p>y</p>"),
        ("<div><h1>Judul</h1></div>", "<h2>Judul</h2>"),
        ('<img src="/a.png" width="1" height="1">', ""),
        ('<img src="http://lain.example/x.gif" width="0">', ""),
        ('<img src="data:image/png;base64,x">', ""),
        ('<img src="a.png" alt="a>b" onerror=x>', '<img src="https://uji.example/berita/a.png" alt="a&gt;b">'),
        ("<b>belum ditutup", "<b>belum ditutup</b>"),
    ],
)
def test_clean(source: str, cleaned: str) -> None:
    assert html.clean(source, base=BASE) == cleaned


def test_links_are_absolute_http_or_gone() -> None:
    assert 'href="https://uji.example/x"' in html.clean('<a href="../x">a</a>', base=BASE)
    for bad in ("javascript:x", "jav&#x09;ascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd"):
        assert "href" not in html.clean(f'<a href="{bad}">a</a>', base=BASE)
    assert "href" not in html.clean('<a href="/x">a</a>', base=None)


def test_words_of_gives_the_words_with_spaces_between_blocks() -> None:
    assert html.words_of("<p>a</p><p>b &lt;c&gt;</p><script>d</script>").split() == ["a", "b", "<c>"]


def test_plain_text_becomes_html_by_escaping_alone() -> None:
    assert html.from_plain("a <b>\n\nc & d") == "<p>a &lt;b&gt;</p><p>c &amp; d</p>"


def test_first_image_is_the_first_that_stayed() -> None:
    cleaned = html.clean('<img src=p.gif width=1><img src="a.png?x=1&amp;y=2">', base=BASE)
    assert html.first_image(cleaned) == "https://uji.example/berita/a.png?x=1&y=2"
    assert html.first_image("<p>a</p>") is None


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 40_000,
        "<a " + " ".join(f"a{number}=1" for number in range(40_000)) + ">x",
        "<p>" + "".join(f"<b a={number}>" for number in range(12)) + "<p>x" * 90_000,
        "<table><b>" * 16 + "x<p>" * 90_000,
        "".join(f"<font a={number}></i>" for number in range(20_000)),
        "<!--" * 100_000,
        "<" * 400_000,
        "<a href='" * 40_000,
        "".join(f"<html a{number}=1>" for number in range(28_000)),
    ],
    ids=["divs", "attributes", "reopened", "fostered", "stray ends", "comments", "less", "quotes", "roots"],
)
def test_bombs_are_read_in_bounded_time_and_size(bomb: str) -> None:
    start = time.process_time()
    cleaned = html.clean(bomb, base=BASE)
    assert time.process_time() - start < 5
    assert len(cleaned) <= 5 * html.LONGEST


def test_text_that_nests_too_deep_keeps_its_words() -> None:
    assert html.clean("<div>" * 500 + "kata &amp; kata", base=BASE) == "<p>kata &amp; kata</p>"


def test_unclosed_paragraphs_are_not_deep() -> None:
    assert html.clean("<p>x" * 500, base=BASE).count("<p>") == 500


@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_any_html_comes_out_clean_and_stays(source: str) -> None:
    once = html.clean(source, base=BASE)
    assert html.clean(once, base=BASE) == once
    tags = set(re.findall(r"</?([a-zA-Z0-9]+)", once))
    assert tags <= html.TAGS
    for link in re.findall(r'(?:href|src)="([^"]*)"', once):
        assert link.startswith(("http://", "https://"))
    assert not html.NOT_XML.search(once)
    html.words_of(source).encode("utf-8", "surrogatepass")
