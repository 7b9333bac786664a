"""How far each member has read a lesson's chat (table ``read_marks``)."""

from collections.abc import Collection

from store.models import Member, ReadMark
from store.transaction import Transaction


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
    return {user: seq for (_, user), seq in of_lessons(tx, [lesson_id]).items()}


def of_lessons(
    tx: Transaction, lesson_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """Return the marks of lessons' accepted members by lesson and user id."""
    same = (Member.lesson == ReadMark.lesson) & (Member.user == ReadMark.user)
    query = ReadMark.select(ReadMark.lesson, ReadMark.user, ReadMark.seq)
    here = ReadMark.lesson.in_(lesson_ids) & (Member.state == "accepted")
    marks = query.join(Member, on=same).where(here)
    rows = tx.rows(marks.order_by(ReadMark.lesson, ReadMark.user))
    return {(row["lesson"], row["user"]): row["seq"] for row in rows}


def put(tx: Transaction, lesson_id: int, user_id: int, seq: int) -> None:
    """Set a member's mark."""
    tx.insert(
        ReadMark.insert(lesson=lesson_id, user=user_id, seq=seq).on_conflict(
            conflict_target=(ReadMark.lesson, ReadMark.user),
            update={ReadMark.seq: seq},
        )
    )
