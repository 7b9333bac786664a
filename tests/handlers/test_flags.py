"""What counts as a flag in a query."""

import pytest

from tests.school import School


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?summary=true", 200), ("?summary=false", 200), ("?summary=1", 400)],
)
async def test_a_flag_is_true_or_false(
    shared_school: School, query: str, status: int
) -> None:
    token = shared_school.token(await shared_school.person("Olena"))

    reply = await shared_school.http("GET", f"/api/lessons/{query}", token)

    assert reply.status == status
    if status == 400:
        assert reply.json["errors"][0]["path"] == "summary"
