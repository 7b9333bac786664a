"""How much one client may do, and what it costs the others (contract 2.2, 2.6)."""

import asyncio
import json

import pytest

from rtserver.edge.frames import CONTINUATION, TEXT
from tests.fakes import FakeClock
from tests.flows.refusals import refusal
from tests.patience import PATIENCE
from tests.rtserver.edge_fakes import client_frame, ping, pong
from tests.school import until

# One command, and then none for a long while.
SLOW_RATE = {"limits_commands_per_second": 0.001, "limits_commands_burst": 1}
PING_FRAME = '{"type":"ping","id":"p"}'


# Connections


async def test_one_connection_too_many_of_a_user_is_closed_with_4503(make_school):
    school = await make_school(limits_connections_per_user=2)
    user, other = [await school.person(name) for name in ("Olena", "Taras")]
    old = [await school.connect(user) for _ in range(2)]

    one_more = await school.open(school.token(user))

    assert await one_more.closed() == 4503
    assert [await socket.quiet() for socket in old] == [[], []]
    assert await school.connect(other)


async def test_when_one_is_closed_another_may_come(make_school):
    school = await make_school(limits_connections_per_user=1)
    user = await school.person("Olena")
    socket = await school.connect(user)

    await socket.close()
    await until(lambda: not school.services.clients)

    assert await school.connect(user)


async def test_a_full_server_closes_the_newest_with_1013(make_school):
    school = await make_school(limits_connections=2)
    tokens = [school.token(await school.person(n)) for n in ("Olena", "Taras", "Ivan")]

    sockets = [await school.open(token) for token in tokens]

    assert await sockets[2].closed() == 1013
    assert [await socket.next("welcome") for socket in sockets[:2]]


async def test_connections_that_ask_for_nothing_are_limited_too(make_school):
    school = await make_school(limits_connections=2)
    place = "127.0.0.1", school.services.port
    for name in ("Olena", "Taras"):
        await school.connect(await school.person(name))

    # Beside all WebSockets there is room for so many requests.
    idle = [await asyncio.open_connection(*place) for _ in range(64)]
    refused, writer = await asyncio.open_connection(*place)
    async with asyncio.timeout(PATIENCE):
        assert await refused.read() == b""
    writer.close()
    assert not any(reader.at_eof() for reader, _ in idle)

    for _, each in idle:
        each.close()
    async with asyncio.timeout(PATIENCE):
        while (await school.http("GET", "/healthz")).status != 200:
            pass


async def test_subscriptions_are_limited_and_a_held_one_is_not_counted(make_school):
    school = await make_school(limits_subscriptions=1)
    user = await school.person("Olena")
    board = f"board:lesson:{await school.lesson(tutors=[user])}"
    socket = await school.chatting(user)

    refused = await refusal(socket, "subscribe", board)

    assert refused["code"] == "limit_exceeded"
    assert await socket.call("subscribe", f"chat:user:{user}")
    await socket.call("unsubscribe", f"chat:user:{user}")
    assert await socket.call("subscribe", board)


# The rate of commands


async def test_over_the_rate_a_command_is_told_when_to_come_again(make_school):
    clock = FakeClock()
    school = await make_school(
        clock=clock, limits_commands_per_second=2, limits_commands_burst=3
    )
    socket = await school.connect(await school.person("Olena"))

    for _ in range(3):
        await socket.call("ping")
    refused = await refusal(socket, "ping")
    clock.advance(refused["retry_after"])

    assert (refused["code"], refused["retry_after"]) == ("rate_limited", 0.5)
    assert await socket.call("ping")


@pytest.mark.parametrize("rate", [3, 9999])
async def test_whoever_waits_as_long_as_the_answer_says_passes(make_school, rate):
    clock = FakeClock()
    school = await make_school(
        clock=clock, limits_commands_per_second=rate, limits_commands_burst=1
    )
    socket = await school.connect(await school.person("Olena"))

    await socket.call("ping")
    clock.advance((await refusal(socket, "ping"))["retry_after"])

    assert await socket.call("ping")


async def test_over_the_rate_typing_is_dropped_silently(make_school):
    school = await make_school(clock=FakeClock(), limits_commands_burst=1)
    socket = await school.connect(await school.person("Olena"))

    await socket.call("ping")
    payload = {"lesson_id": 1}
    await socket.send(json.dumps({"type": "chat.typing", "id": 7, "payload": payload}))
    await refusal(socket, "ping")

    assert [frame for frame in socket.received if frame.get("id") == 7] == []


async def test_the_rate_holds_before_signing_in_too(make_school):
    school = await make_school(clock=FakeClock(), limits_commands_burst=1)
    socket = await school.open()

    codes = [(await refusal(socket, "ping"))["code"] for _ in range(2)]

    assert codes == ["unauthenticated", "rate_limited"]


async def test_ten_seconds_over_the_rate_without_let_up_close_with_4008(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock, **SLOW_RATE)
    socket = await school.connect(await school.person("Olena"))

    await socket.call("ping")
    for _ in range(12):
        await refusal(socket, "ping")
        clock.advance(0.9)
    await socket.send(PING_FRAME)

    assert await socket.closed() == 4008


@pytest.mark.parametrize("frame", [ping(), pong(), client_frame(CONTINUATION, b"x")])
async def test_so_do_frames_that_carry_nothing(make_school, frame):
    clock = FakeClock()
    school = await make_school(clock=clock)
    socket, other = [
        await school.connect(await school.person(name)) for name in ("Olena", "Taras")
    ]

    counters = school.services.figures.counters
    socket.connection.transport.write(client_frame(TEXT))  # of which the fragments are
    for _ in range(13):
        received = counters.bytes_in + 300 * len(frame)
        socket.connection.transport.write(frame * 300)
        await until(lambda received=received: counters.bytes_in >= received)
        clock.advance(0.9)

    assert await socket.closed() == 4008
    assert await other.call("ping")


async def test_after_a_let_up_the_ten_seconds_begin_anew(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock, **SLOW_RATE)
    socket = await school.connect(await school.person("Olena"))

    await socket.call("ping")
    for pause in [0.9] * 10 + [1.1] + [0.9] * 10:
        assert (await refusal(socket, "ping"))["code"] == "rate_limited"
        clock.advance(pause)


async def test_the_rate_of_one_is_not_that_of_another(make_school):
    school = await make_school(clock=FakeClock(), limits_commands_burst=1)
    sockets = [await school.connect(await school.person(n)) for n in ("Olena", "Ivan")]

    for socket in sockets:
        assert await socket.call("ping")


async def test_all_connections_of_a_user_share_the_rate(make_school):
    school = await make_school(clock=FakeClock(), limits_commands_burst=3)
    user = await school.person("Olena")
    phone, laptop = [await school.connect(user) for _ in range(2)]

    for socket in (phone, laptop, phone):
        assert await socket.call("ping")

    assert (await refusal(laptop, "chat.read", lesson_id=1, seq=1))[
        "code"
    ] == "rate_limited"
    await phone.close()
    anew = await school.connect(user)
    channel = f"chat:user:{user}"
    assert (await refusal(anew, "subscribe", channel))["code"] == "rate_limited"


# Typing


async def test_typing_is_passed_on_once_in_three_seconds(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    author, other = [await school.chatting(user) for user in (olena, taras)]

    for _ in range(2):
        for _ in range(3):
            assert await author.call("chat.typing", lesson_id=lesson) == {}
        await other.next("chat.typing")
        clock.advance(3)
    await school.say(olena, lesson, "What I was typing")

    # Behind it would stand whatever else had been passed on.
    assert (await other.next())["type"] == "chat.message.new"


# Frames


@pytest.mark.parametrize("bad", ["x", "[]", "{}", '{"type":"ping","payload":1}'])
async def test_too_many_bad_requests_close_with_4500(make_school, bad):
    school = await make_school(limits_bad_frames=3)
    socket = await school.connect(await school.person("Olena"))

    for _ in range(3):
        await socket.send(bad)
    assert len(await socket.quiet()) == 3
    await socket.send(bad)

    assert await socket.closed() == 4500


async def test_bad_requests_are_forgotten_after_a_minute(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock, limits_bad_frames=1)
    socket = await school.connect(await school.person("Olena"))

    for _ in range(3):
        assert (await refusal(socket, "subscribe"))["code"] == "bad_request"
        clock.advance(61)

    assert await socket.call("ping")


async def test_other_errors_are_no_bad_requests(make_school):
    school = await make_school(limits_bad_frames=1)
    socket = await school.connect(await school.person("Olena"))

    for _ in range(3):
        assert (await refusal(socket, "no.such"))["code"] == "unknown_type"
        assert (await refusal(socket, "subscribe", "x"))["code"] == "unknown_channel"
        assert (await refusal(socket, "chat.typing", lesson_id=1))[
            "code"
        ] == "forbidden"

    assert await socket.call("ping")


async def test_over_the_rate_typing_alone_closes_nothing(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock, **SLOW_RATE)
    socket = await school.connect(await school.person("Olena"))
    payload = {"lesson_id": 1}
    typing = json.dumps({"type": "chat.typing", "id": 7, "payload": payload})
    limited = school.services.figures.counters

    await socket.call("ping")
    for number in range(13):
        await socket.send(typing)
        await until(lambda number=number: limited.limited > number)
        clock.advance(0.9)

    assert (await refusal(socket, "ping"))["code"] == "rate_limited"
