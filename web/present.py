"""Pure rules of how stories look on a page: language marks, order, timeline. It reads no store and no request."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import groupby
from urllib.parse import urlsplit

from markupsafe import Markup

from aggregator.messages import Voice, direction
from aggregator.publish.records import listed
from aggregator.values import Coverage, Story

LEADS = 4
"""One large story and three beside it, as high as it on a desktop; a fourth stands beside a picture."""

HALF_LIFE = timedelta(hours=12)
"""A Story's outlets weigh half after so long: yesterday's largest gives way to one half as large of this morning."""

NAMED = 3
"""Outlets named under a headline, the rest counted: three names fit one line of a phone."""

STRANDS = 12
"""At most so many strands are drawn for a Story's outlets: more can no longer be told apart at a glance."""

VOICES = 3
"""Other outlets' headlines under the largest story: enough to show that they differ, few enough to stay one glance."""

TIMELINE = 200
"""Reports on a Story's page, the rest counted: 8,000 made a page of 3.6 MB, and nobody scrolls through 200."""

OUTLETS = 60
"""Outlets named beside a Story, the rest counted: as many as feeds hold reports, and some three screens of names."""

_HYPHENED = re.compile(r"(?<![\w-])(?=[\w-]{3,16}(?![\w-]))(\w+(?:-\w+)+)(?![\w-])")
"""Up to 16 characters: longer ones would leave half a line of a phone empty, or not fit it."""

CURSOR_TIME = "%Y%m%dT%H%M%S%f"


def tongue(language: str | None) -> Markup:
    """Write a text's `lang` and `dir` attributes; lang="" says that it is unknown (HTML, 3.2.6.2), not the page's."""
    return Markup(' lang="{}" dir="{}"').format(language or "", direction(language))


def stamp(at: datetime) -> str:
    """Write a moment for `<time datetime>`: UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def whole(words: str) -> Markup:
    """Write a headline whose short words with hyphens, names mostly, stay on one line (CSS class `whole`): browsers
    break "al-Bashir" after the hyphen, and none has a property against it.
    """
    parts = _HYPHENED.split(words)
    return Markup("").join(
        Markup('<span class="whole">{}</span>').format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


def foreign(languages: Iterable[str | None], own: str) -> bool:
    """Tell whether any of these languages is known and not a page's `own`: else their marks would all say the same."""
    return any(language and language.partition("-")[0] != own for language in languages)


def outward(url: str | None) -> str | None:
    """Let an http(s) address through and nothing else: a link of any other scheme might run something."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def isolate(name: str) -> str:
    """Keep a name's own direction from reordering the words around it (FSI and PDI; Unicode UAX 9, 2.4)."""
    return f"\u2068{name}\u2069"


def told_by(voice: Voice, story: Story) -> str:
    """Name the outlets that report a Story, the first ones by name, the others by number."""
    names = [isolate(outlet) for outlet in story.outlets]
    rest = len(names) - NAMED
    if rest <= 0:
        return voice.list(names)
    shown = ", ".join(names[:NAMED]) if voice.direction == "ltr" else "، ".join(names[:NAMED])
    return voice.count("{names} and {n} other", "{names} and {n} others", rest, names=shown)


def origins(voice: Voice, story: Story) -> str:
    """Tell how many reports a Story has, and to whom they go back: "9 reports, 3 origins: Interfax (6), AFP (2), Enab".

    Empty where none is sure.
    """
    if not story.origins:
        return ""
    comma = ", " if voice.direction == "ltr" else "، "
    counts = (
        voice.count("{n} report", "{n} reports", len(story.reports)),
        voice.count("{n} origin", "{n} origins", len(story.origins)),
    )
    more = {one.name: f" ({voice.number(one.reports)})" if one.reports > 1 else "" for one in story.origins}
    return f"{comma.join(counts)}: {comma.join(isolate(name) + count for name, count in more.items())}"


def opening(story: Story) -> tuple[str, str | None]:
    """Choose the words under a headline, with their language: the Story's, else those of its first report with any."""
    if story.summary:
        return story.summary, story.summary_language
    ranked = sorted(story.reports, key=lambda report: report.title != story.title)
    found = next((report for report in ranked if report.summary), None)
    return (found.summary, found.language) if found else ("", None)


def leads(stories: Iterable[Story]) -> tuple[Story, ...]:
    """Pick the stories that open the front page: most outlets first, each story's halved for every HALF_LIFE that it
    is older than the newest; then newest, then by id.
    """
    given = tuple(stories)
    if not given:
        return ()
    newest = max(story.updated_at for story in given)

    def weight(story: Story) -> float:
        return len(story.outlets) * float(0.5 ** ((newest - story.updated_at) / HALF_LIFE))

    ranked = sorted(given, key=lambda story: (-weight(story), -story.updated_at.timestamp(), story.id))
    pictured = outward(ranked[0].image) is not None
    return tuple(ranked[: LEADS + pictured])


def voices(story: Story) -> tuple[Coverage, ...]:
    """Choose what other outlets say of a Story: one report each, no copies, other languages first."""
    lead = next((report for report in story.reports if report.title == story.title), next(iter(story.reports), None))
    said: dict[str, Coverage] = {}
    for report in sorted(story.reports, key=lambda r: (r.language == story.language, r.at, r.entry)):
        if report.copy_of is None and report is not lead and not (lead and report.outlet == lead.outlet):
            said.setdefault(report.outlet, report)
    return tuple(said.values())[:VOICES]


@dataclass(frozen=True, slots=True)
class Step:
    """One report on a Story's timeline; `first` where nobody reported it earlier."""

    report: Coverage
    first: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a timeline, in the site's time zone."""

    on: date
    steps: tuple[Step, ...]

    @property
    def begins(self) -> datetime:
        """The moment by which the day is named: its first report's."""
        return self.steps[0].report.at


def timeline(story: Story, zone: tzinfo) -> tuple[Day, ...]:
    """Order a Story's reports by time, oldest first, grouped by their day in `zone`; at most TIMELINE of them, those
    that `listed` chooses, the first of each outlet among them.
    """
    first = min((_when(report) for report in story.reports), default=None)
    ordered = sorted(listed(story.reports, TIMELINE), key=_when)
    steps = [Step(report, first=_when(report) == first) for report in ordered]
    days = groupby(steps, key=lambda step: step.report.at.astimezone(zone).date())
    return tuple(Day(on, tuple(of_day)) for on, of_day in days)


def _when(report: Coverage) -> tuple[datetime, int]:
    return report.at, report.entry


def write_cursor(at: datetime, story_id: str) -> str:
    """Write where a list goes on after the Story updated `at`, for `?before=`."""
    return f"{at.astimezone(UTC).strftime(CURSOR_TIME)}~{story_id}"


def read_cursor(words: str | None) -> tuple[datetime, str] | None:
    """Read what `write_cursor` wrote; None for anything else, as unknown parameters are ignored."""
    at, _, story_id = (words or "").partition("~")
    if not story_id.isascii() or not story_id.replace("-", "").replace("_", "").isalnum():
        return None
    try:
        return datetime.strptime(at, CURSOR_TIME).replace(tzinfo=UTC), story_id
    except ValueError:
        return None


def common(languages: Sequence[str], otherwise: str) -> str:
    """Choose a page's language: the one that all its Sections share, else the site's."""
    return languages[0] if languages and len(set(languages)) == 1 else otherwise
