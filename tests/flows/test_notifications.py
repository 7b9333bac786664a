"""Notifications as clients meet them: over the socket and over HTTP."""

import asyncio
from typing import Any

import pytest

from rtserver.mail.events import EVENTS
from tests.app_fixtures import MakeSchool
from tests.client import CommandFailed, Socket
from tests.flows.happenings import draw, drawing, lesson, make, people
from tests.patience import PATIENCE
from tests.school import School


async def listening(school: School, user_id: int, **since: Any) -> Socket:
    socket = await school.connect(user_id)
    await socket.call("subscribe", f"notifications:user:{user_id}", **since)
    return socket


async def notified(school: School, user_id: int, count: int = 1, **body: Any) -> Any:
    """Notify somebody as a platform would; give the answers."""
    return [
        await school.http(
            "POST",
            "/api/notifications/",
            await school.admin(),
            {"event": "homework.graded", "user_ids": [user_id], "data": {"n": n}}
            | body,
        )
        for n in range(count)
    ]


async def stored(school: School, user_id: int, query: str = "") -> list[dict[str, Any]]:
    token = school.token(user_id)
    reply = await school.http("GET", f"/api/notifications/{query}", token)
    assert reply.status == 200, reply.text
    return list(reply.json["results"])


@pytest.mark.parametrize("event", EVENTS)
async def test_every_event_is_told_numbered_and_stored(
    school: School, event: str
) -> None:
    who = await people(school)
    sockets = [await listening(school, student) for student in who.students]

    await make(event, school, who)

    for socket, student in zip(sockets, who.students, strict=True):
        told = await socket.next(event)
        assert told["channel"] == f"notifications:user:{student}"
        assert told["payload"]["event"] == event
        assert told["payload"]["seq"] == told["seq"]
        kept = {one["id"]: one for one in await stored(school, student)}
        assert kept[told["payload"]["id"]] == told["payload"]


@pytest.mark.parametrize("event", EVENTS)
async def test_nobody_is_told_of_what_they_did_themselves(
    sqlite_school: School, event: str
) -> None:
    who = await people(sqlite_school)

    await make(event, sqlite_school, who)
    await until_stored(sqlite_school, who.taras, event)

    events = [one["event"] for one in await stored(sqlite_school, who.olena)]
    by_others = {"lesson.scheduled", "tutor.accept", "lesson.reminder"}
    assert set(events) <= by_others


async def until_stored(school: School, user_id: int, event: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            for one in await stored(school, user_id):
                if one["event"] == event:
                    return one
            await asyncio.sleep(0.05)


async def test_invited_students_get_one_notice_and_new_tutors_another(
    sqlite_school: School,
) -> None:
    who = await people(sqlite_school)
    await make("tutor.accept", sqlite_school, who)
    await make("student.invited", sqlite_school, who)

    petro = await sqlite_school.services.accounts.users.find("petro@example.org")
    events = [one["event"] for one in await stored(sqlite_school, petro.id)]
    students = [one["event"] for one in await stored(sqlite_school, who.taras)]
    assert events == ["lesson.scheduled"]
    assert students == ["student.invited", "tutor.accept", "lesson.scheduled"]


async def test_who_is_removed_is_told_as_of_a_cancelled_lesson(
    sqlite_school: School,
) -> None:
    who = await people(sqlite_school)
    id = await lesson(sqlite_school, who)
    token = sqlite_school.token(who.olena)
    await sqlite_school.http("DELETE", f"/api/lessons/{id}/members/{who.taras}/", token)

    newest = (await stored(sqlite_school, who.taras))[0]
    assert newest["event"] == "lesson.cancelled"
    assert newest["data"]["removed"] is True
    others = [one["event"] for one in await stored(sqlite_school, who.sofia)]
    assert others == ["lesson.scheduled"]


async def test_a_moved_lesson_names_its_time_before(sqlite_school: School) -> None:
    who = await people(sqlite_school)
    await make("lesson.rescheduled", sqlite_school, who)

    moved, planned = (await stored(sqlite_school, who.taras))[:2]
    times = {name: planned["data"][name] for name in ("starts_at", "ends_at")}
    assert moved["data"]["was"] == times
    assert moved["data"]["by"] == {"id": who.olena, "name": "Olena"}


async def test_a_new_title_alone_is_not_worth_a_notice(sqlite_school: School) -> None:
    who = await people(sqlite_school)
    id = await lesson(sqlite_school, who)
    token = sqlite_school.token(who.olena)

    await sqlite_school.http("PATCH", f"/api/lessons/{id}/", token, {"title": "Roots"})

    assert len(await stored(sqlite_school, who.taras)) == 1


async def test_who_is_on_the_board_is_not_told_and_others_once(
    sqlite_school: School,
) -> None:
    who = await people(sqlite_school)
    id = await lesson(sqlite_school, who)
    await drawing(sqlite_school, who.sofia, id)
    socket = await drawing(sqlite_school, who.olena, id)
    for version in (1, 2, 3):
        await draw(socket, id, version=version)
        await until_stored(sqlite_school, who.taras, "board.activity")

    for student, count in ((who.taras, 1), (who.sofia, 0)):
        found = [one["event"] for one in await stored(sqlite_school, student)]
        assert found.count("board.activity") == count


async def test_what_was_missed_follows_the_ack(school: School) -> None:
    taras = await school.person("Taras")
    await notified(school, taras, 3)

    socket = await school.connect(taras)
    ack = await socket.call("subscribe", f"notifications:user:{taras}", since=1)
    await notified(school, taras)
    seqs = [(await socket.next("homework.graded"))["seq"] for _ in range(3)]

    assert (ack["seq"], ack["recovered"]) == (3, True)
    assert seqs == [2, 3, 4]


async def test_what_cannot_be_recovered_says_why(make_school: MakeSchool) -> None:
    school = await make_school(limits_replay=2)
    taras = await school.person("Taras")
    await notified(school, taras, 3)
    socket = await school.connect(taras)

    acks = [
        await socket.call("subscribe", f"notifications:user:{taras}", **asked)
        for asked in ({"since": 0}, {"since": 4}, {"since": 3, "epoch": "other"})
    ]

    assert [ack["reason"] for ack in acks] == ["too_many", "ahead", "epoch"]
    assert not any(ack["recovered"] for ack in acks)
    assert await socket.quiet() == []


async def test_anothers_notifications_are_forbidden(school: School) -> None:
    taras, sofia = await school.person("Taras"), await school.person("Sofia")
    socket = await school.connect(taras)

    with pytest.raises(CommandFailed) as caught:
        await socket.call("subscribe", f"notifications:user:{sofia}")

    assert caught.value.code == "forbidden"


async def test_what_another_process_or_command_made_is_told_too(school: School) -> None:
    taras = await school.person("Taras")
    socket = await listening(school, taras)
    other = School(school.settings)
    await other.services.db.open()

    await other.services.lessons.create(*_new_lesson(other, taras))
    told = await socket.next("lesson.scheduled")

    await other.services.db.close()
    other.services.accounts.passwords.close()
    assert told["seq"] == 1


def _new_lesson(school: School, taras: int) -> Any:
    from rtserver.lessons.requests import Invitation, LessonBody
    from tests.school import SYSTEM

    start = school.services.clock.now()
    member = Invitation(role="student", user_id=taras, state="accepted")
    return SYSTEM, LessonBody("Algebra", start, start.replace(year=2999), [member])
