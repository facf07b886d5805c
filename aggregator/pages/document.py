"""Turns the bytes of a page into a tree of elements. It looks for nothing in the tree and never goes to the network."""

import codecs
import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree, html
from lxml.etree import _Element

from aggregator.errors import ParseError
from aggregator.pages import library

MAX_BYTES = 5_000_000
"""The largest real front among thirty measured has 1.3 MB; what lies beyond five is cut off and said so."""

MAX_ELEMENTS = 15_000
"""The fullest of thirty real fronts has 5,700; what follows is cut off and said so."""

HEAD_BYTES = 4096
"""How far into a page a charset declaration is looked for: browsers look through 1024 bytes, some pages need more."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_OUTERMOST = re.compile(r"<(/?(?:html|body))(?=[\s>])", re.IGNORECASE)
_LONG_TAG = re.compile(
    r"(<[A-Za-z][\w-]{0,40}+)(?:\s++[^\s<>\"'=/]++(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s<>\"']++))?+){250,}+"
)
"""A tag of so many attributes that libxml2, which compares each to all others, would take seconds for it."""
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STATEFUL = {"iso2022_jp", "utf_7", "hz"}
"""Encodings in seven bits: their bytes are also good UTF-8, so the declaration must be believed first."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a tree, and what had to be passed over to make it."""

    root: html.HtmlElement
    problems: tuple[str, ...] = ()
    is_whole: bool = True
    """False where the page ends in the middle, or was cut there."""


def read(body: bytes, *, content_type: str | None) -> Page:
    """Parse a page; `content_type` is the header's value. Raises ParseError where there is no HTML to read."""
    problems: list[str] = []
    too_large = len(body) > MAX_BYTES
    if too_large:
        body = body[:MAX_BYTES]
        problems.append(f"the page is larger than {MAX_BYTES // 1_000_000} MB; the rest was not read")
    text = _CONTROL.sub("", decode(body, content_type))
    if not text.strip():
        raise ParseError("the page is empty; check the address in a browser")
    if "<" not in text:
        raise ParseError("the answer is plain text, not an HTML page; check the address in a browser")
    root = _tree(_LONG_TAG.sub(r"\1", text))
    if _cut(root):
        problems.append(f"the page holds more than {MAX_ELEMENTS:,} elements; the rest was not read")
    return Page(root=root, problems=tuple(problems), is_whole=not too_large and _ends(text))


def decode(body: bytes, content_type: str | None) -> str:
    """Decode by byte-order mark, else as UTF-8 where the bytes are that, else as header or meta say, else detected."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = [name for name in _declared(body, content_type) if name]
    if not (declared and declared[0] in _STATEFUL):
        # Text of several bytes a letter that is valid UTF-8 is UTF-8, whatever an old declaration says.
        utf8 = _strict(body, "utf-8")
        if utf8 is not None:
            return utf8
    for encoding in declared:
        text = _strict(body, encoding) if encoding != "utf-8" else None
        if text is not None:
            return text
    guess = _known(library.guess_encoding(body[:50_000]) or "")
    believed = declared[0] if declared else guess or "utf-8"
    text = body.decode(believed, "replace")
    if believed == "utf-8" and guess and _is_other(text):
        return body.decode(guess, "replace")
    return text


def _is_other(text: str) -> bool:
    """Say whether a text read as UTF-8 is in another charset: then most letters beyond ASCII are broken."""
    broken = text.count("\ufffd")
    return 2 * broken > sum(not letter.isascii() for letter in text)


def _declared(body: bytes, content_type: str | None) -> list[str | None]:
    head = body[:HEAD_BYTES]
    names = [_HEADER_CHARSET.search(content_type or ""), _XML_ENCODING.search(head), _META_CHARSET.search(head)]
    found = [match[1] if match else "" for match in names]
    return [_known(name.decode("ascii") if isinstance(name, bytes) else name) for name in found]


def _known(name: str) -> str | None:
    # Browsers read Latin-1 and ASCII as windows-1252 (WHATWG Encoding Standard, 4.2).
    try:
        encoding = codecs.lookup(name).name
    except LookupError:
        return None
    if encoding in {"iso8859-1", "ascii"}:
        return "cp1252"
    # A page whose declaration could be read byte by byte is not in UTF-16, whatever it says.
    return "utf-8" if encoding.startswith("utf-16") else encoding


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        # `final` stays False so that a letter cut in two by the size limit is no error.
        return codecs.getincrementaldecoder(encoding)("strict").decode(body)
    except (UnicodeError, LookupError, AttributeError):
        return None


def _ends(text: str) -> bool:
    # All of thirty real fronts close what they open. HTML lets both end tags be left out (13.1.2.4), so that a page
    # without them is only read again, and no problem is told.
    tags = {tag[1].lower() for tag in _OUTERMOST.finditer(text)}
    return not tags & {"html", "body"} or bool(tags & {"/html", "/body"})


def _cut(root: _Element) -> bool:
    """Take away what follows the first MAX_ELEMENTS elements; says whether there was anything."""
    step = next(islice(root.iter(), MAX_ELEMENTS, None), None)
    if step is None:
        return False
    while (parent := step.getparent()) is not None:
        del parent[parent.index(step) + 1 :]
        step = parent
    return True


def _tree(text: str) -> html.HtmlElement:
    # libxml2 reads nothing behind the end of a page, browsers do (HTML 13.2.6.4.22): sites close their pages twice.
    text = _ENDS.sub("", text)
    # huge_tree stays off: libxml2 then stops at its own limits of depth (256) and of text (10 MB).
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ParseError("the page holds no HTML that can be read; check the address in a browser") from error
    return root
