"""Summaries of what a member has of some lessons, read in one query."""

from collections.abc import Collection
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Select, fn

from store import messages
from store.held_messages import HELD
from store.models import Lesson, Member, Message, ReadMark, User
from store.models_held import HeldMessage
from store.records import MessageRecord
from store.transaction import Row, Transaction

# More than so many unread ones aren't counted.
MAX_UNREAD = 100
_LAST = "last_"


class Summary(NamedTuple):
    """A lesson as one of its accepted members has it.

    ``unread`` is at most ``MAX_UNREAD``; ``held`` counts what waits and they may see.
    """

    lesson_id: int
    unread: int
    seq: int
    read: int
    last: MessageRecord | None
    held: int


def of_user(
    tx: Transaction, user_id: int, lesson_ids: Collection[int]
) -> dict[int, Summary]:
    """Return the summaries of those lessons of which a user is an accepted member."""
    mine = (Member.user == user_id) & (Member.state == "accepted")
    marked = (ReadMark.lesson == Member.lesson) & (ReadMark.user == Member.user)
    columns = messages.columns()
    query = (
        Member.select(
            Member.lesson.alias("lesson_id"),
            Lesson.chat_seq.alias("seq"),
            _read().alias("read"),
            _unread(user_id).alias("unread"),
            _held(user_id).alias("held"),
            *(column.alias(_LAST + name) for name, column in columns.items()),
        )
        .join(Lesson)
        .join(ReadMark, JOIN.LEFT_OUTER, on=marked)
        .join(Message, JOIN.LEFT_OUTER, on=(Message.id == _last_id()))
        .join(User, JOIN.LEFT_OUTER, on=(User.id == Message.author))
        .where(mine, Member.lesson.in_(list(lesson_ids)))
    )
    rows = tx.rows(query)
    lasts = [_last(row) for row in rows if row[f"{_LAST}id"] is not None]
    found = {message.id: message for message in messages.records(tx, lasts)}
    return {
        row["lesson_id"]: _summary(row, found.get(row[f"{_LAST}id"])) for row in rows
    }


def _read() -> Any:
    return fn.COALESCE(ReadMark.seq, 0)


def _unread(user_id: int) -> Any:
    """Count others' messages behind the mark, or where one joined, up to the limit."""
    other = Message.alias("other")
    behind = (
        other.select(other.id)
        .where(
            other.lesson == Member.lesson,
            # A message's seq is never below where it was made, and has the index.
            other.seq > _read(),
            other.created_seq > _read(),
            other.created_seq > Member.chat_from,
            other.author != user_id,
            ~other.deleted,
        )
        .limit(MAX_UNREAD)
    )
    return Select((behind.alias("behind"),), (fn.COUNT(SQL("1")),))


def _held(user_id: int) -> Any:
    visible = (Member.role == "tutor") | (HeldMessage.author == user_id)
    return HeldMessage.select(fn.COUNT(HeldMessage.id)).where(
        HeldMessage.lesson == Member.lesson, HeldMessage.state == HELD, visible
    )


def _last_id() -> Any:
    recent = Message.alias("recent")
    query = recent.select(recent.id).where(
        recent.lesson == Member.lesson, ~recent.deleted
    )
    return query.order_by(recent.id.desc()).limit(1)


def _last(row: Row) -> Row:
    return {name: row[_LAST + name] for name in messages.columns()}


def _summary(row: Row, last: MessageRecord | None) -> Summary:
    return Summary(
        lesson_id=row["lesson_id"],
        unread=row["unread"],
        seq=row["seq"],
        read=row["read"],
        last=last,
        held=row["held"],
    )
