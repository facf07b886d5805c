"""Column types, and an insert, that behave alike on SQLite and PostgreSQL. They hold no table."""

import re
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, DateTime, Dialect, Row, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

from ..values import Reason


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps none of the zone, so it goes in and comes out here. Refuses naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}: every time in the store is aware UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back aware UTC."""
        if value is None:
            return None
        at: datetime = value
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# PostgreSQL sorts text by the locale of its cluster, SQLite by bytes; "C" makes both sort by bytes.
Words = String().with_variant(String(collation="C"), "postgresql")


class Because(TypeDecorator[Reason]):
    """A Reason as one short string ("max-age 3600 900 skips"); the words of older stores are a code of their own."""

    impl = Words
    cache_ok = True

    _FORM = re.compile(r"([a-z-]+)(?: (\d{1,15}))?(?: (\d{1,15}))?( skips)?")

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> str | None:
        """Write a Reason."""
        if value is None:
            return None
        parts = (value.code, value.amount, value.limit, "skips" if value.skips else None)
        return " ".join(str(part) for part in parts if part is not None)

    def process_result_value(self, value: Any, dialect: Dialect) -> Reason | None:
        """Read what `process_bind_param` wrote."""
        if value is None:
            return None
        found = self._FORM.fullmatch(value)
        if found is None:
            return Reason(value)
        code, amount, limit, skips = found.groups()
        return Reason(code, int(amount) if amount else None, int(limit) if limit else None, skips is not None)


AnyRow: TypeAlias = Row[*tuple[Any, ...]]


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that may go on with `on_conflict_do_update`."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
