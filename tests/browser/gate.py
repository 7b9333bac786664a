"""A way to the server that can be shut, for one of several people."""

import asyncio
from asyncio import StreamReader, StreamWriter
from typing import Self
from urllib.parse import urlsplit


class Gate:
    """Passes everything on to the server at a URL, while it is open."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self._is_shut = False
        self._writers: set[StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._door = await asyncio.start_server(self._take, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.shut()
        self._door.close()

    def shut(self) -> None:
        """Cut all connections, and refuse new ones."""
        self._is_shut = True
        for writer in self._writers:
            writer.transport.abort()

    def open(self) -> None:
        self._is_shut = False

    async def _take(self, inner: StreamReader, back: StreamWriter) -> None:
        if self._is_shut:
            return back.transport.abort()
        place = self._server.hostname, self._server.port
        answers, outer = await asyncio.open_connection(*place)
        self._writers |= {back, outer}
        await asyncio.gather(_pass_on(inner, outer), _pass_on(answers, back))
        self._writers -= {back, outer}


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    writer.close()
