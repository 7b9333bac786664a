"""How much one connection may send, and what it costs the sender to send more."""

from collections.abc import Callable

from rtserver.limits import MAX_REST, BadFrameCounter, RateGuard, TokenBucket
from rtserver.settings.limits_and_logging import LimitsSettings

OVER_RATE_SECONDS = 10.0
# Refusals cost, too: beyond these, reading rests until the next one may be made.
REFUSALS_PER_SECOND = 100.0
REFUSALS_AT_ONCE = 100
REFUSED_BYTES = 4096  # so many more count as another refusal
# To read long frames costs, whatever is in them; a full board still comes in seconds.
BYTES_PER_SECOND = 4 << 20
BYTES_AT_ONCE = 4 << 20
# What is wrong with a frame is dear to find, and such frames are rare.
BAD_BYTES_PER_SECOND = 128 * 1024


class Pace:
    """The limits of one connection's commands.

    ``rest`` stops reading from it for some seconds: what comes meanwhile waits at the
    sender, and costs nobody else.
    """

    __slots__ = ("_bad", "_bytes", "_rate", "_refusals", "_rest")

    def __init__(self, limits: LimitsSettings, rest: Callable[[float], None]) -> None:
        self._rest = rest
        self._rate = RateGuard(limits.commands_per_second, limits.commands_burst)
        self._refusals: TokenBucket | None = None
        self._bytes = TokenBucket(BYTES_PER_SECOND, BYTES_AT_ONCE)
        self._bad = BadFrameCounter(limits.bad_frames)

    def take(self, now: float, size: int) -> float:
        """Count a frame; return 0, or after how many seconds it would pass."""
        retry_after = self._rate.take(now)
        self._pause(self._bytes.spend(now, size))
        if retry_after:
            if self._refusals is None:
                self._refusals = TokenBucket(REFUSALS_PER_SECOND, REFUSALS_AT_ONCE)
            self._pause(self._refusals.spend(now, 1 + size // REFUSED_BYTES))
        return retry_after

    def refuse(self, came: float) -> bool:
        """Count a refusal; tell whether there was no let-up for too long."""
        return self._rate.refuse(came) >= OVER_RATE_SECONDS

    def unreadable(self, size: int) -> None:
        """Rest after a frame that is no command."""
        self._pause(size / BAD_BYTES_PER_SECOND)

    def bad_request(self, now: float) -> bool:
        """Count a bad request; tell whether they are too many."""
        return self._bad.hit(now)

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._rest(min(seconds, MAX_REST))
