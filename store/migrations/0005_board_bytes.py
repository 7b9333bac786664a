"""The size of each board's journal, so that it can be bounded without being read."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql(
        "ALTER TABLE lessons ADD COLUMN board_bytes BIGINT NOT NULL DEFAULT 0"
    )
    db.execute_sql(
        "UPDATE lessons SET board_bytes = ("
        "SELECT COALESCE(SUM(LENGTH(elements) + 64), 0) FROM board_journal "
        "WHERE board_journal.lesson_id = lessons.id) WHERE board_seq > 0"
    )
