"""Notifications (table ``notifications``), numbered per user."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from peewee import Case, NodeList, fn

from store import bulk
from store.chunks import chunks
from store.models import User
from store.models_mail import Mail, Notification
from store.prepared import Prepared
from store.records import NotificationRecord
from store.transaction import Row, Transaction

_COLUMNS = (
    Notification.id,
    Notification.user.alias("user_id"),
    Notification.seq,
    Notification.event,
    Notification.data,
    Notification.created_at,
    Notification.read_at,
)


def take_seqs(tx: Transaction, counts: Mapping[int, int]) -> dict[int, int]:
    """Take so many numbers of each user's stream; return the last one of each."""
    last: dict[int, int] = {}
    # In the order of ids, in which rows are locked everywhere.
    for ids in chunks(sorted(counts)):
        rows = _TAKE_SEQS.returning(tx, *ids, *(counts[id] for id in ids))
        last |= {row["id"]: int(row["notification_seq"]) for row in rows}
    return last


def insert_many(
    tx: Transaction, rows: Iterable[Mapping[str, Any]]
) -> list[NotificationRecord]:
    """Store notifications, in no order.

    A row has user, seq, event, data, created_at, mail, perhaps read_at, and, if it is
    about a message, lesson_id and chat_seq; all have the same.
    """
    rows = list(rows)
    made = bulk.insert(tx, Notification, rows, returning=("id", "user_id", "seq"))
    ids = {(row["user_id"], row["seq"]): row["id"] for row in made}
    unread: Row = {"read_at": None}
    return [
        _record({**unread, **row, "id": ids[row["user"], row["seq"]]}) for row in rows
    ]


def get(tx: Transaction, notification_id: int) -> NotificationRecord | None:
    query = Notification.select(*_COLUMNS).where(Notification.id == notification_id)
    row = tx.first(query)
    return _record(row) if row else None


def page(
    tx: Transaction, user_id: int, *, unread: bool, before: int | None, limit: int
) -> list[NotificationRecord]:
    """Return a user's notifications with seqs under ``before``, newest first."""
    query = Notification.select(*_COLUMNS).where(Notification.user == user_id)
    if unread:
        query = query.where(Notification.read_at.is_null())
    if before is not None:
        query = query.where(Notification.seq < before)
    rows = tx.rows(query.order_by(Notification.seq.desc()).limit(limit))
    return [_record(row) for row in rows]


def since(
    tx: Transaction, user_id: int, seq: int, *, limit: int
) -> list[NotificationRecord]:
    """Return a user's notifications after ``seq``, in order."""
    return [_record(row) for row in _SINCE.rows(tx, user_id, seq, limit)]


def heads(tx: Transaction, user_ids: Collection[int]) -> dict[int, int]:
    """Return the present seq of each of some users' streams."""
    return {
        row["id"]: row["notification_seq"]
        for ids in chunks(user_ids)
        for row in _HEADS.rows(tx, *ids)
    }


def of_mail(tx: Transaction, mail_id: int) -> list[NotificationRecord]:
    """Return the unread notifications that a mail stands for, in order."""
    query = Notification.select(*_COLUMNS).where(
        Notification.mail == mail_id, Notification.read_at.is_null()
    )
    return [_record(row) for row in tx.rows(query.order_by(Notification.seq))]


def unread(tx: Transaction, user_id: int) -> int:
    """Return how many of a user's notifications nobody has read."""
    return unread_by_user(tx, [user_id]).get(user_id, 0)


def unread_by_user(tx: Transaction, user_ids: Collection[int]) -> dict[int, int]:
    """Return how many of each user's nobody has read, for those who have any."""
    return {
        row["user"]: int(row["number"])
        for ids in chunks(user_ids)
        for row in _UNREAD.rows(tx, *ids)
    }


def unread_of_chat(
    tx: Transaction, user_id: int, lesson_id: int, seq: int
) -> list[NotificationRecord]:
    """Return a user's unread ones about a lesson's messages up to ``seq``, in order."""
    query = Notification.select(*_COLUMNS).where(
        _is_unread(user_id),
        Notification.lesson_id == lesson_id,
        Notification.chat_seq <= seq,
    )
    return [_record(row) for row in tx.rows(query.order_by(Notification.seq))]


def set_read(tx: Transaction, notification_ids: Iterable[int], at: datetime) -> int:
    """Note the first time that some were read; return how many weren't before."""
    change = Notification.update(read_at=at).where(Notification.read_at.is_null())
    return sum(
        tx.write(change.where(Notification.id.in_(ids)))
        for ids in chunks(notification_ids)
    )


def set_all_read(tx: Transaction, user_id: int, at: datetime) -> int:
    """Note it of all of a user's; return how many weren't read before."""
    return tx.write(Notification.update(read_at=at).where(_is_unread(user_id)))


def detach(tx: Transaction, spans: Iterable[tuple[int, int, int]]) -> Collection[int]:
    """Take notifications off the mails that wait for them; return these mails' ids.

    A span is a user with the first and the last of some seqs.
    """
    mails = set[int]()
    for some in chunks(spans, 100):
        ours = [
            (Notification.user == user) & Notification.seq.between(first, last)
            for user, first, last in some
        ]
        query = Notification.select(Notification.id, Notification.mail).join(Mail)
        # In one row: SQLite's parser has no room for as many nested parentheses.
        query = query.where(
            Mail.state == "waiting", NodeList(ours, " OR ", parens=True)
        )
        found = {row["id"]: row["mail"] for row in tx.rows(query)}
        for ids in chunks(found):
            tx.write(Notification.update(mail=None).where(Notification.id.in_(ids)))
        mails.update(found.values())
    return mails


def _is_unread(user_id: int) -> Any:
    return (Notification.user == user_id) & Notification.read_at.is_null()


def _record(row: Row) -> NotificationRecord:
    return NotificationRecord(
        id=row["id"],
        user_id=row["user_id"] if "user_id" in row else row["user"],
        seq=row["seq"],
        event=row["event"],
        data=row["data"],
        created_at=row["created_at"],
        read_at=row["read_at"],
    )


def _update_seqs(*values: Any) -> Any:
    """Update as many ids as numbers to be taken, which stand behind them."""
    half = len(values) // 2
    ids, counts = values[:half], values[half:]
    taken = Case(User.id, list(zip(ids, counts, strict=True)), 0)
    change = User.update(notification_seq=User.notification_seq + taken)
    return change.where(User.id.in_(ids)).returning(User.id, User.notification_seq)


_TAKE_SEQS = Prepared(User, _update_seqs)
_SINCE = Prepared(
    Notification,
    lambda user_id, seq, limit: (
        Notification.select(*_COLUMNS)
        .where(Notification.user == user_id, Notification.seq > seq)
        .order_by(Notification.seq)
        .limit(limit)
    ),
)
_HEADS = Prepared(
    User,
    lambda *ids: User.select(User.id, User.notification_seq).where(User.id.in_(ids)),
)
_UNREAD = Prepared(
    Notification,
    lambda *user_ids: (
        Notification.select(
            Notification.user, fn.COUNT(Notification.id).alias("number")
        )
        .where(Notification.user.in_(user_ids), Notification.read_at.is_null())
        .group_by(Notification.user)
    ),
)
