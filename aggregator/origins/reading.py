"""One report's origins: whom it names, weighed by how and where it says so. It knows no other report."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from ..values import Origin, Report
from . import claims, phrases
from .claims import DATELINE, HEAD, LEAD, QUOTE, READ, Claim
from .names import Named, fold, known, of_host

COUNTED = 0.6
"""From here on an origin is sure enough to be counted in a Story; below, it is told as what may be."""
LINK = 0.4
"""Nothing but a link leads there."""
LINKED = 0.04
"""What a link to whom the words name adds."""
OWN_WIRE = 0.8
"""An agency's own feed: agencies name those whom they repeat."""
OWN_SURE = 0.88
"""The same, where its first sentence and title name nobody else: whom it names later it adds."""
OWN_BYLINE = 0.7
"""Its own dateline and an author, and nobody else named."""
OWN_HOUSE = 0.45
"""Its own dateline alone: many put it before what they repeat, too."""
MOST = 8
"""Origins that are told of one report; a round-up names dozens of outlets."""
_TIED = 60
"""Letters between two names that one chain ("Reuters, citing Interfax") may take."""

_HREF = re.compile(r"href=[\"'](https?://[^\"'\s>]{1,500})", re.I)
_STOP = re.compile(r"[.!?؟][\"')]*\s+(?=[^\sa-zа-я\d(])|[。\n]")


def read(report: Report) -> tuple[Origin, ...]:
    """Give the origins that a report names, the primary one first; none where it names nobody.

    Those that only pass on what another reported come last, with the kind relay.
    """
    outlet = claims.outlet_of(report.outlet)
    body = claims.words_of(report)
    said = [*claims.in_fields(report, outlet), *claims.in_title(report, outlet)]
    lead = fold(body)
    readers = phrases.grammars(report.language, lead or fold(report.title))
    for reader in readers:
        lead = reader.aside.sub(lambda match: " " * len(match.group()), lead)
    found = claims.in_text(body, lead, outlet, readers)
    officials = claims.of_offices(body, lead, readers)
    first = _first_sentence(lead)
    relays = _relays([*said, *found], lead, first)
    repeats = outlet.kind == "agency" and any(
        one.whose != outlet and one.how not in ("says", "link") and one.certainty >= LEAD and one.at < first
        for one in (*said, *found)
    )
    return _told(report, outlet, [*said, *found], officials, relays | ({outlet.id} if repeats else set()))


def own(outlet: str) -> Origin | None:
    """Give the origin that an outlet's reports have where they say nothing: an agency's are its own."""
    named = known(outlet)
    if named is None or named.kind != "agency":
        return None
    return Origin(named.name, "own", f"outlet: {outlet}"[:QUOTE], OWN_WIRE)


def _first_sentence(text: str) -> int:
    """Give where a text's first sentence ends; a dateline, with its own points, is part of it."""
    stop = _STOP.search(text, 40)
    return min(stop.start() if stop else len(text), HEAD)


def _relays(said: Sequence[Claim], text: str, first: int) -> set[str]:
    """Tell who only passes on what another of the names reported first."""
    found: set[str] = set()
    for one in said:
        for other in said:
            if one.whose == other.whose or other.whose.id in found or "own" in (one.how, other.how):
                continue
            if other.at < 0 or other.how in ("dateline", "credit", "source"):
                continue
            if one.how in ("dateline", "credit", "source", "byline"):
                if other.at < first and other.how != "says":
                    found.add(one.whose.id)
            elif one.at >= 0 and _is_chain(text, one, other):
                found.add(one.whose.id)
    return found


def _is_chain(text: str, one: Claim, other: Claim) -> bool:
    """Tell whether `one` passes on what `other` reported, as one sentence says."""
    early, late = (one, other) if one.at < other.at else (other, one)
    between = text[early.end : max(early.end, late.start)].strip(" \"'),")
    if _STOP.search(text, early.at, late.at):
        return False
    if one.how == "quoted" and other.how != "quoted":
        return True
    if other.how == "told" and one.how in ("reports", "cites", "says"):
        return True
    return (
        other.how == "cites"
        and one.how in ("reports", "says", "quoted")
        and len(between) < _TIED
        and '"' not in between
    )


def _told(
    report: Report, outlet: Named, said: Sequence[Claim], officials: list[Claim], relays: set[str]
) -> tuple[Origin, ...]:
    linked = _linked(report)
    best: dict[str, Claim] = {}
    for one in (*said, *officials):
        if one.whose == outlet and one.how not in ("own", "dateline"):
            continue
        sure = min(DATELINE, one.certainty + LINKED) if one.whose in linked else one.certainty
        if one.whose.id not in best or best[one.whose.id].certainty < sure:
            best[one.whose.id] = replace(one, certainty=sure)
    repeats = outlet.id in relays
    mine = _mine(report, outlet, best, repeats=repeats)
    told = [(one.certainty, one.at, _origin(one, relays)) for one in best.values() if one.whose != outlet]
    if mine is not None:
        told.append((mine.certainty, 0, replace(mine, kind="relay") if repeats else mine))
    for whose, href in linked.items():
        if whose != outlet and whose.id not in best:
            told.append((LINK, len(report.content), Origin(whose.name, whose.kind, f"link: {href}"[:QUOTE], LINK)))
    told.sort(key=lambda one: (one[2].kind == "relay", -one[0], one[1]))
    return tuple(origin for _, _, origin in told[:MOST])


def _mine(report: Report, outlet: Named, best: dict[str, Claim], *, repeats: bool) -> Origin | None:
    """Tell how sure it is that the outlet reported this itself; None where nothing says so."""
    claim = best.get(outlet.id)
    others = [one for one in best.values() if one.whose != outlet and one.how != "official"]
    if claim is not None and claim.how == "own":
        return Origin(outlet.name, "own", claim.evidence, claim.certainty)
    if outlet.kind == "agency":
        evidence = claim.evidence if claim else f"outlet: {report.outlet}"[:QUOTE]
        return Origin(outlet.name, "own", evidence, OWN_SURE if others and not repeats else OWN_WIRE)
    if claim is None or others:
        return None
    return Origin(outlet.name, "own", claim.evidence, OWN_BYLINE if report.authors else OWN_HOUSE)


def _origin(one: Claim, relays: set[str]) -> Origin:
    if one.how == "official":
        return Origin(one.whose.name, "official", one.evidence, one.certainty)
    return Origin(one.whose.name, "relay" if one.whose.id in relays else one.whose.kind, one.evidence, one.certainty)


def _linked(report: Report) -> dict[Named, str]:
    """Give whose reports the text links to, each with its first link."""
    found: dict[Named, str] = {}
    for match in _HREF.finditer(report.content[: READ * 2]):
        href = unescape(match.group(1))
        whose = of_host(href)
        # A link to a front page tells whose site it is, and no report.
        if whose is not None and len(href.split("/", 3)[-1]) > 8 and href.count("/") > 2:
            found.setdefault(whose, href)
    return found
