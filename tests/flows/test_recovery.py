"""Coming back: positions, replay, and the moment of subscribing (contract 2.4)."""

import asyncio
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.client import Socket
from tests.flows.test_chat import class_of
from tests.school import School


async def back(socket: Socket, user: int, since: Any, **more: Any) -> Any:
    return await socket.call("subscribe", f"chat:user:{user}", since=since, **more)


async def replayed(socket: Socket) -> list[tuple[str, int, str]]:
    return [
        (
            event["type"].removeprefix("chat.message."),
            event["seq"],
            event["payload"]["text"],
        )
        for event in await socket.quiet()
    ]


async def test_ack_names_the_position_of_every_accepted_lesson(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    empty = await school.lesson(tutors=[olena])
    await school.say(taras, lesson, "hi")
    socket = await school.connect(olena)

    ack = await socket.call("subscribe", f"chat:user:{olena}")

    assert ack["positions"] == {str(lesson): 1, str(empty): 0}
    assert ack["channel"] == f"chat:user:{olena}"
    assert ack["epoch"]
    assert "recovered" not in ack


async def test_missed_messages_follow_the_ack_once_in_their_present_state(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    said = [await school.say(olena, lesson, text) for text in ("a", "b", "c", "d")]
    token = school.token(olena)
    for id, text in ((said[0]["id"], "A"), (said[2]["id"], "C")):
        await school.http("PATCH", f"/api/chat/messages/{id}/", token, {"text": text})
    await school.http("DELETE", f"/api/chat/messages/{said[3]['id']}/", token)
    socket = await school.connect(taras)

    ack = await back(socket, taras, {str(lesson): 2})

    assert (ack["recovered"], ack["positions"]) == (True, {str(lesson): 7})
    assert await replayed(socket) == [
        ("edited", 5, "A"),
        ("new", 6, "C"),
        ("deleted", 7, ""),
    ]


async def test_lessons_left_out_and_foreign_ones_are_not_replayed(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    foreign = await school.lesson(tutors=[olena])
    for place in (lesson, foreign):
        await school.say(olena, place, "x")
    socket = await school.connect(taras)

    ack = await back(socket, taras, {str(foreign): 0, "999": 3})

    assert (ack["recovered"], await replayed(socket)) == (True, [])


async def test_too_much_is_not_replayed_and_says_so_per_lesson(
    make_school: MakeSchool, database_url: str
) -> None:
    school = await make_school(database_url, limits_replay=2)
    olena, taras, busy = await class_of(school)
    quiet = await school.lesson(tutors=[olena], students=[taras])
    for n in range(3):
        await school.say(olena, busy, str(n))
    await school.say(olena, quiet, "only")
    socket = await school.connect(taras)

    ack = await back(socket, taras, {str(busy): 0, str(quiet): 0})

    assert (ack["recovered"], ack["reason"]) == (False, "too_many")
    assert ack["not_recovered"] == {str(busy): "too_many"}
    assert await replayed(socket) == [("new", 1, "only")]


async def test_replay_over_its_bytes_is_too_many(make_school: MakeSchool) -> None:
    school = await make_school(limits_replay_bytes=1000)
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "x" * 1000)
    socket = await school.connect(taras)

    ack = await back(socket, taras, {str(lesson): 0})

    assert ack["not_recovered"] == {str(lesson): "too_many"}


async def test_position_ahead_of_the_server_is_not_recovered(school: School) -> None:
    _, taras, lesson = await class_of(school)
    socket = await school.connect(taras)

    ack = await back(socket, taras, {str(lesson): 5})

    assert (ack["recovered"], ack["reason"]) == (False, "ahead")


async def test_another_epoch_is_not_recovered(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "x")
    socket = await school.connect(taras)

    same = await back(socket, taras, {str(lesson): 0})
    other = await back(socket, taras, {str(lesson): 0}, epoch="elsewhere")
    right = await back(socket, taras, {str(lesson): 0}, epoch=same["epoch"])

    assert (same["recovered"], right["recovered"]) == (True, True)
    assert (other["recovered"], other["reason"]) == (False, "epoch")


async def test_subscribing_under_load_loses_and_doubles_nothing(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    stop = asyncio.Event()

    async def talk() -> None:
        while not stop.is_set():
            await school.say(olena, lesson, "x")

    talkers = [asyncio.create_task(talk()) for _ in range(4)]
    sockets = [await school.connect(taras) for _ in range(8)]
    acks = [await back(socket, taras, {str(lesson): 0}) for socket in sockets]
    stop.set()
    await asyncio.gather(*talkers)
    last = await school.say(olena, lesson, "last")

    for socket, ack in zip(sockets, acks, strict=True):
        seqs = []
        while not seqs or seqs[-1] < last["seq"]:
            seqs.append((await socket.next("chat.message.new"))["seq"])
        assert ack["recovered"] is True
        assert seqs == list(range(1, last["seq"] + 1))


async def test_subscribing_again_replays_again(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "x")
    socket = await school.chatting(taras)

    for _ in range(2):
        await back(socket, taras, {str(lesson): 0})
        assert await replayed(socket) == [("new", 1, "x")]
    await school.say(olena, lesson, "y")

    assert await replayed(socket) == [("new", 2, "y")]


async def test_nothing_comes_after_the_ack_of_unsubscribe(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    socket = await school.chatting(taras)
    channel = f"chat:user:{taras}"

    assert await socket.call("unsubscribe", channel) == {"channel": channel}
    assert await socket.call("unsubscribe", channel) == {"channel": channel}
    await school.say(olena, lesson, "x")

    assert await socket.quiet() == []


@pytest.mark.parametrize(
    "since", [3, "1", None, [], {"x": 1}, {"1": -1}, {"1": True}, {"1": 1.5}]
)
async def test_unreadable_since_is_refused_and_changes_nothing(
    sqlite_school: School, since: Any
) -> None:
    olena, taras, lesson = await class_of(sqlite_school)
    socket = await sqlite_school.chatting(taras)

    frame = {"since": since}
    answer = await socket.ask("subscribe", f"chat:user:{taras}", frame)
    await sqlite_school.say(olena, lesson, "still here")

    assert answer["payload"]["code"] == "bad_request"
    assert answer["payload"]["errors"][0]["path"].startswith("payload.since")
    assert await replayed(socket) == [("new", 1, "still here")]


async def test_new_member_starts_at_the_present_and_hears_what_follows(
    school: School,
) -> None:
    olena, _, lesson = await class_of(school)
    await school.say(olena, lesson, "before")
    ira = await school.person("Ira")
    tutor, socket = await school.chatting(olena), await school.chatting(ira)
    members = f"/api/lessons/{lesson}/members/"
    invitation = {"user_id": ira, "role": "student"}
    await school.http("POST", members, school.token(olena), invitation)

    await school.http("POST", f"/api/lessons/{lesson}/accept/", school.token(ira))
    joined = (await socket.next("chat.joined"))["payload"]
    seen = (await tutor.next("chat.joined"))["payload"]
    await school.say(olena, lesson, "welcome")

    assert joined == {**seen, "seq": 1}
    assert (seen["user_id"], seen["role"], seen["by"]) == (ira, "student", ira)
    assert await replayed(socket) == [("new", 2, "welcome")]


async def test_who_is_removed_is_told_and_hears_no_more(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    socket = await school.chatting(taras)

    path = f"/api/lessons/{lesson}/members/{taras}/"
    reply = await school.http("DELETE", path, school.token(olena))
    left = (await socket.next("chat.left"))["payload"]
    await school.say(olena, lesson, "alone")

    assert reply.status == 204
    assert (left["lesson_id"], left["user_id"], left["by"]) == (lesson, taras, olena)
    assert await socket.quiet() == []


async def class_of_(school: School) -> tuple[int, int, int]:
    return await class_of(school)
