"""One TCP connection of HTTP/1.1: its requests, one after the other.

Tornado has the routes and the handlers; what lies between them and the socket is here,
as a third of what a request cost was the coroutines and streams of Tornado's own.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable
from typing import Final

from tornado.httputil import HTTPInputError, HTTPMessageDelegate
from tornado.iostream import StreamClosedError

from rtserver.edge.http_body import Body, body_of
from rtserver.edge.http_exchange import HttpExchange, Peer
from rtserver.edge.http_head import RequestHead, lowered, read_head
from rtserver.edge.http_listener import Listener
from rtserver.edge.http_refusal import Farewell, refusal
from rtserver.edge.ready_for_body import ReadyForBody
from rtserver.errors import BadRequest, RtError, log_unexpected
from rtserver.log_context import about, new_request_id

log = logging.getLogger(__name__)

_MALFORMED: Final = "This is no request of HTTP/1.1 (RFC 9112), or not of its form."
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class HttpConnection(asyncio.BufferedProtocol):
    """A connection over which requests come, each answered before the next is read."""

    def __init__(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        self._listener = listener
        self._limits = listener.limits
        self._loop = loop
        self._received = b""
        self._exchange: HttpExchange | None = None
        # Both until all of the body is there.
        self._delegate: HTTPMessageDelegate | None = None
        self._body: Body | None = None
        self._expects = False  # a leave to send the body
        self._is_held = False  # the handler isn't ready for more
        self.is_full = False  # the kernel takes no more
        self._is_paused = False  # there is enough that came for later
        self._is_over = False
        self._flushed: asyncio.Future[None] | None = None
        self._idle_since = loop.time()
        self._idle: asyncio.TimerHandle | None = None
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.peer = Peer.of(transport.get_extra_info("peername"))
        if not self._listener.joins(self, transport.get_extra_info("socket")):
            transport.abort()
            return
        # So that whoever waits for what was sent knows that the kernel has all of it.
        transport.set_write_buffer_limits(0)
        self._idle = self._loop.call_later(self._limits.idle_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        if self._idle is None:
            return  # there was no room for it
        self._listener.left(self)  # whatever the handler does when it hears of it
        self._idle.cancel()
        self._give_up()

    def _give_up(self) -> None:
        """Tell all who wait that nothing more is coming or going."""
        self._stop_hurrying()
        self._settle(StreamClosedError())
        delegate, exchange = self._delegate, self._exchange
        self._delegate = self._exchange = self._body = None
        if delegate is not None:
            delegate.on_connection_close()
        elif exchange is not None:
            exchange.lost()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._listener.buffer

    def buffer_updated(self, nbytes: int) -> None:
        came = bytes(self._listener.buffer[:nbytes])
        self._received = self._received + came if self._received else came
        if self._wants_more():
            self._advance()
        else:
            self._is_paused = True
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self.is_full = True

    def resume_writing(self) -> None:
        self.is_full = False
        self._settle(None)
        if self._exchange is None:
            self._read_on()

    @property
    def is_open(self) -> bool:
        return not self._is_over and not self._transport.is_closing()

    @property
    def is_leaving(self) -> bool:
        return self._listener.is_leaving

    def send(self, data: bytes) -> "asyncio.Future[None]":
        if not self.is_open:
            return _looked_at(self._loop.create_future(), StreamClosedError())
        self._transport.write(data)
        if not self.is_full:
            return self._listener.sent
        if self._flushed is None:
            self._flushed = self._loop.create_future()
        return self._flushed

    def answered(self, exchange: HttpExchange) -> None:
        if not self.is_open:
            return
        if not exchange.is_read:
            self._take_leave()
            return
        if not exchange.keeps_alive:
            self._transport.close()
            return
        self._exchange = None
        self._idle_since = self._loop.time()
        if not self.is_full:
            self._read_on()

    def cut(self) -> None:
        self._transport.abort()

    def take_socket(self) -> tuple[socket.socket, bytes]:
        if not self.is_open:
            raise ConnectionResetError("the client has gone during the handshake")
        sock: socket.socket = self._transport.get_extra_info("socket").dup()
        received, self._received = self._received, b""
        self._delegate = self._exchange = self._body = None
        self._transport.abort()
        return sock, received

    def _wants_more(self) -> bool:
        """Return whether what comes now can be used."""
        if self._exchange is None:
            return not self.is_full
        return self._body is not None and not self._is_held

    def _read_on(self) -> None:
        """Go on with what has come already, if any; others come first."""
        if self._received:
            self._loop.call_soon(self._advance)
        self._resume()

    def _resume(self) -> None:
        if self._is_paused and self._wants_more() and self.is_open:
            self._is_paused = False
            self._transport.resume_reading()

    def _advance(self) -> None:
        """Go on with what has come."""
        if self._is_held or not self.is_open:
            return
        try:
            if self._exchange is None and not self.is_full:
                self._take_head()
            if self._exchange is not None and not self._is_held:
                self._take_body(self._exchange)
        except HTTPInputError:
            self._refuse(BadRequest(_MALFORMED))
        except RtError as error:
            self._refuse(error)
        except Exception as error:
            self._fail(error)

    def _refuse(self, error: RtError) -> None:
        """Answer what can't be read, and read nothing more."""
        request_id = new_request_id()
        log.info("refused unread: %d", error.status, extra=about(request=request_id))
        self._listener.on_refused(error.status)
        if self._exchange is None or not self._exchange.is_begun:
            self.send(refusal(error, request_id))  # else a part of the answer
        self._take_leave()
        self._give_up()

    def _take_leave(self) -> None:
        """End it so that whoever still sends gets to read the answer."""
        self._is_over = True
        buffer, limits = self._listener.buffer, self._limits
        Farewell(self._transport, buffer, limits, self.connection_lost)

    def _take_head(self) -> None:
        head = read_head(self._received, self._limits.head_bytes)
        if head is not None:
            self._received = head.rest
            self._begin(head)

    def _begin(self, head: RequestHead) -> None:
        start, fields, _ = head
        self._body = body_of(fields)
        # RFC 9110 10.1.1: HTTP/1.0 knows no answer but the last.
        is_old = start.version != "HTTP/1.1"
        self._expects = not is_old and lowered(fields, "Expect") == "100-continue"
        exchange = HttpExchange(self, start, fields, self._limits.body_seconds)
        delegate = self._listener.app.start_request(self, exchange)
        self._exchange, self._delegate = exchange, delegate
        self._hold(delegate.headers_received(start, fields))

    def _take_body(self, exchange: HttpExchange) -> None:
        body, delegate = self._body, self._delegate
        if body is None or delegate is None:
            return
        if self._expects and not body.is_whole:
            self._expects = False
            self.send(_CONTINUE)
        before = len(self._received)
        if not body.is_whole:
            content, self._received = body.take(self._received)
            if content:
                self._hold(delegate.data_received(content))
        if self._is_held:
            return
        if body.is_whole:
            self._stop_hurrying()
            exchange.is_read = True
            self._body = self._delegate = None
            delegate.finish()
            return
        if 0 < len(self._received) < before:
            self._loop.call_soon(self._advance)
        if self._late is None:
            self._late = self._loop.call_later(exchange.body_seconds, self.cut)

    def _hold(self, waits: Awaitable[None] | None) -> None:
        """Take nothing more until the handler is ready for it."""
        self._is_held = waits is not None
        if isinstance(waits, ReadyForBody):
            waits.then = self._go_on
        elif waits is not None:
            asyncio.ensure_future(waits).add_done_callback(self._let_go)

    def _let_go(self, ready: "asyncio.Future[None]") -> None:
        error = None if ready.cancelled() else ready.exception()
        if error is None:
            self._go_on()
        else:
            self._fail(error)

    def _go_on(self) -> None:
        self._is_held = False
        if self._body is not None:
            self._advance()
            self._resume()

    def _fail(self, error: BaseException) -> None:
        log_unexpected(log, error, "taking a request")
        self.cut()

    def _look(self) -> None:
        """End the connection if it waits for a request for too long."""
        wait = self._limits.idle_seconds
        if self._exchange is None:
            wait -= self._loop.time() - self._idle_since
        if wait > 0:
            self._idle = self._loop.call_later(wait, self._look)
        else:
            self._transport.close()

    def _stop_hurrying(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _settle(self, error: Exception | None) -> None:
        """Tell whoever waits for what was sent."""
        flushed, self._flushed = self._flushed, None
        if flushed is None or flushed.done():
            return
        if error is None:
            flushed.set_result(None)
        else:
            _looked_at(flushed, error)


def _looked_at(
    future: "asyncio.Future[None]", error: Exception
) -> "asyncio.Future[None]":
    """Let a future fail for which nobody has to wait."""
    future.set_exception(error)
    future.exception()  # else asyncio logs that nobody did
    return future
