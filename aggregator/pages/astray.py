"""Says which addresses of a list lead to no article: to a login, or all to one page. It fetches none."""

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from aggregator.pages.address import host, shape
from aggregator.pages.vocabulary import JUNK_SEGMENTS

FEWEST = 3
"""Two cards may announce one report; three under one path, that no report had before, announce none."""
SLUG = 3
"""Words in a query that name an article."""
NAMES = re.compile(r"(?:id|no|nr|slug|code|kode|article|artikel|news|story)$", re.IGNORECASE)
"""Ends of the names in a query that pick an article; else a system that was moved to such addresses were all junk."""


def astray(items: Sequence[tuple[str | None, str]], before: Sequence[str]) -> list[bool]:
    """Say of each item, by address and title, whether it stands with others at one path that names no article.

    `before` are the addresses of earlier items; without any, nothing is known of a list's habits.
    """
    usual = {_path(url) for url in before}
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for url, title in items:
        if url and usual and _path(url) not in usual and not _names_article(url):
            titles[_path(url)].add(title.casefold())
    return [url is not None and len(titles.get(_path(url), ())) >= FEWEST for url, _ in items]


def leads_nowhere(url: str | None) -> bool:
    """Say whether an address is by its words one at which readers are stopped."""
    segments = [segment.lower() for segment in (url or "").split("?")[0].split("/")[3:] if segment]
    return bool(segments) and len(segments) <= 2 and not JUNK_SEGMENTS.isdisjoint(segments)


def _path(url: str) -> str:
    return host(url) + urlsplit(url).path.rstrip("/")


def _names_article(url: str) -> bool:
    """Say whether the query names an article, by a number or by words; what holds a path says where to go on."""
    said = [(name, value) for name, value in parse_qsl(urlsplit(url).query, max_num_fields=100) if "/" not in value]
    return shape(url).asked or any(
        NAMES.search(name) or len(re.findall(r"[^\W\d_]{2,}", value)) >= SLUG for name, value in said
    )
