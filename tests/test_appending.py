"""feeds.yaml is added to by lines put in: all that was there stays, and what was added is read back as it was meant."""

import os
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from documented import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config import NewSection, NewSource, append, read, rewrite
from aggregator.config.drafts import free_id, free_name, place_of, web_address
from aggregator.config.rules import text as read_text
from aggregator.errors import ConfigError

START = (
    "sections:\n  - {id: dunia, title: Dunia}\nsources:\n  - {name: Ada, url: 'https://a.example/', section: dunia}\n"
)
NEW = NewSource("Kabar", "https://kabar.example/rss?a=1&b=2", ("dunia",))
FILES = {
    "braces": START,
    "a blank line between": """\
sections:

  - id: dunia   # the world
    title: "Dunia"

sources:

  # Ours

  - name: 'Ada'          # quoted
    url: https://a.example/
    section: dunia

  - name: Beta
    url: https://b.example/
    section: dunia
    # skip: {words: [horoskop]}   a comment of Beta's

# the end
views: []
""",
    "no indent": "sections:\n- id: dunia\n  title: Dunia\nsources:\n- name: Ada\n  url: https://a.example/\n"
    "  section: dunia",
    "wide indent": "sections:\n   -   id: dunia\n       title: Dunia\nsources:\n   -   name: Ada\n       url: https://a.example/\n"
    "       section: dunia\n",
    "sources first": "sources:\n  - name: Ada\n    url: https://a.example/\n    section: dunia\n\n\n"
    "# Sections\nsections:\n  - {id: dunia, title: Dunia}\n",
    "windows": START.replace("\n", "\r\n"),
    "a mark, other letters": "\ufeff# Сирия 😀\n" + START.replace("Ada", "Ада 😀"),
    "an empty list": "sections: [{id: dunia, title: Dunia}]\nsources: []   # none yet\nsite: {language: id}\n",
    "an empty list with a comment": "sections: [{id: dunia, title: Dunia}]\nsources: [  # none\n]\n",
    "lists in brackets": "sections: [\n  {id: dunia, title: Dunia},  # one\n]\nsources: [\n  "
    "{name: Ada, url: https://a.example/, section: dunia},\n]\n",
    "json": '{"sections": [{"id": "dunia", "title": "Dunia"}], "sources": []}',
    "anchors": "sections:\n  - {id: &here dunia, title: Dunia}\nsources:\n"
    "  - &first {name: Ada, url: https://a.example/, section: *here}\n  - {<<: *first, name: Beta, url: https://b.example/}\n",
    "markers": "---\n" + START + "...\n",
    "a folded text at the end": "sections: [{id: dunia, title: Dunia}]\nsources:\n  - url: https://a.example/\n"
    "    section: dunia\n    name: >\n      Ada\n      Beta\n\nviews: []\n",
    "an empty key at the end": "sections: [{id: dunia, title: Dunia}]\nsources:\n  - name: Ada\n    url: https://a.example/\n"
    "    section: dunia\n    interval: 1h\n    page:\n\nviews: []\n",
}


def is_within(old: str, new: str) -> bool:
    """Tell whether `new` is `old` with one or more stretches put in."""
    left = iter(new)
    return all(letter in left for letter in old)


@pytest.mark.parametrize("name", FILES)
def test_what_was_there_stays_and_the_new_part_is_last(name: str) -> None:
    text = FILES[name]
    before = read(text, name="f")
    more = [NEW, NewSource("Beta: dua", "https://c.example/", ("dunia", "rusia"), "page", "ru")]
    new = append(text, name="f", sections=[NewSection("rusia", "Россия #1")], sources=more)
    kept = text.replace("[]   # none", "# none").replace("sources: []", "sources:") if name == "an empty list" else text
    assert is_within(kept, new)
    after = read(new, name="f")
    assert after.sources[: len(before.sources)] == before.sources
    assert [(one.name, one.url, one.sections, one.kind) for one in after.sources[len(before.sources) :]] == [
        ("Kabar", "https://kabar.example/rss?a=1&b=2", ("dunia",), "feed"),
        ("Beta: dua", "https://c.example/", ("dunia", "rusia"), "page"),
    ]
    assert [(one.id, one.title) for one in after.sections][-1] == ("rusia", "Россия #1")
    assert new.count("\n") == new.count("\r\n") or "\r" not in new
    twice = append(new, name="f", sources=[NewSource("Lagi", "https://lagi.example/", ("rusia",))])
    assert is_within(new, twice)


def test_the_new_part_looks_like_its_neighbours() -> None:
    new = append(FILES["a blank line between"], name="f", sources=[NEW])
    at = FILES["a blank line between"].index("\n# the end")
    block = "\n  - name: Kabar\n    url: https://kabar.example/rss?a=1&b=2\n    section: dunia\n"
    assert new == FILES["a blank line between"][:at] + block + FILES["a blank line between"][at:]
    assert append(START, name="f", sources=[NEW]).removeprefix(START) == (
        "  - {name: Kabar, url: https://kabar.example/rss?a=1&b=2, section: dunia}\n"
    )


@pytest.mark.parametrize(
    ("behind", "after"),
    [
        ("  # hers, ] }", ",  # hers, ] }\n  {NEW}"),
        (",\t# hers", ",\t# hers\n  {NEW},"),
        (",", ",\n  {NEW},"),
        ("", ",\n  {NEW}"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_stays_with_its_item_in_brackets(behind: str, after: str, newline: str) -> None:
    start = "sections: [{id: dunia, title: Dunia}]\nsources: [\n  {name: Ada, url: https://a.example/, section: dunia}"
    text = f"{start}{behind}\n]\n".replace("\n", newline)
    added = after.replace("{NEW}", "{name: Kabar, url: https://kabar.example/, section: dunia}")
    new = append(text, name="f", sources=[NewSource("Kabar", "https://kabar.example/", ("dunia",))])
    assert new == f"{start}{added}\n]\n".replace("\n", newline)


def test_the_file_that_ships_is_added_to_at_its_end() -> None:
    text = (ROOT / "feeds.yaml").read_text(encoding="utf-8")
    section = read(text, name="f").sections[0].id
    added = NewSource("Kabar", "https://kabar.example/rss", (section,))
    assert append(text, name="f", sources=[added]) == text + (
        f"\n  - name: Kabar\n    url: https://kabar.example/rss\n    section: {section}\n"
    )


def test_nothing_to_add_changes_nothing() -> None:
    assert append(START, name="f") == START


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        (START + "colour: red\n", NEW, "f:5: unknown key"),
        (START, NewSource("Ada", "https://b.example/", ("dunia",)), "duplicate name"),
        (START, NewSource("B", "https://b.example/", ("nowhere",)), 'there is no Section "nowhere"'),
        (START, NewSource("B", "ftp://b.example/", ("dunia",)), "does not start with http"),
        (START, NewSource("B\nx: y", "https://b.example/", ("dunia",)), "line breaks"),
        ("x: &l []\n" + START, NEW, "unknown key"),
    ],
)
def test_what_would_be_wrong_is_refused_in_one_line(text: str, source: NewSource, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        append(text, name="f", sources=[source])
    assert words in str(refused.value) and len(refused.value.problems) == 1


def test_a_list_that_an_alias_brings_is_refused() -> None:
    # `sections` is the list that the merge brings in: lines put there would be lines of another block.
    text = "<<: {sections: [{id: dunia, title: Dunia}]}\nsources: []\n"
    with pytest.raises(ConfigError, match='the list "sections:" is written in a way that cannot be added to'):
        append(text, name="f", sections=[NewSection("a", "A")])


NAMES = st.text(min_size=1, max_size=40).filter(lambda words: bool(free_name(words, ())))


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES, st.sampled_from(sorted(FILES)))
def test_any_name_is_read_back_as_it_was(name: str, title: str, file: str) -> None:
    taken = {source.name for source in read(FILES[file], name="f").sources}
    source = NewSource(free_name(name, taken), "https://kabar.example/rss", ("dunia",))
    section = NewSection("baru", free_name(title, ()))
    after = read(append(FILES[file], name="f", sections=[section], sources=[source]), name="f")
    assert (after.sources[-1].name, after.sections[-1].title) == (source.name, section.title)


# --- names


@given(st.text(), st.sets(st.text(max_size=3)))
def test_a_free_name_is_good_and_free(words: str, taken: set[str]) -> None:
    name = free_name(words, taken)
    assert name == "" or (name not in taken and read_text(name) == name)


def test_names_and_ids_that_are_taken_get_a_number() -> None:
    assert free_name("Kabar \n Dunia\x00", {"Kabar Dunia", "Kabar Dunia (2)"}) == "Kabar Dunia (3)"
    assert free_id("Rossiya i mir!", {"rossiya-i-mir"}) == "rossiya-i-mir-2"
    assert free_id("***", ()) == "section"


def test_addresses_of_one_document_are_told_to_be_one() -> None:
    same = ["https://A.example/rss/", "http://a.example/rss", "https://a.example:443/rss"]
    assert len({place_of(url) for url in same}) == 1
    assert len({place_of(url) for url in [*same, "https://a.example/rss?x=1", "https://a.example:8/rss"]}) == 3
    assert web_address(" feed:https://a.example/ ") == "https://a.example/"
    assert web_address("FEED://a.example/x") == "http://a.example/x"


# --- the file


def test_mode_stays_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "mine.yaml", tmp_path / "feeds.yaml"
    real.write_bytes(b"a\r\n")
    real.chmod(0o640)
    link.symlink_to(real)
    rewrite(link, lambda text: text + "b\r\n")
    assert (link.is_symlink(), real.read_bytes()) == (True, b"a\r\nb\r\n")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [path.name for path in real.parent.iterdir()] == ["mine.yaml"]


def test_a_change_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("a")

    def fail(text: str) -> str:
        raise ConfigError(["no"])

    with pytest.raises(ConfigError, match="no"):
        rewrite(file, fail)
    assert (file.read_text(), len(list(tmp_path.iterdir()))) == ("a", 1)


def test_an_unchanged_text_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("a")
    before = file.stat()
    rewrite(file, lambda text: text)
    assert file.stat() == before


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path / "nowhere" / "none.yaml"):
        with pytest.raises(ConfigError, match="there is no such file"):
            rewrite(path, str.upper)


@contextmanager
def nobody() -> Iterator[None]:
    """Go on without the rights of root, where the tests have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o555)], ids=["file", "folder"])
def test_what_may_not_be_written_is_refused_in_one_line(file_mode: int, folder_mode: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "feeds.yaml"
        file.write_text("a")
        file.chmod(file_mode)
        Path(folder).chmod(folder_mode)
        with nobody(), pytest.raises(ConfigError) as refused:
            rewrite(file, str.upper)
        Path(folder).chmod(0o777)
        assert str(refused.value).startswith(f"{file}:1: cannot be written (Permission denied)")
        assert (file.read_text(), len(list(Path(folder).iterdir()))) == ("a", 1)


def test_two_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("")
    threads = [
        threading.Thread(target=lambda: [rewrite(file, lambda text: text + "x") for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert file.read_text() == "x" * 80
