"""A limit on the frames that carry nothing for anybody."""

from collections.abc import Callable
from typing import Final

from rtserver.edge.limits import EdgeLimits
from rtserver.errors import CloseCode, Disconnect
from rtserver.limits import MAX_REST, Overrun, TokenBucket

# Free ones per read; below this the cost is that of one command.
_FREE_PER_READ: Final = 16


class ControlFrameLimit:
    """The limit of one connection on pings, pongs and splinters of messages.

    No command's rate counts them. They are cheap to send and dear to cut: a stream of
    them would hold everybody up.
    """

    __slots__ = ("_bucket", "_clock", "_free", "_limits", "_overrun")

    def __init__(self, limits: EdgeLimits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._free = _FREE_PER_READ
        self._bucket: TokenBucket | None = None
        self._overrun: Overrun

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
        if self._bucket is None:
            limits = self._limits
            self._bucket = TokenBucket(limits.frame_rate, limits.frame_burst)
            self._overrun = Overrun()
        now = self._clock()
        wait = self._bucket.take(now)
        if wait and self._overrun.refuse(now) >= self._limits.over_seconds:
            raise Disconnect(CloseCode.OVER_RATE, "over the rate for too long")
        return min(wait, MAX_REST)
