"""How much somebody may do who hasn't signed in, and what it costs the others."""

import json

from tests.flows.refusals import refusal

PING_FRAME = '{"type":"ping","id":"p"}'


# Before the sign-in


async def test_before_the_sign_in_a_long_frame_closes_with_1009(make_school):
    school = await make_school(limits_guest_bytes=1000)
    token = school.token(await school.person("Olena"))

    stranger = await school.open()
    await stranger.send(PING_FRAME.ljust(1000))
    assert (await stranger.next("error"))["payload"]["code"] == "unauthenticated"
    await stranger.send(PING_FRAME.ljust(1001))
    assert await stranger.closed() == 1009

    known = await school.open()
    auth = {"type": "auth", "id": 1, "payload": {"token": token}}
    await known.send(json.dumps(auth))  # what follows needn't wait for the welcome
    await known.send(PING_FRAME.ljust(200_000))
    assert [(await known.next("ack"))["id"] for _ in range(2)] == [1, "p"]


async def test_too_many_commands_before_the_sign_in_close_with_4500(make_school):
    school = await make_school(limits_bad_frames=3)
    socket = await school.open()

    for _ in range(3):
        assert (await refusal(socket, "ping"))["code"] == "unauthenticated"
    await socket.send(PING_FRAME)

    assert await socket.closed() == 4500


async def test_strangers_take_no_place_from_those_who_sign_in(make_school):
    school = await make_school(limits_connections=4)
    tokens = [school.token(await school.person(n)) for n in ("Olena", "Taras", "Ivan")]
    strangers = [await school.open() for _ in range(20)]

    people = []
    for token in tokens:
        people.append(await school.open())
        await people[-1].call("auth", token=token)
        assert await people[-1].next("welcome")

    codes = [await stranger.closed() for stranger in strangers[:18]]
    assert codes == [1013] * 18
    assert [await socket.quiet() for socket in people] == [[], [], []]


async def test_when_all_places_are_taken_a_stranger_makes_way(make_school):
    school = await make_school(limits_connections=2)
    olena, taras = await school.person("Olena"), await school.person("Taras")
    await school.connect(olena)
    stranger = await school.open()

    assert await school.connect(taras)
    assert await stranger.closed() == 1013
