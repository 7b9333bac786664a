"""``lesson.changed``: once for each change, in order, none lost (contract 2.4)."""

import asyncio
from typing import Any

from rtserver.access.actor import Actor
from rtserver.accounts.requests import UserChanges
from rtserver.cli.context import opened
from rtserver.lessons.requests import LessonPatch
from tests.client import Socket
from tests.lesson_school import PLATFORM
from tests.school import SYSTEM, School


async def room_of(school: School) -> tuple[int, Any, Socket]:
    """Make a lesson with somebody in its room; give its id and its tutor."""
    tutor = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[tutor])
    socket = await school.connect(tutor)
    await socket.call("subscribe", f"room:lesson:{lesson}")
    return lesson, Actor(tutor, "Olena", "tutor"), socket


async def told(socket: Socket) -> dict[str, Any]:
    event = await socket.next("lesson.changed")
    assert "seq" not in event
    assert set(event["payload"]) == {"lesson"}
    lesson: dict[str, Any] = event["payload"]["lesson"]
    return lesson


async def test_each_change_over_http_is_told_in_order(school: School) -> None:
    lesson, olena, socket = await room_of(school)
    taras = await school.person("Taras")
    token, path = school.token(olena.user_id), f"/api/lessons/{lesson}/"

    for title in ("One", "Two"):
        await school.http("PATCH", path, token, {"title": title})
    invitation = {"user_id": taras, "role": "student"}
    await school.http("POST", f"{path}members/", token, invitation)
    await school.http("POST", f"{path}accept/", school.token(taras))
    await school.http("PATCH", f"{path}members/{taras}/", token, {"board": "view"})
    await school.http("DELETE", f"{path}members/{taras}/", token)
    await school.http("DELETE", path, token)
    lessons = [await told(socket) for _ in range(7)]

    read = await school.http("GET", path, token)
    assert [each["title"] for each in lessons] == ["One"] + 6 * ["Two"]
    people = [each["members"][1:] for each in lessons]
    assert [each and each[0]["state"] for each in people[:5]] == [
        *([], [], "invited", "accepted", "accepted"),
    ]
    assert [each and each[0]["board"] for each in people[3:]] == [
        "draw",
        "view",
        [],
        [],
    ]
    assert lessons[-1] == read.json
    assert await socket.quiet() == []


async def test_a_new_name_is_told_in_all_rooms_where_it_is_shown(
    school: School,
) -> None:
    _, olena, socket = await room_of(school)
    other = await school.lesson(tutors=[olena.user_id])
    await socket.call("subscribe", f"room:lesson:{other}")

    await school.services.accounts.users.patch(
        SYSTEM, olena.user_id, UserChanges(name="Олена")
    )
    lessons = [await told(socket), await told(socket)]

    assert [each["members"][0]["name"] for each in lessons] == 2 * ["Олена"]
    assert await socket.quiet() == []


async def test_a_change_beside_the_server_is_told_too(school: School) -> None:
    lesson, _, socket = await room_of(school)

    async with opened(school.services.settings) as beside:
        for title in ("One", "Two"):
            await beside.lessons.patch(PLATFORM, lesson, LessonPatch(title=title))

    assert [(await told(socket))["title"] for _ in range(2)] == ["One", "Two"]


async def test_nothing_falls_between_the_ack_and_what_is_told(school: School) -> None:
    """Whoever enters amid changes is told the next one, and then each."""
    lesson, olena, _ = await room_of(school)
    last = 60

    async def change() -> None:
        for number in range(1, last + 1):
            patch = LessonPatch(title=str(number))
            await school.services.lessons.patch(olena, lesson, patch)

    sockets = [await school.connect(olena.user_id) for _ in range(6)]
    changing = asyncio.create_task(change())
    starts = []
    for socket in sockets:
        ack = await socket.call("subscribe", f"room:lesson:{lesson}")
        title = ack["lesson"]["title"]
        starts.append(0 if title == "Algebra" else int(title))
    await changing

    for socket, start in zip(sockets, starts, strict=True):
        titles = [(await told(socket))["title"] for _ in range(start, last)]
        assert titles == [str(number) for number in range(start + 1, last + 1)]
        assert await socket.quiet() == []
