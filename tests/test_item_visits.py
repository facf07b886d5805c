"""Visits of feeds whose items move, from a loopback host to Stories: nothing becomes new, and nobody is told twice."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
from making import START
from sqlalchemy import select

from aggregator import pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.opening import open_site
from aggregator.polling import Visited
from aggregator.store import reading
from aggregator.store.schema import entry, publication

NEWS = (
    "Feri mogok di selat saat badai", "Bank sentral menahan suku bunga", "Gunung Ibu meletus dini hari",
    "Timnas menang tipis atas tamunya", "Harga cabai naik menjelang libur", "Museum tua dibuka lagi untuk umum",
)  # fmt: skip
RSS = "Content-Type: application/rss+xml"


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@dataclass
class Desk:
    """An outlet on loopback and the site that reads it."""

    server: hostile.Server
    folder: Path
    database_url: str
    bounded: Bounded
    monkeypatch: pytest.MonkeyPatch
    sources: list[str] = field(default_factory=lambda: ["Kabar /rss"])

    def visit(self, hours: float) -> Visited:
        """Poll the Source so many hours after the start, make Stories and publish."""
        outlets.write_feeds(self.folder, self.server, *self.sources)
        self.monkeypatch.setenv("ANYAM_AT", (START + timedelta(hours=hours)).isoformat())
        (visit,) = self.on_site(lambda site: asyncio.run(pipeline.run_once(site, self.bounded)))
        return visit

    def on_site(self, act: Callable[[Any], Any]) -> Any:
        site = open_site(Settings(config_path=self.folder / "feeds.yaml", database_url=self.database_url))
        try:
            return act(site)
        finally:
            site.store.close()

    def told(self) -> tuple[dict[str, str | None], dict[str, str]]:
        """Give the times of all Stories by id, and when what was published of each was updated."""

        def read(site: Any) -> tuple[dict[str, str | None], dict[str, str]]:
            stories = {one.id: reading.shown(one.updated_at) for one in reading.stories(site.store, limit=None)}
            with site.store.read() as connection:
                rows = connection.execute(select(publication.c.story_id, publication.c.updated_at)).all()
            return stories, {row.story_id: str(row.updated_at) for row in rows}

        return self.on_site(read)  # type: ignore[no-any-return]

    def entries(self) -> list[dict[str, Any]]:
        return self.on_site(lambda site: list(reading.entries(site.store)))  # type: ignore[no-any-return]

    def source(self) -> dict[str, Any]:
        (only,) = self.on_site(lambda site: list(reading.sources(site.store)))
        return only  # type: ignore[no-any-return]


@pytest.fixture
def desk(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Desk]:
    with outlets.outlets() as server:
        yield Desk(server, tmp_path, database_url, bounded, monkeypatch)


def rss(
    *titles: str, guid: str = "urn:lama:{n}", link: str = "http://kabar.example/2024/kabar-{n}", old: float = 0
) -> bytes:
    """Write a feed; the items are dated an hour apart, the newest `old` hours before the start."""
    items = "".join(
        f"<item><title>{title}</title><link>{link.format(n=n)}</link>"
        f"<guid isPermaLink='false'>{guid.format(n=n)}</guid>"
        f"<pubDate>{format_datetime(START - timedelta(hours=old + n))}</pubDate></item>"
        for n, title in enumerate(titles, start=1)
    )
    return f"<rss version='2.0'><channel><title>Kabar</title>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    "link",
    [
        "http://kabar.example/2024/kabar-{n}",
        "https://www.kabar.example/2024/kabar-{n}",
        "https://kabar.example/berita/kabar-{n}",
        "https://baru.example/kabar-{n}",
    ],
)
def test_a_migration_is_reported_and_moves_no_story(desk: Desk, link: str) -> None:
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS), RSS)
    assert desk.visit(0).new == 6
    before = desk.told()
    assert len(before[0]) == 6 and len(before[1]) == 6
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS, guid="baru-{n}-x", link=link), RSS)
    migrated = desk.visit(9)
    assert (migrated.new, migrated.error) == (
        0, "6 of its 6 items came under new ids: taken for the Entries that they were"
    )  # fmt: skip
    assert desk.source()["problems"] == migrated.error
    assert desk.told() == before
    assert {one["url"] for one in desk.entries()} == {link.format(n=n) for n in range(1, 7)}
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS, guid="baru-{n}-x", link=link) + b" ", RSS)
    assert desk.visit(10).error is None


@pytest.mark.parametrize("guid", ["x{}-{{n}}", "http://kabar.example/2024/kabar-{{n}}?ref={}"])
def test_ids_that_change_at_every_visit_are_told_once_at_most(desk: Desk, guid: str) -> None:
    told = []
    for hour in range(6):
        body = rss(*NEWS, guid=guid.format(hour))
        desk.server.replies["/rss"] = hostile.answer(body, RSS)
        visit = desk.visit(hour)
        told.append(visit.error)
        assert visit.new == (0 if hour else 6)
    assert [one for one in told if one] == told[1:2] or not any(told)


@pytest.mark.parametrize("stamp", ["by day", "all at once"])
def test_a_migration_that_dates_its_items_anew_is_reported_and_moves_no_story(desk: Desk, stamp: str) -> None:
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS, old=30), RSS)
    assert desk.visit(0).new == 6
    before = desk.told()
    body = rss(*NEWS, guid="baru-{n}-x", link="https://baru.example/kabar-{n}", old=30).decode()
    moment = format_datetime(START + timedelta(hours=9))
    date = r"<pubDate>(.{16}).*?</pubDate>"
    body = re.sub(date, r"<pubDate>\1</pubDate>" if stamp == "by day" else f"<pubDate>{moment}</pubDate>", body)
    desk.server.replies["/rss"] = hostile.answer(body.encode(), RSS)
    migrated = desk.visit(9)
    assert (migrated.new, migrated.error) == (
        0, "6 of its 6 items came under new ids: taken for the Entries that they were"
    )  # fmt: skip
    assert desk.told() == before
    desk.server.replies["/rss"] = hostile.answer(body.encode() + b" ", RSS)
    again = desk.visit(10)
    assert (again.new, again.error) == (0, None)


def test_alerts_in_turn_under_one_address_are_an_entry_each_and_stay_one_when_edited(desk: Desk) -> None:
    for number, title in enumerate(NEWS[:3]):
        for hours, words in ((0, title), (1, f"{title} raya")):
            body = rss(words, guid="", link="https://kabar.example/peringatan", old=-3 * number - hours)
            body = body.replace(b"<guid isPermaLink='false'></guid>", b"")
            desk.server.replies["/rss"] = hostile.answer(body, RSS)
            assert desk.visit(3 * number + hours).new == (hours == 0)
    assert sorted(one["title"] for one in desk.entries()) == sorted(f"{title} raya" for title in NEWS[:3])


def test_a_source_that_is_renamed_moved_and_redirected_brings_nothing_new(desk: Desk) -> None:
    relative = rss(*NEWS, guid="", link="/berita/kabar-{n}").replace(b"<guid isPermaLink='false'></guid>", b"")
    desk.server.replies |= {path: hostile.answer(relative, RSS) for path in ("/rss", "/baru/rss")}
    assert desk.visit(0).new == 6
    before = desk.told()
    for hours, sources in ((1, ["Warta /rss"]), (2, ["Warta /baru/rss"])):
        desk.sources = sources
        assert (desk.visit(hours).new, len(desk.entries())) == (0, 6)
    with outlets.outlets({"/rss": hostile.answer(relative, RSS)}) as other:
        moved = f"Location: {other.url('/rss')}"
        desk.server.replies["/baru/rss"] = hostile.answer(b"", moved, status="301 Moved Permanently")
        file = desk.folder / "feeds.yaml"
        desk.monkeypatch.setattr(
            outlets, "write_feeds",
            lambda *_: file.write_text(file.read_text().replace(f"['127.0.0.1:{desk.server.port}']",
            f"['127.0.0.1:{desk.server.port}', '127.0.0.1:{other.port}']")),
        )  # fmt: skip
        for hours in (3, 30, 60, 90):
            visit = desk.visit(hours)
            assert (visit.outcome, visit.new, len(desk.entries())) == (visit.outcome, 0, 6)
            assert visit.outcome in ("ok", "not_modified")
        assert desk.source()["address"] == other.url("/rss")
    assert desk.told() == before


def test_what_is_old_at_first_enters_feeds_under_its_own_date(desk: Desk) -> None:
    fresh, old = rss(*NEWS[:1]), rss(NEWS[0], *NEWS[1:3], old=24 * 30, guid="urn:dulu:{n}").split(b"<item>", 2)[2]
    desk.server.replies["/rss"] = hostile.answer(
        fresh.replace(b"</channel>", b"<item>" + old, 1)[: -len(b"</rss>")], RSS
    )
    assert desk.visit(0).new == 3

    def published(site: Any) -> list[Any]:
        with site.store.read() as connection:
            rows = connection.execute(select(publication.c.published_at).order_by(publication.c.published_at)).scalars()
            return sorted(set(rows))

    assert desk.on_site(published) == [START - timedelta(hours=24 * 30 + n) for n in (3, 2)] + [START]


def test_what_is_old_at_first_and_after_a_silence_is_no_news(desk: Desk) -> None:
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:1], old=100), RSS)
    desk.visit(0)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:2], old=100), RSS)
    desk.visit(1)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:3], old=-100), RSS)
    assert desk.visit(24 * 9).new == 1

    def backlog(site: Any) -> list[bool]:
        with site.store.read() as connection:
            return list(connection.execute(select(entry.c.backlog).order_by(entry.c.id)).scalars())

    # The second came while the Source was not catching up.
    assert desk.on_site(backlog) == [True, False, True]


def test_skipped_entries_are_counted_and_come_back_though_the_document_stays(desk: Desk) -> None:
    desk.server.replies["/rss"] = outlets.conditional(desk.server, "/rss", rss(*NEWS), '"satu"')
    desk.sources = ["Kabar /rss, skip: {words: [bank, museum]}"]
    assert desk.visit(0).new == 6
    assert (desk.source()["entries"], desk.source()["skipped"]) == (6, 2)
    assert {one["skipped_by"] for one in desk.entries()} == {None, "skip words 'bank'", "skip words 'museum'"}
    assert len(desk.told()[0]) == 4
    assert desk.visit(1).outcome == "not_modified"
    desk.sources = ["Kabar /rss"]
    assert desk.visit(2).outcome == "ok"
    assert (desk.source()["skipped"], len(desk.told()[0]), len(desk.entries())) == (0, 6, 6)


def test_skipped_entries_come_back_when_their_item_has_left_the_document(desk: Desk) -> None:
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS), RSS)
    desk.sources = ["Kabar /rss, skip: {words: [cabai, museum]}"]
    desk.visit(0)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:4]), RSS)
    desk.visit(1)
    desk.sources = ["Kabar /rss, skip: {words: [museum]}"]
    desk.visit(2)
    assert {one["title"]: one["skipped_by"] for one in desk.entries() if one["skipped_by"]} == {
        NEWS[5]: "skip words 'museum'"
    }
    assert (desk.source()["skipped"], len(desk.told()[0])) == (1, 5)
    desk.sources = ["Kabar /rss"]
    desk.visit(3)
    assert (desk.source()["skipped"], len(desk.told()[0]), len(desk.entries())) == (0, 6, 6)


def test_a_slow_expression_releases_nothing_that_was_skipped(desk: Desk) -> None:
    titles = [f"{'a' * 60}! {word}" for word in ("feri", "bank", "museum")]
    desk.server.replies["/rss"] = hostile.answer(rss(*titles, *NEWS[:2]), RSS)
    desk.sources = ["Kabar /rss, skip: {title: ['^a+']}"]
    desk.visit(0)
    assert desk.source()["skipped"] == 3
    desk.sources = ["Kabar /rss, skip: {title: ['^(a|a)*$']}"]
    assert "takes too long" in str(desk.visit(1).error)
    assert (desk.source()["skipped"], len(desk.told()[0])) == (3, 2)
    held = {one["skipped_by"] for one in desk.entries() if one["skipped_by"]}
    assert held == {"skip title '^(a|a)*$' (not told in time)"}, "named is the rule that is there"
    # And it is said for as long as it is so, but told once.
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[3:], guid="lain-{n}", link="http://kabar.example/{n}"), RSS)
    assert (desk.visit(2).outcome, desk.visit(3).error) == ("ok", None)
    assert desk.source()["problems"] == "3 Entries stay skipped whose titles could not be searched in time"
    desk.sources = ["Kabar /rss, skip: {title: ['^b+']}"]
    desk.visit(4)
    assert (desk.source()["skipped"], desk.source()["problems"]) == (0, None)


def test_what_stands_in_the_document_is_judged_by_its_words_there_when_rules_change(desk: Desk) -> None:
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:3]), RSS)
    desk.sources = ["Kabar /rss, skip: {words: [bank]}"]
    desk.visit(0)
    desk.server.replies["/rss"] = hostile.answer(rss(NEWS[0], f"Iklan: {NEWS[1]}", NEWS[2]), RSS)
    desk.sources = ["Kabar /rss, skip: {words: [iklan]}"]
    desk.visit(1)
    assert [one["skipped_by"] for one in desk.entries() if "Iklan" in one["title"]] == ["skip words 'iklan'"]
    assert len(desk.told()[0]) == 2


def test_what_the_document_leaves_undecided_stays_skipped_and_is_counted_till_it_is_told(desk: Desk) -> None:
    biting = rss(*[f"{'a' * 40} {n}!" for n in range(15)], guid="lain-{n}", link="http://kabar.example/{n}")
    both = hostile.answer(biting.partition(b"</channel>")[0] + rss(*NEWS[:2]).partition(b"</title>")[2], RSS)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:2]), RSS)
    desk.sources = ["Kabar /rss, only: {title: [tidak]}"]
    desk.visit(0)
    desk.server.replies["/rss"] = both
    desk.sources = ["Kabar /rss, only: {title: ['Bank|Feri|^(a|a)*$']}"]
    desk.visit(1)
    assert {one["skipped_by"] for one in desk.entries()} == {"only title 'Bank|Feri|^(a|a)*$' (not told in time)"}
    assert (desk.source()["skipped"], desk.told()[0]) == (17, {})
    assert "17 Entries stay skipped" in desk.source()["problems"], "those that are new, too"
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:2]), RSS)
    desk.visit(2)
    assert (desk.source()["skipped"], len(desk.told()[0])) == (15, 2)
    desk.server.replies["/rss"] = both
    desk.visit(3)
    assert (desk.source()["skipped"], len(desk.told()[0])) == (15, 2)


def test_more_skipped_entries_than_a_child_takes_are_all_judged_by_a_costly_expression(desk: Desk) -> None:
    titles = [f"{'a' * 12}! ke-{n % 9} {n}" for n in range(1000)]
    desk.server.replies["/rss"] = hostile.answer(rss(*titles), RSS)
    desk.sources = ["Kabar /rss, skip: {title: ['^a+']}"]
    desk.visit(0)
    assert desk.source()["skipped"] == 1000
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS, guid="lain-{n}", link="http://kabar.example/{n}"), RSS)
    # Some 1.2 ms a title: more than a child's second for all of them, and each has its answer.
    desk.sources = ["Kabar /rss, skip: {title: ['^(a|a)*$', 'ke-[0-8]']}"]
    desk.visit(1)
    assert {one["skipped_by"] for one in desk.entries()} == {None, "skip title 'ke-[0-8]'"}


WORDS = "Kapal itu tiba di pelabuhan dengan muatan beras dan pupuk untuk warga pulau nomor {n} menurut syahbandar. "
BY_ARTICLE = ("/rss, full_text: true", "/rss, kind: page, page: {item: article}")


def article(n: int, title: str, section: str, text: str = WORDS) -> bytes:
    """Write an article's page, which alone says of what section it is."""
    return hostile.answer(
        f"<html lang=id><head><title>{title}</title><meta property='og:type' content=article>"
        f"<meta property='article:section' content='{section}'></head><body><article><h1>{title}</h1>"
        f"<p>{text.format(n=n) * 8}</p></article></body></html>".encode()
    )


def listed(desk: Desk, spec: str, *titles: str) -> None:
    """Have the outlet list articles, in a feed or on a page."""
    link = desk.server.url("/n/{n}")
    told = (f"<article><h3><a href='/n/{n}'>{title}</a></h3></article>" for n, title in enumerate(titles, start=1))
    page = hostile.answer(f"<html lang=id><body><main>{''.join(told)}</main></body></html>".encode())
    desk.server.replies["/rss"] = page if "page" in spec else hostile.answer(rss(*titles, link=link), RSS)


def skips(desk: Desk) -> dict[int, str]:
    """Give by the numbers of articles which rules skip them."""
    return {int(one["url"][-1]): one["skipped_by"] for one in desk.entries() if one["skipped_by"]}


@pytest.mark.parametrize("spec", BY_ARTICLE)
@pytest.mark.parametrize("text", [WORDS, ""])
def test_what_is_skipped_by_its_articles_words_stays_so_until_the_rules_change(
    desk: Desk, spec: str, text: str
) -> None:
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in range(1, 7)}
    desk.server.replies["/n/4"] = article(4, NEWS[3], "Olahraga", text)
    desk.server.replies["/n/2"] = article(2, f"{NEWS[1]}, Advertorial", "Dunia", text)
    desk.sources = [f"Kabar {spec}, skip: {{category: [Olahraga], words: [Advertorial]}}"]
    held = {2: "skip words 'Advertorial'", 4: "skip category 'Olahraga'"}
    for hours, count in enumerate((4, 5, 6)):
        listed(desk, spec, *NEWS[:count])
        desk.visit(hours)
        assert (skips(desk), len(desk.entries())) == (held, count)
    desk.sources = [f"Kabar {spec}, skip: {{category: [Olahraga], words: [Advertorial, lain]}}"]
    desk.visit(3)
    assert skips(desk) == held, "the rules that fit are still there"
    desk.sources = [f"Kabar {spec}, skip: {{words: [Advertorial]}}"]
    desk.visit(4)
    assert skips(desk) == {2: held[2]}
    desk.sources = [f"Kabar {spec}"]
    desk.visit(5)
    assert (skips(desk), len(desk.told()[0])) == ({}, 6)


@pytest.mark.parametrize("teaser", ["", "<content:encoded>Ringkas saja.</content:encoded>"])
def test_what_its_article_skips_is_freed_by_the_article_alone(desk: Desk, teaser: str) -> None:
    spec = BY_ARTICLE[0]

    def lists(title: str, pad: bytes = b"") -> None:
        listed(desk, spec, title)
        answer = desk.server.replies["/rss"].replace(b"</item>", f"{teaser}</item>".encode())  # type: ignore[union-attr]
        named = b"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'"
        desk.server.replies["/rss"] = hostile.answer(
            answer.partition(b"\r\n\r\n")[2].replace(b"<rss", named) + pad, RSS
        )

    desk.sources = [f"Kabar {spec}, skip: {{category: [Olahraga]}}"]
    desk.server.replies["/n/1"] = article(1, NEWS[3], "Olahraga")
    lists(NEWS[3])
    desk.visit(0)
    desk.server.replies["/n/1"] = hostile.answer(b"", status="500 Oops")
    for hours in (1, 2, 3, 5, 8):
        lists(f"{NEWS[3]} kemarin", b" " * hours)
        assert desk.visit(hours).outcome == "ok"
        assert skips(desk) == {1: "skip category 'Olahraga'"}, hours
    desk.server.replies["/n/1"] = article(1, NEWS[3], "Dunia")
    lists(f"{NEWS[3]} semalam")
    desk.visit(10)
    assert skips(desk) == {}


def test_what_its_article_skips_stays_so_where_articles_are_read_no_more_or_the_list_tells_all(desk: Desk) -> None:
    desk.server.replies["/n/1"] = article(1, NEWS[3], "Olahraga")
    desk.sources = ["Kabar /rss, full_text: true, skip: {category: [Olahraga]}"]
    listed(desk, BY_ARTICLE[0], NEWS[3])
    desk.visit(0)
    held = {1: "skip category 'Olahraga'"}
    assert skips(desk) == held
    whole = f"<description>{' '.join([NEWS[3]] * 60)}</description></item>".encode()
    desk.server.replies["/rss"] = hostile.answer(
        desk.server.replies["/rss"].partition(b"\r\n\r\n")[2].replace(b"</item>", whole),  # type: ignore[union-attr]
        RSS,
    )
    desk.visit(1)
    assert skips(desk) == held
    desk.sources = ["Kabar /rss, full_text: false, skip: {category: [Olahraga]}"]
    desk.visit(2)
    assert (skips(desk), desk.told()[0]) == (held, {})
    desk.sources = ["Kabar /rss, full_text: false"]
    desk.visit(3)
    assert skips(desk) == {}


def test_what_its_list_alone_skipped_is_free_when_the_list_says_so_no_more(desk: Desk) -> None:
    desk.server.replies["/n/1"] = article(1, NEWS[3], "Dunia")
    desk.sources = ["Kabar /rss, full_text: true, skip: {category: [Olahraga]}"]
    listed(desk, BY_ARTICLE[0], NEWS[3])
    plain = desk.server.replies["/rss"].partition(b"\r\n\r\n")[2]  # type: ignore[union-attr]
    said = b"<category>Olahraga</category></item>"
    desk.server.replies["/rss"] = hostile.answer(plain.replace(b"</item>", said), RSS)
    desk.visit(0)
    assert skips(desk) == {1: "skip category 'Olahraga'"}
    desk.server.replies["/rss"] = hostile.answer(plain, RSS)
    desk.visit(1)
    assert (skips(desk), len(desk.told()[0])) == ({}, 1)


def test_what_its_lists_words_skipped_comes_back_by_them_and_gets_its_article(desk: Desk) -> None:
    spec = BY_ARTICLE[0]
    desk.server.replies["/n/1"] = article(1, NEWS[0], "Dunia")
    desk.sources = [f"Kabar {spec}, skip: {{words: [iklan]}}"]
    listed(desk, spec, f"Iklan: {NEWS[0]}")
    desk.visit(0)
    assert (skips(desk), "/n/1" in desk.server.paths) == ({1: "skip words 'iklan'"}, False)
    desk.sources = [f"Kabar {spec}"]
    desk.visit(1)
    assert skips(desk) == {}
    desk.visit(4)
    assert "pupuk" in desk.entries()[0]["content"]


@pytest.mark.parametrize("spec", BY_ARTICLE)
def test_what_only_looks_at_may_stand_in_the_article_alone(desk: Desk, spec: str) -> None:
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in (1, 2, 5)}
    desk.server.replies["/n/3"] = hostile.answer(b"", status="500 Oops")
    desk.server.replies["/n/4"] = article(4, NEWS[3], "Olahraga")
    desk.sources = [f"Kabar {spec}, only: {{category: [Dunia]}}, skip: {{words: [Bank]}}"]
    held = {2: "skip words 'Bank'", 3: "only", 4: "only"}
    for hours, count in ((0, 4), (2, 5)):
        listed(desk, spec, *NEWS[:count])
        desk.visit(hours)
        assert (skips(desk), len(desk.told()[0])) == (held, count - 3)
    desk.server.replies["/n/3"] = article(3, NEWS[2], "Dunia")
    desk.visit(4)
    assert skips(desk) == {2: held[2], 4: "only"}
    desk.sources = [f"Kabar {spec}, only: {{category: [Olahraga]}}"]
    desk.visit(6)
    assert skips(desk) == {2: "only"}, "what was told stays"
    assert [desk.server.paths.count(f"/n/{n}") for n in range(1, 6)] == [1, 0, 3, 1, 1]


@pytest.mark.parametrize(
    ("only", "asked"), [("url: [/m/]", 0), ("url: [/n/1]", 1), ("title: [^Museum]", 0), ("words: [pupuk]", 3)]
)
def test_an_article_is_asked_for_where_its_list_leaves_open_what_only_looks_at(
    desk: Desk, only: str, asked: int
) -> None:
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in (1, 2, 3)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, only: {{{only}}}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:3])
    desk.visit(0)
    assert (sum("/n/" in path for path in desk.server.paths), 3 - len(skips(desk))) == (asked, asked)


def test_what_only_fits_by_its_list_is_not_lost_by_the_words_of_its_article(desk: Desk) -> None:
    desk.server.replies["/n/1"] = article(1, f"{NEWS[0]} dan hujan", "Dunia")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, only: {{title: [badai$]}}"]
    listed(desk, BY_ARTICLE[0], NEWS[0])
    desk.visit(0)
    assert (skips(desk), "hujan" in desk.entries()[0]["title"]) == ({}, True)


def test_what_only_fits_by_its_list_comes_back_when_the_rules_change(desk: Desk) -> None:
    desk.server.replies["/n/1"] = article(1, f"{NEWS[0]} dan hujan", "Dunia")
    listed(desk, BY_ARTICLE[0], NEWS[0])
    for hours, rules, by in (
        (0, "only: {category: [Olahraga]}", {1: "only"}),
        (1, "only: {title: [badai$]}, skip: {words: [hujan]}", {1: "skip words 'hujan'"}),
        (2, "only: {title: [badai$, kabut]}, skip: {words: [kabut]}", {}),
    ):
        desk.sources = [f"Kabar {BY_ARTICLE[0]}, {rules}"]
        desk.visit(hours)
        assert skips(desk) == by


def test_xml_base_and_relative_links_make_one_address(desk: Desk) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kabar.example/a/"><id>urn:f</id><title>K</title>'
        '<updated>2024-12-12T00:00:00Z</updated><entry xml:base="b/"><id>urn:1</id><title>Feri mogok di selat</title>'
        '<link href="../c?utm_source=x"/><updated>2024-12-12T00:00:00Z</updated></entry></feed>'
    )
    desk.server.replies["/rss"] = hostile.answer(body.encode(), "Content-Type: application/atom+xml")
    desk.visit(0)
    assert [one["url"] for one in desk.entries()] == ["https://kabar.example/a/c"]
