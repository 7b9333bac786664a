"""Read marks: how far each member has read a chat (table ``read_marks``)."""

from typing import Any

from store.models import Member, ReadMark
from store.prepared import Prepared
from store.transaction import Transaction


def _select_of_lesson(lesson_id: Any) -> Any:
    same = (Member.lesson == ReadMark.lesson) & (Member.user == ReadMark.user)
    query = ReadMark.select(ReadMark.user, ReadMark.seq).join(Member, on=same)
    here = (ReadMark.lesson == lesson_id) & (Member.state == "accepted")
    return query.where(here).order_by(ReadMark.user)


_OF_LESSON = Prepared(ReadMark, _select_of_lesson)


def get(tx: Transaction, lesson_id: int, user_id: int) -> int:
    """Return a member's mark; 0 when there is none."""
    row = tx.first(
        ReadMark.select(ReadMark.seq).where(
            ReadMark.lesson == lesson_id, ReadMark.user == user_id
        )
    )
    return int(row["seq"]) if row else 0


def of_lesson(tx: Transaction, lesson_id: int) -> dict[int, int]:
    """Return the marks of a lesson's accepted members by user id.

    Who is gone keeps a mark, so that it isn't set back if they return.
    """
    return {row["user"]: row["seq"] for row in _OF_LESSON.rows(tx, lesson_id)}


def put(tx: Transaction, lesson_id: int, user_id: int, seq: int) -> None:
    """Set a member's mark."""
    tx.insert(
        ReadMark.insert(lesson=lesson_id, user=user_id, seq=seq).on_conflict(
            conflict_target=(ReadMark.lesson, ReadMark.user),
            update={ReadMark.seq: seq},
        )
    )
