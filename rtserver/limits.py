"""How much one connection, address or account may do; pure, with the time given in."""

import hashlib
import secrets
from collections import deque

from rtserver.clock import Clock
from rtserver.errors import RateLimited
from rtserver.input.text import email_key
from rtserver.proxies import address_group

# Two refusals further apart than this mean that there was a let-up.
LET_UP = 1.0
# A class may sign in from one address, and one person from a phone and a laptop.
SHARED = 5
MAX_ENTRIES = 10_000


class TokenBucket:
    """Allows ``burst`` at once and ``rate`` a second on average."""

    __slots__ = ("_burst", "_level", "_rate", "_updated")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._updated = 0.0

    def take(self, now: float, count: int = 1) -> float:
        """Return 0 and count these, or the seconds after which they would pass."""
        wait = self.wait(now, count)
        if not wait:
            self._level -= count
        return wait

    def wait(self, now: float, count: int = 1) -> float:
        """Return the seconds after which they would pass, without counting them."""
        level = self._level + (now - self._updated) * self._rate
        self._level = min(self._burst, level)
        self._updated = now
        # Whoever waited as long as told must pass, rounding or not.
        missing = count - self._level
        return 0.0 if missing < 1e-6 else missing / self._rate


class RateGuard:
    """The rate of one connection's commands, and for how long it has been passed."""

    __slots__ = ("_bucket", "_last", "_since")

    def __init__(self, rate: float, burst: float) -> None:
        self._bucket = TokenBucket(rate, burst)
        self._since = self._last = float("-inf")

    def take(self, now: float, count: int = 1) -> float:
        """Return 0, or after how many seconds so many commands would pass."""
        retry_after = self._bucket.take(now, count)
        if retry_after:
            if now - self._last > LET_UP:
                self._since = now
            self._last = now
        return retry_after

    def over_for(self, now: float) -> float:
        """Return the seconds since the rate was passed, at least once in each."""
        return now - self._since if now - self._last <= LET_UP else 0.0


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


class LoginLimiter:
    """Slows down guessing: every attempt that is let through counts, right or wrong.

    ``per_minute`` holds for an account from one address. An address, and an account
    from everywhere, have five times that: so a stranger's guesses don't lock out whom
    they are after, and a class can sign in from behind one router.
    """

    def __init__(self, per_minute: float, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        # In the order of last use; one that is forgotten starts full again.
        self._buckets: dict[bytes, TokenBucket] = {}
        self.refused = 0

    def check(self, address: str, account: str) -> None:
        """Count an attempt, or raise RateLimited with the seconds to wait."""
        now = self._clock.monotonic()
        buckets = self._buckets_of(address_group(address), email_key(account))
        wait = max(bucket.wait(now) for bucket in buckets.values())
        if wait:
            self.refused += 1
            raise RateLimited(
                wait, "Too many tries with a password: wait, then try again."
            )
        for key, bucket in buckets.items():
            bucket.take(now)
            self._buckets.pop(key, None)
            self._buckets[key] = bucket
        while len(self._buckets) > MAX_ENTRIES:
            del self._buckets[next(iter(self._buckets))]

    def __len__(self) -> int:
        return len(self._buckets)

    def _buckets_of(self, place: str, person: str) -> dict[bytes, TokenBucket]:
        limits = {
            self._key("both", place, person): self._per_minute,
            self._key("place", place): self._per_minute * SHARED,
            self._key("person", person): self._per_minute * SHARED,
        }
        return {
            key: self._buckets.get(key) or TokenBucket(limit / 60, limit)
            for key, limit in limits.items()
        }

    def _key(self, *parts: str) -> bytes:
        # A salted digest: nobody's e-mail address is kept in memory.
        plain = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(plain, key=self._salt, digest_size=16).digest()
