"""Pages of other sites, and what they may read (CORS)."""

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from handlers.routes import ROUTES
from tests.app_fixtures import MakeSchool
from tests.handlers.test_routes import NO_SUCH, filled, tokens
from tests.school import School

SITE = "https://app.example"


@pytest.fixture
def open_school(io_loop: AsyncIOLoop, make_school: MakeSchool) -> School:
    """A server that another site's pages may use."""
    made: School = io_loop.run_sync(lambda: make_school(server_allowed_origins=SITE))
    return made


async def test_an_allowed_site_may_read_answers_and_errors(open_school: School) -> None:
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


async def test_a_dev_server_of_any_port_may(make_school: MakeSchool) -> None:
    school = await make_school(server_allowed_origins="http://localhost:*")
    headers = {"Origin": "http://localhost:5173"}

    reply = await school.http("GET", "/api/users/me/", headers=headers)

    shown = reply.headers["Access-Control-Allow-Origin"]
    assert shown == "http://localhost:5173"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://app.example"]
)
async def test_another_site_may_not(open_school: School, origin: str) -> None:
    headers = {"Origin": origin}

    reply = await open_school.http("GET", "/api/users/me/", headers=headers)

    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Origin" in reply.headers["Vary"]


async def test_only_the_api_is_for_other_sites(open_school: School) -> None:
    reply = await open_school.http("GET", "/healthz", headers={"Origin": SITE})

    assert "Access-Control-Allow-Origin" not in reply.headers


async def test_a_preflight_needs_no_token(open_school: School) -> None:
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


@pytest.mark.parametrize("path", ["/api/lesons/", "/api/users/none/x", "/api/"])
async def test_a_preflight_of_a_mistyped_path_is_well_so_that_the_404_can_be_read(
    open_school: School, path: str
) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "GET"}

    reply = await open_school.http("OPTIONS", path, headers=headers)

    assert (reply.status, reply.text) == (204, "")
    assert reply.headers["Access-Control-Allow-Origin"] == SITE
    assert "GET" in reply.headers["Access-Control-Allow-Methods"]


async def test_no_other_request_is_well_where_nothing_is(open_school: School) -> None:
    asks = {"Origin": SITE, "Access-Control-Request-Method": "GET"}

    statuses = [
        (await open_school.http("OPTIONS", "/api/lesons/")).status,
        (await open_school.http("OPTIONS", "/lesons/", headers=dict(asks))).status,
        (await open_school.http("GET", "/api/lesons/", headers=dict(asks))).status,
    ]

    assert statuses == [404, 404, 404]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Origin": "http://localhost:5173"}, 1),
        ({"Origin": SITE}, 0),
        ({"Origin": "https://own.example", "Sec-Fetch-Site": "same-origin"}, 0),
        ({}, 0),
    ],
)
async def test_the_origin_of_a_page_that_may_not_is_told_in_the_log_once(
    open_school: School,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    told: int,
) -> None:
    for _ in range(3):
        await open_school.http("GET", "/api/users/me/", headers=dict(headers))

    assert caplog.text.count("isn't in server.allowed_origins") == told


async def test_options_names_the_methods(sqlite_school: School) -> None:
    reply = await sqlite_school.http("OPTIONS", "/api/lessons/1/")

    named = set(reply.headers["Allow"].split(", "))
    assert named == {"HEAD", "GET", "PUT", "PATCH", "DELETE", "OPTIONS"}
