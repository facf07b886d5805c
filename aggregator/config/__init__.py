"""The room of feeds.yaml and of the settings around it: text in, frozen values out. It stores nothing."""

from .addresses import outlet_of
from .file import text_of
from .settings import Settings
from .values import (
    Auth,
    Config,
    Digest,
    Fetch,
    Filter,
    Match,
    Page,
    Publish,
    Section,
    Site,
    Source,
    View,
    Web,
    languages,
)

__all__ = [
    "Auth",
    "Config",
    "Digest",
    "Fetch",
    "Filter",
    "Match",
    "Page",
    "Publish",
    "Section",
    "Settings",
    "Site",
    "Source",
    "View",
    "Web",
    "languages",
    "outlet_of",
    "read",
    "text_of",
]


def read(text: str, *, name: str) -> Config:
    """Read the text of feeds.yaml; `name` is what its errors call the file.

    Raises ConfigError with all problems at once, a line each: `name:LINE: what is wrong; what was expected`.
    """
    from .reading import (
        read as read_text,
    )  # here: pydantic and ruamel cost 300 ms, and most starts read no file

    return read_text(text, name=name)
