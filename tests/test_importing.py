"""OPML in and out: what a list becomes, what is said of each line of it, and that no list can do harm."""

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import hostile
import making
import outlets
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from outlets import rss
from running import Done, here

from aggregator.bounded import Bounded
from aggregator.config import Config, NewSection, NewSource, read
from aggregator.errors import ParseError
from aggregator.importing import Plan, plan
from aggregator.parse import opml
from aggregator.publish import channels

SITE = "site: {language: id}\nsections:\n  - {id: dunia, title: Dunia}   # ours\nsources:\n"
SITE += "  - {name: Ada, url: 'https://ada.example/rss', section: dunia}\n"
LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
<head><title>Langganan</title></head>
<body>
  <outline text="Dunia" title="ignored">
    <outline type="rss" text="Kabar &amp; Nusa" xmlUrl="https://kabar.example/rss?a=1&amp;b=2" language="ID"/>
    <outline text="Тема: Россия">
      <outline type="rss" title="Интерфакс" text="x" xmlUrl="https://interfax.example/rss.asp"/>
    </outline>
  </outline>
  <outline text="Bola">
    <outline type="rss" text="Kabar lagi" xmlUrl="http://KABAR.example/rss/?a=1"/>
    <outline type="rss" text="Kabar &amp; Nusa" xmlUrl="https://kabar.example/rss?a=1&amp;b=2"/>
    <outline type="link" text="Pantau" url="https://pantau.example/dunia"/>
    <outline text="a note"/>
  </outline>
  <outline type="rss" text="Ada baru" xmlUrl="https://ada.example/rss/"/>
  <outline type="rss" text="Kabar &amp; Nusa" xmlUrl="feed://other.example/rss"/>
  <outline type="rss" text="" xmlUrl="https://feeds.tanpa.example/rss"/>
  <outline type="rss" text="Salah" xmlUrl="ftp://salah.example/rss"/>
  <outline type="rss" text="Rahasia" xmlUrl="https://me:secret@rahasia.example/rss"/>
  <outline type="include" text="More" url="https://lists.example/more.opml"/>
</body>
</opml>
"""


def config(text: str = SITE) -> Config:
    return read(text, name="feeds.yaml")


def planned(document: str, text: str = SITE, section: str | None = None) -> Plan:
    return plan(opml.read(document.encode()), config(text), section=section)


def body(*outlines: str, title: str = "") -> str:
    """Write a list with these outlines."""
    return f"<opml version='1.0'><head><title>{title}</title></head><body>{''.join(outlines)}</body></opml>"


def test_folders_become_sections_and_addresses_sources() -> None:
    found = planned(LIST)
    assert found.sections == (NewSection("tema-rossiya", "Тема: Россия"), NewSection("bola", "Bola"))
    assert found.sources == (
        NewSource("Kabar & Nusa", "https://kabar.example/rss?a=1&b=2", ("dunia", "bola"), "feed", "id"),
        NewSource("Интерфакс", "https://interfax.example/rss.asp", ("tema-rossiya",)),
        NewSource("Kabar lagi", "http://KABAR.example/rss/?a=1", ("bola",)),
        NewSource("Pantau", "https://pantau.example/dunia", ("bola",), "page"),
        NewSource("Kabar & Nusa (2)", "http://other.example/rss", ("dunia",)),
        NewSource("tanpa.example", "https://feeds.tanpa.example/rss", ("dunia",)),
    )


def test_every_line_is_told_what_became_of_it() -> None:
    found = {said.line: said for said in planned(LIST).said}
    assert {line: said.outcome for line, said in found.items()} == {
        6: "added",
        8: "added",
        12: "added",
        13: "added",
        14: "added",
        17: "duplicate",
        18: "added",
        19: "added",
        20: "error",
        21: "error",
    }
    assert found[17].words == 'feeds.yaml has it as "Ada"'
    assert "does not start with http" in found[20].words
    assert "carries a user" in found[21].words and "secret" not in f"{found[21]}"


def test_an_address_that_stands_twice_in_a_folder_is_left_out_and_said() -> None:
    line = '<outline text="{}" xmlUrl="https://{}.example/rss"/>'
    found = planned(body(line.format("A", "a"), line.format("B", "a"), line.format("C", "c")))
    assert [source.name for source in found.sources] == ["A", "C"]
    assert [said.words for said in found.said] == ["", 'the list has it above, as "A"', ""]


def test_what_stands_in_no_folder_goes_where_it_is_told_to() -> None:
    line = '<outline text="A" xmlUrl="https://a.example/rss"/>'
    two = SITE.replace("sources:", "  - {id: bola, title: Bola}\nsources:")
    none = "sections: []\nsources: []\n"
    assert planned(body(line)).sources[0].sections == ("dunia",)
    assert planned(body(line), two, "bola").sources[0].sections == ("bola",)
    assert planned(body(line, title="My feeds"), two).sections == (NewSection("my-feeds", "My feeds"),)
    assert planned(body(line), none).sections == (NewSection("sources", "Sources"),)


def test_a_section_is_found_by_its_title_or_id_and_no_old_id_is_taken() -> None:
    text = SITE.replace("title: Dunia}", "title: Dunia, formerly: [world]}")
    found = planned(
        body(
            *(
                f'<outline text="{folder}"><outline text="{n}" xmlUrl="https://a.example/{n}"/></outline>'
                for n, folder in enumerate(["DUNIA", "dunia", "World", "world", "Straße!", "strasse"])
            )
        ),
        text,
    )
    assert [source.sections for source in found.sources] == [("dunia",)] * 2 + [("world-2",)] * 2 + [("strasse",)] * 2
    assert found.sections[0] == NewSection("world-2", "World")


@pytest.mark.parametrize(
    "document",
    [
        "<OPML version='1.1'><BODY><OUTLINE TEXT='A' XMLURL='https://a.example/?x=1&amp;y=2'/></BODY></OPML>",
        "<opml><body><outline text='A' xmlurl='https://a.example/?x=1&y=2'/></body></opml>",
        "<opml><body><outline text='A' title='' xmlUrl=' https://a.example/?x=1&amp;y=2 '/></body></opml>",
        "<opml xmlns='https://opml.example/'><body><outline text='A' xmlUrl='https://a.example/?x=1&amp;y=2'/></body></opml>",
        "<opml><body><outline text='A' xmlUrl='https://a.example/?x=1&amp;y=2'/><outline text='cut",
        "<?xml version='1.0' encoding='utf-8'?>\n<opml><body><outline text='&nbsp;A' xmlUrl='https://a.example/?x=1&amp;y=2'/></body></opml>",
    ],
    ids=["upper case", "bare ampersand", "blanks", "a namespace", "cut off", "a name of HTML"],
)
def test_lists_of_many_hands_are_read(document: str) -> None:
    for encoded in (document.encode(), b"\xef\xbb\xbf" + document.encode(), document.encode("utf-16")):
        (outline,) = opml.read(encoded).outlines
        assert (outline.name, outline.feed) == ("A", "https://a.example/?x=1&y=2")


def test_a_list_in_a_charset_that_it_does_not_name_keeps_its_letters() -> None:
    found = opml.read("<opml><body><outline text='Café' xmlUrl='https://a.example/'/></body></opml>".encode("cp1252"))
    assert [one.name for one in found.outlines] == ["Café"]
    assert found.problems == ("it names no charset and is no UTF-8: the charset was guessed",)


def test_a_list_without_addresses_says_so() -> None:
    found = opml.read(b"<opml><body><outline text='A'/></body></opml>")
    assert found.problems == ("it names no feed and no page; export the list again from the feed reader",)


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("<outline text='&nama;'/>", "line 4: a name stands between & and ; that XML does not know"),
        ("<outline text='Q&A'/>", "line 4: an & stands there that is not written as &amp;"),
        ("<outline text='Q & A'/>", "line 4: an & stands there that is not written as &amp;"),
        ("<outline text='a'></outlin>", "line 4: a tag is closed that is not the last one opened"),
        ("<outline text='a\x01'/>", "line 4: a character stands there that XML forbids"),
        ("<outline text='a<b'/>", "line 4: a < stands in an attribute that is not written as &lt;"),
        ("<outline text='a' text='b'/>", "line 4: an attribute stands twice in one tag"),
        ("<outline text=a/>", "line 4: its XML is broken"),
        ("</body></opml><opml>", "line 4: something follows the end of the list"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_in_plain_words_with_its_line(inner: str, said: str) -> None:
    document = f"<!DOCTYPE opml\n  PUBLIC 'x'>\n<opml><body><outline text='A' xmlUrl='https://a.example/'/>\n{inner}"
    assert opml.read(f"{document}</body></opml>".encode()).problems == (f"{said}; what could be read was read",)


@pytest.mark.parametrize(
    "content",
    [b"", b"text", b"<html><body>x</body></html>", rss("Satu"), random.Random(1).randbytes(5_000)],
)
def test_what_is_no_list_is_one_line(content: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML"):
        opml.read(content)


# --- harm


def test_no_entity_is_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    with outlets.outlets({"/x.dtd": hostile.answer(b'<!ENTITY far "geheim">')}) as server:
        doctype = (
            f'<!DOCTYPE opml SYSTEM "{server.url("/x.dtd")}" [<!ENTITY near SYSTEM "file://{secret}"> '
            f'<!ENTITY % p SYSTEM "{server.url("/x.dtd")}"> %p;]>'
        )
        line = '<outline text="A {0}" xmlUrl="https://a.example/"/>'
        for name in ("&near;", "&far;"):
            document = f"<?xml version='1.0'?>{doctype}<opml><head><title>{name}</title></head><body>{name}"
            found = opml.read(f"{document}{line.format('')}{line.format(name)}</body></opml>".encode())
            assert [outline.feed for outline in found.outlines] == ["https://a.example/"] * 2
            assert "geheim" not in repr(found)
        assert server.visits == []


def test_a_name_that_an_entity_leaves_open_gives_way_to_the_host() -> None:
    doctype = '<!DOCTYPE opml [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY j "ha">]>'
    outlines = (
        "<outline text='&e;x' xmlUrl='https://a.example/'/>",
        "<outline text='&amp;j;' xmlUrl='https://b.example/'/>",
        "<outline text='Kabar &amp;amp; Nusa' xmlUrl='https://c.example/'/>",
        "<outline text='AT&amp;T; Kabar &amp; Nusa' xmlUrl='https://d.example/'/>",
        "<outline text='&j;'><outline text='R&amp;D' xmlUrl='https://f.example/'/></outline>",
    )
    found = planned(doctype + body(*outlines, title="&j;"), "sections: []\nsources: []\n")
    names = ["a.example", "b.example", "Kabar & Nusa", "d.example", "R&D"]
    assert [source.name for source in found.sources] == names
    assert [one.title for one in found.sections] == ["Sources"]


BOMBS = {
    "laughs": '<!DOCTYPE opml [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    + ']><opml><head><title>&a12;</title></head><body><outline text="&a12;" xmlUrl="https://a.example/&a12;"/></body></opml>',
    "quadratic": f'<!DOCTYPE opml [<!ENTITY a "{"x" * 100_000}">]>'
    + f'<opml><body><outline text="{"&a;" * 5_000}"/></body></opml>',
    "deep": "<opml><body>" + "<outline text='x'>" * 100_000,
    "wide": "<opml><body><outline " + " ".join(f'a{n}=""' for n in range(20_000)) + "/></body></opml>",
    "many": "<opml><body>" + "<outline xmlUrl='https://a.example/'/>" * 100_000 + "</body></opml>",
    "long": f"<opml><body><outline text='{'x' * 4_000_000}' xmlUrl='https://a.example/'/></body></opml>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little_and_takes_nothing_along(name: str) -> None:
    # The child would end at 10 s of CPU or 300 MB; a tenth of either is plenty.
    with Bounded(children=1, cpu_seconds=2, memory_mb=120) as bounded:
        try:
            found: opml.Outlines = bounded.call(opml.read, BOMBS[name].encode())
        except ParseError as error:
            assert "more than 2 s" not in str(error) and "memory" not in str(error)
            return
    assert len(found.outlines) <= opml.MOST_OUTLINES
    assert name == "long" or len(repr(found)) < 3_000_000


def test_a_packed_list_is_read_and_a_packed_bomb_is_not() -> None:
    assert len(opml.read(gzip.compress(LIST.encode())).outlines) == 10
    with pytest.raises(ParseError, match="too large"):
        opml.read(gzip.compress(bytes(20 << 20)))


@given(st.text(), st.text(), st.text())
def test_any_words_become_a_plan(folder: str, name: str, address: str) -> None:
    root = etree.Element("opml")
    outline = etree.SubElement(etree.SubElement(root, "body"), "outline")
    for element, key, value in ((outline, "text", folder), (etree.SubElement(outline, "outline"), "xmlUrl", address)):
        try:
            element.set(key, value)
            element.set("title", name)
        except ValueError:
            return
    found = plan(opml.read(etree.tostring(root)), config())
    assert len(found.sources) + sum(said.outcome != "added" for said in found.said) == len(found.said)


# --- commands


def run(folder: Path, *arguments: str) -> Done:
    return here(*arguments, folder=folder)


def test_import_adds_what_is_good_and_says_the_rest(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    done = run(tmp_path, "import", "list.opml")
    assert done.code == 1
    assert done.out == "feeds.yaml: 6 Sources and 2 Sections added; 1 duplicate, 2 wrong\n"
    assert done.err.splitlines()[:2] == [
        "list.opml:13: Kabar & Nusa: the list has it above; it is in both Sections",
        'list.opml:17: Ada baru: feeds.yaml has it as "Ada"',
    ]
    assert [line.partition(":")[2].partition(":")[0] for line in done.err.splitlines()[2:]] == ["20", "21"]
    after = (tmp_path / "feeds.yaml").read_text(encoding="utf-8")
    assert "  - {id: dunia, title: Dunia}   # ours\n  - {id: tema-rossiya," in after
    assert len(config(after).sources) == 7
    assert not (tmp_path / "anyam.db").exists()
    again = run(tmp_path, "import", "list.opml")
    assert again.out.splitlines()[-1] == "feeds.yaml: 0 Sources and 0 Sections added; 8 duplicates, 2 wrong"
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == after


def test_import_adds_nothing_that_the_check_would_refuse(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(SITE + "fetch: {allow: ['127.0.0.1:8701']}\n", encoding="utf-8")
    addresses = ("http://127.0.0.1:22/", "http://127.0.0.1:8701/rss", "http://localhost:22/", "http://0x7f.1/")
    outlines = (f"<outline text='F{n}' xmlUrl='{address}'/>\n" for n, address in enumerate(addresses))
    (tmp_path / "list.opml").write_text("<opml><body>\n" + "".join(outlines) + "</body></opml>", encoding="utf-8")
    done = run(tmp_path, "import", "list.opml")
    assert done.code == 1
    assert done.out.splitlines()[-1] == "feeds.yaml: 1 Source and 0 Sections added; 0 duplicates, 3 wrong"
    assert [line.partition(": ")[0] for line in done.err.splitlines()] == [f"list.opml:{n}" for n in (2, 4, 5)]
    assert 'if it is yours, add "127.0.0.1:22" to fetch.allow' in done.err.splitlines()[0]
    assert run(tmp_path, "check").code == 0


def test_import_tells_scripts_what_became_of_each_line(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    told = [json.loads(line) for line in run(tmp_path, "import", "list.opml", "--json").out.splitlines()]
    assert len(told) == 10
    assert told[0] == {
        "line": 6,
        "name": "Kabar & Nusa",
        "url": "https://kabar.example/rss?a=1&b=2",
        "outcome": "added",
        "sections": ["dunia", "bola"],
        "error": None,
    }
    assert told[-1]["url"] == "https://rahasia.example/rss"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("none.opml",), "none.opml: cannot be read (No such file or directory)"),
        (("feeds.yaml",), "feeds.yaml: this is no OPML"),
        (("large.opml",), "large.opml: is too large"),
        (("list.opml", "--section", "x"), "there is no Section 'x'; there are dunia"),
        (("list.opml", "--config", "none.yaml"), "none.yaml:1: there is no such file"),
        ((), "Missing argument 'FILE'"),
    ],
)
def test_import_of_what_cannot_be_read_changes_nothing(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "feeds.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    (tmp_path / "large.opml").write_bytes(b" " * 5_000_001)
    done = run(tmp_path, "import", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == SITE


@pytest.mark.parametrize("document", ["<opml version='2.0'><head><title>A</title><", "<opml><body></body></opml>"])
def test_import_of_a_list_without_addresses_fails(tmp_path: Path, document: str) -> None:
    (tmp_path / "feeds.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "list.opml").write_text(document, encoding="utf-8")
    done = run(tmp_path, "import", "list.opml")
    assert (done.code, done.out) == (1, "feeds.yaml: 0 Sources and 0 Sections added; 0 duplicates, 0 wrong\n")
    assert "it names no feed and no page" in done.err
    assert (tmp_path / "feeds.yaml").read_text(encoding="utf-8") == SITE


def test_what_goes_out_comes_in_again(tmp_path: Path) -> None:
    text = SITE.replace("sources:", "  - {id: ilmu, title: Наука}\nsources:")
    text += "  - {name: Pantau, url: 'https://pantau.example/', kind: page, sections: [ilmu, dunia], language: id}\n"
    text += "  - {name: Sunyi, url: 'https://sunyi.example/rss', section: ilmu, public: false}\n"
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
    public, private = run(tmp_path, "opml"), run(tmp_path, "opml", "--private")
    assert (public.code, public.err) == (0, "")
    assert "sunyi" not in public.out and "https://sunyi.example/rss" in private.out
    assert etree.fromstring(private.out.encode()).get("version") == "2.0"
    (tmp_path / "all.opml").write_text(private.out, encoding="utf-8")
    (tmp_path / "new.yaml").write_text("site: {language: id}\nsections: []\nsources: []\n")
    assert run(tmp_path, "import", "all.opml", "--config", "new.yaml").code == 0
    before, after = config(text), config((tmp_path / "new.yaml").read_text(encoding="utf-8"))
    assert {section.title for section in after.sections} == {"Dunia", "Наука"}
    kept = {(one.name, one.url, one.kind, one.language, len(one.sections)) for one in before.sources}
    assert {(one.name, one.url, one.kind, one.language, len(one.sections)) for one in after.sources} == kept


def test_the_published_list_leaves_private_sources_out() -> None:
    made = making.configured(("Kabar", "https://kabar.example/rss"), ("Sunyi", "https://sunyi.example/rss"))
    quiet = replace(made, sources=(made.sources[0], replace(made.sources[1], public=False)))
    assert b"sunyi" not in channels.lists(quiet)["/sources.opml"]
    assert b"sunyi" in channels.subscriptions(quiet, private=True)
