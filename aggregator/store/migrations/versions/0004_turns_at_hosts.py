"""Whose turn it is at each domain, and the users of platforms as domains of their own."""

import sqlalchemy as sa
from alembic import op

from aggregator.hosts import domain_of
from aggregator.store.types import Moment, Words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("domain", Words, nullable=False),
        sa.Column("token", Words, nullable=True),
        sa.Column("until", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_turn")),
        comment="which process asks a domain at present, and until when no other may",
    )
    op.create_index(op.f("ix_turn_until"), "turn", ["until"])
    # Of a robots.txt only what concerns us is kept from now on: long ones are asked for again.
    op.execute("DELETE FROM robots WHERE length(body) > 6144")
    _divide("source", "id", "host")
    _divide("host", "name", "name")


def _divide(name: str, key: str, host: str) -> None:
    """Name the domains anew: a platform is no longer one, but its users are."""
    table = sa.table(name, *(sa.column(column) for column in {key, host, "domain"}))
    connection = op.get_bind()
    for id, place, domain in connection.execute(sa.select(table.c[key], table.c[host], table.c.domain)).all():
        if domain_of(place) != domain:
            connection.execute(sa.update(table).where(table.c[key] == id).values(domain=domain_of(place)))
