"""Reading what stands in an address: ids of the path, and the query."""

import pytest

from handlers.parameters import MAX_ID
from tests.school import Reply, School


async def lessons(school: School, query: str) -> Reply:
    return await school.http("GET", f"/api/lessons/{query}", await school.admin())


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "1.5", "x", "", "%ff", "1&limit=1"]
)
async def test_a_number_that_cant_be_read_or_is_out_of_bounds_is_named(
    shared_school: School, limit: str
) -> None:
    reply = await lessons(shared_school, f"?limit={limit}")

    assert reply.status == 400
    assert reply.json["errors"][0]["path"] == "limit"


@pytest.mark.parametrize("limit", ["1", "100"])
async def test_one_within_them_is_taken(shared_school: School, limit: str) -> None:
    assert (await lessons(shared_school, f"?limit={limit}")).status == 200


@pytest.mark.parametrize("query", ["", "?lesson_id=0", f"?lesson_id={MAX_ID + 1}"])
async def test_an_id_that_has_to_be_there_is_named(
    shared_school: School, query: str
) -> None:
    token = await shared_school.admin()

    reply = await shared_school.http("GET", f"/api/chat/history/{query}", token)

    assert reply.status == 400
    assert reply.json["errors"][0]["path"] == "lesson_id"


@pytest.mark.parametrize("id", [MAX_ID, MAX_ID + 1])
async def test_an_id_out_of_bounds_names_nothing(
    shared_school: School, id: int
) -> None:
    assert (await lessons(shared_school, f"{id}/")).status == 404
