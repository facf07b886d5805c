"""Read OPML, the lists in which feed readers hand on their subscriptions. It judges no address and fetches nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element

from ..errors import ParseError
from . import body as bodies
from . import charset as charsets

MOST_OUTLINES = 20_000
"""feeds.yaml holds no more Sources."""
_DOCTYPE = re.compile(rb"<!DOCTYPE.*?(?=<[A-Za-z])", re.IGNORECASE | re.DOTALL)
"""The DOCTYPE, which no list needs: with it go all entities, those that grow and those that lie elsewhere."""
_WRONG = {
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "a name stands between & and ; that XML does not know",
    etree.ErrorTypes.ERR_NAME_REQUIRED: "an & stands there that is not written as &amp;",
    etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: "an & stands there that is not written as &amp;",
    etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "a tag is closed that is not the last one opened",
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "the list ends in the middle; export it again",
    etree.ErrorTypes.ERR_DOCUMENT_END: "something follows the end of the list",
    etree.ErrorTypes.ERR_INVALID_CHAR: "a character stands there that XML forbids",
    etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "an attribute stands twice in one tag",
    etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: "a < stands in an attribute that is not written as &lt;",
}


@dataclass(frozen=True, slots=True)
class Outline:
    """One line of a list that names a feed or a page, as untrusted as the document."""

    line: int
    name: str
    feed: str | None
    """xmlUrl, as written."""
    page: str | None
    """`url` of `type="link"`: our own lists name pages so."""
    folder: str | None
    """The text of the innermost outline around it."""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Outlines:
    """What a list holds, in its order; `problems` in plain words."""

    title: str | None
    outlines: tuple[Outline, ...]
    problems: tuple[str, ...] = ()


def read(body: bytes) -> Outlines:
    """Read OPML 1.0, 1.1 or 2.0 (opml.org/spec2), names of attributes in any case; raises ParseError where it is none.

    What is broken is read as far as it can be. No entity that the document declares is expanded, and nothing that it
    points to is read. Not provably bounded: give untrusted bodies to `Bounded`.
    """
    plain, charset, problems = charsets.settle(bodies.unzip(body), None)
    if charset in (None, "utf-8"):
        plain, charset = _guessed(plain), "utf-8"
    root, broken = _parsed(_DOCTYPE.sub(_line_ends, plain, count=1), charset)
    if root is None or _tag(root) != "opml":
        raise ParseError("this is no OPML; export a list of feeds from a feed reader, and give that file")
    found: list[Outline] = []
    for outline in _walk(root):
        if len(found) == MOST_OUTLINES:
            problems.append(f"it holds more than {MOST_OUTLINES:,} addresses: the others were left out")
            break
        found.append(outline)
    if not found:
        problems.append("it names no feed and no page; export the list again from the feed reader")
    title = next((one.text for one in root.iter("{*}title")), None)
    return Outlines(_line(title) or None, tuple(found), (*problems, *broken))


def _parsed(plain: bytes, charset: str | None) -> tuple[_Element | None, list[str]]:
    """Parse strictly, else as far as it goes, with all ampersands mended: half an address would be another one."""
    problems: list[str] = []
    for recover in (False, True):
        parser = etree.XMLParser(
            encoding=charset,
            recover=recover,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(bodies.without_bare_ampersands(plain) if recover else plain, parser), problems
        except etree.XMLSyntaxError as error:
            wrong = _WRONG.get(getattr(error, "code", 0), "its XML is broken")
            problems = [f"line {error.lineno}: {wrong}; what could be read was read"]
        except (ValueError, LookupError):
            problems = ["its XML is broken; what could be read was read"]
    return None, problems


def _guessed(plain: bytes) -> bytes:
    """Take what is no UTF-8 for Windows-1252, as old programs of the West write without saying so."""
    try:
        plain.decode()
    except UnicodeDecodeError:
        return plain.decode("cp1252", "replace").encode()
    return plain


def _line_ends(found: re.Match[bytes]) -> bytes:
    return b"\n" * found[0].count(b"\n")


def _walk(root: _Element) -> Iterator[Outline]:
    """Give the outlines with an address, in order."""
    waiting: list[tuple[_Element, str | None]] = [(child, None) for child in reversed(root)]
    while waiting:
        element, folder = waiting.pop()
        inner = folder
        if _tag(element) == "outline":
            told = {_local(str(name)): str(value) for name, value in element.attrib.items()}
            name = _line(told.get("title")) or _line(told.get("text"))
            feed = told.get("xmlurl", "").strip() or None
            page = told.get("url", "").strip() or None if told.get("type", "").lower() == "link" else None
            if feed or page:
                language = told.get("language", "").strip() or None
                line: int = getattr(element, "sourceline", None) or 1
                yield Outline(line, name, feed, None if feed else page, folder, language)
            inner = (_line(told.get("text")) or name or folder) if len(element) else folder
        waiting.extend((child, inner) for child in reversed(element))


def _tag(element: _Element) -> str:
    """Give an element's name; empty for a reference to an entity that was not expanded."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def _line(words: str | None) -> str:
    return " ".join((words or "").split())
