"""Make a body fit to be parsed: unzip it, settle its charset, refuse what bites. It reads no feed."""

import codecs
import re
import zlib

from ..errors import ParseError

MOST_BYTES = 16 * 1024 * 1024  # the limit of `fetch` for decoded bodies; bytes zipped once more must not pass it
MOST_ATTRIBUTES = 2_000  # feedparser is quadratic in them: 5,000 took 1.9 s, 20,000 took 33 s
MOST_ENTITIES = 500  # the three HTML entity sets that old RSS 0.91 documents declare hold 253
MOST_ENTITY_TEXT = 200  # characters; a declared name stands for a letter or a word, not for a page
MOST_RUBBISH = 4096  # bytes before the XML declaration that are looked through
MOST_ITEMS = 20_000  # 10,000 items take 1.1 s of CPU in feedparser
WIDE = (  # BOM or first characters of each wide encoding, longest first: a search for ASCII bytes cannot see into them
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)
LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{4000,}")
ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s+)?[^\s>]+\s+([^>]*)>")
ITEM = re.compile(rb"<(?:[A-Za-z0-9_]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
WRONG_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));?")


def unzip(body: bytes) -> bytes:
    """Undo a gzip layer that the host did not announce, up to MOST_BYTES; raises ParseError beyond or when broken."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unzipper = zlib.decompressobj(wbits=31)
    try:
        plain = unzipper.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise ParseError("the document is gzip data that cannot be unpacked: ask the outlet for plain XML") from None
    if len(plain) > MOST_BYTES:
        raise ParseError(f"the document is gzip data of more than {MOST_BYTES >> 20} MB: too large for a feed")
    return plain


def settle(body: bytes, content_type: str | None) -> tuple[bytes, str | None, list[str]]:
    """Give the body with the charset that feedparser is to be told, if any, and what was wrong.

    A BOM beats the header and the header beats the declaration (RFC 7303 section 3). Wide encodings become UTF-8, so
    that what is searched for is seen. UTF-8 with a few broken bytes stays UTF-8, the bytes replaced: one cut
    character would otherwise turn the whole document into another charset.
    """
    for start, encoding in WIDE:
        if body.startswith(start):
            text = body.decode(encoding, "replace").lstrip("\ufeff")
            return DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), "utf-8", []
    mark = body.startswith(codecs.BOM_UTF8)
    body, problems = _from_start(body)
    declared = DECLARED.match(body)
    said = CHARSET.search(content_type or "")
    if mark:
        charset: str | None = "utf-8"
    elif said:
        charset = said[1].lower()
    else:
        charset = declared[1].decode().lower() if declared else None
    if charset not in (None, "utf-8", "utf8"):
        return body, charset, problems
    body, charset, mended = _mend_utf8(body, charset)
    return body, charset, problems + mended


def _from_start(body: bytes) -> tuple[bytes, list[str]]:
    # The XML declaration must be the first thing; blanks and the warnings of a PHP program before it would send the
    # whole document to feedparser's loose parser, at twice the cost.
    bare = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    start = bare.find(b"<?xml ", 0, MOST_RUBBISH)
    if start <= 0:
        return bare, []
    return bare[start:], [f"{start} bytes of rubbish stood before its XML"]


def _mend_utf8(body: bytes, charset: str | None) -> tuple[bytes, str | None, list[str]]:
    try:
        body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        wide = sum(1 for char in text if char > "\x7f") - broken
        # Text in a one-byte charset makes nearly every letter beyond ASCII a broken byte, cut or dirty UTF-8 a few.
        if broken <= max(wide // 20, 0):
            return text.encode(), "utf-8", [f"{broken} broken bytes in its UTF-8 text were replaced"]
        return body, charset, []
    return body, "utf-8", []


def refuse_biters(body: bytes) -> tuple[bytes, list[str]]:
    """Take what is known to bite out of an XML body, with a note of each; raises ParseError where that cannot be."""
    for tag in LONG_TAG.finditer(body):
        if tag[0].count(b"=") > MOST_ATTRIBUTES:
            raise ParseError(f"an element of the document has more than {MOST_ATTRIBUTES:,} attributes: no feed does")
    problems: list[str] = []
    head_end = re.search(rb"<\w", body)
    head = body[: head_end.start()] if head_end else body
    if b"<!ENTITY" in head and _grows(head):
        body = re.sub(rb"<!DOCTYPE.*\Z", b"", head, flags=re.DOTALL) + body[len(head) :]
        problems.append("its DOCTYPE declares entities that grow: they were left out")
    places = [match.start() for match, _ in zip(ITEM.finditer(body), range(MOST_ITEMS + 1), strict=False)]
    if len(places) > MOST_ITEMS:
        body = body[: places[MOST_ITEMS]]
        problems.append(f"it holds more than {MOST_ITEMS:,} items: the others were left out")
    return body, problems


def _grows(head: bytes) -> bool:
    values = ENTITY.findall(head)
    nested = any(re.search(rb"&(?!#|amp;|lt;|gt;|quot;|apos;)|%\w", value) for value in values)
    return nested or len(values) > MOST_ENTITIES or any(len(value) > MOST_ENTITY_TEXT for value in values)


def without_wrong_references(body: bytes) -> bytes:
    """Replace references to characters that XML forbids (XML 1.0 section 2.2): feedparser raises on some."""

    def mend(match: re.Match[bytes]) -> bytes:
        digits = match[1] or match[2]
        code = int(digits, 16 if match[1] else 10) if len(digits) < 10 else 0x110000
        good = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return match[0] if good else b"&#xFFFD;"

    return WRONG_REFERENCE.sub(mend, body)
