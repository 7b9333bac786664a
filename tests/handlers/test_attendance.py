"""``/api/lessons/{id}/attendance/``, from who enters a room to who reads of it."""

import asyncio
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.patience import PATIENCE
from tests.school import School

pytestmark = pytest.mark.usefixtures("io_loop")


@pytest.fixture
def school(io_loop: Any, database_url: str, make_school: MakeSchool) -> School:
    made: School = io_loop.run_sync(
        lambda: make_school(database_url, presence_leave_grace=0.2)
    )
    return made


async def lesson_of(school: School) -> tuple[int, int, int]:
    olena = await school.person("Olena", "tutor")
    taras = await school.person("=Taras")
    return await school.lesson(tutors=[olena], students=[taras]), olena, taras


async def read(school: School, lesson: int, user: int, query: str = "") -> Any:
    path = f"/api/lessons/{lesson}/attendance/{query}"
    return await school.http("GET", path, school.token(user))


async def people(school: School, lesson: int, user: int, done: Any) -> Any:
    """Read until what was done has been written."""
    async with asyncio.timeout(PATIENCE):
        while True:
            reply = await read(school, lesson, user)
            if done(reply.json["results"]):
                return reply.json["results"]
            await asyncio.sleep(0.02)


async def test_who_comes_and_goes_is_in_it(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    watcher = await school.connect(olena)
    await watcher.call("subscribe", f"room:lesson:{lesson}")
    page = await school.connect(taras)
    await page.call("subscribe", f"room:lesson:{lesson}")
    entered = (await watcher.next("room.entered"))["payload"]["at"]
    await people(school, lesson, olena, lambda found: len(found) == 2)

    await page.close()
    left = (await watcher.next("room.left"))["payload"]["at"]
    tutor, student = await people(
        school, lesson, olena, lambda found: found[1]["stays"][0]["left_at"]
    )

    assert (tutor["user_id"], tutor["role"]) == (olena, "tutor")
    assert tutor["stays"][0]["left_at"] is None
    assert student == {
        "user_id": taras,
        "name": "=Taras",
        "role": "student",
        "seconds": 0,
        "stays": [{"entered_at": entered, "left_at": left}],
    }


async def test_the_same_as_a_table(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    page = await school.connect(taras)
    await page.call("subscribe", f"room:lesson:{lesson}")
    await people(school, lesson, olena, lambda found: found)

    reply = await read(school, lesson, olena, "?format=csv")

    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="attendance-{lesson}.csv"'
    )
    head, row, end = reply.text.split("\r\n")
    assert head == "\ufeffuser_id,name,role,entered_at,left_at,seconds"
    assert row.startswith(f"{taras},'=Taras,student,20")
    assert (row.split(",")[4], end) == ("", "")


async def test_only_tutors_and_managers_read_it(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    ivan = await school.person("Ivan", "tutor")
    admin = await school.person("Ada", "admin")

    for user, status in ((olena, 200), (admin, 200), (taras, 403), (ivan, 404)):
        for query in ("", "?format=csv"):
            assert (await read(school, lesson, user, query)).status == status
    assert (await read(school, lesson, olena, "?format=xls")).status == 400
    assert (await read(school, lesson + 99, admin)).status == 404
