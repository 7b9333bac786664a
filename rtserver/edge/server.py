"""Tornado's HTTP server, with a bound on how many connections it takes."""

import logging
import socket
import time
from collections.abc import Callable
from typing import Any, Final

import tornado.httpserver
import tornado.httputil
import tornado.iostream

log = logging.getLogger(__name__)

_TELL_SECONDS: Final = 60.0


def let_stall(sock: socket.socket, seconds: float) -> None:
    """Have the kernel end a connection whose peer takes nothing for so long; 0: never.

    Tornado waits for ever for whoever asks and doesn't read.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # of Linux alone
    if option is not None and sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.IPPROTO_TCP, option, int(1000 * seconds))


class BoundedServer(tornado.httpserver.HTTPServer):
    """An HTTP server that closes at once what is over the bound.

    Without one, whoever opens connections and sends nothing uses up all open files:
    then accepting fails, over and over, at a core's expense and a log line each time.
    """

    def initialize(  # type: ignore[override]
        self,
        *args: Any,
        has_room: Callable[[int], bool],
        stall_seconds: float,
        **kwargs: Any,
    ) -> None:
        """``has_room`` gets the number of HTTP connections that are open."""
        super().initialize(*args, **kwargs)
        self._has_room = has_room
        self._stall_seconds = stall_seconds
        self.open_connections = 0
        self._told = -_TELL_SECONDS

    def handle_stream(self, stream: tornado.iostream.IOStream, address: Any) -> None:
        """Serve a connection, unless there are too many."""
        if not self._has_room(self.open_connections):
            stream.close()
            self._tell()
            return
        let_stall(stream.socket, self._stall_seconds)
        self.open_connections += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        """Count one that has ended, or has become a WebSocket."""
        self.open_connections -= 1
        super().on_close(server_conn)

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            log.warning(
                "%d HTTP connections are open, and no more are taken: somebody opens "
                "very many, or [limits] connections is too low",
                self.open_connections,
            )
