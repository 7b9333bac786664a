"""Boards' history: how far each journal is pruned and merged, and its steps' sizes."""

from typing import Any

from peewee import BigAutoField, BigIntegerField, ForeignKeyField, Model


class Lesson(Model):
    id = BigAutoField()

    class Meta:
        table_name = "lessons"


class BoardMark(Model):
    lesson = ForeignKeyField(Lesson, on_delete="CASCADE", primary_key=True)
    pruned = BigIntegerField(default=0)
    merged = BigIntegerField(default=0)

    class Meta:
        table_name = "board_marks"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx((Lesson, BoardMark)):
        db.create_tables((BoardMark,))
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql("ALTER TABLE board_journal ADD COLUMN element_count BIGINT")
    first = "(SELECT MIN(seq) FROM board_journal WHERE lesson_id = lessons.id)"
    db.execute_sql(
        "INSERT INTO board_marks (lesson_id, pruned, merged) "
        f"SELECT id, COALESCE({first} - 1, board_seq), 0 "
        "FROM lessons WHERE board_seq > 0"
    )
