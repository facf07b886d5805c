"""Decides what to publish of a Story in one feed, and when that changes. It stores nothing and writes no feed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from ..values import Coverage, Record, Story

REFRESH = timedelta(hours=6)
"""How long reprints and new titles wait when no material change takes them along.

Each change of a record's bytes makes every subscriber fetch the feed anew, and some readers mark an entry unread
when only its text changed. Four times a day is the most that a reprint is worth.
"""

MOST = 60
"""Reports that a record holds, the rest counted: nobody reads further in a feed reader, and 60 short ones take 34 kB of
a feed. A full feed (200 entries) of nothing else stays below 7 MB; 8,000 reports took 3.5 MB in one entry.
"""


PATIENCE = 3
"""So many times as long as others a Story waits whose vectors are still to come: a dead model holds none up."""


def decide(
    story: Story,
    known: Record | None,
    *,
    now: datetime,
    settle: timedelta,
    awaits: bool = False,
    edited: bool = False,
) -> Record | None:
    """Tell what to store of `story` in a feed that holds `known` of it; None where nothing changes.

    A new Story enters once its first report is `settle` old, or later where it `awaits` vectors. `updated_at` moves on
    a material change alone: an outlet speaks for itself that did not before. All else waits for one, or for REFRESH,
    but what an editor has `edited`: that is taken in at once, and is no news. What is told by backlog alone enters at
    its own time: it is no news, and a reader finds it where it belongs. `now` is aware and is cut to whole seconds, the
    finest that RSS can say (RFC 822).
    """
    moment = now.replace(microsecond=0)
    if known is None:
        if not story.reports or now < _enters_at(story, settle, awaits=awaits):
            return None
        if not all(report.backlog for report in story.reports):
            return _record(story, published_at=moment, updated_at=moment)
        told = [min(report.at.replace(microsecond=0), moment) for report in story.reports]
        return _record(story, published_at=min(told), updated_at=max(told))
    fresh = _record(story, published_at=known.published_at, updated_at=known.updated_at)
    if not _waits(fresh, known):
        return None
    if edited:
        return replace(fresh, refreshed_at=moment)
    if is_material(story.reports, known):
        # A clock that was set back must not move `updated` back: readers would miss the change.
        return replace(fresh, updated_at=max(moment, known.updated_at))
    if now >= _refresh_at(known):
        return replace(fresh, refreshed_at=moment)
    return None


def next_look(story: Story, known: Record | None, *, settle: timedelta, awaits: bool = False) -> datetime | None:
    """Tell when `decide` has something to say though nothing more arrives; None where it has not."""
    if known is None:
        return _enters_at(story, settle, awaits=awaits) if story.reports else None
    fresh = _record(story, published_at=known.published_at, updated_at=known.updated_at)
    return _refresh_at(known) if _waits(fresh, known) else None


def _enters_at(story: Story, settle: timedelta, *, awaits: bool) -> datetime:
    return story.first_at + settle * (PATIENCE if awaits else 1)


def is_material(reports: Sequence[Coverage], known: Record) -> bool:
    """Tell whether an outlet now speaks for itself, in a report not `known` yet, that did not before.

    A copy is no change, and neither is another report of an outlet already heard. A report that is known already, as a
    copy, stays one here: the engine's second thought is no news to a reader. Outlets that `known` could not list are
    known by their number, so that they are no news each time.
    """
    seen = {report.entry for report in known.reports}
    heard = _voices(known.reports)
    unlisted = _voices([report for report in reports if report.entry not in seen]) - heard
    return len(unlisted) > known.more_voices


def listed(reports: Sequence[Coverage], most: int) -> Sequence[Coverage]:
    """Choose at most `most` of a Story's reports (the lead first, as Story has them), and leave them in their order.

    The lead comes first, then the first report of each outlet, those that speak for themselves before copies; then the
    newest, copies last.
    """
    if len(reports) <= most:
        return reports
    ordered = sorted(reports, key=lambda report: (report.at, report.entry))
    own = [report for report in ordered if report.copy_of is None]
    copies = [report for report in ordered if report.copy_of is not None]
    firsts = (*_firsts(own), *_firsts(ordered))
    ranked = dict.fromkeys(report.entry for report in (reports[0], *firsts, *reversed(own), *reversed(copies)))
    kept = set(islice(ranked, most))
    return tuple(report for report in reports if report.entry in kept)


def _firsts(ordered: Sequence[Coverage]) -> Sequence[Coverage]:
    first: dict[str, Coverage] = {}
    for report in ordered:
        first.setdefault(report.outlet, report)
    return tuple(first.values())


def _outlets(reports: Sequence[Coverage]) -> set[str]:
    return {report.outlet for report in reports}


def _voices(reports: Sequence[Coverage]) -> set[str]:
    """Give the outlets that speak for themselves, in news: what came as backlog tells no reader anything new."""
    return {report.outlet for report in reports if report.copy_of is None and not report.backlog}


def _waits(fresh: Record, known: Record) -> bool:
    """Tell whether anything is to be taken in; withdrawing a Story that lost its reports is for an editor to decide."""
    return bool(fresh.reports) and fresh != replace(known, refreshed_at=None)


def _refresh_at(known: Record) -> datetime:
    return (known.refreshed_at or known.updated_at) + REFRESH


def _record(story: Story, *, published_at: datetime, updated_at: datetime) -> Record:
    held = tuple(listed(story.reports, MOST))
    return Record(
        story=story.id,
        published_at=published_at,
        updated_at=updated_at,
        title=story.title,
        language=story.language,
        summary=story.summary,
        summary_language=story.summary_language,
        reports=held,
        topic=story.topic,
        topic_title=story.topic_title,
        image=story.image,
        more=len(story.reports) - len(held),
        more_outlets=len(_outlets(story.reports) - _outlets(held)),
        more_voices=len(_voices(story.reports) - _voices(held)),
    )
