"""One WebSocket of the client, over the library websockets."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import broadcast
from websockets.exceptions import ConnectionClosed, InvalidURI, WebSocketException

from rtserver_client.json_text import to_json
from rtserver_client.logs import log_unexpected
from rtserver_client.position import Event

log = logging.getLogger(__name__)
# At DEBUG the library logs frames, and the first one of them carries the token.
library_log = logging.getLogger(f"{__name__}.websockets")
library_log.setLevel(logging.INFO)

ABNORMAL = 1006
MAX_MESSAGE_BYTES = 1 << 26  # a board's snapshot comes in one frame
MAX_CLOSE_SECONDS = 2.0
NEXT_ADDRESS = 0.25  # seconds until a host's other address is tried as well


class Closed(NamedTuple):
    """The end of a connection; ``code`` is 1006 where the server didn't say why."""

    code: int
    reason: str

    @property
    def may_return(self) -> bool:
        return self.code < 4500


class ClientSocket:
    """One connection to the server, from the handshake to its end.

    It hands each frame to ``take`` as it comes; ``heard`` tells that one came. The
    handshake has ``timeout`` seconds.
    """

    def __init__(self, take: Callable[[Event], None], timeout: float) -> None:
        self.heard = False
        self._take = take
        self._timeout = timeout
        self._connection: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._reason = ""  # why it was given up
        self._ended: asyncio.Future[Closed] = asyncio.get_running_loop().create_future()

    async def open(self, url: str) -> None:
        """Shake hands; a failure is an end as well.

        Raises ValueError for an address that is none.
        """
        opening = _prepare(url, self._timeout)
        try:
            connection = await opening
        except (OSError, WebSocketException) as error:
            self._end(ABNORMAL, type(error).__name__)
            return
        self._connection = connection
        if opening.uri != url:  # the token isn't for whoever it was led to
            self._end(ABNORMAL, "redirected")
        self._reader = asyncio.create_task(self._read(connection))

    def write(self, frame: dict[str, Any] | str) -> None:
        """Send a frame; one that can't be sent is lost, as in a network."""
        if self._connection is not None and not self._ended.done():
            text = frame if isinstance(frame, str) else to_json(frame)
            # It only broadcasts to one, but it writes at once and waits for nobody.
            broadcast([self._connection], text)

    async def ended(self) -> Closed:
        """Wait for the end."""
        return await asyncio.shield(self._ended)

    def give_up(self, reason: str) -> None:
        """Count the connection as lost, unless the server has closed it."""
        self._reason = reason
        if self._connection is None:
            self._end(ABNORMAL, reason)
        else:
            self._connection.transport.abort()  # the reader sees what came before

    def leave(self) -> None:
        """Hear nothing more; ``close`` is to follow."""
        self._end(ABNORMAL, "closed here")

    async def close(self) -> None:
        """Close from this side; for a short while wait for the other."""
        self.leave()
        if self._connection is None or self._reader is None:
            return
        try:
            await self._connection.close()
            await asyncio.wait([self._reader])
        except asyncio.CancelledError:
            self._connection.transport.abort()
            raise

    async def _read(self, connection: ClientConnection) -> None:
        try:
            with suppress(ConnectionClosed):
                async for text in connection:
                    self._receive(text)
        except Exception as error:  # whatever a frame that isn't the protocol's causes
            log_unexpected(log, error, "a frame")
        code, reason = connection.close_code, connection.close_reason
        self._end(code or ABNORMAL, reason or self._reason)

    def _receive(self, text: str | bytes) -> None:
        if not self._ended.done():
            self.heard = True
            self._take(json.loads(text))

    def _end(self, code: int, reason: str) -> None:
        """Count the connection as over; nothing more of it is heard."""
        if not self._ended.done():
            self._ended.set_result(Closed(code, reason))


def _prepare(url: str, timeout: float) -> connect:
    try:
        return connect(
            url,
            compression=None,  # rtserver has none
            proxy=None,
            open_timeout=timeout,
            close_timeout=min(timeout, MAX_CLOSE_SECONDS),
            ping_interval=None,  # the client asks by itself, and waits for large boards
            max_size=MAX_MESSAGE_BYTES,
            logger=library_log,
            happy_eyeballs_delay=NEXT_ADDRESS,
        )
    except InvalidURI:
        raise ValueError(
            "url: expected an address such as https://school.example"
        ) from None
