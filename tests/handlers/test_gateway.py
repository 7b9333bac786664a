"""The handshake of a WebSocket (contract 2, 2.1)."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.app_fixtures import MakeSchool
from tests.school import School

HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


async def handshake_status(school: School, **more: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        await school.open(**more)
    status: int = caught.value.response.status_code
    return status


def origin(value: str) -> dict[str, Any]:
    return {"headers": {"Origin": value}}


@pytest.mark.parametrize("path", ["/ws", "/ws/"])
async def test_a_trailing_slash_is_optional(shared_school: School, path: str) -> None:
    assert await shared_school.open(path=path)


async def test_the_subprotocol_is_selected_if_offered(shared_school: School) -> None:
    socket = await shared_school.open(subprotocols=["chat", "rtserver.v1"])

    assert socket.connection.subprotocol == "rtserver.v1"


@pytest.mark.parametrize("offered", [None, ["chat"]])
async def test_no_other_subprotocol_is_selected(
    shared_school: School, offered: list[str] | None
) -> None:
    socket = await shared_school.open(subprotocols=offered)

    assert socket.connection.subprotocol is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_a_page_from_this_machine_on_this_port_may_connect(
    shared_school: School, host: str
) -> None:
    port = shared_school.services.port

    assert await shared_school.open(**origin(f"http://{host}:{port}"))


@pytest.mark.parametrize(
    "theirs",
    ["http://localhost", "http://localhost:1", "https://evil.example", "null", ""],
)
async def test_a_page_from_elsewhere_gets_403(
    shared_school: School, theirs: str
) -> None:
    assert await handshake_status(shared_school, **origin(theirs)) == 403


async def test_an_origin_equal_to_the_host_is_not_enough(shared_school: School) -> None:
    host = f"evil.example:{shared_school.services.port}"
    headers = {"Host": host, "Origin": f"http://{host}", **HANDSHAKE}

    assert (await shared_school.http("GET", "/ws", headers=headers)).status == 403


async def test_only_the_configured_origins_may_connect(make_school: MakeSchool) -> None:
    school = await make_school(
        server_base_url="https://school.example",
        server_allowed_origins="https://app.example, http://localhost:3000",
    )

    for theirs in ("https://school.example", "https://app.example"):
        assert await school.open(**origin(theirs))
    assert await school.open(**origin("http://localhost:3000"))
    for theirs in (f"http://localhost:{school.services.port}", "http://app.example"):
        assert await handshake_status(school, **origin(theirs)) == 403


async def test_a_refused_origin_is_told_in_a_problem_document(
    shared_school: School,
) -> None:
    headers = {"Origin": "https://evil.example", **HANDSHAKE}

    reply = await shared_school.http("GET", "/ws", headers=headers)

    assert (reply.status, reply.json["code"]) == (403, "forbidden")
    assert "allowed_origins" in reply.json["detail"]


async def test_a_plain_request_is_told_to_upgrade(shared_school: School) -> None:
    reply = await shared_school.http("GET", "/ws")

    assert (reply.status, reply.json["code"]) == (400, "bad_request")
    assert reply.json["errors"][0]["path"] == "Upgrade"


async def test_the_handshake_too_has_a_request_id(shared_school: School) -> None:
    socket = await shared_school.open(headers={"X-Request-Id": "proxy-1"})

    assert socket.connection.response.headers["X-Request-Id"] == "proxy-1"
