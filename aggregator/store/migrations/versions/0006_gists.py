"""What the engine keeps of Entries, so that a restart need not read their texts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "gist",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.LargeBinary(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_gist_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_gist")),
        comment="what the engine keeps of an Entry at the revision of its line in the log, by the rules of a version",
    )
