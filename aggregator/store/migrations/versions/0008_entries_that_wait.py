"""Entries that wait for their articles, by when they were first seen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    waits = sa.text("skipped_by = 'skip (its article is to be read first)'")
    op.create_index("ix_entry_waiting", "entry", ["first_seen_at"], sqlite_where=waits, postgresql_where=waits)
