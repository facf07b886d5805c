"""Plain text: titles of one line, however often escaped, and nothing in it that a store or a feed refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize import text
from aggregator.values import Text


@pytest.mark.parametrize(
    ("given_text", "title"),
    [
        (Text("Q&amp;amp;A &amp;lt;b&amp;gt;", html=True), "Q&A <b>"),
        (Text("Tom &amp; Jerry"), "Tom & Jerry"),
        (Text("a < b & c"), "a < b & c"),
        (Text("<script>x</script>T"), "<script>x</script>T"),
        (Text("<b>Tebal</b><br>sekali", html=True), "Tebal sekali"),
        (Text("<p>satu</p><p>dua</p><script>tiga</script>", html=True), "satu dua"),
        (Text(" a\n\t b\u00a0c "), "a b c"),
        (Text("a\x00\x0bb\ud800\ufffe"), "ab"),
        (Text("\u202eterbalik\u202c عنوان\u200f"), "terbalik عنوان\u200f"),
        (Text("می\u200cخواهد"), "می\u200cخواهد"),
        (None, ""),
    ],
)
def test_title(given_text: Text | None, title: str) -> None:
    assert text.title(given_text) == title


def test_a_megabyte_of_title_is_cut_at_a_word() -> None:
    cut = text.title(Text("kata " * 300_000))
    assert cut.endswith("kata…")
    assert len(cut) <= text.LONGEST_TITLE


def test_summary_keeps_plain_text_plain() -> None:
    assert text.summary(Text("1 <i>2</i>")) == "1 <i>2</i>"
    assert text.summary(Text("1 <i>2</i>", html=True)) == "1 2"


@given(st.text(), st.booleans())
def test_any_text_gives_one_clean_line(words: str, html: bool) -> None:
    for line in (text.title(Text(words, html)), text.summary(Text(words, html)), text.name(words)):
        assert text.clean(line) == line
        assert " ".join(line.split()) == line
        line.encode()


@given(st.text())
def test_title_of_a_plain_title_is_itself(words: str) -> None:
    once = text.title(Text(words))
    assert text.title(Text(once)) == once
