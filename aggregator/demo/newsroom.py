"""The newsroom: what each outlet shows at a minute, read from the data files. It knows no clock or socket."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from .script import BEGINNING, Change, Event, Item, Outage, Outlet, Section, Trouble, Words


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The whole script, read once from the data files beside this module."""

    sections: tuple[Section, ...]
    outlets: tuple[Outlet, ...]
    events: tuple[Event, ...]
    words: Mapping[str, Words]

    @classmethod
    def load(cls) -> "Newsroom":
        """Read outlets.toml and every file of events/, in order of their names."""
        data = files(__package__)
        about = _table(data / "outlets.toml")
        texts = sorted((file for file in (data / "events").iterdir()), key=lambda file: file.name)
        return cls(
            sections=tuple(Section(**section) for section in about["sections"]),
            outlets=tuple(_outlet(table) for table in about["outlets"]),
            events=tuple(_event(_table(file)) for file in texts if file.name.endswith(".toml")),
            words={language: _words(table) for language, table in about["words"].items()},
        )

    def outlet(self, outlet_id: str) -> Outlet | None:
        """Give the outlet of that id, if there is one."""
        return next((outlet for outlet in self.outlets if outlet.id == outlet_id), None)

    def items_at(self, outlet_id: str, minute_offset: float, section: str | None = None) -> tuple[Item, ...]:
        """Give what an outlet (or a section of it) shows at a minute: pinned items first, then the newest."""
        shown = [item.as_of(minute_offset) for item in self._told_by(outlet_id, section) if item.at <= minute_offset]
        return tuple(sorted(shown, key=lambda item: (not item.pinned, -item.dated, item.id)))

    def changed_at(self, outlet_id: str, minute_offset: float, section: str | None = None) -> float:
        """Give the last minute, up to this one, at which what the outlet shows has changed."""
        moments = [BEGINNING]
        for item in self._told_by(outlet_id, section):
            moments += [item.at, *(change.at for change in item.changes)]
        return max(moment for moment in moments if moment <= max(minute_offset, BEGINNING))

    def trouble_at(self, outlet_id: str, minute_offset: float) -> Trouble | None:
        """Tell what is wrong with an outlet's documents at a minute, if anything is."""
        outlet = self.outlet(outlet_id)
        outages = outlet.outages if outlet else ()
        return next((o.trouble for o in outages if o.since <= minute_offset < o.until), None)

    def _told_by(self, outlet_id: str, section: str | None) -> list[Item]:
        return [
            item
            for event in self.events
            for item in event.items
            if item.outlet == outlet_id and section in (None, item.section)
        ]


def _table(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _outlet(table: dict[str, Any]) -> Outlet:
    return Outlet(
        id=table["id"],
        name=table["name"],
        tagline=table["tagline"],
        language=table["language"],
        format=table["format"],
        sections=tuple(table["sections"]),
        timezone=table["timezone"],
        full=table.get("full", False),
        tracking=table.get("tracking", ""),
        encoding=table.get("encoding", "utf-8"),
        selectors=tuple(table.get("selectors", {}).items()),
        outages=tuple(Outage(**outage) for outage in table.get("outages", ())),
    )


def _words(table: dict[str, Any]) -> Words:
    lists = {key: tuple(table[key]) for key in ("weekdays", "months")}
    return Words(**{**table, **lists})


def _event(table: dict[str, Any]) -> Event:
    tellings: list[dict[str, Any]] = table["items"]
    texts = {telling["outlet"]: telling["text"] for telling in tellings if "text" in telling}
    return Event(
        id=table["id"],
        section=table["section"],
        subject=table.get("subject"),
        items=tuple(_item(table, telling, texts) for telling in tellings),
    )


def _item(event: dict[str, Any], telling: dict[str, Any], texts: dict[str, str]) -> Item:
    text = telling["text"] if "text" in telling else texts[telling["reprints"]]
    at = float(telling["at"])
    return Item(
        id=f"{telling['outlet']}-{event['id']}",
        event=event["id"],
        outlet=telling["outlet"],
        section=telling.get("section", event["section"]),
        at=at,
        dated=float(telling.get("dated", at)),
        title=telling["title"],
        slug=telling.get("slug") or _slug(telling["title"]) or event["id"],
        paragraphs=_paragraphs(text),
        author=telling.get("author"),
        category=telling.get("category"),
        caption=telling.get("caption"),
        changes=tuple(_change(change) for change in telling.get("changes", ())),
    )


def _change(table: dict[str, Any]) -> Change:
    text = table.get("text")
    return Change(
        at=float(table["at"]),
        title=table.get("title"),
        slug=table.get("slug"),
        paragraphs=_paragraphs(text) if text else None,
        pinned=table.get("pinned", False),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _slug(title: str) -> str:
    """Make the last part of an address of a Latin title; "" where a title has other letters than ASCII."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower())) if title.isascii() else ""
