"""The chat over HTTP."""

import pytest

from rtserver.accounts.api_keys import ApiKeys
from tests.school import School


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/chat/messages/"),
        ("GET", "/api/chat/history/"),
        ("GET", "/api/chat/changes/"),
    ],
)
async def test_an_api_key_has_no_chat_however_it_asks(
    shared_school: School, method: str, path: str
) -> None:
    services = shared_school.services
    _, key = await ApiKeys(services.db, services.clock).add("platform")
    headers = {"Authorization": f"Api-Key {key}"}
    body = {} if method == "POST" else None

    reply = await shared_school.http(method, path, body=body, headers=headers)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
