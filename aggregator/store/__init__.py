"""The store: SQLite by default, PostgreSQL beyond; the only room that speaks SQL. It takes no decisions."""

from sqlalchemy import Connection

from .database import Store
from .opening import open_store

__all__ = ["Connection", "Store", "open_store"]
