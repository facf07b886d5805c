"""The origins that each Entry names; those of known Entries are read again by the leader, some at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("entry", sa.Column("origins", sa.JSON(), nullable=True))
    unread = sa.text("origins IS NULL")
    op.create_index("ix_entry_unread", "entry", ["id"], sqlite_where=unread, postgresql_where=unread)
