"""A process's part in what all share; presence and rooms go through the rest of it."""

import asyncio
from typing import Any

from tests.patience import PATIENCE
from tests.rtserver.nodes import Make


async def test_whoever_waits_is_woken_by_the_change_they_wait_for(
    presences: Make,
) -> None:
    one, two = await presences(2)
    waiting: Any = asyncio.create_task(
        two.presence._replica.until(lambda: 7 in two.presence.everyone())
    )

    one.join(7, "phone")
    await asyncio.wait_for(waiting, PATIENCE)

    assert not two.presence._replica.cut_off
