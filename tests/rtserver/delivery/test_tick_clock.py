"""A clock that is read once a tick."""

import asyncio
from datetime import UTC, datetime, timedelta

from rtserver.clock import Clock
from rtserver.delivery.tick_clock import TickClock


class Counting(Clock):
    """A second later at each reading."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


async def test_events_of_one_tick_share_a_moment_and_the_next_has_another() -> None:
    ticks = TickClock(Counting())
    first, second = ticks.now(), ticks.now()
    await asyncio.sleep(0)
    later = ticks.now()

    assert first is second
    assert later == first + timedelta(seconds=1)
