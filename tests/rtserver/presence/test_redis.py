"""Presence of several processes: takeover, outages, calls and answers that get lost."""

import asyncio
import time
from typing import Any

import pytest
import redis

from rtserver.presence.replica import LOOKUP_SECONDS
from rtserver.redis.link import RedisAway
from rtserver.redis.timeout import StallTolerantTimeout
from tests.rtserver.nodes import Make, redis_presence
from tests.services import Redis


async def test_changes_reach_every_process_once(presences: Make) -> None:
    nodes = await presences(3)

    nodes[0].join(7, "phone")
    nodes[1].join(7, "laptop")
    for node in nodes:
        await node.settled()

    assert [node.told for node in nodes] == [[("online", 7)]] * 3


async def test_connection_elsewhere_keeps_a_user_online(presences: Make) -> None:
    one, two = await presences(2, leave_grace=0)
    one.join(7, "phone")
    two.join(7, "laptop")
    await two.settled()

    one.leave(7, "phone")
    one.join(8, "x")
    one.leave(8, "x")
    one.join(9, "y")
    await one.until_told(("online", 9))
    one.leave(9, "y")
    await two.until_told(("offline", 9))

    assert ("offline", 7) not in two.told


async def test_late_process_knows_who_is_online(presences: Make) -> None:
    [one] = await presences(1)
    one.join(7, "phone")
    await one.until_told(("online", 7))

    [late] = await presences(1)

    assert set(late.presence.everyone()) == {7}
    assert late.told == []


async def test_users_of_a_dead_process_go_offline_once(presences: Make) -> None:
    one, two, dead = await presences(3, ttl=1.0)
    for user in (7, 8):
        dead.join(user, f"c{user}")
    two.join(8, "elsewhere")
    await one.until_told(("online", 7), ("online", 8))

    await dead.die()
    await one.until_told(("offline", 7))
    for node in (one, two):
        await node.settled()

    for node in (one, two):
        assert node.told.count(("offline", 7)) == 1
        assert ("offline", 8) not in node.told


@pytest.mark.parametrize("heartbeat", [0.1, 30])
async def test_live_process_keeps_its_users_beyond_the_ttl(
    presences: Make, heartbeat: float
) -> None:
    times = {"ttl": 1.0, "heartbeat": heartbeat}
    one, two = await presences(2, **times)
    one.join(7, "phone")
    await two.until_told(("online", 7))

    for user in (8, 9):  # whose process isn't live: gone a TTL after they came
        [dead] = await presences(1, **times)
        dead.join(user, f"c{user}")
        await two.until_told(("online", user))
        await dead.die()
        await two.until_told(("offline", user))

    assert ("offline", 7) not in two.told
    assert set(two.presence.everyone()) == {7}


async def test_flushed_data_takes_nobody_offline(
    presences: Make, redis_url: str
) -> None:
    nodes = await presences(2)
    for number, node in enumerate(nodes):
        node.join(number + 1, f"c{number}")
    for node in nodes:
        await node.until_told(("online", 1), ("online", 2))
    before = [node.losses for node in nodes]

    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    for node, losses in zip(nodes, before, strict=True):
        await node.until(lambda node=node, losses=losses: node.losses > losses)

    for node in nodes:
        assert sorted(node.told) == [("online", 1), ("online", 2)]
        assert set(node.presence.everyone()) == {1, 2}


async def test_restarted_redis_learns_everything_again(
    own_redis: Redis, started: Make
) -> None:
    nodes = [await started(redis_presence(own_redis.url)) for _ in range(2)]
    for number, node in enumerate(nodes):
        node.join(number + 1, f"c{number}")
    for node in nodes:
        await node.until_told(("online", 1), ("online", 2))

    await asyncio.to_thread(own_redis.kill)
    nodes[0].leave(1, "c0")
    nodes[0].join(3, "during")
    await asyncio.to_thread(own_redis.restart)
    await nodes[1].until(lambda: set(nodes[1].presence.everyone()) == {2, 3})

    await nodes[1].until(lambda: nodes[1].losses >= 2)  # the first is the start
    assert nodes[1].told.count(("online", 2)) == 1
    assert ("offline", 2) not in nodes[1].told


async def test_frozen_redis_stops_no_caller_and_forgets_nobody(
    own_redis: Redis, started: Make
) -> None:
    nodes = [await started(redis_presence(own_redis.url, ttl=1.0)) for _ in range(2)]
    nodes[0].join(1, "stays")
    nodes[0].join(2, "leaves")
    await nodes[1].until_told(("online", 1), ("online", 2))

    await asyncio.to_thread(own_redis.freeze)
    nodes[0].leave(2, "leaves")
    nodes[0].join(3, "comes")
    await asyncio.sleep(2.5)  # longer than the TTL
    await asyncio.to_thread(own_redis.thaw)
    await nodes[1].until(lambda: set(nodes[1].presence.everyone()) == {1, 3})

    assert ("offline", 1) not in nodes[1].told


async def test_cut_connections_lose_no_change(presences: Make, redis_url: str) -> None:
    nodes = await presences(2, leave_grace=0)
    nodes[0].join(1, "a")
    await nodes[1].until_told(("online", 1))

    with redis.Redis.from_url(redis_url) as client:
        for kind in ("normal", "pubsub"):
            client.execute_command("CLIENT", "KILL", "TYPE", kind)
    nodes[0].join(2, "b")
    nodes[0].leave(1, "a")
    await nodes[1].until(lambda: set(nodes[1].presence.everyone()) == {2})
    await nodes[0].until(lambda: set(nodes[0].presence.everyone()) == {2})

    for node in nodes:
        assert len(set(node.told)) == len(node.told)


async def test_unreachable_redis_leaves_the_last_known_state(
    own_redis: Redis, started: Make
) -> None:
    node = await started(redis_presence(own_redis.url))
    node.join(7, "phone")
    await node.until_told(("online", 7))

    await asyncio.to_thread(own_redis.kill)
    node.join(8, "laptop")

    assert await node.presence.connected([7]) == {7}  # that is known here
    assert await node.presence.connected([7, 9]) is None
    assert set(node.presence.everyone()) == {7}
    assert node.told == [("online", 7)]


async def test_frozen_redis_delays_nobody_who_has_just_come(
    own_redis: Redis, started: Make
) -> None:
    node = await started(redis_presence(own_redis.url))
    await asyncio.to_thread(own_redis.freeze)
    node.join(7, "phone")

    async with StallTolerantTimeout(0.4):  # over twice of what it may take
        await node.presence.settle(7)
    await asyncio.to_thread(own_redis.thaw)


async def test_standstill_of_the_loop_leaves_no_question_unanswered(
    presences: Make,
) -> None:
    one, two = await presences(2, ttl=60)
    loop = asyncio.get_running_loop()
    two.join(7, "laptop")
    await one.until_told(("online", 7))

    loop.call_soon(time.sleep, 2 * LOOKUP_SECONDS)
    assert await one.presence.connected([7]) == {7}

    loop.call_soon(time.sleep, 2 * LOOKUP_SECONDS)
    one.join(8, "phone")
    await one.presence.settle(8)
    assert set(one.presence.everyone()) == {7, 8}


async def test_process_starts_without_redis_and_joins_when_it_comes(
    own_redis: Redis, started: Make
) -> None:
    await asyncio.to_thread(own_redis.kill)
    node = await started(redis_presence(own_redis.url))
    node.join(7, "phone")

    await asyncio.to_thread(own_redis.restart)

    await node.until(lambda: set(node.presence.everyone()) == {7} and node.losses)


def swept_since_the_hold(client: Any, meta: str) -> bool:
    """Tell whether a sweep took place that takes away whoever is long past."""
    swept_at, hold_until = client.hmget(meta, "swept_at", "hold_until")
    return int(swept_at) >= int(hold_until)


async def test_clock_that_jumps_ahead_takes_nobody_offline(
    presences: Make, redis_url: str
) -> None:
    nodes = await presences(2, ttl=60, heartbeat=20, leave_grace=0.2)
    for number, node in enumerate(nodes):
        node.join(number + 1, f"c{number}")
    for node in nodes:
        await node.until_told(("online", 1), ("online", 2))

    with redis.Redis.from_url(redis_url) as client:
        users = "school:{presence}"
        with client.pipeline() as pipe:  # all of it is long past, all at once
            pipe.zadd(users, {1: 5, 2: 5})
            pipe.zadd(f"{users}:1", {"c0": 5})
            pipe.zadd(f"{users}:2", {"c1": 5})
            pipe.hset(f"{users}:meta", "swept_at", 5)
            pipe.execute()
        while client.zcount(users, "-inf", 5):
            await asyncio.sleep(0.02)
        while not swept_since_the_hold(client, f"{users}:meta"):
            await asyncio.sleep(0.02)
    for node in nodes:
        await node.settled()

    for node in nodes:
        assert sorted(node.told) == [("online", 1), ("online", 2)]


async def test_call_that_comes_after_its_successor_changes_nothing(
    presences: Make,
) -> None:
    [node] = await presences(1, leave_grace=0)
    node.join(7, "phone")
    await node.until_told(("online", 7))
    node.leave(7, "phone")
    await node.until_told(("offline", 7))

    register = node.presence._register
    register._number = 0  # as if it had hung in a frozen Redis
    with pytest.raises(RedisAway):
        await register.call(node.presence._replica._redis, [(7, "phone")], [])
    register._number = 1000
    await node.settled()

    assert node.told == [("online", 7), ("offline", 7)]


async def test_stopped_process_gives_its_users_their_grace(presences: Make) -> None:
    one, two = await presences(2, leave_grace=0.3)
    two.join(7, "phone")
    await one.until_told(("online", 7))

    two.leave(7, "phone")
    await two.presence.stop()

    await one.until_told(("offline", 7))


async def test_message_of_a_wrong_shape_is_passed_over(
    presences: Make, redis_url: str
) -> None:
    one, two = await presences(2)
    with redis.Redis.from_url(redis_url) as client:
        for message in (b"", b"[]", b"\xff", b'{"epoch":1}'):
            assert client.publish("school:0:presence", message) == 2

    one.join(7, "phone")
    await two.until_told(("online", 7))

    assert [node.subscriber.losses for node in (one, two)] == [0, 0]
