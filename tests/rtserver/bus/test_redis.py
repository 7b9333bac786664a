"""The bus through a Redis that dies, freezes, or cuts connections."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from rtserver.bus.redis import MAX_WAITING, MAX_WAITING_BYTES, RedisBus
from rtserver.clock import Clock
from rtserver.redis.link import ANSWER_SECONDS
from rtserver.redis.timeout import StallTolerantTimeout
from tests.patience import PATIENCE
from tests.rtserver.nodes import Linked, Make, redis_bus
from tests.school import until
from tests.services import Redis


@pytest.fixture
def pair(started: Make, own_redis: Redis) -> Make:
    """Two processes on a Redis of the test's own, both following ``a``."""

    async def make() -> list[Linked]:
        nodes = [await started(redis_bus(own_redis.url)) for _ in range(2)]
        for node in nodes:
            await node.follow("a")
        return nodes

    return make


async def cross(one: Linked, two: Linked, message: bytes) -> None:
    """Publish until a message comes through."""
    while ("a", message) not in two.messages:
        one.bus.publish("a", message)
        await asyncio.sleep(0.02)


async def test_topics_are_confirmed_again_after_redis_came_back(
    pair: Make, own_redis: Redis
) -> None:
    one, two = await pair()

    await asyncio.to_thread(own_redis.restart)
    await two.until(lambda: two.confirmed == ["a", "a"])
    await cross(one, two, b"again")


async def test_frozen_redis_is_noticed_and_its_return_too(
    pair: Make, own_redis: Redis
) -> None:
    one, two = await pair()

    await asyncio.to_thread(own_redis.freeze)
    async with asyncio.timeout(PATIENCE):
        while one.subscriber.connected or two.subscriber.connected:
            await asyncio.sleep(0.02)
    await asyncio.to_thread(own_redis.thaw)
    async with StallTolerantTimeout(2):
        await two.until(lambda: two.confirmed == ["a", "a"])

    await cross(one, two, b"again")


async def test_publishing_never_waits_and_drops_while_redis_is_away(
    pair: Make, own_redis: Redis
) -> None:
    one, _ = await pair()
    await asyncio.to_thread(own_redis.freeze)

    for _ in range(MAX_WAITING + 10):
        one.bus.publish("a", b"x")

    assert one.bus.dropped >= 10


async def test_only_so_many_bytes_wait(pair: Make, own_redis: Redis) -> None:
    one, _ = await pair()
    await asyncio.to_thread(own_redis.freeze)

    for _ in range(10):
        one.bus.publish("a", bytes(MAX_WAITING_BYTES // 4))

    assert one.bus.dropped == 6


async def test_standstill_of_the_loop_is_not_taken_for_one_of_redis(
    started: Make, own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    one, two = [redis_bus(own_redis.url) for _ in range(2)]

    for node in (one, two):
        # Each has begun to connect by then.
        loop.call_later(0.001, time.sleep, 1.1 * ANSWER_SECONDS)
        await started(node)
    await two.follow("a")
    loop.call_soon(loop.call_soon, time.sleep, 1.1 * ANSWER_SECONDS)
    one.bus.publish("a", b"x")
    await two.until(lambda: two.messages)

    assert one.bus.dropped == one.subscriber.losses == two.subscriber.losses == 0
    assert not [each for each in caplog.records if each.name.startswith("rtserver")]


async def test_cut_connections_come_back_and_are_confirmed(
    pair: Make, own_redis: Redis
) -> None:
    one, two = await pair()
    one.bus.publish("a", b"before")
    await two.until(lambda: two.messages)

    with redis.Redis.from_url(own_redis.url) as client:
        for kind in ("normal", "pubsub"):
            client.execute_command("CLIENT", "KILL", "TYPE", kind)
    await two.until(lambda: two.confirmed == ["a", "a"])
    await cross(one, two, b"after")

    assert two.subscriber.losses == 1


async def test_round_trip_is_measured(pair: Make) -> None:
    _, two = await pair()

    while two.subscriber.round_trip is None:
        await asyncio.sleep(0.05)

    assert 0 < two.subscriber.round_trip < 1


async def test_messages_published_before_the_stop_still_go(
    pair: Make, own_redis: Redis
) -> None:
    one, two = await pair()

    for number in range(100):
        one.bus.publish("a", b"%d" % number)
    await one.bus.stop()
    await two.until(lambda: len(two.messages) == 100)

    assert two.messages[-1] == ("a", b"99")


async def test_two_schools_on_one_redis_hear_nothing_of_each_other(
    started: Make, own_redis: Redis
) -> None:
    other = own_redis.url.removesuffix("/0") + "/1"
    one, two = [await started(redis_bus(url)) for url in (own_redis.url, other)]
    three = await started(redis_bus(own_redis.url))
    for node in (two, three):
        await node.follow("a")

    one.bus.publish("a", b"x")
    await three.until(lambda: three.messages)
    await two.follow("end")

    assert two.messages == []


class Odd:
    """A connection that fails in a way that nobody expected."""

    is_connected = False

    async def connect(self) -> None:
        raise RuntimeError("odd")

    async def disconnect(self, nowait: bool) -> None:
        """There is nothing to end."""


async def test_an_unexpected_failure_does_not_end_the_publishing(
    started: Make, caplog: pytest.LogCaptureFixture
) -> None:
    async def nothing() -> None:
        return None

    link: Any = SimpleNamespace(clock=Clock(), connection=Odd, channel=str)
    subscriber: Any = SimpleNamespace(start=nothing, stop=nothing)
    one = await started(Linked(RedisBus(link, subscriber, "node")))

    for failures in (1, 2):
        one.bus.publish("a", b"one")
        await until(lambda failures=failures: len(caplog.records) == failures)

    assert {record.message.partition(" at ")[0] for record in caplog.records} == {
        "the bus: unexpected RuntimeError"
    }
