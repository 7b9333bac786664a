from datetime import timedelta

import pytest

from rtserver.boards.canvas import Canvas
from rtserver.boards.verify import Difference
from rtserver.boards.verify import verify as verify_board
from store import board_history, board_journal, lessons
from store.models import BoardEntry
from tests.lesson_school import LESSON, opened_with_lesson
from tests.rtserver.board_fakes import KEEP, KeptBoard, canvas, element
from tests.rtserver.boards.test_state import break_snapshots, filled

WRONG = "the snapshot isn't what the journal leads to"


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.fixture
def board(school):
    return KeptBoard(school)


async def verify(board):
    return await board.db.read(verify_board, LESSON, KEEP)


async def test_a_sound_board_has_no_differences(board):
    await filled(board)

    verdict = await verify(board)

    assert (verdict.seq, verdict.snapshots, verdict.differences) == (7, 2, ())


async def test_an_empty_board_is_sound(board):
    assert (await verify(board)).differences == ()


async def test_a_pruned_board_is_sound(school, board):
    await filled(board)
    await school.run(board_history.cut, LESSON, 2)
    await school.run(board_journal.sweep, LESSON)

    assert (await verify(board)).differences == ()


async def test_what_was_cleared_before_the_journal_begins_has_only_to_be_readable(
    school, board
):
    await board.patch(element("a"))
    await board.snapshot("cleared")
    await board.reset()
    await filled(board)
    await school.run(board_history.cut, LESSON, 4)
    sound = await verify(board)
    await break_snapshots(school, board, 3)

    assert (sound.snapshots, sound.differences) == (3, ())
    assert 1 in [each.seq for each in (await verify(board)).differences]


@pytest.mark.parametrize(
    ("seeded", "ids"),
    [
        ([element("a", 2, deleted=True), element("b", 3)], ("c",)),
        ([element("b", 3), element("c")], ("a",)),
        (
            [element("a", 2, deleted=True), element("b", 3, x=1), element("c", 2)],
            ("b", "c"),
        ),
        (
            [element("a", 1), element("b", 3), element("c"), element("z")],
            ("a", "z"),
        ),
    ],
)
async def test_a_snapshot_that_differs_is_told_with_the_elements(board, seeded, ids):
    await filled(board)
    await board.snapshot(seq=2, canvas=canvas(*seeded))

    assert (await verify(board)).differences[0] == Difference(2, WRONG, ids)


async def test_a_change_that_differs_is_told_at_the_next_snapshot(school, board):
    await filled(board)
    other = BoardEntry.update(elements=b'[{"id":"c","version":1,"x":2}]')
    await school.run(lambda tx: tx.write(other.where(BoardEntry.seq == 2)))

    assert (await verify(board)).differences == (Difference(2, WRONG, ("a", "c")),)


async def test_a_hole_after_the_snapshots_means_that_nothing_loads(school, board):
    await filled(board)
    gone = BoardEntry.delete().where(BoardEntry.seq == 6)
    await school.run(lambda tx: tx.write(gone))

    problems = [one.problem for one in (await verify(board)).differences]

    lacks = "the journal lacks seq 6 of 7"
    assert problems == [lacks, f"the board can't be loaded: {lacks}"]


async def test_a_hole_between_snapshots_is_told_once(school, board):
    await filled(board)
    gone = BoardEntry.delete().where(BoardEntry.seq == 4)
    await school.run(lambda tx: tx.write(gone))

    differences = (await verify(board)).differences

    assert differences == (Difference(5, "the journal lacks seq 4 of 5"),)


async def test_a_broken_snapshot_is_told(school, board):
    await filled(board)
    await break_snapshots(school, board, 1)

    (difference,) = (await verify(board)).differences

    assert difference == Difference(5, "a broken snapshot: its checksum is another")


async def test_a_seq_behind_journal_and_snapshots_is_told(school, board):
    await filled(board)
    await school.run(lessons.set_board_seq, LESSON, 4)

    problems = [(one.seq, one.problem) for one in (await verify(board)).differences]

    assert problems == [
        (5, "a snapshot newer than the board"),
        (5, "a change newer than the board"),
    ]


async def test_tombstones_that_were_forgotten_are_no_difference(board):
    await filled(board)
    board.now += timedelta(days=2)
    forgetful = board.canvas.copy()
    forgetful.drop_tombstones(2**60)
    await board.snapshot(canvas=forgetful)

    assert (await verify(board)).differences == ()


async def test_live_elements_are_never_forgotten(board):
    await filled(board)
    board.now += timedelta(days=2)
    await board.snapshot(canvas=Canvas())

    differences = (await verify(board)).differences

    assert differences == (Difference(7, WRONG, ("e",)),)
