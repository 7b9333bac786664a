"""What is answered where there is nothing."""

import pytest

from tests.school import School


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/nothing", "/api/nothing/"])
async def test_there_is_nothing_by_any_method(
    shared_school: School, method: str, path: str
) -> None:
    reply = await shared_school.http(method, path)

    assert (reply.status, reply.json["code"]) == (404, "not_found")
