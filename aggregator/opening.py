"""Opens a site: the store, with feeds.yaml loaded into it by the hash of the file. It polls and serves nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from . import __version__, clock
from .config import Config, Settings, Source, read, text_of
from .errors import ConfigError, StoreError
from .publish import channels, documents
from .store import Connection, Store, meta, open_store, publications, sources, stories

HASH, CONFIG, PROBLEMS = "config_hash", "config", "config_problems"
RECENT = timedelta(days=14)
"""Stories updated since then are looked at again when feeds.yaml has changed: no feed reaches further back."""


class Outdated(StoreError):
    """Another process has loaded a later feeds.yaml: what this transaction wanted to write is not written."""


@dataclass(frozen=True)
class Site:
    """An open store and what the feeds.yaml at `path` says; `digest` is that of its text, as the store knows it."""

    store: Store
    config: Config
    digest: str
    path: Path
    model: str | None = None
    """What `ANYAM_MODEL` says."""

    @cached_property
    def specs(self) -> Mapping[str, Source]:
        """What feeds.yaml says of each Source, by name."""
        return {source.name: source for source in self.config.sources}

    def is_current(self) -> bool:
        """Tell whether the store still holds this configuration: another process may have loaded a later file."""
        with self.store.read() as connection:
            return meta.get(connection, HASH) == self.digest

    def check(self, connection: Connection) -> None:
        """Raise Outdated, within a write transaction, where the store holds a later configuration."""
        if meta.get(connection, HASH) != self.digest:
            raise Outdated("another process has loaded a later feeds.yaml")

    def reloaded(self) -> "Site":
        """Give the same store with the configuration that it holds now; raises ConfigError for another version's."""
        with self.store.read() as connection:
            digest, held = meta.get(connection, HASH), meta.get(connection, CONFIG)
        return Site(self.store, Config.from_json(held or ""), digest or "", self.path, self.model)

    def problems(self) -> list[str]:
        """Say what is wrong with a later feeds.yaml, which is why the store does not hold it; a line each."""
        with self.store.read() as connection:
            return (meta.get(connection, PROBLEMS) or "").splitlines()


def digest_of(text: str) -> str:
    """Give the digest under which the store knows a feeds.yaml; another version reads each file anew."""
    return hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()


def open_site(settings: Settings) -> Site:
    """Open the store and load feeds.yaml into it, unless the store holds this very file already.

    Raises ConfigError with every problem of the file, and StoreError where the store cannot be opened.
    """
    path = settings.config_path
    text = text_of(path)
    store = open_store(settings.database_url)
    try:
        return Site(store, load(store, text, name=str(path)), digest_of(text), path, settings.model)
    except BaseException:
        store.close()
        raise


def load(store: Store, text: str, *, name: str) -> Config:
    """Load the text of feeds.yaml into the store, unless the store holds it already; raises ConfigError."""
    digest = digest_of(text)
    return _stored(store, digest) or _loaded(store, read(text, name=name), digest)


def note_problems(store: Store, problems: Sequence[str]) -> None:
    """Note in the store what is wrong with a later feeds.yaml, for operators; or that nothing is any more."""
    with store.write() as connection:
        meta.put(connection, PROBLEMS, "\n".join(problems))


def _stored(store: Store, digest: str) -> Config | None:
    with store.read() as connection:
        return _held(digest, meta.get(connection, HASH), meta.get(connection, CONFIG))


def _held(digest: str, known: str | None, held: str | None) -> Config | None:
    try:
        return Config.from_json(held) if held and known == digest else None
    except ConfigError:
        return None


def _loaded(store: Store, config: Config, digest: str) -> Config:
    now = clock.now()
    with store.write() as connection:
        meta.lock(store, connection)
        if _held(digest, meta.get(connection, HASH), meta.get(connection, CONFIG)) is not None:
            return config  # another process that started with this one has just loaded it
        sources.sync(connection, config, now=now)
        for section in config.sections:
            for old in section.formerly:
                stories.rename_section(connection, old, section.id)
                publications.rename(connection, f"/sections/{old}", f"/sections/{section.id}")
        publications.ensure_channels(connection, channels.standing(config), now=now)
        # Titles, languages, Sections and addresses may have changed around what is published.
        stories.wake_recent(connection, since=now - RECENT, now=now)
        publications.all_stale(connection)
        publications.keep(
            connection, [documents.rendered(path, body, now=now) for path, body in channels.lists(config).items()]
        )
        meta.put(connection, CONFIG, config.to_json())
        meta.put(connection, HASH, digest)
        meta.put(connection, PROBLEMS, "")
    return config
