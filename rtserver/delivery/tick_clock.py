"""The time of day of events that aren't stored, read once a tick of the loop."""

import asyncio
from datetime import datetime

from rtserver.clock import Clock


class TickClock:
    """A clock that stands still while what one tick of the loop has brought is served.

    A reading takes as long as to find all who are told of a cursor. What is stored has
    readings of its own.
    """

    __slots__ = ("_clock", "_now")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now: datetime | None = None

    def now(self) -> datetime:
        """Return the time of day in UTC of this tick's first event; on the loop."""
        if self._now is None:
            self._now = self._clock.now()
            asyncio.get_running_loop().call_soon(self._forget)
        return self._now

    def _forget(self) -> None:
        self._now = None
