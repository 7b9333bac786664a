"""The server while its database doesn't answer, and afterwards."""

import asyncio

import pytest

from tests.app_fixtures import MakeSchool
from tests.client import CommandFailed
from tests.flows.conftest import Freezer
from tests.school import until


async def test_without_a_database_it_is_503(
    freezer: Freezer, make_school: MakeSchool
) -> None:
    school = await make_school(freezer.url)
    token = school.token(await school.person("Olena", "tutor"))

    freezer.freeze(school)
    me, ready, alive = await asyncio.gather(
        school.http("GET", "/api/users/me/", token),
        school.http("GET", "/readyz"),
        school.http("GET", "/healthz"),
    )

    assert (me.status, me.json["code"]) == (503, "unavailable")
    assert (ready.status, ready.json["failing"]) == (503, ["database"])
    assert alive.status == 200


async def test_when_the_database_is_back_so_is_the_server(
    freezer: Freezer, make_school: MakeSchool
) -> None:
    school = await make_school(freezer.url)

    freezer.freeze(school)
    assert (await school.http("GET", "/readyz")).status == 503
    freezer.thaw()

    assert (await school.http("GET", "/readyz")).status == 200


async def test_a_subscription_that_fails_leaves_nothing_behind(
    freezer: Freezer, make_school: MakeSchool
) -> None:
    school = await make_school(freezer.url)
    user = await school.person("Olena")
    socket = await school.connect(user)

    freezer.freeze(school)
    with pytest.raises(CommandFailed) as caught:
        await socket.call("subscribe", f"chat:user:{user}")

    assert caught.value.code == "unavailable"
    assert school.services.delivery.hub.subscriptions() == 0
    freezer.thaw()
    await until(lambda: school.services.db.waiting() == 0)
    assert await socket.call("subscribe", f"chat:user:{user}")
