"""Reads the project's Markdown for tests: its fenced blocks, headings, tables and links. It judges nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>.*)$")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: `kind` and `name` are the two words after the fence, "" where there are none."""

    page: Path
    line: int
    kind: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def page(name: str) -> str:
    """Give the text of a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(path: Path) -> Iterator[Block]:
    """Give the fenced blocks of a page, in order, with their indent taken off."""
    opened: re.Match[str] | None = None
    start, held = 0, [""]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _FENCE.match(line)
        if opened is None and found:
            opened, start, held = found, number, []
        elif opened is not None and found:
            kind, _, name = opened["info"].strip().partition(" ")
            yield Block(path, start, kind, name.strip(), "\n".join(held) + "\n")
            opened = None
        elif opened is not None:
            held.append(line.removeprefix(opened["indent"]))
    assert opened is None, f"{path.name}:{start}: a fence that is never closed"


def without_blocks(text: str) -> str:
    """Give a page's text without what stands in its fences: no heading, no table and no link is in there."""
    return re.sub(r"^( *)```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)


def sections(text: str) -> dict[str, str]:
    """Give what stands under each heading up to the next one of any level, by the heading's words."""
    parts = _HEADING.split(without_blocks(text))
    return {title.strip("`"): body for title, body in zip(parts[2::3], parts[3::3], strict=True)}


def anchors(text: str) -> set[str]:
    """Give the anchors of a page's headings, as code hosts make them."""
    titles = [title for _, title in _HEADING.findall(without_blocks(text))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(text: str) -> list[str]:
    """Give the targets of a page's links and pictures."""
    return re.findall(r"\]\(([^)\s]+)\)", without_blocks(text))


def table(text: str, head: str) -> dict[str, list[str]]:
    """Give the rows of every table whose first column is headed `head`, by their first cell without backticks.

    Fails where a first cell stands there twice.
    """
    found: dict[str, list[str]] = {}
    wanted = False
    for line in text.splitlines():
        if not line.startswith("|"):
            wanted = False
            continue
        cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
        if cells[0] == head:
            wanted = True
        elif wanted and not set(line) <= set("|- "):
            name = cells[0].strip("` ")
            assert name not in found, f"{name} stands there twice"
            found[name] = cells[1:]
    return found
