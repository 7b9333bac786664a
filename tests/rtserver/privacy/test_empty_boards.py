"""A board that is about to be emptied, while its lesson changes."""

from datetime import timedelta

import pytest

from rtserver.privacy import empty_boards
from store import lessons
from tests.lesson_school import ELEVEN, LESSON, TEN, opened_with_lesson


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
