"""What somebody missed of a board: each element once, as it is now."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import encode_elements
from rtserver.boards.missed import READ, Compaction, board_gap, missed_events
from rtserver.delivery.replay import ReplayLimits
from store import board_journal, lessons
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.rtserver.board_fakes import element, state
from tests.rtserver.board_histories import History, histories, replayed
from tests.store.rows import TEN, add_lesson, add_user

LESSON, OLENA = 3, 7
PLENTY = ReplayLimits(100, 1 << 20)
SIZE = len(encode_elements([element("e1")]))


def entry(seq: int, kind: str = "patch", *elements: Any) -> BoardEntryRecord:
    sent = encode_elements(elements or [element(f"e{seq}")])
    return BoardEntryRecord(LESSON, seq, kind, OLENA, TEN, sent)


@given(histories, st.randoms())
def test_an_old_copy_and_the_replay_end_as_a_fresh_copy(
    history: History, random: Any
) -> None:
    since = random.randint(0, len(history.journal))
    missed = history.journal[since:]
    told = Compaction(PLENTY)

    assert told.take(reversed(missed))
    copy = replayed(Canvas(), history.journal[:since])
    assert state(replayed(copy, told.entries())) == state(history.canvas)
    ids = [
        e["id"]
        for each in told.entries()
        if each.kind == "patch"
        for e in json.loads(each.elements)
    ]
    assert len(ids) == len(set(ids))
    kept = {each.seq for each in missed if each.kind != "patch"}
    assert kept <= {each.seq for each in told.entries()}


def test_a_stroke_sent_at_every_move_comes_once_at_its_last_seq() -> None:
    points = [[n, n] for n in range(600)]
    moves = [
        entry(n, "patch", element("s", n, points=points[:n])) for n in range(1, 601)
    ]
    told = Compaction(PLENTY)

    assert told.take(reversed(moves))
    assert told.entries() == [moves[-1]]


def test_what_others_changed_keeps_its_seq_and_loses_only_what_came_again() -> None:
    first = entry(1, "patch", element("a"), element("b", 1))
    second = entry(2, "patch", element("b", 2))
    told = Compaction(PLENTY)

    assert told.take([second, first])
    one, other = told.entries()
    assert (one.seq, json.loads(one.elements)) == (
        1,
        [{"id": "a", "version": 1, "versionNonce": 0}],
    )
    assert other == second


@pytest.fixture
def journal(tx: Transaction) -> Transaction:
    """A board that stands at 4, of whose journal the first entry is gone."""
    add_user(tx, OLENA)
    add_lesson(tx, LESSON)
    board_journal.append(tx, [entry(seq) for seq in (2, 3, 4)])
    lessons.set_board_seq(tx, LESSON, 4)
    return tx


@pytest.mark.parametrize(
    ("since", "limits", "seqs", "reason"),
    [
        (4, PLENTY, [], ""),
        (1, PLENTY, [2, 3, 4], ""),
        (5, PLENTY, [], "ahead"),
        (0, PLENTY, [], "trimmed"),
        (1, ReplayLimits(2, 1 << 20), [], "too_many"),
        (1, ReplayLimits(3, 3 * SIZE - 1), [], "too_many"),
        (1, ReplayLimits(3, 3 * SIZE), [2, 3, 4], ""),
    ],
)
def test_what_was_missed_is_replayed_whole_or_not_and_why(
    journal: Transaction,
    since: int,
    limits: ReplayLimits,
    seqs: list[int],
    reason: str,
) -> None:
    missed = missed_events(journal, LESSON, since, 4, limits)

    assert [event.seq for event in missed.events] == seqs
    assert missed.reason == reason


def test_a_gap_that_cannot_be_filled_says_where_it_ends(journal: Transaction) -> None:
    filled, trimmed = (board_gap(journal, LESSON, seq, PLENTY) for seq in (2, 0))

    assert filled.events is not None
    assert [event.seq for event in filled.events] == [3, 4]
    assert (trimmed.events, trimmed.head) == (None, 4)
    assert board_gap(journal, 99, 0, PLENTY) == ([], 0, False)


def test_a_gap_is_filled_with_every_change_for_each_may_have_to_be_acked(
    journal: Transaction,
) -> None:
    again = [entry(seq, "patch", element("e4", seq)) for seq in (5, 6)]
    board_journal.append(journal, again)
    lessons.set_board_seq(journal, LESSON, 6)

    gap = board_gap(journal, LESSON, 2, PLENTY)
    missed = missed_events(journal, LESSON, 2, 6, PLENTY)

    assert [event.seq for event in gap.events or ()] == [3, 4, 5, 6]
    assert [event.seq for event in missed.events] == [3, 6]


def test_no_more_is_read_for_a_replay_than_some_times_what_may_be_sent(
    journal: Transaction,
) -> None:
    limits = ReplayLimits(1, 1 << 20)
    moves = [entry(seq, "patch", element("s", seq)) for seq in range(5, READ + 6)]
    board_journal.append(journal, moves)
    head = moves[-1].seq
    lessons.set_board_seq(journal, LESSON, head)

    most = missed_events(journal, LESSON, head - READ, head, limits)
    over = missed_events(journal, LESSON, head - READ - 1, head, limits)

    assert [event.seq for event in most.events] == [head]
    assert over.reason == "too_many"
