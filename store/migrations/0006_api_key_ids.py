"""Answers to repeated requests belong to an Api-Key's id: two may have one name.

Those under a name that several keys have are nobody's to tell: they are deleted, and
such a request, sent again, counts as new.
"""

from typing import Any

OWNED = """
    UPDATE idempotency_keys SET owner = (
        SELECT 'api_key:' || id FROM api_keys WHERE 'key:' || name = owner
    ) WHERE owner IN (
        SELECT 'key:' || name FROM api_keys GROUP BY name HAVING COUNT(*) = 1
    )
"""
SHARED = "DELETE FROM idempotency_keys WHERE substr(owner, 1, 4) = 'key:'"


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(OWNED)
    db.execute_sql(SHARED)
