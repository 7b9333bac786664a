"""Marks of how far boards' journals are pruned and merged (table ``board_marks``)."""

from typing import NamedTuple

from store.models_boards import BoardMark
from store.prepared import Prepared
from store.transaction import Transaction

_OF_LESSON = Prepared(
    BoardMark, lambda lesson: BoardMark.select().where(BoardMark.lesson == lesson)
)


class Marks(NamedTuple):
    """Up to ``pruned`` nothing counts any more; up to ``merged`` steps may be missing.

    The board as it was at ``pruned`` is kept as a snapshot. Up to ``seen`` was looked
    for what can be merged: not below ``merged``, which is the last that was.
    """

    pruned: int = 0
    merged: int = 0
    seen: int = 0

    @property
    def trimmed(self) -> int:
        """Return the seq below which not every change can be told any more."""
        return max(self.pruned, self.merged)

    @property
    def tended(self) -> int:
        """Return the seq up to which there is nothing more to merge."""
        return max(self.pruned, self.seen)


def get(tx: Transaction, lesson_id: int) -> Marks:
    """Return a board's marks: both 0 where nothing was ever pruned or merged."""
    row = _OF_LESSON.first(tx, lesson_id)
    return Marks(row["pruned"], row["merged"], row["seen"]) if row else Marks()


def set_pruned(tx: Transaction, lesson_id: int, seq: int) -> None:
    """Move the mark; the lesson's row is locked (``lessons=``)."""
    _set(tx, lesson_id, get(tx, lesson_id)._replace(pruned=seq))


def set_seen(tx: Transaction, lesson_id: int, seq: int, merged: int) -> None:
    """Move both marks; the lesson's row is locked (``lessons=``).

    ``merged`` is the last seq of which something went, or 0; that never goes back.
    """
    marks = get(tx, lesson_id)
    merged = max(marks.merged, merged)
    _set(tx, lesson_id, marks._replace(merged=merged, seen=seq))


def _set(tx: Transaction, lesson_id: int, marks: Marks) -> None:
    values = marks._asdict()
    insert = BoardMark.insert(lesson=lesson_id, **values)
    tx.insert(insert.on_conflict(conflict_target=[BoardMark.lesson], update=values))
