"""The rate limit of passwords that are tried; pure, with the time given in."""

import hashlib
import secrets
from collections.abc import Mapping

from rtserver.clock import Clock
from rtserver.edge.proxies import address_group
from rtserver.errors import RateLimited
from rtserver.input.text import email_key
from rtserver.limits import TokenBucket

# A class may sign in from one address, and one person from a phone and a laptop.
SHARED = 5
MAX_ENTRIES = 10_000


class LoginLimiter:
    """A limit on guessing: every attempt that is let through counts, right or wrong.

    For sign-ins ``per_minute`` holds for an account from one address. An address, and
    an account from everywhere, have five times that: so a stranger's guesses don't lock
    out whom they are after, and a class can sign in from behind one router.

    What is signed in may try a user's password ``per_minute``, and that is counted
    apart: nobody is kept from signing in by it, nor from one's own by another's.
    """

    def __init__(self, per_minute: float, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        # In the order of last use; one that is forgotten starts full again.
        self._buckets: dict[bytes, TokenBucket] = {}
        self.refused = 0

    def check(self, address: str, account: str) -> None:
        """Count a try to sign in, or raise RateLimited with the seconds to wait."""
        place, person = address_group(address), email_key(account)
        shared = self._per_minute * SHARED
        self._count(
            {
                self._key("both", place, person): self._per_minute,
                self._key("place", place): shared,
                self._key("person", person): shared,
            }
        )

    def check_user(self, user_id: int, by: str) -> None:
        """Count a try at a user's password by who is signed in, or raise RateLimited.

        ``by`` tells that one from all others.
        """
        self._count({self._key("user", by, str(user_id)): self._per_minute})

    def _count(self, limits: Mapping[bytes, float]) -> None:
        now = self._clock.monotonic()
        buckets = {
            key: self._buckets.get(key) or TokenBucket(limit / 60, limit)
            for key, limit in limits.items()
        }
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

    def _key(self, *parts: str) -> bytes:
        # A salted digest: nobody's e-mail address is kept in memory.
        plain = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(plain, key=self._salt, digest_size=16).digest()
