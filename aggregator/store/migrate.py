"""Brings a store's tables to this version by Alembic's migrations, forward only. It holds no migration."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from ..errors import StoreError
from .database import Store

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"
"""The newest migration; a test holds it to the folder. Named here so that an up-to-date store needs no Alembic."""

_LOCK = 7_205_114_932
"""Key of the advisory lock on PostgreSQL under which one process migrates while others wait."""


def upgrade(store: Store, *, to: str = HEAD) -> None:
    """Bring the tables to migration `to`; raises StoreError where the store comes from a later version."""
    with store.read() as connection:
        if version(connection) == to:
            return
    with store.engine.connect() as connection:
        if store.sqlite:
            # Set before the transaction, since within one the pragma does nothing: with foreign keys on, Alembic's
            # batch mode (copy, drop, rename) would delete cascading children in silence.
            _raw(connection, "PRAGMA foreign_keys=OFF")
        connection = connection.execution_options(writes=True)
        with connection.begin():
            if not store.sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            _run(connection, to)
            if store.sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall()):
                raise StoreError(
                    f"the migration would leave {len(broken)} rows without their parents; nothing was changed"
                )
        if store.sqlite:
            _raw(connection, "PRAGMA foreign_keys=ON")


def version(connection: Connection) -> str | None:
    """Tell which migration the tables are at, None for a store without tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _raw(connection: Connection, statement: str) -> None:
    connection.connection.cursor().execute(statement)


def _run(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    at = version(connection)
    if at is not None and at not in known:
        raise StoreError(f"the store is at version {at}, later than this program knows; install a newer Anyam")
    if at is None and (strange := inspect(connection).get_table_names()):
        raise StoreError(f"the database holds tables of another program ({strange[0]} ...); name one of Anyam's own")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def alembic_config() -> "Config":
    """Give Alembic's configuration, made here so that no alembic.ini is needed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
