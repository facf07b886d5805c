"""Tell which kind of feed a body holds and have it read. It does not read items itself."""

from ..errors import ParseError
from ..values import Feed
from . import body as bodies
from . import jsonfeed, xmlfeed


def read(body: bytes, *, content_type: str | None, url: str) -> Feed:
    """Read a feed from the bytes of an answer: RSS 0.9x to 2.0, RDF, Atom, or JSON Feed 1.0 and 1.1.

    `content_type` is the header as sent, parameters included; `url` is the address that answered and serves only
    messages, for relative links stay as they are. Items keep the order of the document. Raises ParseError with one
    line of plain words where the body is no feed. Not provably bounded: give untrusted bodies to `Bounded`.
    """
    plain = bodies.unzip(body)
    if not plain.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise ParseError(f"{url} answered with an empty document; if it stays empty, look for the feed's new address")
    start = jsonfeed.start_of(plain)
    if start is not None:
        return jsonfeed.read(plain, start=start, content_type=content_type, url=url)
    return xmlfeed.read(plain, content_type=content_type, url=url)
