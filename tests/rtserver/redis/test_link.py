"""Calls to Redis: refused at once while it is away, and led on by a cluster."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
import redis

from rtserver.clock import Clock
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.redis.timeout import StallTolerantTimeout
from tests.fakes import FakeClock
from tests.processes import free_port, wait_until
from tests.rtserver.nodes import Make, redis_bus, redis_presence
from tests.services import Redis

COUNT = Script("return redis.call('INCR', KEYS[1])")


@pytest.fixture
def connection(own_redis: Redis) -> RedisConnection:
    return RedisConnection(RedisLink(own_redis.url, "school", Clock()), "the test")


async def test_replies_come_in_the_order_of_the_commands(
    connection: RedisConnection,
) -> None:
    replies = await connection.run([["SET", "a", 1], ["INCR", "a"], ["GET", "a"]])

    assert replies == [b"OK", 2, b"2"]
    await connection.close()


async def test_unknown_script_is_sent_whole_and_run_once(
    connection: RedisConnection, own_redis: Redis
) -> None:
    first = await connection.evaluate(COUNT, ["n"], [])
    with redis.Redis.from_url(own_redis.url) as client:
        client.script_flush()

    assert [first, await connection.evaluate(COUNT, ["n"], [])] == [1, 2]
    await connection.close()


async def test_calls_fail_soon_and_then_at_once_while_redis_is_frozen(
    own_redis: Redis,
) -> None:
    connection = RedisConnection(
        RedisLink(own_redis.url, "school", FakeClock()), "the test"
    )
    await connection.run([["PING"]])
    await asyncio.to_thread(own_redis.freeze)

    with pytest.raises(RedisAway):
        async with StallTolerantTimeout(1):
            await connection.run([["PING"]])

    for _ in range(2):
        with pytest.raises(RedisAway):
            connection.run([["PING"]]).send(None)  # which waits for nothing
    await connection.close()


async def test_connection_that_nobody_takes_is_given_up_soon() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        host, port = full.getsockname()
        with socket.create_connection((host, port)):  # the only one that it takes
            url = f"redis://{host}:{port}/0"
            connection = RedisConnection(
                RedisLink(url, "school", FakeClock()), "the test"
            )

            with pytest.raises(RedisAway):
                async with StallTolerantTimeout(1):
                    await connection.run([["PING"]])


async def test_calls_that_waited_for_one_that_failed_are_refused_with_it(
    connection: RedisConnection, own_redis: Redis
) -> None:
    await connection.run([["PING"]])
    await asyncio.to_thread(own_redis.freeze)

    calls = [connection.run([["PING"]]) for _ in range(4)]
    async with StallTolerantTimeout(1.5):  # one after the other they would take 2
        ends = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(end) for end in ends] == [RedisAway] * 4
    await connection.close()


async def test_answer_that_nobody_waits_for_is_given_to_nobody_else(
    connection: RedisConnection, own_redis: Redis
) -> None:
    await connection.run([["PING"]])
    await asyncio.to_thread(own_redis.freeze)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await connection.run([["ECHO", "first"]])

    second = asyncio.create_task(connection.run([["ECHO", "second"]]))
    await asyncio.sleep(0.05)  # it is asked while the first answer is still to come
    await asyncio.to_thread(own_redis.thaw)

    assert await second == [b"second"]
    await connection.close()


async def test_connection_that_redis_has_closed_costs_no_call(
    connection: RedisConnection, own_redis: Redis
) -> None:
    await connection.run([["PING"]])
    await asyncio.to_thread(own_redis.restart)

    assert await connection.run([["PING"]]) == [b"PONG"]
    await connection.close()


async def test_refusal_and_its_end_are_logged_once(
    connection: RedisConnection, own_redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    with redis.Redis.from_url(own_redis.url) as client:
        client.config_set("maxmemory", 1)
        for _ in range(3):
            with pytest.raises(RedisAway):
                await connection.evaluate(COUNT, ["n"], [])
            await asyncio.sleep(connection.retry_in())
        client.config_set("maxmemory", 0)
    await asyncio.sleep(connection.retry_in())

    assert await connection.evaluate(COUNT, ["n"], []) == 1
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "redis unavailable for the test" in caplog.text
    assert f"at {own_redis.url}: see rtserver check" in caplog.text
    assert "redis available again for the test" in caplog.text
    assert "maxmemory" in caplog.text
    await connection.close()


async def test_what_redis_quotes_of_a_message_is_not_logged(
    connection: RedisConnection, caplog: pytest.LogCaptureFixture
) -> None:
    # As of one whose PUBLISH was renamed.
    with pytest.raises(RedisAway):
        await connection.run([["PUBLISHED", "chat:3", "Taras is ill"]])

    assert "unknown command" in caplog.text
    assert "Taras" not in caplog.text
    await connection.close()


class ClusterNode(Redis):
    """One node of a Redis Cluster."""

    def __init__(self) -> None:
        super().__init__()
        # The nodes talk to each other 10000 above the port for clients.
        self.port = free_port(second=10_000)

    def argv(self) -> list[str]:
        cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"]
        return [*super().argv(), *cluster]


@pytest.fixture
def cluster() -> Iterator[list[str]]:
    """The addresses of a cluster's nodes, each of which has half of the keys."""
    nodes = [ClusterNode().start() for _ in range(2)]
    clients = [redis.Redis.from_url(node.url) for node in nodes]
    for number, client in enumerate(clients):
        client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        slots = range(number * 8192, (number + 1) * 8192)
        client.execute_command("CLUSTER", "ADDSLOTS", *slots)
    clients[0].execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[1].port)
    for client in clients:
        wait_until(lambda client=client: _agreed(client))
    yield [node.url for node in nodes]
    for client in clients:
        client.close()
    for node in nodes:
        node.stop()


def _agreed(client: "redis.Redis") -> bool:
    info = client.execute_command("CLUSTER", "INFO")
    return "cluster_state:ok" in str(info) and "known_nodes:2" in str(info)


async def test_any_node_of_a_cluster_will_do(cluster: list[str], started: Make) -> None:
    presences = [await started(redis_presence(url)) for url in cluster]
    buses = [await started(redis_bus(url)) for url in cluster]
    await buses[1].follow("a")

    presences[0].join(7, "phone")
    presences[1].join(8, "laptop")
    for node in presences:
        await node.until_told(("online", 7), ("online", 8))
    buses[0].bus.publish("a", b"x")
    await buses[1].until(lambda: buses[1].messages)

    assert await presences[0].presence.connected([7, 8]) == {7, 8}
