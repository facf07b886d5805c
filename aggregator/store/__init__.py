"""The store: SQLite by default, PostgreSQL beyond; the only room that speaks SQL. It takes no decisions."""

from sqlalchemy import Connection

from .database import Store
from .opening import existing_store, open_store

__all__ = ["Connection", "Store", "existing_store", "open_store"]
