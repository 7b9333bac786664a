"""A board at any of its steps, over both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.boards.history import AT_ONCE, BoardHistory, BoardMoment, read_moment
from rtserver.boards.state import to_millis
from rtserver.errors import Forbidden, NotFound
from store import board_history, board_marks, members
from store.erasure import NOBODY
from store.models import BoardEntry
from tests.lesson_school import ADMIN, LESSON, OLENA, SOFIA, STRANGER, TARAS
from tests.rtserver.board_fakes import KeptBoard, element, state
from tests.rtserver.boards.test_state import break_snapshots, filled


@pytest.fixture
def board(school: Any) -> KeptBoard:
    return KeptBoard(school)


async def moment(board: KeptBoard, seq: int) -> BoardMoment:
    return await board.db.read(read_moment, LESSON, seq)


async def shown(board: KeptBoard, seq: int) -> dict[str, int]:
    """Return the versions of what is live on a board as it was."""
    elements = (await moment(board, seq)).canvas.elements.values()
    return {each.id: each.version for each in elements if not each.deleted}


async def test_a_board_is_read_as_it_was_at_every_step(board: KeptBoard) -> None:
    await filled(board)

    states = [await shown(board, seq) for seq in range(8)]

    assert states == [
        {},
        {"a": 1, "b": 3},
        {"b": 3, "c": 1},
        {},
        {"b": 9, "d": 1},
        {"b": 10, "e": 1},
        {"b": 10, "e": 2},
        {"e": 2},
    ]
    last = await moment(board, 7)
    assert state(last.canvas) == state(board.canvas)
    assert (last.seq, last.at) == (7, board.now)


async def test_what_a_broken_snapshot_held_is_replayed(
    school: Any, board: KeptBoard
) -> None:
    await filled(board)
    await break_snapshots(school, board, 2)

    assert await shown(board, 6) == {"b": 10, "e": 2}


async def test_what_isnt_kept_and_what_is_to_come_is_not_found(
    school: Any, board: KeptBoard
) -> None:
    await filled(board)
    await school.run(board_history.cut, LESSON, 2)

    assert await shown(board, 0) == {}
    assert await shown(board, 2) == {"b": 3, "c": 1}
    for seq in (1, 8):
        with pytest.raises(NotFound):
            await moment(board, seq)


async def test_between_merged_steps_it_is_the_nearest_kept_one_before(
    school: Any, board: KeptBoard
) -> None:
    for version in range(1, 6):
        await board.patch(element("a", version))
    gone = BoardEntry.delete().where(BoardEntry.seq.in_([1, 3, 4]))
    await school.run(lambda tx: tx.write(gone))
    await school.run(board_marks.set_seen, LESSON, 5, 5)

    found = [(await moment(board, seq)).seq for seq in range(6)]

    assert found == [0, 0, 2, 2, 2, 5]
    assert await shown(board, 4) == {"a": 2}


async def test_tombstones_are_shown_by_the_day_of_the_step(
    school: Any, board: KeptBoard
) -> None:
    await board.patch(element("a"))
    await board.patch(element("a", 2, deleted=True))
    board.now += timedelta(days=2)
    await board.patch(element("b"))
    history = BoardHistory(board.db, school.clock)

    soon, later = [len((await history.view(OLENA, LESSON, n)).elements) for n in (2, 3)]

    assert (soon, later) == (1, 1)
    deleted = (await moment(board, 3)).canvas.elements["a"]
    assert deleted.deleted_at < to_millis(board.now)


async def test_steps_are_paged_from_the_newest_on(
    school: Any, board: KeptBoard
) -> None:
    await filled(board)
    history = BoardHistory(board.db, school.clock)

    first = await history.steps(OLENA, LESSON, cursor=None, limit=4)
    rest = await history.steps(OLENA, LESSON, cursor=first.next, limit=4)

    assert [step.seq for step in first.results] == [7, 6, 5, 4]
    assert [(step.seq, step.kind, step.elements) for step in rest.results] == [
        (3, "reset", 0),
        (2, "patch", 2),
        (1, "patch", 2),
    ]
    assert (first.results[0].at, first.results[0].user_id) == (board.now, 2)
    assert rest.next is None


async def test_a_step_of_before_its_size_was_noted_is_counted(
    school: Any, board: KeptBoard
) -> None:
    await board.patch(element("a"), element("b"))
    erased = BoardEntry.update(element_count=None, user_id=NOBODY)
    await school.run(lambda tx: tx.write(erased))
    history = BoardHistory(board.db, school.clock)

    [step] = (await history.steps(OLENA, LESSON, cursor=None, limit=1)).results

    assert (step.elements, step.user_id) == (2, 0)


@pytest.mark.parametrize(
    ("actor", "error"),
    [(STRANGER, NotFound), (TARAS, Forbidden), (ADMIN, Forbidden), (SOFIA, Forbidden)],
)
async def test_only_tutors_look_back(
    school: Any, board: KeptBoard, actor: Actor, error: type[Exception]
) -> None:
    history = BoardHistory(board.db, school.clock)

    for look in (
        history.steps(actor, LESSON, cursor=None, limit=1),
        history.view(actor, LESSON, 0),
        history.elements(actor, LESSON, 0),
    ):
        with pytest.raises(error):
            await look


async def test_the_tutors_of_a_lesson_are_those_who_have_accepted(
    school: Any, board: KeptBoard
) -> None:
    history = BoardHistory(board.db, school.clock)
    tutor = await board.db.read(members.get, LESSON, OLENA.user_id)

    assert tutor is not None and (tutor.role, tutor.state) == ("tutor", "accepted")
    assert await history.elements(OLENA, LESSON, 0) == []


class Slow:
    """A database that answers once it is told to; ``reading`` are who wait for it."""

    def __init__(self) -> None:
        self.reading = self.most = 0
        self.answer = asyncio.Event()

    async def read(self, *_: Any) -> None:
        self.reading += 1
        self.most = max(self.most, self.reading)
        await self.answer.wait()
        self.reading -= 1


async def test_who_looks_at_many_moments_takes_few_connections(school: Any) -> None:
    db: Any = Slow()
    history = BoardHistory(db, school.clock)
    looks = [history.view(OLENA, LESSON, seq) for seq in range(9)]
    looking = asyncio.gather(*looks, history.elements(OLENA, LESSON, 0))
    while db.reading < AT_ONCE:
        await asyncio.sleep(0)  # they have begun to wait

    db.answer.set()
    await looking

    assert db.most == AT_ONCE
