"""A limit on the frames that carry nothing for anybody."""

from collections.abc import Callable
from typing import Final

from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import MAX_REST, Overrun, TokenBucket

# Not counted of each read; below this the cost is that of one command.
FREE_PER_READ: Final = 16


class ControlFrameLimit:
    """The limit of one connection on pings, pongs and splinters of messages.

    No command's rate counts them. They are cheap to send and dear to cut: a stream of
    them would hold everybody up.
    """

    __slots__ = ("_bucket", "_clock", "_over_seconds", "_overrun")

    def __init__(self, limits: EdgeLimits, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._bucket = TokenBucket(limits.frame_rate, limits.frame_burst)
        self._over_seconds = limits.over_seconds
        self._overrun = Overrun()

    def count(self) -> float:
        """Count one; return for how many seconds no more may be read, mostly 0.

        Raises Disconnect when there was no let-up for too long.
        """
        now = self._clock()
        wait = self._bucket.take(now)
        if wait and self._overrun.refuse(now) >= self._over_seconds:
            raise Disconnect(CloseCode.OVER_RATE, "over the rate for too long")
        return min(wait, MAX_REST)
