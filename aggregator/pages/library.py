"""Wraps trafilatura, the one library that finds an article's text. It knows nothing of titles, authors or lists."""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

from lxml import html

_BLOCKS = {"p": "p", "head": "h3", "quote": "blockquote", "item": "li", "code": "pre", "cell": "p", "lb": "p"}
_BREAK = "\u2028"


def guess_encoding(body: bytes) -> str | None:
    """Guess the encoding of bytes that say none; None where nothing fits."""
    from trafilatura.utils import detect_encoding

    _quiet()
    found = detect_encoding(body)
    return str(found[0]) if found else None


def main_text(root: html.HtmlElement, *, url: str) -> list[tuple[str, str]]:
    """Find the running text of a page: (HTML tag, plain text) block by block; empty where there is none.

    `root` may be changed: give a copy. Whatever the library raises on odd trees counts as no text.
    """
    # 0.8 s of import, wanted only when an article is read: `make run` must be up within two seconds.
    import trafilatura

    _quiet()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: Any = trafilatura.bare_extraction(
                root, url=url, fast=True, include_comments=False, include_tables=True, favor_recall=True
            )
        except Exception:
            return []
    body = getattr(found, "body", None)
    return [] if body is None else list(_blocks(body))


def _blocks(body: Any) -> Iterator[tuple[str, str]]:
    for element in body.iter():
        tag = _BLOCKS.get(element.tag)
        if tag is None or any(parent.tag in _BLOCKS for parent in element.iterancestors()):
            continue
        for line in _lines(element):
            yield tag, line


def _lines(element: Any) -> list[str]:
    for inner in element.iter("lb", "p", "item"):
        if inner is not element:
            inner.text = _BREAK + (inner.text or "")
            inner.tail = _BREAK + (inner.tail or "")
    return [line for part in "".join(element.itertext()).split(_BREAK) if (line := " ".join(part.split()))]


def _quiet() -> None:
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
