"""Held messages, what students may say, who deleted what, and what a mark reads."""

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    Model,
    TextField,
)

from store.fields import UtcField


class User(Model):
    id = BigAutoField()

    class Meta:
        table_name = "users"


class Lesson(Model):
    id = BigAutoField()

    class Meta:
        table_name = "lessons"


class HeldMessage(Model):
    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    author = ForeignKeyField(User, on_delete="RESTRICT", index=False)
    text = TextField()
    client_id = CharField(null=True, max_length=64)
    sent_digest = CharField(null=True, max_length=64)
    state = CharField(max_length=16)
    created_at = UtcField()
    decided_at = UtcField(null=True)
    decided_by = BigIntegerField(null=True)
    message_id = BigIntegerField(null=True, index=True)

    class Meta:
        table_name = "held_messages"
        indexes = (
            (("lesson", "state", "id"), False),
            (("author", "client_id"), True),
        )


COLUMNS = (
    ("lessons", "chat VARCHAR(16) NOT NULL DEFAULT 'open'"),
    ("messages", "deleted_by BIGINT"),
    ("notifications", "lesson_id BIGINT"),
    ("notifications", "chat_seq BIGINT"),
)
FILLED = """
    UPDATE notifications SET lesson_id = {lesson_id}, chat_seq = {seq}
    WHERE event = 'chat.message' AND read_at IS NULL
"""
INDEX = """
    CREATE INDEX notifications_unread ON notifications (user_id, lesson_id, chat_seq)
    WHERE read_at IS NULL
"""


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the tables in SQLite.
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    db.execute_sql(FILLED.format(lesson_id=_of("lesson_id", db), seq=_of("seq", db)))
    db.execute_sql(INDEX)
    with db.bind_ctx((User, Lesson, HeldMessage)):
        db.create_tables((HeldMessage,))


def _of(name: str, db: Any) -> str:
    """Return the SQL for a number in a notification's data."""
    if db.__class__.__name__.endswith("SqliteDatabase"):
        return f"json_extract(data, '$.{name}')"
    return f"CAST(data::json->>'{name}' AS BIGINT)"
