"""What the tests of rooms ask for."""

from typing import Any

import pytest

from tests.rtserver.nodes import Make
from tests.rtserver.rooms.nodes import Roomed, memory_rooms, redis_rooms


@pytest.fixture(params=["memory", "redis"])
def rooms(request: pytest.FixtureRequest, started: Make) -> Make:
    """Start the rooms of one process, once of each kind; arguments set the times."""
    redis_url = request.param == "redis" and request.getfixturevalue("redis_url")

    async def make(**times: Any) -> Roomed:
        node = redis_rooms(redis_url, **times) if redis_url else memory_rooms(**times)
        started_one: Roomed = await started(node)
        return started_one

    return make


@pytest.fixture
def several_rooms(redis_url: str, started: Make) -> Make:
    """Start the rooms of several processes on one Redis."""

    async def make(count: int = 2, **times: Any) -> list[Roomed]:
        return [await started(redis_rooms(redis_url, **times)) for _ in range(count)]

    return make
