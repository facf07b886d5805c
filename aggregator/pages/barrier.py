"""Tells pages that a host shows instead of what was asked for: challenges, refusals, errors. It judges no news."""

import re

from lxml.etree import _Element

from aggregator.pages import meta
from aggregator.pages.words import words

MAX_LETTERS = 2_500
"""A page with more visible text than this is no barrier, whatever its title says: news are written about them too."""

_TITLES = re.compile(
    r"""^\W*(?:
    just\s+a\s+moment|attention\s+required|access\s+denied|access\s+to\s+this\s+page\s+has\s+been\s+denied|are\s+you\s+a\s+(?:robot|human)
    |security\s+check|checking\s+your\s+browser|please\s+wait|one\s+moment|pardon\s+our\s+interruption|ddos-guard|robot\s+check
    |verify(?:ing)?\s+you\s+are\s+human|human\s+verification|captcha|forbidden|unauthori[sz]ed
    |(?:error\s+)?(?:40[0-9]|410|429|50[0-9])(?:\W|$).{0,40}|(?:page\s+)?not\s+found|bad\s+gateway|service\s+unavailable|gateway\s+time-?out
    |доступ\s+(?:к\s+ресурсу\s+)?(?:ограничен|запрещ[её]н)|проверка\s+браузера|вы\s+не\s+робот|страница\s+не\s+найдена
    |halaman\s+tidak\s+ditemukan|akses\s+ditolak|الصفحة\s+غير\s+موجودة|seite\s+nicht\s+gefunden|página\s+no\s+encontrada
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def named(root: _Element) -> str | None:
    """Give the title of a page that stands in the way of the one asked for; None for any other page."""
    title = meta.document_title(root) or next((words(h1, limit=200) for h1 in root.iter("h1")), "")
    if title and len(title) <= 120 and _TITLES.match(title) and len(words(root, limit=MAX_LETTERS + 1)) <= MAX_LETTERS:
        return title
    return None
