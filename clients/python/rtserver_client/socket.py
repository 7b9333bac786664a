"""One connection of a client, over Tornado's WebSocket."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from tornado.httpclient import HTTPClientError
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from rtserver_client.position import Event

ABNORMAL = 1006
LARGEST = 1 << 26  # a board's snapshot comes in one frame


class Closed(NamedTuple):
    """How a connection ended; ``code`` is 1006 where nobody said so."""

    code: int
    reason: str

    @property
    def may_return(self) -> bool:
        return self.code < 4500


class ClientSocket:
    """Hands each frame to ``take`` as it comes; ``heard`` tells that one came."""

    def __init__(self, take: Callable[[Event], None]) -> None:
        self.heard = False
        self._take = take
        self._socket: WebSocketClientConnection | None = None
        self._ended: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()

    async def open(self, url: str, *, patience: float) -> None:
        """Shake hands; a failure is an end as well."""
        opening = asyncio.ensure_future(
            websocket_connect(
                url,
                connect_timeout=patience,
                on_message_callback=self._receive,
                max_message_size=LARGEST,
            )
        )
        try:
            self._socket = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_opened)
            raise
        except (OSError, HTTPClientError, WebSocketError) as error:
            self.end(ABNORMAL, type(error).__name__)

    def write(self, frame: dict[str, Any] | str) -> None:
        """Send a frame; one that can't be sent is lost, as in a network."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        if self._socket is not None:
            with suppress(WebSocketClosedError):
                self._socket.write_message(text).add_done_callback(_retrieve)

    async def ended(self) -> Closed:
        """Wait for the end."""
        return await asyncio.shield(self._ended)

    def end(self, code: int, reason: str) -> None:
        """Count the connection as over; nothing more of it is heard."""
        if not self._ended.done():
            self._ended.set_result(Closed(code, reason))

    def close(self) -> None:
        """Close from this side, and don't wait for the other."""
        self.end(ABNORMAL, "closed here")
        if self._socket is not None:
            self._socket.close(1000)

    def _receive(self, message: str | bytes | None) -> None:
        if self._ended.done():
            return
        if message is not None:
            self.heard = True
            self._take(json.loads(message))
            return
        socket = self._socket
        code, reason = (socket.close_code, socket.close_reason) if socket else (0, "")
        self.end(code or ABNORMAL, reason or "")


def _close_opened(opening: asyncio.Future[WebSocketClientConnection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _retrieve(written: asyncio.Future[None]) -> None:
    """Mark a failure as known: the end of the connection tells of it."""
    if not written.cancelled():
        written.exception()
