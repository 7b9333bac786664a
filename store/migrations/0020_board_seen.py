"""Boards' marks: how far merging has looked, apart from how far it has changed."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql("ALTER TABLE board_marks ADD COLUMN seen BIGINT NOT NULL DEFAULT 0")
    db.execute_sql("UPDATE board_marks SET seen = merged")
