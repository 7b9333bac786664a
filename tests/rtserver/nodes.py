"""Processes as presence and the bus see them, several of them inside one test."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.bus.memory import Exchange, MemoryBus
from rtserver.bus.redis import RedisBus
from rtserver.clock import Clock
from rtserver.presence.memory import MemoryPresence
from rtserver.presence.redis import RedisPresence
from rtserver.redis.link import RedisLink
from rtserver.redis.subscriber import RedisSubscriber
from rtserver.settings.model import PresenceSettings
from tests.patience import PATIENCE

TIMES = {"ttl": 1.5, "heartbeat": 0.3, "leave_grace": 0.2}
# Users who only show that what came before them has been told.
MARKERS = range(1_000_000, 2_000_000)
_numbers = itertools.count(1)


class Watched:
    """Wakes whoever waits for something whenever anything happens."""

    def __init__(self) -> None:
        self._news = asyncio.Event()

    def happened(self) -> None:
        self._news.set()

    async def until(self, condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._news.clear()
                await self._news.wait()


class Joined(Watched):
    """One process's presence; ``told`` lists every change as ("online", 7)."""

    def __init__(
        self, presence: Any, subscriber: RedisSubscriber | None = None
    ) -> None:
        super().__init__()
        self.presence = presence
        self.subscriber = subscriber
        self.told: list[tuple[str, int]] = []
        self.changes: list[Any] = []
        self.losses = 0
        self.join, self.leave = presence.join, presence.leave

    async def start(self) -> "Joined":
        if self.subscriber is not None:
            await self.subscriber.start()
        await self.presence.start(self)
        return self

    async def stop(self) -> None:
        await self.presence.stop()
        if self.subscriber is not None:
            await self.subscriber.stop()

    async def die(self) -> None:
        """End as a killed process does: nobody is told anything."""
        self.presence._replica._task.cancel()
        await self.subscriber.stop()

    async def until_told(self, *expected: tuple[str, int]) -> None:
        await self.until(lambda: set(expected) <= set(self.told))

    async def settled(self) -> None:
        """Wait until everything done so far has been told here."""
        marker = MARKERS.start + next(_numbers)
        self.join(marker, f"marker-{marker}")
        await self.until(lambda: marker in self.presence.everyone())

    def changed(self, change: Any) -> None:
        self.changes.append(change)
        told = [("online", user) for user in change.online]
        told += [("offline", user) for user in change.offline]
        self.told += [each for each in told if each[1] not in MARKERS]
        self.happened()

    def lost(self) -> None:
        self.losses += 1
        self.happened()


class Linked(Watched):
    """One process's bus; ``messages`` and ``confirmed`` list what it was told."""

    def __init__(self, bus: Any, subscriber: RedisSubscriber | None = None) -> None:
        super().__init__()
        self.bus = bus
        self.subscriber = subscriber
        self.messages: list[tuple[str, bytes]] = []
        self.confirmed: list[str] = []

    async def start(self) -> "Linked":
        await self.bus.start(self)
        return self

    async def stop(self) -> None:
        await self.bus.stop()

    async def follow(self, topic: str) -> None:
        """Follow a topic, and wait until that counts."""
        before = len(self.confirmed)
        self.bus.follow(topic)
        await self.until(lambda: topic in self.confirmed[before:])

    def received(self, topic: str, message: bytes) -> None:
        self.messages.append((topic, message))
        self.happened()

    def subscribed(self, topics: Any) -> None:
        self.confirmed += topics
        self.happened()


def redis_presence(url: str, clock: Clock | None = None, **times: Any) -> Joined:
    clock = clock or Clock()
    link = RedisLink(url, "school", clock)
    subscriber = RedisSubscriber(link, clock)
    settings = PresenceSettings(**{**TIMES, **times})
    node = f"node{next(_numbers)}"
    return Joined(RedisPresence(link, subscriber, node, settings), subscriber)


def redis_bus(url: str) -> Linked:
    clock = Clock()
    link = RedisLink(url, "school", clock)
    subscriber = RedisSubscriber(link, clock)
    return Linked(RedisBus(link, subscriber, f"node{next(_numbers):08}"), subscriber)


def memory_presence(**times: Any) -> Joined:
    grace = {**TIMES, **times}["leave_grace"]
    return Joined(MemoryPresence(Clock(), leave_grace=grace))


Make = Callable[..., Awaitable[Any]]


@pytest.fixture
def started(io_loop: AsyncIOLoop) -> Iterator[Make]:
    """Start a process, and stop it at the end: ``await started(redis_bus(url))``."""
    running: list[Any] = []

    async def start(node: Any) -> Any:
        running.append(node)
        return await node.start()

    yield start
    for node in reversed(running):
        io_loop.run_sync(node.stop, timeout=PATIENCE)


@pytest.fixture(params=["memory", "redis"])
def presence(request: pytest.FixtureRequest, started: Make) -> Make:
    """Start presence in one process, once of each kind; arguments set its times."""
    redis_url = request.param == "redis" and request.getfixturevalue("redis_url")

    async def make(**times: Any) -> Joined:
        if redis_url:
            return await started(redis_presence(redis_url, **times))
        return await started(memory_presence(**times))

    return make


@pytest.fixture
def presences(redis_url: str, started: Make) -> Make:
    """Start presence in several processes on one Redis."""

    async def make(count: int = 2, **times: Any) -> list[Joined]:
        return [await started(redis_presence(redis_url, **times)) for _ in range(count)]

    return make


@pytest.fixture(params=["memory", "redis"])
def buses(request: pytest.FixtureRequest, started: Make) -> Make:
    """Start the buses of several processes, once of each kind."""
    exchange = Exchange()
    redis_url = request.param == "redis" and request.getfixturevalue("redis_url")

    async def make(count: int = 2) -> list[Linked]:
        if redis_url:
            return [await started(redis_bus(redis_url)) for _ in range(count)]
        return [await started(Linked(MemoryBus(exchange))) for _ in range(count)]

    return make
