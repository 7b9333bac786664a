"""Reminders and calls where several processes are one server."""

from datetime import timedelta

from tests.flows.processes import Processes
from tests.flows.test_notifications import listening, stored
from tests.school import School, until

CALLS = "https://meet.school.example/{room}"


async def begins_in(school: School, lesson: int, seconds: float) -> None:
    """Move a lesson to so many seconds from now."""
    start = school.services.clock.now() + timedelta(seconds=seconds)
    body = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    times = {name: moment.isoformat() for name, moment in body.items()}
    path, admin = f"/api/lessons/{lesson}/", await school.admin()
    assert (await school.http("PATCH", path, admin, times)).status == 200


async def test_a_member_is_reminded_once_by_whichever_process(
    processes: Processes,
) -> None:
    first, second = await processes.start(2, notifications_reminders="900, 899.5")
    olena, taras, lesson = await processes.lesson()
    sockets = [await listening(second, taras), await listening(first, olena)]

    await begins_in(first, lesson, 900.3)

    for socket in sockets:
        told = [await socket.next("lesson.reminder") for _ in range(2)]
        assert [one["payload"]["data"]["before"] for one in told] == [900, 899.5]
    for person in (olena, taras):
        events = [one["event"] for one in await stored(second, person)]
        assert events.count("lesson.reminder") == 2


async def test_a_tutor_in_the_room_at_one_process_opens_the_call_at_another(
    processes: Processes,
) -> None:
    first, second = await processes.start(2, calls_url=CALLS)
    olena, taras, lesson = await processes.lesson()
    path = f"/api/lessons/{lesson}/call/"
    waiting = await second.http("GET", path, second.token(taras))
    assert waiting.status == 409
    socket = await first.connect(olena)
    await socket.call("subscribe", f"room:lesson:{lesson}")
    await until(lambda: second.services.rooms.register.present(lesson))

    student = await second.http("GET", path, second.token(taras))
    tutor = await first.http("GET", path, first.token(olena))

    assert student.status == tutor.status == 200
    assert student.json == tutor.json
