"""Whether one report is a Copy of another, by all that both say. Pure."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

import numpy as np

from ..hosts import host_of
from ..stories.features import headline, surfaces, words_of
from ..stories.stopwords import STOPWORDS
from ..values import Report
from .sketch import TITLE, Sketch, Wording, telling, wording
from .words import Hashes, folded, text_of

CONTAINED = 0.5
"""The share of the shorter text's runs, found in the other, that makes it a Copy: on labelled near-duplicates it found
every reprint shortened by a quarter, and no random pair."""
RETITLED = 0.25
"""The share that makes it one beside an equal address and an alike title: of 29,800 labelled pairs of reports that are
no Copies, also of one event, none shares more than .16."""
MENDED = 2
"""Numbers of both titles that may differ over one short text: one in place of another."""
BEGUN = 0.5
"""The share of either text's opening runs that the other has where a short text, or a piece, is a Copy by its words."""
PIECE = 4
"""So many times shorter than the other, a text is a piece of it."""
APART = timedelta(days=14)
"""Reports dated further apart are no Copies: an outlet says the same each month."""
_PARTED = re.compile(r"\s[-–—|·•»]\s")
_SITE = re.compile(r"[\w.-]+\.[a-z]{2,}", re.I)


def verify(sketch: Sketch, candidates: Sequence[Report]) -> int | None:
    """Give the Entry that a report is a Copy of: of the candidates that prove it, the one that owns the address, else
    that shares most, else the first; None if none.
    """
    if not candidates:
        return None
    one = sketch.wording
    others = [wording(other) for other in candidates]
    own, telling_own = np.unique(one.runs), _without_habits(one, others)
    best: tuple[bool, float] | None = None
    entry = None
    for theirs in others:
        other = theirs.report
        is_same_outlet = one.report.outlet == other.outlet
        shared = contained(own if is_same_outlet else telling_own, np.unique(theirs.runs))
        if not _is_copy(one, theirs, shared):
            continue
        rank = (one.url == theirs.url and owns_address(other), round(shared or 0.0, 1))
        if best is None or rank > best:
            best, entry = rank, other.entry
    return entry


def contained(one: Hashes, other: Hashes) -> float | None:
    """Give the share of the shorter text's runs, each once, that the other has; None where one has none."""
    if not len(one) or not len(other):
        return None
    return len(np.intersect1d(one, other, assume_unique=True)) / min(len(one), len(other))


def _without_habits(one: Wording, others: Sequence[Wording]) -> Hashes:
    """Give a report's runs without those that its outlet has in another report too: what stands in each is its own."""
    runs = np.unique(one.runs)
    for other in others:
        is_own = other.report.outlet == one.report.outlet and other.report.entry != one.report.entry
        if is_own and other.url != one.url and not _share_title(one, other):
            runs = np.setdiff1d(runs, other.runs)
    return runs


def owns_address(report: Report) -> bool:
    """Tell whether a report's address is of a host of its outlet's, where the outlet is named by one."""
    host, outlet = host_of(report.url or ""), report.outlet.casefold()
    return "." in outlet and (host == outlet or host.endswith(f".{outlet}"))


def _is_copy(one: Wording, other: Wording, shared: float | None) -> bool:
    report, original = one.report, other.report
    is_there = bool(one.url) and one.url == other.url
    is_same_outlet = report.outlet == original.outlet
    # Who links to an outlet's own report repeats it, even if it was seen here first: that report is nobody's Copy.
    if is_there and not is_same_outlet and owns_address(report) and not owns_address(original):
        return False
    is_titled = (is_there or is_same_outlet) and _share_title(one, other)
    if is_there and is_titled and one.title != other.title:
        is_titled = _is_retitled(one, other, shared)
    # An address alone proves nothing: alerts come in turn at one, anybody may list another's, and translations keep it.
    if is_there and is_titled and (one.title == other.title or _may_be_one_language(report, original)):
        return True
    if report.published_at and original.published_at and abs(report.published_at - original.published_at) > APART:
        return False
    # An outlet that ends all its texts alike, and tells them at one address, copies nothing: the title must speak for
    # it too, or all of a long text that stands in the other.
    if is_same_outlet and not is_titled:
        is_long = min(len(text.runs) for text in (one, other)) + one.text.run > one.text.short
        return is_there and is_long and shared is not None and shared >= one.text.fair
    if shared is not None:
        is_said = is_there or is_same_outlet or _has_its_weight(one, other, shared) or _share_title(one, other)
        return shared >= CONTAINED and is_said
    return not is_same_outlet and len(one.title) >= one.measure.few and one.title == other.title


def _has_its_weight(one: Wording, other: Wording, shared: float) -> bool:
    """Tell whether shared words alone make a Copy: not those of a notice that an outlet ends all its texts with."""
    short, long = sorted((one, other), key=lambda wording: len(wording.runs))
    by = short.text
    if len(short.runs) + by.run > by.short and len(short.runs) * PIECE >= len(long.runs):
        return True
    if shared * len(short.runs) >= by.fair * len(long.runs):
        return True
    openings = ((short.runs[: by.opening], long.runs), (long.runs[: by.opening], short.runs))
    return all(np.isin(opening, runs).mean() >= BEGUN for opening, runs in openings)


def _share_title(one: Wording, other: Wording) -> bool:
    """Tell whether one title has half of what tells in the other; a single word is shared by chance."""
    if one.title and one.title == other.title:
        return True
    own, theirs = telling(one), telling(other)
    shared = len(own & theirs)
    return shared > 1 and 2 * shared >= min(len(own), len(theirs))


def _is_retitled(one: Wording, other: Wording, shared: float | None) -> bool:
    """Tell whether alike titles at one address are of one report: alerts that come there in turn have titles of one
    form, where a number or a name takes the place of another, and texts of their own.
    """
    titles = [wording.report.title[:TITLE] for wording in (one, other)]
    outlets = {wording.report.outlet.casefold() for wording in (one, other)}
    # What stands behind a bar may be a site's name; or the headline, behind a kicker.
    cuts = (map(headline, titles), (_bare(title, outlets) for title in titles))
    exchanged = min(_exchanged(*cut) for cut in cuts)
    if shared is None:
        return not exchanged or (_share_text(one.report, other.report) and _is_mended(one.report, other.report))
    return shared >= (one.text.fair if exchanged else RETITLED)


def _exchanged(one: str, other: str) -> int:
    """Count the names and numbers that one of two titles has in place of the other's; none where one only says more."""
    own, theirs = _named(one), _named(other)
    return len(own ^ theirs) if own - theirs and theirs - own else 0


def _named(title: str) -> set[str]:
    """Give what may be names, and the numbers, of a title, however few consonants they have: Aceh, Riau."""
    named = surfaces(title)
    return {*named, *(word.casefold() for word in words_of(title) if _is_short_name(word))}


def _is_short_name(word: str) -> bool:
    is_word = len(word) > 2 and not word[0].islower() and not word[0].isdigit() and word.casefold() not in STOPWORDS
    return is_word and not surfaces(word)


def _is_mended(one: Report, other: Report) -> bool:
    """Tell whether titles over one short text differ as those of one report do: by a number, or by what its speaker is
    called. Any other name in place of another may be the place of another alert.
    """
    own, theirs = (_named(report.title[:TITLE]) for report in (one, other))
    if len(own ^ theirs) <= MENDED and all(key[2].isdigit() for key in own ^ theirs):
        return True
    said, again = (report.title.partition(": ")[2] for report in (one, other))
    return bool(said) and said == again and one.published_at is not None and one.published_at == other.published_at


def _bare(title: str, outlets: Collection[str]) -> str:
    """Give a title without the names of sites, and of these outlets, that stand before or behind a dash or a bar."""
    parts = _PARTED.split(title)
    return " ".join(part for part in parts if not _SITE.fullmatch(part) and part.casefold() not in outlets)


def _share_text(one: Report, other: Report) -> bool:
    """Tell whether two texts, however short, are the same."""
    (own, _), (theirs, _) = folded(text_of(one)), folded(text_of(other))
    return bool(own) and own == theirs


def _may_be_one_language(one: Report, other: Report) -> bool:
    return not (one.language and other.language) or _base(one.language) == _base(other.language)


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
