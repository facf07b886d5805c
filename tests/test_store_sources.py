"""Sources in the store: what a changed feeds.yaml does to them, and how they are claimed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from making import START, arrival, at, configured
from sqlalchemy import select, update

from aggregator.config import Source
from aggregator.store import Store, entries, sources, wordings
from aggregator.store.schema import source
from aggregator.store.sources import Claimed, LostClaim, Polled
from aggregator.values import Reason

ONE, TWO = ("Kabar", "https://kabar.example/rss"), ("Lintas", "https://lintas.example/rss")


SPECS: dict[str, Source] = {}
"""What the file that was synchronised last says of its Sources."""


def sync(store: Store, *specs: tuple[str, str], extra: str = "", minutes: float = 0) -> dict[str, int]:
    """Bring the store in line with these Sources; gives the ids of those that are there."""
    with store.write() as connection:
        config = configured(*specs, extra=extra)
        sources.sync(connection, config, now=at(minutes))
    SPECS.clear()
    SPECS.update({spec.name: spec for spec in config.sources})
    with store.read() as connection:
        rows = connection.execute(select(source).where(source.c.retired_at.is_(None)))
        return {row.name: row.id for row in rows}


def claim(store: Store, *, minutes: float = 0, limit: int = 10, names: list[str] | None = None) -> list[Claimed]:
    with store.write() as connection:
        return sources.claim(store, connection, specs=SPECS, now=at(minutes), limit=limit, names=names)


def finish(store: Store, claimed: Claimed, *, minutes: float = 0, etag: str | None = None) -> None:
    polled = Polled("ok", at(minutes) + timedelta(hours=1), Reason("a test says so"), etag=etag, body_hash=b"x" * 16)
    with store.write() as connection:
        sources.finish(connection, claimed, polled, now=at(minutes))


def test_a_new_source_is_due_at_once(store: Store) -> None:
    sync(store, ONE)
    assert [claimed.name for claimed in claim(store)] == ["Kabar"]


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    before = sync(store, ONE, TWO)
    finish(store, claim(store)[0], etag='"e"')
    assert sync(store, ONE, TWO, minutes=5) == before
    with store.read() as connection:
        assert connection.execute(select(source.c.etag).where(source.c.name == "Kabar")).scalar() == '"e"'


def test_a_new_name_for_an_address_is_a_rename(store: Store) -> None:
    before = sync(store, ONE)
    assert sync(store, ("Kabar Baru", ONE[1])) == {"Kabar Baru": before["Kabar"]}


def test_a_new_address_for_a_name_is_a_move_that_asks_anew(store: Store) -> None:
    before = sync(store, ONE)
    finish(store, claim(store)[0], etag='"e"')
    assert sync(store, ("Kabar", "https://kabar.example/feed.xml"), minutes=5) == before
    again = claim(store, minutes=5)[0]
    assert (again.url, again.etag, again.body_hash) == ("https://kabar.example/feed.xml", None, None)


def test_two_sources_may_swap_their_names(store: Store) -> None:
    before = sync(store, ONE, TWO)
    after = sync(store, ("Lintas", ONE[1]), ("Kabar", TWO[1]))
    assert after == {"Lintas": before["Kabar"], "Kabar": before["Lintas"]}


def test_a_source_that_is_gone_keeps_its_entries_and_may_come_back(store: Store) -> None:
    before = sync(store, ONE, TWO)
    with store.write() as connection:
        entries.keep(connection, before["Kabar"], [arrival("a")], now=START)
    assert sync(store, TWO) == {"Lintas": before["Lintas"]}
    assert [claimed.name for claimed in claim(store)] == ["Lintas"]
    assert sync(store, ONE, TWO, minutes=9) == before
    with store.read() as connection:
        assert wordings.count(connection) == 1


def test_changed_settings_make_the_next_visit_read_the_whole_document(store: Store) -> None:
    sync(store, ONE)
    finish(store, claim(store)[0], etag='"e"')
    changed = configured(
        extra="  - {name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar, excerpt: 20}\n"
    )
    with store.write() as connection:
        sources.sync(connection, changed, now=at(1))
    assert claim(store, minutes=99) == [], "a process that knows the old file only does not poll it"
    SPECS.update({spec.name: spec for spec in changed.sources})
    assert claim(store, minutes=2) == []
    again = claim(store, minutes=16)[0]
    assert (again.etag, again.body_hash) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "{name: Kabar Baru, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar}",
        "{name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Kabar, interval: 2h}",
        "{name: Kabar, url: 'https://kabar.example/rss', section: dunia, outlet: Lain, public: false}",
    ],
)
def test_a_change_that_alters_no_reading_keeps_the_validators(line: str, store: Store) -> None:
    sync(store, ONE)
    finish(store, claim(store)[0], etag='"e"')
    changed = configured(extra=f"  - {line}\n")
    with store.write() as connection:
        sources.sync(connection, changed, now=at(1))
    SPECS.update({spec.name: spec for spec in changed.sources})
    (again,) = claim(store, minutes=99)
    assert (again.etag, again.body_hash) == ('"e"', b"x" * 16)


def test_a_claimed_source_is_claimed_by_nobody_else_until_it_is_finished(store: Store) -> None:
    sync(store, ONE)
    held = claim(store)[0]
    assert claim(store) == []
    finish(store, held)
    assert claim(store, minutes=30) == []
    assert len(claim(store, minutes=61)) == 1


def test_a_claim_that_ran_out_is_up_again_and_the_late_one_writes_nothing(store: Store) -> None:
    sync(store, ONE)
    late = claim(store)[0]
    with store.write() as connection:
        connection.execute(update(source).values(lease_until=START - timedelta(days=9000)))
    held = claim(store)[0]
    assert held.token != late.token
    with pytest.raises(LostClaim):
        finish(store, late)
    finish(store, held)


def test_many_claimers_at_once_get_each_source_once(store: Store) -> None:
    sync(store, *((f"S{number}", f"https://s{number}.example/rss") for number in range(40)))
    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(lambda _: claim(store, limit=10), range(8)))
    names = [claimed.name for batch in batches for claimed in batch]
    assert len(names) == len(set(names)) == 40


def test_the_longest_due_come_first(store: Store) -> None:
    sync(store, ONE)
    sync(store, ONE, TWO, minutes=5)
    assert [claimed.name for claimed in claim(store, minutes=6, limit=1)] == ["Kabar"]


def test_paused_sources_wait_unless_they_are_named(store: Store) -> None:
    extra = "  - {name: Diam, url: 'https://diam.example/rss', section: dunia, paused: true}\n"
    sync(store, ONE, extra=extra)
    assert [claimed.name for claimed in claim(store)] == ["Kabar"]
    with store.read() as connection:
        assert sources.next_due(connection) == START


def test_a_renewed_claim_stays_and_a_lost_one_stays_lost(store: Store) -> None:
    sync(store, ONE)
    held = claim(store)[0]
    with store.write() as connection:
        connection.execute(update(source).values(lease_until=START - timedelta(days=9000)))
        sources.renew(store, connection, [held])
    assert claim(store) == []
    with store.write() as connection:
        connection.execute(update(source).values(lease_until=START - timedelta(days=9000)))
    other = claim(store)[0]
    with store.write() as connection:
        connection.execute(update(source).values(lease_until=START - timedelta(days=9000)))
        sources.renew(store, connection, [held])
    assert claim(store)[0].token != other.token, "the renewal of a lost claim keeps nobody out"


def test_of_one_host_and_domain_only_so_many_are_claimed_at_once(store: Store) -> None:
    crowd = [(f"Jalur {number}", f"https://{'ab'[number % 2]}.kabar.co.id/{number}") for number in range(6)]
    sync(store, *crowd, ("Warta", "https://warta.example/rss"))

    def claimed(*held: str) -> list[str]:
        with store.write() as connection:
            now = at(0)
            found = sources.claim(store, connection, specs=SPECS, now=now, limit=9, most=2, held=held)
            return [one.name for one in found]

    assert claimed("https://a.kabar.co.id/x", "https://a.kabar.co.id/y") == ["Jalur 1", "Jalur 3", "Warta"]
    assert claimed(*(f"https://{place}.kabar.co.id/" for place in "cdef")) == []
    with store.read() as connection:
        assert sources.are_due(store, connection, now=at(0))
    assert claimed() == ["Jalur 0", "Jalur 2", "Jalur 5"]
    assert claimed() == ["Jalur 4"]
    with store.read() as connection:
        assert not sources.are_due(store, connection, now=at(0))
