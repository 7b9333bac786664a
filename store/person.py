"""Everything that is kept about one person, in pages, each noun in its order.

Nothing that only protects an account is among it: no hash, no digest, no token.
"""

from collections.abc import Iterator
from typing import Any

from store import calendar_addresses
from store.models import (
    AccessChange,
    BoardEntry,
    Lesson,
    Login,
    Member,
    Message,
    ReadMark,
    RefreshToken,
    User,
)
from store.models_accounts import PasswordLink
from store.models_attendance import Stay
from store.models_held import HeldMessage
from store.models_mail import (
    IdempotencyKey,
    Mail,
    MailAttempt,
    MailPreference,
    Notification,
)
from store.packing import unpack
from store.transaction import Row, Transaction

PAGE = 500
# Patches may be 256 KiB each.
BOARD_PAGE = 50


def account(tx: Transaction, user_id: int) -> Row | None:
    """Return the account, with ``has_password`` in place of the password's hash."""
    query = User.select(
        User.id,
        User.email,
        User.name,
        User.role,
        User.locale,
        User.timezone,
        User.is_active,
        User.password_hash.is_null(False).alias("has_password"),
        User.revoked_at,
        User.created_at,
    )
    row = tx.first(query.where(User.id == user_id))
    # SQLite gives a comparison as 0 or 1.
    return {**row, "has_password": bool(row["has_password"])} if row else None


def logins(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Yield sign-ins; ``tokens`` has when each of their refresh tokens counted."""
    query = Login.select(Login.id, Login.created_at, Login.revoked_at, Login.cookie)
    for row in _paged(tx, query.where(Login.user == user_id), Login.id, ""):
        tokens = RefreshToken.select(RefreshToken.expires_at, RefreshToken.spent_at)
        mine = tokens.where(RefreshToken.login == row["id"])
        yield {
            "signed_in_at": row["created_at"],
            "ended_at": row["revoked_at"],
            "cookie": row["cookie"],
            "tokens": tx.rows(mine.order_by(RefreshToken.expires_at)),
        }


def password_links(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return the links to choose a password by, and which mails brought them."""
    query = PasswordLink.select(
        PasswordLink.created_at, PasswordLink.expires_at, PasswordLink.mail_id
    ).where(PasswordLink.user == user_id)
    return iter(tx.rows(query.order_by(PasswordLink.created_at)))


def lessons(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return memberships with what each lesson is."""
    query = Member.select(
        Member.lesson.alias("lesson_id"),
        Lesson.title,
        Lesson.starts_at,
        Lesson.ends_at,
        Lesson.status,
        Lesson.chat,
        Member.role,
        Member.state,
        Member.board,
        Member.created_at.alias("member_since"),
        Member.accepted_at,
        Member.board_told_at,
        Member.board_seen_at,
    ).join(Lesson)
    mine = query.where(Member.user == user_id)
    return _paged(tx, mine, Member.lesson, 0, "lesson_id")


def messages(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return what somebody wrote; of what was deleted, when and where it stood."""
    query = Message.select(
        Message.id,
        Message.lesson.alias("lesson_id"),
        Lesson.title.alias("lesson_title"),
        Message.seq,
        Message.created_seq,
        Message.text,
        Message.created_at,
        Message.edited_at,
        Message.deleted,
        Message.deleted_by,
        Message.client_id,
    ).join(Lesson)
    return _paged(tx, query.where(Message.author == user_id), Message.id, 0)


def held_messages(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return what somebody wanted to say where a tutor looks at it first."""
    query = HeldMessage.select(
        HeldMessage.id,
        HeldMessage.lesson.alias("lesson_id"),
        Lesson.title.alias("lesson_title"),
        HeldMessage.text,
        HeldMessage.state,
        HeldMessage.created_at,
        HeldMessage.decided_at,
        HeldMessage.decided_by,
        HeldMessage.message_id,
        HeldMessage.client_id,
    ).join(Lesson)
    return _paged(tx, query.where(HeldMessage.author == user_id), HeldMessage.id, 0)


def read_marks(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return how far each chat was read."""
    query = ReadMark.select(ReadMark.lesson.alias("lesson_id"), ReadMark.seq)
    mine = query.where(ReadMark.user == user_id)
    return _paged(tx, mine, ReadMark.lesson, 0, "lesson_id")


def attendance(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return when somebody was in the room of which lesson."""
    query = Stay.select(
        Stay.id,
        Stay.lesson.alias("lesson_id"),
        Stay.role,
        Stay.entered_at,
        Stay.seen_at,
        Stay.left_at,
    )
    return _paged(tx, query.where(Stay.user == user_id), Stay.id, 0)


def drawn_in(tx: Transaction, user_id: int) -> list[int]:
    """Return the lessons whose boards' journals name somebody; reads them all."""
    query = BoardEntry.select(BoardEntry.lesson).where(BoardEntry.user_id == user_id)
    rows = tx.rows(query.distinct().order_by(BoardEntry.lesson))
    return [row["lesson"] for row in rows]


def board_changes(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Yield somebody's changes of boards; ``elements`` is a JSON array in bytes."""
    query = BoardEntry.select(
        BoardEntry.lesson.alias("lesson_id"),
        BoardEntry.seq,
        BoardEntry.kind,
        BoardEntry.at,
        BoardEntry.elements,
    ).where(BoardEntry.user_id == user_id)
    for lesson_id in drawn_in(tx, user_id):
        here = query.where(BoardEntry.lesson == lesson_id)
        for row in _paged(tx, here, BoardEntry.seq, 0, size=BOARD_PAGE):
            yield {**row, "elements": unpack(bytes(row["elements"]))}


def notifications(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return what somebody was told; ``data`` is a JSON object."""
    query = Notification.select(
        Notification.id,
        Notification.seq,
        Notification.event,
        Notification.data,
        Notification.created_at,
        Notification.read_at,
    )
    return _paged(tx, query.where(Notification.user == user_id), Notification.seq, 0)


def preferences(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return which mails somebody wants."""
    query = MailPreference.select(MailPreference.event, MailPreference.email)
    mine = query.where(MailPreference.user == user_id)
    return _paged(tx, mine, MailPreference.event, "")


def calendar_address(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Yield when the address of somebody's calendar was made, if they have one."""
    made_at = calendar_addresses.made_at(tx, user_id)
    if made_at is not None:
        yield {"created_at": made_at}


def mails(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Yield the mails to somebody; ``data`` and ``lesson`` are JSON."""
    query = Mail.select(
        Mail.id,
        Mail.event,
        Mail.lesson_id,
        Mail.data,
        Mail.lesson,
        Mail.state,
        Mail.created_at,
        Mail.due_at,
        Mail.ended_at,
        Mail.detail,
    )
    for row in _paged(tx, query.where(Mail.user == user_id), Mail.id, 0):
        tries = MailAttempt.select(
            MailAttempt.at, MailAttempt.outcome, MailAttempt.reply
        ).where(MailAttempt.mail == row["id"])
        yield {**row, "tries": tx.rows(tries.order_by(MailAttempt.id))}


def access_changes(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return the changes of somebody's rights; ``data`` is a JSON object."""
    query = AccessChange.select(
        AccessChange.seq,
        AccessChange.kind,
        AccessChange.lesson_id,
        AccessChange.data,
        AccessChange.at,
    )
    return _paged(tx, query.where(AccessChange.user_id == user_id), AccessChange.seq, 0)


def idempotency_keys(tx: Transaction, user_id: int) -> Iterator[Row]:
    """Return the keys of requests that somebody may repeat, with their answers."""
    key = IdempotencyKey
    query = key.select(key.key, key.answer, key.created_at)
    return _paged(tx, query.where(key.owner == f"user:{user_id}"), key.key, "")


def _paged(
    tx: Transaction,
    query: Any,
    column: Any,
    after: int | str,
    name: str = "",
    *,
    size: int = PAGE,
) -> Iterator[Row]:
    """Yield a query's rows by a column that is unique among them, a page at a time."""
    name = name or column.name
    while rows := tx.rows(query.where(column > after).order_by(column).limit(size)):
        yield from rows
        after = rows[-1][name]
