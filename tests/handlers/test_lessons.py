"""Lessons and their members over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from tests.school import Reply, School

Call = Callable[..., Awaitable[Reply]]

LESSON = {
    "title": "Fractions",
    "starts_at": "2026-12-01T12:00:00+02:00",
    "ends_at": "2026-12-01T11:00:00Z",
}


@pytest.fixture
def school(sqlite_school: School, io_loop: AsyncIOLoop) -> School:
    for name, role in (("Olena", "tutor"), ("Sofia", "student"), ("Ivan", "tutor")):
        io_loop.run_sync(lambda n=name, r=role: sqlite_school.person(n, r))
    return sqlite_school


@pytest.fixture
def olena(school: School) -> Call:
    """Calls as the tutor, who is user 1."""
    return caller(school, 1)


@pytest.fixture
def sofia(school: School) -> Call:
    """Calls as the student, who is user 2."""
    return caller(school, 2)


def caller(school: School, user_id: int) -> Call:
    async def call(method: str, path: str, body: Any = None) -> Reply:
        return await school.http(method, path, school.token(user_id), body)

    return call


def problem(reply: Reply) -> tuple[Any, ...]:
    """Check that an answer is a problem document; give its status, code and paths."""
    assert reply.headers["Content-Type"].startswith("application/problem+json")
    faults = reply.json.get("errors", [])
    return reply.status, reply.json["code"], *(fault["path"] for fault in faults)


async def test_a_lesson_is_made_read_changed_and_cancelled(olena: Call) -> None:
    made = await olena("POST", "/api/lessons/", LESSON)
    tutor = {"user_id": 1, "name": "Olena", "role": "tutor"}
    assert made.status == 201
    assert made.json == LESSON | {
        "id": 1,
        "starts_at": "2026-12-01T10:00:00Z",
        "status": "scheduled",
        "chat": "open",
        "members": [tutor | {"state": "accepted", "board": "draw"}],
    }

    changed = await olena("PATCH", "/api/lessons/1/", {"title": "Roots"})
    assert (changed.status, changed.json) == (200, made.json | {"title": "Roots"})
    gone = await olena("DELETE", "/api/lessons/1/")
    assert (gone.status, gone.text) == (204, "")
    read = await olena("GET", "/api/lessons/1/")
    assert (read.status, read.json["status"]) == (200, "cancelled")


async def test_a_summary_is_there_for_members_who_ask_for_it(
    shared_school: School,
) -> None:
    school = shared_school
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    said = await school.say(olena, lesson, "Hello")
    socket = await school.connect(taras)
    await socket.call("subscribe", f"room:lesson:{lesson}")
    path, token = f"/api/lessons/{lesson}/", school.token(taras)

    one = await school.http("GET", f"{path}?summary=true", token)
    listed = await school.http("GET", "/api/lessons/?summary=true", token)
    plain = await school.http("GET", path, token)
    admins = await school.http("GET", f"{path}?summary=true", await school.admin())

    expected = {"unread": 1, "seq": 1, "read": 0, "held": 0, "present": [taras]}
    assert one.json["summary"] == expected | {"last_message": said}
    assert [one.json] == listed.json["results"]
    assert "summary" not in plain.json and "summary" not in admins.json


async def test_an_invitation_is_made_accepted_and_taken_back(
    olena: Call, sofia: Call
) -> None:
    await olena("POST", "/api/lessons/", LESSON)
    asked = {"email": "sofia@example.org", "role": "student"}

    invited = await olena("POST", "/api/lessons/1/members/", asked)
    assert (invited.status, invited.json["state"]) == (201, "invited")
    again = await olena("POST", "/api/lessons/1/members/", asked)
    assert (again.status, again.json) == (200, invited.json)
    accepted = await sofia("POST", "/api/lessons/1/accept/")
    assert (accepted.status, len(accepted.json["members"])) == (200, 2)
    changed = await olena("PATCH", "/api/lessons/1/members/2/", {"board": "view"})
    assert (changed.status, changed.json["board"]) == (200, "view")
    assert (await olena("DELETE", "/api/lessons/1/members/2/")).status == 204
    assert (await sofia("GET", "/api/lessons/1/")).status == 404


async def test_an_invitation_is_declined(olena: Call, sofia: Call) -> None:
    await olena("POST", "/api/lessons/", LESSON)
    asked = {"user_id": 2, "role": "student"}
    await olena("POST", "/api/lessons/1/members/", asked)

    declined = await sofia("POST", "/api/lessons/1/decline/")

    assert declined.status == 200
    assert declined.json == {"lesson_id": 1, "state": "declined"}


async def test_put_makes_then_changes(school: School) -> None:
    token = await school.admin()

    made = await school.http("PUT", "/api/lessons/70/", token, LESSON)
    changed = await school.http("PUT", "/api/lessons/70/", token, LESSON)

    assert (made.status, changed.status) == (201, 200)
    assert made.json == changed.json


async def test_lists_are_paged_and_filtered(olena: Call) -> None:
    for minute in (0, 30):
        start = f"2026-12-01T10:{minute:02}:00Z"
        await olena("POST", "/api/lessons/", LESSON | {"starts_at": start})

    first = await olena("GET", "/api/lessons/?limit=1")
    cursor = first.json["next"]
    second = await olena("GET", f"/api/lessons/?limit=1&cursor={cursor}")
    early = await olena("GET", "/api/lessons/?to=2026-12-01T10:30:00Z")
    late = await olena("GET", "/api/lessons/?from=2026-12-01T13:00:00%2B02:00")

    pages = [first, second, early, late]
    found = [[lesson["id"] for lesson in page.json["results"]] for page in pages]
    assert found == [[1], [2], [1], []]
    assert second.json["next"] is None


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", ["soon", "2026-12-01", "2026-12-01T10:00:00", ""])
async def test_a_filter_that_is_no_time_is_refused(
    olena: Call, name: str, value: Any
) -> None:
    reply = await olena("GET", f"/api/lessons/?{name}={value}")

    assert problem(reply) == (400, "bad_request", name)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"title": ""}, "title"),
        ({"ends_at": "2026-12-01T10:00:00Z"}, "ends_at"),
        ({"ends_at": "2026-12-01T11:00:00"}, "ends_at"),
        ({"members": [{"user_id": 99, "role": "student"}]}, "members[0].user_id"),
        ({"members": [{"user_id": True, "role": "tutor"}]}, "members[0].user_id"),
        ({"members": [{"user_id": 2**53, "role": "tutor"}]}, "members[0].user_id"),
        ({"members": [{"user_id": 2, "role": "admin"}]}, "members[0].role"),
        ({"members": None}, "members"),
    ],
)
async def test_a_wrong_field_is_named(
    olena: Call, wrong: dict[str, Any], path: str
) -> None:
    reply = await olena("POST", "/api/lessons/", LESSON | wrong)

    assert problem(reply) == (422, "bad_request", path)


@pytest.mark.parametrize("lesson", [0, 1, 2**53, 9999999999999999])
async def test_lessons_are_not_found_by_strangers_whether_they_exist(
    school: School, lesson: int
) -> None:
    await school.http("POST", "/api/lessons/", school.token(1), LESSON)
    ivan = caller(school, 3)
    path = f"/api/lessons/{lesson}/"

    for reply in (
        await ivan("GET", path),
        await ivan("PATCH", path, {"title": "Mine"}),
        await ivan("DELETE", path),
        await ivan("POST", f"{path}members/", {"user_id": 3, "role": "tutor"}),
        await ivan("PATCH", f"{path}members/1/", {"board": "view"}),
        await ivan("DELETE", f"{path}members/1/"),
        await ivan("POST", f"{path}accept/"),
        await ivan("POST", f"{path}decline/"),
    ):
        assert problem(reply) == (404, "not_found")


async def test_a_student_makes_no_lesson(sofia: Call) -> None:
    reply = await sofia("POST", "/api/lessons/", LESSON)

    assert problem(reply) == (403, "forbidden")


async def test_all_students_boards_are_set_at_once(olena: Call, sofia: Call) -> None:
    asked = LESSON | {"members": [{"user_id": 2, "role": "student"}]}
    await olena("POST", "/api/lessons/", asked)

    changed = await olena("PATCH", "/api/lessons/1/members/", {"board": "view"})

    boards = [member["board"] for member in changed.json["members"]]
    assert (changed.status, boards) == (200, ["draw", "view"])
    refused = await sofia("PATCH", "/api/lessons/1/members/", {"board": "draw"})
    assert problem(refused) == (403, "forbidden")
    for wrong in ({}, {"board": "none"}, {"board": "draw", "role": "tutor"}):
        reply = await olena("PATCH", "/api/lessons/1/members/", wrong)
        assert (reply.status, reply.json["code"]) == (422, "bad_request")
