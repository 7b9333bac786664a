"""The bus over Redis pub/sub: one channel per topic, publishes pipelined per tick."""

import asyncio
import logging

from rtserver import tasks
from rtserver.bus.contract import BusListener
from rtserver.errors import log_unexpected
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber

log = logging.getLogger(__name__)

# What may wait while Redis is slow; the database has whatever is dropped beyond.
MAX_WAITING = 20_000
MAX_WAITING_BYTES = 8 << 20
PIPELINE = 500
LAST_SECONDS = 1.0


class RedisBus:
    """The bus of the process ``node``, whose own messages come back marked."""

    alone = False

    def __init__(self, link: RedisLink, subscriber: RedisSubscriber, node: str) -> None:
        self._subscriber = subscriber
        self._redis = RedisConnection(link, "the bus")
        self._mark = node.encode()
        self._prefix = link.channel("bus:")
        self._channels = ChannelListener(self._receive, self._note_subscribed)
        self._listener: BusListener | None = None
        self._waiting: list[tuple[str, bytes]] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def publish(self, topic: str, message: bytes) -> None:
        if (
            self._redis.retry_in()
            or len(self._waiting) >= MAX_WAITING
            or self._waiting_bytes >= MAX_WAITING_BYTES
        ):
            self.dropped += 1
            return
        marked = self._mark + message
        self._waiting.append((self._prefix + topic, marked))
        self._waiting_bytes += len(marked)
        self._wake.set()

    def follow(self, topic: str) -> None:
        self._subscriber.follow(self._prefix + topic, self._channels)

    def unfollow(self, topic: str) -> None:
        self._subscriber.unfollow(self._prefix + topic)

    async def start(self, listener: BusListener) -> None:
        self._listener = listener
        await self._subscriber.start()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            await tasks.cancel(self._task)
        try:
            async with asyncio.timeout(LAST_SECONDS):
                await self._send()
        except (RedisAway, TimeoutError):
            log.info("the last messages to other processes were dropped")
        await self._redis.close()
        await self._subscriber.stop()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._send()
            except RedisAway:
                continue  # the link logs it; the databases of the others tell them
            except Exception as error:
                log_unexpected(log, error, "the bus")

    async def _send(self) -> None:
        """Publish what waits, and what comes meanwhile."""
        while self._waiting:
            part = self._waiting[:PIPELINE]
            del self._waiting[:PIPELINE]
            self._waiting_bytes -= sum(len(message) for _, message in part)
            try:
                await self._redis.run([("PUBLISH", *message) for message in part])
            except RedisAway:
                self.dropped += len(part) + len(self._waiting)
                self._waiting.clear()
                self._waiting_bytes = 0
                raise

    def _receive(self, channel: str, data: bytes) -> None:
        size = len(self._mark)
        if data[:size] != self._mark and self._listener is not None:
            self._listener.received(channel[len(self._prefix) :], data[size:])

    def _note_subscribed(self, channels: list[str]) -> None:
        size = len(self._prefix)
        if self._listener is not None:
            self._listener.subscribed([channel[size:] for channel in channels])
