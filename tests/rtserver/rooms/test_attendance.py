"""Who was in the room of a lesson, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.errors import Forbidden, NotFound
from rtserver.rooms.attendance import Attendance, StayView
from store import attendance as store
from store import members
from store.attendance import Leeway, OpenStay
from tests.lesson_school import (
    ADMIN,
    ELEVEN,
    LESSON,
    OLENA,
    PLATFORM,
    SOFIA,
    STRANGER,
    TARAS,
    TEN,
    opened_with_lesson,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def school(io_loop: AsyncIOLoop, database_url: str) -> Any:
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


async def stay(school: Any, person: Any, entered: Any, left: Any = None) -> None:
    held = OpenStay(LESSON, person.user_id, entered)
    await school.run(store.hold, held, entered, Leeway(MINUTE, MINUTE))
    if left is not None:
        await school.run(store.leave, LESSON, person.user_id, left)


async def test_seconds_count_between_start_and_end(school: Any) -> None:
    await stay(school, OLENA, TEN - 5 * MINUTE, TEN + MINUTE)
    await stay(school, SOFIA, TEN - 9 * MINUTE, TEN - 8 * MINUTE)
    await stay(school, OLENA, ELEVEN - MINUTE, ELEVEN + 5 * MINUTE)

    read = await Attendance(school.db, school.clock).of_lesson(OLENA, LESSON)

    sofia, olena = read.results
    assert (olena.user_id, olena.name, olena.role) == (2, "Olena", "tutor")
    assert (olena.seconds, sofia.seconds) == (120, 0)
    assert olena.stays == [
        StayView(TEN - 5 * MINUTE, TEN + MINUTE),
        StayView(ELEVEN - MINUTE, ELEVEN + 5 * MINUTE),
    ]


async def test_a_stay_that_lasts_counts_until_now(school: Any) -> None:
    school.clock.set_back(school.clock.now() - TEN - 2 * MINUTE)
    await stay(school, SOFIA, TEN)

    [sofia] = (await Attendance(school.db, school.clock).of_lesson(ADMIN, 1)).results

    assert (sofia.seconds, sofia.stays) == (120, [StayView(TEN, None)])


async def test_former_members_are_there_too(school: Any) -> None:
    await stay(school, SOFIA, TEN, TEN + MINUTE)
    await school.run(members.delete, LESSON, SOFIA.user_id)

    [sofia] = (await Attendance(school.db, school.clock).of_lesson(OLENA, 1)).results

    assert (sofia.name, sofia.role, sofia.seconds) == ("Sofia", "student", 60)


async def test_the_table_has_a_row_for_each_stay(school: Any) -> None:
    await school.add(40, "=cmd", "student")
    await stay(school, SOFIA, TEN, TEN + MINUTE)
    school.clock.set_back(school.clock.now() - TEN - 3 * MINUTE)
    await stay(school, OLENA, TEN + 2 * MINUTE)

    table = await Attendance(school.db, school.clock).table(OLENA, LESSON)

    assert table.decode("utf-8-sig").split("\r\n") == [
        "user_id,name,role,entered_at,left_at,seconds",
        "4,Sofia,student,2026-12-01T10:00:00Z,2026-12-01T10:01:00Z,60",
        "2,Olena,tutor,2026-12-01T10:02:00Z,,60",
        "",
    ]


@pytest.mark.parametrize("actor", [OLENA, ADMIN, PLATFORM])
async def test_tutors_and_managers_read_it(school: Any, actor: Any) -> None:
    assert (await Attendance(school.db, school.clock).of_lesson(actor, 1)).results == []


@pytest.mark.parametrize(
    ("actor", "refusal"), [(SOFIA, Forbidden), (TARAS, Forbidden), (STRANGER, NotFound)]
)
async def test_others_do_not(school: Any, actor: Any, refusal: Any) -> None:
    attendance = Attendance(school.db, school.clock)

    for read in (attendance.of_lesson, attendance.table):
        with pytest.raises(refusal):
            await read(actor, LESSON)
