"""`only` and `skip`, and how many of an outlet's words may be republished."""

import time
from dataclasses import replace

import pytest
from making import arrival

from aggregator import config
from aggregator.config import Source
from aggregator.patterns import BUDGET, Patterns
from aggregator.reading import rejudge
from aggregator.selection import count, cut, excerpt, skipped_by, unfinished
from aggregator.values import Entry, Skipped


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
    assert skipped_by(entry(categories=("Olahraga",)), source(rules), Patterns()) == skipped


BITING = "a" * 60 + "!"
"""What `^(a|a)*$` is searched in for ever."""


def test_an_expression_that_would_not_end_counts_as_not_found_and_is_named() -> None:
    told = source("    only: {title: ['^(a|a)*$', gempa]}\n    skip: {title: ['^(a|a)*$', Gempa]}\n")
    patterns = Patterns()
    assert skipped_by(entry(title=BITING), told, patterns) == "only"
    assert skipped_by(entry(), told, patterns) == "skip title 'Gempa'"
    words = "title '^(a|a)*$' takes too long, and counts as not found where it did not end; write it simpler"
    assert unfinished(told, patterns) == (f"skip {words}", f"only {words}")
    assert unfinished(source("    skip: {title: [Gempa]}\n"), patterns) == ()


def test_a_thousand_titles_that_bite_cost_no_more_than_the_budget() -> None:
    rules, patterns = source("    skip: {title: ['^(a|a)*$']}\n"), Patterns()
    start = time.process_time()
    assert [skipped_by(entry(title=BITING), rules, patterns) for _ in range(1_000)] == [None] * 1_000
    assert time.process_time() - start < 2 * BUDGET
    assert patterns.unfinished == {"^(a|a)*$"}
    # What another document holds is searched anew.
    assert skipped_by(entry(title="aa"), rules, Patterns()) == "skip title '^(a|a)*$'"


@pytest.mark.parametrize(
    "pattern", ["(?i)^gempa(?! lagi)", "(?<=guncang )Sumbawa", r"\bSumb\w+$", "(?P<a>u)n.*(?P=a)m"]
)
def test_what_python_knows_of_expressions_is_known(pattern: str) -> None:
    assert skipped_by(entry(), source(f"    skip: {{title: ['{pattern}']}}\n"), Patterns()) == f"skip title {pattern!r}"


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


def test_letters_of_scripts_without_blanks_count_as_half_a_word() -> None:
    text = "渡轮在海峡失联。" * 40
    told = excerpt(entry(summary=text), source("    excerpt: 20\n"))
    assert told == "渡轮在海峡失联。" * 5
    mixed = "Kapal 渡轮在海峡 hilang pagi ini"
    assert [cut(mixed, words) for words in (1, 2, 4, 5, 9)] == [
        "Kapal", "Kapal 渡轮", "Kapal 渡轮在海峡", "Kapal 渡轮在海峡 hilang", mixed,
    ]  # fmt: skip
    assert count(mixed) == 6.5
    long = "Das Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz gilt"
    assert (cut(long, 3), cut(long, 9)) == ("Das", long)
    assert cut("渡轮Rindfleischetikettierungsueberwachung", 2) == "渡轮"


@pytest.mark.parametrize("sign", ["!", "–", "😀", "ཀ", "a"])
def test_an_excerpt_is_bounded_whatever_it_holds_and_costs_little(sign: str) -> None:
    assert excerpt(entry(summary=sign * 100_000), source("    excerpt: 20\n")) == sign * 400 + (
        " …" if sign != "!" else ""
    )
    assert excerpt(entry(summary=f"{sign} {sign}"), source("    excerpt: 0\n")) == ""


def test_what_cannot_be_told_in_time_stays_skipped_and_is_told() -> None:
    told = source("    skip: {title: ['^(a|a)*$', Gempa]}\n")
    held = [
        Skipped(number, title, "", None, (), by)
        for number, (title, by) in enumerate(((BITING, "only"), ("Gempa", "only"), ("Feri", "only"), (BITING, "only")))
    ]
    words = "title '^(a|a)*$' takes too long, and counts as not found where it did not end; write it simpler"
    assert rejudge(held, told) == ({1: "skip title 'Gempa'", 2: None}, (f"skip {words}",))


def test_thousands_of_titles_that_a_slow_expression_cannot_be_searched_in_starve_no_other() -> None:
    rules = source("    skip: {title: ['^(a|a)*$', a!]}\n")
    held = [Skipped(number, BITING, "", None, (), "only") for number in range(2000)]
    judged, problems = rejudge(held, rules)
    assert judged == dict.fromkeys(range(2000), "skip title 'a!'")
    assert len(problems) == 1 and problems[0].startswith("skip title '^(a|a)*$' takes too long")
