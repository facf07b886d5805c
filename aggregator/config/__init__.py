"""The room of feeds.yaml and of the settings around it: text in, frozen values out. It stores nothing."""

from collections.abc import Sequence

from .addresses import outlet_of
from .drafts import NewSection, NewSource
from .file import rewrite, text_of
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
    "NewSection",
    "NewSource",
    "Page",
    "Publish",
    "Section",
    "Settings",
    "Site",
    "Source",
    "View",
    "Web",
    "append",
    "languages",
    "outlet_of",
    "read",
    "rewrite",
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


def append(text: str, *, name: str, sections: Sequence[NewSection] = (), sources: Sequence[NewSource] = ()) -> str:
    """Give the text of feeds.yaml with these Sections and Sources at the end of their lists, all else as it is.

    Raises ConfigError where `text` is wrong, a new part is, or the file is written in a way that cannot be added to.
    """
    from .appending import append as append_to_text  # here, as above

    return append_to_text(text, name=name, sections=sections, sources=sources)
