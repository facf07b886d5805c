"""What `only` and `skip` make of items whose articles are read: who waits for them, and who decides."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hostile
import outlets
import pytest
from desks import NEWS, RSS, Desk, rss
from making import START
from sqlalchemy import select

from aggregator import articles, clock, pipeline
from aggregator.bounded import Bounded
from aggregator.opening import Site
from aggregator.store import entries, hosts
from aggregator.store.schema import entry, log, story
from aggregator.values import Reason, Tally


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    """Give child processes that all tests of this file share."""
    with Bounded() as children:
        yield children


@pytest.fixture
def desk(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, bounded: Bounded) -> Iterator[Desk]:
    with outlets.outlets() as server:
        yield Desk(server, tmp_path, database_url, bounded, monkeypatch)


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


WAITS = "skip (its article is to be read first)"
SPORT = "skip: {category: [Olahraga]}"
BARRED = "skip category 'Olahraga'"


def linked(desk: Desk, *links: str, pad: str = "") -> None:
    """Have the outlet list items of these addresses, each of another's host maybe."""
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link></item>" for title, link in zip(NEWS, links, strict=False)
    )
    body = f"<rss version='2.0'><channel><title>Kabar{pad}</title>{items}</channel></rss>"
    desk.server.replies["/rss"] = hostile.answer(body.encode(), RSS)


@pytest.mark.parametrize("spec", BY_ARTICLE)
def test_what_its_article_may_skip_is_not_told_before_that_has_had_its_turn(
    desk: Desk, spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 2)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in range(1, 6)}
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in (2, 4)}
    desk.server.replies["/n/5"] = hostile.answer(b"", status="404 Not Found")
    desk.sources = [f"Kabar {spec}, {SPORT}"]
    listed(desk, spec, *NEWS[:5])
    desk.visit(0)
    assert sum(by == WAITS for by in skips(desk).values()) == 3
    assert len(desk.told()[0]) + len(skips(desk)) == 5
    for hours in (1, 2, 3):
        desk.visit(hours)
    assert skips(desk) == {2: BARRED, 4: BARRED}
    assert len(desk.told()[0]) == 3, "what cannot be had is judged by its list"
    assert [desk.server.paths.count(f"/n/{n}") for n in range(1, 5)] == [1] * 4


def test_articles_of_items_that_their_list_dropped_have_their_turn_though_it_changes_each_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 2)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in range(1, 7)}
    desk.server.replies["/n/4"] = article(4, NEWS[3], "Olahraga")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    linked(desk, *(desk.server.url(f"/n/{n}") for n in range(1, 6)))
    desk.visit(0)
    assert sum(by == WAITS for by in skips(desk).values()) == 3
    for hours in (1, 2):
        linked(desk, desk.server.url("/n/1"), pad=f" pukul {hours}")
        desk.visit(hours)
    assert (skips(desk), len(desk.told()[0])) == ({4: BARRED}, 4)
    assert [desk.server.paths.count(f"/n/{n}") for n in range(1, 6)] == [1] * 5


def test_sites_that_are_closed_keep_no_other_from_its_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two sites, of which a visit asks one, the robots.txt of the first cannot be had for days."""
    monkeypatch.setattr(articles, "MOST_SITES", 1)
    monkeypatch.setattr(articles, "MOST", 2)
    monkeypatch.setattr(articles, "MOST_WANTED", 4)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in range(1, 7)}
    down = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    with outlets.outlets({"/robots.txt": down} | desk.server.replies) as closed:
        desk.beside = [closed]
        links = [closed.url(f"/n/{n}", "localhost") for n in (1, 2, 3)] + [desk.server.url("/n/4")]
        linked(desk, *links)
        desk.visit(0)
        assert skips(desk) == dict.fromkeys(range(1, 5), WAITS)
        desk.visit(2)
        assert skips(desk) == {1: WAITS, 2: WAITS, 3: WAITS, 4: BARRED}, "none asked a second time"
        desk.visit(5.9)
        assert (len(skips(desk)), desk.told()[0]) == (4, {})
        desk.visit(6.1)
        assert (skips(desk), len(desk.told()[0])) == ({4: BARRED}, 3), "their lists' words do"
        closed.replies["/robots.txt"] = hostile.answer(b"", status="404 Not Found")
        for hours in (8, 10):
            desk.visit(hours)
        assert all(one["content"] for one in desk.entries())
        assert (skips(desk), len(desk.told()[0])) == ({4: BARRED}, 3), "what is told is not taken back"


@pytest.mark.parametrize("listing", ["", "503 Down"])
def test_a_host_that_asks_to_wait_each_time_holds_nothing_for_ever(desk: Desk, listing: str) -> None:
    desk.server.replies["/n/1"] = article(1, NEWS[0], "Dunia")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    busy = hostile.answer(b"", "Retry-After: 600000", status="429 Slow down")
    with outlets.outlets({f"/n/{n}": busy for n in (1, 2)}) as other:
        desk.beside = [other]
        linked(desk, *(other.url(f"/n/{n}", "localhost") for n in (1, 2)))
        desk.visit(0)
        if listing:
            desk.server.replies["/rss"] = hostile.answer(b"", status=listing)
        desk.visit(2)
        assert skips(desk) == {1: WAITS, 2: WAITS}
        desk.visit(5.9)
        assert skips(desk)[1] == WAITS
        desk.visit(6.1)
        assert (skips(desk), len(desk.told()[0])) == ({}, 2)


@pytest.mark.parametrize("changes", [True, False])
def test_a_page_that_fails_three_times_is_waited_for_no_longer(desk: Desk, changes: bool) -> None:
    desk.server.replies["/n/1"] = hostile.answer(b"", status="500 Oops")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for hours, held in ((0, {1: WAITS}), (1, {1: WAITS}), (2, {})):
        linked(desk, desk.server.url("/n/1"), pad=str(hours) if changes else "")
        desk.visit(hours)
        assert skips(desk) == held
    assert len(desk.told()[0]) == 1


def test_what_waits_for_its_article_is_let_in_though_its_source_is_gone(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:3])
    desk.visit(0)
    assert set(skips(desk).values()) == {WAITS}
    desk.server.replies["/lain"] = hostile.answer(rss(NEWS[4]), RSS)
    desk.sources = ["Warta /lain"]
    desk.visit(5)
    assert len(skips(desk)) == 3
    desk.visit(7)
    assert (skips(desk), len(desk.told()[0])) == ({}, 4)


def test_a_host_that_refuses_lets_all_be_judged_by_their_list_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 2)
    desk.server.replies |= {f"/n/{n}": hostile.answer(b"", status="403 Forbidden") for n in range(1, 6)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:5])
    desk.visit(0)
    assert (skips(desk), len(desk.told()[0])) == ({}, 5)
    assert sum("/n/" in path for path in desk.server.paths) == 2


@pytest.mark.parametrize("where", ["closed", "busy", "refusing"])
def test_a_page_that_leads_elsewhere_in_vain_says_nothing_of_its_host(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(articles, "MOST", 2)
    answers = {
        "closed": {"/robots.txt": hostile.answer(b"", status="503 Down")},
        "busy": {"/x": hostile.answer(b"", "Retry-After: 600000", status="429 Slow down")},
        "refusing": {"/x": hostile.answer(b"", status="403 Forbidden")},
    }
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in (3, 4)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    with outlets.outlets(answers[where]) as other:
        desk.beside = [other]
        led = hostile.redirect(302, other.url("/x", "localhost"))
        desk.server.replies |= {"/n/1": led, "/n/2": led}
        for hours in range(5):
            linked(desk, *(desk.server.url(f"/n/{n}") for n in range(1, 5)), pad=str(hours))
            desk.visit(hours)
            assert len(skips(desk)) == 4 or hours > 1
    assert (skips(desk), len(desk.told()[0])) == ({3: BARRED, 4: BARRED}, 2)
    assert [desk.server.paths.count(f"/n/{n}") for n in range(1, 5)] == [3, 3, 1, 1]


def test_pages_that_lead_to_more_sites_than_a_visit_asks_wait_for_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST_SITES", 1)
    monkeypatch.setattr(articles, "LED", 1)
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    with ExitStack() as stack:
        for n in range(1, 6):
            page = {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga")}
            desk.beside.append(stack.enter_context(outlets.outlets(page)))
            desk.server.replies[f"/n/{n}"] = hostile.redirect(302, desk.beside[-1].url(f"/n/{n}", "localhost"))
        listed(desk, BY_ARTICLE[0], *NEWS[:5])
        for hours in range(5):
            desk.visit(hours)
            assert list(skips(desk).values()).count(BARRED) == hours + 1
    assert (skips(desk), desk.told()[0]) == (dict.fromkeys(range(1, 6), BARRED), {})
    assert sum("/n/" in path for path in desk.server.paths) == 4 + 4 + 3 + 2 + 1


def test_a_page_that_leads_on_keeps_no_other_of_its_host_from_its_turn_where_many_sites_are_linked(desk: Desk) -> None:
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in (2, 3)}
    closed = {"/robots.txt": hostile.answer(b"", status="503 Down")}
    with ExitStack() as stack:
        led = stack.enter_context(outlets.outlets({"/n/1": article(1, NEWS[0], "Olahraga")}))
        desk.server.replies["/n/1"] = hostile.redirect(302, led.url("/n/1", "localhost"))
        others = [stack.enter_context(outlets.outlets(dict(closed))) for _ in range(12)]
        desk.beside = [led, *others]
        links = [desk.server.url(f"/n/{n}") for n in (1, 2, 3)] + [one.url("/n/9", "localhost") for one in others]
        titles = [*NEWS[:3], *(f"Kabar lain nomor {n} dari kota" for n in range(12))]
        items = "".join(
            f"<item><title>{title}</title><link>{link}</link></item>" for title, link in zip(titles, links, strict=True)
        )
        desk.server.replies["/rss"] = hostile.answer(
            f"<rss version='2.0'><channel><title>Kabar</title>{items}</channel></rss>".encode(), RSS
        )
        desk.visit(0)
        assert [one["skipped_by"] for one in desk.entries() if one["url"] in links[:3]] == [BARRED] * 3


def test_nothing_is_written_at_a_visit_that_asks_for_no_article(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:3])
    desk.visit(0)

    def touches(site: Site) -> list[int]:
        with site.store.read() as connection:
            return list(connection.execute(select(story.c.touches).order_by(story.c.id)).scalars())

    before = desk.on_site(touches)
    desk.visit(2)
    assert len(before) == 3 and desk.on_site(touches) == before


def test_a_new_page_that_is_refused_at_each_visit_keeps_no_other_from_its_turn(desk: Desk) -> None:
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in (4, 5)}
    desk.server.replies |= {f"/n/{n}": hostile.answer(b"", status="403 Forbidden") for n in (1, 2, 3)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for hours in range(3):
        linked(desk, *(desk.server.url(f"/n/{n}") for n in (hours + 1, 4, 5)))
        desk.visit(hours)
    assert skips(desk) == {4: BARRED, 5: BARRED}


def test_hosts_that_are_to_be_left_alone_come_last(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "MOST_SITES", 1)
    monkeypatch.setattr(articles, "MOST", 1)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in range(1, 7)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    with outlets.outlets(dict(desk.server.replies)) as other:
        desk.beside = [other]
        linked(desk)
        desk.visit(0)
        linked(desk, *(other.url(f"/n/{n}", "localhost") for n in (1, 2, 3)), desk.server.url("/n/4"))
        desk.on_site(lambda site: _leave_alone(site, f"localhost:{other.port}", START + timedelta(days=2)))
        desk.visit(1)
        assert skips(desk) == {1: WAITS, 2: WAITS, 3: WAITS, 4: BARRED}


def _leave_alone(site: Any, host: str, until: datetime) -> None:
    with site.store.write() as connection:
        told = Tally(host, requests=1, waits=1, wait_until=until, wait_reason=Reason("retry-after"))
        hosts.record(connection, [told], now=START)


def test_articles_of_a_list_that_always_ends_in_the_middle_have_their_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in (1, 2, 3)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for hours in range(4):
        linked(desk, *(desk.server.url(f"/n/{n}") for n in ((1, 2, 3) if not hours else (1,))))
        whole = desk.server.replies["/rss"].partition(b"\r\n\r\n")[2]  # type: ignore[union-attr]
        desk.server.replies["/rss"] = hostile.answer(whole.replace(b"</channel></rss>", b"<item><ti"), RSS)
        desk.visit(hours)
    assert skips(desk) == {1: BARRED, 2: BARRED, 3: BARRED}


@pytest.mark.parametrize("is_listed", [True, False])
def test_what_is_free_by_its_list_when_rules_change_waits_for_its_article(desk: Desk, is_listed: bool) -> None:
    desk.server.replies["/n/1"] = article(1, NEWS[3], "Olahraga")
    desk.server.replies["/n/2"] = article(2, NEWS[1], "Dunia")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{title: ['^Timnas|^Bank'], category: [Olahraga]}}"]
    listed(desk, BY_ARTICLE[0], NEWS[3], NEWS[1])
    desk.visit(0)
    assert "/n/1" not in desk.server.paths
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    if not is_listed:
        desk.server.replies["/rss"] = hostile.answer(rss(NEWS[5], guid="lain", link="http://kabar.example/9"), RSS)
    desk.visit(9)
    if not is_listed:
        assert {n: by for n, by in skips(desk).items() if n < 3} == {1: WAITS, 2: WAITS}
    desk.visit(11)
    assert {n: by for n, by in skips(desk).items() if n < 3} == {1: BARRED}
    assert [desk.server.paths.count(f"/n/{n}") for n in (1, 2)] == [1, 1]


def test_the_wait_for_an_article_begins_when_its_list_lets_the_item_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    desk.server.replies |= {"/n/1": article(1, NEWS[0], "Dunia"), "/n/2": article(2, NEWS[3], "Olahraga")}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, only: {{title: [Feri, Akhirnya]}}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], NEWS[2], NEWS[3])
    desk.visit(0)
    assert skips(desk) == {1: "only", 2: "only"}
    listed(desk, BY_ARTICLE[0], NEWS[0], f"Akhirnya {NEWS[3]}")
    desk.visit(8)
    assert skips(desk) == {2: WAITS}
    desk.visit(9)
    assert skips(desk) == {2: BARRED}


def test_a_headline_that_changes_at_each_visit_does_not_end_the_wait(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for minutes in range(0, 350, 25):
        listed(desk, BY_ARTICLE[0], f"{NEWS[3]} pukul {minutes}")
        desk.visit(minutes / 60)
        assert skips(desk) == {1: WAITS}
    desk.visit(6)
    assert skips(desk) == {}


def backlog(desk: Desk) -> list[bool]:
    """Say of each Entry whether it is no news."""

    def read(site: Site) -> list[bool]:
        with site.store.read() as connection:
            return list(connection.execute(select(entry.c.backlog).order_by(entry.c.id)).scalars())

    return desk.on_site(read)  # type: ignore[no-any-return]


def test_what_waited_for_its_article_is_as_new_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Dunia") for n in range(1, 5)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    link = desk.server.url("/n/{n}")
    desk.server.replies["/rss"] = hostile.answer(rss(NEWS[0], link=link), RSS)
    desk.visit(0)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:3], link=link, old=49), RSS)
    desk.visit(1)
    desk.visit(2)
    assert (skips(desk), backlog(desk)) == ({}, [False, False, False])


@pytest.mark.parametrize("hours", [[1, 2], [1, 9]])
def test_what_is_freed_when_it_is_old_is_no_news_though_it_waits_for_its_article(desk: Desk, hours: list[int]) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, only: {{title: [tidak]}}"]
    link = desk.server.url("/n/{n}")
    desk.server.replies["/rss"] = hostile.answer(rss(NEWS[0], link=link), RSS)
    desk.visit(-24)
    desk.server.replies["/rss"] = hostile.answer(rss(*NEWS[:2], link=link, old=60), RSS)
    desk.visit(0)
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for hour in hours:
        desk.visit(hour)
    if hours[-1] > 7:
        assert (skips(desk), backlog(desk)) == ({}, [True, True])
    else:
        assert skips(desk) == {1: WAITS, 2: WAITS}


@pytest.mark.parametrize(("day", "is_old"), [("2024-10-01", True), (START.date().isoformat(), False), ("", False)])
def test_what_its_article_dates_is_as_old_as_that_says_though_it_waited(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, day: str, is_old: bool
) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    dated = f"<meta property='article:published_time' content='{day}T00:00:00Z'></head>" if day else "</head>"
    pages = {f"/n/{n}": article(n, NEWS[n - 1], "Dunia").replace(b"</head>", dated.encode()) for n in (1, 2)}
    desk.server.replies |= {path: hostile.answer(page.partition(b"\r\n\r\n")[2]) for path, page in pages.items()}
    desk.sources = [f"Kabar {BY_ARTICLE[1]}, {SPORT}"]
    listed(desk, BY_ARTICLE[1], *NEWS[:2])
    desk.visit(0)
    assert skips(desk) == {2: WAITS}
    desk.visit(1)
    assert (skips(desk), backlog(desk)) == ({}, [is_old] * 2)


def test_a_host_that_leads_each_page_on_to_itself_and_refuses_is_asked_for_two(desk: Desk) -> None:
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for n in range(1, 6):
        desk.server.replies[f"/n/{n}"] = hostile.redirect(301, f"/n/{n}/")
        desk.server.replies[f"/n/{n}/"] = hostile.answer(b"", status="403 Forbidden")
    listed(desk, BY_ARTICLE[0], *NEWS[:5])
    desk.visit(0)
    assert sum("/n/" in path for path in desk.server.paths) == 4
    assert (skips(desk), len(desk.told()[0])) == ({}, 5)


def test_a_page_that_fails_under_ever_new_headlines_is_asked_for_three_times(desk: Desk) -> None:
    desk.server.replies["/n/1"] = hostile.answer(b"", status="500 Oops")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for quarter in range(3):
        assert skips(desk) == {1: WAITS} if quarter else True
        listed(desk, BY_ARTICLE[0], f"{NEWS[3]} menit {quarter}")
        desk.visit(quarter / 4)
    assert (skips(desk), desk.server.paths.count("/n/1")) == ({}, 3)


@pytest.mark.parametrize(
    "around", ["{}", "<p>{}" + " &#160;" * 600 + "</p>", f"<a href='https://kabar.example/{'x' * 1200}'>{{}}</a>"]
)
def test_what_holds_a_teaser_alone_or_has_no_address_waits_for_what_it_may_have(desk: Desk, around: str) -> None:
    desk.server.replies["/n/1"] = article(1, NEWS[0], "Olahraga")
    teaser = "<description>Ringkas.</description><content:encoded><![CDATA["
    teaser += around.format("Ringkas saja, klik di sini.") + "]]></content:encoded>"
    items = f"<item><title>{NEWS[0]}</title><link>{desk.server.url('/n/1')}</link>{teaser}</item>"
    items += f"<item><title>{NEWS[1]} hari ini</title><guid isPermaLink='false'>urn:2</guid></item>"
    feed = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>K</title>"
    desk.server.replies["/rss"] = hostile.answer(f"{feed}{items}</channel></rss>".encode(), RSS)
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{title: [Feri, Bank], category: [Olahraga]}}"]
    desk.visit(0)
    desk.server.replies["/rss"] = hostile.answer(rss(NEWS[5], guid="lain", link="http://kabar.example/9"), RSS)
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    for hours, held in ((1, {desk.server.url("/n/1"): WAITS}), (2, {desk.server.url("/n/1"): BARRED})):
        desk.visit(hours)
        told = {one["url"]: one["skipped_by"] for one in desk.entries() if one["skipped_by"]}
        assert {url: by for url, by in told.items() if url != "http://kabar.example/9"} == held


def test_no_article_is_asked_for_that_frees_nothing(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:2])
    desk.visit(0)
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="404 Not Found")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{category: [Olahraga], url: [/n/]}}"]
    for hours in (2, 3):
        desk.visit(hours)
    assert set(skips(desk).values()) == {"skip url '/n/'"}
    assert not [path for path in desk.server.paths if path.startswith("/n/")]


def test_a_wall_in_place_of_all_articles_does_not_tell_them(desk: Desk) -> None:
    wall = b"<html lang=id><head><title>Persetujuan</title></head><body><article><h1>Persetujuan</h1><p>" + (
        b"Kami dan mitra kami memakai kuki untuk iklan; setujui agar dapat membaca berita kami dengan bebas. " * 9
    )
    desk.server.replies |= {f"/n/{n}": hostile.answer(wall) for n in range(1, 5)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:4])
    desk.visit(0)
    assert skips(desk) == dict.fromkeys(range(1, 5), WAITS)
    desk.server.replies |= {f"/n/{n}": article(n, NEWS[n - 1], "Olahraga") for n in range(1, 5)}
    desk.visit(1)
    assert skips(desk) == dict.fromkeys(range(1, 5), BARRED)


def test_an_expression_that_cannot_be_told_holds_nothing_that_waited(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    title = f"{'a' * 40}! {NEWS[0]}"
    desk.server.replies |= {f"/n/{n}": article(n, title, "Dunia") for n in (1, 2, 3)}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{category: [Olahraga], title: ['^(a|a)*$']}}"]
    listed(desk, BY_ARTICLE[0], *(f"{title} {n}" for n in range(3)))
    desk.visit(0)
    assert skips(desk) == {2: WAITS, 3: WAITS}
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{category: [Olahraga, Iklan], title: ['^(a|a)*$']}}"]
    for hours, left in ((1, 1), (2, 0)):
        desk.visit(hours)
        assert list(skips(desk).values()) == [WAITS] * left


def test_two_processes_let_in_what_has_waited_once(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    desk.server.replies["/rss"] = hostile.answer(
        rss(*(f"{NEWS[n % 6]} {n}" for n in range(60)), link=desk.server.url("/n/{n}")), RSS
    )
    desk.visit(0)
    desk.monkeypatch.setenv("ANYAM_AT", (START + timedelta(hours=7)).isoformat())
    start = threading.Barrier(2)

    def let_in(site: Site) -> int:
        start.wait()
        with site.store.write() as connection:
            return entries.let_in(connection, now=clock.now(), most=100)

    with desk.opened() as one, desk.opened() as other:
        with ThreadPoolExecutor() as pool:
            assert sum(pool.map(let_in, (one, other))) == 60
        with one.store.read() as connection:
            lines = connection.execute(select(log.c.entry_id).where(log.c.kind == "entry")).scalars().all()
        assert len(lines) == len(set(lines)) == 60
        pipeline.make_stories_in_turn(other)
    assert desk.told()[0]


def test_what_waits_for_its_article_waits_though_the_rules_change_and_not_where_none_is_read(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    listed(desk, BY_ARTICLE[0], *NEWS[:3])
    for hours, rules, held in (
        (0, SPORT, {1: WAITS, 2: WAITS, 3: WAITS}),
        (1, "skip: {category: [Olahraga, Iklan]}", {1: WAITS, 2: WAITS, 3: WAITS}),
        (2, "skip: {category: [Olahraga], url: [/n/2]}", {1: WAITS, 2: "skip url '/n/2'", 3: WAITS}),
        (3, "full_text: false, skip: {category: [Olahraga], url: [/n/2]}", {2: "skip url '/n/2'"}),
    ):
        spec = "/rss" if "full_text" in rules else BY_ARTICLE[0]
        desk.sources = [f"Kabar {spec}, {rules}"]
        desk.visit(hours)
        assert skips(desk) == held
    assert len(desk.told()[0]) == 2


def test_items_whose_list_says_what_skip_looks_at_wait_for_nothing(desk: Desk) -> None:
    desk.server.replies["/robots.txt"] = hostile.answer(b"", status="503 Down")
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, skip: {{title: [^Iklan], url: [/x/]}}"]
    listed(desk, BY_ARTICLE[0], *NEWS[:3])
    desk.visit(0)
    assert (skips(desk), len(desk.told()[0])) == ({}, 3)


def test_what_its_article_skipped_at_first_is_as_new_as_that_dates_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MOST", 1)
    dated = f"<meta property='article:published_time' content='{START.isoformat()}'></head>".encode()
    for n in (1, 2):
        page = article(n, NEWS[n - 1], "Olahraga").partition(b"\r\n\r\n")[2]
        desk.server.replies[f"/n/{n}"] = hostile.answer(page.replace(b"</head>", dated))
    desk.sources = [f"Kabar {BY_ARTICLE[1]}, {SPORT}"]
    listed(desk, BY_ARTICLE[1], *NEWS[:2])
    for hours in (0.5, 1):
        desk.visit(hours)
    assert skips(desk) == {1: BARRED, 2: BARRED}
    desk.sources = [f"Kabar {BY_ARTICLE[1]}"]
    desk.visit(2)
    assert (skips(desk), backlog(desk)) == ({}, [False, False])


LISTS = {
    "nothing": "",
    "articles elsewhere": f"<script type='application/ld+json'>{{'@type': 'ItemList', 'itemListElement': [{{'@type': "
    f"'NewsArticle', 'url': '/n/2', 'headline': '{NEWS[1]}'}}]}}</script>".replace("'", '"'),
    "a collection": "<meta property='og:type' content=article>"
    "<meta property='article:published_time' content='2019-01-01'>"
    """<script type='application/ld+json'>{"@type": ["WebPage", "CollectionPage"]}</script>""",
    "an undated article": "<meta property='og:type' content=article>",
}
"""What a section's page says of itself in its head."""


@pytest.mark.parametrize(
    ("says", "where", "title"),
    [
        ("nothing", "/", "Kabar"),
        ("articles elsewhere", "/ekonomi/", "Ekonomi | Kabar"),
        ("a collection", "/ekonomi/", "Kabar"),
        ("an undated article", "/cari/?arsip=1", "Feri saat badai: semua kabar"),
    ],
)
@pytest.mark.parametrize("spec", BY_ARTICLE)
def test_an_article_that_was_taken_down_does_not_become_the_page_to_which_its_address_leads(
    desk: Desk, spec: str, says: str, where: str, title: str
) -> None:
    teasers = f"<h2><a href='/n/1'>{NEWS[0]}</a></h2><a href='/n/1'><h2>{NEWS[0]}</h2></a><p>Feri mogok di selat.</p>"
    teasers += "".join(f"<h2><a href='/n/{n}'>{NEWS[n]}</a></h2><p>{WORDS.format(n=n)}</p>" for n in range(1, 5))
    desk.server.replies["/n/1"] = hostile.redirect(302, where)
    desk.server.replies[where] = hostile.answer(
        f"<html lang=id><head><title>{title}</title>{LISTS[says]}<meta property='article:section' content='Olahraga'>"
        f"</head><body><main>{teasers}</main></body></html>".encode()
    )
    desk.sources = [f"Kabar {spec}, {SPORT}"]
    listed(desk, spec, NEWS[0])
    for hours in range(4):
        desk.visit(hours)
    (one,) = desk.entries()
    assert (one["title"], one["content"], one["skipped_by"]) == (NEWS[0], "", None)
    assert len(desk.told()[0]) == 1


MOVED = "/2024/feri-mogok"
MARKS = {
    "in its head": "<meta property='og:type' content=article>"
    "<meta property='article:published_time' content='2024-12-12'>",
    "in its data": f"<link rel=canonical href='{MOVED}/'><script type='application/ld+json'>"
    f"""{{"@type": "NewsArticle", "mainEntityOfPage": {{"@id": "{MOVED}/"}}}}</script>""",
    "in its only data": "<script type='application/ld+json'>"
    """{"@type": "Article", "name": "Truk antre: penyeberangan lumpuh"}</script>""",
    "": "",
}
"""How a page says that it is an article."""


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("title", [f"{NEWS[0]}, kapal ditarik", "Penyeberangan lumpuh, ratusan truk antre"])
def test_an_article_that_has_moved_is_read_where_it_says_so_or_has_its_headline(
    desk: Desk, title: str, marks: str
) -> None:
    desk.server.replies["/n/1"] = hostile.redirect(301, MOVED)
    desk.server.replies[MOVED] = hostile.answer(
        f"<html lang=id><head><title>{title}</title>{MARKS[marks]}</head><body><article><h1>{title}</h1>"
        f"<p>{WORDS.format(n=1) * 8}</p></article></body></html>".encode()
    )
    desk.sources = [f"Kabar {BY_ARTICLE[0]}, {SPORT}"]
    listed(desk, BY_ARTICLE[0], NEWS[0])
    desk.visit(0)
    assert ("pupuk" in desk.entries()[0]["content"]) is (bool(marks) or title.startswith(NEWS[0]))
