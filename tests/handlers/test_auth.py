"""Signing in and out over HTTP."""

from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from tests.app_fixtures import MakeSchool
from tests.school import Reply, School

PASSWORD = "correct horse battery"
EMAIL = "teacher@example.org"


@pytest.fixture(scope="module")
def user(io_loop: AsyncIOLoop, shared_school: School) -> int:
    """Somebody with a password."""

    async def make() -> int:
        admin = await shared_school.admin()
        body = {"email": EMAIL, "name": "Olena", "role": "tutor"}
        body |= {"password": PASSWORD}
        reply = await shared_school.http("POST", "/api/users/", admin, body)
        return int(reply.json["id"])

    made: int = io_loop.run_sync(make)
    return made


async def sign_in(school: School, **other: Any) -> Reply:
    body = {"email": EMAIL, "password": PASSWORD} | other
    return await school.http("POST", "/api/auth/token/", body=body)


async def refresh(school: School, path: str, token: str) -> Reply:
    return await school.http("POST", f"/api/auth/{path}", body={"refresh": token})


async def test_who_signs_in_is_known_by_the_token(
    shared_school: School, user: int
) -> None:
    tokens = await sign_in(shared_school)
    me = await shared_school.http("GET", "/api/users/me/", tokens.json["access"])

    assert (tokens.status, me.json["id"]) == (200, user)
    assert tokens.json.keys() == {"access", "refresh", "expires_in"}
    assert tokens.json["expires_in"] == shared_school.settings.auth.access_ttl


@pytest.mark.parametrize(
    "wrong", [{"password": "another one"}, {"email": "nobody@example.org"}]
)
async def test_wrong_passwords_and_addresses_are_told_alike(
    shared_school: School, user: int, wrong: dict[str, str]
) -> None:
    reply = await sign_in(shared_school, **wrong)

    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
    assert reply.json["detail"] == "The e-mail address or the password is wrong."


async def test_a_refresh_token_is_spent_for_a_fresh_pair(
    shared_school: School, user: int
) -> None:
    first = (await sign_in(shared_school)).json["refresh"]

    fresh = await refresh(shared_school, "token/refresh/", first)

    assert fresh.status == 200
    assert fresh.json.keys() == {"access", "refresh", "expires_in"}
    assert fresh.json["refresh"] != first


async def test_after_signing_out_neither_token_counts(
    shared_school: School, user: int
) -> None:
    tokens = (await sign_in(shared_school)).json

    out = await refresh(shared_school, "logout/", tokens["refresh"])
    again = await refresh(shared_school, "token/refresh/", tokens["refresh"])
    me = await shared_school.http("GET", "/api/users/me/", tokens["access"])

    assert (out.status, out.text) == (204, "")
    assert (again.status, me.status) == (401, 401)


async def test_too_many_tries_to_sign_in_are_429(make_school: MakeSchool) -> None:
    school = await make_school(limits_logins_per_minute=1)

    replies = [await sign_in(school) for _ in range(2)]

    assert [reply.status for reply in replies] == [401, 429]
    assert replies[1].json["code"] == "rate_limited"
    assert int(replies[1].headers["Retry-After"]) >= replies[1].json["retry_after"] > 0
