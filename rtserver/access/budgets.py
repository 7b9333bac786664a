"""Budgets by user of what is stored and asked for, on all connections here.

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
# Each member is notified of a message, which takes about so much.
NOTIFICATION_BYTES = 512
# A lesson is stored and told with all its members at each change; a calendar is written
# anew, with all its lessons, each time that it is read. So many cost as a request does.
MEMBERS_A_REQUEST = 4
LESSONS_A_REQUEST = 10
# So does each choice about mails, as a row of its own; and what is answered at length.
CHOICES_A_REQUEST = 10
BYTES_A_REQUEST = 16_384
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
        if actor.user_id is not None:
            self.charge_user(actor.user_id, cost)

    def charge_user(self, user_id: int, cost: float) -> None:
        """Do so for a user who doesn't ask themselves."""
        wait = self._bucket(user_id).take(
            self._clock.monotonic(), min(cost, self._burst)
        )
        if wait:
            self.refused += 1
            raise RateLimited(wait, self._refusal)

    def spend(self, user_id: int | None, cost: float) -> None:
        """Count what something has cost, known only now that it is done.

        Whoever has spent more than there was is refused until that is made up.
        """
        if user_id is not None:
            self._bucket(user_id).spend(self._clock.monotonic(), cost)

    def _bucket(self, user_id: int) -> TokenBucket:
        bucket = self._buckets.pop(user_id, None)
        self._buckets[user_id] = bucket = bucket or TokenBucket(self._rate, self._burst)
        if len(self._buckets) > self._most_users:
            del self._buckets[next(iter(self._buckets))]
        return bucket

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
    """The budgets of all users: bytes that each may have written, and questions asked.

    Calendars count apart: who knows somebody's address can't have them locked out.
    ``mails``: how many they may cause.
    """

    writes: Budget
    requests: Budget
    calendars: Budget
    mails: Budget

    def charge_change(self, actor: Actor, size: int) -> None:
        """Count a change of a board."""
        self.writes.charge(actor, size + ENTRY_BYTES)

    def charge_body(self, actor: Actor, size: int) -> None:
        """Count what a request's body has stored."""
        self.writes.charge(actor, (size + ENTRY_BYTES) * KEPT_FOR_GOOD)

    def spend_message(self, actor: Actor, told: int) -> None:
        """Count what is stored of a message for so many members."""
        self.writes.spend(actor.user_id, told * NOTIFICATION_BYTES)

    def spend_change_of_lesson(self, actor: Actor, members: int) -> None:
        """Count a change of a lesson with so many members."""
        self.requests.spend(actor.user_id, members / MEMBERS_A_REQUEST)

    def spend_choices(self, actor: Actor, choices: int) -> None:
        """Count so many choices that were stored."""
        self.requests.spend(actor.user_id, choices / CHOICES_A_REQUEST)

    def spend_answer(self, actor: Actor, size: int) -> None:
        """Count an answer of so many bytes."""
        if size > BYTES_A_REQUEST:
            self.requests.spend(actor.user_id, size / BYTES_A_REQUEST)

    def spend_calendar(self, user_id: int, lessons: int) -> None:
        """Count a calendar of so many lessons that was written for somebody."""
        self.calendars.spend(user_id, lessons / LESSONS_A_REQUEST)
