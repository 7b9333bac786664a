"""What is left of a journal when a stretch of one user's changes is one step."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas
from rtserver.boards.merging import Merging
from store.records import BoardEntryRecord
from tests.rtserver.board_fakes import element, state
from tests.rtserver.board_histories import Change, History, histories, replayed

WITHIN = timedelta(seconds=10)
OLENA, TARAS = 2, 3


def merged(history: History, *snapshots: int, parts: int = 1) -> list[BoardEntryRecord]:
    journal = history.journal
    size = len(journal) // parts + 1
    cut = [journal[start : start + size] for start in range(0, len(journal), size)]
    return [left for part in cut for left in Merging(WITHIN, snapshots).of(part)]


def moves(*seconds: int, user: int = OLENA, id: str = "s") -> list[Change]:
    """Return changes of one element, so many seconds after one another."""
    return [
        ("patch", [element(id, n)], user, pause) for n, pause in enumerate(seconds, 1)
    ]


def seqs(entries: list[BoardEntryRecord]) -> list[int]:
    return [entry.seq for entry in entries]


def ids(entry: BoardEntryRecord | None) -> set[str]:
    return {each["id"] for each in json.loads(entry.elements)} if entry else set()


@given(histories, st.sets(st.integers(1, 25)), st.integers(1, 4))
def test_every_snapshot_and_the_end_stay_what_the_journal_leads_to(
    history: History, snapshots: set[int], parts: int
) -> None:
    left = merged(history, *snapshots, parts=parts)

    for seq in (*snapshots, len(history.journal)):
        before = [entry for entry in left if entry.seq <= seq]
        assert state(replayed(Canvas(), before)) == state(history.at(seq))


@given(histories, st.sets(st.integers(1, 25)))
def test_only_what_the_same_user_changed_again_soon_is_gone(
    history: History, snapshots: set[int]
) -> None:
    left = {entry.seq: entry for entry in merged(history, *snapshots)}

    for entry in history.journal:
        if entry.kind != "patch":
            assert left[entry.seq] == entry
        for id in ids(entry) - ids(left.get(entry.seq)):
            assert any(
                id in ids(later)
                and (later.kind, later.user_id) == ("patch", entry.user_id)
                and entry.at <= later.at < entry.at + WITHIN
                for later in left.values()
                if later.seq > entry.seq
            )


def test_a_stroke_sent_at_every_move_becomes_one_step() -> None:
    history = History(moves(*[0] * 100))

    (left,) = merged(history)

    assert left == history.journal[-1]


def test_what_takes_longer_than_a_step_leaves_one_each() -> None:
    history = History(moves(*[1] * 25))

    assert seqs(merged(history)) == [10, 20, 25]


def test_what_two_users_change_by_turns_stays_theirs() -> None:
    history = History(
        [
            ("patch", [element("a", 1)], OLENA, 0),
            ("patch", [element("a", 2)], TARAS, 1),
            ("patch", [element("a", 3)], OLENA, 1),
            ("patch", [element("a", 4)], TARAS, 1),
        ]
    )

    assert seqs(merged(history)) == [3, 4]


def test_a_step_loses_only_the_elements_that_came_again() -> None:
    history = History(
        [
            ("patch", [element("a", 1), element("b", 1, x=1)], OLENA, 0),
            ("patch", [element("a", 2)], OLENA, 1),
        ]
    )

    first, second = merged(history)

    assert json.loads(first.elements) == [
        {"id": "b", "version": 1, "versionNonce": 0, "x": 1}
    ]
    assert (first.element_count, second) == (1, history.journal[1])


def test_nothing_is_merged_across_a_snapshot_a_reset_or_a_replacement() -> None:
    again: Change = ("patch", [element("s", 9)], OLENA, 0)
    reset: Change = ("reset", [], OLENA, 0)
    replaced: Change = ("replace", [element("s", 1)], OLENA, 0)

    for between in (reset, replaced):
        history = History([*moves(0, 0), between, again])
        assert seqs(merged(history)) == [2, 3, 4]
    assert seqs(merged(History(moves(*[0] * 6)), 2, 4)) == [2, 4, 6]


def test_a_clock_that_was_set_back_merges_nothing_wrongly() -> None:
    history = History(moves(0, 5, -60, 5))

    assert seqs(merged(history)) == [2, 4]
