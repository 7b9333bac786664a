"""A limit on the frames that carry nothing for anybody."""

from collections.abc import Callable
from typing import Final

from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import MAX_REST, RateGuard

# Free ones per read; below this the cost is that of one command.
_FREE_PER_READ: Final = 16


class ControlFrameLimit:
    """The limit of one connection on pings, pongs and splinters of messages.

    No command's rate counts them. They are cheap to send and dear to cut: a stream of
    them would hold everybody up.
    """

    __slots__ = ("_clock", "_free", "_guard", "_limits")

    def __init__(self, limits: EdgeLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._free = _FREE_PER_READ
        self._guard: RateGuard | None = None

    def begin_read(self) -> None:
        """Let a few pass again."""
        self._free = _FREE_PER_READ

    def count(self) -> float:
        """Count one; return for how many seconds no more may be read, mostly 0.

        Raises Disconnect when there was no let-up for too long.
        """
        if self._free:
            self._free -= 1
            return 0.0
        if self._guard is None:
            self._guard = RateGuard(self._limits.frame_rate, self._limits.frame_burst)
        now = self._clock()
        wait = self._guard.take(now)
        if wait and self._guard.refuse(now) >= self._limits.over_seconds:
            raise Disconnect(CloseCode.OVER_RATE, "over the rate for too long")
        return min(wait, MAX_REST)
