"""How long journals are kept, and what their history begins from, in both databases."""

from typing import Any

import pytest

from store import board_history, board_journal, board_marks, board_snapshots, lessons
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import DAY, TEN, add_lesson, noise
from tests.store.test_board_snapshots import add, kept, newest


@pytest.fixture(autouse=True)
def lesson(tx: Transaction) -> None:
    add_lesson(tx, 1)


def append(tx: Transaction, *seqs: int, size: int = 2, **more: Any) -> None:
    """Store changes of lesson 1, one a day."""
    entries = [
        BoardEntryRecord(1, n, "patch", 2, TEN + (n - 1) * DAY, noise(size), **more)
        for n in seqs
    ]
    lessons.set_board_seq(tx, 1, seqs[-1], board_journal.append(tx, entries))


def test_steps_come_newest_first_without_what_is_pruned(tx: Transaction) -> None:
    append(tx, 1, 2, 3, 4, 5, element_count=7)
    board_marks.set_pruned(tx, 1, 2)

    steps = board_history.steps(tx, 1, None, 9)

    assert [step["seq"] for step in steps] == [5, 4, 3]
    assert (steps[0]["kind"], steps[0]["user_id"], steps[0]["element_count"]) == (
        "patch",
        2,
        7,
    )
    assert [step["seq"] for step in board_history.steps(tx, 1, 5, 1)] == [4]


def test_a_history_begins_from_good_snapshots_of_what_isnt_pruned(
    tx: Transaction,
) -> None:
    add(tx, 1, 3, 5, 7, 9)
    board_marks.set_pruned(tx, 1, 3)
    board_snapshots.mark_broken(tx, [board_history.bases(tx, 1, 5)[0].id])

    assert [one.seq for one in board_history.bases(tx, 1, 8)] == [7, 3]


@pytest.mark.parametrize(
    ("before", "last"),
    [(TEN, 0), (TEN + DAY, 1), (TEN + 2 * DAY, 2), (TEN + 9 * DAY, 3)],
)
def test_what_is_older_may_be_pruned_up_to_the_second_snapshot(
    tx: Transaction, before: Any, last: int
) -> None:
    append(tx, 1, 2, 3, 4)
    alone = board_history.older(tx, 1, TEN + 9 * DAY)
    add(tx, 3, 4)

    assert (alone, board_history.older(tx, 1, before)) == (0, last)


def test_nothing_behind_a_younger_step_is_older(tx: Transaction) -> None:
    append(tx, 1, 3)
    board_journal.append(tx, [BoardEntryRecord(1, 2, "patch", 2, TEN + 30 * DAY)])
    add(tx, 3, 4)

    assert board_history.older(tx, 1, TEN + 9 * DAY) == 1


def test_what_is_pruned_ends_at_the_seq_before_the_oldest_step_that_stays(
    tx: Transaction,
) -> None:
    append(tx, 1, 4, 9)
    board_marks.set_seen(tx, 1, 9, merged=9)
    add(tx, 9, 10)

    assert board_history.older(tx, 1, TEN + DAY) == 3
    assert board_history.older(tx, 1, TEN) == 0


def test_the_first_step_tells_how_old_a_journal_is(tx: Transaction) -> None:
    append(tx, 2, 3)

    assert board_history.oldest_at(tx, 1, 0) == TEN + DAY
    assert board_history.oldest_at(tx, 1, 2) == TEN + 2 * DAY
    assert board_history.oldest_at(tx, 1, 3) is None


def test_what_is_pruned_and_not_swept_yet_is_known(tx: Transaction) -> None:
    found = [board_history.has_pruned(tx, 1)]
    append(tx, 1, 2, 3)
    found.append(board_history.has_pruned(tx, 1))
    board_marks.set_pruned(tx, 1, 2)
    found.append(board_history.has_pruned(tx, 1))
    board_journal.sweep(tx, 1)

    assert [*found, board_history.has_pruned(tx, 1)] == [False, False, True, False]


def test_a_journal_within_its_bytes_isnt_cut(tx: Transaction) -> None:
    append(tx, 1, 2, 3, 4, size=936)
    add(tx, 2, 4)

    assert board_history.excess(tx, 1, 4000) == 0
    assert board_history.excess(tx, 1, 3999) == 2


def test_a_journal_over_its_bytes_is_cut_at_the_first_snapshot_that_is_enough(
    tx: Transaction,
) -> None:
    append(tx, *range(1, 11), size=936)
    add(tx, 3, 6, kind="kept", data=b"x" * 1000)
    add(tx, 9, 10)

    cuts = [board_history.excess(tx, 1, most) for most in (12_000, 9_000, 5_000, 10)]

    assert cuts == [0, 3, 6, 9]


def test_nothing_is_cut_without_a_second_snapshot(tx: Transaction) -> None:
    append(tx, 1, 2, size=936)
    add(tx, 2)

    assert board_history.excess(tx, 1, 10) == 0


def test_a_cut_takes_the_older_states_along(tx: Transaction) -> None:
    add(tx, 1, 3, kind="kept")
    add(tx, 2, kind="cleared")
    add(tx, 5, 6)

    board_history.cut(tx, 1, 3)
    board_history.cut(tx, 1, 1)  # never back

    assert board_marks.get(tx, 1).pruned == 3
    assert [seq for seq, _ in kept(tx)] == [6, 5, 3, 2]


def test_a_good_snapshot_at_the_seq_is_kept_as_the_base(tx: Transaction) -> None:
    add(tx, 3, kind="cleared")
    add(tx, 5, 6)

    found = [board_history.keep_base(tx, 1, seq) for seq in (2, 3, 4, 6)]
    board_snapshots.mark_broken(tx, [newest(tx).id])

    assert found == [False, True, False, True]
    assert not board_history.keep_base(tx, 1, 6)
    assert kept(tx) == [(6, "regular"), (5, "regular"), (3, "kept")]
