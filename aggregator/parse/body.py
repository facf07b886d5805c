"""Make a body fit to be parsed: unzip it, refuse what bites. It reads no feed and knows no charset."""

import re
import zlib
from html.entities import html5
from itertools import pairwise

from ..errors import ParseError
from . import heavy

MOST_BYTES = 16 * 1024 * 1024  # the limit of `fetch` for decoded bodies; bytes zipped once more must not pass it
MOST_ATTRIBUTES = 250  # of one element; feedparser is quadratic in them: 5,000 took 1.9 s, 20,000 took 33 s
MOST_CATEGORIES = 500  # of one item; feedparser is quadratic in them: 20,000 took 6.2 s
MOST_SIGNS = 20_000  # < of one item beside its data sections; feedparser is quadratic in open elements
MOST_REFERENCES = 400_000  # of one item; they take 1 s
LONGEST_RUN = 2048  # feedparser's search for an e-mail address is quadratic in them: 100,000 letters took 45 s
MOST_ENTITIES = 500  # the three HTML entity sets that old RSS 0.91 documents declare hold 253
MOST_ENTITY_TEXT = 200  # characters; a declared name stands for a letter or a word, not for a page
MOST_ENTITY_GAIN = 8 * 1024 * 1024  # bytes that all references of a document may add; Expat starts to look there, too
MOST_ITEMS = 10_000  # with some text in each, reading and cleaning them takes 4 s of CPU
ATTRIBUTE = rb"\s++[^\s<>\"'=/]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')"
CROWDED_TAG = re.compile(rb"(<[A-Za-z][^\s<>\"'=/]*+)(?:" + ATTRIBUTE + rb"){%d,}+" % (MOST_ATTRIBUTES + 1))
LONG_TAG = re.compile(rb"(<[A-Za-z][^\s<>\"'=/]*+)[^<>]{1000,}+")  # one that is not well-formed
LONG_RUN = re.compile(rb"(?<![\w.+-])([\w.+-]{%d})[\w.+-]++" % LONGEST_RUN)
CATEGORY = re.compile(
    rb"<((?:[A-Za-z0-9_]+:)?(?:category|subject|keywords))(?:\s[^<>]*+)?(?:(?<=/)>|>"
    rb"(?:[^<]++|<!\[CDATA\[.{0,2000}?\]\]>)*+</\1\s*+>)",
    re.IGNORECASE | re.DOTALL,
)
PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
DOCTYPE = re.compile(
    rb"<!DOCTYPE(?:[^\[\]<>\"']|\"[^\"]*+\"|'[^']*+')*+"
    rb"(?:\[(?:<!--.*?-->|<\?.*?\?>|\"[^\"]*+\"|'[^']*+'|[^\]\"'<]|<(?!!--|\?))*+\]\s*+)?+>",
    re.DOTALL,
)
ENTITY = re.compile(rb"<!ENTITY\s++(?:%\s++)?[^\s>]++\s++(?:\"([^\"]*+)\"|'([^']*+)'|(SYSTEM|PUBLIC)\s)")
ROOT = re.compile(rb"<(?:[A-Za-z0-9_]+:)?(?:rss|rdf|feed|channel)[\s>]", re.IGNORECASE)
ITEM = re.compile(rb"<(?:[A-Za-z0-9_]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
ITEM_END = re.compile(rb"</(?:[A-Za-z0-9_]+:)?(?:item|entry)\s*+>", re.IGNORECASE)
DATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
WRONG_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")


def unzip(body: bytes) -> bytes:
    """Undo a gzip layer that the host did not announce, up to MOST_BYTES; raises ParseError beyond or when broken."""
    broken = ParseError("the document is gzip data that cannot be unpacked; tell its maker, or take plain XML")
    plain, zipped, is_whole = b"", body, True
    while zipped.startswith(b"\x1f\x8b"):  # a stream may be several members in a row (RFC 1952 section 2.2)
        unzipper = zlib.decompressobj(wbits=31)
        try:
            plain += unzipper.decompress(zipped, MOST_BYTES + 1 - len(plain))
        except zlib.error:
            raise broken from None
        if len(plain) > MOST_BYTES:
            raise ParseError(f"the document is gzip data of more than {MOST_BYTES >> 20} MB: too large for a feed")
        zipped, is_whole = unzipper.unused_data, unzipper.eof
    if not plain and not is_whole:
        raise broken
    return plain or zipped


def draw_teeth(body: bytes) -> tuple[bytes, list[str]]:
    """Take what is known to bite out of an XML body, with a note of each; the rest stays as it is."""
    body, problems = _without_growing_entities(body)
    mended = LONG_TAG.sub(_bare, CROWDED_TAG.sub(rb"\1", body))
    if mended != body:
        problems.append(f"an element has more than {MOST_ATTRIBUTES} attributes: they were left out")
    body = LONG_RUN.sub(rb"\1", mended)
    places = [match.start() for match, _ in zip(ITEM.finditer(body), range(MOST_ITEMS + 1), strict=False)]
    if len(places) > MOST_ITEMS:
        body = body[: places[MOST_ITEMS]]
        problems.append(f"it holds more than {MOST_ITEMS:,} items: the others were left out")
    pieces = [body[start:end] for start, end in pairwise((0, *places[:MOST_ITEMS], len(body)))]
    kept = [_with_few_categories(piece) for piece in pieces]
    if kept != pieces:
        pieces, body = kept, b"".join(kept)
        problems.append(f"an item has more than {MOST_CATEGORIES} categories: the others were left out")
    overfull = {number: what for number, piece in enumerate(pieces) if number and (what := _too_much(piece))}
    if overfull:
        pieces = [_emptied(piece) if number in overfull else piece for number, piece in enumerate(pieces)]
        body = b"".join(pieces)
        rest = "only its id, title, addresses, dates and short texts were kept"
        problems += [f"an item holds more than {what}: {rest}" for what in sorted({*overfull.values()})]
    return body, problems


def _bare(tag: re.Match[bytes]) -> bytes:
    return tag[1] if tag[0].count(b"=") > MOST_ATTRIBUTES else tag[0]


def _too_much(piece: bytes) -> str | None:
    """Say of what an item holds too much, and what is the most; None where it does not."""
    if piece.count(b"<") <= MOST_SIGNS and piece.count(b"&") <= MOST_REFERENCES:
        return None
    bare = DATA.sub(b"<", piece)
    if bare.count(b"<") > MOST_SIGNS:
        return f"{MOST_SIGNS:,} tags"
    return f"{MOST_REFERENCES:,} signs like & and &amp;" if bare.count(b"&") > MOST_REFERENCES else None


def _emptied(piece: bytes) -> bytes:
    """Give an item with what names it alone, and what follows it: the last is followed by the end of the document."""
    *_, end = (len(piece), *(found.end() for found in ITEM_END.finditer(piece)))
    return heavy.cut(piece, end)


def _with_few_categories(piece: bytes) -> bytes:
    ends = [match.end() for match, _ in zip(CATEGORY.finditer(piece), range(MOST_CATEGORIES), strict=False)]
    if len(ends) < MOST_CATEGORIES:
        return piece
    return piece[: ends[-1]] + CATEGORY.sub(b"", piece[ends[-1] :])


def _without_growing_entities(body: bytes) -> tuple[bytes, list[str]]:
    prolog = PROLOG.match(body)
    start = prolog.end() if prolog else 0
    if not body.startswith(b"<!DOCTYPE", start):
        return body, []
    doctype = DOCTYPE.match(body, start)
    if doctype and not _grows(doctype[0], body.count(b"&")):
        return body, []
    root = ROOT.search(body, doctype.end() if doctype else start)
    # Comments before it go, too: feedparser takes a tag in them for the root.
    body = body[root.start() :] if root else body[:start]
    return body, ["its DOCTYPE declares entities that grow: they were left out"]


def _grows(doctype: bytes, references: int) -> bool:
    declared = ENTITY.findall(doctype)
    if len(declared) > MOST_ENTITIES or len(declared) != doctype.count(b"<!ENTITY"):
        return True
    values = [double or single for double, single, _ in declared]
    longest = max(map(len, values), default=0)
    nested = any(re.search(rb"&(?!#|amp;|lt;|gt;|quot;|apos;)|%\w", value) for value in values)
    return nested or longest > MOST_ENTITY_TEXT or longest * references > MOST_ENTITY_GAIN


BARE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?!(?:#\w+|amp|lt|gt|quot|apos);)(?:([A-Za-z_][\w.:-]*);)?",
    re.DOTALL,
)


def without_bare_ampersands(body: bytes) -> bytes:
    """Write "&" as the reference that was meant where it begins none that XML knows, and names of HTML as numbers.

    Else feedparser makes "Q&A;" of "Q&A", and half an address would be another one. What the document declares stays.
    """
    declares = b"<!ENTITY" in body

    def mend(found: re.Match[bytes]) -> bytes:
        if not found[0].startswith(b"&") or (found[1] and declares):
            return found[0]
        letters = html5.get(f"{found[1].decode()};", "") if found[1] else ""
        return "".join(f"&#{ord(letter)};" for letter in letters).encode() or b"&amp;" + found[0][1:]

    return BARE.sub(mend, body)


def without_wrong_references(body: bytes) -> bytes:
    """Replace references to characters that XML forbids (XML 1.0 section 2.2): feedparser raises on some."""

    def mend(match: re.Match[bytes]) -> bytes:
        digits = match[1] or match[2]
        code = int(digits, 16 if match[1] else 10) if len(digits) < 10 else 0x110000
        good = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return match[0] if good else b"&#xFFFD;"

    return WRONG_REFERENCE.sub(mend, body)
