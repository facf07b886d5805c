"""Names a Topic by words that its Stories' titles share. It invents none."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..stories.concepts import COUNTRY, concepts_of
from ..stories.evidence import number
from ..stories.features import surfaces
from .memory import Memory

NAMES = 3
"""Names in a Topic's title, at most ..."""
LEAST = 2
"""... and so many where they can be had: one name alone is often a country."""
FIRM = 2
"""Titles of a Story that hold a name which counts as the Story's, where it has so many."""


def title_of(stories: Sequence[Sequence[tuple[str, bool]]], memory: Memory, language: str) -> str:
    """Give the names that most of the Stories' titles share, as the site's language spells them; empty for none.

    Each Story is its titles, each with whether it is in the site's language. A name that only one title of each Story
    holds is none to go by. Where most share fewer than two names,
    those that any two of them share come after.
    """
    firmly: Counter[str] = Counter()
    held: Counter[str] = Counter()
    spelled: dict[str, Counter[tuple[bool, str]]] = {}
    for titles in stories:
        told: Counter[str] = Counter()
        for title, is_local in titles:
            for name, spelling in surfaces(title).items():
                if not name[2:3].isdigit():
                    told[name] += 1
                    spelled.setdefault(name, Counter())[is_local, spelling] += 1
        held.update(list(told))
        firmly.update(name for name, count in told.items() if count >= min(FIRM, len(titles)))
    names = sorted(name for name in held if held[name] > 1)
    if not any(firmly[name] > 1 for name in names):
        return ""
    rarity = dict(zip(names, memory.rarity(np.array([number(name) for name in names])).tolist(), strict=True))
    local = [name for name in names if any(is_local for is_local, _ in spelled[name])] or names
    ranked = sorted(local, key=lambda name: (-held[name] * round(rarity[name], 6), name))
    shared = [name for name in ranked if firmly[name] * 2 > len(stories)]
    chosen: list[str] = []
    told_of: set[str] = set()
    for name in (*shared, *(name for name in ranked if name not in shared)):
        if len(chosen) == NAMES or (len(chosen) >= LEAST and name not in shared):
            break
        (_, spelling), _ = max(spelled[name].items(), key=lambda item: (item[0][0], item[1], item[0][1]))
        countries = {concept for concept in concepts_of(spelling, language) if concept.startswith(COUNTRY)}
        # The Kremlin beside Russia says nothing more.
        if not countries or not countries <= told_of:
            chosen.append(spelling)
            told_of |= countries
    return ", ".join(dict.fromkeys(chosen))
