"""Connections, one after the other: opened, signed in, watched, and brought back."""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime

from rtserver_client.link import Link
from rtserver_client.logs import log_unexpected
from rtserver_client.retry import CommandError
from rtserver_client.socket import ABNORMAL, ClientSocket, Closed

log = logging.getLogger(__name__)

STABLE = 5.0  # seconds online, after which the next loss counts as the first
TOKEN_EXPIRED = 4001


class Keeper:
    """The task that keeps a client connected, until it is closed for good."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._has_expired = False
        self._runner: asyncio.Task[None] | None = None

    async def connected(self) -> None:
        """Wait until there is a connection, or the client is closed."""
        self._runner = self._runner or asyncio.create_task(self._run())
        online = asyncio.create_task(self._link.online.wait())
        await asyncio.wait([online, self._runner], return_when="FIRST_COMPLETED")
        online.cancel()
        if self._runner.done() and not self._runner.cancelled():
            self._runner.result()  # raises what it mustn't have ended by

    async def stop(self) -> None:
        """Connect no more."""
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        link, attempt = self._link, 0
        while True:
            ended = await self._connection()
            if link.closed is not None or not ended.may_return:
                link.finish(ended)
                return
            log.info("connection lost: %d %s", ended.code, ended.reason)
            self._has_expired = self._has_expired or ended.code == TOKEN_EXPIRED
            if link.is_online():
                self._has_expired = ended.code == TOKEN_EXPIRED
                if time.monotonic() - link.online_at > STABLE:
                    attempt = 0
            link.lose("disconnected")
            await asyncio.sleep(link.backoff.delay(attempt))
            attempt += 1

    async def _connection(self) -> Closed:
        """Run one connection, from the token to its end."""
        link = self._link
        try:
            token = await link.tokens.get(fresh=self._has_expired)
        except Exception as error:  # whatever the callback raises
            self._report(error)
            return Closed(ABNORMAL, "no token")
        link.socket = socket = ClientSocket(link.take, link.timeout)
        attending = asyncio.create_task(self._attend(socket))
        try:
            await socket.open(link.url.replace("http", "ws", 1) + "/ws")
            socket.write(dict(type="auth", id=0, payload={"token": token}))
            return await socket.ended()
        finally:
            link.socket = None
            attending.cancel()
            await socket.close()
            await asyncio.wait([attending])

    async def _attend(self, socket: ClientSocket) -> None:
        """See that the connection gets signed in, stays so, and lives."""
        try:
            async with asyncio.timeout(2 * self._link.timeout):
                await self._link.online.wait()
        except TimeoutError:
            socket.give_up("no welcome in time")
            return
        await asyncio.gather(self._refresh(), self._watch(socket))

    async def _refresh(self) -> None:
        """Refresh the token while a quarter of its time is left, at most a minute."""
        link = self._link
        end = link.welcome["token_expires_at"]
        while True:
            left = _seconds(link.welcome["server_time"], end)
            left -= time.monotonic() - link.online_at
            await asyncio.sleep(max(1.0, left - min(60.0, left / 4)))
            try:
                token = await link.tokens.get(fresh=True)
                ack = await link.send("auth.refresh", None, {"token": token})
            except Exception as error:  # whatever the callback raises
                self._report(error)
            else:
                end = ack["token_expires_at"]

    async def _watch(self, socket: ClientSocket) -> None:
        """Ping when nothing is heard: nobody tells of a network that is gone."""
        while True:
            await asyncio.sleep(self._link.welcome["heartbeat_interval"])
            if not socket.heard:
                with suppress(CommandError):
                    await self._link.send("ping", None, {})
            if not socket.heard:
                socket.give_up("no sign of life")
            socket.heard = False

    def _report(self, error: Exception) -> None:
        if self._link.closed is None:  # who is closed for good is told by that
            log_unexpected(log, error, "the token")


def _seconds(since: str, end: str) -> float:
    first, last = datetime.fromisoformat(since), datetime.fromisoformat(end)
    return (last - first).total_seconds()
