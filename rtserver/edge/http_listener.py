"""The server that a connection of HTTP came to, as the connection knows it."""

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tornado.httputil import HTTPServerConnectionDelegate

from rtserver.edge.limits import HttpLimits

if TYPE_CHECKING:
    from rtserver.edge.http_connection import HttpConnection


class Listener(Protocol):
    """The server that a connection came to.

    ``buffer`` is what is read into, and ``sent`` a future that is done; all share them.
    ``on_refused`` gets the status by which what is no request was refused.
    """

    app: HTTPServerConnectionDelegate
    limits: HttpLimits
    buffer: memoryview
    sent: "asyncio.Future[None]"
    is_leaving: bool
    on_refused: Callable[[int], None]

    def joins(self, connection: "HttpConnection", sock: socket.socket) -> bool:
        """Return whether there is room for it."""

    def left(self, connection: "HttpConnection") -> None:
        """Hear of the end of one that had room."""
