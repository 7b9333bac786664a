"""How much each user may have stored and may ask, over all their connections here.

A platform, whose Api-Key the school has given it, has no such limits: it brings a whole
school at once.
"""

from collections.abc import Mapping
from heapq import nlargest
from typing import NamedTuple

from rtserver.access.actor import Actor
from rtserver.clock import Clock
from rtserver.errors import RateLimited
from rtserver.limits import TokenBucket

# What is stored for a change takes so much beside what was sent, about.
ENTRY_BYTES = 256
# A board's changes are kept for some days, and bounded; messages and lessons stay.
KEPT_FOR_GOOD = 8
MAX_USERS = 10_000
# So many of the nearest to their limit are shown: those who have used so large a share.
MAX_SHOWN = 5
NEAR = 0.5


class Budget:
    """The token buckets of one kind of cost, one for each user.

    Those of ``most_users`` are remembered; one who is forgotten starts with a full one.
    """

    def __init__(
        self,
        rate: float,
        burst: float,
        clock: Clock,
        refusal: str,
        *,
        most_users: int = MAX_USERS,
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._refusal = refusal
        self._most_users = most_users
        # In the order of last use.
        self._buckets: dict[int, TokenBucket] = {}
        self.refused = 0

    def charge(self, actor: Actor, cost: float) -> None:
        """Count a cost to a user, or raise RateLimited.

        What costs more than the whole burst passes when that is there.
        """
        user_id = actor.user_id
        if user_id is None:
            return
        bucket = self._buckets.pop(user_id, None)
        self._buckets[user_id] = bucket = bucket or TokenBucket(self._rate, self._burst)
        wait = bucket.take(self._clock.monotonic(), min(cost, self._burst))
        if wait:
            self.refused += 1
            raise RateLimited(wait, self._refusal)
        if len(self._buckets) > self._most_users:
            del self._buckets[next(iter(self._buckets))]

    def nearest(self) -> Mapping[str, float]:
        """Return the used shares of the few who are near their limit, by user id.

        The nearest of all is there however little that is.
        """
        now = self._clock.monotonic()
        used = ((bucket.used(now), id) for id, bucket in self._buckets.items())
        ranked = nlargest(MAX_SHOWN, used)
        shown = ranked[:1] + [one for one in ranked[1:] if one[0] >= NEAR]
        return {str(id): share for share, id in shown}


class Budgets(NamedTuple):
    """What each user may have written, in bytes, and how often they may ask."""

    writes: Budget
    requests: Budget

    def charge_change(self, actor: Actor, size: int) -> None:
        """Count a change of a board."""
        self.writes.charge(actor, size + ENTRY_BYTES)

    def charge_body(self, actor: Actor, size: int) -> None:
        """Count what a request's body has stored."""
        self.writes.charge(actor, (size + ENTRY_BYTES) * KEPT_FOR_GOOD)
