"""Take one person out of the tables, in changes that are short each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from store import lessons, messages, name_index, password_links
from store.chunks import chunks
from store.models import (
    AccessChange,
    BoardEntry,
    Lesson,
    Login,
    Member,
    Message,
    ReadMark,
    User,
)
from store.models_mail import IdempotencyKey, Mail, MailPreference, Notification
from store.models_schedule import CalendarAddress
from store.transaction import Row, Transaction

# A board's entry that names nobody.
NOBODY = 0


class Quote(NamedTuple):
    """JSON of a notification or a mail, in which somebody may be named.

    ``mail_id`` is the mail's own, or that of the mail which told the notification.
    """

    id: int
    data: str
    lesson: str | None
    mail_id: int | None


def forget_account(tx: Transaction, user_id: int, values: Mapping[str, Any]) -> None:
    """Put ``values`` in the account's place; delete logins, choices and the like."""
    tx.write(Login.delete().where(Login.user == user_id))
    password_links.end(tx, user_id)
    name_index.forget(tx, [user_id])
    tx.write(CalendarAddress.delete().where(CalendarAddress.user == user_id))
    tx.write(MailPreference.delete().where(MailPreference.user == user_id))
    tx.write(ReadMark.delete().where(ReadMark.user == user_id))
    owner = f"user:{user_id}"
    tx.write(IdempotencyKey.delete().where(IdempotencyKey.owner == owner))
    tx.write(User.update(**values).where(User.id == user_id))


def access_data(tx: Transaction, user_id: int) -> dict[int, str]:
    """Return the JSON of the access changes that name somebody, by seq."""
    query = AccessChange.select(AccessChange.seq, AccessChange.data)
    # The lessons that they are in: as members are written there.
    member = f'"user_id": {user_id}, '
    shown = (AccessChange.kind == "lesson") & AccessChange.data.contains(member)
    rows = tx.rows(query.where((AccessChange.user_id == user_id) | shown))
    return {row["seq"]: row["data"] for row in rows}


def set_access_data(tx: Transaction, seq: int, data: str) -> None:
    tx.write(AccessChange.update(data=data).where(AccessChange.seq == seq))


def delete_notifications(tx: Transaction, user_id: int, limit: int) -> int:
    """Delete some of somebody's notifications; return the number."""
    return _delete_some(tx, Notification, Notification.user == user_id, limit)


def delete_mails(tx: Transaction, user_id: int, now: datetime, limit: int) -> int:
    """Delete some mails to somebody that nobody is sending; return the number."""
    mine = (Mail.user == user_id) & ~_being_sent(now)
    return _delete_some(tx, Mail, mine, limit)


def mails_being_sent(tx: Transaction, user_id: int, now: datetime) -> int:
    """Count the mails to somebody that a process has leased."""
    query = Mail.select(fn.COUNT(Mail.id).alias("n"))
    row = tx.first(query.where(Mail.user == user_id, _being_sent(now)))
    return int(row["n"]) if row else 0


def mail_ids(tx: Transaction, user_id: int) -> list[int]:
    """Return the ids of all mails to somebody."""
    query = Mail.select(Mail.id).where(Mail.user == user_id)
    return [row["id"] for row in tx.rows(query)]


def written(tx: Transaction, user_id: int, after: int, limit: int) -> list[Row]:
    """Return ``id`` and ``lesson`` of one's next messages with text or client id."""
    query = Message.select(Message.id, Message.lesson).where(
        Message.author == user_id,
        Message.id > after,
        ~Message.deleted | Message.client_id.is_null(False),
    )
    return tx.rows(query.order_by(Message.id).limit(limit))


def bury_messages(tx: Transaction, message_ids: Collection[int]) -> int:
    """Make tombstones of messages, each at its lesson's next seq; return the number.

    The rows of their lessons have to be locked (``lessons=``). Nothing is emitted:
    who follows a chat compares it with the database.
    """
    live = [one for one in messages.by_ids(tx, message_ids) if not one.deleted]
    counts: dict[int, int] = {}
    for one in live:
        counts[one.lesson_id] = counts.get(one.lesson_id, 0) + 1
    if counts:
        last = lessons.take_chat_seqs(tx, counts)
        upcoming = {id: last[id] - count + 1 for id, count in counts.items()}
        for one in live:
            messages.set_deleted(tx, one.id, seq=upcoming[one.lesson_id])
            upcoming[one.lesson_id] += 1
    return len(live)


def drop_client_ids(tx: Transaction, message_ids: Collection[int]) -> None:
    """Take off what its sender called each message; nobody can send it again."""
    for ids in chunks(message_ids):
        tx.write(Message.update(client_id=None).where(Message.id.in_(ids)))


def drawn(tx: Transaction, user_id: int, lesson_id: int, limit: int) -> int:
    """Take somebody's id off some entries of a board's journal; return the number."""
    query = BoardEntry.select(BoardEntry.seq).where(
        BoardEntry.lesson == lesson_id, BoardEntry.user_id == user_id
    )
    seqs = [row["seq"] for row in tx.rows(query.limit(limit))]
    some = (BoardEntry.lesson == lesson_id) & BoardEntry.seq.in_(seqs)
    return tx.write(BoardEntry.update(user_id=NOBODY).where(some)) if seqs else 0


def memberships(tx: Transaction, user_id: int) -> list[int]:
    """Return the lessons of which somebody is a member, invited ones too."""
    rows = tx.rows(Member.select(Member.lesson).where(Member.user == user_id))
    return sorted(row["lesson"] for row in rows)


def titles(tx: Transaction, after: int, limit: int) -> dict[int, str]:
    """Return the titles of the next lessons behind an id, by id."""
    query = Lesson.select(Lesson.id, Lesson.title).where(Lesson.id > after)
    rows = tx.rows(query.order_by(Lesson.id).limit(limit))
    return {row["id"]: row["title"] for row in rows}


def notification_quotes(tx: Transaction, after: int, limit: int) -> list[Quote]:
    """Return the next notifications behind an id, whoever they are for."""
    one = Notification
    query = one.select(one.id, one.data, one.mail).where(one.id > after)
    rows = tx.rows(query.order_by(one.id).limit(limit))
    return [Quote(row["id"], row["data"], None, row["mail"]) for row in rows]


def mail_quotes(tx: Transaction, after: int, limit: int) -> list[Quote]:
    """Return the next mails behind an id, whoever they are for."""
    query = Mail.select(Mail.id, Mail.data, Mail.lesson).where(Mail.id > after)
    rows = tx.rows(query.order_by(Mail.id).limit(limit))
    return [Quote(row["id"], row["data"], row["lesson"], row["id"]) for row in rows]


def set_notification_quotes(tx: Transaction, quotes: Sequence[Quote]) -> None:
    """Store changed ``data``."""
    for one in quotes:
        change = Notification.update(data=one.data)
        tx.write(change.where(Notification.id == one.id))


def set_mail_quotes(tx: Transaction, quotes: Sequence[Quote]) -> None:
    """Store changed ``data`` and ``lesson``."""
    for one in quotes:
        change = Mail.update(data=one.data, lesson=one.lesson)
        tx.write(change.where(Mail.id == one.id))


def _being_sent(now: datetime) -> Any:
    return (Mail.state == "leased") & (Mail.lease_until >= now)


def _delete_some(tx: Transaction, model: Any, which: Any, limit: int) -> int:
    rows = tx.rows(model.select(model.id).where(which).limit(limit))
    ids = [row["id"] for row in rows]
    # Said again, as another process may have leased one meanwhile.
    return tx.write(model.delete().where(model.id.in_(ids), which)) if ids else 0
