"""Whole documents normalized: what an Entry says, and by which keys it is known at the next poll."""

import json
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator import normalize, parse
from aggregator.errors import ParseError
from aggregator.normalize import Normalized
from aggregator.values import Enclosure, Entry, Feed, Item, Text

NOW = datetime(2024, 12, 13, tzinfo=UTC)
URL = "https://uji.example/rss.xml"
SITE = ("id", "en", "ru", "ar")
LONG = "Rusia mengadakan kontak langsung dengan komite politik"


def item(id: str | None = None, url: str | None = None, title: str = "Judul", **more: object) -> Item:
    return replace(Item(id=id, url=url, title=Text(title) if title else None), **more)  # type: ignore[arg-type]


def whole(*items: Item, language: str | None = None, **feed: str) -> Normalized:
    return normalize.entries(
        replace(Feed(items=items, url="https://uji.example/"), **feed),
        url=URL,
        now=NOW,
        language=language,
        languages=SITE,
        timezone="Asia/Jakarta",
    )


def entries(*items: Item) -> tuple[Entry, ...]:
    return whole(*items).entries


class Known:
    """What a store does with keys: an arrival is the Entry that the first of its known keys names."""

    def __init__(self) -> None:
        self.keys: dict[bytes, int] = {}
        self.count = 0

    def poll(self, *items: Item) -> list[int]:
        found = []
        for entry in entries(*items):
            # Weak keys lead to an Entry of the same date only.
            strong = entry.keys[: len(entry.keys) - entry.weak]
            number = next((self.keys[key] for key in strong if key in self.keys), self.count)
            self.count = max(self.count, number + 1)
            for key in strong:
                self.keys.setdefault(key, number)
            found.append(number)
        return found


def test_an_entry_is_clean_absolute_and_dated() -> None:
    (entry,) = entries(
        item(
            "g-1",
            "../a?utm_source=rss&id=2#x",
            "Q&amp;A",
            summary=Text("<p>Ringkas <b>sekali</b></p>", html=True),
            content=Text('<p onclick=x>Isi <img src="/foto.jpg"></p>', html=True),
            authors=(" Rini\x00 Uji ", ""),
            published="Kamis, 12 Desember 2024 19:30",
            updated="x",
            categories=("Dunia", "Dunia", " "),
            enclosures=(Enclosure("b.mp3", "audio/mpeg", 5), Enclosure("javascript:x")),
            base="https://uji.example/b/c/",
            via_name="<i>Kantor</i>",
            via_url="data:x",
            image_caption="Warga di pelabuhan",
            language="in-ID",
        )
    )
    assert entry == Entry(
        entry_id="g-1",
        keys=entry.keys,
        url="https://uji.example/b/a?id=2",
        title="Q&A",
        summary="Ringkas sekali",
        content='<p>Isi <img src="https://uji.example/foto.jpg"></p>',
        authors=("Rini Uji",),
        language="id",
        published_at=datetime(2024, 12, 12, 12, 30, tzinfo=UTC),
        updated_at=None,
        date_note=None,
        categories=("Dunia",),
        enclosures=(Enclosure("https://uji.example/b/c/b.mp3", "audio/mpeg", 5),),
        image="https://uji.example/foto.jpg",
        image_caption="Warga di pelabuhan",
        section=None,
        via_name="Kantor",
        via_url=None,
        digest=entry.digest,
        named=2,
        linked=2,
    )
    assert {len(key) for key in entry.keys} == {16} and len(entry.digest) == 24


def test_plain_content_stays_text() -> None:
    (entry,) = entries(item("1", content=Text("<script>x</script>\n\nb")))
    assert entry.content == "<p>&lt;script&gt;x&lt;/script&gt;</p><p>b</p>"
    assert entry.summary == "<script>x</script> b"


def test_a_long_summary_is_the_text_and_a_short_one_is_not() -> None:
    short, long = entries(
        item("1", summary=Text("<p>a</p>", html=True)), item("2", summary=Text("<p>kata</p>" * 200, html=True))
    )
    assert short.content == ""
    assert long.content.count("<p>kata</p>") == 200


def test_an_item_without_title_takes_its_first_words_else_its_address() -> None:
    words, address = entries(item(title="", summary=Text("kata " * 90)), item(url="https://uji.example/9", title=""))
    assert words.title.startswith("kata kata") and words.title.endswith("…")
    assert address.title == "https://uji.example/9"


def test_an_empty_item_is_named_and_loses_no_other() -> None:
    made = whole(item("1"), Item(), item("2"))
    assert [entry.entry_id for entry in made.entries] == ["1", "2"]
    assert made.problems == ("item 2 has no id, address, title or text: it was left out",)


def test_an_item_that_breaks_the_cleaning_loses_no_other() -> None:
    broken = item("2", authors=(None,), enclosures=(None,))
    made = whole(item("1"), broken, item("3"))
    assert [entry.entry_id for entry in made.entries] == ["1", "3"]
    assert made.problems[0].startswith("item 2 could not be cleaned")


def test_the_digest_moves_with_what_a_reader_sees_only() -> None:
    (first,) = entries(item("1", "/a", image="/x.jpg?sig=1"))
    (signed,) = entries(item("1", "/b", image="/x.jpg?sig=2"))
    (mended,) = entries(item("1", "/a", "Judul lain"))
    assert first.digest == signed.digest != mended.digest


@pytest.mark.parametrize(
    ("source", "feed", "given", "language"),
    [("ru", "en", "en", "ru"), (None, "en", "ar", "ar"), (None, "en-GB", None, "en"), (None, None, None, "id")],
)
def test_language_is_said_by_source_item_feed_and_words_in_this_order(
    source: str | None, feed: str | None, given: str | None, language: str
) -> None:
    made = whole(item("1", title=LONG, language=given), language=source)
    if feed:
        made = normalize.entries(
            Feed(items=(item("1", title=LONG, language=given),), language=feed),
            url=URL, now=NOW, language=source, languages=SITE, timezone=None,
        )  # fmt: skip
    assert made.entries[0].language == language


@pytest.mark.parametrize(
    ("source", "document", "month"),
    [
        ("en-US", None, 5),
        (None, "en-US", 5),
        ("en", "en-US", 5),
        ("en-GB", "en-US", 12),
        ("id", "en-US", 12),
        (None, "en", 12),
        (None, None, 12),
    ],
)
def test_the_region_of_source_or_document_orders_the_numbers_of_a_date(
    source: str | None, document: str | None, month: int
) -> None:
    feed = Feed(items=(item("1", published="5/12/2024"),), language=document)
    made = normalize.entries(feed, url=URL, now=NOW, language=source, languages=SITE, timezone=None)
    assert made.entries[0].published_at == datetime(2024, month, 17 - month, 12, tzinfo=UTC)


def test_a_document_that_declares_english_out_of_habit_is_read() -> None:
    titles = ["Presiden bertemu menteri bahas harga beras", "Gempa mengguncang pulau dan warga mengungsi"] * 8
    made = whole(*(item(str(n), title=title) for n, title in enumerate(titles)), language=None)
    feed = Feed(items=tuple(item(str(n), title=title) for n, title in enumerate(titles)), language="en-US")
    habit = normalize.entries(feed, url=URL, now=NOW, language=None, languages=SITE, timezone=None)
    assert {entry.language for entry in habit.entries} == {entry.language for entry in made.entries} == {"id"}
    assert habit.problems == ("it declares the language en but reads as id",)


SAME: list[tuple[str, Callable[[], tuple[Item, Item]]]] = [
    ("a new guid at each poll", lambda: (item("t=1", "/a"), item("t=2", "/a"))),
    ("a moved link", lambda: (item("g", "/a"), item("g", "/b"))),
    ("a new title", lambda: (item("g", "/a", "Satu"), item("g", "/a", "Dua"))),
    ("tracking", lambda: (item(None, "/a?utm_source=x"), item(None, "/a?utm_source=y&at_medium=z"))),
    ("https", lambda: (item(None, "http://uji.example/a"), item(None, "https://www.uji.example/a/"))),
    ("https in a guid", lambda: (item("http://uji.example/?p=1"), item("https://uji.example/?p=1"))),
    ("no guid and no link", lambda: (item(published="2024-12-12"), item(published="2024-12-12"))),
    (
        "a mended address",
        lambda: (
            item("https://uji.example/a-laudrie", "/2024/12/12/dunia/petito-laudrie-ditemukan", LONG),
            item("https://uji.example/a-laundrie", "/2024/12/12/dunia/petito-laundrie-ditemukan", LONG),
        ),
    ),
]  # fmt: skip
APART: list[tuple[str, Callable[[], tuple[Item, Item]]]] = [
    ("a date", lambda: (item(published="2024-12-11", title="Cuaca"), item(published="2024-12-12", title="Cuaca"))),
    ("an id in the query", lambda: (item(None, "/baca?id=1"), item(None, "/baca?id=2"))),
    ("the home page as link", lambda: (item("1", "/", "Satu"), item("2", "/", "Dua"))),
    ("the document as link", lambda: (item(None, URL, "Satu"), item(None, URL, "Dua"))),
    ("the home page as guid", lambda: (item("https://uji.example", "/a"), item("https://uji.example", "/b"))),
    ("a column of the next day", lambda: (
        item("1", "/kolom/berita-dalam-gambar-pagi", LONG, published="2024-12-11"),
        item("2", "/kolom/berita-dalam-gambar-siang", LONG, published="2024-12-12"),
    )),
    ("a number that starts anew each day", lambda: (
        item(None, "/read/2024/12/11/11300041/satu-dua-tiga", "Satu"),
        item(None, "/read/2024/12/12/11300041/empat-lima-enam", "Dua"),
    )),
]  # fmt: skip
OTHERS = (item("o-1", "/9000001/lain-satu", "Lain satu"), item("o-2", "/9000002/lain-dua", "Lain dua"))


@pytest.mark.parametrize(("case", "make"), SAME, ids=[case for case, _ in SAME])
def test_the_same_item_is_known_again(case: str, make: Callable[[], tuple[Item, Item]]) -> None:
    first, again = make()
    known = Known()
    (number, *_) = known.poll(first, *OTHERS)
    assert known.poll(*OTHERS, again)[-1] == number


@pytest.mark.parametrize(("case", "make"), APART, ids=[case for case, _ in APART])
def test_another_item_is_not_taken_for_it(case: str, make: Callable[[], tuple[Item, Item]]) -> None:
    first, other = make()
    known = Known()
    assert known.poll(first, *OTHERS)[0] not in known.poll(other, *OTHERS)[:1]
    together = Known()
    assert len(set(together.poll(first, other, *OTHERS))) == 4


def test_the_number_in_an_address_is_known_where_its_words_change() -> None:
    known = Known()
    (number, *_) = known.poll(
        *(item(None, f"/dunia/12642{n}996/kata-kata-lama-{n}", f"Lama {n}") for n in range(4)),
    )
    assert known.poll(*(item(None, f"/rubrik/12642{n}996/judul-baru-{n}", f"Baru {n}") for n in range(4)))[0] == number
    assert known.count == 4


def test_numbers_that_several_items_share_tell_nothing() -> None:
    known = Known()
    known.poll(*(item(None, f"/rubrik-1234567/kata-{n}", f"Judul {n}") for n in range(4)))
    assert known.poll(item(None, "/rubrik-1234567/kata-9", "Judul 9")) == [4]


def test_items_with_one_guid_both_survive_and_stay_apart() -> None:
    known = Known()
    assert known.poll(item("1", "/a", "a"), item("1", "/b", "b")) == [0, 1]
    assert known.poll(item("1", "/b", "b"), item("1", "/a", "a")) == [1, 0]
    assert known.poll(item("1", "/a", "a")) == [0]
    assert known.poll(item("1", "/b", "b")) == [1]
    first, second = entries(item("1", "/a", "a"), item("1", "/b", "b"))
    assert first.entry_id != second.entry_id


def test_items_that_agree_in_everything_are_one() -> None:
    assert len(entries(item("1", "/a"), item("1", "/a"), item("1", "/a", "Lain"))) == 2


def test_posts_of_one_live_page_stay_apart() -> None:
    known = Known()
    assert known.poll(item(None, "/live#1", "Satu"), item(None, "/live#2", "Dua")) == [0, 1]
    assert known.poll(item(None, "/live#3", "Tiga"), item(None, "/live#2", "Dua lagi")) == [2, 1]


def test_reordering_and_flapping_make_nothing_new() -> None:
    rows = [item(f"g-{n}", f"/a/{n}", f"Judul {n}") for n in range(9)]
    known = Known()
    known.poll(*rows)
    known.poll(*rows[5:])
    known.poll(*reversed(rows))
    assert known.count == 9


# All 23 take half a minute and show nothing more: these retitle and move the most.
RESTLESS = ("abscbnnews", "bbc", "cnn", "nytimes", "rnz", "smh", "stuffnz")


def replay_day(shared: Path, captures: Path) -> dict[str, tuple[int, int]]:
    """Give for each outlet the Entries of the day, and of them those that wear a title of another."""
    rows = [json.loads(line) for line in (shared / "replay" / "polls-2021-09-20.jsonl").read_text().splitlines()]
    known: dict[str, dict[bytes, int]] = {}
    titles: dict[str, dict[int, set[str]]] = {}
    read: dict[str, Normalized | None] = {}
    for row in sorted(rows, key=lambda row: datetime.fromisoformat(row["at"])):
        outlet, file = row["outlet"], row["file"]
        if outlet not in RESTLESS:
            continue
        if file not in read:
            try:
                feed = parse.read(
                    (captures / file).read_bytes(), content_type=None, url=f"https://{outlet}.example/feed"
                )
                now = datetime.fromisoformat(row["at"]).astimezone(UTC)
                read[file] = normalize.entries(
                    feed, url=f"https://{outlet}.example/feed", now=now, language="en", languages=("en",), timezone=None
                )
            except ParseError:
                read[file] = None
        made = read[file]
        keys, worn, seen = known.setdefault(outlet, {}), titles.setdefault(outlet, {}), set()
        for entry in made.entries if made else ():
            found = {keys[key] for key in entry.keys if key in keys}
            assert len(found) < 2, f"{outlet}: {entry.title} is two Entries at once"
            number = next(iter(found), len(worn))
            assert number not in seen, f"{outlet}: two items of one document are one Entry: {entry.title}"
            seen.add(number)
            keys |= dict.fromkeys(entry.keys, number)
            worn.setdefault(number, set()).add(entry.title)
    return {
        outlet: (len(worn), sum(sum(bool(a & b) for b in worn.values()) > 1 for a in worn.values()))
        for outlet, worn in titles.items()
    }


@pytest.mark.shared
@pytest.mark.slow
def test_a_replayed_day_doubles_no_item_and_merges_none(shared: Path, tmp_path: Path) -> None:
    with tarfile.open(shared / "replay" / "captures-2021-09-20.tar.xz") as tar:
        for member in tar.getmembers():
            stream = tar.extractfile(member) if member.isfile() else None
            if stream:
                (tmp_path / Path(member.name).name).write_bytes(stream.read())
    day = replay_day(shared, tmp_path)
    assert sum(entries for entries, _ in day.values()) == 745
    # Two films under one title; an article and a page of links that carried its title for a while.
    assert {outlet: same for outlet, (_, same) in day.items() if same} == {"abscbnnews": 2, "cnn": 2}


def test_an_item_whose_id_and_address_move_together_is_known_by_its_title_and_time() -> None:
    def keys(folder: str) -> list[set[bytes]]:
        items = tuple(
            Item(
                id=f"https://kabar.example/{folder}/{number}",
                url=f"https://kabar.example/{folder}/{number}",
                title=Text(f"Kabar nomor {number}"),
                published=f"2024-12-12T10:1{number}:00Z",
            )
            for number in range(3)
        )
        clean = normalize.entries(
            Feed(items=items),
            url="https://kabar.example/rss",
            now=datetime(2024, 12, 13, tzinfo=UTC),
            language="id",
            languages=("id",),
            timezone=None,
        )
        return [set(entry.keys) for entry in clean.entries]

    for before, after in zip(keys("lama"), keys("baru"), strict=True):
        assert before & after


def test_a_change_that_lies_in_the_future_is_not_taken() -> None:
    told = [
        entries(item(published="2024-12-12T10:00:00Z", updated=updated))[0]
        for updated in ("2024-12-12T11:00:00Z", "2024-12-13T06:00:00Z", "2025-12-13T06:00:00Z")
    ]
    assert [one.updated_at for one in told] == [datetime(2024, 12, 12, 11, tzinfo=UTC), None, None]
    assert {one.date_note for one in told} == {None}, "the published date is taken"
    (alone,) = entries(item(updated="2024-12-13T06:00:00Z"))
    assert (alone.published_at, alone.updated_at) == (None, None)
    assert "lies in the future" in (alone.date_note or "")
