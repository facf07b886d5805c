"""The first tables."""

import sqlalchemy as sa
from alembic import op

from aggregator.store.types import Moment, Words

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "channel",
        sa.Column("path", Words, nullable=False),
        sa.Column("id", Words, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_channel")),
        sa.UniqueConstraint("id", name=op.f("uq_channel_id")),
        comment="a feed that we publish, with the permanent id that was minted for it",
    )
    op.create_table(
        "document",
        sa.Column("path", Words, nullable=False),
        sa.Column("media_type", Words, nullable=False),
        sa.Column("etag", Words, nullable=False),
        sa.Column("modified_at", Moment(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_document")),
        comment="the bytes of every published feed, made when its records changed",
    )
    op.create_table(
        "lease",
        sa.Column("name", Words, nullable=False),
        sa.Column("holder", Words, nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("seq", Number, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        comment="who may do a thing that one alone may do; each of its transactions checks the epoch",
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
        comment="one row, locked by whoever appends, so that the order of seq is the order of commits",
    )
    op.create_table(
        "meta",
        sa.Column("key", Words, nullable=False),
        sa.Column("value", Words, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
        comment="facts about this store: the configuration that it holds and the hash of its file",
    )
    op.create_table(
        "source",
        sa.Column("id", Number, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("url", Words, nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("outlet", Words, nullable=False),
        sa.Column("settings", Words, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("etag", Words, nullable=True),
        sa.Column("last_modified", Words, nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=True),
        sa.Column("state", Words, server_default=sa.text("'active'"), nullable=False),
        sa.Column("errors", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_poll_at", Moment(), nullable=False),
        sa.Column("next_poll_reason", Words, nullable=False),
        sa.Column("last_poll_at", Moment(), nullable=True),
        sa.Column("last_good_at", Moment(), nullable=True),
        sa.Column("last_outcome", Words, nullable=True),
        sa.Column("last_error", Words, nullable=True),
        sa.Column("lease_token", Words, nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
        comment="a configured place that we poll; a Source gone from feeds.yaml is retired, never deleted",
    )
    op.create_index("ix_source_next_poll_at", "source", ["next_poll_at"], unique=False)

    op.create_table(
        "topic",
        sa.Column("id", Words, nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("language", Words, nullable=True),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        comment="a cluster of Stories on one continuing subject",
    )
    op.create_index("ix_topic_updated_at_id", "topic", ["updated_at", "id"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", Words, nullable=False),
        sa.Column("title", Words, nullable=False),
        sa.Column("language", Words, nullable=True),
        sa.Column("first_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("publish_at", Moment(), nullable=True),
        sa.Column("touches", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("topic_id", Words, nullable=True),
        sa.Column("merged_into", Words, nullable=True),
        sa.Column("merged_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["story.id"], name=op.f("fk_story_merged_into")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_story_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        comment="one news event, for ever; publish_at: when publishing must look at it; touches: how often it was set",
    )
    op.create_index("ix_story_publish_at", "story", ["publish_at"], unique=False)
    op.create_index("ix_story_topic_id", "story", ["topic_id"], unique=False)
    op.create_index("ix_story_updated_at_id", "story", ["updated_at", "id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", Number, nullable=False),
        sa.Column("source_id", Number, nullable=False),
        sa.Column("entry_id", Words, nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("url", Words, nullable=True),
        sa.Column("title", Words, nullable=False),
        sa.Column("summary", Words, nullable=False),
        sa.Column("content", Words, nullable=False),
        sa.Column("excerpt", Words, nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("language", Words, nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("date_note", Words, nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("image", Words, nullable=True),
        sa.Column("image_caption", Words, nullable=True),
        sa.Column("section", Words, nullable=True),
        sa.Column("via_name", Words, nullable=True),
        sa.Column("via_url", Words, nullable=True),
        sa.Column("skipped_by", Words, nullable=True),
        sa.Column("text_tries", sa.Integer(), nullable=True),
        sa.Column("story_id", Words, nullable=True),
        sa.Column("copy_of", Number, nullable=True),
        sa.ForeignKeyConstraint(["copy_of"], ["entry.id"], name=op.f("fk_entry_copy_of")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_entry_source_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_entry_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        comment="one item as one Source gave it, as it reads now; earlier wordings are revisions",
    )
    op.create_index("ix_entry_copy_of", "entry", ["copy_of"], unique=False)
    op.create_index("ix_entry_source_id_id", "entry", ["source_id", "id"], unique=False)
    op.create_index("ix_entry_story_id", "entry", ["story_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("path", Words, nullable=False),
        sa.Column("story_id", Words, nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("newest_at", Moment(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["path"], ["channel.path"], name=op.f("fk_publication_path")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_publication_story_id")),
        sa.PrimaryKeyConstraint("path", "story_id", name=op.f("pk_publication")),
        comment="what was published of a Story in one feed: feeds are made from these rows alone",
    )
    op.create_index(
        "ix_publication_path_published_at_newest_at_story_id",
        "publication",
        ["path", "published_at", "newest_at", "story_id"],
        unique=False,
    )
    op.create_index("ix_publication_story_id", "publication", ["story_id"], unique=False)

    op.create_table(
        "story_section",
        sa.Column("section_id", Words, nullable=False),
        sa.Column("story_id", Words, nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_story_section_story_id")),
        sa.PrimaryKeyConstraint("section_id", "story_id", name=op.f("pk_story_section")),
        comment="which Sections tell a Story",
    )
    op.create_index("ix_story_section_story_id", "story_section", ["story_id"], unique=False)

    op.create_table(
        "entry_key",
        sa.Column("source_id", Number, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Number, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_key_entry_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_entry_key_source_id")),
        sa.PrimaryKeyConstraint("source_id", "key", name=op.f("pk_entry_key")),
        comment="every identity under which an Entry was ever seen: an item with any of them is that Entry",
    )
    op.create_index("ix_entry_key_entry_id", "entry_key", ["entry_id"], unique=False)

    op.create_table(
        "log",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", Words, nullable=False),
        sa.Column("entry_id", Number, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("mint", Words, nullable=False),
        sa.Column("outlet", Words, nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_log_entry_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
        comment="the ordered log from which alone the story engine decides",
    )
    op.create_index("ix_log_at", "log", ["at"], unique=False)
    op.create_index("ix_log_entry_id", "log", ["entry_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("entry_id", Number, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("replaced_at", Moment(), nullable=False),
        sa.Column("url", Words, nullable=True),
        sa.Column("title", Words, nullable=False),
        sa.Column("summary", Words, nullable=False),
        sa.Column("content", Words, nullable=False),
        sa.Column("language", Words, nullable=True),
        sa.Column("published_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_revision_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_revision")),
        comment="how an Entry read before its source changed it",
    )
    op.execute("INSERT INTO log_head (id, seq) VALUES (1, 0)")
