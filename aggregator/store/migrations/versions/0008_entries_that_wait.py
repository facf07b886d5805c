"""Until when Entries wait for their articles, which may say what `skip` looks at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("entry") as entry:
        entry.add_column(sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
    waits = sa.text("waits_until IS NOT NULL")
    op.create_index("ix_entry_waiting", "entry", ["waits_until"], sqlite_where=waits, postgresql_where=waits)
