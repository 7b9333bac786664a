"""The numbered journal of changes of rights (table ``access_changes``)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from store import bulk
from store.models import AccessChange, Counter
from store.records import AccessChangeRecord
from store.transaction import Row, Transaction

_UNNUMBERED = 0


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
    change = AccessChangeRecord(_UNNUMBERED, kind, user_id, lesson_id, data or {})
    (numbered,) = _append(tx, [change], at)
    return numbered


def record_all(
    tx: Transaction, kind: str, people: Mapping[int, dict[str, Any]], *, at: datetime
) -> list[AccessChangeRecord]:
    """Append the same kind of change of some users, each with its data."""
    changes = [
        AccessChangeRecord(_UNNUMBERED, kind, user_id, None, data)
        for user_id, data in people.items()
    ]
    return _append(tx, changes, at) if changes else []


def _append(
    tx: Transaction, changes: Sequence[AccessChangeRecord], at: datetime
) -> list[AccessChangeRecord]:
    # The counter's row is locked after all lessons and users: see store.locks.
    (counter,) = tx.returning(
        Counter.update(value=Counter.value + len(changes))
        .where(Counter.name == "access")
        .returning(Counter.value)
    )
    first = counter["value"] - len(changes) + 1
    numbered = [
        replace(change, seq=first + number) for number, change in enumerate(changes)
    ]
    bulk.insert(tx, AccessChange, (_row(change, at) for change in numbered))
    return numbered


def _row(change: AccessChangeRecord, at: datetime) -> dict[str, Any]:
    return {
        "seq": change.seq,
        "kind": change.kind,
        "user_id": change.user_id,
        "lesson_id": change.lesson_id,
        "data": json.dumps(change.data),
        "at": at,
    }


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
