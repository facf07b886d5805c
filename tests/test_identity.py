"""Which items of a Source are one Entry: every mix of guid, link, title and date, polled twice into a real store."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from time import perf_counter

import pytest
from making import START, arrival, configured
from sqlalchemy import func, select

from aggregator import normalize
from aggregator.normalize import relisted, same
from aggregator.store import Store, entries, sources
from aggregator.store.entries import Kept
from aggregator.store.schema import entry, entry_key, source
from aggregator.values import Arrival, Feed, Item, Text

DAY = datetime(2024, 12, 12, 9, tzinfo=UTC)
SITE = "https://kabar.example"
TITLE = "Gempa guncang Sumbawa pagi tadi"
TITLES = {"same": TITLE, "edited": "Gempa 6,2 guncang Sumbawa pagi tadi", "new": "Banjir rendam Jakarta malam ini"}
DATES = {"same": DAY, "near": DAY + timedelta(hours=1), "new": DAY + timedelta(hours=30)}


def item(guid: str = "", link: str = "", title: str = TITLE, at: datetime | None = DAY, text: str = "") -> Item:
    return Item(
        id=guid or None,
        url=f"{SITE}{link}" if link else None,
        title=Text(title),
        summary=Text(text) if text else None,
        published=at,
    )


class Poll:
    """Polls of one Source, a minute apart."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.minutes = count()
        with store.write() as connection:
            sources.sync(connection, configured(("Kabar", f"{SITE}/rss")), now=START)
            self.source: int = connection.execute(select(source.c.id)).scalar_one()

    def __call__(self, *items: Item) -> Kept:
        now = DAY + timedelta(days=3, minutes=next(self.minutes))
        clean = normalize.entries(
            Feed(items=items, url=f"{SITE}/"),
            url=f"{SITE}/rss",
            now=now,
            language="id",
            languages=("id",),
            timezone=None,
        )
        assert clean.problems == ()
        with self.store.write() as connection:
            return entries.keep(connection, self.source, [Arrival(one, one.summary) for one in clean.entries], now=now)

    def titles(self) -> list[str]:
        with self.store.read() as connection:
            return list(connection.execute(select(entry.c.title).order_by(entry.c.id)).scalars())

    def entry_ids(self) -> set[str]:
        with self.store.read() as connection:
            return set(connection.execute(select(entry.c.entry_id)).scalars())

    def keys(self) -> int:
        with self.store.read() as connection:
            return connection.execute(select(func.count()).select_from(entry_key)).scalar_one()


@pytest.fixture
def poll(store: Store) -> Poll:
    return Poll(store)


# One item changes, beside another that stays what it was. Rows: its title is the same, edited, wholly new; columns: its
# date is the same, an hour later, thirty hours later. "=" is the same Entry, "+" a new one.
MATRIX = {
    # An id that stays is believed: a live blog has new words and dates all day.
    ("same", "same"): ("===", "===", "==="),
    ("same", "moved"): ("===", "===", "==="),
    ("same", "none"): ("===", "===", "==="),
    ("same", "shared"): ("===", "===", "==="),
    # Another id, where ids stay: title and date must speak for it, for its address may be a page of alerts.
    ("new", "same"): ("==+", "==+", "=++"),
    ("new", "moved"): ("=++", "+++", "+++"),
    ("new", "none"): ("=++", "+++", "+++"),
    ("new", "shared"): ("=++", "+++", "+++"),
    # No id: the address is all that names it, else title and date together.
    ("none", "same"): ("===", "===", "==="),
    ("none", "moved"): ("=++", "+++", "+++"),
    ("none", "none"): ("=++", "+++", "+++"),
    ("none", "shared"): ("=++", "+++", "+++"),
    # An id that may count the places of a list needs a word besides.
    ("place", "same"): ("===", "===", "==="),
    ("place", "moved"): ("===", "===", "=++"),
    ("place", "none"): ("===", "===", "=++"),
    ("place", "shared"): ("===", "===", "=++"),
}
CELLS = [
    (guid, link, title, date, verdict)
    for (guid, link), rows in MATRIX.items()
    for title, row in zip(TITLES, rows, strict=True)
    for date, verdict in zip(DATES, row, strict=True)
]
IDS = {
    "same": ("urn:alert:7201", "urn:alert:7201", "urn:alert:1"),
    "new": ("urn:alert:7201", "urn:alert:7355", "urn:alert:1"),
    "none": ("", "", ""),
    "place": ("item-1", "item-1", "item-2"),
}
LINKS = {
    "same": ("/gempa/sumbawa", "/gempa/sumbawa", "/bank"),
    "moved": ("/gempa/sumbawa", "/kanal/lain", "/bank"),
    "none": ("", "", ""),
    "shared": ("/langsung", "/langsung", "/langsung"),
}


@pytest.mark.parametrize(("guid", "link", "title", "date", "verdict"), CELLS, ids=["-".join(cell) for cell in CELLS])
def test_the_matrix(poll: Poll, guid: str, link: str, title: str, date: str, verdict: str) -> None:
    before, after, other_id = IDS[guid]
    here, there, other_link = LINKS[link]
    other = item(other_id, other_link, "Bank menahan suku bunga acuan", DAY - timedelta(hours=5))
    assert len(poll(item(before, here), other).new) == 2
    changed = item(after, there, TITLES[title], DATES[date])
    assert len(poll(changed, other).new) == (verdict == "+")
    # Whatever it was taken for, from now on it is known.
    assert poll(changed, other).new == () == poll(other, changed).new


def test_alerts_at_one_address_are_entries_of_their_own(poll: Poll) -> None:
    """Whether alone in their document or beside another item, whether dated or not."""
    report = item("r1", "/laporan", "Laporan tahunan badan itu terbit", DAY - timedelta(hours=2))
    for number, title in enumerate((TITLE, TITLES["new"], "Gunung Ibu meletus dini hari")):
        alert = item(f"alert-2024121{number}-0{number}", "/langsung", title, DAY + timedelta(days=number))
        assert len(poll(alert, report).new) == (1 if number else 2)
        assert poll(report, alert).new == ()
    undated = item("alert-9", "/langsung", "Kabut asap menutup bandara", None)
    assert len(poll(undated).new) == 1
    assert poll.titles()[0] == TITLE and len(poll.titles()) == 5


ALERTS = (TITLE, TITLES["new"], "Gunung Ibu meletus dini hari", "Kabut asap menutup bandara")


@pytest.mark.parametrize("guid", ["", f"{SITE}/peringatan"])
@pytest.mark.parametrize("text", ["", "Warga diminta menjauh dari lokasi."])
@pytest.mark.parametrize("minutes", [9, 60 * 20])
def test_alerts_in_turn_without_ids_are_entries_of_their_own(poll: Poll, guid: str, text: str, minutes: int) -> None:
    for number, title in enumerate(ALERTS):
        at = DAY + timedelta(minutes=minutes * number)
        words = text and f"{title}: {text.replace(' ', f'{number} ')}"
        alert = item(guid, "/peringatan", title, at, words)
        assert len(poll(alert).new) == 1
        assert poll(alert) == Kept((), ())
        # The newest one has the address now: edited, it stays itself.
        edited = item(guid, "/peringatan", f"Ralat: {title}", at + timedelta(minutes=2), words)
        kept = poll(edited)
        assert (kept.new, len(kept.changed)) == ((), 1)
        assert poll(edited) == Kept((), ())
    assert poll.titles() == [f"Ralat: {title}" for title in ALERTS]
    again = item(guid, "/peringatan", f"Ralat: {ALERTS[1]}", DAY + timedelta(minutes=minutes + 2), "")
    assert poll(again).new == ()


LIVE = "Tim penyelamat mencari korban gempa di tiga desa sejak pagi, kata kepala badan itu kepada wartawan."
STAYS = {
    "retitled at its time": (TITLES["new"], DAY, ""),
    "edited": (TITLES["edited"], DATES["new"], "Isi yang sama sekali lain."),
    "retitled with its text": (TITLES["new"], DATES["new"], LIVE),
    "retitled with more text": (TITLES["new"], DATES["new"], f"Pembaruan pukul 10. {LIVE}"),
    "retitled without dates": (TITLES["new"], None, "Isi yang sama sekali lain."),
}


@pytest.mark.parametrize("case", STAYS)
@pytest.mark.parametrize("link", ["/langsung", "/2024/12/12/gempa-sumbawa", "/berita/912345-gempa"])
def test_live_coverage_alone_in_its_document_is_one_entry(poll: Poll, case: str, link: str) -> None:
    title, at, text = STAYS[case]
    poll(item("", link, TITLE, at and DAY, LIVE))
    assert poll(item("", link, title, at, text)).new == ()
    assert poll(item("", link, TITLE, at and DAY, LIVE)).new == ()


def test_one_article_alone_in_its_document_may_be_written_anew(poll: Poll) -> None:
    for link in ("/2024/12/12/gempa", "/berita/912345-gempa"):
        poll(item("", link, TITLE, DAY, LIVE))
        assert poll(item("", link, TITLES["new"], DATES["new"], "Isi yang sama sekali lain.")).new == ()


def test_a_column_at_one_address_under_one_title_is_a_new_entry_each_day(poll: Poll) -> None:
    for day in range(3):
        column = item(f"urn:kolom:88{day}", "/kolom", "Berita pagi ini", DAY + timedelta(days=day))
        assert len(poll(column).new) == 1
        assert poll(column).new == ()


@pytest.mark.parametrize("guid", ["{poll}-{n}-xx", "https://kabar.example/id/{n}?utm_source=rss{poll}", "x{poll}{n}"])
def test_ids_that_change_at_every_poll_make_no_entry_though_an_item_is_retitled(poll: Poll, guid: str) -> None:
    def listed(number: int, **first: object) -> list[Item]:
        rows = [item("", f"/berita/{n}", f"Kabar nomor {n} hari ini", DAY - timedelta(hours=n)) for n in range(1, 5)]
        rows[0] = replace(rows[0], **first)  # type: ignore[arg-type]
        return [replace(row, id=guid.format(poll=number, n=n)) for n, row in enumerate(rows, start=1)]

    assert len(poll(*listed(1)).new) == 4
    for number in (2, 3):
        later = DAY + timedelta(days=1, hours=number)
        kept = poll(*listed(number, title=Text(f"Sama sekali lain {number}"), published=later))
        assert (kept.new, len(kept.changed)) == ((), 1)


@pytest.mark.parametrize(
    ("guid", "reported"),
    [("{poll}-{n}-xx", 1), ("https://kabar.example/id/{n}?ref=s{poll}", 0), ("https://kabar.example/?p={poll}{n}", 1)],
)
def test_ids_that_change_at_every_poll_are_no_migration_and_fill_no_table(poll: Poll, guid: str, reported: int) -> None:
    def listed(number: int) -> list[Item]:
        return [item(guid.format(poll=number, n=n), f"/berita/{n}", f"Kabar nomor {n} hari ini") for n in range(1, 5)]

    poll(*listed(1))
    kept = [poll(*listed(number)) for number in range(2, 8)]
    assert not any(one.new or one.changed for one in kept)
    assert kept[0].migrated == 4 * reported
    assert [one.migrated for one in kept[2:]] == [0] * 4
    known = poll.keys()
    poll(*listed(8))
    assert poll.keys() == known


def test_a_migration_of_edited_items_is_reported(poll: Poll) -> None:
    for number, title in enumerate((TITLE, TITLES["edited"])):
        poll(*(item(f"urn:{n}", f"/{n}", f"{title} {n}", DAY + timedelta(hours=number)) for n in range(4)))
    moved = [item(f"urn:baru:{n}", f"/{n}", f"{TITLES['edited']} {n}", DAY + timedelta(hours=1)) for n in range(4)]
    assert (poll(*moved).migrated, poll(*moved).migrated) == (4, 0)


def test_a_tracking_part_in_an_id_is_no_part_of_it(poll: Poll) -> None:
    poll(item(f"{SITE}/?p=7&utm_source=a", "/a?utm_source=a"))
    known = poll.keys()
    assert poll(item(f"{SITE}/?p=7&utm_source=b", "/a?utm_source=b&fbclid=z")) == Kept((), ())
    assert poll.keys() == known


@pytest.mark.parametrize(
    ("path", "seconds", "is_known"),
    [
        ("/politica/2024-12-12/el-congreso-aprueba-la-reforma_4004/", 0, True),
        ("/berita/912345", 0, True),
        ("/politica/2024-12-12/el-congreso-aprueba-la-reforma_4004/", 1, False),
        ("/News.aspx", 0, False),
        ("/kanal/langsung", 0, False),
    ],
)
def test_an_article_under_another_id_query_and_title_is_known_by_its_path_and_second(
    poll: Poll, path: str, seconds: int, is_known: bool
) -> None:
    def listed(number: int, title: str, at: datetime) -> list[Item]:
        others = [
            item(f"{number}-{n}", f"/berita/kabar-lain-dari-kota/81000{n}?r={number}{n}", f"Kabar lain nomor {n}", DAY)
            for n in range(4)
        ]
        return [item(f"{number}-9", f"{path}?r={number}", title, at), *others]

    at = DAY + timedelta(minutes=7, seconds=11)
    poll(*listed(0, TITLE, at))
    assert len(poll(*listed(1, TITLES["new"], at + timedelta(seconds=seconds))).new) == (not is_known)


@pytest.mark.parametrize("script", ["/baca-berita-terkini", "/berita/detail-berita-hari-ini.php", "/kanal/20261"])
@pytest.mark.parametrize("others", [0, 4])
@pytest.mark.parametrize("seconds", [0, 11])
def test_articles_of_one_moment_whose_ids_stay_are_as_many_as_their_ids(
    poll: Poll, script: str, others: int, seconds: int
) -> None:
    """As of a wire whose articles all have one path and a number in its query, dated to the minute."""
    stay = [
        item(f"81000{n}", f"{script}?id=81000{n}", f"Kabar lain nomor {n} dari kota", DAY + timedelta(minutes=n))
        for n in range(others)
    ]
    at = DAY + timedelta(minutes=7, seconds=seconds)
    poll(item("880001", f"{script}?id=880001", TITLE, at), *stay)
    assert len(poll(item("880002", f"{script}?id=880002", TITLES["new"], at), *stay).new) == 1


def test_articles_of_one_script_and_second_stay_apart_where_ids_change_at_each_poll(poll: Poll) -> None:
    def listed(visit: int, number: int, title: str) -> list[Item]:
        names = [(n, f"Kabar lain nomor {n} dari kota", DAY + timedelta(minutes=n)) for n in range(4)]
        return [
            item(f"{visit}-{n}", f"/baca-berita-terkini?id={n}&r={visit}", name, at)
            for n, name, at in [*names, (number, title, DAY + timedelta(minutes=7, seconds=11))]
        ]

    poll(*listed(0, 7, TITLE))
    assert len(poll(*listed(1, 8, TITLES["new"])).new) == 1


def test_several_articles_under_other_ids_and_headlines_are_known_by_path_and_second_only_with_alike_words(
    poll: Poll,
) -> None:
    def listed(visit: int, words: Sequence[tuple[str, str]]) -> list[Item]:
        others = [
            item(f"{visit}-{n}", f"/berita/kabar-lain-dari-kota/81000{n}?r={visit}{n}", f"Kabar lain nomor {n}", DAY)
            for n in range(4)
        ]
        at = DAY + timedelta(minutes=7, seconds=11)
        return others + [
            item(f"{visit}-{n + 9}", f"/berita/{912345 + n}?r={visit}", title, at, text)
            for n, (title, text) in enumerate(words)
        ]

    text = "Badan meteorologi mencatat getaran selama satu menit di pesisir"
    other = "Hujan deras sejak sore merendam tujuh kelurahan di Jakarta"
    poll(*listed(0, [(TITLE, text), ("Petani menanam kentang di Dieng", text + " utara")]))
    assert len(poll(*listed(1, [("Warga pesisir terbangun", text), (TITLES["new"], other)])).new) == 1


def test_an_id_that_is_the_address_with_a_counter_of_versions_is_the_address(poll: Poll) -> None:
    """As BBC News has it: the address, and "#1" once the article was changed."""
    other = item(f"{SITE}/b#0", "/b", "Bank menahan suku bunga acuan")
    poll(item(f"{SITE}/a#0", "/a?at_medium=RSS"), other)
    kept = poll(item(f"{SITE}/a#1", "/a?at_medium=RSS", TITLES["new"], DATES["new"]), other)
    assert (kept.new, len(kept.changed), kept.migrated) == ((), 1, 1)


@pytest.mark.parametrize("form", ["{n}", "g{n}", "item-{n}", "top{n}", "Item {n}"])
@pytest.mark.parametrize("later", [0, 1])
@pytest.mark.parametrize("links", [True, False])
def test_ids_that_count_places_lose_no_news_when_all_items_are_replaced(
    poll: Poll, form: str, later: int, links: bool
) -> None:
    def listed(*titles: str, day: int) -> list[Item]:
        at = DAY + timedelta(days=day)
        return [
            item(form.format(n=n), f"/{day}/{title.split()[0]}" if links else "", title, at + timedelta(minutes=n))
            for n, title in enumerate(titles, start=1)
        ]

    first = listed("Feri mogok di selat", "Bank menahan bunga", "Gunung Ibu meletus", day=0)
    second = listed("Timnas menang tipis", "Harga cabai naik", "Museum dibuka lagi", day=later)
    assert len(poll(*first).new) == 3
    assert len(poll(*second).new) == 3
    assert poll(*second) == Kept((), ())
    assert len(set(poll.titles())) == 6


def test_undated_places_without_links_are_kept_once_each(poll: Poll) -> None:
    def listed(*titles: str) -> list[Item]:
        return [item(f"{n}", "", title, None) for n, title in enumerate(titles, start=1)]

    poll(*listed("Feri mogok di selat", "Bank menahan bunga"))
    for _ in range(3):
        poll(*listed("Timnas menang tipis", "Harga cabai naik"))
        poll(*listed("Harga cabai naik", "Timnas menang tipis"))
    assert sorted(poll.titles()) == [
        "Bank menahan bunga", "Feri mogok di selat", "Harga cabai naik", "Timnas menang tipis"
    ]  # fmt: skip


def test_places_that_shift_hand_no_entry_on(poll: Poll) -> None:
    news = ["Feri mogok di selat", "Bank menahan bunga", "Gunung Ibu meletus", "Timnas menang tipis", "Cabai naik"]
    for newest in range(3, 6):
        shown = reversed(news[newest - 3 : newest])
        poll(*(item(f"top{n}", f"/{title.split()[0]}", title) for n, title in enumerate(shown, start=1)))
    assert poll.titles()[3:] == news[3:] and sorted(poll.titles()) == sorted(news)


def test_a_live_blog_with_wholly_new_words_is_one_entry(poll: Poll) -> None:
    for number, title in enumerate((TITLE, *TITLES.values(), "Langsung: penutupan")):
        poll(item("urn:live:1", "/langsung", title, DAY + timedelta(hours=9 * number)))
    assert poll.titles() == ["Langsung: penutupan"]


MOVES: dict[str, Sequence[str]] = {
    "new ids": ("urn:baru:{n}", "http://kabar.example/2024/12/12/kabar-ringan-nomor-{n}", "same"),
    "https": ("urn:baru:{n}", "https://kabar.example/2024/12/12/kabar-ringan-nomor-{n}", "same"),
    "www": ("urn:baru:{n}", "https://www.kabar.example/2024/12/12/kabar-ringan-nomor-{n}/", "same"),
    "a new path": ("urn:baru:{n}", "https://kabar.example/berita/kabar-ringan-nomor-{n}", "same"),
    "a new domain": ("https://baru.example/?p={n}", "https://baru.example/kabar-ringan-nomor-{n}", "same"),
    "all dated anew": ("urn:baru:{n}", "https://www.kabar.example/2024/12/12/kabar-ringan-nomor-{n}", "new"),
    "no dates": ("urn:baru:{n}", "https://kabar.example/2024/12/12/kabar-ringan-nomor-{n}", "none"),
    "no dates on a new path": ("urn:baru:{n}", "https://www.kabar.example/berita/kabar-ringan-nomor-{n}", "none"),
}


@pytest.mark.parametrize("case", MOVES)
def test_a_migration_makes_no_entry_and_is_reported_once(poll: Poll, case: str) -> None:
    guid, link, dates = MOVES[case]

    def listed(guid: str, link: str, dates: str) -> list[Item]:
        moved = timedelta(days=9) if dates == "new" else timedelta(0)
        return [
            Item(
                id=guid.format(n=n),
                url=link.format(n=n),
                title=Text(f"Kabar ringan nomor {n} hari ini"),
                published=None if dates == "none" else DAY - timedelta(days=9, hours=n) + moved,
            )
            for n in range(1, 7)
        ]

    first = "none" if dates == "none" else "same"
    poll(*listed("urn:lama:{n}", "http://kabar.example/2024/12/12/kabar-ringan-nomor-{n}", first))
    kept = poll(*listed(guid, link, dates))
    assert (kept.new, kept.migrated) == ((), 6)
    assert poll(*listed(guid, link, dates)) == Kept((), ())


@pytest.mark.parametrize("words", ["2 jam lalu", "kemarin, 19:30", "3 hari yang lalu"])
def test_an_item_without_guid_and_link_whose_date_is_a_distance_is_known_again(poll: Poll, words: str) -> None:
    rows = [
        replace(item("", "", f"Kabar nomor {n} hari ini", text=f"Isi {n}."), published=words if n else "1 jam lalu")
        for n in range(2)
    ]
    poll(*rows)
    known = poll.keys()
    for hours in (3, 4):
        assert poll(*(replace(row, published=f"{hours} jam lalu") for row in rows)).new == ()
    assert poll.keys() == known


def test_items_under_one_guid_and_one_link_both_survive_where_they_differ(poll: Poll) -> None:
    twins = [item("urn:1", "/a", "Bagian satu"), item("urn:1", "/a", "Bagian dua"), item("urn:1", "/a", "Bagian dua")]
    assert len(poll(*twins).new) == 2
    assert poll(*reversed(twins)) == Kept((), ())
    assert poll(twins[0]).new == () == poll(twins[1]).new


SHORT_NUMBERS = {
    # the address before and after of an item that is retitled and dated anew; the numbers of the others
    "before": ("/news/91000-{}", "/berita/91000-{}", "/news/{n}-{}", True),
    "behind": ("/news/{}-91000.html", "/berita/{}-91000.html", "/news/{}-{n}.html", True),
    "six digits": ("/news/910006-{}", "/berita/910006-{}", "/news/{n}6-{}", True),
    "another number": ("/news/91000-{}", "/berita/91008-{}", "/news/{n}-{}", False),
    "a date": ("/news/{}-121224", "/berita/{}-121224", "/news/{}-{n}", False),
    "another place": ("/news/91000-{}", "/berita/{}-91000", "/news/{n}-{}", False),
    "of the title": ("/news/{}-91000-warga", "/berita/{}-91000-warga", "/news/{}", False),
    "alone": ("/news/91000-{}", "/berita/91000-{}", "/news/{}", False),
    "four digits": ("/news/9100-{}", "/berita/9100-{}", "/news/{n}-{}", False),
}


@pytest.mark.parametrize("case", SHORT_NUMBERS)
def test_a_number_that_stays_in_an_address_names_an_item_that_is_moved_and_retitled(poll: Poll, case: str) -> None:
    before, after, others, is_known = SHORT_NUMBERS[case]
    beside = [
        item("", others.format(f"kabar-lain-{word}", n=91001 + n), f"Kabar lain tentang {word}", DAY)
        for n, word in enumerate(("bank", "gunung", "timnas", "cabai"))
    ]
    poll(item("", before.format("gempa-guncang-sumbawa")), *beside)
    moved = item("", after.format("banjir-rendam-jakarta"), TITLES["new"], DATES["new"])
    assert len(poll(moved, *beside).new) == (not is_known)
    assert poll(*beside, moved) == Kept((), ())


def test_items_that_go_and_come_back_are_known(poll: Poll) -> None:
    rows = [item(f"urn:{n}", f"/{n}", f"Kabar nomor {n} hari ini", DAY - timedelta(hours=n)) for n in range(6)]
    poll(*rows)
    poll(*rows[3:])
    poll()
    assert poll(*reversed(rows)) == Kept((), ())


TEXTS = {
    "same": "Warga pesisir diminta mengungsi ke tempat yang lebih tinggi malam ini juga.",
    "new": "Peringatan dicabut; warga boleh pulang.",
}
# An item without id and address, beside others of its kind; title, text, date.
NAMELESS = {
    ("same", "same", "none"): "=",
    ("same", "new", "none"): "=",
    ("edited", "same", "none"): "=",
    ("new", "same", "none"): "=",
    ("new", "new", "none"): "+",
    ("same", "new", "same"): "=",
    ("edited", "same", "same"): "=",
    ("new", "same", "same"): "=",
    ("edited", "new", "same"): "+",
    ("same", "same", "new"): "+",
    ("same", "new", "new"): "+",
}


@pytest.mark.parametrize(("title", "text", "date"), NAMELESS, ids=["-".join(case) for case in NAMELESS])
def test_an_item_that_only_its_words_name_is_known_when_some_of_them_are_edited(
    poll: Poll, title: str, text: str, date: str
) -> None:
    undated = date == "none"
    others = [
        item(title=f"Kabar nomor {n} hari ini juga", at=None if undated else DAY - timedelta(hours=n), text=f"Isi {n}.")
        for n in range(1, 4)
    ]
    poll(item(at=None if undated else DAY, text=TEXTS["same"]), *others)
    changed = item(title=TITLES[title], at=None if undated else DATES[date], text=TEXTS[text])
    kept = poll(*others, changed)
    is_new = NAMELESS[title, text, date] == "+"
    is_revised = not is_new and (title, text) != ("same", "same")
    assert (len(kept.new), len(kept.changed), kept.migrated) == (is_new, is_revised, 0)
    assert poll(changed, *others) == Kept((), ())


@pytest.mark.parametrize("dated", [True, False])
def test_a_feed_of_nameless_items_with_edited_texts_has_nothing_new(poll: Poll, dated: bool) -> None:
    def listed(number: int) -> list[Item]:
        return [
            item(
                title=f"Kabar nomor {n} tentang banjir kota",
                at=DAY - timedelta(hours=n) if dated else None,
                text=f"Isi {n} versi {number}",
            )
            for n in range(5)
        ]

    poll(*listed(0))
    for number in (1, 2, 3):
        kept = poll(*listed(number))
        assert (kept.new, len(kept.changed), kept.migrated) == ((), 5, 0)


def test_a_nameless_item_of_a_day_is_known_by_its_text_under_another_title(poll: Poll) -> None:
    day = DAY.replace(hour=0)
    poll(item(at=day, text="Gempa terasa sampai Bima."))
    assert poll(item(title=TITLES["edited"], at=day, text="Gempa terasa sampai Bima.")).new == ()
    assert len(poll(item(title=TITLES["new"], at=day + timedelta(days=1), text="Gempa terasa sampai Bima.")).new) == 1


@pytest.mark.parametrize("title", ["Cuaca", "Langsung", "Prakiraan cuaca hari ini untuk Jakarta"])
def test_nameless_items_under_one_title_at_different_dates_stay_two(poll: Poll, title: str) -> None:
    for day in range(3):
        shown = item(title=title, at=DAY + timedelta(days=day), text=f"Hari {day} cerah berawan di pesisir.")
        assert len(poll(shown).new) == 1
        assert poll(shown) == Kept((), ())


def test_short_titles_without_dates_come_back_with_other_texts_as_new_entries(poll: Poll) -> None:
    for text in ("Cerah di pesisir.", "Hujan lebat di gunung."):
        assert len(poll(item(title="Cuaca", at=None, text=text)).new) == 1


def test_undated_twins_under_one_title_stay_apart_when_one_has_gone(poll: Poll) -> None:
    first, second = (item(at=None, text=text) for text in TEXTS.values())
    poll(first)
    assert len(poll(first, second).new) == 1
    assert poll(second) == poll(second, first) == poll(first) == Kept((), ())


def test_twins_under_one_title_and_date_both_survive(poll: Poll) -> None:
    twins = [item(text=text) for text in TEXTS.values()]
    assert len(poll(*twins).new) == 2
    assert len(poll.entry_ids()) == 2
    assert poll(*reversed(twins)) == Kept((), ())
    # Each goes its own way from here.
    second = replace(twins[1], title=Text(TITLES["edited"]))
    assert len(poll(second, twins[0]).changed) == 1
    assert sorted(poll.titles()) == sorted([TITLE, TITLES["edited"]])


SESSIONS = [
    "/a{n}.php?PHPSESSID=abcdef{poll}{n}",
    "/a{n}.php?lang=id&JSESSIONID=0A{poll}{n}.node1&b=2",
    "/a{n};jsessionid=0A{poll}{n}?b=2",
    "/a{n}?ASPSESSIONIDQQA=K{poll}{n}",
    "/a{n}?sid=9f86d081884c7d659a2feaa0c55ad01{poll}",
    "/a{n}?s=9f86d081884c7d659a2feaa0c55ad01{poll}",
    "/(S(abcdefghijklmnopqrstuvw{poll}))/a{n}.aspx",
]


@pytest.mark.parametrize("link", SESSIONS)
@pytest.mark.parametrize("is_guid", [True, False])
def test_a_session_in_an_address_makes_nothing_new_though_titles_are_edited(
    poll: Poll, link: str, is_guid: bool
) -> None:
    def listed(number: int) -> list[Item]:
        made = [link.format(n=n, poll=number) for n in range(4)]
        return [item(f"{SITE}{one}" if is_guid else "", one, f"Kabar {n} {number}", None) for n, one in enumerate(made)]

    poll(*listed(0))
    known = poll.keys()
    for number in (1, 2):
        kept = poll(*listed(number))
        assert (kept.new, len(kept.changed)) == ((), 4)
    assert poll.keys() == known


def test_a_short_sid_picks_an_article(poll: Poll) -> None:
    assert len(poll(*(item("", f"/modules.php?name=News&sid={n}", TITLE, None) for n in range(412, 415))).new) == 3


@pytest.mark.parametrize("link", ["/baru/x{n}", "/a?visit=k{n}{poll}"])
@pytest.mark.parametrize("guid", ["", "urn:{poll}:{n}"])
def test_undated_items_that_change_id_and_address_at_once_are_known_by_title_and_text(
    poll: Poll, guid: str, link: str
) -> None:
    def listed(number: int) -> list[Item]:
        return [
            item(
                guid.format(poll=number, n=n),
                (link if number else "/lama/{n}").format(poll=number, n=n),
                f"Kabar nomor {n} tentang banjir kota",
                None,
                f"Isi dari kabar {n}.",
            )
            for n in range(5)
        ]

    poll(*listed(0))
    kept = poll(*listed(1))
    assert (kept.new, kept.migrated) == ((), 5)
    assert poll(*listed(2)).new == ()


def test_an_undated_column_with_its_address_in_another_day_is_a_new_entry(poll: Poll) -> None:
    for day in (1, 2):
        column = item(f"urn:{day}", f"/2024/12/0{day}/kolom", "Teka-teki silang harian untuk Anda", None, TEXTS["same"])
        assert len(poll(column).new) == 1


HEADLINES = (
    "Feri mogok di selat saat badai", "Bank sentral menahan suku bunga", "Gunung Ibu meletus dini hari",
    "Timnas menang tipis atas tamunya", "Harga cabai naik menjelang libur", "Museum tua dibuka lagi untuk umum",
    "Hutan bakau pulih di pantai utara", "Wisatawan asing memadati stasiun baru",
)  # fmt: skip
DAILY = (
    "Teka-teki Wordle, petunjuk dan jawabannya", "Agenda kegiatan presiden sepanjang hari", "Jadwal siaran sepak bola",
    "Zodiak bintang Leo dan Virgo",
)  # fmt: skip
CITIES = tuple(f"Prakiraan cuaca hari ini untuk kota {city}" for city in ("Bima", "Ende", "Palu", "Ambon", "Sorong"))
LISTED = DAY - timedelta(days=2)


def listed(
    titles: Sequence[str], of: str, *, at: Callable[[int], datetime | None], guids: bool = True, text: str = ""
) -> list[Item]:
    return [
        item(f"urn:{of}:{n}" if guids else "", f"/{of}/{n}", title, at(n), text and f"{title}. {text} {n}")
        for n, title in enumerate(titles)
    ]


REDATED: dict[str, Callable[[int], datetime | None]] = {
    "by day": lambda n: (LISTED - timedelta(hours=n)).replace(hour=12),
    "all at once": lambda n: LISTED + timedelta(hours=30),
    "all at once, nearly": lambda n: LISTED + timedelta(days=2, seconds=n),
    "in another zone": lambda n: LISTED - timedelta(hours=n - 7),
    "three days on": lambda n: LISTED + timedelta(days=3, hours=-n),
    "no longer": lambda n: None,
}


@pytest.mark.parametrize("dates", REDATED)
@pytest.mark.parametrize("guids", [True, False])
def test_a_list_under_new_ids_addresses_and_dates_is_known_by_its_titles(poll: Poll, dates: str, guids: bool) -> None:
    poll(*listed(HEADLINES, "lama", at=lambda n: LISTED - timedelta(hours=n), guids=guids))
    fresh = item("urn:segar:1", "/segar", "Nelayan temukan bangkai kapal kuno", LISTED + timedelta(hours=2))
    kept = poll(fresh, *listed(HEADLINES, "baru", at=REDATED[dates], guids=guids))
    assert (len(kept.new), kept.migrated, len(kept.changed)) == (1, 8, 8)
    assert poll(fresh, *listed(HEADLINES, "baru", at=REDATED[dates], guids=guids)) == Kept((), ())


@pytest.mark.parametrize("text", ["", "Isi kabar ini tetap sama seperti semula."])
def test_one_item_that_stays_hides_no_migration(poll: Poll, text: str) -> None:
    poll(*listed(HEADLINES, "lama", at=lambda n: LISTED - timedelta(hours=n), text=text))
    stays = listed(HEADLINES, "lama", at=lambda n: LISTED - timedelta(hours=n), text=text)[0]
    kept = poll(stays, *listed(HEADLINES, "baru", at=REDATED["all at once"], text=text)[1:])
    assert (kept.new, kept.migrated) == ((), 7)


def test_a_moved_list_with_twins_gives_each_entry_once(poll: Poll) -> None:
    twins = [*HEADLINES, "Agenda hari ini", "Agenda hari ini"]
    poll(*listed(twins, "lama", at=lambda n: LISTED - timedelta(hours=9 * n)))
    kept = poll(*listed(twins, "baru", at=lambda n: LISTED - timedelta(hours=9 * n - 3)))
    assert (kept.new, kept.migrated) == ((), 10)
    assert (
        len(poll(*listed([*twins, "Agenda hari ini"], "baru", at=lambda n: LISTED - timedelta(hours=9 * n))).new) == 1
    )


@pytest.mark.parametrize("titles", [DAILY, CITIES, DAILY[:2], CITIES[:1]], ids=["daily", "cities", "two", "one"])
@pytest.mark.parametrize("hour", ["same", "other"])
@pytest.mark.parametrize("text", ["", "Isi hari ini lain sekali dari kemarin."])
def test_columns_that_return_each_day_are_new_entries(poll: Poll, titles: Sequence[str], hour: str, text: str) -> None:
    for day in range(4):
        at = DAY - timedelta(days=9 - day)
        words = text and " ".join(f"{word}{day}" for word in text.split())
        made = listed(titles, f"edisi-{day}", at=lambda n, at=at: at + timedelta(hours=n * (hour == "other")), text="")
        made = [replace(one, summary=Text(words)) if words else one for one in made]
        assert len(poll(*made).new) == len(titles)
        assert poll(*made) == Kept((), ())


SHOWS = (
    "Warta petang: edisi dari London", "Bisnis harian: pasar dan uang hari ini",
    "Laporan olahraga: hasil dan wawancara", "Budaya dunia: buku, film dan musik",
)  # fmt: skip
STANDING = "Berita terbaru dari studio kami, dengan wawancara dan laporan."
# hours from one edition to the next, hours from item to item, standing text, day folders
EDITIONS: dict[str, tuple[float | None, float, str, bool]] = {
    "daily, one text": (24, 1, STANDING, False),
    "daily, a text each": (24, 1, "{title} membawa cerita di balik berita setiap hari", False),
    "every three hours": (3, 0, STANDING, False),
    "every twelve hours": (12, 0, STANDING, False),
    "every two days": (48, 1, "", False),
    "every eight hours": (8, 0.02, "", False),
    "undated, in folders": (None, 0, STANDING, True),
}


@pytest.mark.parametrize("case", EDITIONS)
@pytest.mark.parametrize(("beside", "late"), [(False, 0), (True, 0), (False, 240)], ids=["alone", "beside", "late"])
def test_editions_that_return_under_standing_titles_and_texts_are_new_entries(
    poll: Poll, case: str, beside: bool, late: int
) -> None:
    """Whether polled as they come or long afterwards, where nothing but editions tells them from a list dated anew."""
    every, step, text, is_filed = EDITIONS[case]
    poll.minutes = count(0, round((every or 24) * 60))
    for number in range(4):
        at = DAY + timedelta(days=3, hours=(every or 0) * number - 1 - late)
        made = [
            item(
                f"urn:{number}:{n}", f"/2024/12/0{number + 1}/{n}" if is_filed else f"/edisi/{number * 10 + n}", title,
                None if every is None else at - timedelta(hours=step * n), text.format(title=title),
            )
            for n, title in enumerate(SHOWS)
        ]  # fmt: skip
        if beside:
            made.append(item(f"urn:lain:{number}", f"/lain/{number}", HEADLINES[number], at))
        assert len(poll(*made).new) == len(made)


AFFIXES = {
    # titles before and after; whether they are known
    "a name behind": ("{title}", "{title} - Kabar Baru", True),
    "a name before": ("{title}", "Kabar Baru | {title}", True),
    "no longer behind": ("{title} – Kabar", "{title}", True),
    "of an edition": ("{title} | Edisi Senin", "{title} | Edisi Selasa", False),
    "none": ("{title}", "{title} - {n} Kabar", False),
}


@pytest.mark.parametrize("case", AFFIXES)
def test_a_name_that_most_titles_end_or_begin_with_hides_no_moved_list(poll: Poll, case: str) -> None:
    before, after, is_known = AFFIXES[case]

    def titled(form: str) -> list[str]:
        return [form.format(title=title, n=n) for n, title in enumerate(HEADLINES)]

    poll(*listed(titled(before), "lama", at=lambda n: LISTED - timedelta(hours=n)))
    moved = listed(titled(after), "baru", at=lambda n: LISTED - timedelta(hours=n - 7))
    kept = poll(*moved)
    assert (len(kept.new), kept.migrated) == ((0, 8) if is_known else (8, 0))
    assert poll(*moved) == Kept((), ())


def test_reports_beside_known_columns_make_no_migration(poll: Poll) -> None:
    poll(*listed((*DAILY[:2], *HEADLINES[:4]), "satu", at=lambda n: LISTED - timedelta(hours=n)))
    kept = poll(*listed((*DAILY[:2], *HEADLINES[4:]), "dua", at=lambda n: LISTED + timedelta(hours=40 - n)))
    assert (len(kept.new), kept.migrated) == (6, 0)


def _at(n: int) -> datetime:
    return LISTED - timedelta(hours=n, seconds=n)


RETITLED = {
    # ids and addresses before, and after; how many of the eight are retitled; whether they are known
    "no ids": ("", "/2024/12/10/{slug}", "", "/2024/12/10/{slug}", 8, True),
    "one without id": ("", "/s1/{slug}", "", "/s1/{slug}", 1, True),
    "ids that are addresses": (SITE + "/{slug}", "/{slug}", SITE + "/{slug}", "/{slug}", 8, True),
    "one under an id that is its address": (SITE + "/{slug}", "/{slug}", SITE + "/{slug}", "/{slug}", 1, True),
    "a migration": ("urn:lama:{n}", "/lama/{n}", "urn:baru:{n}", "/baru/{n}", 8, True),
    "one under an id of its own": ("urn:lama:{n}", "/lama/{n}", "urn:baru:{n}", "/baru/{n}", 1, False),
}


def test_two_warnings_of_one_minute_with_one_standing_text_are_two_entries(poll: Poll) -> None:
    stock = "Follow the instructions of the authorities and stay away from rivers and bridges."
    others = [item("", f"/lain/{n}", title, _at(n + 1), f"{title} lagi") for n, title in enumerate(HEADLINES[:3])]
    poll(item("", "/flood-north", "Flood alert: northern valley", _at(0), stock), *others)
    kept = poll(item("", "/storm-coast", "Storm surge warning for the southern coast", _at(0), stock), *others)
    assert len(kept.new) == 1


@pytest.mark.parametrize("case", RETITLED)
def test_items_that_change_title_and_address_are_known_by_moment_and_text(poll: Poll, case: str) -> None:
    *forms, few, is_known = RETITLED[case]

    def shown(version: int) -> list[Item]:
        made = []
        for n, title in enumerate(HEADLINES):
            guid, link = forms[2:] if version and n < few else forms[:2]
            words = f"{ALERTS[n % 4]} versi {version}{n}" if version and n < few else title
            slug = words.replace(" ", "-").lower()
            text = f"Warga {title.lower()} dan menunggu kabar berikutnya"
            made.append(item(*(form.format(n=n, slug=slug) for form in (guid, link)), words, _at(n), text))
        return made

    poll(*shown(0))
    for version in (1, 2) if case.startswith("no") else (1,):
        kept = poll(*shown(version))
        assert (len(kept.new), len(kept.changed)) == ((0, few) if is_known else (few, 0))
        assert poll(*shown(version)) == Kept((), ())


@pytest.mark.parametrize("case", ["one moment for all", "a standing text", "a short text", "alone"])
def test_a_moment_and_a_text_that_are_not_an_items_own_tell_nothing(poll: Poll, case: str) -> None:
    at = (lambda n: LISTED) if case == "one moment for all" else _at
    texts = {"a standing text": "Siaran berita terbaru dari studio kami setiap hari", "a short text": "Kabar {n}."}
    text = texts.get(case, "Siaran berita ke {n} dari studio kami setiap hari")

    def shown(titles: Sequence[str], of: str) -> list[Item]:
        few = titles[:1] if case == "alone" else titles
        return [item("", f"/{of}/{n}", title, at(n), text.format(n=n)) for n, title in enumerate(few)]

    poll(*shown(HEADLINES[:4], "satu"))
    assert len(poll(*shown(HEADLINES[4:], "dua")).new) == (1 if case == "alone" else 4)


@pytest.mark.parametrize("size", [5_000])
def test_long_documents_under_one_title_are_matched_in_linear_time(size: int) -> None:
    """A list that has moved, as large as a document may be, under one title and under many."""
    for title in ("Agenda hari ini", "Kabar {n} dari kota {n} tentang hal {n}"):
        latest = [same.Known(n, f"a{n}", f"{SITE}/a/{n}", title.format(n=n), DAY) for n in range(size)]
        made = [arrival(f"b{n}", title=title.format(n=n), published_at=DAY).entry for n in range(size)]
        started = perf_counter()
        found = relisted.match(made, [None] * size, {}, latest)
        assert perf_counter() - started < 5
        assert len(found) == size and len(set(found) - {None}) in (0, size)
