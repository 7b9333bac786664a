"""Keep a process's register in Redis, and its mirror in step with all processes."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from rtserver import tasks
from rtserver.errors import log_unexpected
from rtserver.presence.mirror import Mirror, Versioned, VersionedState
from rtserver.presence.register_redis import Register, Shelf
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber
from rtserver.redis.timeout import StallTolerantTimeout

log = logging.getLogger(__name__)

# By then a diff that was published before a snapshot was taken has arrived.
TRAVEL_SECONDS = 0.1
# A caller waits so long for what Redis says, and then goes on without.
LOOKUP_SECONDS = 0.15
FIRST_SECONDS = 1.0
LAST_SECONDS = 1.0

D = TypeVar("D", bound=Versioned)
S = TypeVar("S", bound=VersionedState)
C = TypeVar("C")


class Replica(Generic[D, S, C]):
    """The part of one process in what all share: a register, and a mirror of the whole.

    One task brings the register to Redis, one call at a time; what comes meanwhile is
    gathered for the next call. The mirror follows the diffs that all processes publish.
    ``heard`` gets each diff with what it has changed here; ``lost`` is called when
    changes may have been missed.
    """

    def __init__(
        self,
        link: RedisLink,
        subscriber: RedisSubscriber,
        shelf: Shelf,
        snapshot: str,
        register: Register[Any],
        mirror: Mirror[D, S, C],
        heard: Callable[[D, C], None],
        lost: Callable[[], None],
    ) -> None:
        self._clock = link.clock
        self._subscriber = subscriber
        self._shelf = shelf
        self._register = register
        self._mirror = mirror
        self._heard, self._lost = heard, lost
        self._redis = RedisConnection(link, shelf.name)
        self._snapshot = Script(snapshot)
        # The mirror may have missed something; it is compared from _compare_at on.
        self._must_compare = True
        self._compare_at = 0.0
        self._loaded = asyncio.Event()
        # Set at the next change of the mirror, and replaced by another then.
        self._next_change = asyncio.Event()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def failing(self) -> bool:
        """Return whether Redis didn't answer the last call; there is one a second."""
        return self._redis.failing

    @property
    def cut_off(self) -> bool:
        """Return whether changes made here can't come back to the mirror just now."""
        return self.failing or not self._subscriber.connected

    def wake(self) -> None:
        """Have the task bring the register to Redis now."""
        self._wake.set()

    async def settle(self, condition: Callable[[], bool]) -> None:
        """Wait a moment for the mirror to fulfil a condition, unless it is cut off."""
        if self.cut_off:
            return
        with suppress(TimeoutError):
            async with StallTolerantTimeout(LOOKUP_SECONDS):
                await self.until(condition)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the mirror fulfils a condition."""
        while not condition():
            await self._next_change.wait()

    async def start(self) -> None:
        """Begin, and wait a moment for the shared state to be known here."""
        heard = ChannelListener(self._receive, self._note_subscribed)
        self._subscriber.follow(self._shelf.channel, heard)
        self._task = asyncio.create_task(self._run())
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                await self._loaded.wait()

    async def stop(self) -> None:
        """Register what is pending, if that can be done soon, and end."""
        if self._task is not None:
            await tasks.cancel(self._task)
        self._subscriber.unfollow(self._shelf.channel)
        with suppress(RedisAway, TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self._register.sync(self._redis)
        await self._redis.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._sync()
                await self._catch_up()
            except RedisAway:
                self._must_compare = True
            except Exception as error:
                self._must_compare = True
                log_unexpected(log, error, self._shelf.name)
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
            diff = self._mirror.decode(data)
        except msgspec.DecodeError as error:
            # Not a message of ours. To raise here would cut the one connection over
            # which all subscriptions run, the bus's too.
            log_unexpected(log, error, f"hearing of {self._shelf.name}")
            return
        known = not self._mirror.has_gap
        change = self._mirror.apply(diff)
        if known and self._mirror.has_gap:
            self._compare_soon()
        if change is not None:
            self._note_change()
            self._heard(diff, change)

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
        if not snapshot.held_ms:
            self._lost()

    async def _read(self) -> S:
        keys = [self._shelf.owners, self._shelf.meta, *self._shelf.more]
        reply = await self._redis.evaluate(self._snapshot, keys, [])
        if reply is None:
            raise RedisAway  # it has lost everything since the last call
        return self._mirror.snapshot(reply)
