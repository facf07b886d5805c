"""feeds.yaml: every kind of mistake with its line and words, and the values that a good file becomes."""

import json
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import config
from aggregator.config import Config, Digest, Filter, Match, Page, Section, Source
from aggregator.errors import ConfigError

ROOT = Path(__file__).parents[1]
START = "sections:\n  - {id: dunia, title: Dunia}\nsources:\n"
"""Three lines; a Source follows in line 4."""
SOURCE = "  - name: A\n    url: https://a.example/rss\n    section: dunia\n"


def read(text: str) -> Config:
    return config.read(text, name="feeds.yaml")


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return caught.value.problems


def the_source(keys: str) -> Source:
    """Read one Source with further keys, a line each."""
    (source,) = read(START + SOURCE + _indented(keys)).sources
    return source


def source_problem(keys: str) -> str:
    """Give the one problem that further keys of a Source (from line 7 on) bring."""
    (line,) = problems(START + SOURCE + _indented(keys))
    return line


def _indented(keys: str) -> str:
    return "".join(f"    {line}\n" for line in keys.splitlines())


FULL = """\
site:
  title: Anyam
  url: https://news.example.org/anyam/
  language: ID
  contact: https://example.org/bot
  timezone: Asia/Jakarta
fetch:
  allow: ["127.0.0.1:8701", "[::1]:80", "[::ffff:10.0.0.1]:443"]
  gap: 1.5s
  proxy: http://user:word@127.0.0.1:3128
  min_interval: 5m
  max_interval: 7d
publish:
  settle: 0s
  hubs: [https://hub.example.org/]
web:
  trusted_proxies: [10.0.0.0/8, "::ffff:192.0.2.1"]
sections:
  - id: internasional
    title: Internasional
    languages: [id, en]
    match: {any: [Suriah, Syria], none: [horoskop]}
    formerly: [world]
    digest: {at: 6:05, weekday: fri, most: 10}
  - {id: rusia, title: Россия, language: ru}
views:
  - {id: dunia-2plus, title: "Dunia, dua media", section: internasional, languages: [id, en], min_outlets: 2}
sources:
  - name: Antara Dunia
    url: https://www.antaranews.com/rss/dunia.xml
    sections: [internasional, rusia]
    language: id
    interval: 30m
    republish: full
    excerpt: 20
    images: false
    public: false
    paused: true
    only: {category: [Dunia], url: ["/internasional/"], words: [Suriah]}
    skip: {words: [horoskop], title: ["(?i)advertorial"], category: [Olahraga]}
    auth: {user: x, password_env: ANTARA_PASSWORD}
    headers: {X-Key: abc, Accept: text/xml}
  - name: Pantau
    url: https://www.pantau.com/internasional
    kind: page
    section: internasional
    page: {item: article, link: a, title: h3, date: time, summary: p, image: img, author: .by}
    timezone: Asia/Jakarta
"""


def test_every_key_of_a_full_file_becomes_its_value() -> None:
    told = read(FULL)
    assert (told.site.title, told.site.url) == ("Anyam", "https://news.example.org/anyam")
    assert (told.site.language, told.site.contact) == ("id", "https://example.org/bot")
    assert told.site.timezone == "Asia/Jakarta"
    assert told.fetch.allow == {("127.0.0.1", 8701), ("::1", 80), ("10.0.0.1", 443)}
    assert (told.fetch.gap, told.fetch.proxy) == (1.5, "http://user:word@127.0.0.1:3128")
    assert (told.fetch.min_interval, told.fetch.max_interval) == (300, 604_800)
    assert (told.publish.settle, told.publish.hubs) == (0, ("https://hub.example.org/",))
    assert told.web.trusted_proxies == ("10.0.0.0/8", "192.0.2.1")
    first, second = told.sections
    assert first == Section(
        id="internasional",
        title="Internasional",
        language="id",
        languages=("id", "en"),
        match=Match(any=("Suriah", "Syria"), none=("horoskop",)),
        formerly=("world",),
        digest=Digest(at="06:05", weekday="fri", most=10),
    )
    assert second == Section(id="rusia", title="Россия", language="ru")
    assert second.digest == Digest("06:00", "mon", 25)
    (view,) = told.views
    assert (view.id, view.section, view.languages, view.min_outlets) == (
        "dunia-2plus",
        "internasional",
        ("id", "en"),
        2,
    )


def test_every_key_of_a_source_becomes_its_value() -> None:
    antara, pantau = read(FULL).sources
    assert antara == Source(
        name="Antara Dunia",
        url="https://www.antaranews.com/rss/dunia.xml",
        sections=("internasional", "rusia"),
        outlet="antaranews.com",
        full_text=False,
        language="id",
        interval=1_800,
        only=Filter(category=("Dunia",), url=("/internasional/",), words=("Suriah",)),
        skip=Filter(words=("horoskop",), title=("(?i)advertorial",), category=("Olahraga",)),
        republish="full",
        excerpt=20,
        images=False,
        public=False,
        paused=True,
        auth=config.Auth(user="x", password_env="ANTARA_PASSWORD"),
        headers=(("X-Key", "abc"), ("Accept", "text/xml")),
    )
    assert pantau == Source(
        name="Pantau",
        url="https://www.pantau.com/internasional",
        sections=("internasional",),
        outlet="pantau.com",
        full_text=True,
        kind="page",
        page=Page(item="article", link="a", title="h3", date="time", summary="p", image="img", author=".by"),
        timezone="Asia/Jakarta",
    )


def test_a_short_file_has_the_defaults_of_the_contract() -> None:
    told = read(START + SOURCE)
    assert told.site == config.Site("Anyam", "http://127.0.0.1:8000", "id", None, "UTC")
    assert told.fetch == config.Fetch(frozenset(), 2, None, 900, 86_400)
    assert (told.publish, told.web, told.views) == (config.Publish(300, ()), config.Web(()), ())
    (source,) = told.sources
    assert (source.kind, source.republish, source.excerpt, source.interval) == ("feed", "excerpt", 60, None)
    assert (source.images, source.public, source.paused, source.full_text) == (True, True, False, False)


def test_a_page_may_go_without_its_articles_and_a_feed_with_them() -> None:
    assert the_source("full_text: true").full_text
    assert not the_source("kind: page\nfull_text: false").full_text


def test_a_section_without_a_language_has_the_site_s() -> None:
    (section,) = read("site: {language: pt-BR}\n" + START + SOURCE).sections
    assert section.language == "pt-BR"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "feeds.yaml:1: the file is empty; expected keys such as site:, sections: and sources:"),
        ("# nothing\n---\n", "feeds.yaml:1: the file is empty; expected keys such as site:, sections: and sources:"),
        ("\n- a\n- b\n", "feeds.yaml:2: the file is a list; expected keys such as site:, sections: and sources:"),
        ("words", "feeds.yaml:1: the file is a text; expected keys such as site:, sections: and sources:"),
    ],
)
def test_a_file_that_holds_no_keys_is_told_apart(text: str, expected: str) -> None:
    assert problems(text) == [expected]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("site:\n  title: a: b\n", 2, "mapping values are not allowed here"),
        ("site:\n\ttitle: a\n", 2, "spaces, for a tab cannot indent"),
        ('site:\n  title: "open\n', 3, "this is not YAML"),
        ("sections: [\n", 2, "this is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "this is not YAML"),
        ("a: *nobody\n", 1, "undefined alias"),
        ("a: 1\nb: \x07\n", 2, "a control character (number 7)"),
        ("a: !!python/object:os.system x\n", 1, "the tag"),
        ("? [a, b]\n: c\n", 1, "a list or block stands where a key should"),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_line(text: str, line: int, words: str) -> None:
    found = [told for told in problems(text) if words in told]
    assert [told.split(":")[1] for told in found] == [str(line)]


def test_every_duplicate_key_is_told_with_its_line() -> None:
    told = problems("site:\n  title: a\n  title: b\n" + START + SOURCE + "    section: x\n")
    assert told == [
        'feeds.yaml:3: the key "title" stands here again; expected it once (first in line 2)',
        'feeds.yaml:10: the key "section" stands here again; expected it once (first in line 9)',
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("intervall: 30m", 'Source "A": unknown key "intervall"; did you mean "interval"?'),
        ("skip: {title: [a], word: [b]}", 'Source "A", skip: unknown key "word"; did you mean "words"?'),
        (
            "auth: {user: x}",
            'Source "A", auth: the key "password_env" is missing; expected "password_env:" with its value',
        ),
        (
            "interval: 5 min",
            'Source "A", interval: "5 min" is no duration; expected a duration: a number with s, m, h or d',
        ),
        ("interval: 30", 'Source "A", interval is 30 without a unit; expected a duration'),
        ("interval: 400d", 'Source "A", interval: "400d" is more than a year; expected a duration'),
        ("interval: 59s", 'Source "A", interval: "59s" is too short; expected at least 1m, for fetch.allow does not'),
        ("language: indonesian", 'Source "A", language: "indonesian" is no language tag; expected one such as id'),
        ("timezone: Asia/Jakrta", 'Source "A", timezone: "Asia/Jakrta" is no time zone; did you mean Asia/Jakarta?'),
        ("timezone: asia/jakarta", 'Source "A", timezone: "asia/jakarta" is no time zone; did you mean Asia/Jakarta?'),
        (
            "timezone: ../../etc/passwd",
            'Source "A", timezone: "../../etc/passwd" is no time zone; expected a name such',
        ),
        ('skip: {title: ["(a"]}', 'Source "A", skip.title: "(a" is no regular expression: missing ) at position 2'),
        ('skip: {title: ["(a", "b"]}', 'Source "A", skip.title: "(a" is no regular expression: missing ) at position'),
        ("only: {words: []}", 'Source "A", only: names no rule, so nothing would be kept; expected at least one'),
        ("only: {words: [], title: []}", 'Source "A", only: names no rule, so nothing would be kept; expected'),
        ("only: {}", 'Source "A", only: names no rule, so nothing would be kept; expected at least one, or no'),
        ("kind: page\npage: {item: 'div[['}", 'Source "A", page.item: "div[[" is no CSS selector: Expected ident'),
        ("kind: page\npage: {date: 'a:has('}", 'Source "A", page.date: "a:has(" is no CSS selector: Expected'),
        ("kind: page\npage: {link: 'a:nope'}", 'Source "A", page.link: "a:nope" is no CSS selector: The pseudo-'),
        ("only: {words: Suriah}", 'Source "A", only.words is "Suriah"; expected a list such as [one, two]'),
        ("only: [a]", 'Source "A", only is a list; expected a block of keys: category, url, words, title'),
        ("page: {item: a}", 'Source "A", page: selectors are for pages; expected kind: page beside them'),
        ("kind: page\npage: {link: ''}", 'Source "A", page.link is empty; expected a text'),
        ("kind: pages", 'Source "A", kind is "pages"; expected feed or page'),
        ("republish: all", 'Source "A", republish is "all"; expected excerpt or full'),
        ("excerpt: many", 'Source "A", excerpt is "many"; expected a whole number from 0 to 1000'),
        ("excerpt: true", 'Source "A", excerpt is true; expected a whole number from 0 to 1000'),
        ("images: yes", 'Source "A", images is "yes"; expected true or false'),
        ("outlet: 24", 'Source "A", outlet is the number 24; expected a text, in quotes'),
        ('outlet: "a\\nb"', 'Source "A", outlet: "a\\u000ab" has line breaks or control characters; expected one line'),
        (f"outlet: {'x' * 301}", 'Source "A", outlet is 301 characters long; expected at most 300'),
        (
            "auth: {user: x, password_env: a-b}",
            'Source "A", auth.password_env: "a-b" is no variable name; expected one',
        ),
        ("auth: {user: x, password_env: ANYAM_X}", 'Source "A", auth.password_env: "ANYAM_X" starts with ANYAM_'),
        ("headers: {Host: b.example}", 'Source "A", headers: "Host" may not be sent; expected the name of another'),
        ('headers: {X-A: "b\\r\\nX-C: d"}', 'Source "A", headers: the text of X-A has line breaks or letters beyond'),
        ("headers: {X-A: 1}", 'Source "A", headers is the number 1; expected a text for X-A, in quotes'),
        ("headers: [a]", 'Source "A", headers is a list; expected a block of header names and texts'),
        ("sections: [dunia]", 'Source "A", sections: there is "section" too; expected one of the two'),
    ],
)
def test_a_wrong_key_of_a_source_is_told_with_line_and_words(keys: str, expected: str) -> None:
    line = source_problem(keys)
    number = 6 + len(keys.splitlines())
    assert line.startswith(f"feeds.yaml:{number}: {expected}"), line


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("www.example.org/rss", "does not start with http:// or https://"),
        ("ftp://example.org/rss", "does not start with http:// or https://"),
        ("http:/example.org/rss", "does not start with http:// or https://"),
        ("http://", '"http://" names no host; expected an address'),
        ("https://:8080/rss", "names no host"),
        ("http://exa mple.org/", "has a bad host, port or letter in it"),
        ("http://example..org/", "has a bad host, port or letter in it"),
        ("http://example.org:0/", "has a bad host, port or letter in it"),
        ("http://example.org:99999/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://[::zz]/", "is no address"),
        ("http://[fe80::1%eth0]/", "has a bad host, port or letter in it"),
        ("http://u:secret@example.org/", "carries a user; expected it under auth, with password_env"),
    ],
)
def test_a_bad_url_is_told_without_its_password(url: str, words: str) -> None:
    (line,) = problems(f'{START}  - name: A\n    section: dunia\n    url: "{url}"\n')
    assert line.startswith('feeds.yaml:6: Source "A", url: "')
    assert words in line
    assert "secret" not in line


def test_names_ids_and_sections_must_fit_together() -> None:
    text = """\
sections:
  - {id: dunia, title: Dunia, formerly: [old, nasional]}
  - {id: nasional, title: Nasional, formerly: [old]}
  - {id: dunia, title: Lagi}
views:
  - {id: v, title: V, section: dunai}
  - {id: v, title: V, section: dunia}
sources:
  - {name: A, url: "https://a.example/", section: olahraga}
  - {name: A, url: "https://b.example/", sections: [dunia, nasional, dunia]}
  - {name: B, url: "https://c.example/", sections: []}
  - {name: C, url: "https://d.example/"}
"""
    assert problems(text) == [
        'feeds.yaml:2: Section "dunia", formerly: "nasional" is the id of a Section; expected an id that none has now',
        'feeds.yaml:3: Section "nasional", formerly: duplicate "old"; expected it once, and Section "dunia" has it',
        'feeds.yaml:4: Section "dunia": duplicate id; expected another, for line 2 has this one',
        'feeds.yaml:6: view "v", section: there is no Section "dunai"; did you mean "dunia"?',
        'feeds.yaml:7: view "v": duplicate id; expected another, for line 6 has this one',
        'feeds.yaml:9: Source "A", section: there is no Section "olahraga"; expected one of dunia, nasional',
        'feeds.yaml:10: Source "A", sections: duplicate "dunia"; expected each Section once',
        'feeds.yaml:10: Source "A": duplicate name; expected another, for line 9 has this one',
        'feeds.yaml:11: Source "B", sections: no Section is named; expected at least one',
        'feeds.yaml:12: Source "C": the key "section" is missing; expected the id of a Section',
    ]


def test_mistakes_outside_the_sources_are_told_all_at_once() -> None:
    text = """\
sit: {}
site:
  url: https://example.org/?page=1
  contact: somebody
fetch:
  allow: [localhost:80, 127.0.0.1, "::1:80", "[::1]:0", 999.0.0.1:80]
  min_interval: 5s
  max_interval: 1s
web: {trusted_proxies: [10.0.0.1/8, example.org]}
publish: on
sections:
  - {id: Dunia, title: Dunia, digest: {at: "24:00", weekday: monday, most: 0}, match: {any: []}}
  - just a word
"""
    told = problems(text)
    assert [int(line.split(":")[1]) for line in told] == [1, 1, 3, 4, 6, 6, 6, 6, 6, 7, 8, 9, 9, 10, 12, 12, 12, 12, 13]
    assert told[0] == 'feeds.yaml:1: the key "sources" is missing; expected a list under "sources:"'
    assert told[1] == 'feeds.yaml:1: unknown key "sit"; did you mean "site"?'
    assert "has a query or fragment; expected an address with at most a path" in told[2]
    assert sum("names a host, whose address can change" in line for line in told) == 1
    assert sum("is no address with a port" in line for line in told) == 4
    assert told[-1].startswith('feeds.yaml:13: Section number 2 is "just a word"; expected a block of keys: id, title')


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8701/x", "http://localhost:8701/x", "http://[::ffff:127.0.0.1]:8701/"]
)
def test_an_allowed_address_may_be_asked_every_second(url: str) -> None:
    text = f'fetch: {{allow: ["127.0.0.1:8701"]}}\n{START}  - name: A\n    section: dunia\n    url: "{url}"\n'
    assert read(text + "    interval: 1s\n").sources[0].interval == 1
    (line,) = problems(text + "    interval: 0.5s\n")
    assert line == 'feeds.yaml:8: Source "A", interval: "0.5s" is too short; expected at least 1s'
    (line,) = problems(text.replace(":8701/", ":8702/") + "    interval: 1s\n")
    assert line.startswith('feeds.yaml:8: Source "A", interval: "1s" is too short; expected at least 1m')


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("url", "https://example.org/a//b", "has empty or dotted parts in its path"),
        ("url", "https://example.org/../b", "has empty or dotted parts in its path"),
        ("url", "https://example.org/#a", "has a query or fragment"),
        ("url", "''", "site.url is empty; expected an address such as"),
        ("contact", "пишите@example.org", "is neither; expected a page such as"),
        ("contact", "https://u:p@example.org/", "carries a user"),
        ("title", "0x10", "site.title is the number 16; expected a text, in quotes"),
        ("title", "1_000.5", "site.title is the number 1000.5; expected a text, in quotes"),
        ("title", ".inf", "site.title is the number inf; expected a text, in quotes"),
        ("title", "True", "site.title is true; expected a text, in quotes"),
        ("title", "9" * 200, "expected a text, in quotes"),
        ("title", '"\\ud800"', "has line breaks or control characters"),
        ("title", "null", "site.title is empty; expected a text"),
        ("language", "~", "site.language is empty; expected a language tag such as id"),
    ],
)
def test_a_wrong_key_of_the_site_is_told(key: str, value: str, words: str) -> None:
    (line,) = problems(f"{START}{SOURCE}site:\n  {key}: {value}\n")
    assert line.startswith("feeds.yaml:8: ")
    assert words in line
    assert len(line) < 250


@pytest.mark.parametrize("contact", ["https://example.org/bot", "desk@example.org"])
def test_the_contact_is_a_page_or_an_address(contact: str) -> None:
    assert read(f"site: {{contact: {contact}}}\n{START}{SOURCE}").site.contact == contact


def test_a_date_without_quotes_stays_the_text_that_it_is() -> None:
    assert read(START + SOURCE.replace("name: A", "name: 2024-12-12")).sources[0].name == "2024-12-12"


@pytest.mark.parametrize("section", ["5", "[dunia]", "''"])
def test_a_section_of_the_wrong_type_is_told_under_the_key_of_the_file(section: str) -> None:
    (line,) = problems(START + SOURCE.replace("section: dunia", f"section: {section}"))
    assert line.startswith('feeds.yaml:6: Source "A", section is ')


def test_two_sources_at_one_address_are_told_with_both_lines() -> None:
    again = SOURCE.replace("A", "B").replace("a.example/rss", "a.example/rss ")
    assert problems(START + SOURCE + again + SOURCE.replace("A", "C")) == [
        f'feeds.yaml:{line}: Source "{name}", url: the Source in line 5 has this address; '
        "expected one for both, with their sections"
        for line, name in ((8, "B"), (11, "C"))
    ]
    # Another query, or case of the path, is another address.
    others = [again.replace("B", name).replace("/rss ", path) for name, path in (("B", "/rss?page=2"), ("C", "/RSS"))]
    assert len(read(START + SOURCE + "".join(others)).sources) == 3


@pytest.mark.parametrize(
    "tag",
    [
        *("id", "jv", "su", "ban", "ace", "tet", "tl", "no", "yue", "ckb", "skr"),
        *("pt-BR", "zh-Hant-TW", "sr-Latn", "es-419", "zh-yue"),
        *("ca-valencia", "de-1996", "sl-rozaj-biske-1994", "ar-u-nu-latn", "en-x-house"),
    ],
)
def test_a_known_language_is_taken(tag: str) -> None:
    assert the_source(f"language: {tag}").language == tag


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("xx-nonsense", 'starts with "xx", which is no known language; expected one such as id, en or pt-BR'),
        ("qqq", 'starts with "qqq", which is no known language; expected one such as'),
        ("ind", 'starts with "ind", which is no known language; did you mean "id"?'),
        ("IN", 'starts with "in", which is no known language; did you mean "id"?'),
        ("eng-US", 'starts with "eng", which is no known language; did you mean "en"?'),
        ("id-", "is no language tag; expected one such as id, en or pt-BR"),
        ("id_ID", "is no language tag; expected one such as id, en or pt-BR"),
        ("id-nonsensical", "is no language tag; expected one such as id, en or pt-BR"),
        ("en-US-Latn", "is no language tag; expected one such as id, en or pt-BR"),
        ("en-u", "is no language tag; expected one such as id, en or pt-BR"),
        ("x-house", "is no language tag; expected one such as id, en or pt-BR"),
    ],
)
def test_a_language_that_is_none_is_told(tag: str, words: str) -> None:
    assert source_problem(f"language: {tag}").startswith(f'feeds.yaml:7: Source "A", language: "{tag}" {words}')
    (line,) = problems(f"site: {{language: {tag}}}\n{START}{SOURCE}")
    assert line.startswith(f'feeds.yaml:1: site.language: "{tag}" {words}')


def test_one_mistake_in_a_source_does_not_hide_those_of_the_next() -> None:
    told = problems(START + SOURCE + "    kind: x\n" + SOURCE.replace("A", "B").replace("a.", "b.") + "    kind: y\n")
    assert [line.split(":")[1] for line in told] == ["7", "11"]


def test_anchors_and_merge_keys_are_understood() -> None:
    more = "  - &a\n    name: A\n    url: https://a.example/\n    section: dunia\n    excerpt: 5\n"
    first, second = read(START + more + "  - {<<: *a, name: B, url: 'https://b.example/'}\n").sources
    assert (second.name, second.excerpt, second.sections, second.outlet) == ("B", 5, first.sections, "b.example")


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 9):
        bomb += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    (line,) = problems(bomb)
    assert line.endswith("aliases expand to too many values; expected the plain blocks of a feeds.yaml")


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: " + "[" * 40 + "]" * 40, "a: " + "[" * 1_000])
def test_endless_nesting_is_refused(text: str) -> None:
    (line,) = problems(text)
    assert "nested" in line


def test_a_file_of_more_than_five_megabytes_is_refused_unread() -> None:
    assert problems("#" * 5_000_001) == ["feeds.yaml:1: the file has 5.0 MB; expected at most 5 MB"]


def test_text_of_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    good = tmp_path / "feeds.yaml"
    good.write_text("site: {title: Россия}\n", encoding="utf-8")
    assert config.text_of(good) == "site: {title: Россия}\n"
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"site:\n  title: caf\xe9\n")
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as stream:
        stream.truncate(5_000_001)
    for path, words in (
        (tmp_path / "none.yaml", ":1: there is no such file; name yours with --config or ANYAM_CONFIG"),
        (latin, ":2: a byte that is not UTF-8; expected the file to be saved as UTF-8"),
        (huge, ":1: the file is too large; expected at most 5 MB"),
        (tmp_path, ":1: cannot be read (Is a directory); expected a readable file"),
    ):
        with pytest.raises(ConfigError) as caught:
            config.text_of(path)
        assert caught.value.problems == [f"{path}{words}"]


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.antaranews.com/rss/dunia.xml", "antaranews.com"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://rss.nytimes.com/x", "nytimes.com"),
        ("https://www.rss.example.org/", "example.org"),
        ("https://feeds.com/x", "feeds.com"),
        ("https://rss.com", "rss.com"),
        ("https://EN.Example.ORG:8443/", "en.example.org"),
        ("http://127.0.0.1:8701/outlet/bbc.xml", "A Name"),
        ("http://localhost:8701/outlet/bbc.xml", "A Name"),
        ("https://feeds.feedburner.com/ndtvnews", "A Name"),
    ],
)
def test_the_outlet_is_the_host_or_else_the_name(url: str, outlet: str) -> None:
    assert config.outlet_of(url, name="A Name") == outlet


def test_the_languages_of_a_site_are_those_of_site_sections_and_sources() -> None:
    text = """\
site: {language: id}
sections:
  - {id: a, title: A, language: pt-BR}
  - {id: b, title: B, languages: [en, ar]}
sources:
  - {name: A, url: "https://a.example/", section: a, language: ru}
  - {name: B, url: "https://b.example/", section: b}
"""
    assert config.languages(read(text)) == ("ar", "en", "id", "pt", "ru")


def test_a_full_file_goes_through_the_store_unchanged() -> None:
    told = read(FULL)
    text = told.to_json()
    again = Config.from_json(text)
    assert again == told
    assert hash(again) == hash(told)
    assert again.to_json() == text
    assert {type(value) for value in _values(again)} == {type(value) for value in _values(told)}


def _values(value: Any) -> list[Any]:
    """Flatten a frozen value into everything that it holds."""
    if is_dataclass(value):
        return [value, *(part for field in fields(value) for part in _values(getattr(value, field.name)))]
    if isinstance(value, tuple | frozenset):
        return [value, *(part for inner in value for part in _values(inner))]
    return [value]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"shape": "0123456789abcdef", "value": {}}', "null"])
def test_what_another_version_stored_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"read feeds\.yaml again"):
        Config.from_json(text)


def test_a_stored_value_that_lost_a_field_is_refused() -> None:
    document = json.loads(read(FULL).to_json())
    del document["value"]["sources"][0]["name"]
    with pytest.raises(ConfigError):
        Config.from_json(json.dumps(document))


def test_a_stored_configuration_needs_neither_pydantic_nor_yaml() -> None:
    stored = read(FULL).to_json()
    script = (
        "import sys; from aggregator.config import Config; Config.from_json(sys.stdin.read());"
        "print(sorted({'pydantic', 'pydantic_core', 'ruamel', 'ruamel.yaml'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=stored, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=20)
sources = st.builds(
    Source,
    name=words,
    url=words,
    sections=st.lists(words, min_size=1, max_size=3).map(tuple),
    outlet=words,
    full_text=st.booleans(),
    interval=st.none() | st.floats(1, 1e6),
    page=st.none() | st.builds(Page, item=st.none() | words),
    only=st.none() | st.builds(Filter, title=st.lists(words, max_size=2).map(tuple)),
    headers=st.lists(st.tuples(words, words), max_size=2).map(tuple),
)
endpoints = st.tuples(st.ip_addresses().map(str), st.integers(1, 65_535))
configs = st.builds(
    Config,
    sections=st.just(()),
    sources=st.lists(sources, max_size=3).map(tuple),
    fetch=st.builds(config.Fetch, allow=st.frozensets(endpoints, max_size=3), gap=st.floats(0, 60)),
)


@given(configs)
def test_any_configuration_goes_through_the_store_unchanged(told: Config) -> None:
    assert Config.from_json(told.to_json()) == told


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_lines(text: str) -> None:
    try:
        config.read(text, name="f")
    except ConfigError as error:
        assert error.problems
        assert all(line.startswith("f:") and "\n" not in line and "; " in line for line in error.problems)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "url", "section", "sections", "id", "page", "kind", "interval"]), inner
        )
    ),
    max_leaves=8,
)
KEYS = ("site", "fetch", "publish", "web", "sections", "views", "sources")


@given(st.dictionaries(st.sampled_from(KEYS), junk, min_size=1))
def test_any_shape_of_values_is_read_or_refused_in_lines(document: dict[str, Any]) -> None:
    try:
        config.read(json.dumps(document), name="f")
    except ConfigError as error:
        assert error.problems


def test_the_shipped_feeds_yaml_is_what_the_readme_promises() -> None:
    told = read(config.text_of(ROOT / "feeds.yaml"))
    assert len(told.sources) >= 40
    assert len(told.sections) >= 6
    assert set(config.languages(told)) >= {"id", "en", "ru", "ar"}
    used = {section for source in told.sources for section in source.sections}
    assert used == {section.id for section in told.sections}
    assert len({source.url for source in told.sources}) == len(told.sources)
    urls = {source.url: source for source in told.sources}
    assert urls["https://www.pantau.com/internasional"].kind == "page"
    assert {"https://www.interfax.ru/rss.asp", "https://tass.ru/rss/v2.xml", "https://mid.ru/ru/rss.php"} <= set(urls)
    assert "https://www.antaranews.com/rss/dunia.xml" in urls
