"""When a mail's end was about to be sent: its sender may have died just then."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    # Peewee's own add_column would rebuild the table in SQLite.
    db.execute_sql("ALTER TABLE outbox ADD COLUMN begun_at BIGINT")
