"""A small site for tests of HTTP's edge, and a client of it down to its bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import tornado.netutil
import tornado.web

from handlers.addresses import Addresses
from handlers.application import RoutedApplication
from rtserver.edge.limits import HttpLimits
from rtserver.edge.server import BoundedServer

HOST = b"HTTP/1.1\r\nHost: x\r\n"


@tornado.web.stream_request_body
class Echo(tornado.web.RequestHandler):
    """Answers with what came; ``gone`` gets those whose client went away."""

    def initialize(self, site: "Site", route: str) -> None:
        self.site = site
        self.came: list[bytes] = []

    def data_received(self, chunk: bytes) -> Any:
        self.came.append(chunk)
        return self.site.take(chunk)

    async def post(self) -> None:
        self.site.asked += 1
        await self.site.may_answer.wait()
        self.finish(b"".join(self.came))

    async def get(self) -> None:
        self.site.asked += 1
        await self.site.may_answer.wait()
        size = int(self.get_query_argument("size"))
        self.write(b"x" * size)
        await self.flush()
        self.site.flushed += 1

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self.site.gone.set()


class Site:
    """A server whose answers can be held back, and the intake of bodies, too."""

    def __init__(self, limits: HttpLimits) -> None:
        addresses = Addresses([("/", Echo)], Echo, site=self)
        self.app = RoutedApplication(addresses, log_function=lambda handler: None)
        self.server = BoundedServer(self.app, lambda open: True, limits)
        [self.bound] = tornado.netutil.bind_sockets(0, "127.0.0.1")
        self.may_answer, self.may_take = asyncio.Event(), asyncio.Event()
        self.may_answer.set()
        self.may_take.set()
        self.gone = asyncio.Event()
        self.asked = self.flushed = self.bytes = 0

    @property
    def address(self) -> Any:
        return self.bound.getsockname()

    async def emptied(self) -> None:
        """Wait until nobody is connected who was."""
        await until(lambda: self.server.open_connections)
        await until(lambda: not self.server.open_connections)

    async def take(self, chunk: bytes) -> None:
        await self.may_take.wait()
        self.bytes += len(chunk)

    @asynccontextmanager
    async def client(self, **options: Any) -> AsyncIterator[Any]:
        peer = await asyncio.open_connection(*self.address, **options)
        try:
            yield peer
        finally:
            peer[1].transport.abort()
            with suppress(ConnectionError):
                await peer[1].wait_closed()


def serving(io_loop, limits):
    """Serve until the test is over."""

    async def start() -> Site:
        site = Site(limits)
        await site.server.listen([site.bound])
        return site

    async def stop() -> None:
        site.server.stop()
        await site.server.close_all_connections()
        site.may_answer.set()
        site.may_take.set()
        await until(lambda: not site.app.running)

    site = io_loop.run_sync(start)
    yield site
    io_loop.run_sync(stop)


def post(body: bytes, *fields: bytes) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST / " + HOST + b"".join(fields) + length + b"\r\n" + body


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Read an answer; return its status line and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    _, _, length = head.partition(b"Content-Length: ")
    size = int(length.split(b"\r\n")[0]) if length else 0
    return head.split(b"\r\n")[0], await reader.readexactly(size)


async def until(true) -> None:
    while not true():
        await asyncio.sleep(0)
