"""Presence shared by all processes through Redis."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Set
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from rtserver import tasks
from rtserver.callbacks import ignore
from rtserver.errors import log_unexpected
from rtserver.presence.contract import PresenceChange, PresenceListener
from rtserver.presence.mirror import Mirror, PresenceDiff, PresenceSnapshot
from rtserver.presence.register_redis import Register
from rtserver.presence.scripts import CONNECTED, SNAPSHOT
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.settings.model import PresenceSettings

log = logging.getLogger(__name__)

# A caller waits for this answer; without it "not known" is the answer.
LOOKUP_SECONDS = 0.15
# By then a diff that was published before a snapshot was taken has arrived.
TRAVEL_SECONDS = 0.1
FIRST_SECONDS = 1.0
LAST_SECONDS = 1.0

_decode = msgspec.json.Decoder(PresenceDiff).decode


class RedisPresence:
    """Presence shared through Redis: a register of what is here, a mirror of the whole.

    One task brings the register to Redis, one call at a time; what comes meanwhile is
    gathered for the next call. The mirror follows the diffs that all processes publish.
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
        self._clock = link.clock
        self._subscriber = subscriber
        users = link.key("{presence}")
        self._keys = [users, f"{users}:meta"]
        self._channel = link.channel("presence")
        self._register = Register(link, node, settings, timed)
        self._redis = RedisConnection(link, "presence")
        self._lookups = RedisConnection(link, "presence lookups")
        self._snapshot, self._connected = Script(SNAPSHOT), Script(CONNECTED)
        self._mirror = Mirror()
        # The mirror may have missed something; it is compared from _compare_at on.
        self._must_compare = True
        self._compare_at = 0.0
        self._loaded = asyncio.Event()
        # Set at the next change of who is online, and replaced by another then.
        self._next_change = asyncio.Event()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listener: PresenceListener | None = None

    @property
    def failing(self) -> bool:
        """Return whether Redis didn't answer the last call; there is one a second."""
        return self._redis.failing

    def join(self, user_id: int, connection_id: str) -> None:
        self._register.join(user_id, connection_id)
        self._wake.set()

    def leave(self, user_id: int, connection_id: str) -> None:
        self._register.leave(user_id, connection_id)
        self._wake.set()

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
                    self._connected, self._keys[:1], others
                )
        except (RedisAway, TimeoutError):
            return None
        return here | {int(user_id) for user_id in found}

    async def settle(self, user_id: int) -> None:
        if self.failing or not self._subscriber.connected:
            return
        with suppress(TimeoutError):
            async with StallTolerantTimeout(LOOKUP_SECONDS):
                while user_id not in self._mirror.online:
                    await self._next_change.wait()

    async def start(self, listener: PresenceListener) -> None:
        self._listener = listener
        heard = ChannelListener(self._receive, self._note_subscribed)
        self._subscriber.follow(self._channel, heard)
        self._task = asyncio.create_task(self._run())
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                await self._loaded.wait()

    async def stop(self) -> None:
        if self._task is not None:
            await tasks.cancel(self._task)
        self._subscriber.unfollow(self._channel)
        with suppress(RedisAway, TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._register.sync(self._redis)
        await self._redis.close()
        await self._lookups.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._sync()
                await self._catch_up()
            except RedisAway:
                self._must_compare = True
            except Exception as error:
                self._must_compare = True
                log_unexpected(log, error, "presence")
            await self._rest()

    async def _rest(self) -> None:
        """Wait until there is something to register, or it is time to sweep again."""
        if away := self._redis.retry_in():
            await asyncio.sleep(away)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._register.sweep_interval):
                await self._wake.wait()
        self._wake.clear()

    async def _sync(self) -> None:
        epoch = self._register.epoch
        await self._register.sync(self._redis)
        if epoch not in ("", self._register.epoch):
            # Redis has lost its data: the mirror's versions mean nothing any more.
            self._compare_soon()
        if self._register.unsure:
            self._wake.set()  # all is registered again at once, not at the next sweep

    def _receive(self, channel: str, data: bytes) -> None:
        """Take what another process, or this one, published."""
        try:
            diff = _decode(data)
        except msgspec.DecodeError as error:
            # Not a message of ours. To raise here would cut the one connection over
            # which all subscriptions run, the bus's too.
            log_unexpected(log, error, "hearing of presence")
            return
        known = not self._mirror.has_gap
        came, gone = self._mirror.apply(diff)
        if known and self._mirror.has_gap:
            self._compare_soon()
        if came or gone:
            self._note_change()
            at = datetime.fromtimestamp(diff.at / 1000, UTC)
            if self._listener is not None:
                self._listener.changed(PresenceChange(came, gone, at))

    def _note_change(self) -> None:
        change, self._next_change = self._next_change, asyncio.Event()
        change.set()

    def _note_subscribed(self, channels: list[str]) -> None:
        self._compare_soon()

    def _compare_soon(self) -> None:
        """Have the task compare the mirror with Redis as soon as it can."""
        self._must_compare = True
        self._compare_at = 0.0
        self._wake.set()

    async def _catch_up(self) -> None:
        """Load a snapshot from Redis where the mirror has missed something."""
        now = self._clock.monotonic()
        doubtful = self._must_compare or self._mirror.has_gap
        # Without a subscription the next diffs would be missed again.
        if not doubtful or not self._subscriber.connected or now < self._compare_at:
            return
        # Before the read: whatever is missed during it asks for another.
        self._must_compare = False
        snapshot = await self._read()
        if not self._mirror.has_gap and not self._mirror.includes(snapshot):
            # Its last diffs may only be on their way still, over the other connection.
            await asyncio.sleep(TRAVEL_SECONDS)
        if self._mirror.includes(snapshot) or not self._mirror.load(snapshot):
            return
        self._loaded.set()
        self._note_change()
        # While others may be missing in it, the gap stays: it is loaded once more when
        # all had the time to register. Only then is it said that something was missed.
        self._compare_at = now + snapshot.held_ms / 1000
        if not snapshot.held_ms and self._listener is not None:
            self._listener.lost()

    async def _read(self) -> PresenceSnapshot:
        reply = await self._redis.evaluate(self._snapshot, self._keys, [])
        if reply is None:
            raise RedisAway  # it has lost everything since the last call
        epoch, version, held_ms, online = reply
        user_ids = [int(user_id) for user_id in online]
        return PresenceSnapshot(epoch.decode(), version, held_ms, user_ids)
