"""The runtime's tables and statements, written for SQLite and PostgreSQL alike; what differs is in a Dialect.

Types that both understand: TEXT, BIGINT, BYTEA, DOUBLE PRECISION. Parameters are `?`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """`ascending` is the type of a primary key that only grows."""

    name: str
    ascending: str


SQLITE = Dialect("sqlite", "INTEGER PRIMARY KEY AUTOINCREMENT")
POSTGRES = Dialect("postgresql", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")


def schema(dialect: Dialect) -> str:
    return f"""
CREATE TABLE IF NOT EXISTS lane(
  topic TEXT NOT NULL, part BIGINT NOT NULL, epoch BIGINT NOT NULL, owner TEXT NOT NULL, pos BIGINT NOT NULL,
  last_hash BYTEA, PRIMARY KEY(topic, part));
CREATE TABLE IF NOT EXISTS outbox(
  n {dialect.ascending}, lane_topic TEXT NOT NULL, lane_part BIGINT NOT NULL, out_topic TEXT NOT NULL,
  out_part BIGINT, key BYTEA, value BYTEA, headers BYTEA NOT NULL, ts BIGINT, sent_at BIGINT);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox(lane_topic, lane_part, n) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS outbox_kept ON outbox(lane_topic, lane_part, sent_at) WHERE sent_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS out_mark(
  lane_topic TEXT NOT NULL, lane_part BIGINT NOT NULL, out_topic TEXT NOT NULL, out_part BIGINT NOT NULL,
  acked BIGINT NOT NULL, PRIMARY KEY(lane_topic, lane_part, out_topic, out_part));
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


NEW_LANE = (
    "INSERT INTO lane(topic, part, epoch, owner, pos, last_hash) VALUES(?, ?, 0, '', 0, NULL) ON CONFLICT DO NOTHING"
)
CLAIM = "UPDATE lane SET epoch=epoch+1, owner=? WHERE topic=? AND part=? RETURNING epoch, pos, last_hash"
ADVANCE = "UPDATE lane SET pos=?, last_hash=? WHERE topic=? AND part=? AND epoch=? AND pos=?"
OWNED = "UPDATE lane SET owner=owner WHERE topic=? AND part=? AND epoch=?"
LANE = "SELECT pos, last_hash FROM lane WHERE topic=? AND part=?"
EMIT = (
    "INSERT INTO outbox(lane_topic, lane_part, out_topic, out_part, key, value, headers, ts)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
)
PENDING = (
    "SELECT n, out_topic, key, value, headers, out_part, ts FROM outbox"
    " WHERE lane_topic=? AND lane_part=? AND sent_at IS NULL ORDER BY n LIMIT ?"
)
MARK = "UPDATE outbox SET sent_at=? WHERE lane_topic=? AND lane_part=? AND sent_at IS NULL AND n<=?"
RESEND = "UPDATE outbox SET sent_at=NULL WHERE lane_topic=? AND lane_part=? AND sent_at IS NOT NULL"
PURGE = "DELETE FROM outbox WHERE lane_topic=? AND lane_part=? AND sent_at < ?"
OUT_MARK = (
    "INSERT INTO out_mark(lane_topic, lane_part, out_topic, out_part, acked) VALUES(?, ?, ?, ?, ?)"
    " ON CONFLICT(lane_topic, lane_part, out_topic, out_part) DO UPDATE SET acked=excluded.acked"
    " WHERE excluded.acked > out_mark.acked"
)
OUT_MARKS = "SELECT out_topic, out_part, acked FROM out_mark WHERE lane_topic=? AND lane_part=?"
FORGET_MARKS = "DELETE FROM out_mark WHERE lane_topic=? AND lane_part=?"
META = "SELECT value FROM meta WHERE key=?"
PUT_META = "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value=excluded.value"
