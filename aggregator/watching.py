"""Keeps a running process and its feeds.yaml together: file to store, store to process. It polls and serves nothing."""

import logging
import os
from pathlib import Path

from .config import text_of
from .errors import ConfigError
from .opening import Site, digest_of, load, note_problems

logger = logging.getLogger(__name__)

MOST_SAID = 20
"""Problems of one file that are said in the log; `anyam check` says them all."""

Mark = tuple[int, ...]


class Watch:
    """Loads feeds.yaml into the store when the file has changed, and never because the store has.

    So two processes with files of their own do not overwrite each other in turn: the last edit counts.
    """

    def __init__(self, site: Site) -> None:
        self._store, self._path = site.store, site.path
        self._taken = site.digest
        self._seen: Mark | None = None
        self._read: Mark | None = None
        self._said = "\n".join(site.problems())

    def look(self) -> None:
        """Look at the file; read it when it has changed and then rested from one look to the next.

        Until it rests it may be half-written, and half a file can be a good one, with fewer Sources.
        """
        mark = _mark(self._path)
        rests, self._seen = mark == self._seen, mark
        if not rests or mark == self._read:
            return
        digest = ""
        try:
            text = text_of(self._path)
            if _mark(self._path) != mark:
                return
            digest = digest_of(text)
            if digest != self._taken:
                load(self._store, text, name=str(self._path))
        except ConfigError as error:
            self._say(digest, error.problems)
        else:
            self._take(digest)
        # What could not be read at all is tried again at each look.
        self._read = mark if digest else None

    def _say(self, digest: str, problems: list[str]) -> None:
        """Say what is wrong, once for each text of the file."""
        said = "\n".join((digest, *problems))
        if said == self._said:
            return
        note_problems(self._store, problems)
        for problem in problems[:MOST_SAID]:
            logger.error("%s", problem)
        more = len(problems) - MOST_SAID
        rest = f"{more} more, which `anyam check` says; " if more > 0 else ""
        logger.error("%s%s is not taken: Anyam goes on by what it said before", rest, self._path)
        self._said = said

    def _take(self, digest: str) -> None:
        self._taken = digest
        if self._said:
            note_problems(self._store, [])
            logger.warning("%s is right again", self._path)
            self._said = ""


class Follower:
    """The configuration that a process goes on by: what the store holds, whichever process has loaded it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._has_refused = False

    def look(self) -> Site:
        """Give the site as the store holds it now: another one where the configuration is another."""
        if self.site.is_current():
            return self.site
        try:
            self.site = self.site.reloaded()
        except ConfigError as error:
            if not self._has_refused:
                logger.error("%s; this process goes on by what it has", error)
            self._has_refused = True
        else:
            self._has_refused = False
        return self.site


def _mark(path: Path) -> Mark:
    """Tell a file's state from each other one without reading it; links are followed, as a reader would."""
    try:
        found = os.stat(path)
    except OSError as error:
        return (error.errno or 0,)
    # The time of change too: it moves with a permission, and where a copy keeps the time of writing.
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
