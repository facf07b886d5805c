"""Proposed selectors: what a list's own ones that match nothing any longer are replaced with."""

import json
import re
from dataclasses import replace

import pytest

from aggregator import pages
from aggregator.pages import Known, PageRules, Seen, Unwell
from aggregator.values import Feed

NUMBERS = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan")
TITLES = [f"Judul berita yang cukup panjang nomor {word}" for word in NUMBERS]
KNOWN = Known(
    tuple(Seen(t, f"https://kabarnusa.example/read/{5500 + n}/judul-{n}", True) for n, t in enumerate(TITLES))
)


def rows(row: str) -> str:
    return "".join(row.format(n=n, m=5500 + n, title=title) for n, title in enumerate(TITLES))


def read(page: str, *, rules: PageRules | None = None) -> Feed:
    url = "https://kabarnusa.example/internasional"
    return pages.items(page.encode(), url=url, content_type="text/html", rules=rules, known=KNOWN)


def ruled(proposal: str | None) -> PageRules:
    said = re.findall(r'(\w+): ("(?:[^"\\]|\\.)*")', proposal or "")
    return PageRules(**{name: json.loads(value) for name, value in said})


ARROWED = (
    '<div class="baru"><img src="/{m}.jpg"><p class="jdl">{title}</p><i class="tgl">13 Des 2024</i>'
    '<p class="ringkas">Ringkasan berita yang cukup panjang untuk nomor {n} pagi ini.</p>'
    '<a class="go" href="/read/{m}/judul-{n}">»</a></div>'
)


def test_proposal_keeps_the_selectors_that_still_match() -> None:
    before = PageRules(item=".kartu", link="a.go", title=".jdl", date=".tgl", summary=".ringkas", author=".penulis")
    with pytest.raises(Unwell) as caught:
        read(rows(ARROWED), rules=before)
    proposed = ruled(caught.value.health.proposal)
    assert proposed == replace(before, item=proposed.item, author=None)
    items = read(rows(ARROWED), rules=proposed).items
    assert [item.title and item.title.value for item in items] == TITLES
    assert {item.published for item in items} == {"13 Des 2024"}
    assert all(item.summary for item in items)


def test_proposal_names_where_the_dates_have_gone() -> None:
    row = (
        '<section class="c-{n} kartu"><a class="gambar" href="/read/{m}/judul-{n}"><img src="/{m}.jpg"></a><div>'
        '<h3 class="jdl"><a href="/read/{m}/judul-{n}">{title}</a></h3><span class="kapan">1{n} Des 2024 19:30</span>'
        "</div></section>"
    )
    with pytest.raises(Unwell) as caught:
        read(rows(row), rules=PageRules(item="ul.daftar li.t", link="h2 a", title="h2", date="time"))
    proposed = ruled(caught.value.health.proposal)
    assert proposed.date == "span.kapan"
    items = read(rows(row), rules=proposed).items
    assert [item.published for item in items] == [f"1{n} Des 2024 19:30" for n in range(len(TITLES))]


@pytest.mark.parametrize(
    ("row", "before"),
    [
        (ARROWED, PageRules(item=".kartu", title="h3")),
        (ARROWED, PageRules(item=".kartu")),
        ('<div class="k"><a class="go" href="/read/{m}/judul-{n}">»</a></div>', PageRules(item=".kartu", link="a.go")),
        ('<p class="k"><b>Kabar</b> <a href="/read/{m}/judul-{n}">Baca di sini</a></p>', PageRules(item=".x")),
        ('<p class="k"><a href="/read/{m}/judul-{n}">{title}</a><b>Iklan</b></p>', PageRules(item=".k", title="h4")),
    ],
    ids=["lost title", "item alone", "arrows alone", "buttons", "other words beside"],
)  # fmt: skip
def test_proposal_gives_the_last_good_titles_or_is_none(row: str, before: PageRules) -> None:
    with pytest.raises(Unwell) as caught:
        read(rows(row), rules=before)
    proposal = caught.value.health.proposal
    if "{title}" not in row:
        assert proposal is None
        return
    assert proposal is not None
    assert [item.title and item.title.value for item in read(rows(row), rules=ruled(proposal)).items] == TITLES
