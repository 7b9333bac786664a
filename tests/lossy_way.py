"""A way to PostgreSQL on which the answer to a commit can get lost."""

import asyncio
from asyncio import StreamReader, StreamWriter
from typing import Self
from urllib.parse import urlsplit


class LossyWay:
    """Passes everything on to the database of a URL; ``url`` leads to it this way."""

    def __init__(self, url: str) -> None:
        self._database = urlsplit(url)
        self._loses = False

    @property
    def url(self) -> str:
        port = self._door.sockets[0].getsockname()[1]
        address = f"{self._database.username}@127.0.0.1:{port}"
        return self._database._replace(netloc=address).geturl()

    async def open(self) -> Self:
        self._door = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def close(self) -> None:
        self._door.close()
        await self._door.wait_closed()

    def lose_an_answer(self) -> None:
        """Hang up as soon as the next commit was answered, without passing that on."""
        self._loses = True

    async def _take(self, inner: StreamReader, back: StreamWriter) -> None:
        place = self._database.hostname, self._database.port
        answers, outer = await asyncio.open_connection(*place)
        lost = asyncio.Event()
        asking = asyncio.create_task(self._ask(inner, outer, lost))
        while data := await answers.read(65536):
            if lost.is_set():
                break
            back.write(data)
        back.close()
        outer.close()
        await asking

    async def _ask(
        self, inner: StreamReader, outer: StreamWriter, lost: asyncio.Event
    ) -> None:
        while data := await inner.read(65536):
            if self._loses and b"COMMIT" in data:
                self._loses = False
                lost.set()
            outer.write(data)
        outer.close()
