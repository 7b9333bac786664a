"""The delay of the event loop: for so long everybody waits while it is busy."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

INTERVAL: Final = 0.25
REMEMBERED: Final = 60.0


class LoopLag:
    """A probe of the event loop: it looks four times a second how late it is woken.

    ``observe`` gets each lag, in seconds.
    """

    def __init__(
        self,
        observe: Callable[[float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._observe = observe
        self._clock = clock
        # (time, lag), the lags falling: whatever a greater lag follows can't be the
        # longest any more, and was dropped.
        self._peaks: list[tuple[float, float]] = []

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            begun = self._clock()
            await asyncio.sleep(INTERVAL)
            self.note(self._clock() - begun - INTERVAL)

    def note(self, lag: float) -> None:
        """Take a lag that was measured."""
        lag = max(0.0, lag)
        self._observe(lag)
        self._peaks = [peak for peak in self._recent() if peak[1] > lag]
        self._peaks.append((self._clock(), lag))

    def longest(self) -> float:
        """Return the longest lag of the last minute."""
        return max((lag for _, lag in self._recent()), default=0.0)

    def _recent(self) -> list[tuple[float, float]]:
        oldest = self._clock() - REMEMBERED
        return [peak for peak in self._peaks if peak[0] >= oldest]
