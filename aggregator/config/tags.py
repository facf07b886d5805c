"""The rule for language tags: well-formed, and of a language that is known. It compares no languages."""

import re
from functools import cache

from .rules import line_of, shown

EXAMPLES = "one such as id, en or pt-BR"
FORM = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}"  # a language, and up to three extensions of it
    r"(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"  # script, region
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",  # extensions, private use
    re.IGNORECASE | re.ASCII,
)
"""A `langtag` of RFC 5646, 2.1, without the primary subtags of four letters and more, of which none is registered."""


def language(value: object) -> str:
    """Read a BCP 47 tag; its primary subtag becomes lower case (RFC 5646, 2.1.1)."""
    words = line_of(value, "a language tag such as id or pt-BR")
    if not FORM.fullmatch(words):
        raise ValueError(f'"{shown(words)}" is no language tag; expected {EXAMPLES}')
    primary, dash, rest = words.partition("-")
    primary = primary.lower()
    if primary not in _known():
        better = _better(primary)
        hint = f'did you mean "{better}"?' if better else f"expected {EXAMPLES}"
        raise ValueError(f'"{shown(words)}" starts with "{primary}", which is no known language; {hint}')
    return primary + dash + rest


@cache
def _known() -> frozenset[str]:
    """List the languages that CLDR names or has data of."""
    from babel import Locale, localedata  # here: an unchanged file is not read again, and needs no Babel

    return frozenset(Locale("en").languages) | {name.partition("_")[0] for name in localedata.locale_identifiers()}


def _better(primary: str) -> str | None:
    """Give what CLDR writes in the place of a code: `id` for the former `in` and for the three letters `ind`."""
    from babel.core import get_global

    found = get_global("language_aliases").get(primary)
    return str(found).replace("_", "-") if found else None
