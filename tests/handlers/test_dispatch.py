"""Each command is served by its one method (contract 2.3)."""

import pytest

from tests.client import Socket
from tests.handlers.test_command_loop import answered
from tests.school import School


async def test_ping_tells_the_time(socket: Socket) -> None:
    assert (await socket.call("ping"))["server_time"].endswith("Z")


@pytest.mark.parametrize(
    "name",
    [
        *("", "x", "chat", "chat:user:", "chat:user:0", "chat:user:x", "chat:user:01"),
        *("status:users:1", "board:lesson:-1", "Chat:user:1", "chat:user:1\n"),
        *("chat:user:" + "9" * 17, "lobby"),
    ],
)
async def test_a_channel_of_another_form_is_unknown(socket: Socket, name: str) -> None:
    assert (await answered(socket, "subscribe", name))["code"] == "unknown_channel"
    assert (await answered(socket, "unsubscribe", name))["code"] == "unknown_channel"


async def test_subscribe_is_idempotent(school: School) -> None:
    user = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[user])
    socket = await school.connect(user)

    answers = [
        await socket.call("subscribe", f"chat:user:{user}", since={str(lesson): 0})
        for _ in range(3)
    ]
    await school.say(user, lesson, "Once")

    assert answers[0] == answers[2]
    await socket.next("chat.message.new")
    assert await socket.quiet() == []
    assert school.services.delivery.hub.subscriptions() == 1


async def test_unsubscribe_names_the_channel_also_when_it_is_not_held(
    socket: Socket,
) -> None:
    for channel in ("chat:user:1", "board:lesson:7", "status:users"):
        assert await socket.call("unsubscribe", channel) == {"channel": channel}


async def test_nothing_comes_after_unsubscribe(school: School) -> None:
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    socket, other = [await school.chatting(user) for user in (olena, taras)]

    await socket.call("unsubscribe", f"chat:user:{olena}")
    await school.say(taras, lesson, "Hello?")

    await other.next("chat.message.new")
    assert await socket.quiet() == []


async def test_subscribe_and_unsubscribe_need_a_channel(socket: Socket) -> None:
    for type in ("subscribe", "unsubscribe"):
        error = await answered(socket, type)
        assert error["code"] == "bad_request"
        assert error["errors"][0]["path"] == "channel"


async def test_the_other_members_learn_who_is_typing(school: School) -> None:
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    author, other = [await school.chatting(user) for user in (olena, taras)]

    assert await author.call("chat.typing", lesson_id=lesson) == {}

    event = await other.next()
    assert event["payload"] == {"lesson_id": lesson, "user_id": olena}
    assert (event["type"], event["channel"]) == ("chat.typing", f"chat:user:{taras}")
    assert "seq" not in event
    assert await author.quiet() == []


async def test_everybody_else_in_the_chat_learns_what_was_read(school: School) -> None:
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    await school.say(olena, lesson, "Read me")
    reader, elsewhere, other = [await school.chatting(u) for u in (taras, taras, olena)]

    assert await reader.call("chat.read", lesson_id=lesson, seq=99) == {"seq": 1}
    assert await reader.call("chat.read", lesson_id=lesson, seq=0) == {"seq": 1}

    for socket in (elsewhere, other):
        event = await socket.next("chat.read")
        assert event["payload"] == {"lesson_id": lesson, "user_id": taras, "seq": 1}
    assert await reader.quiet() == []


@pytest.mark.parametrize("type", ["chat.typing", "chat.read"])
async def test_a_lesson_of_others_is_forbidden_like_one_of_nobody(
    school: School, type: str
) -> None:
    stranger = await school.connect(await school.person("Ivan", "tutor"))
    lesson = await school.lesson(tutors=[await school.person("Olena", "tutor")])

    answers = [
        await answered(stranger, type, lesson_id=id, **more)
        for id in (lesson, 2**53 - 1)
        for more in [{"seq": 1} if type == "chat.read" else {}]
    ]

    assert answers[0] == answers[1]
    assert answers[0]["code"] == "forbidden"
