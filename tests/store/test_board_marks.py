"""How far journals are pruned and merged, in both databases."""

from importlib import import_module

from store import board_journal, board_marks, lessons
from store.board_marks import Marks
from store.models import Lesson
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson


def test_each_mark_moves_by_itself(tx: Transaction) -> None:
    for lesson in (1, 2):
        add_lesson(tx, lesson)

    board_marks.set_pruned(tx, 1, 4)
    board_marks.set_seen(tx, 1, 9, merged=7)
    board_marks.set_pruned(tx, 1, 5)
    before = board_marks.get(tx, 1)
    board_marks.set_seen(tx, 1, 12, merged=0)

    assert before == Marks(pruned=5, merged=7, seen=9)
    assert board_marks.get(tx, 1) == Marks(pruned=5, merged=7, seen=12)
    assert board_marks.get(tx, 2) == board_marks.get(tx, 99) == Marks(0, 0)


def test_what_lies_before_either_mark_is_trimmed() -> None:
    assert (Marks(5, 9, 12).trimmed, Marks(9, 5, 7).trimmed) == (9, 9)
    assert (Marks(5, 9, 12).tended, Marks(9, 5, 7).tended) == (12, 9)


def test_what_was_merged_before_there_was_a_mark_for_it_was_looked_at(
    tx: Transaction,
) -> None:
    add_lesson(tx, 1)
    board_marks.set_seen(tx, 1, 9, merged=9)
    tx.engine.execute_sql("ALTER TABLE board_marks DROP COLUMN seen")

    import_module("store.migrations.0020_board_seen").up(None, tx.engine)

    assert board_marks.get(tx, 1) == Marks(merged=9, seen=9)


def test_a_lesson_takes_its_marks_along(tx: Transaction) -> None:
    add_lesson(tx, 1)
    board_marks.set_pruned(tx, 1, 4)

    tx.write(Lesson.delete().where(Lesson.id == 1))

    assert board_marks.get(tx, 1) == Marks()


def test_a_journal_from_before_there_were_marks_is_pruned_up_to_its_first_entry(
    tx: Transaction,
) -> None:
    for lesson, seqs in ((1, [3, 4, 5]), (2, [1, 2]), (3, []), (4, [])):
        add_lesson(tx, lesson)
        entries = [BoardEntryRecord(lesson, seq, "patch", 1, TEN) for seq in seqs]
        board_journal.append(tx, entries)
        lessons.set_board_seq(tx, lesson, 7 if lesson == 4 else max([0, *seqs]))
    tx.engine.execute_sql("DROP TABLE board_marks")
    tx.engine.execute_sql("ALTER TABLE board_journal DROP COLUMN element_count")

    for migration in ("0011_board_history", "0020_board_seen"):
        import_module(f"store.migrations.{migration}").up(None, tx.engine)

    found = [board_marks.get(tx, lesson).pruned for lesson in (1, 2, 3, 4)]
    assert found == [2, 0, 0, 7]
    assert [entry.element_count for entry in board_journal.after(tx, 1, 0)] == [
        None
    ] * 3
