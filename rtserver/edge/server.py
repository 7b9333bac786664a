"""The HTTP server, with a bound on how many connections it takes."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterable
from typing import Final

from tornado.httputil import HTTPServerConnectionDelegate

from rtserver.callbacks import ignore
from rtserver.edge.http_connection import HttpConnection
from rtserver.edge.limits import HttpLimits

log = logging.getLogger(__name__)

_TELL_SECONDS: Final = 60.0
_BACKLOG: Final = 1024
_READ_BYTES: Final = 64 * 1024


def let_stall(sock: socket.socket, seconds: float) -> None:
    """Have the kernel end a connection whose peer takes nothing for so long; 0: never.

    Else the server waits for ever for whoever asks and doesn't read.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # of Linux alone
    if option is not None and sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, option, int(1000 * seconds))


class BoundedServer:
    """An HTTP server that closes at once what is over the bound.

    Without one, whoever opens connections and sends nothing uses up all open files:
    then accepting fails, over and over, at a core's expense and a log line each time.
    ``has_room`` gets the number of HTTP connections that are open, ``on_refused`` the
    status by which what is no request was refused.
    """

    def __init__(
        self,
        app: HTTPServerConnectionDelegate,
        has_room: Callable[[int], bool],
        limits: HttpLimits,
        on_refused: Callable[[int], None] = ignore,
    ) -> None:
        self.app = app
        self.on_refused = on_refused
        self.limits = limits
        self.buffer = memoryview(bytearray(_READ_BYTES))
        loop = asyncio.get_running_loop()
        self.sent: asyncio.Future[None] = loop.create_future()
        self.sent.set_result(None)
        self.is_leaving = False
        self._loop = loop
        self._has_room = has_room
        self._connections: set[HttpConnection] = set()
        self._listening: list[asyncio.Server] = []
        self._told = -_TELL_SECONDS

    @property
    def open_connections(self) -> int:
        """Return how many are open and haven't become a WebSocket."""
        return len(self._connections)

    @property
    def is_sending(self) -> bool:
        """Return whether somebody hasn't taken all of an answer yet."""
        return any(each.is_full for each in self._connections)

    async def listen(self, sockets: Iterable[socket.socket]) -> None:
        """Serve whoever connects to these sockets."""
        for sock in sockets:
            listening = await self._loop.create_server(
                lambda: HttpConnection(self, self._loop), sock=sock, backlog=_BACKLOG
            )
            self._listening.append(listening)

    def wind_down(self) -> None:
        """Tell with each answer from now on that it is its connection's last."""
        self.is_leaving = True

    def stop(self) -> None:
        """Take no more connections; those that are open go on."""
        for listening in self._listening:
            listening.close()

    async def close_all_connections(self) -> None:
        """End the connections that are open."""
        while self._connections:
            for connection in self._connections:
                connection.cut()
            await asyncio.sleep(0)

    def joins(self, connection: HttpConnection, sock: socket.socket) -> bool:
        """Return whether there is room for one more."""
        if not self._has_room(self.open_connections):
            self._tell()
            return False
        let_stall(sock, self.limits.stall_seconds)
        self._connections.add(connection)
        return True

    def left(self, connection: HttpConnection) -> None:
        """Count one that has ended, or has become a WebSocket."""
        self._connections.discard(connection)

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            log.warning(
                "%d HTTP connections are open, and no more are taken: somebody opens "
                "very many, or [limits] connections is too low",
                self.open_connections,
            )
