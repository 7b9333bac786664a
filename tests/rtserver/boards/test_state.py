import pytest

from rtserver.boards.canvas import Overlay
from rtserver.boards.state import BoardDamaged, checksum, load, replay
from store import board_journal, board_snapshots, lessons
from store.models import BoardEntry
from tests.lesson_school import LESSON, opened_with_lesson
from tests.rtserver.board_fakes import KeptBoard, canvas, element, state


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.fixture
def board(school):
    return KeptBoard(school)


async def filled(board):
    """Change a board in every way, with snapshots at 2 and 5; it stands at 7."""
    await board.patch(element("a"), element("b", 3))
    await board.patch(element("a", 2, deleted=True), element("c"))
    await board.snapshot()
    await board.reset()
    await board.patch(element("b", 9), element("d"))
    await board.replace(element("b", 2), element("e"))
    await board.snapshot()
    await board.patch(element("e", 2))
    await board.patch(element("b", 11, deleted=True))


async def loaded_from(board):
    return await board.db.read(load, LESSON)


async def break_snapshots(school, board, count):
    """Store other bytes for the newest snapshots than their checksums tell."""
    for snapshot in (await board.db.read(board_snapshots.of_lesson, LESSON))[:count]:
        await board.snapshot(seq=snapshot.seq, checksum=snapshot.checksum, data=b"oops")


async def test_a_board_is_its_newest_snapshot_and_the_journal_after_it(board):
    await filled(board)

    loaded = await loaded_from(board)

    assert state(loaded.canvas) == state(board.canvas)
    assert loaded.canvas.elements == board.canvas.elements
    assert (loaded.seq, loaded.snapshot_seq, loaded.journal) == (7, 5, 2)
    assert loaded.broken == ()


async def test_a_board_without_snapshots_is_its_whole_journal(board):
    await board.patch(element("a"))
    await board.reset()

    loaded = await loaded_from(board)

    assert state(loaded.canvas) == state(board.canvas)
    assert (loaded.seq, loaded.snapshot_seq, loaded.snapshot_at) == (2, 0, None)


@pytest.mark.parametrize("lesson_id", [LESSON, 99])
async def test_a_board_that_nobody_has_used_is_empty(board, lesson_id):
    loaded = await board.db.read(load, lesson_id)

    assert (loaded.seq, state(loaded.canvas)) == (0, {})


@pytest.mark.parametrize(("broken", "start"), [(1, 2), (2, 0)])
async def test_snapshots_with_a_wrong_checksum_are_passed_over(
    school, board, broken, start
):
    await filled(board)
    await break_snapshots(school, board, broken)

    loaded = await loaded_from(board)

    assert state(loaded.canvas) == state(board.canvas)
    assert loaded.snapshot_seq == start
    assert len(loaded.broken) == broken


async def test_a_snapshot_that_cannot_be_read_is_passed_over(board):
    await filled(board)
    nothing = checksum(b"nothing")
    await board.snapshot(seq=5, data=b"nothing", checksum=nothing)

    loaded = await loaded_from(board)

    assert loaded.snapshot_seq == 2
    assert state(loaded.canvas) == state(board.canvas)


async def test_a_snapshot_known_as_broken_is_not_tried_again(school, board):
    await filled(board)
    await break_snapshots(school, board, 1)
    await school.run(board_snapshots.mark_broken, (await loaded_from(board)).broken)

    loaded = await loaded_from(board)

    assert (loaded.snapshot_seq, loaded.broken) == (2, ())


async def test_a_snapshot_of_later_than_the_board_is_left_alone(board):
    await filled(board)
    await board.snapshot(seq=9, canvas=canvas(element("z")))

    assert state((await loaded_from(board)).canvas) == state(board.canvas)


@pytest.mark.parametrize("missing", [6, 7])
async def test_a_hole_in_the_journal_is_told_and_nothing_is_made_up(
    school, board, missing
):
    await filled(board)
    hole = BoardEntry.delete().where(BoardEntry.seq == missing)
    await school.run(lambda tx: tx.write(hole))

    with pytest.raises(BoardDamaged, match=f"lacks seq {missing} of 7"):
        await loaded_from(board)


async def test_an_entry_that_cannot_be_read_is_told(school, board):
    await filled(board)
    nonsense = BoardEntry.update(elements=b"[{]").where(BoardEntry.seq == 6)
    await school.run(lambda tx: tx.write(nonsense))

    with pytest.raises(BoardDamaged, match="seq 6"):
        await loaded_from(board)


async def test_an_overlay_follows_what_another_process_wrote(school, board):
    await filled(board)
    memory = (await loaded_from(board)).canvas
    await board.patch(element("f"))
    await board.reset()
    overlay = Overlay(memory)

    def catch_up(tx):
        replay(overlay, board_journal.after(tx, LESSON, 7))

    await board.db.read(catch_up)
    overlay.commit()
    assert memory.elements == board.canvas.elements
    assert memory.totals == board.canvas.totals


async def test_a_journal_that_goes_on_past_the_boards_seq_is_left_alone(school, board):
    await filled(board)
    await school.run(lessons.set_board_seq, LESSON, 6)

    assert (await loaded_from(board)).journal == 1
