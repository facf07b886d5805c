"""The newsroom's fronts and articles, with the rubble that such sites have. It writes no feeds."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from zoneinfo import ZoneInfo

from .addresses import Addresses
from .feeds import MEDIA_TYPES
from .script import Item, Outlet, Timeline, Words

STYLE = (files(__package__) / "paper.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that one page is written from: the outlet, the section, and what that section shows, in order."""

    outlet: Outlet
    section: str
    words: Words
    items: tuple[Item, ...]
    timeline: Timeline
    addresses: Addresses
    notice: Callable[[str], str]

    @property
    def section_title(self) -> str:
        """Give the section's name in the outlet's language."""
        return self.words.sections[self.section]


def write_front(sheet: Sheet) -> bytes:
    """Write the list of a section's items, with menu, teasers and a box of popular items."""
    outlet = sheet.outlet
    feed = ""
    if outlet.format != "page":
        address = sheet.addresses.feed(outlet, sheet.section)
        feed = f'<link rel="alternate" type="{MEDIA_TYPES[outlet.format]}" href="{address}">'
    cards = "".join(_card(sheet, item) for item in sheet.items)
    body = (
        f"<main>\n<h1>{escape(sheet.section_title)}</h1>\n"
        f'<section class="daftar">\n{cards}</section>\n</main>\n{_popular(sheet)}'
    )
    return _page(sheet, title=f"{sheet.section_title} - {outlet.name}", head=feed, body=body)


def write_article(sheet: Sheet, item: Item) -> bytes:
    """Write an item's own page: trail, title, byline, date, share bar, photo, text, JSON-LD."""
    address = sheet.addresses.article(item)
    head = (
        f'<link rel="canonical" href="{address}">\n<meta property="og:type" content="article">\n'
        f'<meta property="og:title" content="{escape(item.title)}">\n'
        f'<meta name="description" content="{escape(item.paragraphs[0])}">\n'
        f'<script type="application/ld+json">{_linked_data(sheet, item)}</script>'
    )
    front = sheet.addresses.front(sheet.outlet, sheet.section)
    body = (
        f'<nav class="jejak"><a href="{front}">{escape(sheet.words.home)}</a> ⁄ '
        f'<a href="{front}">{escape(sheet.section_title)}</a></nav>\n'
        f"<main>\n<article>\n<h1>{escape(item.title)}</h1>\n{_byline(sheet, item)}"
        f'<div class="tanggal">{_time(sheet, item)}</div>\n'
        f"{_share_bar(sheet, address)}{_photo(sheet, item)}"
        f'<div class="isi">\n{_text(sheet, item)}</div>\n{_writer(sheet, item)}</article>\n</main>\n'
        f"{_popular(sheet)}"
    )
    return _page(sheet, title=f"{item.title} - {sheet.outlet.name}", head=head, body=body)


def _page(sheet: Sheet, *, title: str, head: str, body: str) -> bytes:
    outlet = sheet.outlet
    name, home = escape(outlet.name), sheet.addresses.front(outlet, sheet.section)
    direction = "rtl" if outlet.language == "ar" else "ltr"
    menu = "".join(
        f'<a href="{sheet.addresses.front(outlet, section)}">{escape(sheet.words.sections[section])}</a>'
        for section in outlet.sections
    )
    notice = sheet.notice(outlet.language)
    footer = f'<p class="catatan">{escape(notice)}</p>' if notice else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<meta property="og:site_name" content="{name}">\n{head}\n'
        f'<style>\n{STYLE}</style>\n</head>\n<body>\n<header><a class="logo" href="{home}">{name}</a>'
        f'<div>{escape(outlet.tagline)}</div>\n<nav class="menu">{menu}</nav></header>\n'
        f"{body}<footer><p>{name}</p>{footer}</footer>\n</body>\n</html>\n"
    ).encode()


def _card(sheet: Sheet, item: Item) -> str:
    address = sheet.addresses.article(item)
    picture = ""
    if item.caption:
        picture = (
            f'<a href="{address}"><img src="{sheet.addresses.picture(item)}" alt="" width="160" height="90"></a>\n'
        )
    return (
        f'<article class="kartu">\n{picture}<h3><a href="{address}">{escape(item.title)}</a></h3>\n'
        f'{_time(sheet, item)}\n<p class="cuplikan">{escape(item.paragraphs[0])}</p>\n</article>\n'
    )


def _popular(sheet: Sheet) -> str:
    """Link the section's three oldest items once more, as boxes of popular items do."""
    oldest = sorted(sheet.items, key=lambda item: (item.dated, item.id))[:3]
    links = "".join(f'<li><a href="{sheet.addresses.article(item)}">{escape(item.title)}</a></li>' for item in oldest)
    return f"<aside>\n<h2>{escape(sheet.words.popular)}</h2>\n<ol>{links}</ol>\n</aside>\n"


def _byline(sheet: Sheet, item: Item) -> str:
    if not item.author:
        return ""
    return f'<div class="byline">{escape(sheet.words.by)} <span class="author">{escape(item.author)}</span></div>\n'


def _writer(sheet: Sheet, item: Item) -> str:
    if not item.author:
        return ""
    return f'<div class="penulis">{escape(sheet.words.writer)} :<br>{escape(item.author)}</div>\n'


def _share_bar(sheet: Sheet, address: str) -> str:
    links = "".join(f'<a href="{address}?share={place}">{place}</a>' for place in ("A", "B", "C"))
    return f'<div class="share">{escape(sheet.words.share)} : {links}</div>\n'


def _photo(sheet: Sheet, item: Item) -> str:
    if not item.caption:
        return ""
    return (
        f'<figure><img src="{sheet.addresses.picture(item)}" alt="{escape(item.title)}" width="640" height="360">\n'
        f"<figcaption>{escape(sheet.words.photo)}: {escape(item.caption)}</figcaption></figure>\n"
    )


def _text(sheet: Sheet, item: Item) -> str:
    """Give the paragraphs and, after the second, a line that leads elsewhere."""
    others = [other for other in sheet.items if other.id != item.id]
    lines = [f"<p>{escape(paragraph, quote=False)}</p>\n" for paragraph in item.paragraphs]
    if sheet.outlet.format == "page":
        lines[0] = f"<p><strong>{escape(sheet.outlet.name)}</strong> - {lines[0].removeprefix('<p>')}"
    if others:
        link = f'<a href="{sheet.addresses.article(others[0])}">{escape(others[0].title)}</a>'
        lines.insert(2, f'<p class="baca-juga"><strong>{escape(sheet.words.read_also)}:</strong> {link}</p>\n')
    return "".join(lines)


def _linked_data(sheet: Sheet, item: Item) -> str:
    updated = item.dated if item.updated is None else item.updated
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item.title,
        "mainEntityOfPage": sheet.addresses.article(item),
        "datePublished": _iso(sheet, item),
        "dateModified": sheet.timeline.moment(updated).astimezone(ZoneInfo(sheet.outlet.timezone)).isoformat(),
        "articleSection": sheet.section_title,
        "inLanguage": sheet.outlet.language,
        "publisher": {"@type": "Organization", "name": sheet.outlet.name},
    }
    if item.author:
        data["author"] = {"@type": "Person", "name": item.author}
    if item.caption:
        data["image"] = sheet.addresses.picture(item)
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _time(sheet: Sheet, item: Item) -> str:
    return f'<time datetime="{_iso(sheet, item)}">{escape(_date(sheet, item))}</time>'


def _iso(sheet: Sheet, item: Item) -> str:
    return sheet.timeline.moment(item.dated).astimezone(ZoneInfo(sheet.outlet.timezone)).isoformat()


def _date(sheet: Sheet, item: Item) -> str:
    local = sheet.timeline.moment(item.dated).astimezone(ZoneInfo(sheet.outlet.timezone))
    return sheet.words.date.format(
        weekday=sheet.words.weekdays[local.weekday()],
        day=local.day,
        month=sheet.words.months[local.month - 1],
        year=local.year,
        clock=f"{local:%H:%M} {'' if local.tzname() in (None, 'UTC') else local.tzname()}".strip(),
    )
