"""Where the newsroom's feeds, fronts, articles and photos are. It makes addresses, it looks nothing up."""

from dataclasses import dataclass

from .script import Item, Outlet

ENDINGS = {"rss": ".xml", "rdf": ".rdf", "atom": ".atom", "json": ".json"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """All addresses below `base`, the server's own (http://127.0.0.1:PORT, without a slash at the end)."""

    base: str

    def front(self, outlet: Outlet, section: str) -> str:
        """Give the page that lists a section's items."""
        return f"{self.base}/{outlet.id}/{section}"

    def feed(self, outlet: Outlet, section: str) -> str:
        """Give the feed of a section; for an outlet without feeds its front."""
        return self.front(outlet, section) + ENDINGS.get(outlet.format, "")

    def article(self, item: Item, slug: str | None = None) -> str:
        """Give an item's own page, by its present slug or a former one."""
        return f"{self.base}/{item.outlet}/{item.section}/{slug or item.slug}"

    def link(self, outlet: Outlet, item: Item) -> str:
        """Give the address that the outlet's feed prints: the article's, with the outlet's tracking query."""
        return self.article(item) + (f"?{outlet.tracking}" if outlet.tracking else "")

    def picture(self, item: Item) -> str:
        """Give the address of an item's photo."""
        return f"{self.base}/{item.outlet}/{item.section}/{item.event}.png"
