"""A limit on the frames that carry nothing for anybody."""

from collections.abc import Callable
from typing import Final

from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import RateGuard

# Free control frames per read; below this the cost is that of one command.
_FREE_PER_READ: Final = 16


class ControlFrameLimit:
    """The limit of one connection on pings, pongs and splinters of messages.

    No command's rate counts them. They are cheap to send and dear to cut: a stream of
    them would hold everybody up.
    """

    __slots__ = ("_clock", "_guard", "_limits")

    def __init__(self, limits: EdgeLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._guard: RateGuard | None = None

    def count(self, frames: int) -> None:
        """Count those of one read; raises Disconnect over the rate for too long."""
        if frames <= _FREE_PER_READ:
            return
        if self._guard is None:
            self._guard = RateGuard(self._limits.frame_rate, self._limits.frame_burst)
        now = self._clock()
        over = self._guard.take(now, frames)
        if over and self._guard.over_for(now) >= self._limits.over_seconds:
            raise Disconnect(CloseCode.OVER_RATE, "over the rate for too long")
