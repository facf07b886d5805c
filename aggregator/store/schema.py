"""Every table of the store, with all constraints named. It runs no statement."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)

from .types import Because, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a rowid to INTEGER keys only; PostgreSQL counts in 64 bits.
Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
    comment="facts about this store: the configuration that it holds and the hash of its file",
)

source = Table(
    "source",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("host", Words, nullable=False, server_default=text("''")),
    Column("domain", Words, nullable=False, server_default=text("''")),
    Column("moved_to", Words),
    Column("moved_since", Moment),
    Column("moved_visits", Integer, nullable=False, server_default=text("0")),
    Column("address", Words),
    Column("kind", Words, nullable=False),
    Column("outlet", Words, nullable=False),
    Column("settings", Words, nullable=False),
    Column("position", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("retired_at", Moment),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("body_hash", LargeBinary),
    Column("state", Words, nullable=False, server_default=text("'active'")),
    Column("errors", Integer, nullable=False, server_default=text("0")),
    Column("next_poll_at", Moment, nullable=False),
    Column("next_poll_reason", Because, nullable=False),
    Column("pace", Integer),
    Column("asks", JSON),
    Column("last_poll_at", Moment),
    Column("last_good_at", Moment),
    Column("last_outcome", Words),
    Column("last_error", Words),
    Column("problems", Words),
    Column("brought_at", Moment),
    Column("health", Words),
    Column("health_since", Moment),
    Column("proposal", Words),
    Column("lease_token", Words),
    Column("lease_until", Moment),
    UniqueConstraint("name"),
    Index(None, "next_poll_at"),
    Index(None, "host"),
    Index(None, "domain"),
    comment="a configured place that we poll; a Source gone from feeds.yaml is retired, never deleted",
)

host = Table(
    "host",
    metadata,
    Column("name", Words, primary_key=True),
    Column("domain", Words, nullable=False),
    Column("first_asked_at", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("requests", Number, nullable=False),
    Column("not_modified", Number, nullable=False),
    Column("failures", Number, nullable=False),
    Column("waits", Number, nullable=False),
    Column("wait_until", Moment),
    Column("wait_reason", Because),
    Index(None, "wait_until"),
    Index(None, "asked_at"),
    comment="what we asked of each host, and until when it asked to be left alone; unusual ports are named",
)

turn = Table(
    "turn",
    metadata,
    Column("domain", Words, primary_key=True),
    Column("token", Words),
    Column("until", Moment, nullable=False),
    Index(None, "until"),
    comment="which process asks a domain at present, and until when no other may",
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Words, primary_key=True),
    Column("fetched_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("body", Words, nullable=False),
    comment="each site's robots.txt; verdict: rules (the body's), free (it has none) or closed (it cannot be reached)",
)

subscription = Table(
    "subscription",
    metadata,
    Column("token", Words, primary_key=True),
    Column("source_id", Number, ForeignKey("source.id"), nullable=False),
    Column("hub", Words, nullable=False),
    Column("topic", Words, nullable=False),
    Column("inside", Boolean, nullable=False),
    Column("callback", Words),
    Column("secret", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("asked_at", Moment),
    Column("next_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("lease_until", Moment),
    Column("pinged_at", Moment),
    Column("pings", Number, nullable=False, server_default=text("0")),
    Column("poll_wanted_at", Moment),
    Column("error", Words),
    Index(None, "source_id"),
    Index(None, "next_at"),
    Index(None, "poll_wanted_at"),
    comment="a hub that tells us when a Source has something new (WebSub); those that are left may stand beside it",
)

topic = Table(
    "topic",
    metadata,
    Column("id", Words, primary_key=True),
    Column("title", Words, nullable=False),
    Column("language", Words),
    Column("coined", Words),
    Column("first_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "updated_at", "id"),
    comment="a cluster of Stories on one continuing subject",
)

story = Table(
    "story",
    metadata,
    Column("id", Words, primary_key=True),
    Column("title", Words, nullable=False),
    Column("language", Words),
    Column("first_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("publish_at", Moment),
    Column("touches", Integer, nullable=False, server_default=text("0")),
    Column("topic_id", Words, ForeignKey("topic.id")),
    Column("merged_into", Words, ForeignKey("story.id")),
    Column("merged_at", Moment),
    Column("merged", JSON(none_as_null=True)),
    Column("split_from", Words, ForeignKey("story.id")),
    Column("names", JSON(none_as_null=True)),
    Column("edited", Boolean, nullable=False, server_default=false()),
    Index(None, "updated_at", "id"),
    Index(None, "topic_id"),
    Index(None, "publish_at"),
    Index(None, "merged_into"),
    Index(None, "split_from"),
    comment="one news event, for ever; publish_at: when publishing must look at it; touches: how often it was set",
)

# Few Entries lack their article's text at a time, and each visit of their Source looks for them.
_LACKING = text("text_tries IS NOT NULL")
# Few Entries wait for their origins to be read, and each turn of the leader looks for them.
_UNCREDITED = text("origins IS NULL")
# Few Entries wait for their articles, and each second one looks for such as have waited long enough.
_WAITING = text("waits_until IS NOT NULL")

entry = Table(
    "entry",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source_id", Number, ForeignKey("source.id"), nullable=False),
    Column("entry_id", Words, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("digest", LargeBinary, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("url", Words),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("excerpt", Words, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("language", Words),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("date_note", Words),
    Column("categories", JSON, nullable=False),
    Column("enclosures", JSON, nullable=False),
    Column("image", Words),
    Column("image_caption", Words),
    Column("section", Words),
    Column("via_name", Words),
    Column("via_url", Words),
    Column("skipped_by", Words),
    Column("doubt", Words),
    Column("backlog", Boolean, nullable=False, server_default=false()),
    Column("text_tries", Integer),
    Column("is_read", Boolean, nullable=False, server_default=false()),
    Column("waits_until", Moment),
    Column("story_id", Words, ForeignKey("story.id")),
    Column("copy_of", Number, ForeignKey("entry.id")),
    Column("origins", JSON(none_as_null=True)),
    Index(None, "source_id", "id"),
    Index("ix_entry_lacking", "source_id", sqlite_where=_LACKING, postgresql_where=_LACKING),
    Index("ix_entry_waiting", "waits_until", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("ix_entry_unread", "id", sqlite_where=_UNCREDITED, postgresql_where=_UNCREDITED),
    Index(None, "story_id"),
    Index(None, "copy_of"),
    comment="one item as one Source gave it, as it reads now; earlier wordings are revisions",
)

entry_key = Table(
    "entry_key",
    metadata,
    Column("source_id", Number, ForeignKey("source.id"), primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("entry_id", Number, ForeignKey("entry.id"), nullable=False),
    Index(None, "entry_id"),
    comment="every identity under which an Entry was ever seen: an item with any of them is that Entry",
)

revision = Table(
    "revision",
    metadata,
    Column("entry_id", Number, ForeignKey("entry.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("replaced_at", Moment, nullable=False),
    Column("url", Words),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("language", Words),
    Column("published_at", Moment),
    comment="how an Entry read before its source changed it",
)

edit = Table(
    "edit",
    metadata,
    Column("id", Number, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Words, nullable=False),
    Column("said", JSON, nullable=False),
    Column("seq", Number),
    Column("outcome", JSON(none_as_null=True)),
    Column("undone_by", Number, ForeignKey("edit.id")),
    Index(None, "kind"),
    comment="one editor's decision; outcome: what it has changed, null while it waits for its line in the log",
)

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Number, nullable=False),
    Column("at", Moment),
    comment="one row, locked by whoever appends, so that the order of seq is the order of commits",
)

log = Table(
    "log",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", Words, nullable=False),
    Column("entry_id", Number, ForeignKey("entry.id")),
    Column("revision", Integer),
    Column("mint", Words, nullable=False),
    Column("outlet", Words),
    Column("edit_id", Number, ForeignKey("edit.id")),
    Column("model", Words),
    Index(None, "entry_id"),
    Index(None, "at"),
    comment="the ordered log from which alone the story engine decides",
)

vector = Table(
    "vector",
    metadata,
    Column("entry_id", Number, ForeignKey("entry.id"), primary_key=True),
    Column("model", Words, primary_key=True),
    Column("values", LargeBinary, nullable=False),
    comment="what a language model makes of an Entry's title and lead; vectors of two models never meet",
)

gist = Table(
    "gist",
    metadata,
    Column("entry_id", Number, ForeignKey("entry.id"), primary_key=True),
    Column("version", LargeBinary, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    comment="what the engine keeps of an Entry at the revision of its line in the log, by the rules of a version",
)

lease = Table(
    "lease",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("epoch", Number, nullable=False),
    Column("until", Moment, nullable=False),
    Column("seq", Number, nullable=False, server_default=text("0")),
    comment="who may do a thing that one alone may do; each of its transactions checks the epoch",
)

story_section = Table(
    "story_section",
    metadata,
    Column("section_id", Words, primary_key=True),
    Column("story_id", Words, ForeignKey("story.id"), primary_key=True),
    Index(None, "story_id"),
    comment="which Sections tell a Story",
)

channel = Table(
    "channel",
    metadata,
    Column("path", Words, primary_key=True),
    Column("id", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("stale", Integer, nullable=False),
    UniqueConstraint("id"),
    comment="a feed that we publish, with the permanent id that was minted for it",
)

publication = Table(
    "publication",
    metadata,
    Column("path", Words, ForeignKey("channel.path"), primary_key=True),
    Column("story_id", Words, ForeignKey("story.id"), primary_key=True),
    Column("published_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("newest_at", Moment, nullable=False),
    Column("record", JSON, nullable=False),
    Column("is_withdrawn", Boolean, nullable=False, server_default=false()),
    Index(None, "path", "published_at", "newest_at", "story_id"),
    Index(None, "story_id"),
    comment="what was published of a Story in one feed: feeds are made from these rows alone",
)

document = Table(
    "document",
    metadata,
    Column("path", Words, primary_key=True),
    Column("media_type", Words, nullable=False),
    Column("etag", Words, nullable=False),
    Column("modified_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
    comment="the bytes of every published feed, made when its records changed",
)
