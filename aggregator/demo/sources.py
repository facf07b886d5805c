"""The feeds.yaml that makes Anyam read the newsroom. It writes the text; it neither loads nor checks it."""

import json

from .addresses import Addresses
from .newsroom import Newsroom
from .script import Outlet, Section

SETTLE = "20s"  # the whole script takes four minutes: people should see the first story within one
INTERVAL = "5s"


def write_feeds_yaml(newsroom: Newsroom, *, base: str, site_url: str) -> str:
    """Write a whole feeds.yaml: every section, and a Source for each section of each outlet below `base`."""
    lines = [
        "site:",
        "  title: Anyam",
        f"  url: {_quoted(site_url)}",
        "  language: id",
        "  timezone: Asia/Jakarta",
        "fetch:",
        f"  allow: [{_quoted(base.removeprefix('http://'))}]",
        "publish:",
        f"  settle: {SETTLE}",
        "sections:",
    ]
    for section in newsroom.sections:
        lines += [f"  - id: {section.id}", f"    title: {_quoted(section.title)}"]
    lines.append("sources:")
    for outlet in newsroom.outlets:
        for section in newsroom.sections:
            if section.id in outlet.sections:
                lines += _source(outlet, section, Addresses(base))
    return "\n".join(lines) + "\n"


def _source(outlet: Outlet, section: Section, addresses: Addresses) -> list[str]:
    alone = len(outlet.sections) == 1
    lines = [
        f"  - name: {_quoted(outlet.name if alone else f'{outlet.name} · {section.title}')}",
        f"    url: {_quoted(addresses.feed(outlet, section.id))}",
        f"    section: {section.id}",
        f"    outlet: {_quoted(outlet.name)}",
        f"    timezone: {outlet.timezone}",
        f"    interval: {INTERVAL}",
    ]
    if outlet.format == "page":
        lines.append("    kind: page")
    if outlet.selectors:
        lines.append("    page:")
        lines += [f"      {part}: {_quoted(selector)}" for part, selector in outlet.selectors]
    return lines


def _quoted(text: str) -> str:
    """Quote a text for YAML, of which JSON strings are a part."""
    return json.dumps(text, ensure_ascii=False)
