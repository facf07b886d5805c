"""Sections: where a Story is told, in whose words, and in which channels."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import at

from aggregator import config, sections
from aggregator.config import Config
from aggregator.publish import channels
from aggregator.values import Coverage, Story

FILE = """
site: {language: id}
sections:
  - {id: dunia, title: Dunia}
  - {id: world, title: World, language: en, languages: [en]}
  - {id: suriah, title: Suriah, match: {any: [Suriah, Сирия], none: [horoskop]}}
views:
  - {id: dua, title: Dua media, section: dunia, min_outlets: 2, languages: [id]}
sources:
  - {name: Kabar, url: 'https://kabar.example/rss', section: dunia}
  - {name: Courier, url: 'https://courier.example/rss', sections: [dunia, world]}
"""


@pytest.fixture
def site() -> Config:
    return config.read(FILE, name="feeds.yaml")


def told(number: int, title: str, source: str = "Kabar", *, language: str = "id", **values: object) -> Coverage:
    coverage = Coverage(
        entry=number, outlet=source, source=source, title=title, url=f"https://x.example/{number}",
        language=language, at=at(number), summary=f"Ringkasan {number}.",
    )  # fmt: skip
    return replace(coverage, **values)


def story(*reports: Coverage, topic: str | None = None) -> Story:
    return Story(
        id="s", title="", language=None, summary="", summary_language=None, first_at=at(0), updated_at=at(0),
        sections=(), topic=topic, topic_title=None, reports=reports,
    )  # fmt: skip


def test_a_story_is_told_where_its_sources_belong(site: Config) -> None:
    assert sections.place(story(told(1, "Feri mogok")), site) == ("dunia",)
    both = story(told(1, "Feri mogok"), told(2, "Ferry stuck", "Courier", language="en"))
    assert sections.place(both, site) == ("dunia", "world")


def test_a_section_of_some_languages_tells_only_stories_told_in_them(site: Config) -> None:
    assert sections.place(story(told(2, "Feri mogok", "Courier")), site) == ("dunia",)


def test_a_section_takes_what_matches_its_words_and_none_of_the_others(site: Config) -> None:
    assert sections.place(story(told(1, "Kabar dari SURIAH")), site) == ("dunia", "suriah")
    assert sections.place(story(told(1, "Horoskop Suriah")), site) == ("dunia",)


def test_the_title_is_the_one_that_the_others_share_most_in_the_wanted_language() -> None:
    reports = (
        told(1, "Apa yang tidak kita lihat di media sosial"),
        told(2, "Feri mogok di Selat Lombok", "Dua"),
        told(3, "Penumpang feri mogok di Selat Lombok selamat", "Tiga"),
        told(4, "Ferry stuck in the strait", "Courier", language="en"),
    )
    lead = sections.tell(story(*reports), "id")
    assert (lead.title, lead.language, lead.summary) == ("Feri mogok di Selat Lombok", "id", "Ringkasan 2.")
    assert [report.entry for report in lead.reports] == [2, 1, 3, 4]
    assert sections.tell(story(*reports), "en").title == "Ferry stuck in the strait"
    assert sections.tell(story(*reports), "ar", "en").title == "Ferry stuck in the strait"


def test_a_title_is_never_a_copys_while_an_original_is_there() -> None:
    reports = (told(1, "Feri mogok lagi", copy_of="Dua"), told(2, "Kapal berhenti", "Dua"))
    assert sections.tell(story(*reports), "id").title == "Kapal berhenti"


@given(st.lists(st.tuples(st.text(), st.sampled_from(["id", "en", None])), min_size=1, max_size=6))
def test_whatever_the_titles_are_one_of_them_is_told(titles: list[tuple[str, str | None]]) -> None:
    reports = [told(number, title, language=language) for number, (title, language) in enumerate(titles)]  # type: ignore[arg-type]
    found = sections.tell(story(*reports), "id")
    assert (found.title, found.language) in titles
    assert sorted(report.entry for report in found.reports) == list(range(len(titles)))


def test_channels_of_a_story(site: Config) -> None:
    one = story(told(1, "Feri mogok"), topic="t")
    assert channels.paths(one, ("dunia",), site) == ("/all", "/sections/dunia", "/topics/t")
    two = story(told(1, "Feri mogok"), told(2, "Ferry stuck", "Courier", language="en"))
    assert channels.paths(two, ("dunia", "world"), site)[-1] == "/views/dua"


def test_channels_are_named_in_their_language_and_gone_ones_are_none(site: Config) -> None:
    assert channels.standing(site) == ("/all", "/sections/dunia", "/sections/world", "/sections/suriah", "/views/dua")
    world = channels.at("/sections/world", "urn:x", site, {})
    assert world is not None and (world.title, world.language, world.page) == ("World", "en", "/sections/world")
    view = channels.at("/views/dua", "urn:x", site, {})
    assert view is not None and (view.title, view.page) == ("Dua media", "/sections/dunia")
    assert channels.at("/topics/t", "urn:x", site, {"t": "Suriah"}) is not None
    assert channels.at("/sections/gone", "urn:x", site, {}) is None
    assert channels.at("/topics/gone", "urn:x", site, {}) is None
