"""Journals kept small, over both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from rtserver.boards.upkeep import STEPS_WRITTEN, BoardUpkeep
from rtserver.boards.verify import verify
from store import (
    board_history,
    board_journal,
    board_marks,
    board_merging,
    board_snapshots,
    lessons,
)
from store.board_marks import Marks
from tests.lesson_school import LESSON, OLENA
from tests.rtserver.board_fakes import KEEP, KeptBoard, element, state
from tests.rtserver.board_nodes import AGES, Node, upkeep_over
from tests.rtserver.boards.test_history import moment, shown

DAY = timedelta(days=1)


@pytest.fixture
def board(school: Any) -> KeptBoard:
    kept = KeptBoard(school)
    kept.now = school.clock.now()
    return kept


async def seqs(board: KeptBoard) -> list[int]:
    journal = await board.db.read(lambda tx: list(board_journal.after(tx, LESSON, 0)))
    return [entry.seq for entry in journal]


async def marks(board: KeptBoard) -> Marks:
    return await board.db.read(board_marks.get, LESSON)


async def kept(board: KeptBoard) -> list[tuple[int, str]]:
    found = await board.db.read(board_snapshots.of_lesson, LESSON)
    return [(one.seq, one.kind) for one in found]


async def strokes(board: KeptBoard, count: int, moves: int = 5) -> None:
    """Draw strokes, each sent so often; a second between two of these."""
    for _ in range(count):
        name = f"s{board.seq // moves}"
        for version in range(1, moves + 1):
            points = [[n, n] for n in range(20 * version)]
            await board.patch(element(name, version, points=points))


async def sound(board: KeptBoard) -> bool:
    verdict = await board.db.read(verify, LESSON, KEEP)
    return verdict.differences == ()


async def test_old_steps_are_merged_and_packed_behind_two_snapshots(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 4)
    await board.snapshot()
    await strokes(board, 2)
    await board.snapshot()
    before = await board.db.read(board_journal.extent, LESSON, 0, limit=99, upto=20)
    node.clock.advance(2 * 86400)

    await upkeep_over(node).tend(LESSON)

    after = await board.db.read(board_journal.extent, LESSON, 0, limit=99, upto=20)
    assert await seqs(board) == [5, 10, 15, 20, *range(21, 31)]
    assert (await marks(board)) == Marks(merged=19, seen=20)
    assert after.bytes < before.bytes / 3
    assert b"rtserver_board_steps_merged_total 16.0" in node.metrics.page("")[0]
    assert await sound(board)
    assert [await shown(board, seq) for seq in (4, 5, 7)] == [{}, {"s0": 5}, {"s0": 5}]


async def test_where_nothing_is_merged_nobody_is_sent_away(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 12, moves=1)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()
    node.clock.advance(2 * 86400)

    await upkeep_over(node).tend(LESSON)

    assert await marks(board) == Marks(seen=12)
    assert await seqs(board) == list(range(1, board.seq + 1))
    assert await sound(board)


async def test_what_is_younger_stays_as_it_came(node: Node, board: KeptBoard) -> None:
    await strokes(board, 2)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()

    await upkeep_over(node).tend(LESSON)

    assert (await seqs(board), await marks(board)) == (list(range(1, 16)), Marks())


async def test_nothing_is_merged_before_there_are_two_snapshots(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    await board.snapshot()
    node.clock.advance(2 * 86400)

    await upkeep_over(node).tend(LESSON)

    assert await seqs(board) == list(range(1, 11))


class CutOff:
    """A database that is lost after the first merged steps."""

    def __init__(self, db: Any) -> None:
        self.read = db.read
        self._write = db.write
        self._puts = 0

    async def write(self, change: Any, *args: Any, **more: Any) -> Any:
        self._puts += change is board_merging.put
        if self._puts > 1:
            raise ConnectionError
        return await self._write(change, *args, **more)


async def test_a_merging_that_was_cut_off_goes_on_from_there(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2 * STEPS_WRITTEN // 5, moves=5)
    for _ in range(2):
        await board.snapshot()
        await board.patch(element("last", board.seq))
    await board.snapshot()
    node.clock.advance(2 * 86400)
    cut_off = BoardUpkeep(CutOff(node.db), node.clock, node.metrics, AGES)

    with pytest.raises(ConnectionError):
        await cut_off.tend(LESSON)
    half, was_sound = await marks(board), await sound(board)
    await upkeep_over(node).tend(LESSON)

    assert (half.seen, was_sound) == (STEPS_WRITTEN, True)
    assert (await marks(board)).seen == 2 * STEPS_WRITTEN + 1
    assert len(await seqs(board)) == 2 * STEPS_WRITTEN // 5 + 2
    assert await sound(board)


async def test_two_processes_that_merge_at_once_lose_nothing(
    node: Node, other: Node, board: KeptBoard
) -> None:
    await strokes(board, 10)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()
    node.clock.advance(2 * 86400)

    await asyncio.gather(*(upkeep_over(each).tend(LESSON) for each in (node, other)))

    assert await seqs(board) == [*range(5, 51, 5), *range(51, 56)]
    assert await sound(board)


async def test_pruning_leaves_the_board_as_it_was_before_the_oldest_step(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    board.now += 20 * DAY
    await strokes(board, 2)
    for _ in range(2):
        await board.snapshot()
        await strokes(board, 1)
    await board.snapshot()
    node.clock.advance(40 * 86400)

    await upkeep_over(node, full=90 * DAY).tend(LESSON)

    assert await marks(board) == Marks(pruned=10)
    assert await seqs(board) == list(range(11, 31))
    assert await kept(board) == [
        (30, "regular"),
        (25, "regular"),
        (20, "regular"),
        (10, "kept"),
    ]
    assert await shown(board, 10) == {"s0": 5, "s1": 5}
    assert await sound(board)


async def test_a_board_that_is_old_altogether_is_its_two_snapshots(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()
    node.clock.advance(40 * 86400)

    await upkeep_over(node).tend(LESSON)
    await upkeep_over(node).tend(LESSON)

    assert await marks(board) == Marks(pruned=10)
    assert await seqs(board) == list(range(11, 16))
    assert await kept(board) == [(15, "regular"), (10, "regular")]
    assert state((await moment(board, 15)).canvas) == state(board.canvas)


async def test_what_was_cleared_goes_with_its_days(
    node: Node, board: KeptBoard
) -> None:
    await board.patch(element("a"))
    await board.snapshot("cleared")
    await board.reset()
    upkeep = upkeep_over(node)
    await upkeep.tend(LESSON)
    before = await kept(board)
    node.clock.advance(31 * 86400)

    await upkeep.tend(LESSON)

    assert (before, await kept(board)) == ([(1, "cleared")], [])


async def test_a_journal_over_its_bytes_is_cut_however_young(
    school: Any, node: Node, board: KeptBoard
) -> None:
    await strokes(board, 4)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()
    size = await board.db.read(board_journal.extent, LESSON, 0, limit=99)
    await board.db.write(
        lessons.set_board_seq, LESSON, 25, size.bytes, lessons=[LESSON]
    )

    await upkeep_over(node, most=size.bytes - 1).tend(LESSON)

    assert await marks(board) == Marks(pruned=20)
    assert b"rtserver_board_journal_trimmed_total 20.0" in node.metrics.page("")[0]
    steps = await board.db.read(board_history.steps, LESSON, None, 9)
    assert [step["seq"] for step in steps] == [25, 24, 23, 22, 21]


async def test_boards_are_seen_to_as_they_are_saved_and_by_and_by(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    await board.snapshot()
    await strokes(board, 1)
    await board.snapshot()
    node.clock.advance(2 * 86400)
    upkeep = upkeep_over(node)
    task = asyncio.create_task(upkeep.run())
    upkeep.soon(LESSON)
    while not (await marks(board)).merged:
        pass  # reading lets the task go on
    task.cancel()
    node.clock.advance(40 * 86400)
    await upkeep.pass_over()

    assert await marks(board) == Marks(pruned=10, merged=9, seen=10)
    assert (await node.shown(OLENA))[1] == {"s0", "s1", "s2"}


async def test_what_was_pruned_by_one_that_died_is_swept_away(
    school: Any, node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    await school.run(board_marks.set_pruned, LESSON, 7)

    await upkeep_over(node).tend(LESSON)

    assert await seqs(board) == [8, 9, 10]


async def test_a_board_with_nothing_due_is_left_alone(
    node: Node, board: KeptBoard
) -> None:
    await strokes(board, 2)
    await board.snapshot("cleared")

    await BoardUpkeep(ReadOnly(node.db), node.clock, node.metrics, AGES).tend(LESSON)


class ReadOnly:
    """A database that nobody may write to."""

    def __init__(self, db: Any) -> None:
        self.read = db.read
