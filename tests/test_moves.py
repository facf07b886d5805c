"""When a Source has moved for good."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hostile import answer, redirect
from making import START
from outlets import feed, outlets, write_feeds

from aggregator import moves, pipeline
from aggregator.bounded import Bounded
from aggregator.config import Settings
from aggregator.moves import Move
from aggregator.opening import open_site
from aggregator.polling import Visited
from aggregator.store import reading

HOUR = timedelta(hours=1)


def test_a_move_is_believed_once_it_was_met_often_and_long_enough() -> None:
    move = None
    for hours in (0, 1, 2, 47):
        move = moves.seen(move, "https://b.example/", now=START + hours * HOUR)
        assert move is not None and not moves.has_held(move, now=START + hours * HOUR)
    assert moves.has_held(move, now=START + 48 * HOUR)
    assert not moves.has_held(Move("https://b.example/", START, visits=2), now=START + 480 * HOUR)


def test_another_address_or_one_answer_without_a_move_starts_anew() -> None:
    first = moves.seen(None, "https://b.example/", now=START)
    other = moves.seen(first, "https://c.example/", now=START + HOUR)
    assert other == Move("https://c.example/", START + HOUR)
    assert moves.seen(other, None, now=START + 2 * HOUR) is None


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as children:
        yield children


def test_credentials_stay_at_home_when_a_source_has_moved_to_another_host(
    tmp_path: Path, database_url: str, bounded: Bounded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAID", "geheim")
    with outlets() as home, outlets({"/new": feed("Kapal feri tiba")}) as foreign:
        home.replies |= {"/feed": redirect(301, foreign.url("/new")), "/near": redirect(308, "/nearer")}
        home.replies["/nearer"] = feed("Kapal feri berangkat", of="dekat")
        keys = ", auth: {user: budi, password_env: PAID}, headers: {X-Key: kunci}"
        file = write_feeds(tmp_path, home, f"Jauh /feed{keys}", f"Dekat /near{keys}")
        file.write_text(file.read_text().replace("'127", f"'127.0.0.1:{foreign.port}', '127"))
        settings = Settings(config_path=file, database_url=database_url)

        def poll(hours: int) -> dict[str, Visited]:
            monkeypatch.setenv("ANYAM_AT", (START + hours * HOUR).isoformat())
            site = open_site(settings)
            try:
                visits = asyncio.run(pipeline.run_once(site, bounded))
                problems = {str(row["name"]): row["problems"] for row in reading.sources(site.store)}
            finally:
                site.store.close()
            told.append(problems["Jauh"])
            assert problems["Dekat"] is None
            return {visit.source: visit for visit in visits}

        told: list[object] = []
        for hours in (0, 25, 50):
            poll(hours)
        met = len(home.visits)
        for hours in (75, 100):
            error = poll(hours)["Jauh"].error
        assert [visit.path for visit in home.visits[met:]] == ["/nearer", "/nearer"], "both are asked where they moved"
        foreign.replies["/new"] = answer(b"", status="401 Unauthorized")
        failed = poll(125)["Jauh"].error
    assert [visit.path for visit in foreign.visits] == ["/new"] * 6
    assert not any(visit.header("authorization") or visit.header("x-key") for visit in foreign.visits)
    assert all(visit.header("authorization") and visit.header("x-key") == "kunci" for visit in home.visits)
    words = f"its auth and headers are not sent to 127.0.0.1:{foreign.port}, to which it has moved"
    assert [words in str(one) for one in told] == [False, False, False, True, True, True]
    assert str(told[-1]).count(words) == 1
    assert words in str(failed) and "put the new address into feeds.yaml" in str(failed)
    assert error is None, "an unchanged document is no new trouble"


def test_what_was_said_of_a_move_goes_when_the_former_address_is_asked_again() -> None:
    said = moves.withheld("https://a.example/feed", "https://b.example/feed", has_auth=True, has_headers=False)
    assert said is not None and said.startswith("its auth is not sent to b.example")
    assert moves.without_withheld(f"3 items have no title; {said}") == "3 items have no title"
    assert moves.without_withheld(said) is None and moves.without_withheld(None) is None
    for there in ("https://a.example/other", "https://A.example:443/x"):
        assert moves.withheld("https://a.example/feed", there, has_auth=True, has_headers=True) is None
    assert moves.withheld("http://a.example/feed", "https://a.example/feed", has_auth=True, has_headers=True) is None
    assert moves.withheld("https://a.example/feed", "http://a.example/feed", has_auth=True, has_headers=False)
    assert moves.withheld("https://a.example/", "https://a.example:8443/", has_auth=False, has_headers=True)
    assert moves.withheld("https://a.example/", "https://b.example/", has_auth=False, has_headers=False) is None
