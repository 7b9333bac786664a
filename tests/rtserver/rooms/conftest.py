"""What the tests of rooms ask for."""

from typing import Any

import pytest

from tests.rtserver.nodes import Make
from tests.rtserver.rooms.nodes import Roomed, memory_rooms


@pytest.fixture(params=["memory"])
def rooms(started: Make) -> Make:
    """Start the rooms of one process, once of each kind; arguments set the times."""

    async def make(**times: Any) -> Roomed:
        node: Roomed = await started(memory_rooms(**times))
        return node

    return make
