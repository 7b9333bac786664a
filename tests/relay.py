"""A server that can be away: it passes on what another answers, while it is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.processes import free_port


class Relay:
    """A port of this machine, behind which is another one, or for a while nobody."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._port = free_port()

    @asynccontextmanager
    async def there(self) -> AsyncIterator[str]:
        """Listen, always at the same port; give the address."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        try:
            yield f"http://127.0.0.1:{self._port}"
        finally:
            server.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pour(reader, back), _pour(there, writer))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
