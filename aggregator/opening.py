"""Opens a site: the store, with feeds.yaml loaded into it by the hash of the file. It polls and serves nothing."""

import hashlib
from dataclasses import dataclass

from . import __version__, clock
from .config import Config, Settings, read, text_of
from .errors import ConfigError
from .publish import channels, documents
from .store import Store, meta, open_store, publications, sources, stories

HASH, CONFIG = "config_hash", "config"


@dataclass(frozen=True, slots=True)
class Site:
    """An open store and what feeds.yaml says; `digest` is that of the file, as the store knows it."""

    store: Store
    config: Config
    digest: str

    def is_current(self) -> bool:
        """Tell whether the store still holds this configuration: another process may have loaded a later file."""
        with self.store.read() as connection:
            return meta.get(connection, HASH) == self.digest


def open_site(settings: Settings) -> Site:
    """Open the store and load feeds.yaml into it, unless the store holds this very file already.

    Raises ConfigError with every problem of the file, and StoreError where the store cannot be opened.
    """
    path = settings.config_path
    text = text_of(path)
    digest = hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()
    store = open_store(settings.database_url)
    try:
        return Site(store, _stored(store, digest) or _loaded(store, read(text, name=str(path)), digest), digest)
    except BaseException:
        store.close()
        raise


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
        publications.ensure_channels(connection, channels.standing(config), now=now)
        # Titles, languages, Sections and addresses may have changed around what is published.
        stories.wake_all(connection, now=now)
        publications.all_stale(connection)
        publications.keep(
            connection, [documents.rendered(path, body, now=now) for path, body in channels.lists(config).items()]
        )
        meta.put(connection, CONFIG, config.to_json())
        meta.put(connection, HASH, digest)
    return config
