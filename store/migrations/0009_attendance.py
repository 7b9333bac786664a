"""Attendance: who was in the room of a lesson, and when."""

from typing import Any

from peewee import BigAutoField, CharField, ForeignKeyField, Model

from store.fields import UtcField


class User(Model):
    id = BigAutoField()

    class Meta:
        table_name = "users"


class Lesson(Model):
    id = BigAutoField()

    class Meta:
        table_name = "lessons"


class Stay(Model):
    id = BigAutoField()
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", index=False)
    user = ForeignKeyField(User, on_delete="CASCADE", index=True)
    role = CharField(max_length=16)
    entered_at = UtcField(index=True)
    seen_at = UtcField()
    left_at = UtcField(null=True)

    class Meta:
        table_name = "attendance"
        indexes = ((("lesson", "entered_at"), False),)


# One open stay of each person in a lesson, whichever processes write; and those whose
# signs of life have ended are found among the open ones alone.
OPEN = (
    "CREATE UNIQUE INDEX attendance_open ON attendance (lesson_id, user_id) "
    "WHERE left_at IS NULL",
    "CREATE INDEX attendance_seen ON attendance (seen_at) WHERE left_at IS NULL",
)


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx((User, Lesson, Stay)):
        db.create_tables((Stay,))
    for index in OPEN:
        db.execute_sql(index)
