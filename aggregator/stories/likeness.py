"""Says how likely two reports tell one event, by a fitted decision over what they share. It knows no Stories."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from .evidence import ACTS, BITS, KINDS, NAMES, NUMBERS, PIECES, PLACES, TITLE, WORDS, Evidence
from .shelf import Shelf
from .tape import Numbers

FILE = Path(__file__).parent / "weights.json"
DECISIONS = ("same", "cross", "same vectors", "cross vectors")
"""One for two reports in one language, one for two languages, and the same where both have a vector."""
FEATURES = (
    "title", "pieces", "names", "places", "acts", "text", "least", "shared_names", "shared_places", "shared_acts",
    "strange_names", "strange_places", "strange_acts", "other_names", "other_places", "other_acts",
    "numbers", "other_numbers", "covered", "well_covered", "days", "same_outlet",
    "has_text", "text_names", "text_acts", "text_title", "text_pieces", "vector", "near",
    "shared_words",
)  # fmt: skip
"""What a decision is made of, in this order."""
NEAR = 0.5
"""Likeness of vectors from which it counts once more."""
MOST_SHARED = 4
"""More shared names, places or acts tell nothing more."""
MOST_DAYS = 14
WEIGHTY = 10
"""The weight of all shared words is told by this: three rare words in both titles have about twice as much. A likeness
that is a share alone cannot tell a rare word in two long titles from a common one in two short ones."""
NOTHING = 1e-4
"""Sums of nothing are differences of running sums, and so not quite 0."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports to be compared: their terms and weights one after the other, and each kind's ends (n x KINDS)."""

    terms: Numbers
    weights: Numbers
    ends: Numbers
    at: Numbers
    outlet: Numbers
    language: Numbers
    vectors: Numbers
    """n x dimensions, zeros where there is none."""
    has_vector: Numbers


class Comparer:
    """Compares reports with those of one shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._column = np.full(1 << BITS, -1, np.int32)

    def held(self, slots: Numbers) -> Reports:
        """Give reports that are on the shelf."""
        rows = self.shelf.slots.at(slots)
        vectors = self.shelf.vectors.of(slots)
        return Reports(*self.shelf.terms(slots), rows["at"], rows["outlet"], rows["language"], *vectors)

    def asked(self, evidence: Evidence, at: int) -> Reports:
        """Give one report that is not there yet."""
        outlet, language = self.shelf.numbers(evidence)
        return Reports(
            terms=evidence.terms,
            weights=evidence.weights,
            ends=np.array([evidence.ends], np.int64),
            at=np.array([at]),
            outlet=np.array([outlet]),
            language=np.array([language]),
            vectors=np.zeros((1, 0), np.float32),
            has_vector=np.zeros(1, bool),
        )

    def likely(self, reports: Reports, slots: Numbers) -> Numbers:
        """Give for each pair of reports how likely they tell the same event, 0 to 1 (q x n)."""
        return likelihood(*self.features(reports, self.held(slots)))

    def features(self, one: Reports, other: Reports) -> tuple[Numbers, Numbers]:
        """Give the features of each pair of reports (q x n x FEATURES), and which of DECISIONS is for it (q x n)."""
        shared = self._shared(one, other)
        mine, theirs = self._own(one), self._own(other)
        text = _cosine(shared.dot, mine.square[..., None] * theirs.square[:, None])
        title = _cosine(shared.titles, mine.title_square[..., None] * theirs.title_square[:, None])
        mine_there = shared.title_there / np.maximum(mine.title[..., None], NOTHING)
        theirs_there = shared.there_title / np.maximum(theirs.title[:, None], NOTHING)
        both = (mine.title[..., None] > NOTHING) & (theirs.title[:, None] > NOTHING)
        # Of what two titles name: the share that the other report lacks, and the share that the other title lacks.
        strange = np.where(both, np.maximum(1 - np.maximum(mine_there, theirs_there), 0), 0)
        least = np.maximum(np.minimum(mine.title[..., None], theirs.title[:, None]), NOTHING)
        differs = np.where(both, np.maximum(1 - shared.title_title / least, 0), 0)
        has_text = (mine.texts > 0)[:, None] & (theirs.texts > 0)
        days = np.minimum(np.abs(one.at[:, None] - other.at) / 86400, MOST_DAYS)
        words, pieces = title[WORDS], title[PIECES]
        vectors = one.has_vector[:, None] & other.has_vector
        vector = one.vectors @ other.vectors.T * vectors if vectors.any() else np.zeros(vectors.shape)
        columns = (
            words, pieces, text[NAMES], text[PLACES], text[ACTS],
            has_text * text[WORDS], np.minimum(words, pieces),
            *np.minimum(shared.count[[NAMES, PLACES, ACTS]], MOST_SHARED),
            strange[NAMES], strange[PLACES], strange[ACTS], differs[NAMES], differs[PLACES], differs[ACTS],
            text[NUMBERS], both[NUMBERS] & (shared.count[NUMBERS] < 1),
            np.minimum(mine_there[WORDS], theirs_there[WORDS]), np.maximum(mine_there[WORDS], theirs_there[WORDS]),
            np.log1p(days), one.outlet[:, None] == other.outlet,
            has_text, has_text * text[NAMES], has_text * text[ACTS], has_text * words, has_text * pieces,
            vector, np.maximum(vector - NEAR, 0),
            ~has_text * np.sqrt(np.maximum(shared.dot[WORDS], 0)) / WEIGHTY,
        )  # fmt: skip
        cross = one.language[:, None] != other.language
        return np.moveaxis(np.stack(columns, dtype=np.float64), 0, -1), cross + 2 * vectors

    def _shared(self, one: Reports, other: Reports) -> "_Shared":
        # Columns of the terms that stand on both sides: the others count only in the sums of their own report.
        column = self._column
        column[other.terms] = 0
        both = np.flatnonzero(column[one.terms] == 0)
        column[other.terms] = -1
        terms, first = np.unique(one.terms[both], return_index=True)
        kind = _kinds(one.ends)[both[first]]
        terms = terms[np.argsort(kind, kind="stable")]
        upto = np.cumsum(np.bincount(kind, minlength=KINDS)).tolist()
        column[terms] = np.arange(len(terms), dtype=np.int32)
        mine, theirs = (_table(reports, column[reports.terms], len(terms)) for reports in (one, other))
        column[terms] = -1
        telling = self.shelf.weight(terms)
        there, title = (mine > 0).astype(np.float32), (mine == TITLE) * telling

        def product(right: Numbers, *left: Numbers) -> Iterator[Numbers]:
            whole, told = np.concatenate(left), np.zeros((KINDS, len(left) * len(mine), len(theirs)), np.float32)
            start = 0
            for place, end in enumerate(upto):
                if end > start:
                    np.matmul(whole[:, start:end], right[:, start:end].T, out=told[place])
                start = end
            yield from (told[:, at * len(mine) : (at + 1) * len(mine)] for at in range(len(left)))

        (dot,) = product(theirs, mine * telling**2)
        theirs_title = (theirs == TITLE).astype(np.float32)
        titles, there_title, title_title = product(theirs_title, title * telling, there * telling, title)
        title_there, count = product((theirs > 0).astype(np.float32), title, there)
        return _Shared(dot, titles, title_there, there_title, title_title, count)

    def _own(self, reports: Reports) -> "_Own":
        telling = self.shelf.weight(reports.terms)
        is_title = reports.weights == TITLE
        square, title_square, title, texts = _sums(
            np.stack([(telling * reports.weights) ** 2, telling**2 * is_title, telling * is_title, ~is_title]),
            reports.ends,
        )
        return _Own(square, title_square, title, np.rint(texts[WORDS]))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What two reports share, for each kind of terms (KINDS x q x n)."""

    dot: Numbers
    titles: Numbers
    title_there: Numbers
    """The weight of one's title that stands anywhere in the other ..."""
    there_title: Numbers
    """... and the other way round ..."""
    title_title: Numbers
    """... and in both titles."""
    count: Numbers


@dataclass(frozen=True, slots=True)
class _Own:
    """What a report holds, for each kind of terms (KINDS x n)."""

    square: Numbers
    title_square: Numbers
    title: Numbers
    texts: Numbers
    """How many words stand in its text alone (n)."""


def likelihood(features: Numbers, which: Numbers) -> Numbers:
    """Give how likely pairs of reports with these features tell one event, 0 to 1, each by its decision."""
    weights = decisions()[which]
    score = np.einsum("...f,...f->...", features, weights[..., 1:]) + weights[..., 0]
    # Rounded, so that no platform's last bit decides.
    likely: Numbers = np.round(1 / (1 + np.exp(-np.clip(score, -30, 30))), 6)
    return likely


def _kinds(ends: Numbers) -> Numbers:
    sizes = np.diff(np.concatenate(([0], ends.ravel())))
    return np.repeat(np.tile(np.arange(KINDS), len(ends)), sizes)


def _table(reports: Reports, columns: Numbers, width: int) -> Numbers:
    """Give the weights of reports' terms in their columns (n x width); -1 is none."""
    rows = np.repeat(np.arange(len(reports.ends)), np.diff(np.concatenate(([0], reports.ends[:, -1]))))
    there = columns >= 0
    found = np.zeros((len(reports.ends), width), np.float32)
    found[rows[there], columns[there]] = reports.weights[there]
    return found


def _cosine(dot: Numbers, squares: Numbers) -> Numbers:
    return np.where(squares > NOTHING, dot / np.sqrt(np.maximum(squares, NOTHING)), 0.0)


def _sums(values: Numbers, ends: Numbers) -> Numbers:
    """Sum each row of values over each kind of each report (rows x KINDS x n)."""
    whole = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=whole[:, 1:])
    upto = whole[:, np.concatenate(([0], ends.ravel()))]
    sums: Numbers = np.maximum(upto[:, 1:] - upto[:, :-1], 0.0).reshape(len(values), *ends.shape).transpose(0, 2, 1)
    return sums


@cache
def decided_by() -> str:
    """Give a digest of the weights by which is decided."""
    return blake2b(FILE.read_bytes(), digest_size=8).hexdigest()


@cache
def decisions() -> Numbers:
    """Give the weights of each of DECISIONS: first its bias, then one for each of FEATURES."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return np.array([[told[one]["bias"], *(told[one].get(name, 0.0) for name in FEATURES)] for one in DECISIONS])
