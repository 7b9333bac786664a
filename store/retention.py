"""Retention: what has been kept long enough, in portions that are short each."""

from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, fn

from store import advisory, board_snapshots
from store.models import BoardEntry, BoardSnapshot, Lesson, Message
from store.models_mail import Mail, Notification
from store.transaction import Transaction

ENDED = ("sent", "dropped", "dead")


class OldMessages(NamedTuple):
    """The next old messages behind an id.

    ``written`` are (id, lesson) of those not deleted; up to ``reached`` all is old.
    ``more``: what comes behind may be old too.
    """

    written: list[tuple[int, int]]
    reached: int
    more: bool


def alone(tx: Transaction) -> bool:
    """Return whether no other process prunes just now; so till the transaction ends."""
    return advisory.try_lock(tx, advisory.PRUNING)


def old_messages(
    tx: Transaction, after: int, before: datetime, limit: int
) -> OldMessages:
    """Look through the next messages behind an id, which come in the order of time."""
    query = Message.select(
        Message.id, Message.lesson, Message.created_at, Message.deleted
    ).where(Message.id > after)
    rows = tx.rows(query.order_by(Message.id).limit(limit))
    written: list[tuple[int, int]] = []
    for row in rows:
        if row["created_at"] >= before:
            return OldMessages(written, after, False)
        after = row["id"]
        if not row["deleted"]:
            written.append((row["id"], row["lesson"]))
    return OldMessages(written, after, len(rows) == limit)


def delete_notifications(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete the oldest notifications, if older; return the number.

    In the order in which they were made: what is left of a user's has no holes. One
    whose mail hasn't ended keeps all behind it: without it the mail wouldn't go.
    """
    one = Notification
    query = one.select(one.id, one.created_at, Mail.state).join(Mail, JOIN.LEFT_OUTER)
    ids = []
    for row in tx.rows(query.order_by(one.id).limit(limit)):
        if row["created_at"] >= before or row["state"] in ("waiting", "leased"):
            break
        ids.append(row["id"])
    return tx.write(one.delete().where(one.id.in_(ids))) if ids else 0


def delete_mails(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete some of the mails that ended before a moment; return the number."""
    old = Mail.state.in_(ENDED) & (Mail.ended_at < before)
    rows = tx.rows(Mail.select(Mail.id).where(old).limit(limit))
    ids = [row["id"] for row in rows]
    return tx.write(Mail.delete().where(Mail.id.in_(ids), old)) if ids else 0


def boards_left(tx: Transaction, after: int, before: datetime, limit: int) -> list[int]:
    """Return the next lessons behind an id that ended before and have a board.

    An emptied one doesn't count: its journal has no more than its reset.
    """
    entry, snapshot = BoardEntry, BoardSnapshot
    drawn = entry.select(entry.seq).where(
        entry.lesson == Lesson.id, entry.kind != "reset"
    )
    saved = snapshot.select(snapshot.id).where(
        snapshot.lesson == Lesson.id, snapshot.elements > 0
    )
    query = Lesson.select(Lesson.id).where(
        Lesson.id > after,
        Lesson.ends_at < before,
        Lesson.board_seq > 0,
        fn.EXISTS(drawn) | fn.EXISTS(saved),
    )
    return [row["id"] for row in tx.rows(query.order_by(Lesson.id).limit(limit))]


def replace_snapshots(tx: Transaction, lesson_id: int, **snapshot: Any) -> None:
    """Let one snapshot stand in the place of all that a board has."""
    tx.write(BoardSnapshot.delete().where(BoardSnapshot.lesson == lesson_id))
    board_snapshots.add(tx, lesson_id=lesson_id, kind="regular", **snapshot)
