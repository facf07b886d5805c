"""`anyam add`: what is asked and in which order, what is shown, and what is written to feeds.yaml."""

import json
import os
import pty
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hostile
import outlets
import pytest
import running
from hostile import Server
from outlets import feed, rss, write_feeds
from running import Done, here

from aggregator.adding import MOST_ASKED
from aggregator.config import Source, read

TITLES = ["Gempa guncang Sumbawa pagi tadi", "Bank sentral menahan suku bunga", "Feri tiba dengan selamat di Merak"]
CARDS = "".join(f'<h2><a href="/2024/12/12/{t.lower().replace(" ", "-")}">{t}</a></h2>' for t in TITLES)


def html(body: str, head: str = "") -> bytes:
    """Write a whole HTTP answer with a page."""
    page = f"<!doctype html><html lang=id><head><title>Kabar Nusa</title>{head}</head><body>{body}</body></html>"
    return hostile.answer(page.encode(), "Content-Type: text/html; charset=utf-8")


def announce(*paths: str) -> str:
    """Write the links that announce feeds."""
    return "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in paths)


@pytest.fixture
def server() -> Iterator[Server]:
    with outlets.outlets({"/x.xml": feed("Lama", of="x")}) as server:
        yield server


@pytest.fixture
def file(server: Server, tmp_path: Path) -> Path:
    return write_feeds(tmp_path, server, "Ada /x.xml")


def sources(file: Path) -> list[Source]:
    """Give the Sources of the file after the one that was there."""
    return list(read(file.read_text(encoding="utf-8"), name="f").sources[1:])


def add(file: Path, *arguments: str) -> Done:
    """Run the command where its file lies."""
    return here("add", *arguments, folder=file.parent)


def test_a_feed_is_added_by_one_request_and_everything_else_stays(server: Server, file: Path) -> None:
    server.replies["/a.xml"] = feed(*TITLES, of="Kabar Nusa")
    before = file.read_text(encoding="utf-8")
    done = add(file, server.url("/a.xml"))
    assert (done.code, done.err, server.paths) == (0, "", ["/a.xml"])
    assert done.out.splitlines() == [
        "1. Kabar Nusa",
        f"   {server.url('/a.xml')}",
        "   feed (rss 2.0); 3 items; without dates; 3 in id",
        *(f"   - no date, id: {title}" for title in TITLES),
        'feeds.yaml: "Kabar Nusa" added to dunia',
    ]
    assert file.read_text(encoding="utf-8").startswith(before)
    (source,) = sources(file)
    assert (source.name, source.url, source.sections, source.kind) == (
        "Kabar Nusa",
        server.url("/a.xml"),
        ("dunia",),
        "feed",
    )
    assert not (file.parent / "anyam.db").exists()


def test_a_page_leads_to_what_it_announces_and_links_to_and_is_an_offer_itself(server: Server, file: Path) -> None:
    server.replies |= {
        "/": html(f'<a href="/rss">RSS</a>{CARDS}', announce("/comments/feed", "/gone.xml", "/main.xml")),
        "/main.xml": feed("Satu", "Dua", of="main"),
        "/comments/feed": feed("Setuju", of="komentar"),
        "/rss": html('<a href="/sport.rss">Olahraga</a><a href="/main.xml">Semua</a>'),
        "/sport.rss": feed("Bola", of="sport"),
    }
    done = add(file, server.url("/"), "--json")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["number"], one["kind"], one["title"], one["items"], one["added"]) for one in told] == [
        (1, "feed", "main", 2, "main"),
        (2, "feed", "sport", 1, None),
        (3, "feed", "komentar", 1, None),
        (4, "page", "Kabar Nusa", 3, None),
    ]
    assert server.paths == [
        *("/", "/gone.xml", "/main.xml"),
        *("/robots.txt", "/rss", "/sport.rss", "/comments/feed"),
    ]
    assert done.code == 0 and done.err.count("\n") == 1
    assert done.err.startswith(f"{server.url('/gone.xml')} is announced, but ")
    assert [source.name for source in sources(file)] == ["main"]


def test_the_usual_places_are_tried_where_a_page_names_no_feed_up_to_the_first(server: Server, file: Path) -> None:
    server.replies |= {"/dunia": html("<p>Halo</p>"), "/rss": html("<p>no</p>"), "/rss.xml": feed("Satu", of="biasa")}
    assert add(file, server.url("/dunia")).code == 0
    assert server.paths == [
        *("/dunia", "/robots.txt", "/dunia/feed", "/dunia/rss", "/dunia/rss.xml", "/dunia/feed.xml"),
        *("/feed", "/rss", "/rss.xml"),
    ]
    assert [source.url for source in sources(file)] == [server.url("/rss.xml")]


def test_a_page_without_any_feed_becomes_a_page(server: Server, file: Path) -> None:
    server.replies["/dunia"] = html(CARDS)
    done = add(file, server.url("/dunia"), "--name", "Nusa: Dunia")
    (source,) = sources(file)
    assert (source.name, source.kind, source.full_text) == ("Nusa: Dunia", "page", True)
    assert "   page; 3 items; without dates; 3 in id" in done.out.splitlines()


def test_robots_txt_is_obeyed_for_pages_and_for_what_nobody_announces(server: Server, file: Path) -> None:
    server.replies |= {
        "/robots.txt": hostile.answer(b"User-agent: *\nDisallow: /dunia\nDisallow: /rss\n", "Content-Type: text/plain"),
        "/dunia": html(f'<a href="/rss">RSS</a>{CARDS}'),
        "/rss": feed("Satu"),
    }
    done = add(file, server.url("/dunia"))
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "robots.txt" in done.err and "/rss" not in server.paths
    server.replies["/dunia"] = html("", announce("/rss"))
    assert add(file, server.url("/dunia")).code == 0
    assert [source.url for source in sources(file)] == [server.url("/rss")]


def test_an_empty_feed_yields_to_a_page_with_items(server: Server, file: Path) -> None:
    server.replies |= {"/": html(CARDS, announce("/a.xml")), "/a.xml": hostile.answer(rss())}
    done = add(file, server.url("/"), "--json", "--preview")
    assert [(one["kind"], one["items"]) for one in map(json.loads, done.out.splitlines())] == [("page", 3), ("feed", 0)]


def test_nothing_found_is_one_line(server: Server, file: Path) -> None:
    before = file.read_bytes()
    server.replies["/"] = html("<p>Halo</p>")
    done = add(file, server.url("/"))
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "no feed was found" in done.err
    gone = add(file, server.url("/nowhere"))
    assert (gone.code, gone.out) == (1, "") and "404" in gone.err
    assert file.read_bytes() == before


def test_no_more_than_a_dozen_are_asked_and_the_others_are_said(server: Server, file: Path) -> None:
    many = [f"/{number}.xml" for number in range(20)]
    server.replies |= {path: feed(f"Kabar {path}", of=path) for path in many} | {"/": html("", announce(*many))}
    done = add(file, server.url("/"), "--preview")
    assert server.paths == ["/", *many[:MOST_ASKED]]
    assert "8 more links not asked; add one by its own address:" in done.out
    assert f"   {server.url('/19.xml')}" in done.out.splitlines()


def test_two_names_of_one_feed_are_one_offer(server: Server, file: Path) -> None:
    server.replies |= {
        "/": html("", announce("/a.xml", "/b.xml", "/a.xml/")),
        "/a.xml": feed("Satu"),
        "/b.xml": hostile.redirect(301, "/a.xml"),
    }
    done = add(file, server.url("/"), "--json", "--preview")
    assert [json.loads(line)["url"] for line in done.out.splitlines()] == [server.url("/a.xml")]


def test_preview_writes_nothing_and_pick_takes_another(server: Server, file: Path) -> None:
    server.replies |= {
        "/": html("", announce("/a.xml", "/b.xml")),
        "/a.xml": feed("Satu", of="a"),
        "/b.xml": feed("Dua", of="b"),
    }
    before = file.read_bytes()
    assert add(file, server.url("/"), "--preview").code == 0
    beyond = add(file, server.url("/"), "--pick", "3")
    assert (beyond.code, beyond.out, beyond.err.count("\n")) == (2, "", 1) and "there is no number 3" in beyond.err
    assert file.read_bytes() == before
    picked = add(file, server.url("/"), "--pick", "2")
    assert picked.out.splitlines()[-1] == 'feeds.yaml: "b" added to dunia'
    best = add(file, server.url("/"), "--yes")
    assert best.out.splitlines()[-2:] == [
        'feeds.yaml: "a" added to dunia',
        "number 1 of 2 was taken as the best; --pick N takes another",
    ]
    assert [source.name for source in sources(file)] == ["b", "a"]


def test_what_is_there_is_said_and_not_added_again(server: Server, file: Path) -> None:
    before = file.read_bytes()
    done = add(file, server.url("/x.xml"))
    assert done.code == 0
    assert done.out.splitlines()[1] == f'   {server.url("/x.xml")} (there already, as "Ada")'
    assert done.out.splitlines()[-1] == 'feeds.yaml: number 1 is there already, as "Ada"'
    assert file.read_bytes() == before


def test_a_name_that_is_taken_gets_a_number(server: Server, file: Path) -> None:
    server.replies["/a.xml"] = feed("Satu", of="Ada")
    add(file, server.url("/a.xml"))
    assert [source.name for source in sources(file)] == ["Ada (2)"]


def test_a_section_that_tells_other_languages_skips_what_is_in_none_of_them(server: Server, file: Path) -> None:
    file.write_text(file.read_text().replace("title: Dunia", "title: Dunia, languages: [en]"))
    server.replies["/a.xml"] = feed(*TITLES, "The central bank has left its interest rate unchanged")
    done = add(file, server.url("/a.xml"))
    assert "would skip 3 of 4, for dunia tells only en" in done.out
    assert json.loads(add(file, server.url("/a.xml"), "--json").out)["would_skip"] == 3


def test_the_section_is_named_where_there_are_several(server: Server, file: Path) -> None:
    file.write_text(file.read_text().replace("title: Dunia}", "title: Dunia}, {id: bola, title: Bola}"))
    server.replies["/a.xml"] = feed("Satu")
    done = add(file, server.url("/a.xml"))
    assert (done.code, done.out) == (2, "")
    assert done.err == "name the Section with --section; there are dunia, bola\n"
    wrong = add(file, server.url("/a.xml"), "--section", "bolla")
    assert (wrong.code, wrong.err) == (2, "there is no Section 'bolla'; there are dunia, bola\n")
    assert server.visits == []
    assert add(file, server.url("/a.xml"), "--section", "bola").code == 0
    assert [source.sections for source in sources(file)] == [("bola",)]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://kabar.example/rss", "does not start with http"),
        ("https://me:secret@kabar.example/rss", "carries a user"),
        ("https://kab ar.example/", "has a bad host"),
        ("", "the address is empty; expected one such as https://example.org"),
        ("  ", "the address is empty"),
        ("http://", '"http://" names no host'),
        ("javascript:alert(1)", '"javascript:alert(1)" is no address'),
        ("me:secret@kabar.example/rss", '"kabar.example/rss" carries a user'),
    ],
)
def test_a_bad_address_is_one_line_and_ends_with_2(file: Path, address: str, words: str) -> None:
    done = add(file, address)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err and "secret" not in done.err
    assert address.startswith("https://") or '"https://' not in done.err, "what nobody wrote is not shown"


def test_a_title_that_is_left_open_gives_way_to_the_host(server: Server, file: Path) -> None:
    server.replies["/a.xml"] = hostile.answer(
        b'<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY j "&a;&a;">]><rss version="2.0"><channel><title>&j; Kabar</title>'
        b"<item><title>Gempa guncang Sumbawa</title><guid>1</guid></item></channel></rss>"
    )
    shown = add(file, server.url("/a.xml"), "--preview")
    assert (shown.code, shown.out.splitlines()[0]) == (0, "1. 127.0.0.1")
    assert add(file, server.url("/a.xml")).code == 0
    assert [source.name for source in sources(file)] == ["127.0.0.1"]


@pytest.mark.parametrize("number", ["abc", "0", "1.5"])
def test_a_number_that_is_none_is_said_in_plain_words(file: Path, number: str) -> None:
    done = add(file, "https://kabar.example/", "--pick", number)
    assert (done.code, done.out) == (2, "")
    assert f"'{number}' is no whole number of 1 or more" in done.err


def test_a_private_address_is_refused_from_the_start_and_behind_a_page(server: Server, file: Path) -> None:
    with outlets.outlets({"/a.xml": feed("Rahasia")}) as private:
        server.replies |= {
            "/": html("", announce(private.url("/a.xml"))),
            "/r": hostile.redirect(301, private.url("/a.xml")),
        }
        for address in (private.url("/a.xml"), server.url("/r"), server.url("/")):
            done = add(file, address)
            assert done.code == 1 and "is refused" in done.err
        assert private.visits == []
    assert sources(file) == []


def test_an_address_without_a_scheme_is_tried_with_both(server: Server, file: Path) -> None:
    server.replies["/a.xml"] = feed("Satu", of="a")
    assert add(file, f"127.0.0.1:{server.port}/a.xml").code == 0
    assert [source.url for source in sources(file)] == [server.url("/a.xml")]


def test_a_file_of_many_shapes_is_no_reason_to_fail(server: Server, file: Path) -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "x">' + "".join(f'<!ENTITY b{n} "&a;&a;">' for n in range(9)) + "]><rss>&b1;</rss>"
    server.replies |= {
        "/": html("<p>Halo</p>" + "<div>" * 5_000, announce("/bomb", "/attributes", "/deep", "/good.xml")),
        "/bomb": hostile.answer(bomb.encode()),
        "/attributes": hostile.answer(b"<rss " + b"".join(b'a%d="" ' % n for n in range(20_000)) + b"></rss>"),
        "/deep": hostile.answer(b"<rss>" + b"<a>" * 100_000),
        "/good.xml": feed("Satu", of="baik"),
    }
    done = add(file, server.url("/"))
    assert done.code == 0 and "Traceback" not in done.err
    assert [source.name for source in sources(file)] == ["baik"]


def test_a_file_that_cannot_be_added_to_is_left_alone(server: Server, file: Path) -> None:
    server.replies["/a.xml"] = feed("Satu")
    file.write_text(file.read_text() + "colour: red\n")
    before = file.read_bytes()
    done = add(file, server.url("/a.xml"))
    assert (done.code, file.read_bytes(), server.visits) == (2, before, [])


def test_on_a_terminal_it_asks_which_one_to_take(server: Server, file: Path) -> None:
    server.replies |= {
        "/": html("", announce("/a.xml", "/b.xml")),
        "/a.xml": feed("Satu", of="a"),
        "/b.xml": feed("Dua", of="b"),
    }
    assert 'feeds.yaml: "b" added to dunia' in on_terminal(file, server.url("/"), answers="5\n2\n")
    assert [source.name for source in sources(file)] == ["b"]
    assert "added" not in on_terminal(file, server.url("/a.xml"), answers="0\n")
    assert [source.name for source in sources(file)] == ["b"]


def on_terminal(file: Path, address: str, *, answers: str) -> str:
    """Run the command on a terminal and type; give all that stood there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*running.COMMAND, "add", address],
        cwd=file.parent,
        env=running.environment(TERM="xterm", COLUMNS="200"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    said = b""
    try:
        while select.select([ours], [], [], running.LONG)[0]:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # the terminal is closed where its last process has ended
                break
            if not part:
                break
            said += part
        assert process.wait(running.LONG) == 0, said
    finally:
        process.kill()
        os.close(ours)
    return said.decode()
