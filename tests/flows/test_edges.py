"""Small print of the contract that is easily lost."""

import asyncio

import pytest

from rtserver.accounts.api_keys import ApiKeys
from tests.app_fixtures import MakeSchool
from tests.flows.test_chat import class_of
from tests.school import School, until


async def test_the_connection_that_marks_as_read_gets_the_ack_alone(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await class_of(sqlite_school)
    await sqlite_school.say(olena, lesson, "hi")
    phone = await sqlite_school.chatting(taras)
    laptop = await sqlite_school.chatting(taras)

    await phone.call("chat.read", lesson_id=lesson, seq=1)
    event = await laptop.next("chat.read")

    assert event["payload"] == {"lesson_id": lesson, "user_id": taras, "seq": 1}
    assert await phone.quiet() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/chat/messages/"),
        ("GET", "/api/chat/history/"),
        ("GET", "/api/chat/changes/"),
    ],
)
async def test_an_api_key_has_no_chat_however_it_asks(
    sqlite_school: School, method: str, path: str
) -> None:
    services = sqlite_school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    headers = {"Authorization": f"Api-Key {key}"}
    body = {} if method == "POST" else None

    reply = await sqlite_school.http(method, path, body=body, headers=headers)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/users/01/", 404),
        ("/api/users/0/", 404),
        ("/api/users/?cursor=", 400),
        ("/api/lessons/?cursor=", 400),
    ],
)
async def test_ids_and_cursors_have_one_form(
    sqlite_school: School, path: str, status: int
) -> None:
    reply = await sqlite_school.http("GET", path, await sqlite_school.admin())

    assert reply.status == status


async def test_a_body_that_is_missing_is_unreadable_not_of_another_type(
    sqlite_school: School,
) -> None:
    port = sqlite_school.services.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    )
    status = await reader.readline()
    writer.close()

    assert b" 400 " in status


async def test_draining_is_seen_at_readyz_even_without_a_connection(
    make_school: MakeSchool,
) -> None:
    school = await make_school(server_drain_seconds=1)

    ending = asyncio.create_task(school.app.stop())
    await until(lambda: school.services.draining)
    reply = await school.http("GET", "/readyz")
    await ending

    assert (reply.status, reply.json["status"]) == (503, "draining")
