"""The end of a server: what it has begun it finishes, and everybody is told (5)."""

import asyncio
import json
import socket

import pytest
from websockets.exceptions import InvalidStatus

from rtserver.app import Waits
from tests.school import School, settings_for, until

PASSWORD = "correct horse battery"
# For what is asked of a database on a loaded machine, until it counts as hanging.
PATIENT = Waits(goodbye=60)
HASTY = Waits(goodbye=0)


async def classroom(school, count):
    """Return a lesson with eight messages, its tutor, and ``count`` students in it."""
    olena = await school.person("Olena", "tutor")
    students = [await school.person(f"Student{n}") for n in range(count)]
    lesson = await school.lesson(tutors=[olena], students=students)
    for number in range(8):
        await school.say(olena, lesson, f"Message {number}")
    return lesson, olena, students


def read(lesson, seq):
    payload = {"lesson_id": lesson, "seq": seq}
    return json.dumps({"type": "chat.read", "id": seq, "payload": payload})


def acked(socket):
    """Return the ids of the acks that have come."""
    return [frame["id"] for frame in socket.received if frame["type"] == "ack"]


async def marks(school, lesson, reader):
    path = f"/api/chat/history/?lesson_id={lesson}"
    return (await school.http("GET", path, school.token(reader))).json["reads"]


# Connections


async def test_what_took_effect_was_acked_and_all_are_closed_with_1012(
    database_url, make_school
):
    school = await make_school(database_url, waits=PATIENT, server_drain_seconds=0.2)
    lesson, olena, students = await classroom(school, 22)
    sockets = [await school.connect(student) for student in students]

    for seq in range(1, 9):
        await asyncio.gather(*[socket.send(read(lesson, seq)) for socket in sockets])
    await sockets[0].next("ack")
    await school.app.stop()

    assert [await socket.closed() for socket in sockets] == [1012] * 22
    stored = await marks(await make_school(database_url), lesson, olena)
    told = {str(id): len(acked(s)) for id, s in zip(students, sockets, strict=True)}
    assert {id: count for id, count in told.items() if count} == {
        id: seq for id, seq in stored.items() if id != str(olena)
    }


async def test_commands_in_flight_are_acked_before_the_end(freezer, make_school):
    school = await make_school(freezer.url, waits=PATIENT, server_drain_seconds=0.2)
    lesson, _, students = await classroom(school, 22)
    sockets = [await school.connect(student) for student in students]

    freezer.server.freeze()
    for seq in (1, 2, 3):
        await asyncio.gather(*[socket.send(read(lesson, seq)) for socket in sockets])
    # A pong shows that what was sent before the ping has come in.
    await asyncio.gather(*[await socket.connection.ping() for socket in sockets])
    stopping = asyncio.create_task(school.app.stop())
    await asyncio.sleep(0)
    freezer.thaw()
    await stopping

    assert [await socket.closed() for socket in sockets] == [1012] * 22
    assert [acked(socket) for socket in sockets] == [[1, 2, 3]] * 22


async def test_what_waits_behind_a_command_that_hangs_never_takes_effect(
    freezer, make_school
):
    school = await make_school(freezer.url, waits=HASTY, server_drain_seconds=0)
    lesson, olena, [student] = await classroom(school, 1)
    socket = await school.connect(student)

    freezer.server.freeze()
    for seq in range(1, 9):
        await socket.send(read(lesson, seq))
    await (await socket.connection.ping())
    stopping = asyncio.create_task(school.app.stop())
    code = await socket.closed()
    freezer.thaw()
    await stopping

    assert code == 1012
    stored = await marks(await make_school(freezer.url), lesson, olena)
    assert stored.get(str(student), 0) <= 1


async def test_while_the_sockets_drain_nothing_new_comes_in(make_school):
    school = await make_school(server_drain_seconds=1)
    user = await school.person("Olena")
    for _ in range(15):
        await school.open()
    socket = [await school.open() for _ in range(15)][-1]

    stopping = asyncio.create_task(school.app.stop())
    await asyncio.sleep(0)
    ready = await school.http("GET", "/readyz")
    alive = await school.http("GET", "/healthz")
    with pytest.raises(InvalidStatus) as caught:
        await school.open(school.token(user))

    assert (ready.status, ready.json["status"]) == (503, "draining")
    assert alive.status == 200
    assert caught.value.response.status_code == 503
    await stopping
    assert await socket.closed() == 1012


async def test_connections_are_closed_in_batches(make_school):
    school = await make_school(server_drain_seconds=0.5)
    sockets = [await school.open() for _ in range(40)]
    endings = [asyncio.ensure_future(socket.closed()) for socket in sockets]

    loop = asyncio.get_running_loop()
    stopping = asyncio.create_task(school.app.stop())
    await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
    first = loop.time()
    codes = await asyncio.gather(*endings)
    last = loop.time()
    await stopping

    assert codes == [1012] * 40
    assert last - first > 0.2


async def test_a_client_that_never_answers_the_close_does_not_hold_up_the_end(
    make_school, raw_connect
):
    school = await make_school(server_drain_seconds=0)
    token = school.token(await school.person("Olena"))
    silent = await raw_connect(school, token)

    await asyncio.wait_for(school.app.stop(), 4)

    assert await silent.close_code() == 1012


async def test_a_database_that_hangs_does_not_hold_up_the_end(freezer, make_school):
    school = await make_school(freezer.url, server_drain_seconds=0)
    user = await school.person("Olena")
    socket = await school.connect(user)

    freezer.freeze(school)
    answer = asyncio.create_task(socket.ask("subscribe", f"chat:user:{user}", {}))
    await until(school.services.delivery.hub.subscriptions)
    await school.app.stop()

    assert (await answer)["payload"]["code"] == "unavailable"
    assert await socket.closed() == 1012


# Requests


async def test_a_request_in_flight_is_answered(make_school):
    school = await make_school(server_drain_seconds=0)
    await school.person("Olena", password=PASSWORD)
    body = {"email": "olena@example.org", "password": PASSWORD}

    answer = asyncio.create_task(school.http("POST", "/api/auth/token/", body=body))
    await until(lambda: school.services.requests)
    await school.app.stop()

    assert (await answer).status == 200


# Everything


async def test_after_the_end_nothing_is_left(database_url, make_school):
    before = asyncio.all_tasks()
    school = await make_school(database_url, server_drain_seconds=0)
    user = await school.person("Olena", "tutor")
    await school.lesson(tutors=[user])
    sockets = [await school.chatting(user) for _ in range(3)]

    await school.app.stop()
    for each in sockets:
        await each.close()

    services = school.services
    assert asyncio.all_tasks() == before
    assert len(services.sessions.live) == len(services.clients) == 0
    assert services.delivery.hub.subscriptions() == 0


# Tornado leaves the socket that it couldn't bind to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_start_that_fails_leaves_nothing_either(tmp_path, sqlite_url):
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(OSError, match="in use"):
            await School(settings_for(tmp_path, sqlite_url, server_port=port)).start()

    assert asyncio.all_tasks() == before
