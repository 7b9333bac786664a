"""Rate limits and slots; pure, with the time given in."""

from collections import Counter, deque
from collections.abc import Hashable

# Two refusals further apart than this mean that there was a let-up.
LET_UP = 1.0
# Nobody's reading stops for longer at once, or it would pass for a let-up of theirs.
MAX_REST = LET_UP / 2


class TokenBucket:
    """Allows ``burst`` at once and ``rate`` a second on average."""

    __slots__ = ("_burst", "_level", "_rate", "_updated")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._updated = 0.0

    def take(self, now: float, count: float = 1) -> float:
        """Return 0 and count these, or the seconds after which they would pass."""
        wait = self.wait(now, count)
        if not wait:
            self._level -= count
        return wait

    def spend(self, now: float, count: float) -> float:
        """Count these in any case; return the seconds after which that is made up."""
        self.wait(now)
        self._level -= count
        return max(0.0, -self._level / self._rate)

    def missing(self, now: float) -> float:
        """Return how many of the burst aren't there just now."""
        self.wait(now)
        return self._burst - self._level

    def used(self, now: float) -> float:
        """Return the share of the burst that isn't there just now."""
        return self.missing(now) / self._burst

    def wait(self, now: float, count: float = 1) -> float:
        """Return the seconds after which they would pass, without counting them."""
        level = self._level + (now - self._updated) * self._rate
        self._level = min(self._burst, level)
        self._updated = now
        # Whoever waited as long as told must pass, rounding or not.
        missing = count - self._level
        return 0.0 if missing < 1e-6 else missing / self._rate


class Overrun:
    """Measures for how long one connection has been refused without a let-up."""

    __slots__ = ("_last", "_since")

    def __init__(self) -> None:
        self._since = self._last = float("-inf")

    def refuse(self, now: float) -> float:
        """Count a refusal; return for how many seconds there has been no let-up."""
        if now - self._last > LET_UP:
            self._since = now
        self._last = now
        return now - self._since


class BadFrameCounter:
    """Counts the bad requests of one connection; costs nothing before the first."""

    __slots__ = ("_limit", "_times", "_window")

    def __init__(self, limit: int, window: float = 60.0) -> None:
        self._limit = limit
        self._window = window
        self._times: deque[float] | None = None

    def hit(self, now: float) -> bool:
        """Count one, and tell whether they are more than ``limit`` in the window."""
        if self._times is None:
            # The oldest of limit + 1 is all that matters.
            self._times = deque(maxlen=self._limit + 1)
        self._times.append(now)
        full = len(self._times) > self._limit
        return full and now - self._times[0] < self._window


class Slots:
    """Counts of what each has under way; those who have nothing cost nothing."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: Counter[Hashable] = Counter()

    def take(self, whose: Hashable) -> bool:
        """Take one, and tell whether there was one left."""
        if self._taken[whose] >= self.most:
            return False
        self._taken[whose] += 1
        return True

    def give_back(self, whose: Hashable) -> None:
        """Give back one that was taken."""
        self._taken[whose] -= 1
        if not self._taken[whose]:
            del self._taken[whose]


class LeastPace:
    """Tells who sends too slowly: under ``rate`` bytes a second for ``window``.

    Time counts only while they are waited for, so nobody pays for a slow receiver.
    """

    __slots__ = ("_bytes", "_rate", "_waited", "_waiting_since", "_window")

    def __init__(self, rate: float, window: float, now: float) -> None:
        self._rate = rate
        self._window = window
        self._bytes = 0
        self._waited = 0.0
        self._waiting_since = now

    def wait(self, now: float) -> None:
        """Begin to wait for what comes next."""
        self._waiting_since = now

    def came(self, now: float, size: int) -> bool:
        """Count what came, and tell whether that is fast enough."""
        self._bytes += size
        self._waited += now - self._waiting_since
        self._waiting_since = now
        if self._waited < self._window:
            return True
        enough = self._bytes >= self._rate * self._waited
        self._bytes, self._waited = 0, 0.0
        return enough
