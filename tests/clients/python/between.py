"""A proxy between a client and the server, which may keep frames back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]


class Between:
    """Passes on what ``lets`` says True of; ``sent`` keeps what clients have sent."""

    def __init__(self, upstream: str) -> None:
        self.lets: Callable[[Frame], bool] = lambda frame: True
        self.sent: list[Frame] = []
        self.url = ""
        self._upstream = upstream.replace("http", "ws", 1)
        self._clients: set[ServerConnection] = set()

    def cut(self) -> None:
        """Have every connection break."""
        for each in self._clients:
            each.transport.abort()

    def patches(self) -> list[list[str]]:
        """Return the ids of each patch that was sent."""
        return [
            [element["id"] for element in frame["payload"]["elements"]]
            for frame in self.sent
            if frame["type"] == "board.patch"
        ]

    async def take(self, client: ServerConnection) -> None:
        self._clients.add(client)
        with suppress(ConnectionClosed):
            async with connect(self._upstream + "/ws", max_size=None) as server:
                down = asyncio.create_task(self._down(server, client))
                async for text in client:
                    self.sent.append(json.loads(text))
                    await server.send(text)
                down.cancel()
        self._clients.discard(client)

    async def _down(self, server: Any, client: ServerConnection) -> None:
        async for text in server:
            if self.lets(json.loads(text)):
                with suppress(ConnectionClosed):
                    await client.send(text)
        await client.close(server.close_code, server.close_reason)


@asynccontextmanager
async def between(upstream: str) -> AsyncIterator[Between]:
    """Serve such a proxy."""
    proxy = Between(upstream)
    async with serve(proxy.take, "127.0.0.1", 0, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy
