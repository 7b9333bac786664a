"""One WebSocket of the Python client, against servers of every manner."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from rtserver_client.socket import ABNORMAL, ClientSocket, Closed
from tests.patience import PATIENCE
from tests.school import until

SHORT = 0.2  # where the server doesn't answer anyway


@asynccontextmanager
async def served(
    handle: Callable[[ServerConnection], Awaitable[None]], **options: Any
) -> AsyncIterator[str]:
    """Serve WebSockets; give the address."""
    options = {"close_timeout": SHORT, **options}
    async with serve(handle, "127.0.0.1", 0, **options) as server:
        [listener] = server.sockets
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ws"


@asynccontextmanager
async def connected(
    url: str, take: Callable[[dict[str, Any]], None], *, patience: float = PATIENCE
) -> AsyncIterator[ClientSocket]:
    """Connect, whatever becomes of it; close in the end."""
    connection = ClientSocket(take, patience)
    await connection.open(url)
    try:
        yield connection
    finally:
        await connection.close()


def ignore(frame: dict[str, Any]) -> None:
    """Hear nothing."""


async def stay(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def test_frame_of_many_megabytes_comes_whole_as_does_one_in_fragments():
    async def say(connection: ServerConnection) -> None:
        await connection.send(json.dumps({"large": "x" * (20 << 20)}))
        await connection.send(['{"in":', ' "fragments"}'])
        await stay(connection)

    heard: list[dict[str, Any]] = []
    async with served(say) as url, connected(url, heard.append):
        await until(lambda: len(heard) == 2)

    assert [*map(list, heard)] == [["large"], ["in"]]
    assert len(heard[0]["large"]) == 20 << 20


async def test_neither_compression_nor_an_origin_is_offered():
    asked = list[Headers]()

    async def note(connection: ServerConnection) -> None:
        assert connection.request is not None
        asked.append(connection.request.headers)

    async with served(note) as url, connected(url, ignore) as connection:
        await connection.ended()

    assert "Sec-WebSocket-Key" in asked[0]
    assert "Sec-WebSocket-Extensions" not in asked[0]
    assert "Origin" not in asked[0]


async def test_what_is_written_before_the_close_arrives_in_its_order():
    heard = list[str | bytes]()
    codes = list[int | None]()

    async def listen(connection: ServerConnection) -> None:
        async for text in connection:
            heard.append(text)
        codes.append(connection.close_code)

    async with served(listen) as url:
        async with connected(url, ignore) as connection:
            for number in range(100):
                connection.write({"number": number})
        await until(lambda: codes)

    assert [json.loads(text)["number"] for text in heard] == [*range(100)]
    assert codes == [1000]


async def test_close_that_is_not_answered_leaves_nothing_behind():
    async def fall_silent(connection: ServerConnection) -> None:
        connection.transport.pause_reading()
        await gone.wait()

    gone = asyncio.Event()
    async with served(fall_silent) as url:
        async with connected(url, ignore, patience=SHORT):
            pass
        left = [task for task in asyncio.all_tasks() if "ClientSocket" in repr(task)]
        gone.set()

    assert left == []


async def test_code_and_reason_of_the_close_are_told():
    async def end(connection: ServerConnection) -> None:
        await connection.close(4501, "the token isn't valid")

    async with served(end) as url, connected(url, ignore) as connection:
        assert await connection.ended() == Closed(4501, "the token isn't valid")


async def test_end_without_a_close_is_told_as_1006():
    async def fall(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with served(fall) as url, connected(url, ignore) as connection:
        assert await connection.ended() == Closed(ABNORMAL, "")


async def test_close_is_known_also_where_the_network_stays_open():
    async def close_and_fall_silent(connection: ServerConnection) -> None:
        connection.transport.pause_reading()  # so it won't hear that it is to go
        await connection.send('{"type": "last"}')
        connection.protocol.send_close(4501, "revoked")
        connection.send_data()
        await gone.wait()

    gone, heard = asyncio.Event(), list[dict[str, Any]]()
    async with served(close_and_fall_silent) as url:
        async with connected(url, heard.append) as connection:
            await until(lambda: heard)
            connection.give_up("no sign of life")
            ended = await connection.ended()
        gone.set()

    assert ended == Closed(4501, "revoked")


async def test_connection_that_is_given_up_ends_with_the_reason():
    async with served(stay) as url, connected(url, ignore) as connection:
        connection.give_up("no sign of life")

        assert await connection.ended() == Closed(ABNORMAL, "no sign of life")


async def test_frame_that_cannot_be_read_ends_the_connection_and_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def babble(connection: ServerConnection) -> None:
        await connection.send("Olena's words")
        await stay(connection)

    async with served(babble) as url, connected(url, ignore) as connection:
        ended = await connection.ended()

    assert ended.may_return
    assert "a frame: unexpected JSONDecodeError" in caplog.text
    assert "Olena" not in caplog.text


async def test_nothing_that_is_sent_is_logged_however_much_is(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet = logging.getLogger("tests.quiet")
    quiet.setLevel(logging.ERROR)
    heard = list[dict[str, Any]]()

    async def echo(connection: ServerConnection) -> None:
        async for text in connection:
            await connection.send(text)

    async with (
        served(echo, logger=quiet) as url,
        connected(url, heard.append) as connection,
    ):
        connection.write({"token": "eyJhbGciOi"})
        await until(lambda: heard)

    assert "eyJ" not in caplog.text


async def test_redirection_is_not_followed_with_the_token():
    heard = list[str | bytes]()

    async def listen(connection: ServerConnection) -> None:
        heard.extend([text async for text in connection])

    async with served(listen) as other:

        def lead_on(connection: ServerConnection, request: Request) -> Response:
            return Response(302, "Found", Headers(Location=other))

        async with (
            served(stay, process_request=lead_on) as url,
            connected(url, ignore) as connection,
        ):
            connection.write({"token": "eyJhbGciOi"})
            ended = await connection.ended()

    assert ended == Closed(ABNORMAL, "redirected")
    assert heard == []


async def test_handshake_that_is_not_answered_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ws://127.0.0.1:{silent.getsockname()[1]}/ws"
        async with connected(url, ignore, patience=SHORT) as connection:
            assert await connection.ended() == Closed(ABNORMAL, "TimeoutError")


async def test_address_that_takes_nobody_does_not_keep_from_the_next_one():
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in ("127.0.0.2", "127.0.0.1")]

    async with served(stay) as url:
        port = int(url.rpartition(":")[2].removesuffix("/ws"))
        with (
            socket.create_server(("127.0.0.2", port), backlog=0) as full,
            socket.create_connection(full.getsockname()),
        ):
            loop.getaddrinfo = resolve  # type: ignore[method-assign]
            url = f"ws://school.example:{port}/ws"
            async with connected(url, ignore) as connection:
                connection.give_up("it is open")
                assert (await connection.ended()).reason == "it is open"
