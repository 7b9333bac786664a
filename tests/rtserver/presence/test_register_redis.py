"""This process's connections, and what Redis is told of them."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.presence.redis import arguments
from rtserver.presence.register_redis import MAX_PER_CALL, Register, Update, shelf
from rtserver.presence.scripts import UPDATE
from rtserver.redis.link import RedisAway, RedisConnection, RedisLink, Script
from rtserver.settings.model import PresenceSettings
from tests.fakes import FakeClock
from tests.processes import free_port

TTL = 30.0


class Process:
    """A register, its way to Redis, and how many calls it has made."""

    def __init__(self, url: str, node: str) -> None:
        self.clock = FakeClock()
        link = RedisLink(url, "school", self.clock)
        self.lane = RedisConnection(link, "presence")
        self.calls = 0
        settings = PresenceSettings(ttl=TTL, heartbeat=25, leave_grace=0)
        update = Update(Script(UPDATE), arguments)
        place = shelf(link, "presence")
        self.register = Register(link, node, settings, self._timed, place, update)
        self.join, self.leave = self.register.join, self.register.leave

    async def sync(self) -> None:
        await self.register.sync(self.lane)

    def _timed(self, seconds: float) -> None:
        self.calls += 1


@pytest.fixture
def processes(io_loop: AsyncIOLoop, redis_url: str) -> Iterator[Any]:
    """Make a process of a name."""
    made: list[Process] = []

    def make(node: str = "n1", url: str = redis_url) -> Process:
        made.append(Process(url, node))
        return made[-1]

    yield make
    for process in made:
        io_loop.run_sync(process.lane.close)


def known(redis_url: str, user_id: int) -> set[str]:
    """Return the connections of a user that Redis knows."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        return set(client.zrange(f"school:{{presence}}:{user_id}", 0, -1))


async def test_redis_is_told_of_who_came_and_who_left(
    processes: Any, redis_url: str
) -> None:
    here = processes()
    for connection in ("phone", "laptop"):
        here.join(7, connection)
    await here.sync()
    both = known(redis_url, 7)

    here.leave(7, "phone")
    await here.sync()

    assert (both, known(redis_url, 7)) == ({"phone", "laptop"}, {"laptop"})
    assert here.register.here([7, 8]) == {7}


async def test_redis_never_hears_of_who_came_and_left_between_two_calls(
    processes: Any, redis_url: str
) -> None:
    here = processes()
    await here.sync()

    here.join(7, "phone")
    here.leave(7, "phone")
    await here.sync()

    with redis.Redis.from_url(redis_url) as client:
        assert client.zscore("school:{presence}", 7) is None


async def test_after_a_call_that_failed_everything_is_told_again(
    processes: Any, redis_url: str
) -> None:
    here, away = processes(), processes(url=f"redis://127.0.0.1:{free_port()}/0")
    here.join(7, "phone")
    await here.sync()
    here.join(8, "laptop")
    with redis.Redis.from_url(redis_url) as client:
        client.delete("school:{presence}:7")

    with pytest.raises(RedisAway):
        await here.register.sync(away.lane)

    assert here.register.unsure
    await here.sync()
    assert (known(redis_url, 7), known(redis_url, 8)) == ({"phone"}, {"laptop"})


async def test_who_left_longer_ago_than_their_ttl_is_not_worth_a_word(
    processes: Any, redis_url: str
) -> None:
    here, other = processes(), processes("n2")
    here.join(7, "phone")
    await here.sync()
    here.leave(7, "phone")
    other.join(7, "phone")
    await other.sync()

    here.clock.advance(TTL + 1)
    await here.sync()

    assert known(redis_url, 7) == {"phone"}


async def test_call_that_comes_after_its_successor_changes_nothing(
    processes: Any, redis_url: str
) -> None:
    here, hung = processes("n1"), processes("n1")
    here.join(7, "phone")
    for _ in range(2):
        await here.sync()

    hung.join(8, "laptop")
    with pytest.raises(RedisAway):
        await hung.sync()

    assert (known(redis_url, 7), known(redis_url, 8)) == ({"phone"}, set())


async def test_a_crowd_takes_several_calls_that_are_each_short(
    processes: Any, redis_url: str
) -> None:
    here = processes()
    await here.sync()
    before = here.calls
    for user_id in range(1, 2 * MAX_PER_CALL + 2):
        here.join(user_id, f"c{user_id}")

    await here.sync()

    assert here.calls - before == 3
    assert known(redis_url, 2 * MAX_PER_CALL + 1) == {f"c{2 * MAX_PER_CALL + 1}"}


async def test_one_who_is_dropped_leaves_with_all_connections(
    processes: Any, redis_url: str
) -> None:
    here = processes()
    for connection in ("phone", "laptop"):
        here.join(7, connection)
    await here.sync()

    here.register.drop(7)
    here.register.drop(8)
    await here.sync()

    assert (known(redis_url, 7), here.register.here([7])) == (set(), set())
    assert not here.register.has(7, "phone")


async def test_whoever_comes_back_before_the_call_has_not_left(
    processes: Any, redis_url: str
) -> None:
    here = processes()
    here.join(7, "phone")
    await here.sync()

    here.leave(7, "phone")
    here.join(7, "phone")
    await here.sync()

    assert known(redis_url, 7) == {"phone"}
