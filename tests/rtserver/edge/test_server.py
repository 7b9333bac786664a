"""How many HTTP connections are taken, and what becomes of the others."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import tornado.netutil
import tornado.web

from rtserver.edge.limits import HttpLimits
from rtserver.edge.server import BoundedServer, let_stall

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Hello(tornado.web.RequestHandler):
    def get(self) -> None:
        self.finish("hello" * int(self.get_query_argument("times", "1")))


class Small:
    """A server with room for so many connections at once."""

    def __init__(self, room: int) -> None:
        app = tornado.web.Application([("/", Hello)], log_function=lambda handler: None)
        self.asked: list[int] = []
        self.server = BoundedServer(
            app,
            has_room=lambda open: self._has_room(open, room),
            limits=HttpLimits(stall_seconds=7.0),
        )
        [self.bound] = tornado.netutil.bind_sockets(0, "127.0.0.1")
        self.port = self.bound.getsockname()[1]

    def _has_room(self, open: int, room: int) -> bool:
        self.asked.append(open)
        return open < room

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def answer(peer: Any) -> bytes:
    """Ask; return the answer's first line, or nothing if the connection was closed."""
    reader, writer = peer
    writer.write(REQUEST)
    try:
        return await reader.readline()
    except ConnectionError:
        return b""


@pytest.fixture
def small(io_loop):
    small = io_loop.run_sync(start)
    yield small
    small.server.stop()
    io_loop.run_sync(small.server.close_all_connections)


async def start() -> Small:
    small = Small(room=2)
    await small.server.listen([small.bound])
    return small


async def test_what_is_over_the_bound_is_closed_and_the_others_are_served(
    small, caplog
) -> None:
    async with small.connected() as one, small.connected() as two:
        answers = [await answer(one), await answer(two)]
        for _ in range(3):
            async with small.connected() as three:
                answers.append(await answer(three))

    assert answers == 2 * [b"HTTP/1.1 200 OK\r\n"] + 3 * [b""]
    assert [each.name for each in caplog.records] == ["rtserver.edge.server"]
    assert "2 HTTP connections are open" in caplog.text


async def test_connection_that_has_ended_makes_room(small) -> None:
    for _ in range(4):
        async with small.connected() as peer:
            assert await answer(peer)
        while small.server.open_connections:
            await asyncio.sleep(0)  # the loop has to see the end of it

    assert small.asked == [0, 0, 0, 0]


def test_kernel_is_told_how_long_a_peer_may_take_nothing() -> None:
    with socket.socket() as sock:
        let_stall(sock, 2.5)
        told = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        let_stall(sock, 0)

        assert told == 2500
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0


def test_socket_that_isnt_tcp_is_let_be() -> None:
    one, other = socket.socketpair()
    with one, other:
        let_stall(one, 2.5)


async def test_one_that_is_about_to_stop_ends_each_connection_with_an_answer(
    small,
) -> None:
    async with small.connected() as (reader, writer):
        small.server.wind_down()
        writer.write(REQUEST * 2)
        answer = await reader.read()

    assert b"\r\nConnection: close\r\n" in answer
    assert answer.count(b"hello") == 1


async def test_it_tells_whether_an_answer_is_still_being_taken(small) -> None:
    small.server.wind_down()
    async with small.connected() as (reader, writer):
        writer.write(REQUEST.replace(b"/", b"/?times=6000000", 1))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"\r\nContent-Length: 30000000\r\n" in head
        assert small.server.is_sending

        assert len(await reader.read()) == 30_000_000
        while small.server.is_sending:
            await asyncio.sleep(0)  # the loop has to see the end of it
