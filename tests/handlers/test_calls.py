"""The link to a lesson's call over HTTP, and the room that opens it."""

import pytest

from tests.app_fixtures import MakeSchool
from tests.school import School

CALLS = {
    "calls_url": "https://meet.school.example/{room}",
    "calls_jitsi_app_id": "school",
    "calls_jitsi_secret": "the-secret-of-jitsi",
}


async def test_students_get_the_link_once_a_tutor_is_in_the_room(
    make_school: MakeSchool,
) -> None:
    school = await make_school(**CALLS)
    olena, sofia = await school.person("Olena", "tutor"), await school.person("Sofia")
    lesson = await school.lesson(tutors=[olena], students=[sofia])
    school.keep_private("the-secret-of-jitsi", "jwt=")
    path, token = f"/api/lessons/{lesson}/call/", school.token(sofia)
    early = await school.http("GET", path, token)
    assert (early.status, early.json["code"]) == (409, "conflict")

    socket = await school.connect(olena)
    await socket.call("subscribe", f"room:lesson:{lesson}")
    call = await school.http("GET", path, token)

    assert call.status == 200 and call.json.keys() == {"url", "expires_at"}
    assert call.json["url"].startswith("https://meet.school.example/")
    assert call.json["expires_at"].endswith("Z")
    assert call.headers["Cache-Control"] == "no-store"


async def test_who_asks_again_at_lesson_changed_is_led_to_the_new_room(
    make_school: MakeSchool,
) -> None:
    school = await make_school(**CALLS)
    olena, sofia = await school.person("Olena", "tutor"), await school.person("Sofia")
    lesson = await school.lesson(tutors=[olena], students=[sofia])
    path, token = f"/api/lessons/{lesson}/call/", school.token(olena)
    socket = await school.connect(olena)
    await socket.call("subscribe", f"room:lesson:{lesson}")
    before = (await school.http("GET", path, token)).json["url"].partition("?")[0]

    await school.http("DELETE", f"/api/lessons/{lesson}/members/{sofia}/", token)
    await socket.next("lesson.changed")

    after = (await school.http("GET", path, token)).json["url"].partition("?")[0]
    assert after != before


@pytest.mark.parametrize("role", ["tutor", "student"])
async def test_a_school_without_calls_answers_404(
    sqlite_school: School, role: str
) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    sofia = await sqlite_school.person("Sofia")
    lesson = await sqlite_school.lesson(tutors=[olena], students=[sofia])
    who = {"tutor": olena, "student": sofia}[role]

    reply = await sqlite_school.http(
        "GET", f"/api/lessons/{lesson}/call/", sqlite_school.token(who)
    )

    assert (reply.status, reply.json["code"]) == (404, "not_found")
