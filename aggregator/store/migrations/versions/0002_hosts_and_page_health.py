"""Hosts with their waits, robots.txt, subscriptions to hubs, moved addresses, page health and doubtful Entries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from aggregator.hosts import domain_of, host_of
from aggregator.store.types import Moment, Words

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"

SOURCE: tuple[sa.Column[Any], ...] = (
    sa.Column("host", Words, server_default=sa.text("''"), nullable=False),
    sa.Column("domain", Words, server_default=sa.text("''"), nullable=False),
    sa.Column("moved_to", Words, nullable=True),
    sa.Column("moved_since", Moment(), nullable=True),
    sa.Column("moved_visits", sa.Integer(), server_default=sa.text("0"), nullable=False),
    sa.Column("address", Words, nullable=True),
    sa.Column("pace", sa.Integer(), nullable=True),
    sa.Column("asks", sa.JSON(), nullable=True),
    sa.Column("problems", Words, nullable=True),
    sa.Column("brought_at", Moment(), nullable=True),
    sa.Column("health", Words, nullable=True),
    sa.Column("health_since", Moment(), nullable=True),
    sa.Column("proposal", Words, nullable=True),
)


def upgrade() -> None:
    # ADD COLUMN alone: SQLite needs no copy of the table for it, so nothing that hangs on a row is touched.
    for column in SOURCE:
        op.add_column("source", column)
    op.create_index(op.f("ix_source_host"), "source", ["host"])
    op.create_index(op.f("ix_source_domain"), "source", ["domain"])
    op.add_column("entry", sa.Column("doubt", Words, nullable=True))
    op.add_column("entry", sa.Column("backlog", sa.Boolean(), server_default=sa.false(), nullable=False))
    lacking = sa.text("text_tries IS NOT NULL")
    op.create_index("ix_entry_lacking", "entry", ["source_id"], sqlite_where=lacking, postgresql_where=lacking)
    op.create_table(
        "host",
        sa.Column("name", Words, nullable=False),
        sa.Column("domain", Words, nullable=False),
        sa.Column("first_asked_at", Moment(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("requests", Number, nullable=False),
        sa.Column("not_modified", Number, nullable=False),
        sa.Column("failures", Number, nullable=False),
        sa.Column("waits", Number, nullable=False),
        sa.Column("wait_until", Moment(), nullable=True),
        sa.Column("wait_reason", Words, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
        comment="what we asked of each host, and until when it asked to be left alone; unusual ports are named",
    )
    op.create_index(op.f("ix_host_wait_until"), "host", ["wait_until"])
    op.create_index(op.f("ix_host_asked_at"), "host", ["asked_at"])
    op.create_table(
        "robots",
        sa.Column("origin", Words, nullable=False),
        sa.Column("fetched_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("verdict", Words, nullable=False),
        sa.Column("body", Words, nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
        comment="each site's robots.txt; verdict: rules (the body's), free (it has none) or closed "
        "(it cannot be reached)",
    )
    op.create_table(
        "subscription",
        sa.Column("token", Words, nullable=False),
        sa.Column("source_id", Number, nullable=False),
        sa.Column("hub", Words, nullable=False),
        sa.Column("topic", Words, nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        sa.Column("callback", Words, nullable=True),
        sa.Column("secret", Words, nullable=False),
        sa.Column("state", Words, nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("pinged_at", Moment(), nullable=True),
        sa.Column("pings", Number, server_default=sa.text("0"), nullable=False),
        sa.Column("poll_wanted_at", Moment(), nullable=True),
        sa.Column("error", Words, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_subscription_source_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_subscription")),
        comment="a hub that tells us when a Source has something new (WebSub); those that are left may stand beside it",
    )
    for name in ("source_id", "next_at", "poll_wanted_at"):
        op.create_index(op.f(f"ix_subscription_{name}"), "subscription", [name])
    _name_hosts()
    _date_stories()


def _name_hosts() -> None:
    source = sa.table("source", sa.column("id"), sa.column("url"), sa.column("host"), sa.column("domain"))
    connection = op.get_bind()
    for id, url in connection.execute(sa.select(source.c.id, source.c.url)).all():
        host = host_of(url)
        values = {"host": host, "domain": domain_of(host)}
        connection.execute(sa.update(source).where(source.c.id == id).values(**values))


def _date_stories() -> None:
    """Date Stories and Topics by what their reports say: they were dated by when these came."""
    op.execute(
        """
        UPDATE story SET updated_at = coalesce(
            (SELECT max(CASE WHEN published_at < first_seen_at THEN published_at ELSE first_seen_at END)
             FROM entry WHERE entry.story_id = story.id AND copy_of IS NULL),
            updated_at)
        """
    )
    op.execute(
        """
        UPDATE topic SET
            updated_at = coalesce(
                (SELECT max(story.updated_at) FROM story WHERE story.topic_id = topic.id), updated_at),
            first_at = coalesce(
                (SELECT min(CASE WHEN published_at < first_seen_at THEN published_at ELSE first_seen_at END)
                 FROM entry JOIN story ON story.id = entry.story_id WHERE story.topic_id = topic.id),
                first_at)
        """
    )
