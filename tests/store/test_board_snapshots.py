"""States of boards, in both databases."""

from typing import Any

import pytest

from store import board_journal, board_snapshots
from store.board_snapshots import FAR_BYTES, PART
from store.models import BoardSnapshotPart, Lesson
from store.records import BoardEntryRecord, BoardSnapshotRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_lesson, noise


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


def test_the_newest_two_good_snapshots_stay_and_a_short_way_before_them_none(
    tx: Transaction,
) -> None:
    add(tx, 1, 2, 3, 4)
    board_snapshots.mark_broken(tx, [newest(tx).id])

    board_snapshots.retire(tx, 1, pruned=0)

    assert kept(tx) == [(4, "regular"), (3, "regular"), (2, "regular")]
    assert (board_snapshots.floor(tx, 1), board_snapshots.floor(tx, 2)) == (2, 0)


def test_snapshots_that_lie_far_apart_are_kept_for_the_history(
    tx: Transaction,
) -> None:
    size = FAR_BYTES // 2
    append(tx, *range(1, 10), elements=noise(size))
    add(tx, *range(1, 10))

    board_snapshots.retire(tx, 1, pruned=3)
    board_snapshots.retire(tx, 1, pruned=3)

    assert [seq for seq, kind in kept(tx) if kind == "kept"] == [7, 5]
    assert [seq for seq, kind in kept(tx) if kind == "regular"] == [9, 8]


def test_a_large_snapshot_is_kept_where_more_of_the_journal_lies_before_it(
    tx: Transaction,
) -> None:
    append(tx, *range(1, 10), elements=noise(FAR_BYTES // 2))
    add(tx, *range(1, 10), data=b"x" * FAR_BYTES)

    board_snapshots.retire(tx, 1, pruned=0)

    assert [seq for seq, kind in kept(tx) if kind == "kept"] == [4]


def test_a_kept_snapshot_stays_that_and_one_of_the_newest_two_becomes_none(
    tx: Transaction,
) -> None:
    add(tx, 1, 2, 3)
    for one in board_snapshots.of_lesson(tx, 1):
        board_snapshots.keep(tx, one)
    add(tx, 1)

    assert kept(tx) == [(3, "regular"), (2, "regular"), (1, "kept")]
    board_snapshots.drop_kept(tx, 1, before=2)
    assert kept(tx) == [(3, "regular"), (2, "regular")]


def test_what_was_cleared_goes_by_its_age(tx: Transaction) -> None:
    add(tx, 1, kind="cleared", taken_at=TEN - DAY)
    add(tx, 2, kind="cleared")
    add(tx, 3, taken_at=TEN - DAY)

    assert not board_snapshots.has_cleared(tx, 1, TEN - DAY)
    assert board_snapshots.has_cleared(tx, 1, TEN)
    assert board_snapshots.drop_cleared(tx, 1, TEN) == 1
    assert not board_snapshots.has_cleared(tx, 1, TEN)
    assert kept(tx) == [(3, "regular"), (2, "cleared")]


def append(tx: Transaction, *seqs: int, elements: bytes = b"[]") -> None:
    """Store changes of lesson 1."""
    board_journal.append(
        tx,
        [BoardEntryRecord(1, n, "patch", 2, TEN, elements) for n in seqs],
    )


def test_a_lesson_takes_its_snapshots_along_with_their_data(tx: Transaction) -> None:
    add(tx, 1, 2, data=b"x" * (PART + 1))

    tx.write(Lesson.delete().where(Lesson.id == 1))

    assert kept(tx) == []
    assert tx.rows(BoardSnapshotPart.select()) == []
