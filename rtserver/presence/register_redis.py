"""The connections of this process, and how Redis is kept up with them."""

import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from rtserver.presence.contract import sweep_seconds
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.settings.model import PresenceSettings

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)

# For so long nobody is swept after an outage: longer than any process takes to register
# its connections again, once Redis is back.
HOLD_SECONDS = 2.0
# So many connections in one call keep Redis busy for a few milliseconds.
MAX_PER_CALL = 1000


class Departure(NamedTuple, Generic[K]):
    """A connection of an owner that left, or what else ends of the owner (``how``)."""

    owner: K
    connection_id: str
    how: str = ""


class Shelf(NamedTuple):
    """The keys in Redis of what is counted, and its channel; ``more`` are further keys.

    All have one hash tag, so that they lie on one node of a cluster.
    """

    name: str
    owners: str
    meta: str
    channel: str
    more: tuple[str, ...] = ()


def shelf(link: RedisLink, name: str, *more: str) -> Shelf:
    """Name the keys of what is counted under a name."""
    owners = link.key(f"{{{name}}}")
    others = tuple(f"{owners}:{each}" for each in more)
    return Shelf(name, owners, f"{owners}:meta", link.channel(name), others)


class Update(NamedTuple, Generic[K]):
    """The script that updates a shelf, and its arguments behind the common ones.

    ``arguments`` gets who is present, as pairs of owner and connection, and who left.
    """

    script: Script
    arguments: Callable[[Sequence[tuple[K, str]], Sequence[Departure[K]]], list[Any]]


class Register(Generic[K]):
    """The register of this process's connections: kept here, and copied to Redis.

    Each belongs to an owner: a user, or a user in one room. ``sync`` copies what has
    changed, and from time to time everything. What became of a call that failed isn't
    known, so after one, too, everything is copied: ``unsure`` says that it has to be.
    ``timed`` gets the seconds that each call took.
    """

    def __init__(
        self,
        link: RedisLink,
        node: str,
        settings: PresenceSettings,
        timed: Callable[[float], None],
        shelf: Shelf,
        update: Update[K],
    ) -> None:
        self._clock = link.clock
        self._timed = timed
        self._settings = settings
        self._shelf = shelf
        self._update = update
        node_key = f"{shelf.owners}:node:{node}"
        self._keys = [shelf.owners, shelf.meta, node_key, *shelf.more]
        self.sweep_interval = sweep_seconds(settings.ttl, settings.leave_grace)
        # All connections here, with their owners, and by owner.
        self._pairs: dict[tuple[K, str], None] = {}
        self._here: dict[K, set[str]] = {}
        # Those that Redis hasn't been told of yet; of those that left also since when.
        self._joined: dict[tuple[K, str], None] = {}
        self._left: dict[Departure[K], float] = {}
        # Each call has the next number: Redis ignores one that a later one overtook.
        self._number = 0
        self._hold_until = 0
        self._renew_at = 0.0
        self._failed = False
        self.unsure = True
        self.epoch = ""

    def join(self, owner: K, connection_id: str) -> None:
        pair = owner, connection_id
        self._pairs[pair] = self._joined[pair] = None
        self._here.setdefault(owner, set()).add(connection_id)
        self._left.pop(Departure(owner, connection_id), None)  # it is back

    def leave(self, owner: K, connection_id: str) -> None:
        pair = owner, connection_id
        if pair not in self._pairs:
            return
        del self._pairs[pair]
        self._here[owner].discard(connection_id)
        if not self._here[owner]:
            del self._here[owner]
        # Redis never heard of one that joined and left between two calls.
        if pair in self._joined:
            del self._joined[pair]
        else:
            self.end(Departure(owner, connection_id))

    def drop(self, owner: K) -> None:
        """Have all connections here leave of one owner."""
        for connection_id in list(self._here.get(owner, ())):
            self.leave(owner, connection_id)

    def end(self, departure: Departure[K]) -> None:
        """Tell Redis of a departure with the next call."""
        self._left[departure] = self._clock.monotonic()

    def here(self, owners: Iterable[K]) -> set[K]:
        """Return those of some owners who have a connection to this process."""
        return self._here.keys() & set(owners)

    def has(self, owner: K, connection_id: str) -> bool:
        """Return whether a connection is one of this process's, of this owner."""
        return (owner, connection_id) in self._pairs

    async def sync(self, redis: RedisConnection) -> None:
        """Register who joined, or all where that is due; unregister who left; sweep.

        Raises ``RedisAway``.
        """
        now = self._clock.monotonic()
        everybody = self.unsure or now >= self._renew_at
        present = dict(self._pairs) if everybody else self._joined
        self._joined = {}
        left = self._take_left(now)
        # Before the call, whose reply may set it: Redis has lost what it knew.
        self.unsure = False
        try:
            await self._send(redis, present, left)
        except BaseException:  # cancelled, too: it may have been carried out or not
            self.unsure = self._failed = True
            raise
        self._failed = False
        for departure in left:
            self._left.pop(departure, None)
        if everybody:
            self._renew_at = now + self._renew_interval()

    def _renew_interval(self) -> float:
        """Return the seconds after which all is renewed: two may fail within a TTL."""
        return min(self._settings.heartbeat, self._settings.ttl / 3)

    def _take_left(self, now: float) -> list[Departure[K]]:
        """Return those who left and whom Redis may still count: within their TTL."""
        ended = now - self._settings.ttl
        late = [each for each, since in self._left.items() if since < ended]
        for departure in late:
            del self._left[departure]
        return list(self._left)

    async def _send(
        self,
        redis: RedisConnection,
        present: Iterable[tuple[K, str]],
        left: Iterable[Departure[K]],
    ) -> None:
        coming, going = iter(present), iter(left)
        more = True
        while more:
            some = list(islice(coming, MAX_PER_CALL))
            others = list(islice(going, MAX_PER_CALL - len(some)))
            waiting = await self.call(redis, some, others)
            more = waiting or len(some) + len(others) == MAX_PER_CALL

    async def call(
        self,
        redis: RedisConnection,
        present: Sequence[tuple[K, str]],
        left: Sequence[Departure[K]],
    ) -> bool:
        """Run the script; return whether more owners wait to be swept."""
        self._number += 1
        ttl, grace = self._settings.ttl, self._settings.leave_grace
        # If no process has called for so long, all have to register again before anyone
        # is swept. After a failure here Redis was away, so for the others too, and a
        # short silence shows it. Without one, only a long silence does: a clock jumped,
        # or the machine stood still.
        stale = 3 * self.sweep_interval if self._failed else self._renew_interval()
        times = (ttl, grace, stale, HOLD_SECONDS)
        began = self._clock.monotonic()
        reply = await redis.evaluate(
            self._update.script,
            self._keys,
            [
                self._shelf.channel,
                self._number,
                self.epoch,
                *(round(1000 * seconds) for seconds in times),
                len(present),
                *self._update.arguments(present, left),
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
            name = self._shelf.name
            log.warning("Redis has lost what it knew of %s: registering again", name)
        if (epoch, hold_until) != (self.epoch, self._hold_until):
            self.unsure = True
        self.epoch, self._hold_until = epoch, hold_until
