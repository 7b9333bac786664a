"""The HTTP requests of the client of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from rtserver_client import Client, CommandError
from tests.guests import Guest, lesson_of_two
from tests.school import School


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Serve one answer to everybody; give the address and what was asked."""
    asked: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", asked


async def ask(url: str, patience: float = 10.0) -> object:
    client = Client(url, lambda fresh: "token", timeout=patience)
    return await client.http("GET", "/api/users/me/")


async def test_request_returns_the_json_and_a_refusal_is_told(
    sqlite_school: School,
) -> None:
    _, taras, lesson = await lesson_of_two(sqlite_school)
    client = Guest(sqlite_school, taras).client
    body = {"lesson_id": lesson, "text": "Привіт", "client_id": "one"}

    message = await client.http("POST", "/api/chat/messages/", body)
    history = await client.http("GET", f"/api/chat/history/?lesson_id={lesson}")
    with pytest.raises(CommandError) as bad:
        await client.http("POST", "/api/chat/messages/", {"lesson_id": lesson})
    with pytest.raises(CommandError, match="not_found"):
        await client.http("GET", "/api/nowhere/")

    assert message["text"] == "Привіт"
    assert [each["id"] for each in history["results"]] == [message["id"]]
    assert bad.value.code == "bad_request"
    assert bad.value.details["errors"]


async def test_path_without_its_slash_is_told() -> None:
    client = Client("http://127.0.0.1:9", lambda fresh: "token")

    with pytest.raises(ValueError, match="path: expected one such as"):
        await client.http("GET", "api/users/me/")


async def test_token_that_has_ended_is_replaced_once(sqlite_school: School) -> None:
    olena = await sqlite_school.person("Olena", "tutor")
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        return sqlite_school.token(olena, ttl=60 if fresh else -60)

    client = Guest(sqlite_school, olena, token=token).client
    me = await client.http("GET", "/api/users/me/")

    assert me["id"] == olena
    assert asked == [False, True]


async def test_without_a_token_now_it_may_be_tried_again() -> None:
    client = Client("http://127.0.0.1:9", lambda fresh: str(1 // 0))

    with pytest.raises(CommandError, match="offline") as failed:
        await client.http("GET", "/api/users/me/")
    assert failed.value.temporary


async def test_nobody_there_is_disconnected() -> None:
    with pytest.raises(CommandError, match="disconnected: GET /api/users/me/"):
        await ask("http://127.0.0.1:9")


async def test_proxys_page_is_unavailable() -> None:
    page = b"HTTP/1.1 502 Bad Gateway\r\nRetry-After: 3\r\n\r\n<html>"
    async with saying(page) as (url, _):
        with pytest.raises(CommandError, match="unavailable: HTTP 502") as failed:
            await ask(url)
    assert failed.value.retry_after == 3


@pytest.mark.parametrize("body", [b"<html>", b""])
async def test_success_that_is_no_json_is_told_or_empty(body: bytes) -> None:
    async with saying(b"HTTP/1.1 200 OK\r\n\r\n" + body) as (url, _):
        if not body:
            assert await ask(url) is None
            return
        with pytest.raises(CommandError, match="disconnected"):
            await ask(url)


async def test_token_goes_nowhere_else() -> None:
    async with saying(b"HTTP/1.1 200 OK\r\n\r\n{}") as (elsewhere, asked):
        moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}/\r\n\r\n".encode()
        async with saying(moved) as (url, _):
            with pytest.raises(CommandError, match="internal: HTTP 302"):
                await ask(url)

    assert asked == []


async def test_silence_is_a_timeout() -> None:
    left = asyncio.Event()

    async def silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CommandError, match="timeout"):
            await ask(f"http://127.0.0.1:{port}", patience=0.2)
        await left.wait()
