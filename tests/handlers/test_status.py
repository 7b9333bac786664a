"""Who is online, over HTTP."""

from typing import Any

import pytest

from handlers.parameters import MAX_ID
from handlers.status import read_ids
from rtserver.accounts.api_keys import ApiKeys
from tests.app_fixtures import MakeSchool
from tests.flows.test_presence import watching
from tests.school import School


async def statuses(school: School, token: str, ids: Any) -> Any:
    path = f"/api/users/online-status/?ids={ids}"
    return await school.http("GET", path, token)


async def test_online_status_of_some_users(school: School) -> None:
    olena, taras = await school.person("Olena"), await school.person("Taras")
    await watching(school, olena)

    reply = await statuses(school, school.token(taras), f"{olena},{taras},{olena},999")

    assert reply.status == 200
    assert reply.json == {
        "statuses": {str(olena): True, str(taras): False, "999": False},
        "online_ids": [olena],
    }


async def test_online_status_tells_only_of_those_one_may_see(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    olena, taras, ivan = [await school.person(n) for n in ("Olena", "Taras", "Ivan")]
    await school.lesson(tutors=[olena], students=[taras])
    await watching(school, olena)

    tokens = [school.token(taras), school.token(ivan), await school.admin()]
    replies = [await statuses(school, token, olena) for token in tokens]

    assert [reply.json["online_ids"] for reply in replies] == [[olena], [], [olena]]


@pytest.mark.parametrize(
    "query",
    ["", "?ids=", "?ids=1,", "?ids=x", "?ids=-1", "?ids=0", "?ids=1&ids=2",
     f"?ids={2**53}", "?ids=1,%20,2", "?ids=" + ",".join(["7"] * 201)],
)  # fmt: skip
async def test_online_status_refuses_anything_but_1_to_200_ids(
    shared_school: School, query: str
) -> None:
    reply = await shared_school.http(
        "GET", f"/api/users/online-status/{query}", await shared_school.admin()
    )

    assert (reply.status, reply.json["code"]) == (400, "bad_request")
    assert reply.json["errors"][0]["path"] == "ids"


async def test_online_status_of_200_ids_is_fine_and_signed_in_only(
    shared_school: School,
) -> None:
    ids = ",".join(map(str, range(1, 201)))

    reply = await statuses(shared_school, await shared_school.admin(), ids)
    stranger = await shared_school.http("GET", "/api/users/online-status/?ids=1")

    assert len(reply.json["statuses"]) == 200
    assert stranger.status == 401


def test_ids_are_read_once_each_in_their_order() -> None:
    assert read_ids("3,1,2,1,3") == [3, 1, 2]
    assert read_ids(str(MAX_ID)) == [MAX_ID]


async def test_a_platform_may_ask_too(shared_school: School) -> None:
    services = shared_school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    headers = {"Authorization": f"Api-Key {key}"}

    path = "/api/users/online-status/?ids=999"
    reply = await shared_school.http("GET", path, headers=headers)

    assert reply.json == {"statuses": {"999": False}, "online_ids": []}
