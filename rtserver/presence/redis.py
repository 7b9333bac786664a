"""Presence shared by all processes through Redis."""

from collections.abc import Callable, Collection, Iterable, Sequence, Set
from datetime import UTC, datetime

from rtserver.callbacks import ignore
from rtserver.presence.contract import PresenceChange, PresenceListener
from rtserver.presence.mirror import PresenceDiff, PresenceMirror
from rtserver.presence.register_redis import Departure, Register, Update, shelf
from rtserver.presence.replica import LOOKUP_SECONDS, Replica
from rtserver.presence.scripts import CONNECTED, SNAPSHOT, UPDATE
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.subscriber import RedisSubscriber
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.settings.model import PresenceSettings


def arguments(
    present: Sequence[tuple[int, str]], left: Sequence[Departure[int]]
) -> list[int | str]:
    """Return who is there and who left, as the script of presence takes them."""
    pairs = [*present, *(each[:2] for each in left)]
    return [value for pair in pairs for value in pair]


class RedisPresence:
    """Presence shared through Redis: a register of what is here, a mirror of the whole.

    See ``Replica`` for how both are kept up.
    """

    def __init__(
        self,
        link: RedisLink,
        subscriber: RedisSubscriber,
        node: str,
        settings: PresenceSettings,
        *,
        timed: Callable[[float], None] = ignore,
    ) -> None:
        place = shelf(link, "presence")
        self._users = place.owners
        update = Update(Script(UPDATE), arguments)
        self._register = Register[int](link, node, settings, timed, place, update)
        self._mirror = PresenceMirror()
        self._replica = Replica(
            link,
            subscriber,
            place,
            SNAPSHOT,
            self._register,
            self._mirror,
            heard=self._tell,
            lost=self._tell_lost,
        )
        self._lookups = RedisConnection(link, "presence lookups")
        self._connected = Script(CONNECTED)
        self._listener: PresenceListener | None = None

    @property
    def failing(self) -> bool:
        """Return whether Redis didn't answer the last call; there is one a second."""
        return self._replica.failing

    def join(self, user_id: int, connection_id: str) -> None:
        self._register.join(user_id, connection_id)
        self._replica.wake()

    def leave(self, user_id: int, connection_id: str) -> None:
        self._register.leave(user_id, connection_id)
        self._replica.wake()

    def everyone(self) -> Set[int]:
        return self._mirror.online

    def online(self, user_ids: Iterable[int]) -> set[int]:
        return self._mirror.online.intersection(user_ids)

    async def connected(self, user_ids: Collection[int]) -> set[int] | None:
        here = self._register.here(user_ids)
        others = [user_id for user_id in user_ids if user_id not in here]
        if not others:
            return here
        try:
            async with StallTolerantTimeout(LOOKUP_SECONDS):
                found = await self._lookups.evaluate(
                    self._connected, [self._users], others
                )
        except (RedisAway, TimeoutError):
            return None  # not known
        return here | {int(user_id) for user_id in found}

    async def settle(self, user_id: int) -> None:
        await self._replica.settle(lambda: user_id in self._mirror.online)

    async def start(self, listener: PresenceListener) -> None:
        self._listener = listener
        await self._replica.start()

    async def stop(self) -> None:
        await self._replica.stop()
        await self._lookups.close()

    def _tell(self, diff: PresenceDiff, change: tuple[list[int], list[int]]) -> None:
        if self._listener is not None:
            at = datetime.fromtimestamp(diff.at / 1000, UTC)
            self._listener.changed(PresenceChange(*change, at))

    def _tell_lost(self) -> None:
        if self._listener is not None:
            self._listener.lost()
