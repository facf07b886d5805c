"""Cut an item that holds too much to what names it. It judges no weight, and reads no charset."""

import re

KEPT = frozenset(
    b"guid id title link pubdate published updated issued modified date author creator description summary content "
    b"encoded".split()
)
"""Names of the children that are kept, the first of each, with or without a prefix; of links more."""
MOST_LINKS = 20
"""Links that are kept: in Atom the first may lead to the item's own feed."""
LONGEST = 100_000
"""Bytes of a child that is kept."""
MOST_SIGNS = 200
"""Signs < and & of one, together, beside its data sections."""
_MARKUP = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[A-Za-z_][^\s<>/]*+)[^<>]*+>", re.DOTALL
)
_DATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)


def cut(piece: bytes, end: int) -> bytes:
    """Give an item, which begins a piece and ends at `end`, with no more than its light children; what follows stays.

    Where a tag in it is not closed, what comes after that one is no child and goes.
    """
    first = _MARKUP.match(piece)
    start = first[0] if first else b"<item>"
    name = first["name"] if first else b"item"
    found: dict[tuple[bytes, int], bytes] = {}
    links = 0
    depth, begin, child = 0, 0, b""
    for tag in _MARKUP.finditer(piece, len(start), end):
        if not tag["name"]:
            continue
        is_end, is_empty = bool(tag["end"]), tag[0].endswith(b"/>")
        if depth == 0 and not is_end:
            begin, child = tag.start(), tag["name"]
        depth += -1 if is_end else not is_empty
        if depth < 0:
            break
        if depth == 0 and child.rpartition(b":")[2].lower() in KEPT:
            is_link = child.rpartition(b":")[2].lower() == b"link"
            links += is_link
            place = min(links, MOST_LINKS) if is_link else 0
            found.setdefault((child.lower(), place), piece[begin : tag.end()])
    light = b"".join(one for one in found.values() if _is_light(one))
    return b"%s%s</%s>%s" % (start, light, name, piece[end:])


def _is_light(child: bytes) -> bool:
    bare = _DATA.sub(b"", child)
    return len(child) <= LONGEST and bare.count(b"<") + bare.count(b"&") <= MOST_SIGNS
