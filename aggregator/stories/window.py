"""Places one report at a time in its Story, from the log alone. It knows no store and no clock, and mints nothing."""

import math
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..values import Event, Placement
from .features import Features

SPAN = timedelta(days=14)
"""How long a report stays in the window: hardly a report of labelled news tells an event two weeks old."""
RARE = 10
"""The rarest words and the rarest names of a report, by which its candidates are looked up ..."""
POSTINGS = 400
"""... each in its newest reports only, so that the cost of a report stays bounded as the window grows."""
MOST = 20
"""Stories that are scored at most."""
LAST = 10
"""A Story's last members that a report is compared with."""
BACKGROUND = 50
"""Reports that the window is supposed to hold beside its own, so that two texts alone are scored sensibly."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of joining: the newsroom in four languages comes out at BCubed F1 .93, with its two contacts apart."""

    same: float = 0.24
    """Likeness from which a report joins a Story that has a member in its language."""
    cross: float = 0.20
    """The same among its members in other languages, where names and numbers alone speak."""
    names: int = 2
    """Names that a report and a member in another language share at least."""
    best: float = 0.65
    """The weight of the likest member; the mean of the last members has the rest."""
    conflict: float = 0.7
    """How much likeness goes where each title names somebody whom the other report does not."""
    fade: float = 4.0
    """Days in which likeness fades by a factor e."""
    pieces: float = 0.4
    """The weight of pieces of words beside whole stems."""
    own: float = 0.5
    """What likeness within one outlet counts: outlets repeat their phrases, and seldom tell a thing twice."""


class Window:
    """The reports and Stories of the last two weeks, as a function of the log up to now."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.span = SPAN
        self.features: dict[int, Features] = {}
        self.story_of: dict[int, str] = {}
        self.at: dict[int, datetime] = {}
        self.members: dict[str, list[int]] = {}
        self._order: deque[int] = deque()
        self._postings: dict[str, list[int]] = {}
        self._seen: Counter[str] = Counter()

    def place(self, event: Event, features: Features, *, copy_of: int | None = None) -> Placement:
        """Decide where a report belongs: its original's Story, the Story that tells its event, or a new one."""
        self.forget_before(event.at - SPAN)
        if copy_of is not None and copy_of in self.story_of:
            story: str | None = self.story_of[copy_of]
        else:
            copy_of = None
            story = self._find(features, event.at)
        placement = Placement(entry=event.entry, story=story or event.mint, starts=story is None, copy_of=copy_of)
        self.take(event, features, placement)
        return placement

    def take(self, event: Event, features: Features, placement: Placement) -> None:
        """Take a placed report in; a copy is known by its Story, and never moves the Story's centre."""
        entry = event.entry
        self.story_of[entry] = placement.story
        self.at[entry] = event.at
        self._order.append(entry)
        if placement.copy_of is not None:
            return
        self.features[entry] = features
        self.members.setdefault(placement.story, []).append(entry)
        for term in _indexed(features):
            self._postings.setdefault(term, []).append(entry)
        self._seen.update(_terms(features))

    def forget_before(self, moment: datetime) -> None:
        """Let the reports that arrived before `moment` go."""
        while self._order and self.at[self._order[0]] < moment:
            entry = self._order.popleft()
            del self.at[entry]
            story = self.story_of.pop(entry)
            features = self.features.pop(entry, None)
            if features is not None:
                _drop(self.members, story, entry)
                for term in _indexed(features):
                    _drop(self._postings, term, entry)
                for term in _terms(features):
                    self._seen[term] -= 1
                    if not self._seen[term]:
                        del self._seen[term]

    def likeness(self, a: Features, b: Features) -> float:
        """Say how alike two reports are, 0 to 1: by words and pieces in one language, by names across two."""
        if a.language == b.language:
            pieces = self.limits.pieces
            alike = (1 - pieces) * self._cosine(a.words, b.words) + pieces * self._cosine(a.pieces, b.pieces)
            return alike * (1 - self.limits.conflict * self._conflict(a, b))
        if len(a.names.keys() & b.names.keys()) < self.limits.names:
            return 0.0
        return self._cosine(a.names, b.names)

    def _when(self, entry: int) -> datetime:
        """When an Entry was published, as its outlet says, but never after it was seen."""
        return min(self.features[entry].published_at or self.at[entry], self.at[entry])

    def _told_alike(self, a: Features, b: Features) -> float:
        return self.likeness(a, b) * (self.limits.own if a.outlet == b.outlet else 1)

    def _conflict(self, a: Features, b: Features) -> float:
        """Say how much two titles name others, 0 to 1: the smaller share of names that the other report lacks."""
        shares = []
        for one, other in ((a, b), (b, a)):
            named = [name for name, weight in one.names.items() if weight == 1.0]
            if not named:
                return 0.0
            whole = sum(self._weight(name) for name in sorted(named))
            shares.append(sum(self._weight(name) for name in sorted(named) if name not in other.names) / (whole or 1))
        return min(shares)

    def _cosine(self, a: dict[str, float], b: dict[str, float]) -> float:
        dot = sum(a[term] * b[term] * self._weight(term) ** 2 for term in sorted(a.keys() & b.keys()))
        return dot / (self._length(a) * self._length(b)) if dot else 0.0

    def _length(self, terms: dict[str, float]) -> float:
        return math.sqrt(sum((weight * self._weight(term)) ** 2 for term, weight in terms.items()))

    def _weight(self, term: str) -> float:
        """The rarer a term is in the window, the heavier."""
        return math.log((len(self.features) + BACKGROUND) / (self._seen[term] + 1))

    def _find(self, features: Features, at: datetime) -> str | None:
        best: tuple[float, str] | None = None
        for story in self._candidates(features):
            margin = self._margin(features, story, at)
            if margin >= 0 and (best is None or (margin, story) > best):
                best = (margin, story)
        return best[1] if best else None

    def _candidates(self, features: Features) -> list[str]:
        hits: Counter[str] = Counter()
        for terms in (features.words, features.names):
            rarest = sorted((t for t in terms if t in self._postings), key=lambda t: (len(self._postings[t]), t))[:RARE]
            for term in rarest:
                hits.update(self.story_of[entry] for entry in self._postings[term][-POSTINGS:])
        return sorted(hits, key=lambda story: (-hits[story], story))[:MOST]

    def _margin(self, features: Features, story: str, at: datetime) -> float:
        """By how much a report is over the threshold of a Story."""
        members = self.members[story][-LAST:]
        when = min(features.published_at or at, at)
        days = min(abs((when - self._when(member)).total_seconds()) for member in members) / 86400
        if days > self.span.days:
            return -1.0  # a new Source brings old items: what lies weeks apart is not one event
        told = [member for member in members if self.features[member].language == features.language]
        others = [member for member in members if self.features[member].language != features.language]
        groups = ((told, self.limits.same), (others, self.limits.cross))
        faded = math.exp(-days / self.limits.fade)
        return max(self._score(features, group) * faded - threshold for group, threshold in groups if group)

    def _score(self, features: Features, members: list[int]) -> float:
        scores = [self._told_alike(features, self.features[member]) for member in members]
        return self.limits.best * max(scores) + (1 - self.limits.best) * sum(scores) / len(scores)


def _drop(lists: dict[str, list[int]], key: str, entry: int) -> None:
    lists[key].remove(entry)
    if not lists[key]:
        del lists[key]


def _indexed(features: Features) -> Iterator[str]:
    yield from features.words
    yield from features.names


def _terms(features: Features) -> Iterator[str]:
    yield from _indexed(features)
    yield from features.pieces
