"""Each case of tests/corpus/parse read as its expectation beside it says, and the bounds no small file can show."""

import gzip
import io
import json
from pathlib import Path

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import parse
from aggregator.errors import ParseError
from aggregator.parse import body as body_module
from aggregator.parse import period
from aggregator.values import Asks, Feed, Item, Text

CORPUS = Path(__file__).parent / "corpus" / "parse"
CASES = sorted(path for path in CORPUS.iterdir() if not path.name.endswith(".expected.json"))
RSS = b'<rss version="2.0"><channel><title>T</title>%s</channel></rss>'


def read(body: bytes, content_type: str | None = None) -> Feed:
    return parse.read(body, content_type=content_type, url="https://uji.example/feed")


def shown(value: object) -> object:
    """Give a value of an Item in the shape that the expectations are written in."""
    if isinstance(value, tuple):
        return [shown(part) for part in value]
    if isinstance(value, Asks):
        return {"ttl": value.ttl, "skip_hours": sorted(value.skip_hours), "skip_days": sorted(value.skip_days)}
    if hasattr(value, "html"):
        return [value.value, value.html]  # type: ignore[attr-defined]
    if hasattr(value, "length"):
        return [value.url, value.type, value.length]  # type: ignore[attr-defined]
    return value


def agree(found: Feed | Item, expected: dict[str, object]) -> None:
    assert {name: shown(getattr(found, name)) for name in expected} == expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_is_read_as_its_expectation_says(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    if "error" in expected:
        with pytest.raises(ParseError) as error:
            read(path.read_bytes())
        assert expected["error"] in str(error.value)
        assert "\n" not in str(error.value)
        return
    feed = read(path.read_bytes())
    agree(feed, expected.get("feed", {}))
    if "items" in expected:
        assert len(feed.items) == len(expected["items"])
        for item, wanted in zip(feed.items, expected["items"], strict=True):
            agree(item, wanted)


WHOLE = {
    "rss": RSS % (b"<item><guid>1</guid><title>A</title></item>" * 2),
    "atom": b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>A</title></entry></feed>',
    "rdf": b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="u"><title>T</title></channel>'
    b'<item rdf:about="a"><title>A</title></item><item rdf:about="b"><title>B</title></item></rdf:RDF>',
    "json": b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "title": "A"}, '
    b'{"id": "2", "title": "B"}], "language": "id"}',
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_document_cut_anywhere_is_never_taken_for_whole(kind: str) -> None:
    body = WHOLE[kind]
    assert read(body).is_whole
    # An RSS document without its last tag lacks nothing: hosts forget it.
    end = body.index(b"</channel>") if kind == "rss" else len(body)
    kept = 0
    for at in range(1, end):
        try:
            feed = read(body[:at])
        except ParseError:
            continue
        kept += len(feed.items)
        assert not feed.is_whole, body[:at]
    assert kept, "some of what came before the cut was kept"


def test_a_document_that_is_broken_but_ends_is_whole() -> None:
    assert read(RSS % b"<item><guid>1</guid><title>A & B &nope; </b></title></item>").is_whole
    assert read(WHOLE["rss"].replace(b"</rss>", b"")).is_whole


def test_a_zipped_document_that_stops_short_is_not_whole() -> None:
    items = b"".join(b"<item><guid>%d</guid><title>%x</title></item>" % (n, n**9) for n in range(2000))
    packed = gzip.compress(RSS % items)
    assert read(packed).is_whole
    half = read(packed[: len(packed) // 2])
    assert half.items
    assert not half.is_whole


def test_charset_of_the_header_beats_the_declaration() -> None:
    body = b'<?xml version="1.0" encoding="utf-8"?>' + RSS % "<item><title>Новости</title></item>".encode("cp1251")
    title = read(body, 'text/xml; charset="windows-1251"').items[0].title
    assert title is not None
    assert title.value == "Новости"


ONE_WRONG = "1 broken bytes in its UTF-8 text were read as Windows-1252"


@pytest.mark.parametrize(
    ("body", "shown", "problem"),
    [
        pytest.param("Fête à ".encode() + b"Orl\xe9ans", "Fête à Orléans", ONE_WRONG, id="Latin-1"),
        pytest.param(
            "«Fête» d".encode() + b"\x92\xe9t\xe9", "«Fête» d’été", ONE_WRONG.replace("1 ", "3 ", 1), id="mix"
        ),
        pytest.param("Fête à Orl".encode() + b"\xc3...", "Fête à Orl\ufffd...", "1 broken bytes", id="cut letter"),
        pytest.param("Fête d’été ".encode() + b"\xe2\x80.", "Fête d’été \ufffd.", "1 broken bytes", id="cut sign"),
        pytest.param("Fête 🎉 ".encode() + b"\x81", "Fête 🎉 \ufffd", "1 broken bytes", id="no character at all"),
        pytest.param("Новости ".encode() + b"\xd0 dnja", "Новости \ufffd dnja", "1 broken bytes", id="Cyrillic"),
        pytest.param("Orléans, côté nord".encode("cp1252"), "Orléans, côté nord", "charset was guessed", id="cp1252"),
        pytest.param("МИД»: новости дня".encode("cp1251"), "МИД»: новости дня", "charset was guessed", id="cp1251"),
        pytest.param("ข่าววันนี้ ประเทศไทย".encode("tis-620"), None, "charset was guessed", id="Thai"),
    ],
)
def test_wrong_bytes_cost_themselves_alone(body: bytes, shown: str | None, problem: str) -> None:
    feed = read(RSS % (b"<item><title>" + body + b"</title></item>"))
    title = feed.items[0].title
    assert title is not None and (shown is None or title.value == shown)
    assert problem in feed.problems[0]


SAID = {
    "zh": "中国国家主席会见记者谈经济",
    "tw": "臺灣總統會見記者談經濟",
    "ja": "日本の首相が記者会見で経済を語る",
    "ko": "한국 대통령이 경제를 말했다",
}
MULTIBYTE = {
    "gb2312": "zh",
    "gbk": "zh",
    "gb18030": "zh",
    "big5": "tw",
    "shift_jis": "ja",
    "euc-jp": "ja",
    "iso-2022-jp": "ja",
    "euc-kr": "ko",
}


@pytest.mark.parametrize("wrong", [b"", b"\x81 ", b"\xff"], ids=["clean", "half", "none"])
@pytest.mark.parametrize("charset", MULTIBYTE)
def test_a_wrong_byte_among_letters_of_several_bytes_costs_itself_alone(charset: str, wrong: bytes) -> None:
    words = SAID[MULTIBYTE[charset]]
    item = b"<item><title>%s</title></item><item><title>%s</title></item>"
    body = RSS % (item % (words.encode(charset), wrong + "(う)".encode(charset, "replace")))
    named = b"<?xml version='1.0' encoding='%s'?>" % charset.encode()
    for sent, header in (
        (named + body, None),
        (body, f"text/xml; charset={charset}"),
        (named + body, "a/b; charset=utf-8"),
    ):
        feed = read(sent, header)
        assert feed.items[0].title is not None
        assert feed.items[0].title.value == words
        assert bool(feed.problems) == bool(wrong) or header == "a/b; charset=utf-8"


def test_utf_8_that_is_called_something_else_stays_utf_8() -> None:
    body = b"<?xml version='1.0' encoding='gbk'?>" + RSS % f"<item><title>{SAID['zh']}</title></item>".encode()
    assert read(body).items[0].title == Text(SAID["zh"])


FRENCH, RUSSIAN = "Élections législatives à Paris aujourd'hui", "Президент России выступил с речью"


@pytest.mark.parametrize(
    ("words", "charset", "header", "is_told"),
    [
        pytest.param(FRENCH, "cp1252", None, True, id="cp1252, unsaid"),
        pytest.param(RUSSIAN, "cp1251", None, True, id="cp1251, unsaid"),
        pytest.param(FRENCH, "latin-1", "application/json; charset=iso-8859-1", False, id="Latin-1"),
        pytest.param(RUSSIAN, "cp1251", "application/json; charset=windows-1251", False, id="cp1251"),
        pytest.param(SAID["zh"], "gbk", "application/json; charset=gbk", False, id="GBK"),
        pytest.param(FRENCH, "utf-8-sig", "application/json; charset=iso-8859-1", False, id="UTF-8 all the same"),
        pytest.param(FRENCH, "utf-16", None, False, id="UTF-16"),
    ],
)
def test_json_in_another_charset_is_read_in_it(words: str, charset: str, header: str | None, is_told: bool) -> None:
    text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"title": words}]}, ensure_ascii=False)
    feed = read(text.encode(charset), header)
    assert feed.items[0].title == Text(words)
    assert [("guessed" in problem) for problem in feed.problems] == [True] * is_told


def test_warnings_of_a_program_before_json_are_passed_over() -> None:
    feed = read(b"<br />\n<b>Warning</b>: foo in {bar}\n" + WHOLE["json"])
    assert len(feed.items) == 2
    assert feed.problems == ("36 bytes of rubbish stood before its JSON",)
    with pytest.raises(ParseError, match="an HTML page"):
        read(b"<!doctype html><title>JSON Feed</title><pre>" + WHOLE["json"])


def test_gzip_that_no_header_announced_is_unpacked_and_bounded() -> None:
    assert len(read(gzip.compress(RSS % b"<item><title>a</title></item>")).items) == 1
    with pytest.raises(ParseError, match="more than 16 MB"):
        read(gzip.compress(b" " * (16 * 1024 * 1024 + 1)))
    with pytest.raises(ParseError, match="cannot be unpacked"):
        read(b"\x1f\x8bnonsense")


@pytest.mark.parametrize("value", ["'1'", "'>'", '"\'"', "1"])
def test_thousands_of_attributes_are_left_out_and_the_rest_is_kept(value: str) -> None:
    attributes = " ".join(f"a{number}={value}" for number in range(20_000)).encode()
    feed = read(RSS % (b"<item %s><title>a</title></item><item><title>b</title></item>" % attributes))
    assert [item.title.value for item in feed.items if item.title] == ["a", "b"]
    assert feed.problems[0] == "an element has more than 250 attributes: they were left out"


BEFORE = b"<item><guid>1</guid></item>"


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        (b"<enclosure url='a'/>" * 30_000, "20,000 tags"),
        (b"<category>" * 30_000, "20,000 tags"),
        (b"<description>" + b"&" * 500_000, "400,000 signs like & and &amp;"),
    ],
    ids=["enclosures", "open categories", "ampersands"],
)
def test_an_item_of_too_much_costs_itself_alone(inside: bytes, what: str) -> None:
    feed = read(RSS % (BEFORE + b"<item><guid>2</guid>" + inside + b"</item>" + BEFORE.replace(b"1", b"3")))
    assert [item.id for item in feed.items] == ["1", "2", "3"]
    assert feed.problems == (
        f"an item holds more than {what}: only its id, title, addresses, dates and short texts were kept",
    )


@pytest.mark.parametrize(
    "heavy", [b"<description>" + b"<b/>" * 30_000 + b"</description>", b"<enclosure url='a'/>" * 30_000]
)
def test_an_item_with_a_heavy_part_keeps_what_names_it(heavy: bytes) -> None:
    source = b"<source url='https://x.example'><title>Lain</title><guid>9</guid></source>"
    head = b"<title><![CDATA[Dua </item> & tiga]]></title><link>https://uji.example/2</link>"
    tail = b"<guid isPermaLink='false'>2</guid><pubDate>Thu, 12 Dec 2024 19:30:00 +0700</pubDate>"
    feed = read(RSS % (BEFORE + b"<item>" + source + head + heavy + tail + b"</item>" + BEFORE.replace(b"1", b"3")))
    assert [item.id for item in feed.items] == ["1", "2", "3"]
    two = feed.items[1]
    assert (two.url, two.published) == ("https://uji.example/2", "Thu, 12 Dec 2024 19:30:00 +0700")
    assert two.title and two.title.value == "Dua </item> & tiga"


def test_a_heavy_atom_entry_keeps_its_address_behind_other_links() -> None:
    links = b"<link rel='self' href='https://uji.example/2.atom'/><link rel='alternate' href='https://uji.example/2'/>"
    heavy = b"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>" + b"<p/>" * 30_000 + b"</div></content>"
    entry = b"<entry>" + links + b"<id>urn:2</id><title>Dua</title>" + heavy + b"</entry>"
    (one,) = read(b"<feed xmlns='http://www.w3.org/2005/Atom'>" + entry + b"</feed>").items
    assert (one.id, one.url) == ("urn:2", "https://uji.example/2")


@pytest.mark.parametrize(
    ("inside", "line", "why"),
    [
        (b"<item><b><i>x</b></i></item>", 1, "a tag is not closed, or closed where it was not open"),
        (b"\n<item><title>a < b</title></item>", 2, "a sign stands where none may"),
        (b"<item a='1' a='2'></item>", 1, "a tag says one of its attributes twice"),
        (b"<item><foo:x>s</foo:x></item>", 1, "a tag's prefix is explained nowhere"),
        (b"<item><title>&#1;</title></item>", 1, "a number stands for no character"),
        (b"<item><title><![CDATA[ Tiga</title></item>", 1, "something that begins there does not end"),
        (b"</channel></rss><p>x</p><rss><channel>", 1, "something follows the end of the feed"),
    ],
)  # fmt: skip
def test_broken_xml_is_told_in_plain_words_with_its_line(inside: bytes, line: int, why: str) -> None:
    for start, first in ((b"", 0), (b"<?xml version='1.0'?>\n", 1)):
        (problem,) = read(start + RSS % (BEFORE + inside)).problems
        assert problem.startswith(f"its XML is broken in line {line + first}: {why}")


@pytest.mark.parametrize("sign", [b"<!--", b"<?"])
def test_a_doctype_that_never_ends_is_passed_over_once(sign: bytes) -> None:
    assert len(read(b"<!DOCTYPE rss [" + sign * 200_000 + RSS % BEFORE).items) <= 1


def test_items_beyond_the_most_are_left_out_and_named() -> None:
    feed = read(RSS % (b"<item><guid>a</guid></item>" * 10_010))
    assert len(feed.items) == 10_000
    assert feed.problems == ("it holds more than 10,000 items: the others were left out",)
    assert feed.is_whole, "the host would answer the same again"


@pytest.mark.parametrize(
    ("ttl", "every", "times", "minutes"),
    [
        ("30", None, None, 30),
        ("0", "daily", None, 1440),
        ("x", "weekly", "2", 5040),
        (None, "hourly", None, None),
        (None, "hourly", "4", 15),
        ("99999999", None, None, 525600),
        (None, "often", "1", None),
        ("-5", None, None, None),
    ],
)
def test_period(ttl: str | None, every: str | None, times: str | None, minutes: int | None) -> None:
    assert period.minutes(ttl=ttl, every=every, times=times) == minutes


@given(st.binary(max_size=400))
def test_no_bytes_bring_anything_but_a_feed_or_a_parse_error(rubbish: bytes) -> None:
    for body in (rubbish, RSS % rubbish, b'{"items": [' + rubbish):
        try:
            feed = read(body)
        except ParseError as error:
            assert "\n" not in str(error)
        else:
            assert isinstance(feed, Feed)


@pytest.mark.shared
def test_every_captured_feed_gives_the_items_that_feedparser_finds(shared: Path) -> None:
    files = [
        path for path in (*(shared / "feeds").iterdir(), *(shared / "feeds" / "torture").iterdir()) if path.is_file()
    ]
    compared = 0
    for path in files:
        body = path.read_bytes()
        if path.suffix in (".jsonl", ".json") or body[:2] == b"\x1f\x8b":
            continue
        try:
            found = len(read(body).items)
        except ParseError:
            found = 0
        alone = feedparser.parse(io.BytesIO(body or b" "), sanitize_html=False, resolve_relative_uris=False)
        assert (path.name, found) == (path.name, len(alone.entries))
        compared += 1
    assert compared > 100


@pytest.mark.parametrize("end", ["</feed>", "<broken></feed>"], ids=["strict", "loose"])
@pytest.mark.parametrize("id", ["a1k", "../x", "?p=7", "tag:uji.example,2024:1", "http://uji.example/a//b"])
def test_an_id_of_atom_stays_as_written_and_links_keep_their_base(id: str, end: str) -> None:
    feed = read(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/"><title>T</title><id>feed-7</id>'
        b'<entry xml:base="x/"><id>%s</id><title>A</title><link href="a1"/></entry>%s' % (id.encode(), end.encode())
    )
    assert (feed.id, feed.items[0].id, feed.items[0].url) == ("feed-7", id, "http://b.example/x/a1")


def test_a_guid_that_is_no_address_is_an_id_alone_whatever_the_base() -> None:
    feed = read(RSS % b'<item xml:base="http://b.example/x/"><guid>a1</guid><title>A</title></item>')
    assert (feed.items[0].id, feed.items[0].url) == ("a1", None)


def test_an_ampersand_that_is_not_written_as_a_reference_stays_one() -> None:
    item = b"""<item><guid>1</guid><title>Q&A dan AT&T &amp; &#38; &lt;3 R&D;</title>
    <link>https://kabar.example/?a=1&b=2</link><description><![CDATA[<p>Q&A &amp; R&D</p>]]></description></item>"""
    (found,) = read(RSS % item).items
    assert found.title is not None and found.summary is not None
    assert (found.title.value, found.url) == ("Q&A dan AT&T & & <3 R&D;", "https://kabar.example/?a=1&b=2")
    assert found.summary.value == "<p>Q&A &amp; R&D</p>"


def test_data_sections_that_never_end_are_passed_over_once() -> None:
    body = RSS % (b"<item><title>Q&A</title></item>" + b"<![CDATA[" * 50_000 + b"<!--" * 50_000)
    assert body_module.without_bare_ampersands(body).count(b"&amp;") == 1
