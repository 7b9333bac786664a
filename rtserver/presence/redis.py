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
from rtserver.presence.contract import Change
from rtserver.presence.mirror import Mirror, Snapshot, Told
from rtserver.presence.register_redis import Register
from rtserver.presence.scripts import CONNECTED, SNAPSHOT
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.settings.model import PresenceSettings

log = logging.getLogger(__name__)

# Somebody waits for this answer; without it they are told that it isn't known.
QUESTION_SECONDS = 0.15
# A message that was sent before a snapshot was taken has arrived by then.
TRAVEL_SECONDS = 0.1
FIRST_SECONDS = 1.0
LAST_SECONDS = 1.0

_decode = msgspec.json.Decoder(Told).decode


class RedisPresence:
    """Keeps this process's connections registered, and mirrors what everybody is told.

    All that is asked of Redis is asked by one task, one call at a time; what comes
    meanwhile is gathered for the next call.
    """

    on_change: Callable[[Change], None]
    on_lost: Callable[[], None]

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
        self._questions = RedisConnection(link, "questions")
        self._snapshot, self._connected = Script(SNAPSHOT), Script(CONNECTED)
        self._mirror = Mirror()
        self._suspicious = True
        self._load_at = 0.0
        self._loaded = asyncio.Event()
        # Set at the next news of who is online, and replaced by another then.
        self._news = asyncio.Event()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def failing(self) -> bool:
        """Return whether Redis didn't answer the last time; asked every second."""
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
            async with StallTolerantTimeout(QUESTION_SECONDS):
                found = await self._questions.evaluate(
                    self._connected, self._keys[:1], others
                )
        except (RedisAway, TimeoutError):
            return None
        return here | {int(user_id) for user_id in found}

    async def settle(self, user_id: int) -> None:
        if self.failing or not self._subscriber.connected:
            return
        with suppress(TimeoutError):
            async with StallTolerantTimeout(QUESTION_SECONDS):
                while user_id not in self._mirror.online:
                    await self._news.wait()

    async def start(self) -> None:
        listener = ChannelListener(self._receive, self._note_subscribed)
        self._subscriber.follow(self._channel, listener)
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
                await self._register.pass_on(self._redis)
        await self._redis.close()
        await self._questions.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._pass_on()
                await self._catch_up()
            except RedisAway:
                self._suspicious = True
            except Exception as error:
                self._suspicious = True
                log_unexpected(log, error, "presence")
            await self._rest()

    async def _rest(self) -> None:
        """Wait until something has changed, or it is time to sweep again."""
        if away := self._redis.retry_in():
            await asyncio.sleep(away)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._register.pause):
                await self._wake.wait()
        self._wake.clear()

    async def _pass_on(self) -> None:
        epoch = self._register.epoch
        await self._register.pass_on(self._redis)
        if epoch not in ("", self._register.epoch):
            self._suspect()
        if self._register.unsure:
            self._wake.set()

    def _receive(self, channel: str, data: bytes) -> None:
        """Take what everybody is told."""
        try:
            told = _decode(data)
        except msgspec.DecodeError as error:
            # Not ours; to fail here would cut the subscription, the bus with it.
            log_unexpected(log, error, "hearing of presence")
            return
        known = not self._mirror.hole
        came, gone = self._mirror.apply(told)
        if known and self._mirror.hole:
            self._suspect()
        if came or gone:
            self._note_news()
            at = datetime.fromtimestamp(told.at / 1000, UTC)
            self.on_change(Change(came, gone, at))

    def _note_news(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _note_subscribed(self, channels: list[str]) -> None:
        self._suspect()

    def _suspect(self) -> None:
        """See soon whether something was missed."""
        self._suspicious = True
        self._load_at = 0.0
        self._wake.set()

    async def _catch_up(self) -> None:
        """Compare with what Redis holds, where something may have been missed."""
        now = self._clock.monotonic()
        suspicious = self._suspicious or self._mirror.hole
        if not suspicious or not self._subscriber.connected or now < self._load_at:
            return
        self._suspicious = False
        snapshot = await self._read()
        if not self._mirror.hole and not self._mirror.reached(snapshot):
            await asyncio.sleep(TRAVEL_SECONDS)
        if self._mirror.reached(snapshot) or not self._mirror.load(snapshot):
            return
        self._loaded.set()
        self._note_news()
        self._load_at = now + snapshot.held / 1000
        if not snapshot.held:
            self.on_lost()

    async def _read(self) -> Snapshot:
        reply = await self._redis.evaluate(self._snapshot, self._keys, [])
        if reply is None:
            raise RedisAway  # it has lost everything since the last call
        epoch, version, held, online = reply
        return Snapshot(epoch.decode(), version, held, [int(id) for id in online])
