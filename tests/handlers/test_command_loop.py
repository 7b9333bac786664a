"""Commands, and the answers to them (contract 2.2, 2.3)."""

import asyncio
import gc
import json
from typing import Any

import pytest

from handlers import dispatch
from tests.client import CommandFailed, Socket
from tests.school import School, until


async def answered(
    socket: Socket, type: str, channel: str | None = None, **payload: Any
) -> dict[str, Any]:
    """Return the error that answers a command."""
    with pytest.raises(CommandFailed) as caught:
        await socket.call(type, channel, **payload)
    return caught.value.payload


def subscribe(user: int) -> dict[str, Any]:
    return {"type": "subscribe", "channel": f"chat:user:{user}"}


@pytest.mark.parametrize("id", [0, 1, -1, 2**53, "a", "x" * 64, "ї" * 64, "1"])
async def test_an_answer_has_the_id_of_its_command(socket: Socket, id: Any) -> None:
    await socket.send(json.dumps({"type": "ping", "id": id}))
    await socket.send(json.dumps({"type": "no.such", "id": id}))

    ack, error = await socket.next("ack"), await socket.next("error")
    assert (ack["id"], error["id"]) == (id, id)


async def test_a_command_that_waits_alone_leaves_no_failure_behind(
    socket: Socket, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await answered(socket, "subscribe", "chat:user:999"))["code"] == "forbidden"
    await socket.call("ping")
    gc.collect()  # a task tells of its failure when it goes

    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


async def test_without_an_id_only_errors_are_sent(socket: Socket) -> None:
    await socket.send('{"type":"ping"}')
    await socket.send('{"type":"no.such"}')

    (error,) = await socket.quiet()
    assert (error["id"], error["payload"]["code"]) == (None, "unknown_type")


async def test_an_error_names_the_channel_of_its_command(socket: Socket) -> None:
    error = await answered(socket, "subscribe", "chat:user:999")

    assert error["code"] == "forbidden"
    assert error["channel"] == "chat:user:999"


async def test_unknown_fields_of_the_envelope_are_ignored(socket: Socket) -> None:
    await socket.send('{"type":"ping","id":"a","v":2,"payload":{"x":1},"more":[]}')

    assert (await socket.next("ack"))["id"] == "a"


async def test_another_users_channel_is_told_like_one_of_nobody(
    shared_school: School, socket: Socket
) -> None:
    other = await shared_school.person("Taras")

    theirs = await answered(socket, "subscribe", f"chat:user:{other}")
    nobodys = await answered(socket, "subscribe", f"chat:user:{2**52}")

    assert theirs["message"] == nobodys["message"]
    assert theirs["code"] == nobodys["code"] == "forbidden"


async def test_commands_are_answered_in_the_order_they_were_sent(
    shared_school: School,
) -> None:
    user = await shared_school.person("Olena")
    socket = await shared_school.connect(user)
    slow = subscribe(user)
    kinds = [slow, {"type": "ping"}, slow, {"type": "no.such"}, {"type": "ping"}] * 2
    kinds[9] = {"type": "a bad request", "payload": []}

    for id in range(150):
        await socket.send(json.dumps({"id": f"c{id}", **kinds[id % 10]}))
    await socket.call("ping")

    ids = [f["id"] for f in socket.received if f["type"] in ("ack", "error")]
    assert ids[:-1] == [f"c{id}" for id in range(150)]


async def test_commands_take_effect_in_the_order_they_were_sent(
    sqlite_school: School,
) -> None:
    user = await sqlite_school.person("Olena")
    lesson = await sqlite_school.lesson(tutors=[user])
    socket = await sqlite_school.connect(user)
    channel = f"chat:user:{user}"

    for type in ["subscribe", "unsubscribe"] * 20:
        await socket.send(json.dumps({"type": type, "id": "x", "channel": channel}))
    await socket.call("ping")
    await sqlite_school.say(user, lesson, "Is anybody there?")

    types = {frame["type"] for frame in await socket.quiet()}
    assert types == {"ack"}
    assert sqlite_school.services.delivery.hub.subscriptions() == 0


async def test_a_client_that_hangs_up_gets_its_commands_done(school: School) -> None:
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    await school.say(olena, lesson, "Read me")
    watching, leaving = await school.chatting(olena), await school.connect(taras)

    payload = {"lesson_id": lesson, "seq": 1}
    await leaving.send(json.dumps(subscribe(taras)))
    await leaving.send(json.dumps({"type": "chat.read", "payload": payload}))
    await leaving.close()

    event = await watching.next("chat.read")
    assert event["payload"] == {"lesson_id": lesson, "user_id": taras, "seq": 1}


async def test_two_connections_of_a_user_have_ids_of_their_own(
    shared_school: School,
) -> None:
    user = await shared_school.person("Olena")
    sockets = [await shared_school.chatting(user) for _ in range(2)]

    ids = {socket.welcome["connection_id"] for socket in sockets}

    assert len(ids) == 2
    assert [await socket.quiet() for socket in sockets] == [[], []]


async def test_nothing_is_left_of_connections_that_ended_in_any_way(
    school: School,
) -> None:
    user = await school.person("Olena", "tutor")
    await school.lesson(tutors=[user])
    services = school.services

    for end in ("close", "abort", "mid-command", "bad frame") * 3:
        socket = await school.chatting(user)
        if end == "mid-command":
            await socket.send(json.dumps(subscribe(user)))
        if end == "bad frame":
            await socket.send(b"\x00")
        elif end == "close":
            await socket.close()
        else:
            socket.connection.transport.abort()

    await until(lambda: not services.clients)
    assert len(services.sessions.live) == services.delivery.hub.subscriptions() == 0
    assert services.delivery.gates.followed() == ["access"]


async def test_before_signing_in_every_command_is_unauthenticated(
    shared_school: School,
) -> None:
    socket = await shared_school.open()

    for type in dispatch.ROUTES.keys() - {"auth"}:
        assert (await answered(socket, type))["code"] == "unauthenticated"


async def test_a_token_checked_after_the_client_left_makes_no_session(
    sqlite_school: School,
) -> None:
    token = sqlite_school.token(await sqlite_school.person("Olena"))
    for _ in range(10):
        socket = await sqlite_school.open(token)
        socket.connection.transport.abort()

    await until(lambda: not sqlite_school.services.clients)
    await asyncio.sleep(0)
    assert len(sqlite_school.services.sessions.live) == 0
