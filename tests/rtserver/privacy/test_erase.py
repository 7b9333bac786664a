"""``rtserver user erase`` beside a running server (docs/privacy.md)."""

import asyncio
from typing import Any

import pytest

from rtserver.mail.events import CHAT
from tests.drawing import drawer
from tests.patience import PATIENCE
from tests.rtserver.privacy import traces
from tests.rtserver.privacy.marked_school import (
    EMAIL,
    MARKS,
    NAME,
    Marked,
    marked_school,
)
from tests.uploading import Owner


@pytest.fixture
def marked(io_loop: Any, database_url: str, make_school: Any) -> Marked:
    """A running school with Zoryna in it, once over each database."""

    async def prepare() -> Marked:
        delays = {"notifications_chat_mail_delay": 0}
        return await marked_school(await make_school(database_url, **delays))

    made: Marked = io_loop.run_sync(prepare, timeout=PATIENCE)
    return made


async def test_no_row_and_no_file_holds_anything_of_an_erased_person(marked, tmp_path):
    await marked.traces_of()
    tokens = await sign_in(marked)
    await marked.mailed()
    tables = {one.partition(":")[0] for one in traces.in_rows(marked.url, *MARKS)}
    told = {"notifications", "outbox", "access_changes"}
    assert tables == {"users", "name_words", "messages", "held_messages", *told}
    assert traces.in_files(marked.school.settings.outbox_dir, NAME)

    done = await marked.erase()

    assert traces.in_rows(marked.url, *MARKS) == []
    assert traces.in_files(tmp_path, *MARKS) == []
    assert (done["messages"], done["scrubbed"]) == (7, True)
    refresh = {"refresh": tokens["refresh"]}
    reply = await marked.school.http("POST", "/api/auth/token/refresh/", body=refresh)
    assert reply.status == 401


async def test_no_row_belongs_to_an_erased_person_any_more(marked):
    school, zoryna, *_ = marked
    await marked.traces_of()
    await sign_in(marked)
    mails = {"lesson.scheduled": {"email": False}}
    token = school.token(zoryna)
    await school.http("PUT", "/api/notifications/preferences/", token, mails)
    await school.http("POST", "/api/users/me/calendar/", token)
    await Owner(school, zoryna, marked.lesson).upload_new()
    before = await marked.command("user", "export", str(zoryna), marked.file)
    # Admins alone have idempotency keys; she made the lesson that she stays in, and
    # has chosen a password already.
    empty = {noun for noun, count in before.items() if count == 0}
    assert empty == {"idempotency_keys", "password_links"}

    done = await marked.erase()

    marked.zip.unlink()
    after = await marked.command("user", "export", str(zoryna), marked.file)
    left = {noun for noun, count in after.items() if count}
    own = {"file", "user_id", "account", "messages", "lessons", "access_changes"}
    assert left == own | {"held_messages"}
    assert after["lessons"] == len(done["kept_in"]) == 1


async def test_what_waits_of_an_erased_person_waits_no_longer(marked):
    school, _, olena, lesson = marked
    await marked.traces_of()
    socket = await school.chatting(olena)

    done = await marked.erase()

    told = (await socket.next("chat.held.decided"))["payload"]
    assert (told["approved"], told["by"], done["held_messages"]) == (False, None, 1)
    listed = f"/api/chat/held/?lesson_id={lesson}"
    left = await school.http("GET", listed, school.token(olena))
    assert left.json["results"] == []


async def test_members_see_each_message_go_and_numbers_stay_whole(marked):
    school, zoryna, olena, lesson = marked
    await marked.traces_of()
    said = await school.say(olena, lesson, "and I am still here")
    socket = await school.chatting(olena)

    await marked.erase()

    gone = [await socket.next("chat.message.deleted") for _ in range(7)]
    seqs = [event["seq"] for event in gone]
    assert seqs == list(range(said["seq"] + 1, said["seq"] + 8))
    for event in gone:
        author = {"id": zoryna, "name": "Deleted user"}
        assert event["payload"]["author"] == author
        assert (event["payload"]["text"], event["payload"]["client_id"]) == ("", None)
    history = await school.http(
        "GET", f"/api/chat/history/?lesson_id={lesson}", school.token(olena)
    )
    assert [message["id"] for message in history.json["results"]] == [said["id"]]


async def test_an_erased_persons_sockets_are_closed_and_members_see_them_leave(marked):
    school, zoryna, olena, lesson = marked
    hers, mine = await school.chatting(zoryna), await school.chatting(olena)

    erased = asyncio.create_task(marked.erase())

    assert await hers.closed() == 4501
    left = await mine.next("chat.left")
    assert left["payload"] == {
        "lesson_id": lesson,
        "user_id": zoryna,
        "name": "Deleted user",
        "role": "student",
        "by": None,
    }
    assert (await erased)["lessons"] == 1


async def test_what_was_drawn_stays_and_names_nobody(marked):
    school, _, olena, lesson = marked
    await marked.traces_of()

    assert (await marked.erase())["board_changes"] == 1

    watcher = await drawer(school, olena, lesson, since=0)
    assert (await watcher.next("board.patch"))["payload"]["user_id"] == 0
    assert set(await watcher.state()) == {"a", "b"}
    assert (await marked.command("verify-board", str(lesson)))["ok"] is True


async def test_what_others_wrote_and_were_told_stays(marked):
    school, zoryna, olena, lesson = marked
    await marked.traces_of()
    said = await school.say(olena, lesson, "mine")
    await until_told(marked, 9)

    await marked.erase()

    told = await told_to(marked, olena)
    chat = [notice["data"] for notice in told if notice["event"] == CHAT]
    assert [data["author"] for data in chat] == [
        {"id": zoryna, "name": "Deleted user"}
    ] * 7
    (graded,) = (n["data"] for n in told if n["event"] == "homework.graded")
    assert graded["pupil"] == graded["who"]["name"] == "Deleted user"
    path = f"/api/chat/messages/{said['id']}/"
    assert (await school.http("GET", path, school.token(olena))).json["text"] == "mine"


async def test_the_account_is_a_tombstone_that_nobody_can_sign_in_to(marked):
    school, zoryna, *_ = marked

    await marked.erase()

    path = f"/api/users/{zoryna}/"
    account = (await school.http("GET", path, await school.admin())).json
    assert account == {
        "id": zoryna,
        "email": f"erased-{zoryna}@erased.invalid",
        "name": "Deleted user",
        "role": "student",
        "locale": "en",
        "timezone": "UTC",
        "is_active": False,
    }
    reply = await school.http("GET", "/api/users/me/", school.token(zoryna))
    assert reply.status == 401


async def test_the_address_of_an_erased_person_is_free_again(marked):
    school = marked.school
    await marked.erase()

    again = {"email": EMAIL, "name": "Another", "role": "student"}
    made = await school.http("POST", "/api/users/", await school.admin(), again)

    assert made.status == 201


async def test_erasing_again_is_harmless(marked):
    await marked.traces_of()
    await marked.erase()

    again = await marked.erase()

    assert (again["messages"], again["notifications"], again["mails"]) == (0, 0, 0)
    assert again["quotes"] == 0


async def test_the_only_tutor_stays_in_the_lesson_as_a_tombstone(marked):
    school, _, olena, lesson = marked

    done = await marked.command("user", "erase", str(olena), "--yes")

    assert (done["kept_in"], done["lessons"]) == ([lesson], 0)
    reply = await school.http("GET", f"/api/lessons/{lesson}/", await school.admin())
    names = {member["name"] for member in reply.json["members"]}
    assert names == {"Deleted user", NAME}


async def test_lessons_with_the_name_in_their_title_are_told(marked):
    school, _, _, lesson = marked
    title = {"title": f"Chess with {NAME}"}
    await school.http("PATCH", f"/api/lessons/{lesson}/", await school.admin(), title)

    assert (await marked.erase())["titles"] == [lesson]


async def test_titles_of_lessons_that_they_left_are_told_too(marked):
    school, zoryna, _, lesson = marked
    admin, at = await school.admin(), f"/api/lessons/{lesson}/"
    await school.http("PATCH", at, admin, {"title": f"Chess with {NAME}"})
    left = await school.http("DELETE", f"{at}members/{zoryna}/", admin)
    assert left.status == 204

    assert (await marked.erase())["titles"] == [lesson]


async def test_an_erased_id_stays_erased(marked):
    school, zoryna, *_ = marked
    await marked.erase()
    person = {"email": EMAIL, "name": NAME, "role": "student", "is_active": True}
    path, admin = f"/api/users/{zoryna}/", await school.admin()

    replies = [
        await school.http("PUT", path, admin, person),
        await school.http("PATCH", path, admin, {"is_active": True}),
    ]

    assert [(one.status, one.json["code"]) for one in replies] == [
        (409, "conflict")
    ] * 2
    assert traces.in_rows(marked.url, *MARKS, EMAIL) == []
    # A platform that goes on locking out whom it no longer knows meets no error.
    locked = await school.http("PATCH", path, admin, {"is_active": False})
    assert locked.status == 200


async def test_the_last_admin_is_not_erased(marked):
    await marked.school.admin()

    told = await marked.command("user", "erase", "admin@example.org", "--yes", ok=False)

    assert "last active admin" in told
    assert traces.in_rows(marked.url, "admin@example.org")


async def test_without_a_terminal_it_takes_a_yes(marked):
    told = await marked.command("user", "erase", str(marked.zoryna), ok=False)

    assert "give --yes" in told
    assert traces.in_rows(marked.url, EMAIL)


async def test_it_works_with_no_server_running(marked, tmp_path):
    await marked.traces_of()
    await marked.school.stop()

    await marked.erase()

    assert traces.in_rows(marked.url, *MARKS) == []
    assert traces.in_files(tmp_path, *MARKS) == []


async def sign_in(marked):
    body = {"email": EMAIL, "password": "zoryna-password"}
    return (await marked.school.http("POST", "/api/auth/token/", body=body)).json


async def told_to(marked, user_id):
    path, token = "/api/notifications/?limit=100", marked.school.token(user_id)
    return (await marked.school.http("GET", path, token)).json["results"]


async def until_told(marked, count):
    """Wait until what was said has been told."""
    async with asyncio.timeout(PATIENCE):
        while len(await told_to(marked, marked.olena)) < count:
            await asyncio.sleep(0.05)
