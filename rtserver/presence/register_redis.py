"""The connections of this process, as Redis shall know them."""

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from rtserver.presence.contract import sweep_seconds
from rtserver.presence.scripts import UPDATE
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.settings.model import PresenceSettings

log = logging.getLogger(__name__)

# Longer than any process takes to come back once Redis is there again.
HOLD_SECONDS = 2.0
# So many connections in one call keep Redis busy for a few milliseconds.
MAX_PER_CALL = 1000

_Pair = tuple[str, int]


class Register:
    """Registers who came and left, one call at a time, and renews all it has.

    What became of a failed call isn't known, so after one, as after ``unsure``, all
    connections are registered again. ``timed`` gets the seconds that each call took.
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
        self.pause = sweep_seconds(settings.ttl, settings.leave_grace)
        self._mine: dict[str, int] = {}
        self._here: dict[int, set[str]] = {}
        self._joined: dict[str, int] = {}
        self._left: dict[str, tuple[int, float]] = {}
        self._number = 0
        self._hold_until = 0
        self._renew_at = 0.0
        self._failed = False
        self.unsure = True
        self.epoch = ""

    def join(self, user_id: int, connection_id: str) -> None:
        self._mine[connection_id] = self._joined[connection_id] = user_id
        self._here.setdefault(user_id, set()).add(connection_id)

    def leave(self, user_id: int, connection_id: str) -> None:
        if self._mine.pop(connection_id, None) is None:
            return
        self._here[user_id].discard(connection_id)
        if not self._here[user_id]:
            del self._here[user_id]
        if self._joined.pop(connection_id, None) is None:
            self._left[connection_id] = user_id, self._clock.monotonic()

    def here(self, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who have a connection to this process."""
        return self._here.keys() & set(user_ids)

    async def pass_on(self, redis: RedisConnection) -> None:
        """Register who came, or all where that is due; unregister who left; sweep.

        Raises ``RedisAway``.
        """
        now = self._clock.monotonic()
        everybody = self.unsure or now >= self._renew_at
        held = dict(self._mine) if everybody else self._joined
        self._joined = {}
        left = self._take_left(now)
        self.unsure = False
        try:
            await self._update(redis, held, left)
        except BaseException:
            self.unsure = self._failed = True
            raise
        self._failed = False
        for connection_id in left:
            del self._left[connection_id]
        if everybody:
            self._renew_at = now + self._renewal()

    def _renewal(self) -> float:
        """Return the seconds after which all is renewed: two may fail within a TTL."""
        return min(self._settings.heartbeat, self._settings.ttl / 3)

    def _take_left(self, now: float) -> dict[str, int]:
        """Return those who left and still count; the others' time is over anyway."""
        ended = now - self._settings.ttl
        late = [id for id, (_, since) in self._left.items() if since < ended]
        for connection_id in late:
            del self._left[connection_id]
        return {id: user_id for id, (user_id, _) in self._left.items()}

    async def _update(
        self, redis: RedisConnection, held: dict[str, int], left: dict[str, int]
    ) -> None:
        coming, going = iter(held.items()), iter(left.items())
        more = True
        while more:
            some = list(islice(coming, MAX_PER_CALL))
            others = list(islice(going, MAX_PER_CALL - len(some)))
            waiting = await self.call(redis, some, others)
            more = waiting or len(some) + len(others) == MAX_PER_CALL

    async def call(
        self, redis: RedisConnection, held: list[_Pair], left: list[_Pair]
    ) -> bool:
        """Run the script; tell whether more wait to be swept."""
        self._number += 1
        ttl, grace = self._settings.ttl, self._settings.leave_grace
        # Nobody has called for so long? Then Redis was away for all, if it was for this
        # process; else a clock has jumped, or the machine stood still.
        stale = 3 * self.pause if self._failed else self._renewal()
        times = (ttl, grace, stale, HOLD_SECONDS)
        pairs = [value for id, user_id in [*held, *left] for value in (user_id, id)]
        began = self._clock.monotonic()
        reply = await redis.evaluate(
            self._script,
            self._keys,
            [
                self._channel,
                self._number,
                self.epoch,
                *(round(1000 * seconds) for seconds in times),
                len(held),
                *pairs,
            ],
        )
        self._timed(self._clock.monotonic() - began)
        if reply is None:
            raise RedisAway  # what was sent later has come first
        epoch, hold_until, more = reply
        self._note(epoch.decode(), hold_until)
        return bool(more)

    def _note(self, epoch: str, hold_until: int) -> None:
        """See whether everything has to be registered again."""
        if self.epoch and epoch != self.epoch:
            log.warning("Redis has lost what it knew of presence: registering again")
        if (epoch, hold_until) != (self.epoch, self._hold_until):
            self.unsure = True
        self.epoch, self._hold_until = epoch, hold_until
