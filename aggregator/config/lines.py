"""Takes YAML apart into plain values, and remembers the line of each. It knows no keys of ours.

Nodes are composed, never constructed: no tag runs code, every duplicate key is seen, and aliases are counted.
"""

from dataclasses import dataclass, field
from typing import Any

from aggregator.errors import ConfigError

MOST_BYTES = 5_000_000
"""5 MB hold some 20,000 Sources; more is a mistake or an attack."""
MOST_VALUES = 500_000
"""Values after aliases are expanded: above 5 MB of honest text, far below what nested aliases make."""
MOST_DEPTH = 12
"""Lists and blocks within each other; our own keys need six."""
PREFIX = "tag:yaml.org,2002:"
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Lines:
    """One file taken apart: `value` of dict, list, str, int, float, bool and None; `lines` counts from 1."""

    name: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    values: int = 0

    def line(self, path: Path) -> int:
        """Give the line of what `path` leads to, else of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def wrong(self, line: int, words: str) -> None:
        """Note a problem: `what is wrong; what was expected`."""
        self.problems.append((line, words))

    def raise_problems(self) -> None:
        """Raise ConfigError with all problems in the order of the file, each once, if there are any."""
        if self.problems:
            said = dict.fromkeys(f"{self.name}:{line}: {words}" for line, words in sorted(self.problems))
            raise ConfigError(list(said))


def take_apart(text: str, *, name: str) -> Lines:
    """Read YAML 1.2 text; raises ConfigError where it is too large, no YAML, empty or without keys."""
    found = Lines(name)
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        found.wrong(1, f"the file has {size / 1e6:.1f} MB; expected at most {MOST_BYTES / 1e6:.0f} MB")
        found.raise_problems()
    node = _compose(text.removeprefix("\ufeff"), found)
    found.raise_problems()
    keys = "expected keys such as site:, sections: and sources:"
    if node is None or (_tag(node) == "null" and not node.anchor):
        found.wrong(1, f"the file is empty; {keys}")
    elif not isinstance(node.value, list) or node.id != "mapping":
        found.wrong(node.start_mark.line + 1, f"the file is a {'list' if node.id == 'sequence' else 'text'}; {keys}")
    found.raise_problems()
    found.value = _value(node, (), found)
    return found


def _compose(text: str, found: Lines) -> Any:
    """Compose the node tree; what the YAML reader says against the text becomes a problem."""
    from ruamel.yaml import YAML  # here, not above: it costs 100 ms, and an unchanged file is not read again
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        return YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "").split())
        hint = "spaces, for a tab cannot indent" if "\\t" in what else "`key: value` lines, each block indented alike"
        found.wrong(mark.line + 1 if mark else 1, f"this is not YAML: {what}; expected {hint}")
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found.wrong(line, f"a control character (number {ord(text[error.position])}); expected plain text")
    except RecursionError:
        found.wrong(1, "lists or blocks are nested without end; expected the plain blocks of a feeds.yaml")
    except (YAMLError, ValueError) as error:
        found.wrong(1, f"this is not YAML: {' '.join(str(error).split())[:200]}; expected `key: value` lines")
    return None


def _value(node: Any, path: Path, found: Lines) -> Any:
    """Turn a node into a plain value, noting lines and problems on the way."""
    line = node.start_mark.line + 1
    found.lines.setdefault(path, line)
    found.values += 1
    if found.values > MOST_VALUES or len(path) > MOST_DEPTH:
        what = "aliases expand to too many values" if found.values > MOST_VALUES else "nested too deep"
        found.wrong(line, f"{what}; expected the plain blocks of a feeds.yaml")
        found.raise_problems()
    if node.id == "mapping":
        return _block(node, path, found)
    if node.id == "sequence":
        return [_value(part, (*path, index), found) for index, part in enumerate(node.value)]
    return _scalar(node, line, found)


def _block(node: Any, path: Path, found: Lines) -> dict[str, Any]:
    """Turn a mapping into a dict. A key given twice is a problem; what `<<` brings yields to own keys."""
    block: dict[str, Any] = {}
    merged: dict[str, Any] = {}
    for key, content in node.value:
        line = key.start_mark.line + 1
        if key.id != "scalar":
            found.wrong(line, "a list or block stands where a key should; expected a word and a colon")
        elif _tag(key) == "merge":
            for part in content.value if content.id == "sequence" else [content]:
                value = _value(part, (*path, "<<"), found)
                merged = {**value, **merged} if isinstance(value, dict) else merged
        elif key.value in block:
            first = found.lines[*path, key.value]
            found.wrong(line, f'the key "{key.value}" stands here again; expected it once (first in line {first})')
        else:
            found.lines[*path, key.value] = line
            block[key.value] = _value(content, (*path, key.value), found)
    return {**merged, **block}


def _scalar(node: Any, line: int, found: Lines) -> str | int | float | bool | None:
    """Turn a scalar into its value by its YAML 1.2 type; a date stays the text that it is."""
    tag, words = _tag(node), str(node.value)
    try:
        match tag:
            case "null":
                return None
            case "bool":
                return words.lower() == "true"
            case "int":
                return int(words.replace("_", ""), 0 if words.lstrip("+-").startswith(("0x", "0o")) else 10)
            case "float":
                return float(words.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
            case "str" | "timestamp":
                return words
    except ValueError:
        return words
    found.wrong(line, f"the tag {tag} is not understood; expected a plain value")
    return words


def _tag(node: Any) -> str:
    """Give a node's tag without the prefix that all standard tags share."""
    return str(node.tag).removeprefix(PREFIX)
