"""Boards in memory: loaded once, and again where memory can't be trusted."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from rtserver import tasks
from rtserver.boards.memory import BoardMemory
from rtserver.boards.state import BoardDamaged
from store import board_snapshots
from store.models import BoardEntry
from tests.lesson_school import LESSON, opened_with_lesson
from tests.rtserver.board_fakes import KEEP, KeptBoard, element


@pytest.fixture
def school(io_loop: Any, migrated_sqlite_url: str) -> Iterator[Any]:
    with opened_with_lesson(io_loop, migrated_sqlite_url) as school:
        yield school


@pytest.fixture
def board(school: Any) -> KeptBoard:
    return KeptBoard(school)


def memory_over(school: Any, db: Any = None) -> BoardMemory:
    return BoardMemory(db or school.db, school.clock, keep=KEEP)


class Counting:
    """A database that counts how often it is read."""

    def __init__(self, db: Any) -> None:
        self.db, self.reads = db, 0

    async def read(self, query: Any, *args: Any) -> Any:
        self.reads += 1
        return await self.db.read(query, *args)


async def test_all_who_ask_at_once_wait_for_one_load(
    school: Any, board: KeptBoard
) -> None:
    await board.patch(element("a"))
    db = Counting(school.db)
    memory = memory_over(school, db)

    found = await asyncio.gather(*(memory.get(LESSON) for _ in range(5)))

    assert len({id(each) for each in found}) == 1
    assert (db.reads, len(memory)) == (1, 1)


async def test_who_gives_up_waiting_takes_the_load_from_nobody(school: Any) -> None:
    db = Counting(school.db)
    memory = memory_over(school, db)
    first, second = (asyncio.create_task(memory.get(LESSON)) for _ in range(2))
    await asyncio.sleep(0)

    await tasks.cancel(first)

    assert await second is memory.peek(LESSON)
    assert db.reads == 1


async def test_a_forgotten_board_is_loaded_as_it_is_by_now(
    school: Any, board: KeptBoard
) -> None:
    memory = memory_over(school)
    empty = await memory.get(LESSON)
    await board.patch(element("a"))

    memory.forget(empty)

    assert memory.peek(LESSON) is None
    assert [(await memory.get(LESSON)).seq, empty.seq] == [1, 0]


async def test_a_damaged_board_stays_out_and_is_tried_anew(
    school: Any, board: KeptBoard, caplog: pytest.LogCaptureFixture
) -> None:
    for id in "ab":
        await board.patch(element(id))
    lost = BoardEntry.delete().where(BoardEntry.seq == 2)
    await school.run(lambda tx: tx.write(lost))
    memory = memory_over(school)

    for _ in range(2):
        with pytest.raises(BoardDamaged):
            await memory.get(LESSON)

    assert len(memory) == 0
    assert f"board {LESSON} is damaged: verify-board" in caplog.text


async def test_a_snapshot_that_cannot_be_read_is_marked_and_told(
    school: Any, board: KeptBoard, caplog: pytest.LogCaptureFixture
) -> None:
    await board.patch(element("a"))
    await board.snapshot(data=b"nothing of the kind")

    loaded = await memory_over(school).get(LESSON)

    assert {e.id for e in loaded.freeze().canvas.all()} == {"a"}
    [snapshot] = await school.db.read(board_snapshots.of_lesson, LESSON)
    assert snapshot.broken and "1 snapshots can't be read back" in caplog.text


async def test_the_age_of_the_snapshot_counts_and_old_tombstones_go(
    school: Any, board: KeptBoard
) -> None:
    await board.patch(element("a"), element("b", deleted=True))
    await board.snapshot()
    school.clock.start = board.now + KEEP + timedelta(days=1)

    loaded = await memory_over(school).get(LESSON)

    age = timedelta(seconds=school.clock.monotonic() - loaded.saved_at)
    assert (loaded.is_saved, age) == (True, KEEP + timedelta(days=1))
    assert {e.id for e in loaded.freeze().canvas.all()} == {"a"}
