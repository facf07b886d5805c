"""Reads robots.txt (RFC 9309): which addresses of a site may be asked for, and how far apart. It fetches nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import urlsplit

from protego import Protego

from .errors import ParseError

AGENT: Final = "Anyam"
"""Our product token, which the rules of a site may name."""
LARGEST: Final = 512 * 1024
"""Bytes that are read of a robots.txt; RFC 9309, section 2.5, asks for 500 KiB at least."""
MOST_RULES: Final = 2_000
LARGEST_KEPT: Final = 64 * 1024
"""Rules, and letters of them, that may concern us; who writes more of them is not read at all."""
MOST_WILDCARDS: Final = 8
"""Of one rule: each more makes a machine look many times longer."""
LONGEST_DELAY: Final = 300.0
"""Seconds of Crawl-delay that are kept: some say a day, which would keep a poll waiting for weeks."""

_GROUP = re.compile(r"\s*user(?:-|\s+)?agent(?:\s*:|\s)\s*([a-z_-]+|\*(?![^\s#]))?", re.IGNORECASE)
"""A line that begins a group, and for whom. RFC 9309, section 2.2.1: letters, - and _ make a product token; a version
behind it does not count."""
_SLASH = re.compile("%2f", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
_NO_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What Python, and so Protego, takes for the end of a line as well; RFC 9309, section 2.2, does not."""

_RULE = re.compile(r"\s*(allow|dis+al+[ao]w|diasllow|crawl[- ]delay)(?:\s*:|\s)\s*(.*)", re.IGNORECASE)
Verdict = Literal["rules", "free", "closed"]
"""What a site's robots.txt comes to: it holds rules, there is none, or it cannot be had, which means no."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says of some addresses: whether each is allowed, and the seconds between two requests."""

    allowed: tuple[bool, ...]
    delay: float = 0.0


def verdict(status: int | None) -> Verdict:
    """Say what the answer to a request for robots.txt means; `status` is None where none came.

    RFC 9309, section 2.3.1: 4xx, and redirects without end, say that there is none; 5xx and no answer, that nothing
    may be asked. We take 429 for the latter: who limits us has not said that we may come.
    """
    if status is None or status == 429 or not 200 <= status < 500:
        return "closed"
    return "rules" if status < 300 else "free"


def ours(body: str) -> str:
    """Give what of a robots.txt concerns us, as `read` takes it: the rules of our groups, else of those for all.

    Raises ParseError where that is more than is kept. It belongs in a child process: files may be long.
    """
    groups: dict[str, dict[str, None]] = {}
    current: set[str] = set()
    is_open = False
    for line in _lines(body):
        words = line.partition("#")[0].strip()
        if found := _GROUP.match(words):
            current = current if is_open else set()
            current.add((found[1] or "").lower())
            groups.setdefault((found[1] or "").lower(), {})
            is_open = True
        elif rule := _RULE.match(words):
            is_open = False
            for token in current:
                for kept in _shortened(rule[1], rule[2]):
                    groups[token].pop(kept, None)
                    groups[token][kept] = None
    rules = groups.get(AGENT.lower(), groups.get("*"))
    if rules is None:
        return ""
    text = "\n".join(("User-agent: *", *rules))
    if len(rules) > MOST_RULES or len(text) > LARGEST_KEPT:
        raise ParseError(f"it holds more rules for us than are kept ({MOST_RULES}, or {LARGEST_KEPT // 1024} KB)")
    return text


def _shortened(name: str, path: str) -> Iterator[str]:
    """Write a rule with no more wildcards than may be: one that forbids ends there, one that allows is left out."""
    parts = re.sub(r"\*+", "*", path).split("*", MOST_WILDCARDS + 1)
    if len(parts) <= MOST_WILDCARDS + 1:
        if path:
            yield f"{name.capitalize()}: {path}"
    elif name.lower() != "allow":
        yield f"{name.capitalize()}: {'*'.join(parts[:-1])}"


def read(body: str, urls: Sequence[str]) -> Rules:
    """Read the rules for some addresses of the site; what is no robots.txt, as an HTML page, has none.

    It belongs in a child process: patterns with many wildcards take their time.
    """
    rules = _parsed(body)
    delay = rules.crawl_delay(AGENT) or 0.0
    allowed = tuple(rules.can_fetch(_with_plain_query(url), AGENT) for url in urls)
    return Rules(allowed, min(max(float(delay), 0.0), LONGEST_DELAY))


@lru_cache(maxsize=32)
def _parsed(body: str) -> Protego:
    # Without other lines, which would part two groups (RFC 9309, section 2.2.4).
    return Protego.parse("\n".join(line for line in _lines(body) if _GROUP.match(line) or _RULE.match(line)))


def _lines(body: str) -> list[str]:
    lines = _LINE_END.split(_NO_LINE_END.sub(" ", body.removeprefix("\ufeff")))
    if len(body.encode()) >= LARGEST:
        lines.pop()  # half a line would forbid more than the whole one
    return [_with_plain_query(_with_whole_token(line)) for line in lines]


def _with_whole_token(line: str) -> str:
    """Name a group by us, all, or somebody else: Protego takes the start of our token for all of it."""
    found = _GROUP.match(line)
    if found is None:
        return line
    token = (found[1] or "").lower()
    return f"User-agent: {token if token in (AGENT.lower(), '*') else 'other'}"


def _with_plain_query(words: str) -> str:
    """Write a query's slashes plainly: RFC 9309, section 2.2.2, has both spellings match, Protego has not."""
    path, mark, query = words.partition("?")
    return path + mark + _SLASH.sub("/", query)


def origin(url: str) -> str:
    """Give the site whose robots.txt speaks for an address: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
