"""How many frames a client may send that carry nothing for anybody."""

from collections.abc import Callable
from typing import Final

from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import RateGuard

# Of one read: so many cost no more than a command, and nobody answers more pings.
_FEW: Final = 16


class Overhead:
    """Counts pings, pongs and splinters of messages, which no command's rate counts.

    They are cheap to send and dear to cut: a stream of them would hold everybody up.
    """

    __slots__ = ("_clock", "_guard", "_limits")

    def __init__(self, limits: EdgeLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._guard: RateGuard | None = None

    def count(self, frames: int) -> None:
        """Count those of one read; raises Disconnect over the rate for too long."""
        if frames <= _FEW:
            return
        if self._guard is None:
            self._guard = RateGuard(self._limits.frame_rate, self._limits.frame_burst)
        now = self._clock()
        over = self._guard.take(now, frames)
        if over and self._guard.over_for(now) >= self._limits.over_seconds:
            raise Disconnect(CloseCode.OVER_RATE, "over the rate for too long")
