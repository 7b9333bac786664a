"""A mail server in the test's own loop, which says to the letter what it is told to."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from tests.mail_server import MailServer

HANG = b""  # read nothing more, and say nothing
ANSWERS = {
    "": b"220 ready\r\n",
    "EHLO": b"250 mail.example\r\n",
    "DATA": b"354 go on\r\n",
    "text": None,  # to the first line of a mail
    ".": b"250 taken\r\n",
}


class ScriptedServer:
    """A server with an answer to each command, the empty one being the beginning.

    ``heard``: the commands so far.
    """

    def __init__(self, answers):
        self.answers = ANSWERS | answers
        self.heard = []
        self.ended = asyncio.Event()
        self.settings = None
        self._serving = None

    async def serve(self, reader, writer):
        self._serving = asyncio.current_task()
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await self._serve(reader, writer)
        finally:
            writer.close()
            self.ended.set()

    async def stop(self):
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)
        await asyncio.sleep(0)  # the loop is what closes the socket, in its next turn

    async def _serve(self, reader, writer):
        await self._answer("", writer)
        while line := await reader.readline():
            command = line.decode().split()[0]
            await self._answer(command, writer)
            if command == "DATA":
                await reader.readline()
                await self._answer("text", writer)
                while (line := await reader.readline()) != b".\r\n":
                    if not line:
                        return
                await self._answer(".", writer)

    async def _answer(self, command, writer):
        self.heard.append(command)
        answer = self.answers.get(command, b"250 fine\r\n")
        if answer == HANG:
            await asyncio.Event().wait()
        if answer is not None:
            writer.write(answer)
        if answer is not None and answer.startswith(b"421"):
            raise ConnectionError


@asynccontextmanager
async def scripted(answers=None):
    """Run such a server."""
    made = ScriptedServer(answers or {})
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    made.settings = replace(MailServer(port=port).settings, timeout=1.0)
    try:
        yield made
    finally:
        listening.close()
        await made.stop()
