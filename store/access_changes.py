"""The numbered journal of changes of rights (table ``access_changes``)."""

import json
from datetime import datetime
from typing import Any

from store.models import AccessChange, Counter
from store.records import AccessChangeRecord
from store.transaction import Row, Transaction


def take_turn(tx: Transaction) -> None:
    """Have the next change be this transaction's; what is read now is its past.

    SQLite's IMMEDIATE transaction has its turn already.
    """
    if tx.is_postgres:
        tx.rows(Counter.select().where(Counter.name == "access").for_update())


def record(
    tx: Transaction,
    *,
    kind: str,
    user_id: int,
    at: datetime,
    lesson_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AccessChangeRecord:
    """Append a change; its seq is the next of the whole database."""
    # The counter's row is locked after all lessons and users: see store.locks.
    (counter,) = tx.returning(
        Counter.update(value=Counter.value + 1)
        .where(Counter.name == "access")
        .returning(Counter.value)
    )
    change = AccessChangeRecord(counter["value"], kind, user_id, lesson_id, data or {})
    tx.insert(
        AccessChange.insert(
            seq=change.seq,
            kind=kind,
            user_id=user_id,
            lesson_id=lesson_id,
            data=json.dumps(change.data),
            at=at,
        )
    )
    return change


def head(tx: Transaction) -> int:
    """Return the seq of the latest change."""
    row = tx.first(Counter.select(Counter.value).where(Counter.name == "access"))
    return int(row["value"]) if row else 0


def since(tx: Transaction, seq: int, limit: int) -> list[AccessChangeRecord]:
    """Return the changes after ``seq``, in order."""
    query = (
        AccessChange.select()
        .where(AccessChange.seq > seq)
        .order_by(AccessChange.seq)
        .limit(limit)
    )
    return [_record(row) for row in tx.rows(query)]


def prune(tx: Transaction, before: datetime) -> int:
    """Delete the changes older than ``before``; every process has seen them."""
    return tx.write(AccessChange.delete().where(AccessChange.at < before))


def _record(row: Row) -> AccessChangeRecord:
    return AccessChangeRecord(
        seq=row["seq"],
        kind=row["kind"],
        user_id=row["user_id"],
        lesson_id=row["lesson_id"],
        data=json.loads(row["data"]),
    )
