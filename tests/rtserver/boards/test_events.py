"""A board's journal, as its subscribers hear it."""

import json

import pytest

from rtserver.boards.events import board_event, board_gap, missed_events
from rtserver.delivery.replay import ReplayLimits
from store import board_journal, lessons
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_user

LESSON, OLENA = 3, 7
SENT = b'[{"id":"a","version":1, "x": 1.50}]'
PLENTY = ReplayLimits(100, 1 << 20)


def entry(seq: int, kind: str = "patch", elements: bytes = SENT) -> BoardEntryRecord:
    return BoardEntryRecord(LESSON, seq, kind, OLENA, TEN, elements)


@pytest.fixture
def journal(tx: Transaction) -> Transaction:
    """A board that stands at 4, of whose journal the first entry is gone."""
    add_user(tx, OLENA)
    add_lesson(tx, LESSON)
    board_journal.append(tx, [entry(seq) for seq in (2, 3, 4)])
    lessons.set_board_seq(tx, LESSON, 4)
    return tx


@pytest.mark.parametrize(
    ("kind", "type"), [("patch", "board.patch"), ("replace", "board.snapshot.send")]
)
def test_elements_go_on_byte_for_byte(kind: str, type: str) -> None:
    event = board_event(entry(5, kind), "c_1")

    assert (event.type, event.seq, event.sender) == (type, 5, "c_1")
    assert SENT in bytes(event.payload)
    assert json.loads(bytes(event.payload))["user_id"] == OLENA


def test_a_reset_names_nobodys_elements() -> None:
    event = board_event(entry(5, "reset", b"[]"))

    assert (event.type, bytes(event.payload)) == ("board.reset", b'{"user_id":7}')


def test_a_change_goes_to_the_channel_and_the_stream_of_its_lesson() -> None:
    event = board_event(entry(5))

    assert (event.channel, event.stream) == ("board:lesson:3", "board:3")
    assert event.user_ids == ()


@pytest.mark.parametrize(
    ("since", "limits", "seqs", "reason"),
    [
        (4, PLENTY, [], ""),
        (1, PLENTY, [2, 3, 4], ""),
        (5, PLENTY, [], "ahead"),
        (0, PLENTY, [], "trimmed"),
        (1, ReplayLimits(2, 1 << 20), [], "too_many"),
        (1, ReplayLimits(3, 3 * len(SENT) - 1), [], "too_many"),
        (1, ReplayLimits(3, 3 * len(SENT)), [2, 3, 4], ""),
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
    assert board_gap(journal, 99, 0, PLENTY) == ((), 0, False)
