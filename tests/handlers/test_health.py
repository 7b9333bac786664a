"""Whether the server lives and can work, for whatever supervises it."""

import asyncio

from tests.app_fixtures import MakeSchool
from tests.school import until


async def test_health_needs_no_token(sqlite_school):
    alive = await sqlite_school.http("GET", "/healthz")
    ready = await sqlite_school.http("GET", "/readyz")

    assert (alive.status, ready.status) == (200, 200)
    assert ready.json == {"status": "ok", "failing": []}


async def test_draining_is_seen_at_readyz_even_without_a_connection(
    make_school: MakeSchool,
) -> None:
    school = await make_school(server_drain_seconds=1)

    ending = asyncio.create_task(school.app.stop())
    await until(lambda: school.services.draining)
    reply = await school.http("GET", "/readyz")
    await ending

    assert (reply.status, reply.json["status"]) == (503, "draining")
