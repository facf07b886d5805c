"""Visits of feeds whose items move, from a loopback host to Stories: nothing becomes new, and nobody is told twice."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
from desks import NEWS, RSS, Desk, rss
from making import START
from sqlalchemy import select

from aggregator.bounded import Bounded
from aggregator.store.schema import entry, publication


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@pytest.fixture
def desk(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Desk]:
    with outlets.outlets() as server:
        yield Desk(server, tmp_path, database_url, bounded, monkeypatch)


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
        desk.beside = [other]
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


def test_xml_base_and_relative_links_make_one_address(desk: Desk) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kabar.example/a/"><id>urn:f</id><title>K</title>'
        '<updated>2024-12-12T00:00:00Z</updated><entry xml:base="b/"><id>urn:1</id><title>Feri mogok di selat</title>'
        '<link href="../c?utm_source=x"/><updated>2024-12-12T00:00:00Z</updated></entry></feed>'
    )
    desk.server.replies["/rss"] = hostile.answer(body.encode(), "Content-Type: application/atom+xml")
    desk.visit(0)
    assert [one["url"] for one in desk.entries()] == ["https://kabar.example/a/c"]
