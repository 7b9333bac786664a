"""Give the ids that 0010 made for PostgreSQL their 64 bits.

A platform's own ids pass 32 bits: its lessons couldn't be planned, nor its users have
a calendar's address. SQLite's numbers always have 64.
"""

from typing import Any

from peewee import PostgresqlDatabase


def up(migrator: Any, db: Any) -> None:
    if not isinstance(db, PostgresqlDatabase):
        return
    for table, column in (
        ("reminders", "lesson_id"),
        ("calendar_addresses", "user_id"),
    ):
        db.execute_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE BIGINT")
