"""Says which Topic a Story joins, and which Stories open one, as a function of the log up to now."""

from collections.abc import Sequence
from datetime import timedelta

from ..curate import Bonds
from ..stories.evidence import Evidence
from ..stories.shelf import likest
from ..values import Event, Gathering, Merge, Placement, derived
from .memory import SPAN, Memory
from .naming import title_of
from .profiles import Profiles, mean_likeness

STORIES = 3
"""Stories that a Topic opens with at least ..."""
OUTLETS = 2
"""... told by at least so many outlets ..."""
DAYS = 2
"""... on at least so many days."""
REST = timedelta(days=21)
"""A Topic rests when it got no report for this long: it takes in no more."""
REPORTS = 3
"""Reports of each Story that it opens with: fewer say too little of what the Story is about."""
OPEN = 0.095
"""Likeness that each Story of a new Topic has with the others on average: a chain of neighbours is no subject. On the
labelled set .09 and .1 are a little worse, and below .08 whatever happens in one country becomes a Topic."""
JOIN = 0.125
"""Likeness with a Topic's Stories on average from which a Story joins it, more than to open one: it is for good ..."""
JOIN_ALONE = 0.145
"""... and one that a single outlet tells, whose words are less to be trusted."""
CORE = 12
"""Stories of a Topic that make its middle: its newest."""
LOOKED_UP = 6
"""The most telling terms of a Story by which others like it are looked up ..."""
POSTINGS = 40
"""... each in its newest reports only ..."""
NEAR = 16
"""... and the Stories found that it is compared with: those that share most."""
LOOKS = frozenset({1, 2, 3, 4, 6, 9, 12})
"""Reports at which a Story that is in no Topic is looked at, as far as they count: later ones change little."""


class Topics:
    """What is known of each Story, and which Topic it is in, but where `bonds` hold what an editor says of that."""

    def __init__(self, language: str, bonds: Bonds | None = None) -> None:
        self.language = language
        self._bonds = Bonds() if bonds is None else bonds
        self._memory = Memory()
        self._profiles = Profiles(self._memory)
        self._ids: list[str] = []
        """Of Topics, by their numbers."""
        self._numbers: dict[str, int] = {}
        self._held: dict[int, list[int]] = {}
        """The Stories of each Topic."""

    def place(self, event: Event, title: str, evidence: Evidence, placement: Placement) -> Gathering | None:
        """Take a placed report in, and say whether its Story joins a Topic or opens one with others."""
        self._memory.forget_before(event.at - SPAN)
        if placement.copy_of is not None:
            return None
        story = self._put(event, title, evidence, placement.story)
        if self._memory.topic_of(story) >= 0 or self._memory.size(story, max(LOOKS) + 1) not in LOOKS:
            return None
        return self._gather(event, story)

    def take(self, event: Event, title: str, evidence: Evidence, story: str, topic: str | None) -> None:
        """Take in a report, no copy, that was placed before, and the Topic that its Story is in."""
        number = self._put(event, title, evidence, story)
        if topic is not None:
            self._enter(self._number(topic), number)

    def merge(self, event: Event, merge: Merge) -> Gathering | None:
        """Take in that a Story goes on as another, and say whether that joins or opens a Topic by it."""
        lost = self._memory.number(merge.loser)
        topic = self._memory.topic_of(lost) if lost is not None else -1
        if lost is not None:
            self._leave(lost)
        story = self._memory.merge(merge.winner, merge.loser)
        if story is None:
            return None
        self._profiles.changed(story)
        if self._memory.topic_of(story) >= 0:
            return None
        if topic >= 0 and self._bonds.may_enter(merge.winner, self._ids[topic]):
            self._enter(topic, story)
            return Gathering(topic=self._ids[topic], stories=(merge.winner,), opens=False)
        return self._gather(event, story)

    def move(self, moves: Sequence[tuple[int, str, str]]) -> None:
        """Take in that reports, each of a Story, stand in others now."""
        for number in self._memory.move(moves):
            self._profiles.changed(number)

    def put(self, story: str, topic: str | None) -> None:
        """Take in which Topic an editor puts a Story into, or takes it out of."""
        number = self._memory.number(story)
        if number is None:
            return
        self._leave(number)
        if topic is not None:
            self._enter(self._number(topic), number)

    def look(self, event: Event, story: str) -> Gathering | None:
        """Say whether a Story that was split off joins or opens a Topic."""
        number = self._memory.number(story)
        if number is None or self._memory.topic_of(number) >= 0 or not self._memory.size(number, 1):
            return None
        return self._gather(event, number)

    def _put(self, event: Event, title: str, evidence: Evidence, story: str) -> int:
        is_local = evidence.language == self.language
        number = self._memory.put(story, event.entry, event.at, evidence, title, is_local=is_local)
        self._profiles.changed(number)
        return number

    def _number(self, topic: str) -> int:
        if topic not in self._numbers:
            self._numbers[topic] = len(self._ids)
            self._ids.append(topic)
        return self._numbers[topic]

    def _enter(self, topic: int, story: int) -> None:
        if self._memory.topic_of(story) != topic:
            self._memory.put_topic(story, topic)
            self._held.setdefault(topic, []).append(story)

    def _leave(self, story: int) -> None:
        topic = self._memory.topic_of(story)
        if story in self._held.get(topic, ()):
            self._held[topic].remove(story)
        self._memory.put_topic(story, -1)

    def _may_enter(self, story: int, topic: int | None = None) -> bool:
        return self._bonds.may_enter(self._memory.id_of(story), None if topic is None else self._ids[topic])

    def _gather(self, event: Event, story: int) -> Gathering | None:
        near = self._near(story)
        return self._joining(event, story, near) or self._opening(event, story, near)

    def _near(self, story: int) -> list[int]:
        """Give the Stories that share most with one, whatever Topics they are in."""
        shared: dict[int, float] = {}
        for term, weight in self._profiles.of(story).top(LOOKED_UP):
            for other in dict.fromkeys(self._memory.holding(term, POSTINGS)):
                shared[other] = shared.get(other, 0.0) + weight
        shared.pop(story, None)
        rounded = {other: round(weight, 6) for other, weight in shared.items()}
        return likest(rounded, NEAR, lambda one: -self._memory.newest(one))

    def _joining(self, event: Event, story: int, near: Sequence[int]) -> Gathering | None:
        own = self._profiles.of(story)
        best: tuple[float, int, int] | None = None
        for topic in dict.fromkeys(self._memory.topic_of(other) for other in near):
            core = self._core(topic) if topic >= 0 and self._may_enter(story, topic) else []
            if core and self._memory.came(self._memory.newest(core[0])) >= (event.at - REST).timestamp():
                found = mean_likeness(own, [self._profiles.of(one) for one in core])
                best = max(best or (0.0, 0, 0), (found, self._memory.newest(core[0]), topic))
        if best is None or best[0] < (JOIN if len(own.outlets) >= OUTLETS else JOIN_ALONE):
            return None
        topic = best[2]
        self._enter(topic, story)
        stories = [story, *self._recruited(topic, near)]
        return Gathering(self._ids[topic], tuple(map(self._memory.id_of, stories)), opens=False)

    def _recruited(self, topic: int, near: Sequence[int]) -> list[int]:
        """Take in the Stories in no Topic that are near a new one of this Topic, and belong there too."""
        found = []
        for other in near:
            if self._memory.topic_of(other) >= 0 or len(self._profiles.told(other).outlets) < OUTLETS:
                continue
            if not self._may_enter(other, topic):
                continue
            if mean_likeness(self._profiles.of(other), [self._profiles.of(one) for one in self._core(topic)]) >= JOIN:
                self._enter(topic, other)
                found.append(other)
        return found

    def _may_open(self, story: int) -> bool:
        told = self._profiles.told(story)
        return told.reports >= REPORTS and len(told.outlets) >= OUTLETS and self._may_enter(story)

    def _core(self, topic: int) -> list[int]:
        """Give a Topic's newest Stories, the newest first."""
        held = [story for story in self._held[topic] if self._memory.newest(story) >= self._memory.oldest]
        self._held[topic] = held
        return sorted(held, key=lambda story: -self._memory.newest(story))[:CORE]

    def _opening(self, event: Event, story: int, near: Sequence[int]) -> Gathering | None:
        if not self._may_open(story):
            return None
        group = [story]
        loose = {
            other: self._profiles.of(other)
            for other in near
            if self._memory.topic_of(other) < 0 and self._may_open(other)
        }
        while loose:
            profiles = [self._profiles.of(one) for one in group]
            links = {other: mean_likeness(profile, profiles) for other, profile in loose.items()}
            best = max(links, key=lambda one: (links[one], self._memory.newest(one)))
            if links[best] < OPEN:
                break
            group.append(best)
            del loose[best]
        profiles = [self._profiles.of(one) for one in group]
        if (
            len(group) < STORIES
            or len(frozenset().union(*(one.outlets for one in profiles))) < OUTLETS
            or len(frozenset().union(*(one.days for one in profiles))) < DAYS
        ):
            return None
        title = title_of([self._memory.titles(one) for one in group], self._memory, self.language)
        if not title:
            return None
        # One repair may open several, and a Story may have taken the minted id.
        topic = derived(event.mint, "topic", self._memory.id_of(story))
        number = self._number(topic)
        for one in group:
            self._enter(number, one)
        stories = tuple(self._memory.id_of(one) for one in group)
        return Gathering(topic, stories, opens=True, title=title, language=self.language)
