"""Flush, once per tick of the loop, every connection that got something to send."""

import asyncio
from typing import Final, Protocol

from rtserver.edge.counters import Counters

# Moves of a busy board are gathered this long: half a core per 100 000 deliveries/s
# becomes a seventh, and nobody sees 5 ms. Where they are for so many that to send them
# takes long, longer: that takes an eighth of the time at most, so that drawing and
# answers come before it; but up to 25 a second are sent.
_PAUSE: Final = 0.005
_MAX_PAUSE: Final = 0.04
_REST: Final = 7.0  # times as long as sending took


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
        self._later_due = loop.time()

    def add(self, connection: Flushable) -> None:
        """Have the connection flushed once what can be read now has been read."""
        if not self._dirty:
            self._loop.call_soon(self._read_on)
        self._dirty.append(connection)

    def add_later(self, connection: Flushable) -> None:
        """Have it flushed too, but not within 5 ms of the last such flush."""
        if not self._later:
            self._loop.call_at(self._later_due, self._flush_later)
        self._later.append(connection)

    def _read_on(self) -> None:
        # Before the loop called this it has looked what else can be read. Flushed only
        # behind that, frames of many make one write for each who hears of them; else
        # two halves of a room would take turns, each at the price of the whole.
        self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for connection in dirty:
            connection.flush()

    def _flush_later(self) -> None:
        begun = self._loop.time()
        later, self._later = self._later, []
        for connection in later:
            connection.flush()
        rest = _REST * (self._loop.time() - begun)
        self._later_due = begun + min(max(_PAUSE, rest), _MAX_PAUSE)
