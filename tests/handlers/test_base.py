"""What holds for every HTTP request (contract 3, 3.5)."""

import asyncio
import socket
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.patience import PATIENCE
from tests.school import School

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
NO_SUCH = "/api/lessons/9007199254740991/"


async def tokens(school: School) -> str:
    return school.token(await school.person("Olena", "tutor"))


# Problem documents


async def test_an_error_is_a_problem_document(shared_school: School) -> None:
    reply = await shared_school.http("GET", NO_SUCH, await tokens(shared_school))

    assert reply.headers["Content-Type"] == PROBLEM
    assert reply.json == {
        "type": "urn:rtserver:error:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": reply.json["detail"],
        "code": "not_found",
    }


@pytest.mark.parametrize(
    ("status", "code", "request_"),
    [
        (400, "bad_request", {"body": None, "raw": b"{"}),
        (422, "bad_request", {"body": {"title": 1}}),
        (415, "unsupported_media_type", {"headers": {"Content-Type": "text/plain"}}),
        (413, "too_large", {"raw": b" " * 1001}),
    ],
    ids=lambda value: value if isinstance(value, int) else "",
)
async def test_what_is_wrong_with_a_body_has_a_status_of_its_own(
    make_school: MakeSchool, status: int, code: str, request_: dict[str, Any]
) -> None:
    school = await make_school(limits_body_bytes=1000)
    request = {"raw": b"{}", **request_}

    reply = await school.http("POST", "/api/lessons/", await tokens(school), **request)

    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.json["status"] == status


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON;charset=UTF-8"])
async def test_json_may_be_named_in_any_way(shared_school: School, kind: str) -> None:
    headers = {"Content-Type": kind}

    reply = await shared_school.http(
        "POST", "/api/lessons/", await tokens(shared_school), raw=b"{}", headers=headers
    )

    assert reply.status == 422


@pytest.mark.parametrize(
    "kind", ["", "text/json", "multipart/form-data; boundary=x", "application/jsonx"]
)
async def test_any_other_body_is_415(shared_school: School, kind: str) -> None:
    reply = await shared_school.http(
        "POST",
        "/api/lessons/",
        await tokens(shared_school),
        raw=b"--x--",
        headers={"Content-Type": kind},
    )

    assert (reply.status, reply.json["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/api/lessons/", "/api/import/", "/api/auth/token/"])
async def test_a_packed_body_is_415_and_tells_what_is_taken(
    shared_school: School, path: str
) -> None:
    headers = {"Content-Encoding": "gzip"}
    token = await shared_school.admin()

    reply = await shared_school.http("POST", path, token, {}, headers=headers)

    assert (reply.status, reply.json["code"]) == (415, "unsupported_media_type")
    assert "Content-Encoding" in reply.json["detail"]
    assert reply.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("size", [400, 100_000])
async def test_a_body_without_a_length_is_limited_too(
    make_school: MakeSchool, size: int
) -> None:
    school = await make_school(limits_body_bytes=1000)
    head = (
        "POST /api/lessons/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"Authorization: Bearer {await tokens(school)}\r\n"
        "Content-Type: application/json\r\n\r\n"
    )
    chunks = b"".join(b"%x\r\n%b\r\n" % (size, b" " * size) for _ in range(5))

    answer = await raw(school, head.encode() + chunks + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nX-Request-Id: " in answer


@pytest.mark.parametrize("digits", [12, 5000])
async def test_a_huge_declared_length_is_refused_before_the_body(
    shared_school: School, digits: int
) -> None:
    length = "9" * digits
    head = (
        f"POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
        "Content-Type: application/json\r\n\r\n"
    )

    answer = await raw(shared_school, head.encode())

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize(
    ("field", "status"), [("X: y", 413), ("Content-Encoding: gzip", 415)]
)
async def test_whoever_waits_before_sending_a_body_is_refused_at_once(
    make_school: MakeSchool, field: str, status: int
) -> None:
    school = await make_school(limits_body_bytes=1000)
    head = (
        "POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n"
        f"Content-Type: application/json\r\nExpect: 100-continue\r\n{field}\r\n\r\n"
    )

    answer = await raw(school, head.encode())

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\nConnection: close\r\n" in answer


async def test_whoever_sends_a_huge_body_all_the_same_gets_to_read_the_answer(
    shared_school: School,
) -> None:
    def ask() -> bytes:
        with socket.create_connection(("127.0.0.1", shared_school.services.port)) as to:
            to.sendall(
                b"POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\n"
                b"Content-Length: 17000000\r\n\r\n" + b" " * 12_000_000
            )
            to.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: to.recv(65536), b""))

    assert (await asyncio.to_thread(ask)).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/auth/token/", 8_000_000, 413),
        ("/api/auth/token/", 8_000, 415),
        ("/api/lessons/", 900_000, 401),
        ("/api/lessons/", 2, 401),
        ("/nowhere", 2, 404),
        ("/healthz", 2, 405),
    ],
)
async def test_a_refused_body_is_read_and_the_connection_goes_on(
    shared_school: School, path: str, size: int, status: int
) -> None:
    packed = "Content-Encoding: gzip\r\n" if status == 415 else ""
    first = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n{packed}"
        "Content-Type: application/json\r\n\r\n"
    )
    second = "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    port = shared_school.services.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first.encode() + b" " * size + second.encode())
    answers = await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()

    assert answers.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"HTTP/1.1 200 OK" in answers


async def raw(school: School, data: bytes) -> bytes:
    """Send bytes, and give all that comes until the server hangs up or waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", school.services.port)
    writer.write(data)
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    writer.close()
    return head


# Headers


async def test_every_response_has_a_request_id_of_its_own(
    shared_school: School,
) -> None:
    replies = [await shared_school.http("GET", path) for path in ("/healthz", "/x")]

    ids = [reply.headers["X-Request-Id"] for reply in replies]
    assert all(ids)
    assert ids[0] != ids[1]


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/api/users/me/"])
async def test_the_id_that_a_proxy_gave_is_kept(
    shared_school: School, path: str
) -> None:
    headers = {"X-Request-Id": "proxy-1.a_b"}

    reply = await shared_school.http("GET", path, headers=headers)

    assert reply.headers["X-Request-Id"] == "proxy-1.a_b"


@pytest.mark.parametrize("id", ["", "a b", "x" * 65, "a;b", "<script>", "\xff"])
async def test_an_id_that_could_do_harm_is_replaced(
    shared_school: School, id: Any
) -> None:
    reply = await shared_school.http("GET", "/healthz", headers={"X-Request-Id": id})

    assert reply.headers["X-Request-Id"] != id
    assert len(reply.headers["X-Request-Id"]) == 16


async def test_nothing_is_told_about_the_software(shared_school: School) -> None:
    for path in ("/healthz", "/nothing"):
        assert "Server" not in (await shared_school.http("GET", path)).headers


# Too fast, and out of order


async def test_a_body_that_is_missing_is_unreadable_not_of_another_type(
    shared_school: School,
) -> None:
    port = shared_school.services.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/auth/token/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    )
    status = await reader.readline()
    writer.close()

    assert b" 400 " in status


async def test_head_is_answered_like_get_without_a_body(shared_school: School) -> None:
    token = await tokens(shared_school)

    get, head = [
        await shared_school.http(method, "/api/users/me/", token)
        for method in ("GET", "HEAD")
    ]

    assert (head.status, head.text) == (200, "")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == JSON
