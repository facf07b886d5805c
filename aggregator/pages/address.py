"""Judges addresses by their form alone: whether one looks like an article's, and when two are one. It fetches none."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from aggregator.pages.vocabulary import DEAD_KEYS, DEAD_SEGMENTS

MAX_URL = 2000
"""Longest address that is kept; browsers and servers stop near there too."""

_TRACKING = re.compile(
    r"^(utm_.*|[a-z]{0,3}clid|wt_.*|mc_[ce]id|_ga|ref|ref_.*|source|src|from|cmpid|ns_.*|at_.*|ito|rss|share.*)$"
)
_DATE = re.compile(
    r"(?<!\d)(19|20)\d\d[/_-]?(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?![a-z])", re.I
)
_ARCHIVE = re.compile(r"(?:[^/\d]+/){0,2}(?:19|20)\d\d(?:[/-](?:0?[1-9]|1[0-2])(?:[/-]\d{1,2})?)?")
_NUMBER = re.compile(r"(?<![0-9a-z])(?:id|a|n|d|p|ar?t|news|story)?[-_]?((?!(?:19|20)\d\d(?!\d))\d{4,})(?![0-9])", re.I)
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{8,}", re.I)
_PAGE_FILE = re.compile(r"\.(html?|php|aspx?|shtml|jsp|cfm|ece|stm|dhtml)$", re.I)
_OTHER_FILE = re.compile(
    r"\.(pdf|jpe?g|png|gif|webp|svg|mp[34]|m4a|zip|xml|rss|json|ics|docx?|xlsx?|apk|exe|css|js)$", re.I
)
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "go", "or", "ac", "edu", "web", "my", "ne", "gob", "govt", "mil"}
_NUMBER_KEYS = re.compile(r"^(id|aid|nid|artid|article|articleid|news|newsid|p|item|story|storyid|oid|sid)$", re.I)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the form of an address says of the page behind it."""

    depth: int
    slug_words: int
    """Words in the longest of the last two segments."""
    dated: bool
    numbered: bool
    coded: bool
    file: bool
    slash: bool
    dead: int
    """How many segments name something that is no article: a tag, an author, a login."""
    asked: bool
    """Whether the query names an article by number."""
    archive: bool
    """Whether it is no more than a day, a month or a year, with what leads there."""
    folder: str
    """The address without what tells its page from its neighbours."""

    @property
    def signature(self) -> tuple[object, ...]:
        """The form shared by the articles of one site."""
        return (self.dated, self.numbered, self.coded, self.file, self.slash, self.slug_words >= 3, self.dead > 0)


def absolute(href: str | None, base: str) -> str | None:
    """Resolve a link against its base, without fragment and tracking parameters; None unless it is http or https."""
    href = "".join((href or "").split()) if href and len(href) <= MAX_URL else ""
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        query = _query(parts.query)
        return urlunsplit(SplitResult(parts.scheme, parts.netloc.lower(), parts.path or "/", query, ""))
    except ValueError:
        return None


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


@lru_cache(maxsize=4096)
def shape(url: str) -> Shape:
    """Read the form of an absolute address."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.split("/") if segment]
    if segments and segments[-1].lower() in {"index.html", "index.htm", "index.php", "index", "c.html"}:
        segments = segments[:-1]
    tail = [_PAGE_FILE.sub("", segment) for segment in segments[-2:]]
    asked = parse_qsl(parts.query, max_num_fields=100) if parts.query else []
    number_in_query = any(_NUMBER_KEYS.match(k) and any(map(str.isdigit, v)) for k, v in asked)
    undated = _DATE.sub("/", "/".join(tail))
    return Shape(
        depth=len(segments),
        slug_words=max((_slug_words(segment) for segment in tail), default=0),
        dated=bool(_DATE.search(path)),
        numbered=bool(_NUMBER.search(undated)) or number_in_query or _is_number(segments),
        coded=any(_coded(segment) for segment in tail),
        file=bool(_PAGE_FILE.search(path)),
        slash=path.endswith("/"),
        dead=sum(1 for segment in segments if _PAGE_FILE.sub("", segment).lower() in DEAD_SEGMENTS)
        + any(DEAD_KEYS.match(name) for name, _ in asked if not _NUMBER_KEYS.match(name)),
        asked=number_in_query,
        archive=bool(segments)
        and not (parts.query or _PAGE_FILE.search(path))
        and _ARCHIVE.fullmatch("/".join(segments)) is not None,
        folder=_folder(parts, segments, asked),
    )


def _folder(parts: SplitResult, segments: list[str], asked: list[tuple[str, str]]) -> str:
    above = "/".join(
        "#" if any(map(str.isdigit, segment)) else segment for segment in segments[: 0 if not segments else -1]
    )
    if asked:
        above = "/".join(segments) + "?" + "&".join(sorted(name for name, _ in asked))
    return f"{parts.hostname}/{above}"


def _is_number(segments: list[str]) -> bool:
    # A small number is a year or a further page, except where it is all that the address says after a folder.
    last = _PAGE_FILE.sub("", segments[-1]) if len(segments) >= 2 else ""
    return len(last) == 3 and last.isdigit() and segments[-2].lower() not in DEAD_SEGMENTS


def _slug_words(segment: str) -> int:
    return sum(1 for word in re.split(r"[-_+ .,]+", segment) if word and not word.isdigit())


def _coded(segment: str) -> bool:
    return any(_CODE.fullmatch(piece) for piece in re.split(r"[-_.,~]", segment))


def key(url: str) -> str:
    """Give what two links to one article share: host and path; the query only where the path alone names no article."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path).rstrip("/")
    seen = shape(urlunsplit(("http", host, parts.path, "", "")))
    named = seen.numbered or seen.coded or seen.slug_words >= 3
    return host + path + ("" if named or not parts.query else "?" + parts.query)


def slug(url: str) -> str:
    """Give the last step of an address's path, in lower case and without its ending."""
    return _PAGE_FILE.sub("", unquote(urlsplit(url).path).rstrip("/").rsplit("/", 1)[-1]).lower()


def is_file(url: str) -> bool:
    """Say whether an address names something other than a page: a picture, a document, a feed."""
    return bool(_OTHER_FILE.search(urlsplit(url).path))


def host(url: str) -> str:
    """Give an address's host without `www.` and `m.`."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.").removeprefix("m.")


def site(url: str) -> str:
    """Give what the hosts of one outlet share, near enough: the last two labels, three under `co.uk` and like."""
    host = (urlsplit(url).hostname or "").lower()
    labels = host.split(".")
    if len(labels) < 3 or labels[-1].isdigit():
        return host
    three = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if three else labels[-2:])
