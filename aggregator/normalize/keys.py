"""Make the keys by which an item is known again at a later poll. It compares nothing with the store."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urlsplit

from . import urls

# Six digits are dates ("aukus-intl-091521") as often as numbers of articles.
NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[a-z]-?)?([0-9]{7,13}|[0-9a-f]{16,40})(?![0-9A-Za-z])")
# Where most addresses of a document begin or end their last words with a number, five digits tell as much.
SHORT_NUMBERS = {
    "before": re.compile(r"/(\d{5,6})-(?=[^/]*[^\W\d_])[^/]*\Z"),
    "behind": re.compile(r"/(?=[^/]*[^\W\d_])[^/]*-(\d{5,6})(?:\.[a-z]{2,5})?\Z"),
}
MONTH, DAY = "(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
SHORT_STAMP = re.compile(rf"\d\d{MONTH}{DAY}|{DAY}{MONTH}\d\d|{MONTH}{DAY}\d\d")
STAMP = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\d\d)*\Z")
DATE_FOLDERS = re.compile(r"(?<=/)\d{1,4}(?=/)")
FEWEST_NUMBERED = 3  # items with a number of their own, before a document's numbers count as those of its articles
FEWEST_WORDS = 5  # of a title; shorter ones come back ("News in pictures")
FEWEST_SLUG_WORDS = 3
FEWEST_TIMED_WORDS = 2  # of a title that comes with its time: a Source says nothing twice in one second
FEWEST_SAID_WORDS = 4  # of a text that comes with such a title, or with its day
FEWEST_LONE_WORDS = 10  # of a text that alone must tell: outlets end or replace texts with a line of their own
PLACE = re.compile(
    r"(?:[^\W\d_]{1,12}[-_ .:#]?)?\d{1,3}"
)  # an id that may be the item's place in its list: "3", "g3", "item-3"
NO_TIME = re.compile(r"T(?:12|00):00:00")
NO_SECOND = re.compile(r"T\d\d:\d\d:00")
FEWEST_PATHS = 3  # items of a document, before a path that one of them has tells an article from a program of the site


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one item of a document from the others: its own id, its canonical address, title, date and text."""

    id: str
    url: str
    """The canonical address; empty where it has none."""
    whole: str
    """The same with its fragment."""
    title: str
    date: str
    """Empty where it is a distance from now, which is another date at each poll."""
    text: str
    is_relative: bool = False
    """It has such a date, and so is no item without any."""
    drifts: bool = False
    """Its date is the moment of the visit, and tells as little."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one item: all of them, strongest first, of which the first `named` hold its own id, and the next
    `linked` its address. The last `weak` ones leave out its date; of an item with a name or an address they leave out
    both, and its title.
    """

    all: tuple[bytes, ...]
    named: int
    linked: int
    weak: int = 0


def digest(kind: str, *parts: str) -> bytes:
    """Give the 16 bytes by which a key of this kind is stored."""
    words = "\n".join((kind, *parts)).encode("utf-8", "replace")
    return blake2b(words, digest_size=16).digest()


def of_document(items: list[Identity], *, homes: frozenset[str]) -> list[Keys]:
    """Give the keys of each item, strongest first, from what is unique in its document.

    `homes` are the identities of addresses that belong to the whole Source, never to an item: its page, itself.
    An item is known if any of its keys is; where keys point to two Entries, the first that is known is right.
    - both: id and address together, so that items that share one of them stay apart once they met;
    - id: the item's own id; - url: its canonical address, with its fragment and without;
    - num: the number in the address, which stays when the words of the address follow a new title;
    - slug: the title, the folder of the address and the day, which stay when only the last words of it are mended;
    - told: title and time, which stay when id and address move together;
    - path: the title and the last words of the address, which stay where an outlet without dates moves its folders;
    - said: title and text, which stay where an outlet without dates changes ids and addresses at once;
    - text: title and date, or title and text without one, where there is no address of its own.
    What has no id of its own either is named by its words alone, and known again when some of them are edited:
    - body: date and text, which stay under another title; - title: the title, where there is no date at all.
    Last comes, where names change at each poll:
    - moment: the path of the address and the second, which stay when id, query and title are others.
    Where the date is that of the visit, it is none. Where it may have been that at another visit, keys without it come
    last.
    """
    uses = Counter(word for item in items for word in {item.id, item.url})
    items = [replace(item, date="") if item.drifts and _is_nameless(item, uses, homes) else item for item in items]
    place = _place(items)
    paths = Counter(_page(item) for item in items)
    drafts = [_draft(item, homes, place) for item in items]
    drafts = [
        draft if paths[_page(item)] == 1 and len(items) >= FEWEST_PATHS else replace(draft, moment=())
        for item, draft in zip(items, drafts, strict=True)
    ]
    numbers = [draft.number for draft in drafts if draft.number]
    if len(numbers) < FEWEST_NUMBERED or len(set(numbers)) < len(numbers):
        drafts = [replace(draft, number=None) for draft in drafts]
    seen: Counter[bytes] = Counter(key for draft in drafts for key in set(draft.all))
    return [_settled(item, draft, seen) for item, draft in zip(items, drafts, strict=True)]


@dataclass(frozen=True, slots=True)
class _Draft:
    named: tuple[bytes, ...]
    linked: tuple[bytes, ...]
    number: bytes | None
    words: tuple[bytes, ...]
    text: bytes
    body: tuple[bytes, ...]
    title: tuple[bytes, ...]
    weak: tuple[bytes, ...]
    moment: tuple[bytes, ...]

    @property
    def all(self) -> tuple[bytes, ...]:
        number = (self.number,) if self.number else ()
        return (
            *self.named,
            *self.linked,
            *number,
            *self.words,
            self.text,
            *self.body,
            *self.title,
            *self.weak,
            *self.moment,
        )


def _draft(item: Identity, homes: frozenset[str], place: str | None) -> _Draft:
    name = _name(item.id)
    own_id = bool(name) and name not in homes
    address = urls.identity(item.url) if item.url else ""
    own_url = bool(address) and address not in homes
    named = [digest("both", name, address)] if name and address else []
    named += [digest("id", name)] if own_id else []
    linked = []
    if own_url:
        whole = urls.identity(urls.untracked(item.whole))
        linked += [digest("url", whole)] if whole != address else []
        linked += [digest("url", address)]
    if address and name.partition("#")[0].rstrip("/") == address:
        # Such an id is its address, with a counter of versions at most: it tells no more than that.
        named, linked = [], named + linked
    words = (_slug(item) if own_url else None, _told(item), _path(item) if own_url else None, _said(item))
    moment = _moment(item) if own_url else None
    return _Draft(
        tuple(named),
        tuple(linked),
        _number(item, place) if own_url else None,
        tuple(key for key in words if key),
        digest("text", _shared_id(item), item.title, item.date or item.text[:500]),
        _body(item),
        (digest("title", item.title),) if is_long(item.title, FEWEST_WORDS) and _is_undated(item) else (),
        (digest("text", _shared_id(item), item.title, item.text[:500]),) if item.date else (),
        (moment,) if moment else (),
    )


def _settled(item: Identity, draft: _Draft, seen: Counter[bytes]) -> Keys:
    named, linked, words, body, title, weak, moment = (
        tuple(key for key in keys if seen[key] == 1)
        for keys in (draft.named, draft.linked, draft.words, draft.body, draft.title, draft.weak, draft.moment)
    )
    if linked or draft.number:
        number = (draft.number,) if draft.number else ()
        return Keys((*named, *linked, *number, *words, *moment), len(named), len(linked), len(moment))
    is_twin = seen[draft.text] > 1
    text = digest("text", _shared_id(item), item.title, item.date, item.text) if is_twin else draft.text
    if named:
        return Keys((*named, *words, text), len(named), 0)
    # Where another item had this title before, the text tells which one this is: the title comes last.
    return Keys((*body, *words, text, *title, *weak), 0, 0, len(weak))


def _is_nameless(item: Identity, uses: Mapping[str, int], homes: frozenset[str]) -> bool:
    has_url = bool(item.url) and uses[item.url] == 1 and urls.identity(item.url) not in homes
    return not has_url and (not item.id or uses[item.id] > 1)


def _shared_id(item: Identity) -> str:
    # The words say more where an id that others share is added.
    return "" if PLACE.fullmatch(item.id) else item.id


def is_long(words: str, fewest: int) -> bool:
    """Say whether a text has so many words, or six letters for each, in scripts without spaces."""
    return len(words.split()) >= fewest or len(words) >= fewest * 6


def _is_undated(item: Identity) -> bool:
    return not item.date and not item.is_relative


def _said(item: Identity) -> bytes | None:
    # Where there is a date, it tells more: a column comes back with the same words.
    if item.date or not (is_long(item.title, FEWEST_WORDS) and is_long(item.text, FEWEST_SAID_WORDS)):
        return None
    return digest("said", item.title, item.text)


def _body(item: Identity) -> tuple[bytes, ...]:
    by_date = FEWEST_SAID_WORDS if NO_TIME.search(item.date) else FEWEST_TIMED_WORDS
    if not is_long(item.text, by_date if item.date else FEWEST_LONE_WORDS):
        return ()
    return (digest("body", item.date, item.text),)


def _told(item: Identity) -> bytes | None:
    # A date without a time stands for a whole day, in which a short title may come back.
    fewest = FEWEST_WORDS if NO_TIME.search(item.date) else FEWEST_TIMED_WORDS
    if not item.date or not is_long(item.title, fewest):
        return None
    return digest("told", item.title, item.date)


def _name(words: str) -> str:
    bare = urls.untracked(words)
    # Sites move from http to https; ids that are addresses move with them.
    return urls.identity(bare) if bare.startswith(("http://", "https://")) else bare


def _path(item: Identity) -> bytes | None:
    # Where there is a date, it tells more: a column comes back under its title and the last words of its address.
    folder, _, last = urlsplit(item.url).path.rstrip("/").rpartition("/")
    if item.date or not _is_wordy(item, last):
        return None
    # A number in the folders may be the article's own; that of a day goes with the folders.
    numbers = re.findall(r"\d+", DATE_FOLDERS.sub("", folder + "/"))
    return digest("path", *numbers, last, item.title)


def _number(item: Identity, place: str | None) -> bytes | None:
    parts = urlsplit(item.url)
    # An id that is no address tells more than a number does, and needs no help.
    if item.id and not item.id.startswith(("http://", "https://")):
        return None
    found = [number for number in NUMBER.findall(parts.path) if not STAMP.match(number)]
    if not found and place and (short := _short_number(item, place)):
        found = [f"{place} {short}"]
    # The folders of the day belong to it: some outlets number the articles of each day anew.
    folders = "/".join(DATE_FOLDERS.findall(parts.path))
    return digest("num", parts.hostname or "", folders, found[-1]) if found else None


def _place(items: list[Identity]) -> str | None:
    """Say where most addresses of a document have a short number, if they do."""
    uses = Counter(place for place in SHORT_NUMBERS for item in items if _short_number(item, place))
    return next((place for place, count in uses.most_common(1) if 2 * count > len(items)), None)


def _short_number(item: Identity, place: str) -> str | None:
    match = SHORT_NUMBERS[place].search(urlsplit(item.url).path.rstrip("/"))
    # "12.000 workers" gives its number to the address.
    if match is None or SHORT_STAMP.fullmatch(match[1]) or match[1] in re.sub(r"[.,\s]", "", item.title):
        return None
    return match[1]


def _slug(item: Identity) -> bytes | None:
    parts = urlsplit(item.url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    dated = len(DATE_FOLDERS.findall(folder + "/")) >= 3
    day = "" if dated else item.date[:10]
    if parts.query or not _is_wordy(item, last) or not (dated or day):
        return None
    return digest("slug", parts.hostname or "", folder, day, item.title)


def _moment(item: Identity) -> bytes | None:
    parts = urlsplit(item.url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    # Many articles of a busy wire have one minute.
    if not parts.query or not item.date or NO_SECOND.search(item.date):
        return None
    if not _is_slug(last) and not re.search(r"\d{5}", parts.path):
        return None
    return digest("moment", *_page(item), item.date)


def _page(item: Identity) -> tuple[str, str]:
    parts = urlsplit(item.url)
    return parts.hostname or "", parts.path.rstrip("/")


def _is_wordy(item: Identity, last: str) -> bool:
    return len(item.title.split()) >= FEWEST_WORDS and _is_slug(last)


def _is_slug(last: str) -> bool:
    return len(re.findall(r"[a-z]{2,}", last)) >= FEWEST_SLUG_WORDS
