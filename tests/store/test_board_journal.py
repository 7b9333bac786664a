"""The changes of boards, in both databases."""

from datetime import timedelta
from typing import Any

import peewee
import pytest

from store import board_journal, board_marks, lessons
from store.board_journal import MAX_PRUNED, MAX_PRUNED_BYTES, PAGE, ROW, Extent
from store.models import Lesson
from store.packing import pack
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, noise


@pytest.fixture(autouse=True)
def two_lessons(tx: Transaction) -> None:
    for lesson in (1, 2):
        add_lesson(tx, lesson)


def entry(seq: int, **more: Any) -> BoardEntryRecord:
    plain: dict[str, Any] = {"lesson_id": 1, "kind": "patch", "user_id": 2, "at": TEN}
    return BoardEntryRecord(seq=seq, **plain | more)


def append(tx: Transaction, *seqs: int, **more: Any) -> None:
    board_journal.append(tx, [entry(seq, **more) for seq in seqs])


def journal(
    tx: Transaction, since: int = 0, limit: int = 5000, lesson: int = 1
) -> list[int]:
    found = board_journal.since(tx, lesson, since, limit=limit)
    return [entry.seq for entry in found]


def test_an_entry_is_read_back_as_it_was_stored(tx: Transaction) -> None:
    elements = bytes(range(256)) * 300
    written = entry(1, at=TEN + timedelta(microseconds=1), elements=elements)

    board_journal.append(tx, [written])

    assert board_journal.since(tx, 1, 0, limit=9) == [written]


def test_large_entries_are_stored_in_several_statements(tx: Transaction) -> None:
    before = tx.writes

    append(tx, 1, 2, 3, 4, 5, elements=noise(board_journal.MAX_BYTES // 2))

    assert tx.writes - before == 3
    assert journal(tx) == [1, 2, 3, 4, 5]


def test_an_entry_over_the_bytes_of_a_statement_has_one_of_its_own(
    tx: Transaction,
) -> None:
    before = tx.writes

    append(tx, 1, 2, elements=noise(board_journal.MAX_BYTES + 1))
    append(tx)

    assert tx.writes - before == 2


def test_entries_come_in_order_behind_a_seq_and_up_to_a_limit(tx: Transaction) -> None:
    append(tx, 3, 1, 2, 4)
    append(tx, 5, lesson_id=2)

    assert journal(tx) == [1, 2, 3, 4]
    assert journal(tx, since=2) == [3, 4]
    assert journal(tx, since=1, limit=2) == [2, 3]


def test_all_entries_behind_a_seq_come_over_many_pages(tx: Transaction) -> None:
    last = 3 * PAGE + 1
    append(tx, *range(1, last + 1))

    found = [one.seq for one in board_journal.after(tx, 1, 1)]

    assert found == list(range(2, last + 1))


def test_a_seq_is_taken_once_in_each_lesson(tx: Transaction) -> None:
    append(tx, 1)
    append(tx, 1, lesson_id=2)

    with pytest.raises(peewee.IntegrityError):
        append(tx, 1)


def test_the_extent_counts_entries_and_bytes_behind_a_seq(tx: Transaction) -> None:
    append(tx, 1, 2, 3, elements=noise(100_000))

    assert board_journal.extent(tx, 1, 1, limit=9) == Extent(2, 200_000)
    assert board_journal.extent(tx, 1, 3, limit=9) == Extent(0, 0)


def test_the_extent_of_a_long_journal_looks_at_no_more_than_asked(
    tx: Transaction,
) -> None:
    append(tx, *range(1, 2001), elements=noise(10))
    append(tx, *range(1, 2001), lesson_id=2)

    assert board_journal.extent(tx, 1, 5, limit=501) == Extent(501, 5010)


def test_an_extent_may_end_at_a_seq(tx: Transaction) -> None:
    append(tx, *range(1, 9), elements=noise(10))

    assert board_journal.extent(tx, 1, 2, limit=9, upto=5) == Extent(3, 30)


def test_the_journal_backwards_is_the_same_from_its_end(tx: Transaction) -> None:
    append(tx, *range(1, PAGE + 9))

    found = board_journal.backwards(tx, 1, PAGE + 5, 3)

    assert [one.seq for one in found] == list(range(PAGE + 5, 3, -1))


def test_a_packed_entry_is_read_as_it_came(tx: Transaction) -> None:
    long = b"[%b]" % b",".join([b'{"id":"a"}'] * 100)
    append(tx, 1, elements=pack(long), element_count=100)

    (read,) = board_journal.since(tx, 1, 0, limit=1)

    assert (read.elements, read.element_count) == (long, 100)


def test_a_lessons_board_stands_where_it_was_set(tx: Transaction) -> None:
    lessons.set_board_seq(tx, 1, 41)

    assert lessons.board_seqs(tx, [1, 2, 99]) == {1: 41, 2: 0}


def test_what_is_pruned_is_swept_away_and_nothing_else(tx: Transaction) -> None:
    append(tx, 1, 2, 3, 4)
    append(tx, 1, lesson_id=2)
    nothing = board_journal.sweep(tx, 1)
    board_marks.set_pruned(tx, 1, 3)

    assert (nothing, board_journal.sweep(tx, 1), board_journal.sweep(tx, 1)) == (
        0,
        3,
        0,
    )
    assert (journal(tx), journal(tx, lesson=2)) == ([4], [1])


def test_a_long_journal_is_swept_a_part_at_a_time(tx: Transaction) -> None:
    last = MAX_PRUNED + 5
    append(tx, *range(1, last + 1))
    board_marks.set_pruned(tx, 1, last)

    assert [board_journal.sweep(tx, 1) for _ in range(3)] == [MAX_PRUNED, 5, 0]


def test_a_lesson_takes_its_journal_along(tx: Transaction) -> None:
    append(tx, 1)
    append(tx, 1, lesson_id=2)

    tx.write(Lesson.delete().where(Lesson.id == 1))

    assert (journal(tx), journal(tx, lesson=2)) == ([], [1])


def test_the_size_of_a_journal_is_known_without_reading_it(tx: Transaction) -> None:
    written = [entry(seq, elements=noise(1000)) for seq in (1, 2, 3)]
    lessons.set_board_seq(tx, 1, 3, board_journal.append(tx, written))

    grown = lessons.board_bytes(tx, 1)
    board_marks.set_pruned(tx, 1, 1)
    board_journal.sweep(tx, 1)

    assert grown == 3 * (1000 + ROW)
    assert lessons.board_bytes(tx, 1) == 2 * (1000 + ROW)
    assert lessons.board_bytes(tx, 2) == lessons.board_bytes(tx, 99) == 0


def test_large_entries_are_swept_few_a_part(tx: Transaction) -> None:
    half = MAX_PRUNED_BYTES // 2
    append(tx, *range(1, 6), elements=noise(half))

    board_marks.set_pruned(tx, 1, 9)

    assert [board_journal.sweep(tx, 1) for _ in range(4)] == [2, 2, 1, 0]
