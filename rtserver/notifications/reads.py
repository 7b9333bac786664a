"""Notifications that were read: their mails needn't go, and all devices hear of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from rtserver.delivery.channels import notification_channel, notification_stream
from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_channel
from rtserver.errors import NotFound
from store import notifications, outbox
from store.transaction import Transaction


def read_one(
    tx: Transaction, user_id: int, notification_id: int, now: datetime
) -> None:
    """Mark one of a user's as read; another's isn't found."""
    record = notifications.get(tx, notification_id)
    if record is None or record.user_id != user_id:
        raise NotFound()
    if notifications.set_read(tx, [record.id], now):
        _forget_mails(tx, user_id, [(record.seq, record.seq)], now)
        _tell(tx, user_id, [record.id], now)


def read_all(tx: Transaction, user_id: int, now: datetime) -> None:
    """Mark all of a user's as read that there are."""
    head = notifications.heads(tx, [user_id]).get(user_id, 0)
    if notifications.set_all_read(tx, user_id, now):
        _forget_mails(tx, user_id, [(1, head)], now)
        _tell(tx, user_id, "all", now)


def read_chat(
    tx: Transaction, user_id: int, lesson_id: int, seq: int, now: datetime
) -> None:
    """Mark those as read that are about messages of a lesson up to ``seq``."""
    found = notifications.unread_of_chat(tx, user_id, lesson_id, seq)
    if found:
        notifications.set_read(tx, [record.id for record in found], now)
        spans = [(record.seq, record.seq) for record in found]
        _forget_mails(tx, user_id, spans, now)
        _tell(tx, user_id, [record.id for record in found], now)


def _forget_mails(
    tx: Transaction, user_id: int, spans: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Drop the mails that would bring what was read already."""
    mails = notifications.detach(tx, [(user_id, *span) for span in spans])
    outbox.drop_unneeded(tx, mails, at=now, detail="read")


def _tell(
    tx: Transaction, user_id: int, ids: Sequence[int] | Literal["all"], now: datetime
) -> None:
    tx.emit(_event(user_id, ids, notifications.unread(tx, user_id), now))


def _event(
    user_id: int, ids: Sequence[int] | Literal["all"], unread: int, now: datetime
) -> Publication:
    return to_channel(
        "notification.read",
        {"ids": ids, "unread": unread},
        now,
        notification_channel(user_id),
        topic=notification_stream(user_id),
    )
