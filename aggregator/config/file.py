"""Takes the text of feeds.yaml from disk, or says plainly why it cannot. It reads no meaning into it."""

from pathlib import Path

from aggregator.errors import ConfigError

from .lines import MOST_BYTES


def text_of(path: Path) -> str:
    """Read the file's text; raises ConfigError where it is absent, unreadable, too large or not UTF-8."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([f"{path}:1: there is no such file; name yours with --config or ANYAM_CONFIG"]) from None
    except OSError as error:
        raise ConfigError([f"{path}:1: cannot be read ({error.strerror}); expected a readable file"]) from None
    if len(content) > MOST_BYTES:
        raise ConfigError([f"{path}:1: the file is too large; expected at most {MOST_BYTES / 1e6:.0f} MB"])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            [f"{path}:{line}: a byte that is not UTF-8; expected the file to be saved as UTF-8"]
        ) from None
