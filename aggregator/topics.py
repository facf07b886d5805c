"""Topics: which Stories go on about one subject. Pure, from the log alone; it never takes a Story out of a Topic."""

import hashlib
import math
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .stories.features import CONCEPT, Features, surfaces
from .values import Event, Gathering, Placement, Report

STORIES = 3
"""Stories that a Topic opens with at least ..."""
OUTLETS = 2
"""... told by at least so many outlets ..."""
DAYS = 2
"""... on at least so many days."""
REST = timedelta(days=21)
"""A Topic rests when it got no Story for this long."""
ALIKE = 0.10
"""Likeness by names from which two Stories may go on about one subject: on a day of 23 outlets it opened four subjects,
each of which held together to the eye; .25 opened none among the few Stories of a small newsroom."""
NAMES = 2
"""Names that they share at least."""
BACKGROUND = 20
"""Stories that are supposed to be known beside those seen, so that the first few are compared sensibly."""
TITLE_NAMES = 3
"""Names in a Topic's title."""


class Topics:
    """What is known of each Story's names, and which Topic it is in, as a function of the log up to now."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.topic_of: dict[str, str] = {}
        self._order: deque[_Told] = deque()
        self._names: dict[str, Counter[str]] = {}
        self._outlets: dict[str, Counter[str]] = {}
        self._days: dict[str, Counter[str]] = {}
        self._tellers: dict[str, Counter[str]] = {}
        self._spelled: dict[str, Counter[tuple[bool, str]]] = {}

    def place(self, event: Event, report: Report, features: Features, placement: Placement) -> Gathering | None:
        """Take a placed report in, and say whether its Story joins a Topic or opens one with others."""
        self._forget_before(event.at - REST)
        if placement.copy_of is not None:
            return None
        story = placement.story
        self.take(event, report, features, story)
        if story in self.topic_of or len(self._outlets[story]) < OUTLETS:
            return None
        shared = Counter(other for name in self._core(story) for other in self._tellers[name])
        near = sorted(
            other
            for other, count in shared.items()
            if count >= NAMES and other != story and len(self._outlets[other]) >= OUTLETS
        )
        alike = [other for other in near if self._alike(story, other) >= ALIKE]
        return self._joining(story, alike) or self._opening(event, story, alike)

    def take(self, event: Event, report: Report, features: Features, story: str) -> None:
        """Take a placed report in without deciding anything."""
        told = _Told(
            at=event.at,
            story=story,
            names=tuple(name for name in features.names if not name.startswith(CONCEPT)),
            outlet=report.outlet,
            day=min(report.published_at or event.at, event.at).date().isoformat(),
            spelled=tuple(
                (name, (report.language == self.language, as_is)) for name, as_is in surfaces(report.title).items()
            ),
        )
        self._order.append(told)
        for table, key, value in _marks(self, told):
            table.setdefault(key, Counter())[value] += 1

    def _forget_before(self, moment: datetime) -> None:
        while self._order and self._order[0].at < moment:
            told = self._order.popleft()
            for table, key, value in _marks(self, told):
                table[key][value] -= 1
                if not table[key][value]:
                    del table[key][value]
                if not table[key]:
                    del table[key]
            if told.story not in self._outlets:
                self.topic_of.pop(told.story, None)

    def _joining(self, story: str, alike: list[str]) -> Gathering | None:
        votes = Counter(self.topic_of[other] for other in alike if other in self.topic_of)
        for topic, votes_for in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
            held = sum(1 for other in self.topic_of.values() if other == topic)
            if votes_for * 2 >= min(held, 6):
                self.topic_of[story] = topic
                return Gathering(topic=topic, stories=(story,), opens=False)
        return None

    def _opening(self, event: Event, story: str, alike: list[str]) -> Gathering | None:
        loose = sorted(other for other in alike if other not in self.topic_of)
        # Each must be alike with most of the others too: a chain of neighbours is no subject.
        group = [
            other
            for other in loose
            if sum(self._alike(other, third) >= ALIKE for third in loose if third != other) * 2 >= len(loose) - 1
        ]
        stories = (story, *group)
        outlets = {outlet for one in stories for outlet in self._outlets[one]}
        days = {day for one in stories for day in self._days[one]}
        title = self._title(stories)
        if not title or len(stories) < STORIES or len(outlets) < OUTLETS or len(days) < DAYS:
            return None
        topic = _derived(event.mint)
        for one in stories:
            self.topic_of[one] = topic
        return Gathering(topic, stories, opens=True, title=title, language=self.language)

    def _alike(self, a: str, b: str) -> float:
        mine, theirs = self._core(a), self._core(b)
        shared = mine & theirs
        if len(shared) < NAMES:
            return 0.0
        dot = sum(self._weight(name) ** 2 for name in sorted(shared))
        return dot / (self._length(mine) * self._length(theirs))

    def _core(self, story: str) -> set[str]:
        """The names that more than one report of a Story tells: the others are background, or no names."""
        # A Story whose reports name nothing has no row here.
        return {name for name, count in self._names.get(story, Counter[str]()).items() if count > 1}

    def _length(self, names: set[str]) -> float:
        return math.sqrt(sum(self._weight(name) ** 2 for name in sorted(names))) or 1.0

    def _weight(self, name: str) -> float:
        return math.log((len(self._names) + BACKGROUND) / (len(self._tellers.get(name, ())) + 1))

    def _title(self, stories: tuple[str, ...]) -> str:
        """The names that most of the Stories share, as the site's language spells them; empty where they share none."""
        held = Counter(name for story in stories for name in self._core(story) if _is_word(name))
        shared = [name for name, count in held.items() if count * 2 > len(stories) and name in self._spelled]
        ranked = sorted(shared, key=lambda name: (-held[name], -self._weight(name), name))[:TITLE_NAMES]
        best = [max(self._spelled[name].items(), key=lambda item: (item[0][0], item[1], item[0][1])) for name in ranked]
        return ", ".join(dict.fromkeys(spelling for (_, spelling), _ in best))


@dataclass(frozen=True, slots=True)
class _Told:
    """One report that counts, until it is too old."""

    at: datetime
    story: str
    names: tuple[str, ...]
    outlet: str
    day: str
    spelled: tuple[tuple[str, tuple[bool, str]], ...]


def _marks(topics: Topics, told: _Told) -> Iterator[tuple[dict[str, Counter[Any]], str, Any]]:
    """Give every count that a report stands in, as (table, key, what is counted)."""
    yield topics._outlets, told.story, told.outlet
    yield topics._days, told.story, told.day
    for name in told.names:
        yield topics._names, told.story, name
        yield topics._tellers, name, told.story
    for name, spelling in told.spelled:
        yield topics._spelled, name, spelling


def _is_word(name: str) -> bool:
    return not name[2:3].isdigit()


def _derived(mint: str) -> str:
    """A second id out of one minted one, since the Story that starts with the same event may take the first."""
    return str(uuid.UUID(bytes=hashlib.blake2b(f"topic {mint}".encode(), digest_size=16).digest(), version=4))
