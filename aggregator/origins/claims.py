"""Claims: each place of a report, and each field, that makes a name its origin. It weighs none against another."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from ..values import Report
from . import credits, phrases
from .names import Mention, Named, fold, known, mentions, of_host
from .phrases import Grammar

DATELINE = 0.95
"""A name in the dateline: the text is that agency's, or from it."""
CREDIT = 0.9
"""A credit of its own, in brackets, behind "Source:", in a title's first or last words, or in RSS `source`."""
BYLINE = 0.85
"""A name in the place of the author: a few outlets sign all they print so."""
LEAD = 0.85
"""A phrase where readers are told where the news is from: in the title, the first or the last sentences."""
SAYS = 0.7
"""An agency "said": mostly it reported, and sometimes it speaks of itself."""
OFFICIAL = 0.65
"""An office made it known itself, as the first or last sentences say."""
OWN_TOLD = 0.9
"""Somebody told the outlet itself, or it says that it has the news alone."""
LATER = 0.55
"""A phrase in the middle: as often background, from another origin than the news itself."""
OFFICIAL_LATER = 0.5
BACKGROUND = 0.45
"""The phrase tells of earlier reports."""
HEAD = 700
"""Letters at the beginning in which a text tells where its news is from; of a long one its first two fifths."""
TAIL = 220
"""Letters at the end in which it may tell so, too."""
QUOTE = 160
"""Letters of evidence at most."""
READ = 100_000
"""Letters of a text that are read: beyond them are appendices."""
MENTIONS = 200
"""Names of a text that are looked at: what names more is a list of them."""

_CAPTION = re.compile(r"<(figure|figcaption|script|style)\b[^>]*>.{0,1000}?</\1\s*>", re.I | re.S)
_BREAK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|t[dh]|blockquote|pre|hr|table)\b[^>]*>", re.I)
_TAG = re.compile(r"<[^>]*>")
_AND = re.compile(
    r"(?:'\w{0,6})?[\"')\s]*(?:,|/|&|\b(?:and|dan|serta|и|а также|و|y|e|et|und|sowie|ve|ile)\b|和|、|及)"
    r"(?:\s*(?:the|the news agency|kantor berita|агентство|وكالة|la|el|o|a|l'|die|der|to the|also)\b)?[\s\"'(]*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What makes a name an origin at one place of a text: how it is said, and how sure that is."""

    whose: Named
    how: str
    start: int
    end: int
    at: int
    certainty: float
    evidence: str


def outlet_of(words: str) -> Named:
    """Tell who the outlet is: one that is not in the data goes by its own name."""
    return known(words) or Named(words, words, "outlet", ())


def words_of(report: Report) -> str:
    """Give a report's words with their paragraphs, without the captions of its pictures."""
    html = report.content[: READ * 2]
    if "<" in html or "&" in html:
        html = unescape(_TAG.sub("", _BREAK.sub("\n", _CAPTION.sub("\n", html))))
    text = html if len(html) > len(report.summary) else report.summary
    return text.strip()[:READ]


def in_fields(report: Report, outlet: Named) -> list[Claim]:
    """Read what the item says beside its text: RSS `source`, its authors, its address."""
    found = []
    for words in (report.via_name, report.via_url):
        whose = words and (known(words) or of_host(words))
        if whose and whose != outlet:
            found.append(_claim(whose, "source", CREDIT, f"source: {words}"))
    for author in report.authors:
        parts = re.split(r"\s*(?:[,/|&(]|\bwith\b|\band\b|\bvia\b|\bby\b|^by\s+)\s*", author.strip(" )."), flags=re.I)
        for whose in filter(None, (known(part.strip(" ).")) for part in parts if len(part) > 1)):
            if whose != outlet:
                found.append(_claim(whose, "byline", BYLINE, f"author: {author}"))
    at = of_host(report.url) if report.url else None
    if at and at != outlet and not outlet.domains:
        found.append(_claim(at, "source", CREDIT, f"url: {report.url}"))
    return found


def _claim(whose: Named, how: str, certainty: float, evidence: str) -> Claim:
    return Claim(whose, how, -1, -1, -1, certainty, evidence[:QUOTE])


def in_title(report: Report, outlet: Named) -> list[Claim]:
    title = fold(report.title)
    found: list[Claim] = []
    names = _mentions(title, outlet)
    readers = phrases.grammars(report.language, title)
    for one in names:
        if one.whose == outlet:
            continue
        is_first = not title[: one.start].strip(" \"'[") and re.match(r"[\"']*\s*:\s", title[one.end :])
        is_last = re.search(r"\s[-|]\s*(?:[\"'(]|The )?$", title[: one.start]) and not title[one.end :].strip(" \"')")
        if (is_first and not one.is_code) or is_last:
            found.append(Claim(one.whose, "credit", -1, -1, -1, CREDIT, report.title[one.start : one.end]))
            continue
        for reader in readers:
            said = None if reader.is_picture(title, one.start, one.end) else reader.said(title, one.start, one.end)
            if said and _counts(one, said):
                evidence = report.title[one.start - said.before : one.end + said.after]
                sure = SAYS if said.kind == "says" else LEAD
                found.append(Claim(one.whose, "title", -1, -1, -1, sure, _quoted(evidence)))
                break
    return found


def in_text(body: str, text: str, outlet: Named, readers: Sequence[Grammar]) -> list[Claim]:
    names = _mentions(text, outlet)
    found: dict[int, Claim] = {}
    barred: set[int] = set()
    for number, one in enumerate(names):
        if any(reader.is_picture(text, one.start, one.end) for reader in readers):
            barred.add(number)
            continue
        signed = credits.place(text, one, names)
        if signed is not None:
            how, start, end = signed
            sure = DATELINE if how == "dateline" else CREDIT
            found[number] = Claim(one.whose, how, start, end, one.start, sure, _quoted(body[start:end]))
            continue
        claim = _phrase(body, text, one, outlet, readers)
        if claim is not None:
            found[number] = claim
    for pairs in (range(1, len(names)), range(len(names) - 2, -1, -1)):
        for number in pairs:
            beside = number - 1 if pairs.step > 0 else number + 1
            if number in found or number in barred or beside not in found or _alone(found[beside], pairs.step):
                continue
            first, second = (names[beside], names[number]) if pairs.step > 0 else (names[number], names[beside])
            if (
                first.end <= second.start
                and second.start - first.end < 30
                and _AND.fullmatch(text[first.end : second.start])
            ):
                one, like = names[number], found[beside]
                start, end = min(like.start, one.start), max(like.end, one.end)
                found[number] = replace(
                    like, whose=one.whose, start=start, end=end, at=one.start, evidence=_quoted(body[start:end])
                )
    return [found[number] for number in sorted(found)]


def _alone(beside: Claim, step: int) -> bool:
    """Tell whether a claim says nothing of the name beside it: one before "citing" may well be who cites."""
    return beside.how == "dateline" or (beside.how == "cites" and step < 0)


def _phrase(body: str, text: str, one: Mention, outlet: Named, readers: Sequence[Grammar]) -> Claim | None:
    for reader in readers:
        if one.whose == outlet and (said := reader.is_own(text, one.start, one.end)):
            start, end = one.start - said.before, one.end + said.after
            return Claim(outlet, "own", start, end, one.start, OWN_TOLD, _quoted(body[start:end]))
        said = reader.said(text, one.start, one.end)
        if said is None or not _counts(one, said):
            continue
        start, end = one.start - said.before, one.end + said.after
        near = _is_near(one.start, len(text))
        sure = SAYS if said.kind == "says" else CREDIT if said.kind == "credit" else LEAD
        if said.kind != "credit" and not near:
            sure = LATER
        if said.is_background and said.kind != "credit":
            sure = BACKGROUND
        how = "own" if one.whose == outlet and said.kind == "told" else said.kind
        if how == "own":
            sure = OWN_TOLD
        return Claim(one.whose, how, start, end, one.start, sure, _quoted(body[start:end]))
    return None


def _counts(one: Mention, said: phrases.Said) -> bool:
    if said.kind == "says":
        return one.whose.kind == "agency" and (said.names_kind or not one.is_code)
    return True


def _mentions(text: str, outlet: Named) -> list[Mention]:
    """Find the names in a text, and the outlet's own where the data does not know it."""
    found = list(mentions(text))
    brand = outlet.name.split(".")[0] if not outlet.domains else ""
    if len(brand) > 3 and brand.casefold() in text.casefold():
        own = re.finditer(rf"(?<![\w/@.]){re.escape(brand)}(?:\.\w{{2,4}}){{0,2}}(?!\w)", text, re.I)
        taken = {place for one in found for place in range(one.start, one.end)}
        found += [Mention(match.start(), match.end(), outlet, False) for match in own if match.start() not in taken]
        found.sort(key=lambda one: one.start)
    return found[:MENTIONS]


def _is_near(at: int, size: int) -> bool:
    return at < max(HEAD, size * 2 // 5) or at > size - TAIL


def of_offices(body: str, text: str, readers: Sequence[Grammar]) -> list[Claim]:
    found: list[Claim] = []
    for reader in readers:
        for match in reader.offices(text):
            reach = reader.official(text, match.start(), match.end())
            # "the Foreign Ministry (MID)" is one office.
            if reach is None or (found and match.start() - found[-1].end < 4):
                continue
            start, end = match.start() - reach[0], match.end() + reach[1]
            near = match.start() < max(HEAD, len(text) * 2 // 5)
            name = body[match.start() : match.end()]
            office = Named(name.casefold(), name, "outlet", ())
            sure = OFFICIAL if near else OFFICIAL_LATER
            found.append(Claim(office, "official", start, end, match.start(), sure, _quoted(body[start:end])))
    return found


def _quoted(words: str) -> str:
    return words.strip()[:QUOTE].strip()
