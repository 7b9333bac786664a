"""Clients that don't read, or give no sign of life (contract 2.2, 2.6)."""

import asyncio
import json

import pytest

from handlers.patch_run import MAX_PATCHES
from rtserver.app import Waits
from rtserver.edge.frames import CLOSE, FIN, PING, TEXT, build_text
from tests.drawing import board, drawer, element
from tests.raw_client import small_socket
from tests.rtserver.edge_fakes import pong, text
from tests.school import until


async def test_a_slow_reader_is_closed_with_4002_and_others_still_receive(
    make_school, raw_connect
):
    school = await make_school(
        limits_queue_bytes=250_000,
        chat_max_length=50_000,
        limits_write_bytes_burst=2**30,
    )
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    other = await school.chatting(olena)
    slow = await slow_reader(raw_connect, school, taras)

    (session,) = school.services.sessions.live.of_user(taras)
    said = 0
    while not session.connection.closing:
        await school.say(olena, lesson, "й" * 50_000)
        said += 1
    await school.say(olena, lesson, "end")

    assert await slow.close_code() == 4002
    events = [await other.next("chat.message.new") for _ in range(said + 1)]
    assert [event["seq"] for event in events] == list(range(1, said + 2))


async def test_a_long_ack_does_not_make_its_reader_a_slow_one(make_school, raw_connect):
    school = await make_school(limits_queue_bytes=100_000)
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    tutor = await drawer(school, olena, lesson)
    for n in range(60):
        await tutor.draw(element(f"{n}", 2, text="x" * 60_000))
    peer = await raw_connect(school, school.token(olena), buffer_bytes=4096)
    older = [element(f"{n}", 1) for n in range(60)]

    for type, payload in ("subscribe", {}), ("board.patch", {"elements": older}):
        command = {"type": type, "id": 1, "channel": board(lesson), "payload": payload}
        await peer.text(json.dumps(command))
    await peer.text(json.dumps({"type": "ping", "id": 2}))

    size, (first, payload) = 0, await peer.frame()
    while first != FIN | CLOSE and b'"id":2' not in payload:
        size += len(payload)
        first, payload = await peer.frame()
    assert (first & 15, size > 3_600_000) == (TEXT, True)


@pytest.mark.parametrize("asks", ["subscribe", "board.snapshot.request", "board.patch"])
async def test_who_asks_again_and_again_without_reading_gets_the_rest_later(
    make_school, raw_connect, asks
):
    school = await make_school()
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    tutor = await drawer(school, olena, lesson)
    for n in range(16):
        await tutor.draw(element(f"{n}", 2, text="x" * 60_000))
    older = [element(f"{n}", 1) for n in range(16)]  # loses, and gets all of the newer
    peer = await raw_connect(school, school.token(olena), buffer_bytes=4096)
    counters = school.services.figures.counters

    for id, type in enumerate(["subscribe", *[asks] * 70]):
        payload = {"since": 0} if asks == type == "subscribe" and id else {}
        payload |= {"elements": older} if type == "board.patch" else {}
        channel = board(lesson)
        command = {"type": type, "id": id, "channel": channel, "payload": payload}
        await peer.text(json.dumps(command))
    await until(lambda: counters.commands[asks] > 2)
    for _ in range(60):  # meanwhile the other could have all of theirs
        await tutor.call("board.snapshot.request")

    served = counters.commands[asks] - (60 if asks == "board.snapshot.request" else 0)
    # What the kernel takes is a few megabytes; a piece is one. Patches may wait, too.
    assert served < 30 + (MAX_PATCHES if asks == "board.patch" else 0)

    first, payload = await peer.frame()
    while first != FIN | CLOSE and b'"id":70,' not in payload[:100]:
        first, payload = await peer.frame()
    assert first != FIN | CLOSE


async def test_who_is_removed_while_a_snapshot_waits_for_them_hears_no_more(
    make_school, raw_connect
):
    school = await make_school()
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    tutor = await drawer(school, olena, lesson)
    for n in range(16):
        await tutor.draw(element(f"{n}", text="x" * 60_000))
    peer = await raw_connect(school, school.token(taras), buffer_bytes=4096)
    counters = school.services.figures.counters
    for id, type in enumerate(["subscribe", *["board.snapshot.request"] * 30]):
        command = {"type": type, "id": id, "channel": board(lesson), "payload": {}}
        await peer.text(json.dumps(command))
    await until(lambda: counters.commands["board.snapshot.request"] > 2)
    for _ in range(60):  # meanwhile the other could have all of theirs
        await tutor.call("ping")

    path = f"/api/lessons/{lesson}/members/{taras}/"
    assert (await school.http("DELETE", path, await school.admin())).status == 204
    while b'"id":30,' not in (await peer.frame())[1][:100]:
        pass
    await tutor.draw(element("secret"))
    await peer.text(json.dumps({"type": "ping", "id": 31}))

    assert b'"id":31,' in (await peer.frame())[1][:100]


async def test_of_long_commands_only_a_few_are_read_while_one_is_served(
    make_school, raw_connect
):
    school = await make_school()
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    tutor = await drawer(school, olena, lesson)
    for n in range(16):
        await tutor.draw(element(f"{n}", text="x" * 60_000))
    peer = await raw_connect(school, school.token(taras), buffer_bytes=4096)
    await peer.frame()  # welcome
    counters = school.services.figures.counters

    for id, type in enumerate(["subscribe", *["board.snapshot.request"] * 20]):
        command = {"type": type, "id": id, "channel": board(lesson), "payload": {}}
        await peer.text(json.dumps(command))
    (session,) = school.services.sessions.live.of_user(taras)
    before, long = counters.bytes_in, text(b'{"type":"ping"}'.ljust(250_000))
    sending = asyncio.create_task(peer.send(long * 60))
    await until(lambda: session.connection.paused)
    for _ in range(60):  # meanwhile much more could be read
        await tutor.call("ping")

    assert not sending.done()
    assert counters.bytes_in - before < 1_000_000
    sending.cancel()


async def test_who_lets_more_than_one_stream_wait_is_too_slow_in_the_end(
    make_school, raw_connect
):
    school = await make_school(limits_queue_bytes=100_000)
    taras = await school.person("Taras")
    slow = await slow_reader(raw_connect, school, taras)
    (session,) = school.services.sessions.live.of_user(taras)
    pieces = [build_text(b"x" * 60_000)] * 200  # more than the kernel takes

    streams = 0
    while not session.connection.closing:
        session.connection.send_stream(iter(pieces), 60_000)
        streams += 1

    assert await slow.close_code() == 4002
    assert streams < 10


async def test_who_asks_by_http_and_does_not_read_is_hung_up_on(make_school, caplog):
    school = await make_school(waits=Waits(stall=0.5))
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    tutor = await drawer(school, olena, lesson)
    for n in range(160):  # more than the kernel takes
        await tutor.draw(element(f"{n}", text="x" * 60_000))

    with small_socket(school.services.port) as peer:
        head = f"Host: x\r\nAuthorization: Bearer {school.token(olena)}\r\n\r\n"
        peer.sendall(f"GET /api/boards/{lesson}/ HTTP/1.1\r\n{head}".encode())
        await until(lambda: school.services.requests)
        await until(lambda: not school.services.requests)

    assert await tutor.call("ping")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def slow_reader(raw_connect, school, user):
    """Subscribe to the user's chat, and read nothing from then on."""
    peer = await raw_connect(school, school.token(user), buffer_bytes=4096)
    await peer.frame()
    command = {"type": "subscribe", "id": 1, "channel": f"chat:user:{user}"}
    await peer.text(json.dumps(command))
    await peer.frame()
    return peer


async def test_a_silent_connection_is_closed_with_4009(make_school, raw_connect):
    school = await make_school(presence_heartbeat=0.1)
    user = await school.person("Olena")
    peer = await raw_connect(school, school.token(user))

    frames = [await peer.frame()]
    while frames[-1][0] != FIN | CLOSE:
        frames.append(await peer.frame())

    assert int.from_bytes(frames[-1][1][:2]) == 4009
    assert [first for first, _ in frames].count(FIN | PING) >= 1


async def test_the_tcp_connection_of_a_silent_client_ends_unanswered(
    make_school, raw_connect
):
    school = await make_school(presence_heartbeat=0.1)
    peer = await raw_connect(school, school.token(await school.person("Olena")))

    assert await peer.close_code() == 4009

    assert await peer.at_end()
    assert len(school.services.sessions.live) == 0


@pytest.mark.parametrize("sign", ["pong", "frame"])
async def test_any_sign_of_life_keeps_a_connection(make_school, raw_connect, sign):
    school = await make_school(presence_heartbeat=0.4)
    peer = await raw_connect(school, school.token(await school.person("Olena")))
    await peer.frame()

    for _ in range(5):
        first, data = await peer.frame()
        while first != FIN | PING:
            first, data = await peer.frame()
        await (
            peer.send(pong(data)) if sign == "pong" else peer.text('{"type":"ping"}')
        )

    assert len(school.services.sessions.live) == 1


async def test_who_has_not_signed_in_is_looked_after_too(make_school, raw_connect):
    school = await make_school(presence_heartbeat=0.1)

    peer = await raw_connect(school, None)

    assert await peer.close_code() == 4009
