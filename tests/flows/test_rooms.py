"""The room of a lesson, as clients see it (contract 2.4)."""

from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.client import CommandFailed, Socket
from tests.school import School


@pytest.fixture
def brief_school(io_loop: Any, database_url: str, make_school: MakeSchool) -> School:
    """A school whose rooms people leave soon after they have gone."""
    school: School = io_loop.run_sync(
        lambda: make_school(database_url, presence_leave_grace=0.2)
    )
    return school


async def lesson_of(school: School) -> tuple[int, int, int]:
    """Make a lesson; give its id, its tutor and its student."""
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    return await school.lesson(tutors=[olena], students=[taras]), olena, taras


async def entered(school: School, user_id: int, lesson: int) -> tuple[Socket, Any]:
    """Open a socket that is in a room; give it with the ack."""
    socket = await school.connect(user_id)
    return socket, await socket.call("subscribe", f"room:lesson:{lesson}")


def seen(*events: dict[str, Any]) -> list[tuple[str, int]]:
    return [(event["type"], event["payload"]["user_id"]) for event in events]


async def test_ack_tells_of_the_lesson_and_who_is_there(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    await entered(school, olena, lesson)

    _, ack = await entered(school, taras, lesson)

    read = await school.http("GET", f"/api/lessons/{lesson}/", school.token(taras))
    assert ack["channel"] == f"room:lesson:{lesson}"
    assert ack["lesson"] == read.json
    assert ack["lead"] is None
    assert [each["user_id"] for each in ack["present"]] == [olena, taras]
    assert set(ack) == {"channel", "lesson", "present", "lead"}
    first = ack["present"][0]
    assert first["entered_at"].endswith("Z")
    assert (first["hand"], first["reaction"]) == (None, None)


async def test_entering_and_leaving_are_told_once_however_many_devices(
    brief_school: School,
) -> None:
    school = brief_school
    lesson, olena, taras = await lesson_of(school)
    watcher, _ = await entered(school, olena, lesson)

    phone, _ = await entered(school, taras, lesson)
    laptop, _ = await entered(school, taras, lesson)
    came = await watcher.next()
    await phone.close()
    await laptop.call("unsubscribe", f"room:lesson:{lesson}")
    gone = await watcher.next()

    assert seen(came, gone) == [("room.entered", taras), ("room.left", taras)]
    assert came["channel"] == f"room:lesson:{lesson}"
    assert "seq" not in came
    assert came["payload"].keys() == gone["payload"].keys() == {"user_id", "at"}
    assert await watcher.quiet() == []


async def test_who_enters_is_not_told_of_that_themselves(school: School) -> None:
    lesson, _, taras = await lesson_of(school)

    socket, _ = await entered(school, taras, lesson)

    assert await socket.quiet() == []


async def test_reload_is_not_told(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    watcher, _ = await entered(school, olena, lesson)
    page, _ = await entered(school, taras, lesson)
    await watcher.next("room.entered")

    await page.close()
    _, ack = await entered(school, taras, lesson)

    assert [each["user_id"] for each in ack["present"]] == [olena, taras]
    assert await watcher.quiet() == []


async def test_who_subscribes_again_sees_who_is_there_now(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    watcher, _ = await entered(school, olena, lesson)
    await entered(school, taras, lesson)
    await watcher.next("room.entered")

    ack = await watcher.call("subscribe", f"room:lesson:{lesson}")

    assert [each["user_id"] for each in ack["present"]] == [olena, taras]
    assert await watcher.quiet() == []


async def test_who_is_removed_leaves_at_once(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    watcher, _ = await entered(school, olena, lesson)
    socket, _ = await entered(school, taras, lesson)
    await watcher.next("room.entered")

    path = f"/api/lessons/{lesson}/members/{taras}/"
    await school.http("DELETE", path, school.token(olena))
    unsubscribed = await socket.next("unsubscribed")
    left = await watcher.next("room.left")

    assert unsubscribed["payload"] == {
        "channel": f"room:lesson:{lesson}",
        "reason": "removed",
    }
    assert seen(left) == [("room.left", taras)]


async def test_who_is_deactivated_leaves_at_once(school: School) -> None:
    lesson, olena, taras = await lesson_of(school)
    watcher, _ = await entered(school, olena, lesson)
    page, _ = await entered(school, taras, lesson)
    await watcher.next("room.entered")
    await page.close()  # the grace goes on

    path = f"/api/users/{taras}/"
    await school.http("PATCH", path, await school.admin(), {"is_active": False})

    assert seen(await watcher.next("room.left")) == [("room.left", taras)]


async def test_room_is_for_accepted_members_alone(school: School) -> None:
    lesson, olena, _ = await lesson_of(school)
    ivan, admin = await school.person("Ivan"), await school.person("Ada", "admin")
    await school.http(
        "POST",
        f"/api/lessons/{lesson}/members/",
        school.token(olena),
        {"user_id": ivan, "role": "student"},
    )
    watcher, _ = await entered(school, olena, lesson)

    for user, where in ((ivan, lesson), (admin, lesson), (olena, lesson + 99)):
        with pytest.raises(CommandFailed) as refused:
            await entered(school, user, where)
        assert refused.value.code == "forbidden"

    assert await watcher.quiet() == []


async def test_rooms_count_as_subscriptions(make_school: MakeSchool) -> None:
    school = await make_school(limits_subscriptions=1)
    lesson, olena, _ = await lesson_of(school)
    other = await school.lesson(tutors=[olena])
    socket, _ = await entered(school, olena, lesson)

    with pytest.raises(CommandFailed) as refused:
        await socket.call("subscribe", f"room:lesson:{other}")

    assert refused.value.code == "limit_exceeded"
    assert school.services.rooms.register.present(other) == []


async def test_a_cancelled_lessons_room_can_be_entered(school: School) -> None:
    lesson, olena, _ = await lesson_of(school)
    await school.http("DELETE", f"/api/lessons/{lesson}/", school.token(olena))

    _, ack = await entered(school, olena, lesson)

    assert ack["lesson"]["status"] == "cancelled"
