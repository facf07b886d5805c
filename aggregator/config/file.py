"""Takes feeds.yaml from disk and puts it back, or says plainly why it cannot. It reads no meaning into its text."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Put what `change` makes of the file's text in its place, whole or not at all.

    A link is followed, mode and owner stay. Two processes that do so at once do so one after the other. Raises
    ConfigError where the file cannot be read or written, and lets through what `change` raises; the file is then as
    it was.
    """
    real = Path(os.path.realpath(path))
    with _alone(real.parent):
        before = text_of(path)
        after = change(before)
        if after == before:
            return
        try:
            _replace(real, after.encode("utf-8"))
        except OSError as error:
            raise ConfigError(
                [f"{path}:1: cannot be written ({error.strerror}); expected a file and a folder that you may write to"]
            ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a lock on the folder, since the file itself becomes another one; without it where there are no locks."""
    number = None
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        fcntl.flock(number, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if number is not None:
            os.close(number)


def _replace(real: Path, content: bytes) -> None:
    """Write a file beside it and rename that over it; a crash leaves the one or the other."""
    with real.open("r+b") as held:  # a file that may not be written to may not be replaced either
        about = os.fstat(held.fileno())
    number, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(number, "wb") as stream:
            with suppress(OSError):
                os.fchown(number, about.st_uid, about.st_gid)
            os.fchmod(number, stat.S_IMODE(about.st_mode))
            stream.write(content)
            stream.flush()
            os.fsync(number)
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise
    with suppress(OSError):
        folder = os.open(real.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
