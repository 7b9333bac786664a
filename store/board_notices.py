"""Marks of whom to tell that a board has changed (two columns of ``members``)."""

from collections.abc import Collection
from datetime import datetime

from store.models import Member
from store.transaction import Transaction


def untold(
    tx: Transaction,
    lesson_ids: Collection[int],
    *,
    told_before: datetime,
    seen_before: datetime,
) -> list[tuple[int, int]]:
    """Return lessons with accepted members neither told nor seen there lately."""
    told = Member.board_told_at.is_null() | (Member.board_told_at <= told_before)
    seen = Member.board_seen_at.is_null() | (Member.board_seen_at < seen_before)
    query = Member.select(Member.lesson, Member.user).where(
        Member.lesson.in_(lesson_ids), Member.state == "accepted", told, seen
    )
    rows = tx.rows(query.order_by(Member.lesson, Member.user))
    return [(row["lesson"], row["user"]) for row in rows]


def set_told(
    tx: Transaction, lesson_id: int, user_ids: Collection[int], at: datetime
) -> None:
    some = (Member.lesson == lesson_id) & Member.user.in_(user_ids)
    tx.write(Member.update(board_told_at=at).where(some))


def set_seen(
    tx: Transaction, lesson_id: int, user_ids: Collection[int], at: datetime
) -> None:
    some = (Member.lesson == lesson_id) & Member.user.in_(user_ids)
    tx.write(Member.update(board_seen_at=at).where(some))
