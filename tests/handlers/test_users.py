"""Accounts over HTTP."""

from typing import Any

import pytest

from tests.school import Reply, School

NEW = {"email": "marko@demo.example", "name": "Marko", "role": "student"}


async def as_admin(
    school: School, method: str, path: str, body: dict[str, Any] | None = None
) -> Reply:
    return await school.http(method, f"/api/users/{path}", await school.admin(), body)


def faults(reply: Reply) -> list[str]:
    return [fault["path"] for fault in reply.json["errors"]]


async def test_an_added_user_is_read_as_they_were_answered(
    shared_school: School,
) -> None:
    made = await as_admin(shared_school, "POST", "", NEW)
    read = await as_admin(shared_school, "GET", f"{made.json['id']}/")

    assert (made.status, read.status) == (201, 200)
    assert read.json == made.json
    assert NEW.items() <= read.json.items() and read.json["is_active"] is True
    assert not [name for name in read.json if "password" in name]


async def test_put_makes_the_user_of_an_id_then_changes_them(
    shared_school: School,
) -> None:
    body = NEW | {"email": "put@demo.example", "locale": "uk"}

    made = await as_admin(shared_school, "PUT", "5001/", body)
    less = {name: body[name] for name in ("email", "name", "role")}
    changed = await as_admin(shared_school, "PUT", "5001/", less | {"name": "Mark"})

    assert (made.status, changed.status) == (201, 200)
    assert (made.json["id"], made.json["locale"]) == (5001, "uk")
    assert changed.json == made.json | {"name": "Mark"}


async def test_patch_changes_what_is_given(shared_school: School) -> None:
    user = await shared_school.person("Taras")
    before = (await as_admin(shared_school, "GET", f"{user}/")).json

    reply = await as_admin(shared_school, "PATCH", f"{user}/", {"locale": "en"})

    assert (reply.status, reply.json) == (200, before | {"locale": "en"})


async def test_two_people_of_one_address_are_a_conflict(shared_school: School) -> None:
    body = NEW | {"email": "two@demo.example"}
    await as_admin(shared_school, "POST", "", body)

    reply = await as_admin(shared_school, "POST", "", body)

    assert (reply.status, reply.json["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"email": "no address"}, "email"),
        ({"role": "owner"}, "role"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"id": 7}, "id"),
        ({"password": "short"}, "password"),
    ],
)
async def test_a_wrong_field_is_named(
    shared_school: School, wrong: dict[str, Any], path: str
) -> None:
    reply = await as_admin(shared_school, "POST", "", NEW | wrong)

    assert (reply.status, faults(reply)) == (422, [path])


@pytest.mark.parametrize(
    ("method", "path"), [("POST", ""), ("PUT", "70/"), ("PATCH", "{}/")]
)
async def test_an_address_whose_key_no_column_holds_is_refused(
    school: School, method: str, path: str
) -> None:
    path = path.format(await school.person("Olena"))
    long = "ﬃ" * 64 + "@" + ".".join(["ﬃ" * 62] * 3)
    body = {"email": long} if method == "PATCH" else NEW | {"email": long}

    reply = await as_admin(school, method, path, body)

    assert (reply.status, faults(reply)) == (422, ["email"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("GET", "1/"), ("PUT", "1/"), ("PATCH", "1/")],
)
async def test_who_is_no_manager_learns_not_even_what_is_wrong(
    shared_school: School, method: str, path: str
) -> None:
    token = shared_school.token(await shared_school.person("Olena", "tutor"))
    body = {"nonsense": 1} if method != "GET" else None

    reply = await shared_school.http(method, f"/api/users/{path}", token, body)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")


async def test_people_read_and_change_themselves(shared_school: School) -> None:
    user = await shared_school.person("Olena", "tutor")
    token = shared_school.token(user)

    changed = await shared_school.http(
        "PATCH", "/api/users/me/", token, {"timezone": "Europe/Warsaw"}
    )
    read = await shared_school.http("GET", "/api/users/me/", token)

    assert (changed.status, read.json) == (200, changed.json)
    assert (read.json["id"], read.json["timezone"]) == (user, "Europe/Warsaw")


@pytest.mark.parametrize("field", ["role", "is_active", "email"])
async def test_nobody_changes_what_they_are(shared_school: School, field: str) -> None:
    token = shared_school.token(await shared_school.person("Olena", "tutor"))

    reply = await shared_school.http("PATCH", "/api/users/me/", token, {field: "x"})

    assert (reply.status, faults(reply)) == (422, [field])
