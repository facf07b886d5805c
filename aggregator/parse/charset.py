"""Settle in which charset a body is written, and mend its wrong bytes. It reads no feed."""

import codecs
import re

from feedparser import encodings

MOST_RUBBISH = 4096  # bytes before the XML declaration that are looked through
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
ONE_BYTE = frozenset(
    {"ascii", "koi8-r", "koi8-u", "mac-cyrillic", "mac-roman", "cp866", "tis-620", "cp874"}
    | {f"cp{number}" for number in range(1250, 1259)}
    | {f"iso8859-{number}" for number in range(1, 17)}
)
WIDER = {  # what is written under the name of each, browsers read so, too (WHATWG Encoding Standard, 4.2)
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
}
NO_LETTER = re.compile("[\x80-\x84\x86-\x9f\uf8f0-\uf8f3]")  # what cp932 makes of bytes that are none of a letter
SHIFTED = re.compile(rb"\x1b\$[@B]")  # ISO-2022-JP goes over to Kanji; XML and JSON forbid the character
NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "utf-8-sig", "undefined"})
ASCII = re.compile(r"[\x00-\x7f]+")
OF_LATIN_TEXT = re.compile("[\u00a0-\u024f\u1e00-\u1eff\u2000-\u20cf\u2122\U00010000-\U0010ffff]")  # emoji, too
CUT_LATIN = b"\xc2\xc3\xc4\xc5"  # first bytes of most letters beyond ASCII in Latin text
LENIENT = "anyam-lenient"
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", re.IGNORECASE)


def settle(body: bytes, content_type: str | None) -> tuple[bytes, str | None, list[str]]:
    """Give the body with the charset that feedparser is to be told, if any, and what was wrong.

    A BOM beats the header and the header beats the declaration (RFC 7303 section 3). Wide encodings become UTF-8, so
    that what is searched for is seen. UTF-8 with some wrong bytes stays UTF-8, and they alone are mended: one cut
    character would otherwise turn the whole document into another charset.
    """
    for start, encoding in WIDE:
        if body.startswith(start):
            text = body.decode(encoding, "replace").lstrip("\ufeff")
            return DECLARATION.sub("", text, count=1).encode("utf-8", "replace"), "utf-8", []
    mark = body.startswith(codecs.BOM_UTF8)
    body, problems = _from_start(body)
    said = CHARSET.search(content_type or "")
    declared = DECLARED.match(body)
    words = "utf-8" if mark else said[1] if said else declared[1].decode() if declared else ""
    charset = _charset(words)
    if words and charset is None and declared:
        body = body[declared.end() :].partition(b"?>")[2]  # feedparser would believe it
    written = _charset(declared[1].decode()) if declared else None
    settled, found, mended = _mended(body, charset)
    if charset == "utf-8" and found == charset and mended and written and _is_multibyte(written):
        settled, found, guessed = _mended(body, written)  # a host's settings say UTF-8 of whatever it sends
        mended = guessed or [f"it says UTF-8 and is in {written}"]
    if settled is not body:
        settled = DECLARATION.sub("", settled.decode(), count=1).encode() if found == "utf-8" else settled
    return settled, found, problems + mended


def text_of(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """Give the text of a body whose charset the header names, if anything does, and what was wrong; for JSON."""
    said = CHARSET.search(content_type or "")
    plain, charset, problems = _mended(body.removeprefix(codecs.BOM_UTF8), _charset(said[1]) if said else None)
    try:
        return plain.decode(charset or "utf-8", "replace" if charset in ONE_BYTE else "strict"), problems
    except UnicodeDecodeError:
        guess = encodings.lazy_chardet_encoding(plain) if encodings.lazy_chardet_encoding else ""
        return plain.decode(_charset(guess) or "cp1252", "replace"), problems


def _mended(body: bytes, charset: str | None) -> tuple[bytes, str | None, list[str]]:
    if charset in (None, "utf-8") and SHIFTED.search(body):
        charset = "iso2022_jp"
    return _mend_multibyte(body, charset) if _is_multibyte(charset) else _mend_utf8(body, charset)


def _is_multibyte(charset: str | None) -> bool:
    return charset is not None and charset != "utf-8" and charset not in ONE_BYTE


def _mend_multibyte(body: bytes, charset: str | None) -> tuple[bytes, str | None, list[str]]:
    """Turn what is in a charset of several bytes a letter into UTF-8: its bytes may look like signs of XML."""
    assert charset is not None  # noqa: S101  (see _is_multibyte)
    wider = WIDER.get(charset, charset)
    for name in (charset, "utf-8", wider):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name != "cp932" or not NO_LETTER.search(text):
            return text.encode("utf-8", "replace"), "utf-8", []
    text = body.decode(wider, "replace")
    text = NO_LETTER.sub("\ufffd", text) if wider == "cp932" else text
    broken = text.count("\ufffd")
    if broken * 3 > len(ASCII.sub("", text)):
        return body, charset, [f"it says {charset} and is not: the charset was guessed"]
    return text.encode("utf-8", "replace"), "utf-8", [f"{broken} broken bytes in its {charset} text were replaced"]


def _charset(words: str) -> str | None:
    """Give Python's name of a charset; None where there is none, or bytes that start as these do cannot be in it."""
    try:
        name = codecs.lookup(words).name
        "<".encode(name)
    except (LookupError, UnicodeError, ValueError):  # some codecs of Python are none of text
        return None
    return name if "<".encode(name) == b"<" and name not in NO_CHARSETS else None


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
        wide_text = len(body.decode()) < len(body)
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        beyond = ASCII.sub("", text)
        wide = len(beyond) - broken
        is_latin = wide * 9 <= 10 * len(OF_LATIN_TEXT.findall(beyond))
        # Text in a one-byte charset makes nearly every letter beyond ASCII a broken byte; cut or dirty UTF-8 a few.
        if broken <= (wide // 20 if charset in ONE_BYTE else wide * 4 if is_latin else wide // 3):
            if is_latin:
                text = body.decode("utf-8", LENIENT)
            lost = text.count("\ufffd")
            notes = ((lost, "were replaced"), (broken - lost, "were read as Windows-1252"))
            return text.encode(), "utf-8", [f"{n} broken bytes in its UTF-8 text {what}" for n, what in notes if n > 0]
        if charset in ONE_BYTE:
            return body, charset, []
        said = "it says UTF-8 and is not" if charset else "it names no charset and is no UTF-8"
        return body, charset, [f"{said}: the charset was guessed"]
    # Text of letters in a one-byte charset is never UTF-8 by chance: it needs pairs that stand in no word.
    return body, "utf-8" if wide_text or charset not in ONE_BYTE else charset, []


def _read_lenient(error: UnicodeError) -> tuple[str, int]:
    """Read a wrong byte as Windows-1252, but for what is left of a character that was cut off."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong, following = error.object[error.start : error.end], error.object[error.end : error.end + 1]
    is_cut = len(wrong) > 1 or (wrong in CUT_LATIN and not following.isalpha())
    return "\ufffd" if is_cut else wrong.decode("cp1252", "replace"), error.end


codecs.register_error(LENIENT, _read_lenient)
