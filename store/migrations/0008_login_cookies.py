"""Logins whose refresh token is a browser's cookie."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql("ALTER TABLE logins ADD COLUMN cookie VARCHAR(16)")
