"""Messages that wait for a tutor (table ``held_messages``), and what became of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from store import client_ids, files
from store.chunks import chunks
from store.models import User
from store.models_held import HeldMessage
from store.prepared import Prepared
from store.records import HeldMessageRecord
from store.transaction import Row, Transaction

HELD = "held"


def get(tx: Transaction, held_id: int) -> HeldMessageRecord | None:
    """Find a held message, decided ones too."""
    found = by_ids(tx, [held_id])
    return found[0] if found else None


def by_ids(tx: Transaction, held_ids: Iterable[int]) -> list[HeldMessageRecord]:
    """Return those of some held messages that exist, by id, decided ones too."""
    return [
        record
        for ids in chunks(sorted(held_ids))
        for record in _records(tx, _query().where(HeldMessage.id.in_(ids)), len(ids))
    ]


def by_client_ids(
    tx: Transaction, keys: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], HeldMessageRecord]:
    """Find what (author, ``client_id``) pairs wanted to say already."""
    wanted = [value for key in set(keys) for value in key]
    if not wanted:
        return {}
    found = _with_files(tx, _BY_CLIENT_IDS.rows(tx, *wanted))
    return {(one.author_id, one.client_id or ""): one for one in found}


def insert(
    tx: Transaction,
    *,
    lesson_id: int,
    author_id: int,
    text: str,
    client_id: str | None,
    sent_digest: str | None,
    at: datetime,
    file_ids: Collection[str] = (),
) -> HeldMessageRecord:
    """Hold a message, and its files."""
    values = {
        "lesson": lesson_id,
        "author": author_id,
        "text": text,
        "client_id": client_id,
        "sent_digest": sent_digest,
        "state": HELD,
        "created_at": at,
    }
    (row,) = tx.returning(HeldMessage.insert(values).returning(HeldMessage.id))
    files.hold(tx, file_ids, row["id"])
    held = get(tx, row["id"])
    assert held is not None
    return held


def undecided(
    tx: Transaction, lesson_id: int, *, author_id: int | None, after: int, limit: int
) -> list[HeldMessageRecord]:
    """Return what waits in a lesson behind an id, oldest first, of one or all."""
    query = _query().where(_waits(lesson_id, author_id), HeldMessage.id > after)
    return _records(tx, query, limit)


def count(tx: Transaction, lesson_id: int, author_id: int) -> int:
    """Return how many messages of one author wait in a lesson."""
    query = HeldMessage.select(fn.COUNT(HeldMessage.id).alias("number"))
    row = tx.first(query.where(_waits(lesson_id, author_id)))
    return int(row["number"]) if row else 0


def decide(
    tx: Transaction,
    held_ids: Collection[int],
    state: str,
    *,
    by: int | None,
    at: datetime,
    message_id: int | None = None,
) -> int:
    """End the waiting of those that wait still; return how many.

    Their text is gone, and their files, unless a message has these by now.
    """
    files.discard_of_held(tx, held_ids)
    change = HeldMessage.update(
        state=state,
        text="",
        sent_digest=None,
        decided_by=by,
        decided_at=at,
        message_id=message_id,
    )
    return sum(
        tx.write(change.where(HeldMessage.id.in_(ids), HeldMessage.state == HELD))
        for ids in chunks(held_ids)
    )


def approvers(tx: Transaction, message_ids: Collection[int]) -> dict[int, int]:
    """Return who let those of some messages through that had been held, by message."""
    return {
        row["message_id"]: row["decided_by"]
        for ids in chunks(message_ids)
        for row in _APPROVERS.rows(tx, *ids)
    }


def older(tx: Transaction, before: datetime, limit: int) -> list[HeldMessageRecord]:
    """Return some of what has waited since before a moment."""
    old = (HeldMessage.state == HELD) & (HeldMessage.created_at < before)
    return _records(tx, _query().where(old), limit)


def written(
    tx: Transaction, author_id: int, after: int, limit: int
) -> list[HeldMessageRecord]:
    """Return one author's next held messages that have a text or a client id."""
    traces = (HeldMessage.state == HELD) | HeldMessage.client_id.is_null(False)
    query = _query().where(
        HeldMessage.author == author_id, HeldMessage.id > after, traces
    )
    return _records(tx, query, limit)


def drop_client_ids(tx: Transaction, held_ids: Collection[int]) -> None:
    """Take off what its sender called each; nobody can send it again."""
    for ids in chunks(held_ids):
        tx.write(HeldMessage.update(client_id=None).where(HeldMessage.id.in_(ids)))


def _waits(lesson_id: int, author_id: int | None) -> Any:
    here = (HeldMessage.lesson == lesson_id) & (HeldMessage.state == HELD)
    return here if author_id is None else here & (HeldMessage.author == author_id)


def _query() -> Any:
    return HeldMessage.select(
        HeldMessage.id,
        HeldMessage.lesson.alias("lesson_id"),
        HeldMessage.author.alias("author_id"),
        User.name.alias("author_name"),
        HeldMessage.text,
        HeldMessage.client_id,
        HeldMessage.sent_digest,
        HeldMessage.state,
        HeldMessage.created_at,
        HeldMessage.message_id,
    ).join(User)


def _records(tx: Transaction, query: Any, limit: int) -> list[HeldMessageRecord]:
    return _with_files(tx, tx.rows(query.order_by(HeldMessage.id).limit(limit)))


def _with_files(tx: Transaction, rows: Sequence[Row]) -> list[HeldMessageRecord]:
    found = files.of_held(tx, [row["id"] for row in rows])
    return [
        HeldMessageRecord(**row, files=tuple(found.get(row["id"], ()))) for row in rows
    ]


def _select_by_client_ids(*keys: Any) -> Any:
    return client_ids.having(HeldMessage, _query(), keys)


def _select_approvers(*message_ids: Any) -> Any:
    query = HeldMessage.select(HeldMessage.message_id, HeldMessage.decided_by)
    return query.where(HeldMessage.message_id.in_(message_ids))


_NAMES = {"lesson": "lesson_id", "author": "author_id"}
_BY_CLIENT_IDS = Prepared(HeldMessage, _select_by_client_ids, _NAMES)
_APPROVERS = Prepared(HeldMessage, _select_approvers)
