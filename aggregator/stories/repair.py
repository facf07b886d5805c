"""Finds Stories that have grown together, parts of one event, and such as tell two events. It changes nothing."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from .halving import PART, halves
from .likeness import Comparer
from .shelf import likest

NEAR = 6
"""Stories that one is compared with: those whose members share most with its own ..."""
LOOKED_UP = 6
"""Members by which the Stories near one are looked up ..."""
HITS = 40
"""... each by so many reports that share most with it ..."""
NEAREST = 8
"""... and so many whose vectors are nearest."""
SAMPLE = 8
"""Members of each that are compared, each with each."""
MERGE = 0.26
"""Likelihood from which two Stories are one: the mean over their members, told by how well each holds together. At .25
Russia's contact with HTS and its bases in Syria became one without the language model, from .255 on not."""
LOOSEST = 0.1
"""A Story that holds together worse than this is looked at as if it held together so: it would swallow everything."""
SPLIT = 0.16
"""Likelihood below which the two parts of a Story are two Stories, told as MERGE is: so far below it that what was
merged is not split for one report more."""
LOOSE = 0.55
"""A Story that holds together better than this is not looked at."""
LOOKED_AT = 24
"""Members of a Story by which its parts are found."""
ROUNDS = 4
"""Two merged Stories may have come near a third."""


class Repair:
    """One pass over the Stories that were touched."""

    def __init__(
        self,
        comparer: Comparer,
        members: Callable[[int], list[int]],
        *,
        may_join: Callable[[int, int], bool],
        stays: Callable[[int], bool],
    ) -> None:
        """`may_join` says whether nobody keeps two Stories apart, `stays` whether one goes on as no other."""
        self._comparer = comparer
        self._may_join = may_join
        self._stays = stays
        self._members_of = members
        self._members: dict[int, list[int]] = {}
        self._held: dict[int, float] = {}

    def run(self, stories: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Give the pairs (winner, loser) to merge one after the other; merge each before asking for the next."""
        todo = list(stories)
        for _ in range(ROUNDS):
            best = [found for story in todo if self.members(story) and (found := self._best(story))]
            used: set[int] = set()
            grown = []
            for _, story, other in sorted(best, key=lambda one: (-one[0], self._order(one[1]), self._order(one[2]))):
                if story in used or other in used:
                    continue
                used |= {story, other}
                winner, loser = (story, other) if self._weight(story) > self._weight(other) else (other, story)
                yield winner, loser
                grown.append(winner)
            if not grown:
                return
            again = [story for _, story, _ in best if self.members(story)]
            todo = sorted({*grown, *again}, key=self._order)

    def parted(self, story: int) -> list[int]:
        """Give the reports of a Story that tell another event than the rest, the oldest first; none of most Stories.

        The larger part stays, of two alike the older.
        """
        members = list(self.members(story))
        if len(members) < 2 * PART or self._holds(story) >= LOOSE:
            return []
        some = np.array(sample(members, LOOKED_AT))
        likely = self._comparer.likely(self._comparer.held(some), some.copy())
        likely = (likely + likely.T) / 2
        found = halves(likely)
        if found is None:
            return []
        mean, one, other = found
        sides = [max(LOOSEST, float(likely[np.ix_(side, side)].mean())) for side in (one, other)]
        if round(mean / (sides[0] * sides[1]) ** 0.5, 6) >= SPLIT:
            return []
        parts: list[set[int]] = [set(some[side].tolist()) for side in (one, other)]
        rest = [slot for slot in members if slot not in parts[0] and slot not in parts[1]]
        if rest:
            likely = self._comparer.likely(self._comparer.held(np.array(rest)), some)
            near = [likely[:, side].max(axis=1) + likely[:, side].mean(axis=1) for side in (one, other)]
            for slot, is_first in zip(rest, (np.round(near[0] - near[1], 6) >= 0).tolist(), strict=True):
                parts[not is_first].add(slot)
        leaving = min(parts, key=lambda part: (len(part), -min(part)))
        return sorted(leaving)

    def changed(self, *stories: int) -> None:
        """Hear that Stories have other members now."""
        for story in stories:
            self._members.pop(story, None)
            self._held.pop(story, None)

    def members(self, story: int) -> list[int]:
        """Give a Story's members in the window."""
        if story not in self._members:
            self._members[story] = self._members_of(story)
        return self._members[story]

    def _order(self, story: int) -> tuple[int, int]:
        """Give what puts Stories in order, whatever their numbers are: their size and their first report."""
        members = self.members(story)
        return len(members), members[0] if members else -1

    def _weight(self, story: int) -> tuple[bool, int, int]:
        """Give what decides which of two Stories goes on: the larger one, of two alike the older."""
        size, first = self._order(story)
        return self._stays(story), size, -first

    def _best(self, story: int) -> tuple[float, int, int] | None:
        near = self._near(story)
        if not near:
            return None
        means = self._means(sample(self.members(story), SAMPLE), [sample(self.members(one), SAMPLE) for one in near])
        best = None
        for other, mean in zip(near, means, strict=True):
            # How a Story holds together costs as much as this; most are too far off, however loose they are.
            if mean < MERGE * LOOSEST or mean < MERGE * (LOOSEST * self._holds(story)) ** 0.5:
                continue
            link = round(mean / (self._holds(story) * self._holds(other)) ** 0.5, 6)
            if link < MERGE or (best is not None and (link, self._order(other)) <= (best[0], self._order(best[2]))):
                continue
            if self._may_join(story, other):
                best = link, story, other
        return best

    def _near(self, story: int) -> list[int]:
        shares: dict[int, float] = {}
        nearest: dict[int, int] = {}
        shelf = self._comparer.shelf
        for slot in sample(self.members(story), LOOKED_UP):
            found = shelf.like_slot(slot)
            hits = likest(found, HITS)
            for hit, other in zip(hits, shelf.stories_of(hits), strict=True):
                if other != story:
                    shares[other] = shares.get(other, 0.0) + found[hit]
            for other in shelf.stories_of(shelf.near_slot(slot, NEAREST)):
                if other != story:
                    nearest[other] = nearest.get(other, 0) + 1
        by_words, by_vectors = likest(shares, NEAR, self._order), likest(nearest, NEAR // 2, self._order)
        return list(dict.fromkeys([*by_words, *by_vectors]))

    def _means(self, members: Sequence[int], groups: Sequence[Sequence[int]]) -> list[float]:
        slots = np.array([slot for group in groups for slot in group])
        sizes = np.array([len(group) for group in groups])
        starts = np.cumsum([0, *sizes])[:-1]
        likely = self._comparer.likely(self._comparer.held(np.array(members)), slots)
        return (np.add.reduceat(likely.mean(axis=0), starts) / sizes).tolist()  # type: ignore[no-any-return]

    def _holds(self, story: int) -> float:
        """Say how well a Story holds together: the mean likelihood over its members, each with each and with itself."""
        if story not in self._held:
            members = sample(self.members(story), SAMPLE)
            alone = len(members) == 1
            self._held[story] = 1.0 if alone else max(LOOSEST, self._means(members, [members])[0])
        return self._held[story]


def sample(members: Sequence[int], most: int) -> Sequence[int]:
    """Give at most so many of a Story's members: half of them the newest, the rest spread evenly over those before."""
    if len(members) <= most:
        return members
    newest = most // 2
    older = members[:-newest]
    return [*(older[index * len(older) // (most - newest)] for index in range(most - newest)), *members[-newest:]]
