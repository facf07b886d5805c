"""Clean one Item into what an Entry says. It knows nothing of the other items of the document."""

from dataclasses import dataclass
from datetime import datetime

from .. import dates
from ..values import Enclosure, Item, Text
from . import html as markup
from . import language, text, urls

FULL_TEXT = 1_000  # characters; a longer summary is the article itself, which many outlets put there
LONGEST_ID = 1_000
FIRST_WORDS = 100
MOST_NAMES = 20
SAFE_TYPE = 100


@dataclass(frozen=True, slots=True)
class Context:
    """What a document says for all its items, and what the Source says."""

    url: str
    now: datetime
    language: str | None
    """Declared: by the Source, else by the document; a primary subtag."""
    by_source: bool
    """The Source says its language, which then stands above what items say."""
    tag: str | None
    """The same language with its region, where one is said: it orders the numbers of dates."""
    languages: tuple[str, ...]
    timezone: str | None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An item with every text clean, before it is told from the others of its document."""

    id: str
    url: str | None
    whole_url: str | None
    """The address with its fragment."""
    title: str
    given_title: str
    summary: str
    content: str
    plain: str
    """The plain text of all that it says, but the title."""
    authors: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    updated_at: datetime | None
    date_note: str | None
    ahead: str | None
    """Why its date does not tell when it was published, though it names it: it lies in the future."""
    said_date: str
    is_relative: bool
    """Its date is a distance from now, and so another one at each poll."""
    categories: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]
    image: str | None
    image_caption: str | None
    section: str | None
    via_name: str | None
    via_url: str | None


def clean(item: Item, about: Context) -> Cleaned | None:
    """Clean an item; None where it holds no id, no address and no words, which makes it no item at all."""
    base = urls.absolute(item.base, about.url) or about.url
    body = _body(item)
    content = markup.clean(body.value, base=base) if body and body.html else _paragraphs(body)
    summary = text.summary(item.summary) or text.summary(item.content)
    given = text.title(item.title)
    address = urls.canonical(item.url, base)
    name = text.clean((item.id or "").strip())[:LONGEST_ID]
    if not (given or summary or address or name):
        return None
    plain = text.summary(body, longest=20_000) or summary
    published, note = _date(item.published or item.updated, about)
    updated, _ = _date(item.updated, about)
    return Cleaned(
        id=name,
        url=address,
        whole_url=urls.absolute(item.url, base),
        title=given or text.one_line(summary, longest=FIRST_WORDS) or address or name,
        given_title=given,
        summary=summary,
        content=content,
        plain=plain,
        authors=_names(item.authors),
        language=_language(item, about, f"{given} {plain}"),
        published_at=published,
        updated_at=None if dates.ahead(item.updated, updated, now=about.now) else updated,
        date_note=note,
        ahead=dates.ahead(item.published or item.updated, published, now=about.now),
        said_date=str(item.published or ""),
        is_relative=dates.is_relative(item.published or item.updated),
        categories=_names(item.categories),
        enclosures=_enclosures(item.enclosures, base),
        image=urls.absolute(item.image, base) or markup.first_image(content) or _summary_image(item, base),
        image_caption=text.summary(Text(item.image_caption, html="<" in item.image_caption), longest=500) or None
        if item.image_caption
        else None,
        section=text.name(item.section) or None,
        via_name=text.name(item.via_name) or None,
        via_url=urls.absolute(item.via_url, base),
    )


def _date(said: str | datetime | None, about: Context) -> tuple[datetime | None, str | None]:
    return dates.read(said, now=about.now, timezone=about.timezone, language=about.tag)


def _body(item: Item) -> Text | None:
    if item.content is not None:
        return item.content
    return item.summary if item.summary and len(item.summary.value) > FULL_TEXT else None


def _paragraphs(body: Text | None) -> str:
    # Plain text becomes HTML by escaping alone: what looks like markup in it is text.
    if body is None:
        return ""
    return markup.from_plain(body.value)


def _summary_image(item: Item, base: str) -> str | None:
    if item.summary is None or not item.summary.html or "<img" not in item.summary.value.lower():
        return None
    return markup.first_image(markup.clean(item.summary.value, base=base))


def _language(item: Item, about: Context, words: str) -> str | None:
    said = language.primary(item.language)
    declared = about.language if about.by_source else said or about.language
    return language.tell(words, declared=declared, languages=about.languages)


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (text.name(name) for name in names[: 2 * MOST_NAMES])
    return tuple(dict.fromkeys(name for name in cleaned if name))[:MOST_NAMES]


def _enclosures(given: tuple[Enclosure, ...], base: str) -> tuple[Enclosure, ...]:
    found = []
    for enclosure in given[:MOST_NAMES]:
        address = urls.absolute(enclosure.url, base)
        if address:
            kind = text.one_line(enclosure.type or "", longest=SAFE_TYPE) or None
            found.append(Enclosure(address, kind, enclosure.length))
    return tuple(dict.fromkeys(found))
