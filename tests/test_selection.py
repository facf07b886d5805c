"""`only` and `skip`, and how many of an outlet's words may be republished."""

from dataclasses import replace

import pytest
from making import arrival

from aggregator import config
from aggregator.config import Source
from aggregator.selection import excerpt, skipped_by
from aggregator.values import Entry


def source(rules: str = "") -> Source:
    head = "sections: [{id: dunia, title: Dunia}]\nsources:\n"
    file = "  - name: Kabar\n    url: https://kabar.example/rss\n    section: dunia\n"
    return config.read(head + file + rules, name="feeds.yaml").sources[0]


def entry(**values: object) -> Entry:
    told = arrival("a", title="Gempa guncang Sumbawa", summary="Tidak ada korban jiwa.").entry
    return replace(told, **values)


@pytest.mark.parametrize(
    ("rules", "skipped"),
    [
        ("", None),
        ("    skip: {words: [GEMPA]}\n", "skip words 'GEMPA'"),
        ("    skip: {words: [korban]}\n", "skip words 'korban'"),
        ("    skip: {title: ['(?i)^gempa']}\n", "skip title '(?i)^gempa'"),
        ("    skip: {title: ['korban']}\n", None),
        ("    skip: {category: [olahraga]}\n", "skip category 'olahraga'"),
        ("    skip: {url: [/a]}\n", "skip url '/a'"),
        ("    only: {words: [tsunami]}\n", "only"),
        ("    only: {words: [tsunami, gempa]}\n", None),
        ("    only: {category: [Olahraga]}\n    skip: {words: [gempa]}\n", "skip words 'gempa'"),
    ],
)
def test_rules(rules: str, skipped: str | None) -> None:
    assert skipped_by(entry(categories=("Olahraga",)), source(rules)) == skipped


def test_an_excerpt_ends_with_a_sentence_where_one_ends_in_time() -> None:
    text = "Satu dua tiga empat lima. Enam tujuh delapan sembilan sepuluh sebelas."
    assert excerpt(entry(summary=text), source("    excerpt: 8\n")) == "Satu dua tiga empat lima."
    assert excerpt(entry(summary=text), source("    excerpt: 4\n")) == "Satu dua tiga empat …"
    assert excerpt(entry(summary=text), source("    excerpt: 50\n")) == text
    assert excerpt(entry(summary=text), source("    excerpt: 0\n")) == ""


def test_full_gives_all_words_and_a_missing_summary_is_taken_from_the_content() -> None:
    long = " ".join(["kata"] * 300)
    assert excerpt(entry(summary=long), source("    republish: full\n")) == long
    whole = entry(summary="Awal.", content=f"<p>{long}</p>")
    assert excerpt(whole, source("    republish: full\n")) == long
    assert excerpt(whole, source()) == "Awal."
    assert (
        excerpt(entry(summary="", content="<p>Isi <b>tebal</b> &amp;</p><p>'miring'.</p>"), source())
        == "Isi tebal & 'miring'."
    )
