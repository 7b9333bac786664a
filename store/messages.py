"""Chat messages (table ``messages``); a lesson's ``chat_seq`` numbers their changes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from store import bulk, client_ids, files
from store.chunks import chunks
from store.models import Message, User
from store.prepared import Prepared
from store.records import MessageRecord
from store.transaction import Row, Transaction


def get(tx: Transaction, message_id: int) -> MessageRecord | None:
    """Find a message, deleted ones too."""
    found = records(tx, tx.rows(_query().where(Message.id == message_id)))
    return found[0] if found else None


def by_ids(tx: Transaction, message_ids: Iterable[int]) -> list[MessageRecord]:
    """Return those of some messages that exist, by id, deleted ones too."""
    return [
        record
        for ids in chunks(sorted(message_ids))
        for record in records(
            tx, tx.rows(_query().where(Message.id.in_(ids)).order_by(Message.id))
        )
    ]


def created_since(
    tx: Transaction, lesson_id: int, seq: int, *, limit: int
) -> list[MessageRecord]:
    """Return the messages made after ``seq``, in order, deleted ones too."""
    return records(tx, _CREATED_SINCE.rows(tx, lesson_id, seq, limit))


def by_client_ids(
    tx: Transaction, keys: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], MessageRecord]:
    """Find what (author, ``client_id``) pairs have made already."""
    wanted = [value for key in set(keys) for value in key]
    if not wanted:
        return {}
    found = records(tx, _BY_CLIENT_IDS.rows(tx, *wanted))
    return {(one.author_id, one.client_id or ""): one for one in found}


def insert_many(tx: Transaction, drafts: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert messages; return their ids in the order of the drafts.

    A draft has lesson, author, seq, text, created_at, client_id, sent_digest.
    """
    rows = [{**draft, "created_seq": draft["seq"]} for draft in drafts]
    inserted = bulk.insert(tx, Message, rows, returning=("id", "lesson_id", "seq"))
    ids = {(row["lesson_id"], row["seq"]): row["id"] for row in inserted}
    return [ids[draft["lesson"], draft["seq"]] for draft in drafts]


def set_text(
    tx: Transaction, message_id: int, *, seq: int, text: str, at: datetime
) -> None:
    """Store an edit, at its new seq."""
    tx.write(
        Message.update(text=text, seq=seq, edited_at=at).where(Message.id == message_id)
    )


def set_deleted(
    tx: Transaction, message_id: int, *, seq: int, by: int | None = None
) -> None:
    """Leave a tombstone without text, files or anything computed from these.

    ``by`` is who deleted it; None: the school's own rules, or an erasure.
    """
    gone = Message.update(
        text="", sent_digest=None, deleted=True, deleted_by=by, seq=seq
    )
    tx.write(gone.where(Message.id == message_id))
    files.discard_of_messages(tx, [message_id])


def set_seq(tx: Transaction, message_id: int, seq: int) -> None:
    """Store the number of a change that isn't in the message's own row."""
    tx.write(Message.update(seq=seq).where(Message.id == message_id))


def history(
    tx: Transaction, lesson_id: int, *, before: int | None, limit: int
) -> list[MessageRecord]:
    """Return messages with ids under ``before``, newest first, without deleted ones."""
    query = _query().where(Message.lesson == lesson_id, ~Message.deleted)
    if before is not None:
        query = query.where(Message.id < before)
    return records(tx, tx.rows(query.order_by(Message.id.desc()).limit(limit)))


def told(
    tx: Transaction, lesson_id: int, *, after: int, limit: int
) -> list[MessageRecord]:
    """Return messages with ids over ``after``, oldest first, without deleted ones."""
    query = _query().where(
        Message.lesson == lesson_id, Message.id > after, ~Message.deleted
    )
    return records(tx, tx.rows(query.order_by(Message.id).limit(limit)))


def changed_since(
    tx: Transaction, lesson_id: int, seq: int, *, limit: int
) -> list[MessageRecord]:
    """Return the messages changed after ``seq``, by their latest seq."""
    query = (
        _query()
        .where(Message.lesson == lesson_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    )
    return records(tx, tx.rows(query))


def columns() -> dict[str, Any]:
    """Return what a record is made of, from ``Message`` and the author's ``User``."""
    return {
        "id": Message.id,
        "lesson_id": Message.lesson,
        "seq": Message.seq,
        "created_seq": Message.created_seq,
        "author_id": Message.author,
        "author_name": User.name,
        "text": Message.text,
        "created_at": Message.created_at,
        "edited_at": Message.edited_at,
        "deleted": Message.deleted,
        "client_id": Message.client_id,
        "sent_digest": Message.sent_digest,
        "deleted_by": Message.deleted_by,
    }


def _query() -> Any:
    named = [column.alias(name) for name, column in columns().items()]
    return Message.select(*named).join(User)


def records(tx: Transaction, rows: Sequence[Row]) -> list[MessageRecord]:
    """Make records of rows that have the columns of messages; their files are read."""
    found = files.of_messages(tx, [row["id"] for row in rows])
    return [MessageRecord(**row, files=tuple(found.get(row["id"], ()))) for row in rows]


def _select_by_client_ids(*keys: Any) -> Any:
    return client_ids.having(Message, _query(), keys)


def _select_created_since(lesson_id: Any, seq: Any, limit: Any) -> Any:
    # A message's seq is never below where it was made, and has the index.
    query = _query().where(
        Message.lesson == lesson_id, Message.seq > seq, Message.created_seq > seq
    )
    return query.order_by(Message.created_seq).limit(limit)


_NAMES = {"lesson": "lesson_id", "author": "author_id"}
_BY_CLIENT_IDS = Prepared(Message, _select_by_client_ids, _NAMES)
_CREATED_SINCE = Prepared(Message, _select_created_since, _NAMES)
