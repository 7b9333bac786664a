"""Boards: a journal of changes and snapshots of states, numbered by the lesson."""

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
    PostgresqlDatabase,
)

from store.fields import UtcField


class Lesson(Model):
    id = BigAutoField()

    class Meta:
        table_name = "lessons"


class BoardEntry(Model):
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    seq = BigIntegerField()
    kind = CharField(max_length=16)
    user_id = BigIntegerField()
    at = UtcField()
    elements = BlobField()

    class Meta:
        table_name = "board_journal"
        primary_key = CompositeKey("lesson", "seq")


class BoardSnapshot(Model):
    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    seq = BigIntegerField()
    kind = CharField(max_length=16)
    taken_at = UtcField()
    elements = BigIntegerField()
    size = BigIntegerField()
    checksum = CharField(max_length=64)
    broken = BooleanField(default=False)

    class Meta:
        table_name = "board_snapshots"
        indexes = ((("lesson", "seq"), True),)


class BoardSnapshotPart(Model):
    snapshot = ForeignKeyField(BoardSnapshot, on_delete="CASCADE", index=False)
    number = BigIntegerField()
    data = BlobField()

    class Meta:
        table_name = "board_snapshot_parts"
        primary_key = CompositeKey("snapshot", "number")


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql("ALTER TABLE lessons ADD COLUMN board_seq BIGINT NOT NULL DEFAULT 0")
    tables = (BoardEntry, BoardSnapshot, BoardSnapshotPart)
    with db.bind_ctx((Lesson, *tables)):
        db.create_tables(tables)
    if isinstance(db, PostgresqlDatabase):
        # The data is compressed already.
        db.execute_sql(
            "ALTER TABLE board_snapshot_parts ALTER COLUMN data SET STORAGE EXTERNAL"
        )
