"""Messages with files: whose they have to be, who sees them, and when they go."""

import asyncio
from typing import Any, NamedTuple

import pytest

from store import files
from tests.school import Reply, School, until
from tests.uploading import Owner, names, owners


class Talk(NamedTuple):
    """A tutor and two students, who write in one lesson."""

    tutor: Owner
    sofia: Owner
    taras: Owner

    @property
    def school(self) -> School:
        return self.tutor.school

    async def set_mode(self, mode: str) -> None:
        path = f"/api/lessons/{self.tutor.lesson}/"
        await self.school.http("PATCH", path, self.tutor.token, {"chat": mode})


@pytest.fixture
def talk(io_loop, school: School) -> Talk:
    made: Talk = io_loop.run_sync(lambda: _talk(school))
    return made


async def _talk(school: School) -> Talk:
    return Talk(*await owners(school))


async def say(owner: Owner, *ids: str, text: str = "", **more: Any) -> Reply:
    body = {"lesson_id": owner.lesson, "text": text, "files": ids, **more}
    return await owner.school.http("POST", "/api/chat/messages/", owner.token, body)


async def decide(owner: Owner, held_id: int, how: str) -> Reply:
    path = f"/api/chat/held/{held_id}/{how}/"
    return await owner.school.http("POST", path, owner.token)


async def statuses(talk: Talk, file_id: str) -> list[int]:
    return [(await owner.get(file_id)).status for owner in talk]


async def test_a_message_shows_its_files_to_all_members(talk: Talk) -> None:
    socket = await talk.school.chatting(talk.taras.user)
    first, second = await talk.sofia.upload_new(1), await talk.sofia.upload_new(2)
    assert await statuses(talk, first["id"]) == [200, 200, 403]

    made = await say(talk.sofia, second["id"], first["id"])

    shown = [
        {name: file[name] for name in ("id", "name", "type", "bytes")}
        for file in (first, second)
    ]
    assert (made.status, made.json["text"], made.json["files"]) == (201, "", shown)
    event = await socket.next("chat.message.new")
    assert event["payload"]["files"] == shown
    path = f"/api/chat/messages/{made.json['id']}/"
    read = await talk.school.http("GET", path, talk.taras.token)
    assert read.json == made.json
    assert await statuses(talk, first["id"]) == [200, 200, 200]


async def test_a_resend_names_the_same_files(talk: Talk) -> None:
    one, two = await talk.sofia.upload_new(1), await talk.sofia.upload_new(2)
    made = await say(talk.sofia, one["id"], two["id"], client_id="a")

    again = await say(talk.sofia, two["id"], one["id"], client_id="a")
    other = await say(talk.sofia, one["id"], client_id="a")
    none = await say(talk.sofia, text="x", client_id="a")

    assert (made.status, again.status, again.json) == (201, 200, made.json)
    assert (other.status, none.status) == (409, 409)


async def test_only_ones_own_unused_files_of_this_chat_are_named(talk: Talk) -> None:
    used = (await talk.sofia.upload_new(1))["id"]
    assert (await say(talk.sofia, used)).status == 201
    board = (await talk.sofia.upload_new(2, purpose="board"))["id"]
    others = (await talk.taras.upload_new(3))["id"]
    lesson = await talk.school.lesson(students=[talk.sofia.user])
    elsewhere = await Owner(talk.school, talk.sofia.user, lesson).upload_new(4)

    for id in (used, board, others, elsewhere["id"], "f_unknown"):
        refused = await say(talk.sofia, id, text="look")

        assert (refused.status, refused.json["code"]) == (409, "conflict")


async def test_of_two_messages_at_once_one_has_the_file(talk: Talk) -> None:
    id = (await talk.sofia.upload_new())["id"]

    made = await asyncio.gather(*(say(talk.sofia, id) for _ in range(4)))

    assert sorted(reply.status for reply in made) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("ids", "status"),
    [((), 422), (("f_a", "f_a"), 422), (["f_a"] * 11, 422), ((1,), 422)],
)
async def test_what_is_no_list_of_files_is_refused(talk, ids, status) -> None:
    assert (await say(talk.sofia, *ids)).status == status


async def test_a_deleted_message_takes_its_files_along(talk: Talk) -> None:
    id = (await talk.sofia.upload_new())["id"]
    made = await say(talk.sofia, id, text="look")

    path = f"/api/chat/messages/{made.json['id']}/"
    await talk.school.http("DELETE", path, talk.sofia.token)

    assert await statuses(talk, id) == [404, 404, 404]
    await until(lambda: names(talk.school) == set())
    read = await talk.school.http("GET", path, talk.sofia.token)
    assert (read.json["deleted"], read.json["files"]) == (True, [])


async def test_a_message_that_loses_a_file_is_told_anew(talk: Talk) -> None:
    socket = await talk.school.chatting(talk.taras.user)
    one, two = await talk.sofia.upload_new(1), await talk.sofia.upload_new(2)
    made = await say(talk.sofia, one["id"], two["id"])
    await socket.next("chat.message.new")

    assert (await talk.tutor.delete(one["id"])).status == 204
    event = await socket.next("chat.message.edited", "chat.message.deleted")
    assert event["type"] == "chat.message.edited"
    assert [file["id"] for file in event["payload"]["files"]] == [two["id"]]
    assert event["seq"] == made.json["seq"] + 1
    assert (await talk.sofia.delete(two["id"])).status == 204
    event = await socket.next("chat.message.edited", "chat.message.deleted")

    assert event["type"] == "chat.message.deleted"
    assert event["payload"]["deleted_by"] == talk.sofia.user


async def test_a_held_message_keeps_its_files_to_itself(talk: Talk) -> None:
    await talk.set_mode("moderated")
    id = (await talk.sofia.upload_new())["id"]

    held = await say(talk.sofia, id, client_id="a")

    assert (held.status, held.json["files"][0]["id"]) == (202, id)
    assert await statuses(talk, id) == [200, 200, 403]
    assert (await say(talk.sofia, id)).status == 409
    assert (await talk.sofia.delete(id)).status == 409
    assert (await say(talk.sofia, id, client_id="a")).json == held.json
    await talk.school.services.files.removal.sweep()
    assert names(talk.school) == {id}

    made = await decide(talk.tutor, held.json["held_id"], "approve")

    assert (made.status, made.json["files"]) == (201, held.json["files"])
    assert await statuses(talk, id) == [200, 200, 200]
    again = await say(talk.sofia, id, client_id="a")
    assert (again.status, again.json) == (200, made.json)


@pytest.mark.parametrize("how", ["reject", "withdraw"])
async def test_what_is_refused_or_withdrawn_takes_its_files_along(
    talk: Talk, how: str
) -> None:
    await talk.set_mode("moderated")
    id = (await talk.sofia.upload_new())["id"]
    held = (await say(talk.sofia, id, text="look")).json["held_id"]

    if how == "reject":
        await decide(talk.tutor, held, "reject")
    else:
        path = f"/api/chat/held/{held}/"
        await talk.school.http("DELETE", path, talk.sofia.token)

    assert await statuses(talk, id) == [404, 404, 404]
    await until(lambda: names(talk.school) == set())
    assert await talk.school.services.db.read(files.ids) == set()
