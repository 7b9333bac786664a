"""Ping every connection, and close those that are dead or stuck (contract 2.6)."""

import asyncio
import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Final

from rtserver.edge.connection import Connection
from rtserver.errors import CloseCode

_SWEEPS_PER_INTERVAL: Final = 10
# So many pings are flushed in about a millisecond; then others have their turn.
_SLICE: Final = 100


class Heartbeat:
    """Sweeps ``connections()`` while it runs; ``interval`` is in seconds."""

    def __init__(
        self,
        connections: Callable[[], Iterable[Connection]],
        interval: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._interval = interval
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to sweep, on the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End the sweeping and wait until it has ended."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        self._task = None

    async def sweep(self) -> None:
        """Look at every connection once, a slice per tick of the loop."""
        waiting = iter(list(self._connections()))
        while batch := list(islice(waiting, _SLICE)):
            now = self._clock()
            for connection in batch:
                self._look_at(connection, now)
            await asyncio.sleep(0)  # lets the slice's pings out, and readers in

    async def _run(self) -> None:
        while True:
            before = self._clock()
            await asyncio.sleep(self._interval / _SWEEPS_PER_INTERVAL)
            # After a standstill of our own, what waits is read before anyone is judged.
            if self._clock() - before < self._interval / 2:
                await self.sweep()

    def _look_at(self, connection: Connection, now: float) -> None:
        if connection.closing:
            return
        if connection.stalled(now):
            connection.close(CloseCode.TOO_SLOW, "nothing was read for too long")
        elif self._is_dead(connection, now):
            connection.close(CloseCode.NO_SIGN_OF_LIFE, "no frame and no pong came")
        elif now - connection.last_ping >= self._interval:
            connection.ping()

    def _is_dead(self, connection: Connection, now: float) -> bool:
        """Judge only who was asked: a server that was itself frozen asks first."""
        if connection.paused or connection.last_ping <= connection.last_heard:
            return False
        return now - connection.last_heard >= 2 * self._interval
