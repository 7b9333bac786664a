"""Flush, once per tick of the loop, every connection that got something to send."""

import asyncio
from typing import Final, Protocol

from rtserver.edge.counters import Counters

# Moves of a busy board are gathered this long: half a core per 100 000 deliveries/s
# becomes a seventh, and nobody sees 5 ms.
_LATEST_PAUSE: Final = 0.005


class Flushable(Protocol):
    def flush(self) -> None:
        """Send what waits; never raises."""


class Flusher:
    """Shared by all connections of a loop, as is the count of their ``counters``."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, counters: Counters | None = None
    ) -> None:
        self.counters = counters or Counters()
        self._loop = loop
        self._dirty: list[Flushable] = []
        self._later: list[Flushable] = []
        self._latest_flushed = loop.time() - _LATEST_PAUSE

    def add(self, connection: Flushable) -> None:
        """Have the connection flushed at the end of this tick."""
        if not self._dirty:
            self._loop.call_soon(self._flush)
        self._dirty.append(connection)

    def add_later(self, connection: Flushable) -> None:
        """Have it flushed too, but not within 5 ms of the last such flush."""
        if not self._later:
            due = self._latest_flushed + _LATEST_PAUSE
            self._loop.call_at(due, self._flush_later)
        self._later.append(connection)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for connection in dirty:
            connection.flush()

    def _flush_later(self) -> None:
        self._latest_flushed = self._loop.time()
        later, self._later = self._later, []
        for connection in later:
            connection.flush()
