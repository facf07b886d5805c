"""Tells pages that a host shows instead of what was asked for: challenges, refusals, errors. It judges no news."""

import re
from typing import Literal

from lxml.etree import _Element

from aggregator.pages import meta
from aggregator.pages.words import words

MAX_LETTERS = 2_500
"""A page with more visible text than this is no barrier, whatever its title says: news are written about them too."""

MAX_GONE_LETTERS = 10_000
"""The same for a page whose heading says nothing but that it is not there: menus and "most read" stand around it."""
MAX_CHALLENGE = 600
"""Letters that a challenge shows, whose marks are in its scripts."""

_BLOCKED = re.compile(
    r"""^\W*(?:
    just\s+a\s+moment|attention\s+required|access\s+denied|access\s+to\s+this\s+page\s+has\s+been\s+denied|are\s+you\s+a\s+(?:robot|human)
    |security\s+check|checking\s+your\s+browser|please\s+wait|one\s+moment|pardon\s+our\s+interruption|ddos-guard|robot\s+check
    |verify(?:ing)?\s+you\s+are\s+human|human\s+verification|captcha|forbidden|unauthori[sz]ed
    |(?:error\s+)?(?:40[0-35-9]|429|50[0-9])(?:\W|$).{0,40}|bad\s+gateway|service\s+unavailable|gateway\s+time-?out
    |доступ\s+(?:к\s+ресурсу\s+)?(?:ограничен|запрещ[её]н)|проверка\s+браузера|вы\s+не\s+робот|akses\s+ditolak|zugriff\s+verweigert|acceso\s+denegado
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_GONE = re.compile(
    r"""^\W*(?:oops\W+|maaf\W+|sorry\W+|ошибка\s+)?(?:
    (?:error\s+)?(?:404|410)(?:\W|$).{0,60}|(?:the\s+|this\s+)?(?:page|content)?\s*(?:(?:was|is|could|can)\s*(?:not|n't)\s+(?:be\s+)?found|cannot\s+be\s+found|not\s+found|does\s*(?:n't|\s+not)\s+exist|no\s+longer\s+exists)
    |nothing\s+found|страница\s+не\s+(?:найдена|существует)|такой\s+страницы\s+(?:не\s+существует|нет)|halaman\s+(?:yang\s+\w+\s+\w+\s+)?tidak\s+(?:ditemukan|tersedia)
    |الصفحة\s+غير\s+موجودة|لم\s+يتم\s+العثور\s+على\s+الصفحة|(?:die\s+)?seite\s+(?:wurde\s+)?nicht\s+gefunden|p[áa]gina\s+(?:no\s+encontrada|n[ãa]o\s+encontrada)|page\s+(?:non\s+trouv[ée]e|introuvable)
    |sayfa\s+bulunamad[ıi]|页面(?:不存在|未找到)|ページが見つかりません
    )\W*(?:$|(?=\s[|–—·•«»:-]\s))""",
    re.IGNORECASE | re.VERBOSE,
)
_CHALLENGES = (
    "challenge-platform",
    "cf-chl",
    "cf_chl",
    "_Incapsula_Resource",
    "captcha-delivery.com",
    "px-captcha",
    "awswaf",
    "__ddg",
    "sucuri_cloudproxy",
)
"""What the scripts of the challenges in common use name."""


def seen(root: _Element) -> tuple[Literal["gone", "blocked"], str] | None:
    """Say which page stands in the way of the one asked for, and its title; None for any other page."""
    size = len(words(root, limit=MAX_GONE_LETTERS + 1))
    heading = next((text for h1 in root.iter("h1") if (text := words(h1, limit=200))), "")
    title = meta.document_title(root) or heading
    if 0 < len(title) <= 120 and size <= MAX_LETTERS:
        if _GONE.match(title):
            return "gone", title
        if _BLOCKED.match(title):
            return "blocked", title
    if heading and size <= MAX_GONE_LETTERS and _GONE.fullmatch(heading):
        return "gone", heading
    if size <= MAX_CHALLENGE and any(_challenges(script) for script in root.iter("script", "iframe")):
        return "blocked", title or "a challenge"
    return None


def _challenges(script: _Element) -> bool:
    said = f"{script.get('src') or ''} {(script.text or '')[:20_000]}"
    return any(mark in said for mark in _CHALLENGES)
