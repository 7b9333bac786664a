"""Presence of a process that is alone, by a clock that is told the time."""

import asyncio
from collections.abc import Iterator

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.presence.contract import PresenceChange
from rtserver.presence.memory import MemoryPresence
from tests.fakes import FakeClock

GRACE = 10.0


class Alone:
    """Presence whose changes are ``told`` as (came, went)."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.told: list[tuple[list[int], list[int]]] = []
        self.presence = MemoryPresence(self.clock, leave_grace=GRACE)

    def changed(self, change: PresenceChange) -> None:
        self.told.append((list(change.online), list(change.offline)))

    def lost(self) -> None:
        """Presence that is alone misses nothing."""

    async def come(self, *users: int) -> None:
        for user in users:
            self.presence.join(user, f"c{user}")
        await asyncio.sleep(0)


@pytest.fixture
def alone(io_loop: AsyncIOLoop) -> Iterator[Alone]:
    alone = Alone()
    io_loop.run_sync(lambda: alone.presence.start(alone))
    yield alone
    io_loop.run_sync(alone.presence.stop)


async def test_nobody_is_gone_a_moment_before_the_grace_is_over(alone: Alone) -> None:
    await alone.come(7)
    alone.presence.leave(7, "c7")
    alone.clock.advance(GRACE - 0.01)
    alone.presence.sweep()
    early = alone.presence.online([7])

    alone.clock.advance(0.01)
    alone.presence.sweep()

    assert (early, alone.presence.online([7])) == ({7}, set())
    assert alone.told == [([7], []), ([], [7])]


async def test_one_sweep_tells_of_all_whose_grace_is_over_and_no_others(
    alone: Alone,
) -> None:
    await alone.come(1, 2, 3)
    for user, pause in ((1, 4), (2, 4), (3, 4)):
        alone.presence.leave(user, f"c{user}")
        alone.clock.advance(pause)

    alone.presence.sweep()
    alone.presence.sweep()

    assert alone.told == [([1, 2, 3], []), ([], [1])]
    alone.clock.advance(GRACE)
    alone.presence.sweep()
    assert alone.told[2:] == [([], [2, 3])]


async def test_whoever_comes_back_begins_a_grace_of_their_own(alone: Alone) -> None:
    await alone.come(7, 8)
    for user in (7, 8):
        alone.presence.leave(user, f"c{user}")
    alone.clock.advance(GRACE - 1)
    await alone.come(7)
    alone.presence.leave(7, "c7")
    alone.clock.advance(1)

    alone.presence.sweep()

    assert alone.told == [([7, 8], []), ([], [8])]
