"""What the articles of one Source may cost: sites, bytes, and the children's time."""

import gzip
from pathlib import Path

import pytest
from hostile import answer, redirect
from outlets import outlets
from test_articles import Round, bounded, here, listing, serve, told  # noqa: F401

from aggregator import articles
from aggregator.fetch.decode import MAX_BYTES


def spread(ports: list[int], count: int) -> bytes:
    """Write a list whose articles lie at many sites in turn."""
    rows = "".join(
        f"<article><h2><a href='http://127.0.0.1:{ports[n % len(ports)]}/berita/{n}'>"
        f"Kapal feri nomor {n} tiba dengan selamat di pelabuhan</a></h2></article>"
        for n in range(count)
    )
    return f"<html lang='id'><title>Kabar</title><main>{rows}</main></html>".encode()


def test_a_visit_asks_few_sites_and_the_next_one_the_others(
    here: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(articles, "MOST_SITES", 2)
    monkeypatch.setattr(articles, "LED", 0)
    with outlets() as one, outlets() as two:
        file: Path = here.settings.config_path
        allowed = "".join(f"'127.0.0.1:{server.port}', " for server in (one, two))
        file.write_text(file.read_text().replace("allow: [", f"allow: [{allowed}"))
        servers = [here.server, one, two]
        for server in servers:
            server.replies |= {f"/berita/{number}": told(number) for number in range(6)}
            server.replies["/robots.txt"] = answer(b"", status="404 Not Found")
        one.replies["/berita/1"] = redirect(302, two.url("/berita/1"))
        serve(here.server, spread([server.port for server in servers], 6), '"one"')
        here.visit()
        assert here.texts().count(True) == 3
        assert two.paths == [], "neither for an article nor where a redirect leads"
        one.replies["/berita/1"] = told(1)
        here.visit()
        assert here.texts() == [True] * 6


def test_no_visit_takes_more_bytes_than_its_share(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(articles, "MOST_BYTES", 2_000)
    here.visit()
    assert here.texts().count(True) == 2
    assert "cost more than one visit may" in here.problems()
    here.visit()
    assert here.texts() == [True] * 3


def test_pages_that_are_too_large_count_with_what_was_read_of_them(
    here: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few kilobytes that unpack without end cost as much as any page of that size."""
    monkeypatch.setattr(articles, "MOST_BYTES", 2 * MAX_BYTES)
    bomb = answer(gzip.compress(bytes(MAX_BYTES + 99)), "Content-Encoding: gzip")
    serve(here.server, listing(6), '"six"')
    here.server.replies |= {f"/berita/{number}": bomb for number in range(6)}
    assert len(here.visit()[1]) == 2
    assert "larger than 16 MiB" in here.problems()


def test_no_visit_takes_more_time_of_the_children_than_its_share(
    here: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(articles, "MOST_WORK", 0.0)
    here.visit()
    assert here.texts() == [False] * 3
    assert "cost more than one visit may" in here.problems()
    monkeypatch.undo()
    here.visit()


def test_pages_beyond_what_the_process_may_hold_come_at_a_later_visit(
    here: Round,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(articles, "MOST_HELD", 1_000)
        here.visit()
    assert here.texts() == [False] * 3
    here.visit()
    assert here.texts() == [True] * 3
