"""Entries in the store: recognised by their keys, kept with their line in the log, revised and never doubled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from making import START, arrival, at, configured
from sqlalchemy import select

from aggregator.store import Store, entries, log, sources, texts, wordings
from aggregator.store.entries import FREE, Kept
from aggregator.store.schema import entry, revision, source
from aggregator.values import Arrival, Enclosure


@pytest.fixture
def kabar(store: Store) -> int:
    """Give the id of a Source."""
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
    with store.read() as connection:
        id: int = connection.execute(select(source.c.id)).scalar_one()
        return id


def keep(store: Store, source_id: int, arrivals: Sequence[Arrival], *, minutes: float = 0) -> Kept:
    with store.write() as connection:
        return entries.keep(connection, source_id, arrivals, now=at(minutes))


def titles(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(entry.c.title).order_by(entry.c.id)).scalars())


def test_what_is_new_is_kept_once_with_a_line_in_the_log(store: Store, kabar: int) -> None:
    assert len(keep(store, kabar, [arrival("a"), arrival("b")]).new) == 2
    assert keep(store, kabar, [arrival("a"), arrival("b")], minutes=1) == Kept((), ())
    with store.read() as connection:
        events = log.after(connection, 0, limit=10)
    assert [(event.seq, event.revision, event.at) for event in events] == [(1, 0, START), (2, 0, START)]
    assert len({event.mint for event in events}) == 2


def test_a_retitled_item_is_a_revision_of_the_same_entry(store: Store, kabar: int) -> None:
    (id,) = keep(store, kabar, [arrival("a", title="Gempa guncang Sumbawa")]).new
    assert keep(store, kabar, [arrival("a", title="Gempa 6,2 guncang Sumbawa")], minutes=3) == Kept((), (id,))
    with store.read() as connection:
        old = connection.execute(select(revision)).one()
        assert (old.entry_id, old.number, old.title, old.replaced_at) == (id, 0, "Gempa guncang Sumbawa", at(3))
        assert len(log.after(connection, 0, limit=10)) == 1
    assert titles(store) == ["Gempa 6,2 guncang Sumbawa"]


def test_the_log_tells_an_entry_as_it_read_when_it_arrived(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a", title="Gempa guncang Sumbawa")])
    keep(store, kabar, [arrival("a", title="Gempa 6,2 guncang Sumbawa")], minutes=3)
    with store.read() as connection:
        (report,) = wordings.reports(connection, log.after(connection, 0, limit=10)).values()
    assert report.title == "Gempa guncang Sumbawa"


def test_a_new_id_at_each_poll_with_the_same_link_is_the_same_entry(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("first", keys=("id:first", "url:here"))])
    assert keep(store, kabar, [arrival("second", keys=("id:second", "url:here"))]).new == ()
    # ... and the second id is known from now on, wherever the link goes.
    assert keep(store, kabar, [arrival("second", keys=("id:second", "url:there"))]).new == ()


def test_two_items_never_fall_on_one_entry(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a", keys=("id:a", "url:a"))])
    kept = keep(store, kabar, [arrival("b", keys=("id:b", "url:a")), arrival("a", keys=("id:a", "url:x"))])
    assert len(kept.new) == 1
    with store.read() as connection:
        assert wordings.count(connection) == 2


def test_the_same_id_of_another_source_is_another_entry(store: Store, kabar: int) -> None:
    with store.write() as connection:
        config = configured(("Kabar", "https://kabar.example/rss"), ("Lintas", "https://lintas.example/rss"))
        sources.sync(connection, config, now=START)
        other = connection.execute(select(source.c.id).where(source.c.name == "Lintas")).scalar_one()
    keep(store, kabar, [arrival("a")])
    assert len(keep(store, other, [arrival("a")]).new) == 1


def test_skipped_entries_are_stored_but_not_logged_and_come_back_when_the_rule_goes(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a", skipped_by="only")])
    with store.read() as connection:
        assert log.after(connection, 0, limit=10) == []
    keep(store, kabar, [arrival("a")], minutes=1)
    keep(store, kabar, [arrival("a")], minutes=2)
    with store.read() as connection:
        assert [event.at for event in log.after(connection, 0, limit=10)] == [at(1)]


def test_a_list_without_text_never_takes_away_the_text_of_the_article(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a", title="Lama", content="<p>Seluruh tulisan.</p>")])
    keep(store, kabar, [arrival("a", title="Baru")])
    with store.read() as connection:
        row = connection.execute(select(entry.c.title, entry.c.content)).one()
    assert tuple(row) == ("Baru", "<p>Seluruh tulisan.</p>")


def test_what_fails_half_way_leaves_nothing_behind(store: Store, kabar: int) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        entries.keep(connection, kabar, [arrival("a")], now=START)
        raise RuntimeError
    with store.read() as connection:
        assert wordings.count(connection) == 0
        assert log.after(connection, 0, limit=1) == []


def test_thousands_of_items_in_one_document(store: Store, kabar: int) -> None:
    many = [arrival(str(number), title=f"Berita nomor {number}") for number in range(2000)]
    assert len(keep(store, kabar, many).new) == 2000
    assert keep(store, kabar, many) == Kept((), ())


def test_unread_tells_new_and_changed_from_known(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a"), arrival("b")])
    with store.read() as connection:
        asked = [arrival("a"), arrival("b", title="Judul baru"), arrival("c")]
        assert texts.unread(connection, kabar, asked, now=START) == [(1, None), (2, 0), (None, 0)]


def test_a_list_of_alerts_that_all_link_to_one_page_loses_none(store: Store, kabar: int) -> None:
    for number, title in enumerate(("Gempa M5,1 di Maluku", "Gempa M4,9 di Papua", "Gempa M6,0 di Bengkulu")):
        alert = arrival(
            f"urn:alert:{number}", title=title, url="https://bmkg.example/gempa", keys=(f"id:{number}", "url:page")
        )
        assert len(keep(store, kabar, [alert], minutes=number).new) == 1
        assert keep(store, kabar, [alert], minutes=number).new == ()
    assert len(titles(store)) == 3


def test_ids_that_only_count_places_hand_no_entry_on_to_another_item(store: Store, kabar: int) -> None:
    news = ["Feri mogok di selat", "Bank menahan bunga", "Gunung Ibu meletus", "Timnas menang tipis"]

    def listed(*shown: str) -> list[Arrival]:
        return [
            arrival(str(place), title=title, url=f"https://kabar.example/{title}", keys=(f"id:{place}", f"url:{title}"))
            for place, title in enumerate(shown, start=1)
        ]

    assert len(keep(store, kabar, listed(*news[:3])).new) == 3
    assert len(keep(store, kabar, listed(news[3], *news[:2]), minutes=1).new) == 1
    assert sorted(titles(store)) == sorted(news)


def test_an_item_that_nothing_tells_from_another_of_its_document_is_not_new_at_each_visit(
    store: Store, kabar: int
) -> None:
    first = arrival("a", keys=("id:a", "url:old", "url:new"))
    keep(store, kabar, [first])
    both = [arrival("a", title="Baru", keys=("url:new",)), arrival("a", title="Lama", keys=("url:old",))]
    for minute in (1, 2, 3):
        assert keep(store, kabar, both, minutes=minute).new == ()
    assert len(titles(store)) == 1


def test_text_that_could_not_be_had_is_asked_for_again_but_not_for_ever(store: Store, kabar: int) -> None:
    lacking = replace(arrival("a"), lacks_text=True)
    keep(store, kabar, [lacking])
    for expected in (1, 2, None):
        with store.read() as connection:
            assert texts.unread(connection, kabar, [arrival("a")], now=START) == [(1, expected)]
        keep(store, kabar, [lacking])
    full = arrival("a", content="<p>Seluruh tulisan.</p>")
    complete = replace(full, entry=replace(full.entry, digest=lacking.entry.digest))
    keep(store, kabar, [complete])
    with store.read() as connection:
        assert connection.execute(select(entry.c.content, entry.c.text_tries)).one() == (
            "<p>Seluruh tulisan.</p>",
            None,
        )
        assert texts.unread(connection, kabar, [arrival("a")], now=START) == [(1, None)]


def test_the_log_tells_language_date_and_outlet_as_they_were(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a", language="id", published_at=at(-5))])
    keep(store, kabar, [arrival("a", title="Lain", language="en", published_at=at(-9))], minutes=1)
    with store.write() as connection:
        config = configured(("Kabar", "https://kabar.example/rss"), extra="")
        connection.execute(source.update().values(outlet="Lain"))
        sources.sync(connection, config, now=at(2))
    with store.read() as connection:
        (told,) = wordings.reports(connection, log.after(connection, 0, limit=9)).values()
    assert (told.language, told.published_at, told.outlet) == ("id", at(-5), "Kabar")


def test_a_list_all_of_whose_places_are_taken_by_other_items_keeps_the_old_ones(store: Store, kabar: int) -> None:
    def listed(*shown: str) -> list[Arrival]:
        return [
            arrival(str(place), title=title, url=f"https://kabar.example/{title}", keys=(f"id:{place}", f"url:{title}"))
            for place, title in enumerate(shown, start=1)
        ]

    assert len(keep(store, kabar, listed("Feri mogok di selat", "Bank menahan bunga")).new) == 2
    assert len(keep(store, kabar, listed("Gunung Ibu meletus", "Timnas menang tipis"), minutes=1).new) == 2
    assert len(titles(store)) == 4


def test_a_new_id_with_a_new_title_at_an_unchanged_link_of_a_list_is_the_same_entry(store: Store, kabar: int) -> None:
    before = [arrival(f"urn:{n}", title=f"Judul lama {n}", keys=(f"id:{n}", f"url:{n}")) for n in (1, 2)]
    after = [arrival(f"urn:x{n}", title=f"Kabar lain sama sekali {n}", keys=(f"id:x{n}", f"url:{n}")) for n in (1, 2)]
    keep(store, kabar, before)
    assert keep(store, kabar, after).new == ()


def urls(store: Store) -> tuple[str | None, list[str | None]]:
    """Give the address of the only Entry, and those that its revisions keep."""
    with store.read() as connection:
        now = connection.execute(select(entry.c.url)).scalar_one()
        return now, list(connection.execute(select(revision.c.url).order_by(revision.c.number)).scalars())


def moved(url: str, **more: object) -> Arrival:
    return arrival("a", url=url, keys=("id:a", f"url:{url}"), **more)  # type: ignore[arg-type]


def test_a_link_that_moves_is_followed_with_the_old_one_in_a_revision(store: Store, kabar: int) -> None:
    old, new = "https://kabar.example/lama", "https://kabar.example/baru"
    (id,) = keep(store, kabar, [moved(old, content="<p>Tulisan.</p>")]).new
    assert keep(store, kabar, [moved(new, content="<p>Tulisan.</p>")], minutes=1) == Kept((), (id,))
    assert urls(store) == (new, [old])
    assert keep(store, kabar, [moved(new, content="<p>Tulisan.</p>")], minutes=2) == Kept((), ())
    with store.read() as connection:
        (told,) = wordings.reports(connection, log.after(connection, 0, limit=9)).values()
        row = connection.execute(select(entry.c.revision, entry.c.changed_at, entry.c.content)).one()
    assert told.url == old
    assert tuple(row) == (1, at(1), "<p>Tulisan.</p>")


def test_a_moved_link_of_an_entry_without_text_changes_nothing_else(store: Store, kabar: int) -> None:
    listed = moved("https://kabar.example/lama")
    told = replace(listed, entry=replace(listed.entry, content="<p>Isi.</p>", authors=("Rini",), image="https://x/1"))
    keep(store, kabar, [told])
    keep(store, kabar, [moved("https://kabar.example/baru")], minutes=1)
    with store.read() as connection:
        row = connection.execute(select(entry.c.url, entry.c.content, entry.c.authors, entry.c.image)).one()
    assert tuple(row) == ("https://kabar.example/baru", "<p>Isi.</p>", ["Rini"], "https://x/1")


def test_a_link_that_flaps_or_rotates_makes_few_revisions(store: Store, kabar: int) -> None:
    for form in ("https://kabar.example/{0}", "https://kabar.example/a?s={1}"):
        before = len(urls(store)[1]) if titles(store) else 0
        for poll in range(24 * 14):
            url = form.format("ab"[poll % 2], poll)
            keep(store, kabar, [moved(url)], minutes=60 * poll + before * 100_000)
        assert 1 <= len(urls(store)[1]) - before <= FREE + 9


def test_a_link_that_moves_again_is_followed_at_once(store: Store, kabar: int) -> None:
    for hours, url in enumerate(("https://kabar.example/a", "https://kabar.example/b", "https://kabar.example/c")):
        keep(store, kabar, [moved(url)], minutes=60 * hours)
        assert urls(store)[0] == url


@pytest.mark.parametrize(
    ("before", "after", "stands"),
    [
        ("http://kabar.example/a", "https://www.kabar.example/a", "https://www.kabar.example/a"),
        ("https://kabar.example/a", "http://kabar.example/a", "https://kabar.example/a"),
        ("https://kabar.example/a", "https://www.kabar.example/a/", "https://kabar.example/a"),
    ],
)
def test_other_forms_of_an_address_are_no_change(
    store: Store, kabar: int, before: str, after: str, stands: str
) -> None:
    keep(store, kabar, [moved(before)])
    assert keep(store, kabar, [moved(after)], minutes=1) == Kept((), ())
    assert urls(store) == (stands, [])


def test_what_changes_without_words_is_taken_in_silence(store: Store, kabar: int) -> None:
    bare = arrival("a", language=None)
    keep(store, kabar, [bare])
    file = Enclosure("https://kabar.example/a.mp3?sig=1", "audio/mpeg", 5)
    fuller = replace(
        bare.entry, language="id", published_at=at(-9), section="Dunia", categories=("Dunia",), enclosures=(file,),
        image="https://kabar.example/a.jpg?sig=1", image_caption="Feri",
    )  # fmt: skip
    assert keep(store, kabar, [replace(bare, entry=fuller, excerpt="Kutipan")], minutes=1) == Kept((), ())
    signed = replace(file, url="https://kabar.example/a.mp3?sig=2")
    later = replace(
        fuller, language="en", published_at=at(-1), image="https://kabar.example/a.jpg?sig=2", enclosures=(signed,)
    )
    assert keep(store, kabar, [replace(bare, entry=later, excerpt="Kutipan")], minutes=2) == Kept((), ())
    with store.read() as connection:
        row = connection.execute(select(entry)).one()
        assert connection.execute(select(revision)).first() is None
    assert (row.language, row.published_at, row.section, row.categories) == ("id", at(-9), "Dunia", ["Dunia"])
    assert (row.image, row.image_caption, row.excerpt) == ("https://kabar.example/a.jpg?sig=1", "Feri", "Kutipan")
    assert [said["url"] for said in row.enclosures] == [file.url]


def test_a_list_takes_nothing_away_that_its_article_told(store: Store, kabar: int) -> None:
    listed = replace(arrival("a").entry, categories=("Daftar",), image="https://kabar.example/kecil.jpg")
    told = replace(listed, content="<p>Isi.</p>", categories=("Dunia",), image="https://kabar.example/besar.jpg")
    keep(store, kabar, [Arrival(told, "Kutipan")])
    keep(store, kabar, [Arrival(listed, "")], minutes=1)
    with store.read() as connection:
        row = connection.execute(select(entry.c.categories, entry.c.image, entry.c.excerpt)).one()
    assert tuple(row) == (["Dunia"], "https://kabar.example/besar.jpg", "Kutipan")


def test_what_comes_back_when_its_rule_goes_is_no_news_if_it_is_old(store: Store, kabar: int) -> None:
    ages = {"a": timedelta(hours=1), "b": timedelta(days=5)}
    for rule in ("only", None):
        keep(store, kabar, [arrival(id, published_at=START - age, skipped_by=rule) for id, age in ages.items()])
    with store.read() as connection:
        assert len(log.after(connection, 0, limit=9)) == 2
        assert list(connection.execute(select(entry.c.backlog).order_by(entry.c.id)).scalars()) == [False, True]


@pytest.mark.parametrize("told", ["to and fro", "counting up", "moving"])
def test_what_changes_at_each_visit_makes_a_few_revisions_and_is_always_right(
    store: Store, kabar: int, told: str
) -> None:
    def said(visit: int) -> Arrival:
        if told == "to and fro":
            return arrival("a", title=("KPK tahan tiga tersangka", "Tiga tersangka ditahan KPK")[visit % 2])
        if told == "moving":
            return arrival("a", url=f"https://kabar.example/s/{visit}/feri-tiba")
        return arrival("a", content=f"<p>Feri tiba di pelabuhan. {visit} komentar</p>")

    changes = 0
    for visit in range(6 * 24 * 14):
        one = said(visit)
        changes += len(keep(store, kabar, [one], minutes=10 * visit).changed)
        if visit % 50 < 3:
            with store.read() as connection:
                row = connection.execute(select(entry.c.title, entry.c.content, entry.c.url)).one()
            assert row == (one.entry.title, one.entry.content, one.entry.url)
    assert FREE < changes <= FREE + 9


def test_an_article_whose_headline_goes_to_and_fro_is_not_asked_for_each_time(store: Store, kabar: int) -> None:
    asked = 0
    for minute in range(0, 600, 10):
        listed = arrival("a", title=("Satu judul", "Judul lain")[minute // 10 % 2])
        with store.read() as connection:
            ((_, tries),) = texts.unread(connection, kabar, [listed], now=at(minute))
            is_wanted = tries is not None
        asked += is_wanted
        text = "<p>Tulisan yang sama di bawah dua judul.</p>" if is_wanted else ""
        read = replace(listed, entry=replace(listed.entry, content=text), headline=listed.entry.title)
        keep(store, kabar, [read if is_wanted else listed], minutes=minute)
        assert titles(store) == [listed.entry.title]
    assert asked < FREE + 5


def test_an_article_that_was_not_asked_for_while_its_entry_rests_is_asked_for_after(store: Store, kabar: int) -> None:
    def read(title: str, text: str) -> Arrival:
        listed = arrival("a", title=title)
        return replace(listed, entry=replace(listed.entry, content=text))

    keep(store, kabar, [read("Siaran", "<p>Awal.</p>")])
    with store.write() as connection:
        connection.execute(entry.update().values(revision=FREE, changed_at=at(0)))

    def wanted(minutes: float, title: str) -> bool:
        with store.read() as connection:
            return texts.unread(connection, kabar, [arrival("a", title=title)], now=at(minutes))[0][1] is not None

    assert not wanted(10, "Siaran kedua")
    keep(store, kabar, [arrival("a", title="Siaran kedua")], minutes=10)
    assert not wanted(20, "Siaran kedua")
    with store.read() as connection:
        assert texts.lacking(connection, kabar, most=9, now=at(20)) == []
        assert len(texts.lacking(connection, kabar, most=9, now=at(90))) == 1
    assert wanted(90, "Siaran kedua")
    keep(store, kabar, [read("Siaran kedua", "<p>Akhir.</p>")], minutes=90)
    assert not wanted(900, "Siaran kedua")
    with store.read() as connection:
        assert connection.execute(select(entry.c.content)).scalar_one() == "<p>Akhir.</p>"


def test_a_date_that_lay_in_the_future_comes_back_with_no_edit(store: Store, kabar: int) -> None:
    def dated(title: str, minutes: float | None, note: str | None = None) -> Arrival:
        one = arrival("a", title=title)
        moment = None if minutes is None else at(minutes)
        return replace(one, entry=replace(one.entry, published_at=moment, date_note=note))

    def told() -> tuple[object, ...]:
        with store.read() as connection:
            return tuple(connection.execute(select(entry.c.published_at, entry.c.date_note)).one())

    keep(store, kabar, [dated("Feri tiba", None, "lies ahead")])
    for minutes, title in ((300, "Feri tiba"), (300, "Feri telah tiba")):
        keep(store, kabar, [dated(title, minutes)], minutes=600)
        assert told() == (None, "lies ahead")
    keep(store, kabar, [dated("Feri sudah tiba", -60)], minutes=700)
    assert told() == (at(-60), None)
    keep(store, kabar, [dated("Feri sudah tiba pagi", None, "lies ahead")], minutes=800)
    assert told() == (at(-60), None)


def test_what_comes_back_undated_after_weeks_is_no_news(store: Store, kabar: int) -> None:
    undated = arrival("a")
    undated = replace(undated, entry=replace(undated.entry, published_at=None), skipped_by="only")
    (number,) = keep(store, kabar, [undated]).new
    with store.write() as connection:
        entries.rejudge(connection, kabar, {number: None}, now=at(60 * 24 * 80))
        assert connection.execute(select(entry.c.backlog)).scalar_one() is True


def test_what_comes_back_when_its_rule_goes_has_its_article_asked_for(store: Store, kabar: int) -> None:
    keep(store, kabar, [replace(arrival("a"), skipped_by="skip words 'x'")])
    with store.write() as connection:
        (held,) = texts.skipped(connection, kabar, most=9)
        assert (held.title, held.by) == (arrival("a").entry.title, "skip words 'x'")
        entries.rejudge(connection, kabar, {held.number: None}, now=at(5))
        assert texts.skipped(connection, kabar, most=9) == []
        assert texts.unread(connection, kabar, [arrival("a")], now=at(6)) == [(1, 0)]
        assert [line.entry for line in log.after(connection, 0, limit=9)] == [held.number]


def test_what_is_in_the_log_is_never_skipped_later(store: Store, kabar: int) -> None:
    keep(store, kabar, [arrival("a")])
    keep(store, kabar, [arrival("a", title="Iklan: feri", skipped_by="skip words 'Iklan'")], minutes=5)
    with store.read() as connection:
        assert texts.skipped(connection, kabar, most=9) == []


def test_where_no_rule_could_be_told_in_time_an_entry_stays_as_it_is(store: Store, kabar: int) -> None:
    untold = "only title 'x' (not told in time)"
    doubtful = replace(arrival("a"), doubt="strange")
    keep(store, kabar, [doubtful, arrival("b", title="Lain", skipped_by="only")])
    undecided = [replace(one, skipped_by=untold, held_by=untold) for one in (doubtful, arrival("b", title="Lain"))]
    keep(store, kabar, undecided, minutes=5)
    with store.read() as connection:
        assert connection.execute(select(entry.c.skipped_by).order_by(entry.c.id)).scalars().all() == [None, untold]
