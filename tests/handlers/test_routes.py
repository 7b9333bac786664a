"""Which addresses there are, who may use them, and from where (contract 3)."""

import re

import pytest

from handlers.base import ApiHandler
from handlers.routes import ROUTES

OPEN = {
    *("/ws", "/healthz", "/readyz", "/metrics"),
    *("/api/auth/token", "/api/auth/token/refresh", "/api/auth/logout"),
    *("/api/openapi.json", "/api/asyncapi.json", "/api/docs"),
    "/api/notifications/unsubscribe/{signed}",
}
JSON = "application/json; charset=utf-8"
SITE = "https://app.example"
NO_SUCH = "/api/lessons/9007199254740991/"


def filled(path):
    """Return a route's path with values in the place of names."""
    return re.sub(r"\{[a-z_]+\}", "1", path)


async def statuses(school, method, paths, **more):
    """Send a request without a token to each path; give its status."""
    return {
        path: (await school.http(method, filled(path), **more)).status for path in paths
    }


async def tokens(school):
    return school.token(await school.person("Olena", "tutor"))


# Who asks


async def test_without_credentials_it_is_401_everywhere(sqlite_school):
    for path, handler in ROUTES:
        if not issubclass(handler, ApiHandler) or handler.public:
            continue
        for method in set(handler.SUPPORTED_METHODS) - {"OPTIONS", "HEAD"}:
            reply = await sqlite_school.http(method, filled(path))
            if reply.status != 405:
                assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
                assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_only_these_addresses_need_no_token():
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
async def test_bad_credentials_are_401(sqlite_school, credentials):
    headers = {"Authorization": credentials}

    reply = await sqlite_school.http("GET", "/api/users/me/", headers=headers)

    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_be_written_in_any_case(sqlite_school, scheme):
    headers = {"Authorization": f"{scheme} {await tokens(sqlite_school)}"}

    reply = await sqlite_school.http("GET", "/api/users/me/", headers=headers)

    assert reply.status == 200


async def test_a_token_in_the_query_is_for_the_socket_alone(sqlite_school):
    token = await tokens(sqlite_school)

    assert (
        await sqlite_school.http("GET", f"/api/users/me/?token={token}")
    ).status == 401


async def test_an_expired_token_is_401(sqlite_school):
    user = await sqlite_school.person("Olena")
    token = sqlite_school.token(user, ttl=-10)

    reply = await sqlite_school.http("GET", "/api/users/me/", token)

    assert reply.status == 401
    assert "expired" in reply.json["detail"]


async def test_a_student_may_not_make_a_lesson(sqlite_school):
    token = sqlite_school.token(await sqlite_school.person("Taras"))
    body = {
        "title": "Algebra",
        "starts_at": "2026-12-01T10:00:00Z",
        "ends_at": "2026-12-01T11:00:00Z",
    }

    reply = await sqlite_school.http("POST", "/api/lessons/", token, body)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")


# Addresses and methods


async def test_a_trailing_slash_is_optional(sqlite_school):
    bare = {filled(path): path for path, _ in ROUTES}
    slashed = {f"{path}/": path for path in bare}

    without = await statuses(sqlite_school, "GET", bare)
    with_it = await statuses(sqlite_school, "GET", slashed)

    assert list(with_it.values()) == list(without.values())
    assert not set(without.values()) & {301, 302, 307, 308, 404, 500}


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "PROPFIND", "get"])
async def test_a_method_that_is_not_taken_is_405_and_named(sqlite_school, method):
    for path, _ in ROUTES:
        reply = await sqlite_school.http(method, filled(path), raw=b"{}")
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
async def test_an_unknown_address_is_404(sqlite_school, path):
    reply = await sqlite_school.http("GET", path)

    assert (reply.status, reply.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("id", ["0", "9007199254740992", "9999999999999999", "01"])
@pytest.mark.parametrize("path", ["/api/lessons/{}/", "/api/chat/messages/{}/"])
async def test_an_id_that_nothing_can_have_is_404(sqlite_school, path, id):
    reply = await sqlite_school.http(
        "GET", path.format(id), await tokens(sqlite_school)
    )

    assert reply.status == 404


@pytest.mark.parametrize("id", ["0", "9007199254740992", "9999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
async def test_a_user_id_that_nobody_can_have_is_404(sqlite_school, method, id):
    body = {"email": "x@example.org", "name": "X", "role": "student"}

    reply = await sqlite_school.http(
        method, f"/api/users/{id}/", await sqlite_school.admin(), body
    )

    assert reply.status == 404


async def test_head_is_answered_like_get_without_a_body(sqlite_school):
    token = await tokens(sqlite_school)

    get, head = [
        await sqlite_school.http(method, "/api/users/me/", token)
        for method in ("GET", "HEAD")
    ]

    assert (head.status, head.text) == (200, "")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == JSON


# Other sites


@pytest.fixture
def open_school(io_loop, make_school):
    """A server that another site's pages may use."""
    return io_loop.run_sync(lambda: make_school(server_allowed_origins=SITE))


async def test_an_allowed_site_may_read_answers_and_errors(open_school):
    token = await tokens(open_school)
    origin = {"Origin": SITE}

    replies = [
        await open_school.http("GET", "/api/users/me/", token, headers=dict(origin)),
        await open_school.http("GET", "/api/users/me/", headers=dict(origin)),
        await open_school.http("GET", NO_SUCH, token, headers=dict(origin)),
        await open_school.http(
            "PUT", "/api/users/me/", token, {}, headers=dict(origin)
        ),
        await open_school.http(
            "POST", "/api/lessons/", token, {}, headers=dict(origin)
        ),
        await open_school.http("GET", "/api/nothing/", headers=dict(origin)),
    ]

    assert [reply.status for reply in replies] == [200, 401, 404, 405, 422, 404]
    for reply in replies:
        assert reply.headers["Access-Control-Allow-Origin"] == SITE
        assert "X-Request-Id" in reply.headers["Access-Control-Expose-Headers"]
        assert "Origin" in reply.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://app.example"]
)
async def test_another_site_may_not(open_school, origin):
    headers = {"Origin": origin}

    reply = await open_school.http("GET", "/api/users/me/", headers=headers)

    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Origin" in reply.headers["Vary"]


async def test_only_the_api_is_for_other_sites(open_school):
    reply = await open_school.http("GET", "/healthz", headers={"Origin": SITE})

    assert "Access-Control-Allow-Origin" not in reply.headers


async def test_a_preflight_needs_no_token(open_school):
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for path, _ in ROUTES:
        if not path.startswith("/api/"):
            continue
        reply = await open_school.http("OPTIONS", filled(path), headers=dict(headers))

        assert (reply.status, reply.text) == (204, "")
        assert reply.headers["Access-Control-Allow-Origin"] == SITE
        allowed = reply.headers["Access-Control-Allow-Headers"].lower()
        assert {"authorization", "content-type"} <= set(allowed.split(", "))
        assert "OPTIONS" in reply.headers["Access-Control-Allow-Methods"]


async def test_options_names_the_methods(sqlite_school):
    reply = await sqlite_school.http("OPTIONS", "/api/lessons/1/")

    named = set(reply.headers["Allow"].split(", "))
    assert named == {"HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"}
