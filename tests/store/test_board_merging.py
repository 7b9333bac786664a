"""Merged steps in the place of what was there, in both databases."""

import pytest

from store import board_journal, board_marks, board_merging, board_snapshots, lessons
from store.board_marks import Marks
from store.board_merging import Packed
from store.board_snapshots import FAR_BYTES
from store.erasure import NOBODY, drawn
from store.packing import pack
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, noise
from tests.store.test_board_snapshots import add, kept

LONG = noise(1002)
BLANK = b"[%b]" % (b" " * 1000)


@pytest.fixture(autouse=True)
def lesson(tx: Transaction) -> None:
    add_lesson(tx, 1)
    entries = [BoardEntryRecord(1, n, "patch", 2, TEN, LONG) for n in range(1, 9)]
    lessons.set_board_seq(tx, 1, 8, board_journal.append(tx, entries))


def seqs(tx: Transaction) -> list[int]:
    return [entry.seq for entry in board_journal.after(tx, 1, 0)]


def mergeable(tx: Transaction, steps: int = 9, size: int = 1 << 20) -> list[int]:
    found = board_merging.mergeable(tx, 1, steps=steps, size=size)
    return [entry.seq for entry in found.entries]


def test_steps_before_the_second_snapshot_may_be_merged_some_at_a_time(
    tx: Transaction,
) -> None:
    alone = mergeable(tx)
    add(tx, 2, kind="kept")
    add(tx, 6, 8)
    board_marks.set_seen(tx, 1, 1, merged=0)

    assert alone == []
    assert mergeable(tx) == [2, 3, 4, 5, 6]
    assert mergeable(tx, steps=2) == mergeable(tx, size=1100) == [2, 3]
    found = board_merging.mergeable(tx, 1, steps=9, size=1 << 20)
    assert (found.after, found.snapshots) == (1, {2, 6, 8})


def test_what_is_left_stands_in_the_place_of_all_and_the_bytes_are_counted(
    tx: Transaction,
) -> None:
    left = [Packed(3, pack(BLANK), 1), Packed(4, LONG, 2)]

    assert board_merging.put(tx, 1, 0, 4, left, 3)

    assert seqs(tx) == [3, 4, 5, 6, 7, 8]
    assert board_marks.get(tx, 1) == Marks(merged=3, seen=4)
    first = board_journal.since(tx, 1, 0, limit=1)[0]
    assert (first.elements, first.element_count, first.user_id) == (BLANK, 1, 2)
    size = board_journal.extent(tx, 1, 0, limit=99)
    assert size.bytes < 5 * 1002 + 100
    assert lessons.board_bytes(tx, 1) == size.bytes + 6 * board_journal.ROW


def test_who_was_erased_meanwhile_stays_erased(tx: Transaction) -> None:
    drawn(tx, 2, 1, 99)

    board_merging.put(tx, 1, 0, 2, [Packed(2, LONG, 1)], 1)

    assert {entry.user_id for entry in board_journal.after(tx, 1, 0)} == {NOBODY}


@pytest.mark.parametrize("seen", [False, True])
def test_nothing_is_put_where_another_process_was_first(
    tx: Transaction, seen: bool
) -> None:
    if seen:
        board_marks.set_seen(tx, 1, 2, merged=0)
    else:
        board_marks.set_pruned(tx, 1, 2)

    assert not board_merging.put(tx, 1, 0, 4, [], 4)
    assert len(seqs(tx)) == 8


def test_kept_snapshots_go_before_which_little_is_left(tx: Transaction) -> None:
    big = [
        BoardEntryRecord(1, n, "patch", 2, TEN, noise(FAR_BYTES + 1)) for n in (9, 12)
    ]
    small = [BoardEntryRecord(1, n, "patch", 2, TEN) for n in (10, 11, 13)]
    board_journal.append(tx, [*big, *small])
    add(tx, 1, 5, 9, 10, 12, 13, kind="kept")
    board_marks.set_pruned(tx, 1, 1)
    board_marks.set_seen(tx, 1, 12, merged=11)

    board_merging.thin(tx, 1)

    assert [seq for seq, _ in kept(tx)] == [13, 12, 9, 1]
    assert board_snapshots.floor(tx, 1) == 0
