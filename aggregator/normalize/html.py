"""Clean HTML by one allow-list: the only place that makes untrusted HTML safe to keep and to show. It fetches nothing.

Whatever is not named here goes: ids, classes, styles, scripts, frames, forms, media and every event attribute.
"""

import html
import re

import nh3

from .urls import absolute

LONGEST = 400_000  # characters; the longest article of the measured feeds has 110,000
DEEPEST = 100  # unclosed elements; articles nest about 20 deep, and nh3 took 21.7 s on 40,000 nested divs
MOST_UNCLOSED_STYLES = 12  # browsers reopen an unclosed <b> in each later paragraph: n of them in m make n times m
MOST_ROOTS = 10  # <html> and <body>, whose attributes are all gathered in the first: 28,000 of them took 11 s
MOST_ATTRIBUTES = 200  # of one element; finding doubles costs their square
TAGS = frozenset(
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dl", "dt", "em", "figcaption",
        "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small",
        "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
    }
)  # fmt: skip
ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
DROPPED_WHOLE = {
    "applet", "audio", "button", "canvas", "datalist", "dialog", "embed", "form", "frameset", "head", "iframe", "map",
    "math", "noembed", "noframes", "object", "script", "select", "style", "svg", "template", "textarea", "title",
    "video",
}  # fmt: skip
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SELF_CLOSING = frozenset(  # a new one of these closes the last, so that they nest only inside what is counted
    {
        "body",
        "colgroup",
        "dd",
        "dt",
        "head",
        "html",
        "li",
        "optgroup",
        "option",
        "p",
        "rp",
        "rt",
        "tbody",
        "td",
        "tfoot",
    }
    | {"th", "thead", "tr"}
)
ROOTS = frozenset({"html", "body"})
STYLES = frozenset({"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
MOST_MOVES = 5
MOVING = re.compile(r"<(?:table|h[2-6]|li|dd|dt)[ >]")
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})")
HEADING = re.compile(r"<(/?)h1(?=[\s>/])", re.IGNORECASE)
BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|main|nav|ol"
    r"|p|pre|section|table|td|th|tr|ul)(?:[\s>/]|\Z))",
    re.IGNORECASE,
)
IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
PIXEL = re.compile(r"\s*[01](?:px)?\s*\Z")
ANY_TAG = re.compile(r"<[^<>]*>?")
NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)

_strict = nh3.Cleaner(tags=set(), clean_content_tags=DROPPED_WHOLE, attributes={})


def clean(source: str, *, base: str | None) -> str:
    """Give HTML with allowed elements only, links and images absolute against `base` and http or https.

    Never raises; cleaning twice changes nothing. What is too deep comes back as its bare text.
    """
    bounded = bound(source)
    safe_base = absolute(base, None)
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=DROPPED_WHOLE,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, safe_base),
        url_schemes={"http", "https"},
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
    )
    cleaned = cleaner.clean(HEADING.sub(r"<\1h2", bounded))
    if len(cleaned) > 2 * LONGEST:
        return _as_text(bounded)
    # What is misplaced in a table or a heading is moved out, where it may be misplaced again: so until nothing moves.
    for _ in range(MOST_MOVES if MOVING.search(cleaned) else 0):
        before, cleaned = cleaned, cleaner.clean(cleaned)
        if before == cleaned:
            break
    return IMAGE.sub(_image, cleaned).strip()


def from_plain(source: str) -> str:
    """Give plain text as HTML: escaped, its blank lines as paragraphs; what looks like markup in it stays text."""
    text = NOT_XML.sub("", source[:LONGEST])
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def words_of(source: str) -> str:
    """Give the text of HTML without its markup, a space between blocks; scripts and their like go whole."""
    return html.unescape(_strict.clean(BLOCK.sub(" <", bound(source))))


def first_image(cleaned: str) -> str | None:
    """Give the address of the first image in HTML that `clean` made; None where it has none."""
    for image in IMAGE.finditer(cleaned):
        for attribute in ATTRIBUTE.finditer(image[1]):
            if attribute[1] == "src":
                return html.unescape(attribute[2])
    return None


def bound(source: str) -> str:
    """Give HTML that a parser can read in bounded time: cut to LONGEST, and as bare text where it nests too deep."""
    source = NOT_XML.sub("", source[:LONGEST])
    return _as_text(source) if _is_deep(source) else source


def _as_text(source: str) -> str:
    words = " ".join(html.unescape(ANY_TAG.sub(" ", source)).split())
    return f"<p>{html.escape(NOT_XML.sub('', words), quote=False)}</p>"


def _is_deep(source: str) -> bool:
    # Counted by name, so that stray end tags of another name cannot hide what stays open.
    unclosed: dict[str, int] = {}
    total = styles = roots = 0
    last = 0
    for tag in TAG.finditer(source):
        if tag.start() - last > 2_000 and source.count("=", last, tag.start()) > MOST_ATTRIBUTES * 5:
            return True
        last = tag.start()
        name = tag[2].lower()
        roots += name in ROOTS
        if roots > MOST_ROOTS:
            return True
        if name in VOID or name in SELF_CLOSING:
            continue
        step = -1 if tag[1] else 1
        if step < 0 and not unclosed.get(name):
            continue
        unclosed[name] = unclosed.get(name, 0) + step
        total += step
        styles += step if name in STYLES else 0
        if total > DEEPEST or styles > MOST_UNCLOSED_STYLES:
            return True
    return len(source) - last > 2_000 and source.count("=", last) > MOST_ATTRIBUTES * 5


def _attribute(tag: str, name: str, value: str, base: str | None) -> str | None:
    if name in ("href", "src"):
        return absolute(value, base)
    return value[:500]


def _image(image: re.Match[str]) -> str:
    values = dict(ATTRIBUTE.findall(image[1]))
    pixel = PIXEL.match(values.get("width", "")) or PIXEL.match(values.get("height", ""))
    return "" if pixel or not values.get("src") else image[0]
