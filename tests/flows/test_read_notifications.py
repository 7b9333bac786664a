"""A bell on every device shows the same number (contract 2.4)."""

from typing import Any

from tests.client import Socket
from tests.flows.processes import Processes
from tests.flows.test_chat import class_of
from tests.school import School


async def bell(school: School, user: int) -> tuple[Socket, int]:
    """Open a device that shows notifications; give its number, too."""
    socket = await school.connect(user)
    ack = await socket.call("subscribe", f"notifications:user:{user}")
    return socket, ack["unread"]


async def read_up_to(school: School, user: int, lesson: int, seq: int) -> None:
    socket = await school.connect(user)
    await socket.call("chat.read", lesson_id=lesson, seq=seq)


async def told(socket: Socket) -> Any:
    return (await socket.next("notification.read"))["payload"]


async def test_what_one_device_reads_all_show_as_read(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    socket, before = await bell(school, taras)
    for text in ("One", "Two"):
        await school.say(olena, lesson, text)
    ids = [(await socket.next("chat.message"))["payload"]["id"] for _ in range(2)]

    _, unread = await bell(school, taras)
    token = school.token(taras)
    await school.http("POST", f"/api/notifications/{ids[1]}/read/", token)
    first = await told(socket)
    await read_up_to(school, taras, lesson, 2)
    second = await told(socket)
    await school.http("POST", "/api/notifications/read-all/", token)

    assert unread == before + 2
    assert first == {"ids": [ids[1]], "unread": before + 1}
    assert second == {"ids": [ids[0]], "unread": before}
    assert await told(socket) == {"ids": "all", "unread": 0}
    listed = await school.http("GET", "/api/notifications/", token)
    assert listed.json["unread"] == 0 and len(listed.json["results"]) == before + 2


async def test_over_processes_too(processes: Processes) -> None:
    here, there = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    socket, before = await bell(there, taras)
    await here.say(olena, lesson, "One")
    id = (await socket.next("chat.message"))["payload"]["id"]

    await read_up_to(here, taras, lesson, 1)

    assert await told(socket) == {"ids": [id], "unread": before}
