"""Which channels Redis is asked for, whatever changes while it is asked."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.clock import Clock
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber
from tests.school import until


class Connection:
    """A Redis that confirms what it is asked for, after ``failures`` to reach it.

    With ``meanwhile`` something happens while a command is sent.
    """

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[tuple[str, ...]] = []
        self.meanwhile: Any = lambda: None
        self._replies: asyncio.Queue[Any] = asyncio.Queue()

    async def connect(self) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError

    async def disconnect(self, nowait: bool) -> None:
        """There is nothing to end."""

    async def send_command(self, *command: str, check_health: bool) -> None:
        kind, *channels = command
        if kind == "PING":
            self._replies.put_nowait(b"PONG")
            return
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.sent.append(command)
        for channel in channels:
            self._replies.put_nowait([kind.lower().encode(), channel.encode(), 1])

    async def read_response(self, **_: float) -> Any:
        return await self._replies.get()


class Following:
    """A subscriber on such a Redis, and which channels were confirmed to it."""

    def __init__(self) -> None:
        self.connection = Connection()
        link: Any = SimpleNamespace(
            connection=lambda: self.connection, address="redis://redis.example"
        )
        self.confirmed: list[str] = []
        self.listener = ChannelListener(lambda *_: None, self.confirmed.extend)
        self.subscriber = RedisSubscriber(link, Clock())

    async def start(self, *channels: str) -> None:
        self.follow(*channels)
        await self.subscriber.start()

    def follow(self, *channels: str) -> None:
        for channel in channels:
            self.subscriber.follow(channel, self.listener)

    async def has_sent(self, *commands: tuple[str, ...]) -> None:
        await until(lambda: len(self.connection.sent) >= len(commands))
        assert self.connection.sent == list(commands)


@pytest.fixture
def following(io_loop: AsyncIOLoop) -> Iterator[Following]:
    following = Following()
    yield following
    io_loop.run_sync(following.subscriber.stop)


async def test_what_is_followed_while_others_are_sent_is_sent_next(
    following: Following,
) -> None:
    following.connection.meanwhile = lambda: following.follow("late")

    await following.start("a")

    await following.has_sent(("SUBSCRIBE", "a"), ("SUBSCRIBE", "late"))


async def test_what_is_unfollowed_while_it_is_sent_is_taken_back_next(
    following: Following,
) -> None:
    following.connection.meanwhile = lambda: following.subscriber.unfollow("a")

    await following.start("a")

    await following.has_sent(("SUBSCRIBE", "a"), ("UNSUBSCRIBE", "a"))


async def test_what_is_followed_again_is_confirmed_again(following: Following) -> None:
    await following.start("a")
    await following.has_sent(("SUBSCRIBE", "a"))

    following.subscriber.unfollow("a")
    following.follow("a", "a")

    await following.has_sent(("SUBSCRIBE", "a"), ("SUBSCRIBE", "a"))
    await until(lambda: following.confirmed == ["a", "a"])


async def test_an_outage_is_logged_once_and_so_is_its_end(
    following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    following.connection.failures = 2

    await following.start("a")
    await until(lambda: following.confirmed)

    assert [record.getMessage() for record in caplog.records] == [
        "redis unavailable for the subscription (ConnectionError) at "
        "redis://redis.example: see rtserver check",
        "redis available again for the subscription",
    ]
