"""How far journals are pruned and merged, in both databases."""

from store import board_marks
from store.board_marks import Marks
from store.models import Lesson
from store.transaction import Transaction
from tests.store.rows import add_lesson


def test_each_mark_moves_by_itself(tx: Transaction) -> None:
    for lesson in (1, 2):
        add_lesson(tx, lesson)

    board_marks.set_pruned(tx, 1, 4)
    board_marks.set_merged(tx, 1, 9)
    board_marks.set_pruned(tx, 1, 5)

    assert board_marks.get(tx, 1) == Marks(pruned=5, merged=9)
    assert board_marks.get(tx, 2) == board_marks.get(tx, 99) == Marks(0, 0)


def test_what_lies_before_either_mark_is_trimmed() -> None:
    assert (Marks(5, 9).trimmed, Marks(9, 5).trimmed) == (9, 9)


def test_a_lesson_takes_its_marks_along(tx: Transaction) -> None:
    add_lesson(tx, 1)
    board_marks.set_pruned(tx, 1, 4)

    tx.write(Lesson.delete().where(Lesson.id == 1))

    assert board_marks.get(tx, 1) == Marks()
