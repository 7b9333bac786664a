"""Which addresses there are, who may use them, and from where (contract 3)."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from handlers.base import ApiHandler
from handlers.routes import ROUTES
from tests.school import School

BUILT = {"/client.js", "/client.d.ts"}  # maybe not here: they need npm
OPEN = {
    *BUILT,
    *("/ws", "/healthz", "/readyz", "/metrics"),
    *("/api/auth/token", "/api/auth/token/refresh", "/api/auth/logout"),
    *("/api/auth/password", "/api/auth/password/forgot"),
    *("/api/openapi.json", "/api/asyncapi.json", "/api/docs"),
    "/api/notifications/unsubscribe/{signed}",
    "/api/calendar/{signed}.ics",
    *("/api/school", "/api/school/logo", "/api/school/texts"),
}
NO_SUCH = "/api/lessons/9007199254740991/"


def filled(path: str) -> str:
    """Return a route's path with values in the place of names."""
    return re.sub(r"\{[a-z_]+\}", "1", path)


async def statuses(
    school: School, method: str, paths: Iterable[str], **more: Any
) -> dict[str, int]:
    """Send a request without a token to each path; give its status."""
    return {
        path: (await school.http(method, filled(path), **more)).status for path in paths
    }


async def tokens(school: School) -> str:
    return school.token(await school.person("Olena", "tutor"))


# Who asks


async def test_without_credentials_it_is_401_everywhere(shared_school: School) -> None:
    for path, handler in ROUTES:
        if not issubclass(handler, ApiHandler) or handler.public:
            continue
        for method in set(handler.SUPPORTED_METHODS) - {"OPTIONS", "HEAD"}:
            reply = await shared_school.http(method, filled(path))
            if reply.status != 405:
                assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
                assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_only_these_addresses_need_no_token() -> None:
    public = {
        path
        for path, handler in ROUTES
        if not issubclass(handler, ApiHandler) or handler.public
    }

    assert {path for path in public - OPEN if "/api/docs/" not in path} == set()


@pytest.mark.parametrize(
    "credentials",
    [
        *("", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic eDp5"),
        *("Api-Key", "Api-Key x", "Api-Key \xff", "Digest", "x" * 9000),
    ],
)
async def test_bad_credentials_are_401(shared_school: School, credentials: str) -> None:
    headers = {"Authorization": credentials}

    reply = await shared_school.http("GET", "/api/users/me/", headers=headers)

    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_be_written_in_any_case(
    shared_school: School, scheme: str
) -> None:
    headers = {"Authorization": f"{scheme} {await tokens(shared_school)}"}

    reply = await shared_school.http("GET", "/api/users/me/", headers=headers)

    assert reply.status == 200


async def test_a_token_in_the_query_is_for_the_socket_alone(
    shared_school: School,
) -> None:
    token = await tokens(shared_school)

    assert (
        await shared_school.http("GET", f"/api/users/me/?token={token}")
    ).status == 401


async def test_an_expired_token_is_401(shared_school: School) -> None:
    user = await shared_school.person("Olena")
    token = shared_school.token(user, ttl=-10)

    reply = await shared_school.http("GET", "/api/users/me/", token)

    assert reply.status == 401
    assert "expired" in reply.json["detail"]


async def test_a_student_may_not_make_a_lesson(shared_school: School) -> None:
    token = shared_school.token(await shared_school.person("Taras"))
    body = {
        "title": "Algebra",
        "starts_at": "2026-12-01T10:00:00Z",
        "ends_at": "2026-12-01T11:00:00Z",
    }

    reply = await shared_school.http("POST", "/api/lessons/", token, body)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")


# Addresses and methods


async def test_a_trailing_slash_is_optional(shared_school: School) -> None:
    absent = {*BUILT, "/api/calendar/{signed}.ics", "/api/school/logo"}
    bare = {filled(path): path for path, _ in ROUTES if path not in absent}
    slashed = {f"{path}/": path for path in bare}

    without = await statuses(shared_school, "GET", bare)
    with_it = await statuses(shared_school, "GET", slashed)

    assert list(with_it.values()) == list(without.values())
    assert not set(without.values()) & {301, 302, 307, 308, 404, 500}


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "PROPFIND", "get"])
async def test_a_method_that_is_not_taken_is_405_and_named(
    shared_school: School, method: str
) -> None:
    for path, _ in ROUTES:
        reply = await shared_school.http(method, filled(path), raw=b"{}")
        if reply.status == 405:
            assert reply.json["code"] == "method_not_allowed"
            assert reply.headers["Allow"]
            assert method not in reply.headers["Allow"].split(", ")
        else:
            assert method in ("DELETE", "PUT")
            assert reply.status == 401


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/api", "/api/", "/api/nothing/", "/api/lessons/x/", "/api/lessons/-1/"),
        *(
            "/api/lessons/1.5/",
            "/api/lessons//",
            "/api/lessons/%00/",
            "/%ff",
            "/../etc",
        ),
        *("/api/lessons/99999999999999999999/", "/ws/x", "//"),
        "/api/lessons/1%2F/",
    ],
)
async def test_an_unknown_address_is_404(shared_school: School, path: str) -> None:
    reply = await shared_school.http("GET", path)

    assert (reply.status, reply.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("id", ["0", "9007199254740992", "9999999999999999", "01"])
@pytest.mark.parametrize("path", ["/api/lessons/{}/", "/api/chat/messages/{}/"])
async def test_an_id_that_nothing_can_have_is_404(
    shared_school: School, path: str, id: Any
) -> None:
    reply = await shared_school.http(
        "GET", path.format(id), await tokens(shared_school)
    )

    assert reply.status == 404


@pytest.mark.parametrize("id", ["0", "9007199254740992", "9999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
async def test_a_user_id_that_nobody_can_have_is_404(
    shared_school: School, method: str, id: Any
) -> None:
    body = {"email": "x@example.org", "name": "X", "role": "student"}

    reply = await shared_school.http(
        method, f"/api/users/{id}/", await shared_school.admin(), body
    )

    assert reply.status == 404
