"""A board that is about to be emptied, while its lesson changes."""

from datetime import timedelta

import pytest

from rtserver.errors import NotFound
from rtserver.privacy import empty_boards
from store import board_history, lessons
from tests.lesson_school import ELEVEN, LESSON, TEN, opened_with_lesson
from tests.rtserver.board_fakes import KeptBoard
from tests.rtserver.boards.test_history import moment
from tests.rtserver.boards.test_state import filled


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.mark.parametrize(("later", "emptied"), [(0, True), (7, False)])
async def test_a_lesson_put_off_meanwhile_keeps_its_board(school, later, emptied):
    now = ELEVEN + timedelta(days=1)
    prepare = empty_boards.prepare
    empty = await school.db.read(prepare, LESSON, before=now, now=now)

    def put_off(tx):
        times = {"starts_at": TEN, "ends_at": ELEVEN + timedelta(days=later)}
        lessons.update(tx, LESSON, title="Chess", **times)

    await school.run(put_off)

    assert await school.run(empty_boards.store, empty) is emptied


async def test_the_history_of_an_emptied_board_begins_with_that(school):
    board, now = KeptBoard(school), ELEVEN + timedelta(days=1)
    await filled(board)
    empty = await school.db.read(empty_boards.prepare, LESSON, before=now, now=now)

    assert await school.run(empty_boards.store, empty)

    steps = await school.db.read(board_history.steps, LESSON, None, 9)
    assert [(step["seq"], step["kind"], step["user_id"]) for step in steps] == [
        (8, "reset", 0)
    ]
    assert (await moment(board, 8)).canvas.totals.live == 0
    for seq in range(1, 8):
        with pytest.raises(NotFound):
            await moment(board, seq)
