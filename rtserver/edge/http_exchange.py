"""An exchange: one HTTP request and its answer, as Tornado's handlers write it."""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, Protocol, Self, cast

import tornado.web
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPOutputError,
    RequestStartLine,
    ResponseStartLine,
)

from rtserver.edge.http_head import lists, lowered

_SWITCHING: Final = 101
_NO_BODY: Final = (204, 304)


class Peer:
    """The other end of a connection, by the names that Tornado's requests look for."""

    __slots__ = ("protocol", "remote_ip")

    def __init__(self, address: str) -> None:
        self.remote_ip = address
        self.protocol = "http"

    @classmethod
    def of(cls, peername: object) -> Self:
        """Return that of a socket; over a Unix socket nobody has an address."""
        return cls(str(peername[0]) if isinstance(peername, tuple) else "0.0.0.0")


class Wire(Protocol):
    """The connection that a request came over."""

    peer: Peer

    @property
    def is_open(self) -> bool:
        """Return whether anything can still be sent."""

    @property
    def is_leaving(self) -> bool:
        """Return whether the server is about to stop, and takes no more requests."""

    def send(self, data: bytes) -> "asyncio.Future[None]":
        """Send; the future is done when the kernel has it, or fails as it never will.

        It fails with Tornado's StreamClosedError.
        """

    def answered(self, exchange: "HttpExchange") -> None:
        """Go on to the next request, if there may be one."""

    def cut(self) -> None:
        """End it at once, whatever still waits to be sent."""

    def take_socket(self) -> tuple[socket.socket, bytes]:
        """Give the socket away, with what came over it and isn't read."""


class HttpExchange(HTTPConnection):
    """A request, of which the body may still come, and the answer to it.

    ``body_seconds`` is how long all of the body may take.
    """

    def __init__(
        self,
        wire: Wire,
        start: RequestStartLine,
        headers: HTTPHeaders,
        body_seconds: float,
    ) -> None:
        self.context = wire.peer
        self.body_seconds = body_seconds
        self.is_read = self.is_begun = self.is_answered = False
        self._is_old = start.version != "HTTP/1.1"
        self.keeps_alive = _keeps_alive(headers, is_old=self._is_old)
        self._is_head = start.method == "HEAD"
        self._wire = wire
        self._on_close: Callable[[], None] | None = None
        self._is_chunked = False
        self._left: int | None = None  # of the answer's body, where its length is told

    def set_close_callback(self, callback: Callable[[], None] | None) -> None:
        """Have it called if the connection ends before the answer does."""
        self._on_close = callback

    def write_headers(
        self,
        start_line: RequestStartLine | ResponseStartLine,
        headers: HTTPHeaders,
        chunk: bytes | None = None,
    ) -> "asyncio.Future[None]":
        assert isinstance(start_line, ResponseStartLine)
        self.is_begun = True
        self._frame(start_line.code, headers)
        lines = [f"HTTP/1.1 {start_line.code} {start_line.reason}"]
        lines += [f"{name}: {value}" for name, value in headers.get_all()]
        head = "\r\n".join(lines)
        if not head.count("\r") == head.count("\n") == len(lines) - 1:
            raise ValueError("a header has more than one line")
        data = head.encode("latin-1") + b"\r\n\r\n"
        return self._wire.send(data + self._part(chunk) if chunk else data)

    def write(self, chunk: bytes) -> "asyncio.Future[None]":
        return self._wire.send(self._part(chunk))

    def finish(self) -> None:
        if self._left and self._wire.is_open:
            # Else the next answer would be taken for the rest of this.
            self.cut()
            raise HTTPOutputError("the answer is shorter than it said")
        if self._is_chunked:
            self._wire.send(b"0\r\n\r\n")
        self.is_answered = True
        self._wire.answered(self)

    def detach(self) -> None:
        """Let Tornado's handler go; ``take_socket`` follows."""

    def take_socket(self) -> tuple[socket.socket, bytes]:
        """Return the socket, now the caller's, and what came behind the request.

        Raises ConnectionError.
        """
        return self._wire.take_socket()

    def cut(self) -> None:
        """End the connection at once, so that nobody takes what came for the whole."""
        self._wire.cut()

    def lost(self) -> None:
        """Tell the handler that nobody is there to read its answer."""
        callback, self._on_close = self._on_close, None
        if callback is not None and not self.is_answered:
            callback()

    def _frame(self, code: int, headers: HTTPHeaders) -> None:
        """Decide how the answer's end is told, and what becomes of the connection."""
        if self._is_head or code in _NO_BODY or code < 200:
            self._left = 0
        elif "Content-Length" in headers:
            self._left = int(headers["Content-Length"])
        elif self._is_old:
            self.keeps_alive = False
        else:
            self._is_chunked = True
            headers["Transfer-Encoding"] = "chunked"
        if lowered(headers, "Connection") == "close" or self._wire.is_leaving:
            self.keeps_alive = False
        if self._is_old and self.keeps_alive:
            headers["Connection"] = "keep-alive"
        elif not self._is_old and not self.keeps_alive and code != _SWITCHING:
            headers["Connection"] = "close"

    def _part(self, chunk: bytes) -> bytes:
        """Frame a piece of the answer's body."""
        if self._left is not None:
            if len(chunk) > self._left:
                self.cut()
                raise HTTPOutputError("the answer is longer than it said")
            self._left -= len(chunk)
        if self._is_chunked and chunk:
            return b"%x\r\n%b\r\n" % (len(chunk), chunk)
        return chunk


def _keeps_alive(headers: HTTPHeaders, *, is_old: bool) -> bool:
    """Return whether another request may follow (RFC 9112 6.1 and 9.3)."""
    if lists(headers, "Connection", "close"):
        return False
    if not is_old:
        return True
    # HTTP/1.0 knows no chunks: whoever passed them on may see another end of the body.
    is_chunked = "Transfer-Encoding" in headers
    return not is_chunked and lists(headers, "Connection", "keep-alive")


def exchange_of(handler: tornado.web.RequestHandler) -> HttpExchange:
    """Return the exchange that a handler serves."""
    return cast("HttpExchange", handler.request.connection)
