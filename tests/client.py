"""A WebSocket client for tests: commands, events, and the end of the connection."""

import asyncio
import itertools
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.patience import PATIENCE


class CommandFailed(Exception):
    """An ``error`` answered a command."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(payload["code"])
        self.code = payload["code"]
        self.payload = payload


class Socket:
    """One connection; events wait in ``events`` until they are asked for."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.received: list[dict[str, Any]] = []
        self.texts: list[str | bytes] = []
        self.answers: dict[Any, asyncio.Future[dict[str, Any]]] = {}
        self.welcome: dict[str, Any] = {}
        self._ids = itertools.count(1)
        self._reader = asyncio.create_task(self._read())

    async def call(self, type: str, channel: str | None = None, **payload: Any) -> Any:
        """Send a command; give its ack's payload, or raise ``CommandFailed``."""
        answer = await self.ask(type, channel, payload)
        if answer["type"] == "error":
            raise CommandFailed(answer["payload"])
        return answer["payload"]

    async def ask(self, type: str, channel: str | None, payload: Any) -> dict[str, Any]:
        """Send a command; give the whole frame that answers it."""
        id = next(self._ids)
        frame = {"type": type, "id": id, "payload": payload}
        if channel is not None:
            frame["channel"] = channel
        future = self.answers[id] = asyncio.get_running_loop().create_future()
        await self.send(json.dumps(frame))
        return await asyncio.wait_for(future, PATIENCE)

    async def send(self, text: str | bytes) -> None:
        await self.connection.send(text)

    async def next(self, *types: str) -> dict[str, Any]:
        """Wait for the next event of one of the types, passing over others."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self.events.get()
                if not types or event["type"] in types:
                    return event

    async def quiet(self) -> list[dict[str, Any]]:
        """Return the events that came before the answer to a ping, sent now."""
        await self.call("ping")
        return [self.events.get_nowait() for _ in range(self.events.qsize())]

    async def closed(self) -> int | None:
        """Wait for the end; give the close code."""
        await asyncio.wait_for(self.connection.wait_closed(), PATIENCE)
        return self.connection.close_code

    async def close(self) -> None:
        await self.connection.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for text in self.connection:
                self.texts.append(text)
                self._take(json.loads(text))
        except ConnectionClosed:
            pass

    def _take(self, frame: dict[str, Any]) -> None:
        self.received.append(frame)
        if frame["type"] == "welcome":
            self.welcome = frame["payload"]
        future = self.answers.pop(frame.get("id"), None)
        if future is not None and frame["type"] in ("ack", "error"):
            future.set_result(frame)
        else:
            self.events.put_nowait(frame)


async def open_socket(
    url: str,
    token: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    path: str = "/ws",
    **more: Any,
) -> Socket:
    """Connect, with a token in the header if given, and without waiting for welcome.

    ``more`` is for websockets' own ``connect``.
    """
    headers = dict(headers or {})
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = await connect(
        url.replace("http", "ws", 1) + path,
        additional_headers=headers,
        user_agent_header=None,
        compression=None,
        open_timeout=PATIENCE,
        close_timeout=PATIENCE,
        max_size=None,
        proxy=None,
        **more,
    )
    return Socket(connection)
