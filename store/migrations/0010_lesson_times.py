"""Reminders, calendar addresses, the students' board, and the names of calls."""

from typing import Any

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    Model,
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


class Reminder(Model):
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    starts_at = UtcField()
    before = BigIntegerField()
    due_at = UtcField(null=True, index=True)

    class Meta:
        table_name = "reminders"
        primary_key = CompositeKey("lesson", "starts_at", "before")


class CalendarAddress(Model):
    user = ForeignKeyField(User, on_delete="CASCADE", primary_key=True)
    digest = CharField(max_length=64, unique=True)
    created_at = UtcField()

    class Meta:
        table_name = "calendar_addresses"


TABLES = (Reminder, CalendarAddress)
COLUMNS = (
    ("lessons", "student_board VARCHAR(16) NOT NULL DEFAULT 'draw'"),
    ("lessons", "call_number BIGINT NOT NULL DEFAULT 0"),
    ("members", "accepted_at BIGINT"),
)


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the tables in SQLite.
    for table, column in COLUMNS:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    with db.bind_ctx((User, Lesson, *TABLES)):
        db.create_tables(TABLES)
