"""The connections of this process, and how Redis is kept up with them."""

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from rtserver.presence.contract import sweep_seconds
from rtserver.presence.scripts import UPDATE
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.settings.model import PresenceSettings

log = logging.getLogger(__name__)

# For so long nobody is swept after an outage: longer than any process takes to register
# its connections again, once Redis is back.
HOLD_SECONDS = 2.0
# So many connections in one call keep Redis busy for a few milliseconds.
MAX_PER_CALL = 1000

_Pair = tuple[str, int]


class Register:
    """The register of this process's connections: kept here, and copied to Redis.

    ``sync`` copies what has changed, and from time to time everything. What became of
    a call that failed isn't known, so after one, too, everything is copied: ``unsure``
    says that it has to be. ``timed`` gets the seconds that each call took.
    """

    def __init__(
        self,
        link: RedisLink,
        node: str,
        settings: PresenceSettings,
        timed: Callable[[float], None],
    ) -> None:
        self._clock = link.clock
        self._timed = timed
        self._settings = settings
        self._script = Script(UPDATE)
        users = link.key("{presence}")
        self._keys = [users, f"{users}:meta", f"{users}:node:{node}"]
        self._channel = link.channel("presence")
        self.sweep_interval = sweep_seconds(settings.ttl, settings.leave_grace)
        # All connections here: user by connection, and connections by user.
        self._connections: dict[str, int] = {}
        self._here: dict[int, set[str]] = {}
        # Those that Redis hasn't been told of yet; of those that left also since when.
        self._joined: dict[str, int] = {}
        self._left: dict[str, tuple[int, float]] = {}
        # Each call has the next number: Redis ignores one that a later one overtook.
        self._number = 0
        self._hold_until = 0
        self._renew_at = 0.0
        self._failed = False
        self.unsure = True
        self.epoch = ""

    def join(self, user_id: int, connection_id: str) -> None:
        self._connections[connection_id] = self._joined[connection_id] = user_id
        self._here.setdefault(user_id, set()).add(connection_id)

    def leave(self, user_id: int, connection_id: str) -> None:
        if self._connections.pop(connection_id, None) is None:
            return
        self._here[user_id].discard(connection_id)
        if not self._here[user_id]:
            del self._here[user_id]
        # Redis never heard of one that joined and left between two calls.
        if self._joined.pop(connection_id, None) is None:
            self._left[connection_id] = user_id, self._clock.monotonic()

    def here(self, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who have a connection to this process."""
        return self._here.keys() & set(user_ids)

    async def sync(self, redis: RedisConnection) -> None:
        """Register who joined, or all where that is due; unregister who left; sweep.

        Raises ``RedisAway``.
        """
        now = self._clock.monotonic()
        everybody = self.unsure or now >= self._renew_at
        present = dict(self._connections) if everybody else self._joined
        self._joined = {}
        left = self._take_left(now)
        # Before the call, whose reply may set it: Redis has lost what it knew.
        self.unsure = False
        try:
            await self._update(redis, present, left)
        except BaseException:  # cancelled, too: it may have been carried out or not
            self.unsure = self._failed = True
            raise
        self._failed = False
        for connection_id in left:
            del self._left[connection_id]
        if everybody:
            self._renew_at = now + self._renew_interval()

    def _renew_interval(self) -> float:
        """Return the seconds after which all is renewed: two may fail within a TTL."""
        return min(self._settings.heartbeat, self._settings.ttl / 3)

    def _take_left(self, now: float) -> dict[str, int]:
        """Return those who left and whom Redis may still count: within their TTL."""
        ended = now - self._settings.ttl
        late = [id for id, (_, since) in self._left.items() if since < ended]
        for connection_id in late:
            del self._left[connection_id]
        return {id: user_id for id, (user_id, _) in self._left.items()}

    async def _update(
        self, redis: RedisConnection, present: dict[str, int], left: dict[str, int]
    ) -> None:
        coming, going = iter(present.items()), iter(left.items())
        more = True
        while more:
            some = list(islice(coming, MAX_PER_CALL))
            others = list(islice(going, MAX_PER_CALL - len(some)))
            waiting = await self.call(redis, some, others)
            more = waiting or len(some) + len(others) == MAX_PER_CALL

    async def call(
        self, redis: RedisConnection, present: list[_Pair], left: list[_Pair]
    ) -> bool:
        """Run the script; return whether more users wait to be swept."""
        self._number += 1
        ttl, grace = self._settings.ttl, self._settings.leave_grace
        # If no process has called for so long, all have to register again before anyone
        # is swept. After a failure here Redis was away, so for the others too, and a
        # short silence shows it. Without one, only a long silence does: a clock jumped,
        # or the machine stood still.
        stale = 3 * self.sweep_interval if self._failed else self._renew_interval()
        times = (ttl, grace, stale, HOLD_SECONDS)
        pairs = [value for id, user_id in [*present, *left] for value in (user_id, id)]
        began = self._clock.monotonic()
        reply = await redis.evaluate(
            self._script,
            self._keys,
            [
                self._channel,
                self._number,
                self.epoch,
                *(round(1000 * seconds) for seconds in times),
                len(present),
                *pairs,
            ],
        )
        self._timed(self._clock.monotonic() - began)
        if reply is None:
            raise RedisAway  # a later call of this process has come first
        epoch, hold_until, more = reply
        self._note(epoch.decode(), hold_until)
        return bool(more)

    def _note(self, epoch: str, hold_until: int) -> None:
        """Take what a call replied; see whether all has to be registered again."""
        if self.epoch and epoch != self.epoch:
            log.warning("Redis has lost what it knew of presence: registering again")
        if (epoch, hold_until) != (self.epoch, self._hold_until):
            self.unsure = True
        self.epoch, self._hold_until = epoch, hold_until
