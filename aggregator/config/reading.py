"""Reads feeds.yaml into the frozen values and gathers every problem. It touches no disk or network."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from . import across, addresses, tags
from .lines import take_apart
from .values import Config, Site
from .wording import worded


def read(text: str, *, name: str) -> Config:
    """Read the text of feeds.yaml; `name` is what its errors call the file.

    Raises ConfigError with all problems at once, a line each: `name:LINE: what is wrong; what was expected`.
    """
    found = take_apart(text, name=name)
    across.check(found)
    try:
        config = _adapter().validate_python(_settled(found.value))
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            found.wrong(*worded(problem, found))
        found.raise_problems()
        raise
    found.raise_problems()
    return config


@cache
def _adapter() -> TypeAdapter[Config]:
    """Build pydantic's checker once: it costs 20 ms."""
    return TypeAdapter(Config)


def _settled(raw: dict[str, Any]) -> dict[str, Any]:
    """Put in what follows from other keys: a Section's language, a Source's sections, outlet, full_text."""
    settled = dict(raw)
    language = _language(raw.get("site"))
    if isinstance(sections := raw.get("sections"), list):
        settled["sections"] = [{"language": language} | part if isinstance(part, dict) else part for part in sections]
    if isinstance(sources := raw.get("sources"), list):
        settled["sources"] = [_source(part) if isinstance(part, dict) else part for part in sources]
    return settled


def _language(site: object) -> str:
    """Give the site's language; the default where it is wrong, for its own line says so already."""
    try:
        return tags.language(site["language"]) if isinstance(site, dict) else Site().language
    except (KeyError, ValueError):
        return Site().language


def _source(raw: dict[str, Any]) -> dict[str, Any]:
    """Settle one Source's keys."""
    settled = {"full_text": raw.get("kind") == "page"} | raw
    if "section" in raw:
        section = settled.pop("section")
        settled.setdefault("sections", [section])
    name, url = str(raw.get("name")), raw.get("url")
    settled.setdefault("outlet", addresses.outlet_of(url if isinstance(url, str) else name, name=name) or name)
    return settled
