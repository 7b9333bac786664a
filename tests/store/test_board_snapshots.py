"""States of boards, in both databases."""

from typing import Any

import pytest

from store import board_journal, board_snapshots, lessons
from store.board_snapshots import PART
from store.models import BoardSnapshotPart, Lesson
from store.records import BoardEntryRecord, BoardSnapshotRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_lesson


@pytest.fixture(autouse=True)
def two_lessons(tx: Transaction) -> None:
    for lesson in (1, 2):
        add_lesson(tx, lesson)


def add(tx: Transaction, *seqs: int, **more: Any) -> None:
    """Store snapshots of lesson 1."""
    plain: dict[str, Any] = {
        "lesson_id": 1,
        "kind": "regular",
        "taken_at": TEN,
        "elements": 3,
    }
    plain |= {"checksum": "c" * 64, "data": b"state"}
    for seq in seqs:
        board_snapshots.add(tx, seq=seq, **plain | more)


def newest(tx: Transaction) -> BoardSnapshotRecord:
    return board_snapshots.of_lesson(tx, 1)[0]


def kept(tx: Transaction) -> list[tuple[int, str]]:
    found = board_snapshots.of_lesson(tx, 1)
    return [(snapshot.seq, snapshot.kind) for snapshot in found]


def test_a_snapshot_is_read_back_as_it_was_stored(tx: Transaction) -> None:
    data = bytes(range(256)) * (3 * PART // 256 - 1)

    add(tx, 7, data=data)

    read = newest(tx)
    assert (read.seq, read.kind, read.taken_at) == (7, "regular", TEN)
    assert (read.size, read.elements, read.broken) == (len(data), 3, False)
    assert board_snapshots.data(tx, read.id) == data


def test_a_snapshot_of_nothing_and_one_that_is_not_there_have_no_data(
    tx: Transaction,
) -> None:
    add(tx, 7, data=b"")

    assert board_snapshots.data(tx, newest(tx).id) == b""
    assert board_snapshots.data(tx, newest(tx).id + 1) == b""


def test_snapshots_come_newest_first(tx: Transaction) -> None:
    add(tx, 5, 9, 7)
    add(tx, 8, lesson_id=2)

    assert [seq for seq, _ in kept(tx)] == [9, 7, 5]


def test_lessons_with_snapshots_come_by_id_in_portions(tx: Transaction) -> None:
    add(tx, 1, 2)
    add(tx, 1, lesson_id=2)

    assert board_snapshots.lesson_ids(tx, 0, 9) == [1, 2]
    assert board_snapshots.lesson_ids(tx, 0, 1) == [1]
    assert board_snapshots.lesson_ids(tx, 1, 9) == [2]


def test_a_snapshot_takes_the_place_of_a_broken_one_of_its_seq(
    tx: Transaction,
) -> None:
    add(tx, 7, data=b"x" * (PART + 1))
    board_snapshots.mark_broken(tx, [newest(tx).id])
    assert newest(tx).broken

    add(tx, 7, data=b"good")

    assert (newest(tx).broken, newest(tx).size) == (False, 4)
    assert board_snapshots.data(tx, newest(tx).id) == b"good"
    assert len(kept(tx)) == 1


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ("regular", "cleared", "cleared"),
        ("cleared", "regular", "cleared"),
        ("regular", "regular", "regular"),
    ],
)
def test_what_was_cleared_at_a_seq_stays_so(
    tx: Transaction, first: str, second: str, stays: str
) -> None:
    add(tx, 7, kind=first)
    add(tx, 7, kind=second)

    assert kept(tx) == [(7, stays)]


def test_pruning_keeps_the_newest_two_good_snapshots(tx: Transaction) -> None:
    add(tx, 1, 2, 3, 4)
    board_snapshots.mark_broken(tx, [newest(tx).id])

    board_snapshots.prune(tx, 1, TEN + DAY)

    assert [seq for seq, _ in kept(tx)] == [4, 3, 2]


def test_pruning_keeps_what_was_cleared_for_its_days(tx: Transaction) -> None:
    add(tx, 1, kind="cleared", taken_at=TEN - DAY)
    add(tx, 2, kind="cleared")
    add(tx, 3, 4)

    board_snapshots.prune(tx, 1, TEN)

    assert kept(tx) == [(4, "regular"), (3, "regular"), (2, "cleared")]


@pytest.mark.parametrize(
    ("before", "left"),
    [(TEN, [1, 2, 3, 4]), (TEN + DAY, [2, 3, 4]), (TEN + 9 * DAY, [3, 4])],
)
def test_pruning_keeps_entries_for_their_days_and_behind_snapshots(
    tx: Transaction, before: Any, left: list[int]
) -> None:
    append(tx, 1, 2, 3, 4)
    add(tx, 2, 4)

    deleted = board_snapshots.prune(tx, 1, before)

    assert (deleted, journal(tx)) == (4 - len(left), left)


def test_pruning_with_one_snapshot_deletes_nothing(tx: Transaction) -> None:
    append(tx, 1, 2)
    add(tx, 2)

    assert board_snapshots.prune(tx, 1, TEN + 9 * DAY) == 0
    assert journal(tx) == [1, 2]


def append(tx: Transaction, *seqs: int) -> None:
    """Store changes of lesson 1, one a day."""
    board_journal.append(
        tx,
        [BoardEntryRecord(1, n, "patch", 2, TEN + (n - 1) * DAY) for n in seqs],
    )


def journal(tx: Transaction) -> list[int]:
    return [entry.seq for entry in board_journal.after(tx, 1, 0)]


def test_a_lesson_takes_its_snapshots_along_with_their_data(tx: Transaction) -> None:
    add(tx, 1, 2, data=b"x" * (PART + 1))

    tx.write(Lesson.delete().where(Lesson.id == 1))

    assert kept(tx) == []
    assert tx.rows(BoardSnapshotPart.select()) == []


def test_a_journal_over_its_bytes_is_trimmed_behind_the_second_snapshot(
    tx: Transaction,
) -> None:
    append(tx, 1, 2, 3, 4)
    lessons.set_board_seq(tx, 1, 4, 4 * 1000)
    add(tx, 2)
    alone = board_snapshots.trim(tx, 1, most=10)
    add(tx, 4)

    within = board_snapshots.trim(tx, 1, most=4 * 1000)
    over = board_snapshots.trim(tx, 1, most=10)

    assert (alone, within, over) == (0, 0, 2)
    assert journal(tx) == [3, 4]
    assert board_snapshots.trim(tx, 1, most=10) == 0
