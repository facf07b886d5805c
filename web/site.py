"""What every view needs to know of this site: its store, its settings and its addresses. It answers no request."""

from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app

from aggregator.config import Config, Section
from aggregator.store import Store

from .links import Links
from .present import common

EXTENSION = "anyam"


@dataclass(frozen=True, slots=True)
class Site:
    """One open site; shared by every request and never changed."""

    store: Store
    config: Config
    links: Links
    zone: ZoneInfo

    def section(self, section_id: str) -> Section | None:
        """Find a Section by its present id."""
        return next((s for s in self.config.sections if s.id == section_id), None)

    def renamed(self, section_id: str) -> str | None:
        """Tell the present id of a Section that was once called `section_id`."""
        return next((s.id for s in self.config.sections if section_id in s.formerly), None)

    def language_of(self, section_ids: tuple[str, ...]) -> str:
        """Tell the language of a page about these Sections: what they share, else the site's."""
        known = [s.language for s in self.config.sections if s.id in section_ids]
        return common(known, self.config.site.language)


def here() -> Site:
    """Give the Site of the running request."""
    return cast(Site, current_app.extensions[EXTENSION])
