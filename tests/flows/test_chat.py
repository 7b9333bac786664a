"""Chat, from one client to the other (contract 2.4 and 3.2)."""

from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.errors import RtError
from store.engine import sqlite_path
from tests.client import CommandFailed
from tests.rtserver.privacy import traces
from tests.school import SYSTEM, School, until


async def class_of(school: School) -> tuple[int, int, int]:
    """Make a tutor, a student and their lesson."""
    olena = await school.person("Olena", "tutor")
    taras = await school.person("Taras")
    return olena, taras, await school.lesson(tutors=[olena], students=[taras])


async def test_message_reaches_every_member_and_its_author(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    sockets = [await school.chatting(user) for user in (olena, taras)]

    message = await school.say(olena, lesson, "Вітаю!")
    events = [await socket.next("chat.message.new") for socket in sockets]

    assert [event["payload"] for event in events] == [message, message]
    assert [event["seq"] for event in events] == [1, 1]
    assert events[1]["channel"] == f"chat:user:{taras}"


async def test_outsiders_hear_nothing(school: School) -> None:
    olena, _, lesson = await class_of(school)
    stranger = await school.chatting(await school.person("Ivan"))

    await school.say(olena, lesson, "hello")

    assert await stranger.quiet() == []


async def test_same_client_id_gives_the_first_message_and_no_event(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    socket = await school.chatting(taras)
    body = {"lesson_id": lesson, "text": "once", "client_id": "a-1"}

    replies = [
        await school.http("POST", "/api/chat/messages", school.token(olena), body)
        for _ in range(2)
    ]

    assert [reply.status for reply in replies] == [201, 200]
    assert replies[0].json == replies[1].json
    assert len(await socket.quiet()) == 1


async def test_client_id_of_another_text_or_lesson_is_a_conflict(
    school: School,
) -> None:
    olena, _, lesson = await class_of(school)
    other = await school.lesson(tutors=[olena])
    await school.say(olena, lesson, "one", client_id="x")
    token = school.token(olena)

    for body in (
        {"lesson_id": lesson, "text": "two", "client_id": "x"},
        {"lesson_id": other, "text": "one", "client_id": "x"},
    ):
        reply = await school.http("POST", "/api/chat/messages/", token, body)

        assert (reply.status, reply.json["code"]) == (409, "conflict")


async def test_resend_after_an_edit_still_gives_the_message(school: School) -> None:
    olena, _, lesson = await class_of(school)
    first = await school.say(olena, lesson, "one", client_id="x")
    path = f"/api/chat/messages/{first['id']}/"
    await school.http("PATCH", path, school.token(olena), {"text": "better"})

    again = await school.say(olena, lesson, "one", client_id="x")

    assert (again["id"], again["text"]) == (first["id"], "better")


async def test_edit_and_deletion_take_the_next_seqs(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    message = await school.say(olena, lesson, "helo")
    socket = await school.chatting(taras)
    path = f"/api/chat/messages/{message['id']}/"

    edit = await school.http("PATCH", path, school.token(olena), {"text": "hello"})
    edited = await socket.next("chat.message.edited")
    deletion = await school.http("DELETE", path, school.token(olena))
    deleted = await socket.next("chat.message.deleted")

    assert (edit.status, deletion.status) == (200, 204)
    assert edited["payload"] == edit.json
    assert (edited["seq"], edited["payload"]["text"]) == (2, "hello")
    assert edited["payload"]["edited_at"] is not None
    assert (deleted["seq"], deleted["payload"]["text"]) == (3, "")
    assert deleted["payload"]["deleted"] is True


@pytest.mark.parametrize(
    ("method", "body"), [("DELETE", None), ("PATCH", {"text": "another"})]
)
async def test_text_that_is_gone_is_soon_in_no_file_of_an_sqlite_database(
    sqlite_school: School, sqlite_url: str, method: str, body: Any
) -> None:
    olena, _, lesson = await class_of(sqlite_school)
    message = await sqlite_school.say(olena, lesson, "a-text-to-forget")
    path = f"/api/chat/messages/{message['id']}/"
    folder = sqlite_path(sqlite_url).parent
    assert traces.in_files(folder, "a-text-to-forget")

    await sqlite_school.http(method, path, sqlite_school.token(olena), body)

    await until(lambda: not traces.in_files(folder, "a-text-to-forget"))


async def test_only_the_author_changes_a_message_and_only_once_deleted(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    message = await school.say(taras, lesson, "mine")
    path = f"/api/chat/messages/{message['id']}/"
    body = {"text": "yours"}

    foreign = await school.http("PATCH", path, school.token(olena), body)
    await school.http("DELETE", path, school.token(taras))
    late = await school.http("PATCH", path, school.token(taras), body)
    again = await school.http("DELETE", path, school.token(taras))

    assert [foreign.status, late.status, again.status] == [403, 409, 409]


async def test_strangers_get_404_invited_and_admins_403(school: School) -> None:
    olena, _, lesson = await class_of(school)
    message = await school.say(olena, lesson, "private")
    invited = await school.person("Ira")
    members = f"/api/lessons/{lesson}/members/"
    body = {"user_id": invited, "role": "student"}
    await school.http("POST", members, school.token(olena), body)
    stranger = await school.person("Ivan")

    for token, status in (
        (school.token(stranger), 404),
        (school.token(invited), 403),
        (await school.admin(), 403),
    ):
        for path in (
            f"/api/chat/messages/{message['id']}/",
            f"/api/chat/history/?lesson_id={lesson}",
            f"/api/chat/changes/?lesson_id={lesson}",
        ):
            assert (await school.http("GET", path, token)).status == status
        post = {"lesson_id": lesson, "text": "let me in"}
        reply = await school.http("POST", "/api/chat/messages/", token, post)
        assert reply.status == status


async def test_history_pages_newest_first_without_deleted_ones(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    said = [await school.say(olena, lesson, str(n)) for n in range(5)]
    path = f"/api/chat/messages/{said[3]['id']}/"
    await school.http("DELETE", path, school.token(olena))
    url = f"/api/chat/history/?lesson_id={lesson}&limit=2"

    first = (await school.http("GET", url, school.token(taras))).json
    late = await school.say(olena, lesson, "late")
    cursor = first["next"]
    second = (
        await school.http("GET", f"{url}&cursor={cursor}", school.token(taras))
    ).json

    assert [message["text"] for message in first["results"]] == ["4", "2"]
    assert [message["text"] for message in second["results"]] == ["1", "0"]
    assert (first["seq"], second["seq"], second["next"]) == (6, late["seq"], None)


async def test_changes_give_each_message_once_at_its_latest_seq(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    said = [await school.say(olena, lesson, str(n)) for n in range(4)]
    token = school.token(olena)
    await school.http("DELETE", f"/api/chat/messages/{said[0]['id']}/", token)
    edit = {"text": "one"}
    await school.http("PATCH", f"/api/chat/messages/{said[1]['id']}/", token, edit)
    url = f"/api/chat/changes/?lesson_id={lesson}&limit=3&since="

    first = (await school.http("GET", url + "1", school.token(taras))).json
    rest = (await school.http("GET", url + str(first["seq"]), token)).json
    by_cursor = await school.http("GET", f"{url}1&cursor={first['next']}", token)

    assert [(m["seq"], m["text"]) for m in first["results"]] == [
        (3, "2"),
        (4, "3"),
        (5, ""),
    ]
    assert [(m["seq"], m["text"]) for m in rest["results"]] == [(6, "one")]
    assert (rest["seq"], rest["next"]) == (6, None)
    assert by_cursor.json == rest


async def test_foreign_lessons_are_forbidden_on_the_socket_existing_or_not(
    school: School,
) -> None:
    _, _, lesson = await class_of(school)
    stranger = await school.connect(await school.person("Ivan"))
    refusals = []

    for lesson_id in (lesson, 999):
        for type, more in (("chat.typing", {}), ("chat.read", {"seq": 1})):
            with pytest.raises(CommandFailed) as refused:
                await stranger.call(type, lesson_id=lesson_id, **more)
            refusals.append((refused.value.code, refused.value.payload["message"]))

    assert len(set(refusals)) == 1
    assert refusals[0][0] == "forbidden"


async def test_cancelled_lesson_is_read_only(school: School) -> None:
    olena, _, lesson = await class_of(school)
    message = await school.say(olena, lesson, "before")
    token = school.token(olena)
    await school.http("DELETE", f"/api/lessons/{lesson}/", token)
    path = f"/api/chat/messages/{message['id']}/"
    body = {"lesson_id": lesson, "text": "after"}

    replies = [
        await school.http("POST", "/api/chat/messages/", token, body),
        await school.http("PATCH", path, token, {"text": "after"}),
        await school.http("DELETE", path, token),
    ]

    assert [reply.status for reply in replies] == [409, 409, 409]
    assert (await school.http("GET", path, token)).json["text"] == "before"


@pytest.mark.parametrize(
    "text", ["", "   ", "a\x00b", "a\x07b", "x" * 4001, "\u200b\x1b"]
)
async def test_unfit_text_is_refused_with_its_path(
    sqlite_school: School, text: str
) -> None:
    olena, _, lesson = await class_of(sqlite_school)
    body = {"lesson_id": lesson, "text": text}

    reply = await sqlite_school.http(
        "POST", "/api/chat/messages/", sqlite_school.token(olena), body
    )

    assert (reply.status, reply.json["code"]) == (422, "bad_request")
    assert reply.json["errors"][0]["path"] == "text"


async def test_rights_of_a_deactivated_member_end_inside_the_change(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    message = await school.say(taras, lesson, "mine")
    actor = Actor(taras, "Taras", "student")  # as another process still knows them
    await school.services.accounts.users.deactivate(SYSTEM, taras)

    for change in (
        school.services.chat.post(actor, lesson, "more", None),
        school.services.chat.edit(actor, message["id"], "other"),
        school.services.chat.delete(actor, message["id"]),
        school.services.chat.mark_read(actor, lesson, 1),
    ):
        with pytest.raises(RtError) as refused:
            await change
        assert refused.value.code in ("not_found", "unauthenticated")
    url = f"/api/chat/history/?lesson_id={lesson}"
    history = await school.http("GET", url, school.token(olena))
    assert [m["text"] for m in history.json["results"]] == ["mine"]
