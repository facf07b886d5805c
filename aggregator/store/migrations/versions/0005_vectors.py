"""The vectors of Entries, each with the model that made it."""

import sqlalchemy as sa
from alembic import op

from aggregator.store.types import Words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "vector",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", Words, nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_vector_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "model", name=op.f("pk_vector")),
        comment="what a language model makes of an Entry's title and lead; vectors of two models never meet",
    )
