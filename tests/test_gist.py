"""What the engine keeps of a report: packed and unpacked it is the same, and the store gives it back."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import START, arrival, at, configured, report
from sqlalchemy import select

from aggregator import gist
from aggregator.store import Store, entries, gists, log, sources
from aggregator.store.schema import gist as table
from aggregator.store.schema import source


def same(one: gist.Gist, other: gist.Gist) -> bool:
    evidence, told = one.evidence, other.evidence
    arrays = (evidence.terms, told.terms), (evidence.weights, told.weights)
    return (
        all(np.array_equal(*pair) and pair[0].dtype == pair[1].dtype for pair in arrays)
        and replace(one, evidence=replace(evidence, terms=np.zeros(0), weights=np.zeros(0))).evidence.ends == told.ends
        and (one.title, one.tags) == (other.title, other.tags)
        and (evidence.outlet, evidence.language, evidence.published_at)
        == (told.outlet, told.language, told.published_at)
    )


@pytest.mark.parametrize("published", [None, START])
@given(title=st.text(max_size=80), text=st.text(max_size=400))
def test_what_is_packed_is_unpacked_as_it_was(published: object, title: str, text: str) -> None:
    one = gist.read(replace(report(1, title, outlet="Kabar", text=text), published_at=published))
    assert same(gist.unpack(gist.pack(one), outlet="Kabar"), one)


def test_a_usual_report_takes_less_than_a_kibibyte() -> None:
    words = "Sebanyak 148 penumpang feri dievakuasi setelah mesin mati di tengah selat menurut kepala Basarnas " * 4
    assert len(gist.pack(gist.read(report(1, "Feri mogok di selat saat badai", text=words)))) < 1024


def test_the_store_gives_what_this_version_made_until_it_is_too_old(store: Store) -> None:
    with store.write() as connection:
        sources.sync(connection, configured(("Kabar", "https://kabar.example/rss")), now=START)
        kabar = connection.execute(select(source.c.id)).scalar_one()
        old, new = (
            entries.keep(connection, kabar, [arrival(name)], now=at(minutes)).new[0]
            for name, minutes in (("a", 0), ("b", 60))
        )
        gists.put(connection, b"now", {old: b"one", new: b"two"})
        gists.put(connection, b"now", {new: b"three"})
        lines = log.after(connection, 0, limit=9)
        seqs = {line.entry: line.seq for line in lines}
        assert gists.of(connection, b"now", lines) == {seqs[old]: b"one", seqs[new]: b"three"}
        assert gists.of(connection, b"before", lines) == {}
        gists.clear(connection, before=START + timedelta(minutes=30))
        assert list(connection.execute(select(table.c.entry_id)).scalars()) == [new]
        gists.clear(connection, before=START + timedelta(days=30))
        assert list(connection.execute(select(table.c.entry_id)).scalars()) == [new], "nothing is newer to count from"


def test_the_version_is_of_the_rules_that_read() -> None:
    assert gist.version() == gist.version()
    assert len(gist.version()) == 8


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"x", b"[]", b"7\n", b'["a","id",null,7]\n', b'["a","id",1e30,[0,0,0,0,0,0]]\n' + b"0" * 120, "cut", "more"],
)
def test_what_is_no_gist_is_told_as_such(rubbish: bytes | str) -> None:
    whole = gist.pack(gist.read(report(1, "Feri karam")))
    packed = {"cut": whole[:-3], "more": whole + b"x"}[rubbish] if isinstance(rubbish, str) else rubbish
    with pytest.raises(ValueError, match=r"gist|Expecting|unpack"):
        gist.unpack(packed, outlet="Kabar")
