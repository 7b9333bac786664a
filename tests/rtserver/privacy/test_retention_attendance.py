"""Who was in a lesson's room is kept for ``presence.attendance_days``."""

from datetime import timedelta
from typing import Any

from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.school import until

DAY = timedelta(days=1).total_seconds()


async def test_attendance_goes_after_its_own_time(
    database_url: str, make_school: MakeSchool
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock, presence_attendance_days=10)
    taras = await school.person("Taras")
    lesson = await school.lesson(students=[taras])
    page = await school.connect(taras)
    await page.call("subscribe", f"room:lesson:{lesson}")
    await page.close()
    await until(lambda: not school.services.sessions.live.of_user(taras))
    clock.advance(DAY)

    async def kept() -> list[Any]:
        await school.services.rooms.keeper.write(alive=True)
        await school.services.retention.prune()
        path = f"/api/lessons/{lesson}/attendance/"
        reply = await school.http("GET", path, await school.admin())
        return [one["user_id"] for one in reply.json["results"]]

    before = await kept()
    clock.advance(11 * DAY)

    assert (before, await kept()) == ([taras], [])
