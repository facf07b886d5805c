"""Writes JSON Feed 1.1 (jsonfeed.org/version/1.1). It chooses no words and no order."""

import json
from collections.abc import Mapping, Sequence

from ..values import Coverage
from .postings import Head, Posting

VERSION = "https://jsonfeed.org/version/1.1"


def jsonfeed(head: Head, postings: Sequence[Posting]) -> bytes:
    """Write a JSON Feed, items in the order given; the object `_anyam` of each has its reports, and how many `more`."""
    feed = {
        "version": VERSION,
        "title": head.title,
        "description": head.description,
        "home_page_url": head.page,
        "feed_url": f"{head.self}.json",
        "language": head.language,
        "authors": _authors(head),
        "items": [_item(head, posting) for posting in postings],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


def _item(head: Head, posting: Posting) -> Mapping[str, object]:
    item = {
        "id": posting.id,
        "url": posting.url,
        "title": posting.title,
        "content_html": posting.html,
        "summary": posting.summary,
        "image": posting.image,
        "date_published": posting.published_at.isoformat(),
        "date_modified": posting.updated_at.isoformat(),
        "authors": _authors(head),
        "tags": [category.label for category in posting.categories],
        "language": posting.language,
        "_anyam": _own(posting),
    }
    return {name: value for name, value in item.items() if value}


def _own(posting: Posting) -> Mapping[str, object]:
    reports = [_report(report) for report in posting.reports]
    return {"reports": reports, "more": posting.more} if posting.more else {"reports": reports}


def _report(report: Coverage) -> Mapping[str, object]:
    return {
        "outlet": report.outlet,
        "url": report.url,
        "title": report.title,
        "language": report.language,
        "date": report.at.isoformat(),
        "copy_of": report.copy_of,
    }


def _authors(head: Head) -> list[Mapping[str, str]]:
    return [{"name": head.author, "url": head.home}]
