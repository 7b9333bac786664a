"""Which channels Redis is asked for, whatever changes while it is asked."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from rtserver.bus.redis import RedisBus
from rtserver.clock import Clock
from rtserver.redis.subscriber import ChannelListener, RedisSubscriber

DEAF = ChannelListener(lambda channel, data: None, lambda channels: None)


class Connection:
    """Keeps what it is asked to send; with ``meanwhile`` something happens then."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, ...]] = []
        self.meanwhile: Any = lambda: None

    async def send_command(self, *command: str, check_health: bool) -> None:
        self.meanwhile()
        self.sent.append(command)


def following(*channels: str) -> tuple[RedisSubscriber, Any]:
    link: Any = None  # which makes the connections that are given here
    subscriber = RedisSubscriber(link, Clock())
    for channel in channels:
        subscriber.follow(channel, DEAF)
    return subscriber, Connection()


async def test_what_is_followed_while_others_are_sent_is_sent_next() -> None:
    subscriber, connection = following("a")
    connection.meanwhile = lambda: subscriber.follow("late", DEAF)

    await subscriber._send_changes(connection)
    await subscriber._send_changes(connection)

    assert connection.sent == [("SUBSCRIBE", "a"), ("SUBSCRIBE", "late")]


async def test_what_is_unfollowed_while_it_is_sent_is_taken_back_next() -> None:
    subscriber, connection = following("a")
    connection.meanwhile = lambda: subscriber.unfollow("a")

    await subscriber._send_changes(connection)
    await subscriber._send_changes(connection)

    assert connection.sent == [("SUBSCRIBE", "a"), ("UNSUBSCRIBE", "a")]


async def test_what_is_followed_again_is_confirmed_again() -> None:
    subscriber, connection = following("a")
    await subscriber._send_changes(connection)

    subscriber.unfollow("a")
    subscriber.follow("a", DEAF)
    subscriber.follow("a", DEAF)
    await subscriber._send_changes(connection)

    assert connection.sent == [("SUBSCRIBE", "a"), ("SUBSCRIBE", "a")]


class Returning(Connection):
    """A Redis that can't be reached at first, then confirms what it is asked for."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    async def connect(self) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError

    async def disconnect(self, nowait: bool) -> None:
        """There is nothing to end."""

    async def read_response(self, **_: float) -> Any:
        while not self.sent:
            await asyncio.sleep(0)
        command, *channels = self.sent.pop()
        if command == "SUBSCRIBE":
            return [b"subscribe", channels[0].encode(), 1]
        return b"PONG"


async def test_an_outage_is_logged_once_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    subscribed = asyncio.Event()
    connection = Returning(failures=5)
    link: Any = SimpleNamespace(connection=lambda: connection)
    subscriber: Any = RedisSubscriber(link, Clock())
    subscriber._backoff = SimpleNamespace(next=lambda: 0.0, reset=lambda: None)
    subscriber.follow(
        "a", ChannelListener(DEAF.received, lambda channels: subscribed.set())
    )

    await subscriber.start()
    await asyncio.wait_for(subscribed.wait(), 10)
    await subscriber.stop()

    assert [record.getMessage() for record in caplog.records] == [
        "redis unavailable for the subscription (ConnectionError)",
        "redis available again for the subscription",
    ]


async def test_an_unexpected_failure_does_not_end_the_publishing() -> None:
    async def nothing() -> None:
        return None

    link: Any = SimpleNamespace(clock=Clock(), connection=object, channel=str)
    subscriber: Any = SimpleNamespace(start=nothing, stop=nothing)
    listener: Any = None
    bus = RedisBus(link, subscriber, "node")
    await bus.start(listener)
    bus.publish("a", b"one")
    while bus._waiting:
        await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert bus._task is not None and not bus._task.done()
    bus._task.cancel()
