"""A process is killed: the others take its users over (contract 2.6)."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Socket, open_socket
from tests.served import Served, found
from tests.services import Redis

TTL, HEARTBEAT = 2.0, 2.0
RENEWAL = TTL / 3
STATUS = "status:users"


@pytest.fixture
def three(tmp_path: Path, postgres_url: str, own_redis: Redis) -> Iterator[list[Any]]:
    """Three processes, not yet started, that share everything."""
    servers = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        server = Served(
            tmp_path / name,
            postgres_url,
            redis_url=own_redis.url,
            presence_ttl=TTL,
            presence_heartbeat=HEARTBEAT,
            presence_leave_grace=0.2,
        )
        servers.append(server)
    yield servers
    for server in servers:
        server.stop()


async def connect(server: Served, user_id: int) -> Socket:
    socket = await open_socket(server.url, server.token(user_id))
    await socket.next("welcome")
    return socket


async def watch(server: Served, user_id: int, expected: set[int]) -> Socket:
    """Open a socket that has seen all of those come online."""
    socket = await connect(server, user_id)
    online: set[int] = set()
    while not expected <= online:
        online = set((await socket.call("subscribe", STATUS))["online_ids"])
    return socket


@pytest.mark.long
async def test_users_of_a_killed_process_go_offline_once_after_the_ttl(
    three: list[Served],
) -> None:
    [lesson] = await found(three[0].settings, lessons=1, members=6)
    first, second, third, both, moved, last = lesson.members
    for server in three:
        await asyncio.to_thread(server.start)
    lost = [await connect(three[2], id) for id in (third, both, moved)]
    kept = await connect(three[0], both)
    everybody = set(lesson.members) - {last}
    watchers = [await watch(three[0], first, {third, both, moved})]
    watchers.append(await watch(three[1], second, everybody))

    killed = time.monotonic()
    three[2].kill()
    after = await connect(three[1], moved)
    gone = [await socket.next("user.offline") for socket in watchers]
    took = time.monotonic() - killed
    # One who went after them, and was told of after all there was to tell of them.
    await (await connect(three[0], last)).close()
    gone += [await socket.next("user.offline") for socket in watchers]

    told = [event["payload"]["user_id"] for event in gone]
    assert told == [third, third, last, last]
    assert took > TTL - RENEWAL - 0.5
    for socket in [*watchers, *lost, kept, after]:
        await socket.close()
