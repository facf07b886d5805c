"""Opens a store and brings its tables to this version; every failure is one line for a person. It makes no table."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from ..errors import StoreError
from .database import Store, make_engine, shown
from .migrate import HEAD, upgrade, version


def open_store(url: str, *, migrate: bool = True) -> Store:
    """Open the store at an SQLAlchemy `url`, bringing its tables to this version unless `migrate` is False.

    Raises StoreError, in one line, where it cannot be opened or is of a later version.
    """
    store = whole = None
    try:
        store = Store(make_engine(url))
        if migrate:
            upgrade(store)
        whole = store
    except ModuleNotFoundError:
        raise StoreError(f"{shown(url)}: the driver for PostgreSQL is not installed; {_DRIVER}") from None
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(f"{shown(url)}: not a database that Anyam knows ({_first_line(error)}); {_FORMS}") from None
    except OperationalError as error:
        raise StoreError(
            f"{shown(url)}: cannot open the store: {_first_line(error.orig or error)}; "
            "see that its address is right, that its server runs, and that its file may be written"
        ) from None
    except DBAPIError as error:
        raise StoreError(f"{shown(url)}: this is no store of Anyam's: {_first_line(error.orig or error)}") from None
    finally:
        if whole is None and store is not None:
            store.close()
    return whole


def existing_store(url: str) -> Store | None:
    """Open the store at an SQLAlchemy `url` if there is one of this version; makes and changes nothing."""
    try:
        file = make_url(url).database if url.startswith("sqlite") else None
        if file is not None and not Path(file).is_file():
            return None
        store = open_store(url, migrate=False)
    except (StoreError, ArgumentError):
        return None
    try:
        with store.read() as connection:
            if version(connection) == HEAD:
                return store
    except DBAPIError:
        pass
    store.close()
    return None


_FORMS = "use sqlite:///anyam.db, or postgresql://user@host/name"
_DRIVER = "in Anyam's folder: uv pip install -e '.[postgres]', or .venv/bin/python -m pip install -e '.[postgres]'"


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
