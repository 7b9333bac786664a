"""Lists, page by page."""

from typing import Any

import pytest

from tests.school import School


async def listed(school: School, path: str, token: str, **query: Any) -> list[Any]:
    """Read a list to its end, page by page."""
    found, cursor = [], None
    while True:
        more = {**query, **({"cursor": cursor} if cursor else {})}
        search = "&".join(f"{name}={value}" for name, value in more.items())
        reply = await school.http("GET", f"{path}?{search}", token)
        assert reply.status == 200, reply.text
        found.append(reply.json["results"])
        cursor = reply.json["next"]
        if cursor is None:
            return found


async def test_a_list_is_read_in_pages(school: School) -> None:
    token = await school.admin()
    for number in range(4):
        await school.person(f"Student{number}")

    pages = await listed(school, "/api/users/", token, limit=2)

    assert [len(page) for page in pages] == [2, 2, 1]
    ids = [user["id"] for page in pages for user in page]
    assert ids == sorted(set(ids))


async def test_a_cursor_stays_valid_while_rows_are_added(school: School) -> None:
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena])
    said = [await school.say(olena, lesson, f"Message {n}") for n in range(4)]
    path, token = f"/api/chat/history/?lesson_id={lesson}&limit=2", school.token(olena)

    first = await school.http("GET", path, token)
    await school.say(olena, lesson, "One more")
    second = await school.http("GET", f"{path}&cursor={first.json['next']}", token)

    ids = [message["id"] for message in first.json["results"] + second.json["results"]]
    assert ids == [message["id"] for message in reversed(said)]
    assert second.json["next"] is None


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=x", "limit=1.5", "limit=-1", "limit="),
        *("limit=1&limit=2", "cursor=x", "cursor=%00", "cursor=%FF", "limit=%D9%A1"),
        *("cursor=" + "x" * 5000, "limit=" + "9" * 5000, "cursor=a&cursor=b"),
    ],
    ids=lambda query: query[:12],
)
async def test_a_bad_query_is_400(shared_school: School, query: str) -> None:
    token = await shared_school.admin()

    reply = await shared_school.http("GET", f"/api/users/?{query}", token)

    assert (reply.status, reply.json["code"]) == (400, "bad_request")
    assert reply.json["errors"][0]["path"] == query.partition("=")[0]


async def test_a_cursor_of_another_list_is_400(shared_school: School) -> None:
    token = await shared_school.admin()
    await shared_school.person("Olena")
    users = await shared_school.http("GET", "/api/users/?limit=1", token)

    path = f"/api/lessons/?cursor={users.json['next']}"
    reply = await shared_school.http("GET", path, token)

    assert (reply.status, reply.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/users/01/", 404),
        ("/api/users/0/", 404),
        ("/api/users/?cursor=", 400),
        ("/api/lessons/?cursor=", 400),
    ],
)
async def test_ids_and_cursors_have_one_form(
    shared_school: School, path: str, status: int
) -> None:
    reply = await shared_school.http("GET", path, await shared_school.admin())

    assert reply.status == status


async def test_what_is_not_known_in_a_query_is_ignored(shared_school: School) -> None:
    token = await shared_school.admin()

    plain = await shared_school.http("GET", "/api/users/?limit=1", token)
    more = await shared_school.http("GET", "/api/users/?limit=1&search=ol&_=7", token)

    assert (more.status, more.json) == (200, plain.json)
