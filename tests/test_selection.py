"""`only` and `skip`, and how many of an outlet's words may be republished."""

import time
from dataclasses import replace

import pytest
import regex
from making import arrival

from aggregator import config
from aggregator.config import Source
from aggregator.patterns import BUDGET, MOST, Patterns
from aggregator.reading import rejudge
from aggregator.selection import Verdict, count, cut, excerpt, judge, searches, slow
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
    assert judge(entry(categories=("Olahraga",)), source(rules), Patterns()) == Verdict(skipped)


BITING = "a" * 60 + "!"
"""What `^(a|a)*$` is searched in for ever."""
SLOW = (
    "title '^(a|a)*$' takes too long: where it does not end, it counts as not found, and what was skipped stays so; "
    "write it simpler"
)


def test_an_expression_that_would_not_end_counts_as_not_found_and_is_named() -> None:
    told = source("    only: {title: ['^(a|a)*$', gempa]}\n    skip: {title: ['^(a|a)*$', Gempa]}\n")
    patterns = Patterns()
    assert judge(entry(title=BITING), told, patterns) == Verdict("only", "only title '^(a|a)*$'")
    assert judge(entry(), told, patterns) == Verdict("skip title 'Gempa'")
    assert slow(told, patterns.unfinished) == (f"skip {SLOW}", f"only {SLOW}")
    assert slow(source("    skip: {title: [Gempa]}\n"), patterns.unfinished) == ()


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ("    skip: {title: ['^(a|a)*$']}\n", Verdict(None, "skip title '^(a|a)*$'")),
        ("    skip: {title: ['^(a|a)*$', '!']}\n", Verdict("skip title '!'")),
        ("    only: {title: ['^(a|a)*$', '!']}\n", Verdict(None)),
        ("    only: {title: ['^(a|a)*$', x]}\n", Verdict("only", "only title '^(a|a)*$'")),
        ("    only: {title: [x]}\n    skip: {title: ['^(a|a)*$']}\n", Verdict("only")),
        (
            "    only: {title: ['^(a|a)*$', '!']}\n    skip: {title: ['^(aa|a)*$']}\n",
            Verdict(None, "skip title '^(aa|a)*$'"),
        ),
    ],
)
def test_only_an_expression_that_would_change_the_verdict_leaves_it_open(rules: str, verdict: Verdict) -> None:
    assert judge(entry(title=BITING), source(rules), Patterns()) == verdict


def test_a_thousand_titles_that_bite_cost_no_more_than_the_budget() -> None:
    rules, patterns = source("    skip: {title: ['^(a|a)*$']}\n"), Patterns()
    start = time.process_time()
    assert {judge(entry(title=BITING), rules, patterns).by for _ in range(1_000)} == {None}
    assert time.process_time() - start < 2 * BUDGET
    assert patterns.unfinished == patterns.spent == {"^(a|a)*$"}
    # What another document holds is searched anew.
    assert judge(entry(title="aa"), rules, Patterns()) == Verdict("skip title '^(a|a)*$'")


@pytest.mark.parametrize(
    "pattern", ["(?i)^gempa(?! lagi)", "(?<=guncang )Sumbawa", r"\bSumb\w+$", "(?P<a>u)n.*(?P=a)m"]
)
def test_what_python_knows_of_expressions_is_known(pattern: str) -> None:
    told = source(f"    skip: {{title: ['{pattern}']}}\n")
    assert judge(entry(), told, Patterns()) == Verdict(f"skip title {pattern!r}")


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


@pytest.mark.parametrize(
    "cluster",
    [
        *("ที่", "น้ำ", "ကြောင်း", "👨\u200d👩\u200d👧", "👍🏽", "❤\ufe0f", "e\u0301", "渡\U000e0100", "हिंदी"),
        *("\u1112\u1161\u11ab", "하\u11ab", "क्षत्रिय", "ক্ষ", "ສະບາຍດີ", "မြန်မာ"),
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_no_sign_is_cut_from_what_it_stands_on(cluster: str) -> None:
    text = cluster * 60
    whole = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert {len(cut(text, half / 2)) for half in range(120)} <= whole
    assert cut(f"{cluster} {cluster}", 99) == f"{cluster} {cluster}"


@pytest.mark.parametrize("text", ["a" + "\u0301" * 5000, "\u0301" * 5000, "ก" + "\u0e48" * 5000, "क\u094d" * 5000])
def test_what_no_script_writes_as_one_sign_is_cut_hard(text: str) -> None:
    for words in (1, 3, 20):
        assert 0 < len(cut(text, words)) <= 20 * words
    assert cut(text, 0) == ""


@pytest.mark.parametrize("signs", ["\u0301", "a\u0301", "👨\u200d", "ที่", "क\u094d", "\u1100", "\U000e0067"])
def test_signs_that_stand_on_another_without_end_cost_little(signs: str) -> None:
    start = time.process_time()
    assert len(cut(signs * 400_000, 10_000)) <= 200_000
    assert time.process_time() - start < 1


def test_what_cannot_be_told_in_time_stays_skipped_and_is_told() -> None:
    told = source("    skip: {title: ['^(a|a)*$', Gempa]}\n")
    held = [
        Skipped(number, str(number), title, "", None, (), by)
        for number, (title, by) in enumerate(((BITING, "only"), ("Gempa", "only"), ("Feri", "only"), (BITING, "only")))
    ]
    untold = "skip title '^(a|a)*$' (not told in time)"
    said = rejudge(held, told)
    assert said.by == {0: untold, 1: "skip title 'Gempa'", 2: None, 3: untold}
    assert said.unfinished == {"^(a|a)*$"}
    # Asked again, nothing changes that was known.
    assert rejudge([replace(held[0], by=untold)], told).by == {}


def test_thousands_of_titles_that_a_slow_expression_cannot_be_searched_in_starve_no_other() -> None:
    rules = source("    skip: {title: ['^(a|a)*$', a!]}\n")
    held = [Skipped(number, str(number), BITING, "", None, (), "only") for number in range(2000)]
    said = rejudge(held, rules)
    assert said.by == dict.fromkeys(range(2000), "skip title 'a!'")
    assert said.unfinished == said.spent == {"^(a|a)*$"}
    start = time.process_time()
    assert rejudge(held, rules, said.spent) == said
    assert time.process_time() - start < BUDGET / 2, "what had its time is not searched again"


def test_many_slow_expressions_together_starve_no_other() -> None:
    biting = [f"^(a|a)*{'$' * n}" for n in range(1, 9)]
    rules = source(f"    skip: {{title: {[*biting, 'a!']}}}\n")
    patterns, start = searches(rules), time.process_time()
    for _ in range(500):
        assert judge(entry(title=BITING), rules, patterns) == Verdict("skip title 'a!'")
    assert time.process_time() - start < 2 * MOST
    assert patterns.unfinished == set(biting)
