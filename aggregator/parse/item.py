"""Take one item out of feedparser's dict into a plain Item. It trusts no type that the dict pretends to have."""

from typing import Any

from ..values import Enclosure, Item, Text

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
MOST_WORDS = 50  # categories, authors and enclosures of one item beyond this are spam


def to_item(entry: Any) -> Item:
    """Give an item of feedparser as an Item: texts with their true type, dates in the words of the document."""
    content, caption = _content(entry), _string(entry, "media_caption")
    # feedparser copies a content into the summary of an item that has none, without saying its type.
    summary = text_of(entry, "summary") if "summary_detail" in entry or content is None else None
    if summary is None and content is None and caption:
        summary, caption = Text(caption), None
    source = _dict(dict.get(entry, "source"))
    return Item(
        id=_string(entry, "id"),
        url=_link(entry),
        title=text_of(entry, "title"),
        summary=summary,
        content=content,
        authors=_authors(entry),
        language=_string(entry, "language") or _detail(entry, "language"),
        published=_string(entry, "published") or _string(entry, "created"),
        updated=_string(entry, "updated"),
        categories=_categories(entry),
        enclosures=_enclosures(entry),
        image=_image(entry),
        image_caption=caption,
        base=_detail(entry, "base"),
        via_name=_string(source, "title") or _string(entry, "dc_source"),
        via_url=_string(source, "href") or _string(source, "link"),
    )


def text_of(entry: Any, key: str) -> Text | None:
    """Give a text of an item or feed with the type that its detail says; None where it is missing or blank."""
    value = _string(entry, key)
    kind = _string(_dict(dict.get(entry, key + "_detail")), "type")
    return Text(value, html=kind in HTML_TYPES) if value else None


def _content(entry: Any) -> Text | None:
    contents = [_dict(content) for content in _list(entry, "content")]
    texts = [
        Text(str(content["value"]), html=content.get("type") in HTML_TYPES)
        for content in contents
        if isinstance(content.get("value"), str) and content["value"].strip() and _readable(content)
    ]
    return max(texts, key=lambda text: (text.html, len(text.value)), default=None)


def _readable(content: dict[str, Any]) -> bool:
    kind = str(content.get("type") or "text/plain")
    return kind in HTML_TYPES or kind.startswith("text/")


def _link(entry: Any) -> str | None:
    original = _string(entry, "feedburner_origlink")
    if original and original.startswith(("http://", "https://")):
        return original
    links = [_dict(link) for link in _list(entry, "links")]
    given = [link["href"] for link in links if isinstance(link.get("href"), str) and link.get("rel") == "alternate"]
    link = _string(entry, "link")
    if link and link in given:
        return link
    if given:
        return str(given[0]).strip() or None
    # What is left is a guid that stands in for the link; one that is no address is only an id.
    guid = link or (_string(entry, "id") if dict.get(entry, "guidislink") else None)
    return guid if guid and guid.startswith(("http://", "https://")) else None


def _authors(entry: Any) -> tuple[str, ...]:
    people = [_dict(author) for author in _list(entry, "authors")]
    names = [_string(author, "name") or _string(author, "email") for author in people]
    found = [name for name in names if name] or [name for name in [_string(entry, "author")] if name]
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _categories(entry: Any) -> tuple[str, ...]:
    tags = [_dict(tag) for tag in _list(entry, "tags")]
    words = [_string(tag, "label") or _string(tag, "term") for tag in tags]
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def _enclosures(entry: Any) -> tuple[Enclosure, ...]:
    found = []
    for link in [_dict(link) for link in _list(entry, "links")]:
        address = _string(link, "href")
        if link.get("rel") == "enclosure" and address:
            length = _string(link, "length") or ""
            size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
            found.append(Enclosure(address, _string(link, "type"), size))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def _image(entry: Any) -> str | None:
    media = [_dict(content) for content in _list(entry, "media_content")]
    pictures = [content for content in media if _string(content, "url") and _is_picture(content)]
    if pictures:
        return _string(max(pictures, key=_width), "url")
    for enclosure in _enclosures(entry):
        if (enclosure.type or "").startswith("image/"):
            return enclosure.url
    thumbnails = [_dict(thumbnail) for thumbnail in _list(entry, "media_thumbnail")]
    shown = [thumbnail for thumbnail in thumbnails if _string(thumbnail, "url")]
    if shown:
        return _string(max(shown, key=_width), "url")
    return _string(_dict(dict.get(entry, "image")), "href")


def _is_picture(content: dict[str, Any]) -> bool:
    kind = str(content.get("medium") or content.get("type") or "").lower()
    address = str(content.get("url", "")).lower().split("?")[0]
    return kind.startswith("image") or (not kind and address.endswith(IMAGE_ENDINGS))


def _width(picture: dict[str, Any]) -> int:
    width = str(picture.get("width") or "")
    return int(width) if width.isascii() and width.isdigit() and len(width) < 6 else 0


def _detail(entry: Any, key: str) -> str | None:
    contents = [_dict(content) for content in _list(entry, "content")]
    details = [*contents, *(_dict(dict.get(entry, f"{name}_detail")) for name in ("summary", "title"))]
    return next((found for detail in details if (found := _string(detail, key))), None)


def _string(values: Any, key: str) -> str | None:
    # dict.get, because the own get of feedparser's dict warns on one name and maps others.
    value = dict.get(values, key)
    return value.strip() or None if isinstance(value, str) else None


def _list(values: Any, key: str) -> list[Any]:
    value = dict.get(values, key)
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
