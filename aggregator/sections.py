"""Sections: which of them tell a Story, and in which words. It writes nothing."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .config import Config, Section
from .stories.features import telling_stems
from .values import Coverage, Story


def place(story: Story, config: Config) -> tuple[str, ...]:
    """Give the Sections that tell a Story, in the order of feeds.yaml: those of its Sources, and those whose `match`
    fits; only Sections whose `languages` it is told in.
    """
    sections_of = {source.name: source.sections for source in config.sources}
    brought = {section for report in story.reports for section in sections_of.get(report.source, ())}
    if any(report.source not in sections_of for report in story.reports):
        brought |= set(story.sections)  # a Source that is gone from feeds.yaml takes no Story away
    return tuple(
        section.id
        for section in config.sections
        if (section.id in brought or _matches(section, story))
        and (not section.languages or set(section.languages) & set(story.languages))
    )


def tell(story: Story, *languages: str) -> Story:
    """Tell a Story in the first of `languages` that a report has, else in any: title, summary, lead first.

    The title is what an editor calls it in that language, else always a report's own, never invented: of the reports in
    that language that are no copies, the one whose words the others' titles share most, the earliest of equals. A Story
    without reports stays as it is.
    """
    if not story.reports:
        return story
    ordered = sorted(story.reports, key=lambda report: (report.at, report.entry))
    shares = _shares(ordered)
    lead = min(ordered, key=lambda report: _rank(report, languages, shares[report.entry]))
    rest = tuple(report for report in ordered if report is not lead)
    title, language = _name(story, languages, lead.language) or (lead.title, lead.language)
    return replace(
        story,
        title=title,
        language=language,
        summary=lead.summary,
        summary_language=lead.language if lead.summary else None,
        reports=(lead, *rest),
    )


def _name(story: Story, languages: Sequence[str], spoken: str | None) -> tuple[str, str | None] | None:
    """Give what an editor calls a Story whose reports are told in `spoken`: in the first of `languages` that it has."""
    names = {language.casefold(): name for language, name in story.names}
    for language in languages:
        if language.casefold() in names:
            return names[language.casefold()], language
        if language == spoken:
            break
    return (names[""], None) if "" in names else None


def _rank(report: Coverage, languages: Sequence[str], share: float) -> tuple[int, bool, bool, float]:
    wanted = languages.index(report.language) if report.language in languages else len(languages)
    return (wanted, report.copy_of is not None, not report.summary, -share)


def _shares(reports: Sequence[Coverage]) -> dict[int, float]:
    """Say of each report how much of its title the other outlets' titles say too."""
    stems = {report.entry: telling_stems(report.title) for report in reports}
    told = Counter(stem for words in stems.values() for stem in words)
    # By the root of its length: a mean would favour the title of two names that all others say too.
    return {entry: sum(told[stem] - 1 for stem in words) / math.sqrt(len(words) or 1) for entry, words in stems.items()}


def _matches(section: Section, story: Story) -> bool:
    if section.match is None:
        return False
    words = " ".join(f"{report.title} {report.summary}" for report in story.reports).casefold()
    return any(word.casefold() in words for word in section.match.any) and not any(
        word.casefold() in words for word in section.match.none
    )
