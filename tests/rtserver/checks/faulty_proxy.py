"""A reverse proxy that is set up well, or wrong in one of the ways that people know."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator

from tests.patience import PATIENCE

OK = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n{}\r\nIt works!"
REFUSED = "HTTP/1.1 {} No\r\nContent-Length: 0\r\n\r\n"
MOVED = "HTTP/1.1 308 Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n"
TLS_HELLO = b"\x16"
DENYING = (("/metrics", REFUSED.format(404)),)


class Proxy:
    """Passes requests on from ``port`` to ``upstream``, one a connection.

    ``drop``: headers that it loses. ``forwards``: what it does with the client's
    address: "replaced", "hidden", or "kept" where the client has said one. ``source``:
    whence it comes. ``idle``: the seconds of silence after which it cuts.
    ``answers``: what it says itself, by the beginnings of paths. ``version``: of HTTP,
    to the server. ``holds``: it keeps what the server says on a WebSocket. ``tls``: its
    context.
    """

    def __init__(
        self,
        port,
        upstream,
        *,
        drop=(),
        forwards="replaced",
        source="127.0.0.1",
        idle=None,
        answers=DENYING,
        version="1.1",
        holds=False,
        tls=None,
    ):
        self.port, self.upstream = port, upstream
        self.drop, self.forwards, self.source = drop, forwards, source
        self.idle, self.answers, self.version = idle, answers, version
        self.holds, self.tls = holds, tls

    async def serve(self, ready: asyncio.Event, end: asyncio.Event) -> None:
        server = await asyncio.start_server(
            self._take, "127.0.0.1", self.port, ssl=self.tls
        )
        ready.set()
        await end.wait()
        server.close()

    async def _take(self, reader, writer):
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            async with _closing(writer):
                first = await reader.readexactly(1)
                if first == TLS_HELLO:
                    writer.write(REFUSED.format(400).encode())
                    return
                head = first + await reader.readuntil(b"\r\n\r\n")
                await self._answer(head.decode(), reader, writer)

    async def _answer(self, head, reader, writer):
        path = head.split()[1]
        for beginning, answer in self.answers:
            if path.startswith(beginning):
                writer.write(answer.encode())
                await writer.drain()
                return
        client = writer.get_extra_info("peername")[0]
        place = ("127.0.0.1", self.upstream)
        inner, outer = await asyncio.open_connection(
            *place, local_addr=(self.source, 0)
        )
        async with _closing(outer):
            outer.write(self._changed(head, client).encode())
            writer.write(await inner.readuntil(b"\r\n\r\n"))
            stirred = asyncio.Event()
            pipes = [_pipe(reader, outer, stirred)]
            if not (self.holds and path == "/ws"):
                pipes.append(_pipe(inner, writer, stirred))
            if self.idle:
                pipes.append(_silence(stirred, self.idle))
            await _first_of(pipes)

    def _changed(self, head, client):
        gone = [*self.drop, *(["X-Forwarded-For"] if self.forwards != "kept" else [])]
        for name in gone:
            head = re.sub(rf"(?im)^{name}:.*\r\n", "", head)
        head = head.replace("HTTP/1.1\r\n", f"HTTP/{self.version}\r\n", 1)
        if self.forwards != "hidden" and "X-Forwarded-For" not in head:
            head = head[:-2] + f"X-Forwarded-For: {client}\r\n\r\n"
        return head


@contextlib.asynccontextmanager
async def _closing(writer):
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _first_of(coroutines):
    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        await asyncio.wait(tasks, return_when="FIRST_COMPLETED")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pipe(reader, writer, stirred):
    while data := await reader.read(65536):
        stirred.set()
        writer.write(data)
        await writer.drain()


async def _silence(stirred, seconds):
    with contextlib.suppress(TimeoutError):
        while True:
            stirred.clear()
            await asyncio.wait_for(stirred.wait(), seconds)


@contextlib.contextmanager
def running(proxy: Proxy) -> Iterator[None]:
    """Run a proxy in a thread."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    end = asyncio.Event()

    async def life():
        up = asyncio.Event()
        serving = asyncio.ensure_future(proxy.serve(up, end))
        await up.wait()
        ready.set()
        await serving
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(life()))
    thread.start()
    assert ready.wait(PATIENCE)
    yield
    loop.call_soon_threadsafe(end.set)
    thread.join(10)
    loop.close()
