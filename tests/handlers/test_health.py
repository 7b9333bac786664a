"""Whether the server lives and can work, for whatever supervises it."""

import asyncio

from rtserver import __version__
from tests.app_fixtures import MakeSchool
from tests.school import School, until


async def test_health_needs_no_token(shared_school: School) -> None:
    alive = await shared_school.http("GET", "/healthz")
    ready = await shared_school.http("GET", "/readyz")

    assert (alive.status, alive.json) == (200, {"status": "ok"})
    assert (ready.status, ready.json) == (200, {"status": "ok", "failing": []})


async def test_who_answers_is_told(shared_school: School) -> None:
    reply = await shared_school.http("GET", "/healthz")

    assert reply.headers["X-Rtserver-Version"] == __version__


async def test_clients_see_where_they_are_taken_to_be(shared_school: School) -> None:
    hops = {"X-Forwarded-For": "203.0.113.7"}

    direct = await shared_school.http("GET", "/healthz")
    behind = await shared_school.http("GET", "/healthz", headers=hops)

    addresses = [reply.headers["X-Client-Address"] for reply in (direct, behind)]
    assert addresses == ["127.0.0.1", "203.0.113.7"]


async def test_draining_is_seen_at_readyz_even_without_a_connection(
    make_school: MakeSchool,
) -> None:
    school = await make_school(server_drain_seconds=1)

    ending = asyncio.create_task(school.app.stop())
    await until(lambda: school.services.draining)
    reply = await school.http("GET", "/readyz")
    await ending

    assert (reply.status, reply.json["status"]) == (503, "draining")
