"""What editors decide, and what it takes to take it back; and which Entries hold what their articles say."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    words = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "edit",
        sa.Column("id", number, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("seq", number, nullable=True),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("undone_by", number, nullable=True),
        sa.ForeignKeyConstraint(["undone_by"], ["edit.id"], name=op.f("fk_edit_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit")),
        comment="one editor's decision; outcome: what it has changed, null while it waits for its line in the log",
    )
    op.create_index(op.f("ix_edit_kind"), "edit", ["kind"])
    with op.batch_alter_table("log") as log:
        log.add_column(sa.Column("edit_id", number, nullable=True))
        log.create_foreign_key(op.f("fk_log_edit_id"), "edit", ["edit_id"], ["id"])
    with op.batch_alter_table("story") as story:
        story.add_column(sa.Column("merged", sa.JSON(none_as_null=True), nullable=True))
        story.add_column(sa.Column("split_from", words, nullable=True))
        story.add_column(sa.Column("names", sa.JSON(none_as_null=True), nullable=True))
        story.add_column(sa.Column("edited", sa.Boolean(), nullable=False, server_default=sa.false()))
        story.create_foreign_key(op.f("fk_story_split_from"), "story", ["split_from"], ["id"])
        story.create_index(op.f("ix_story_merged_into"), ["merged_into"])
        story.create_index(op.f("ix_story_split_from"), ["split_from"])
    with op.batch_alter_table("entry") as entry:
        entry.add_column(sa.Column("is_read", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Whether a rule skipped them by their articles' words nobody knows any more: they stay so while the rules do.
    op.execute(sa.text("UPDATE entry SET is_read = true WHERE skipped_by IS NOT NULL AND content <> ''"))
    with op.batch_alter_table("topic") as topic:
        topic.add_column(sa.Column("coined", words, nullable=True))
    with op.batch_alter_table("publication") as publication:
        publication.add_column(sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))
