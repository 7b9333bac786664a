"""The rooms of a process that is alone, by a clock that is told the time."""

from collections.abc import Iterator

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from tests.fakes import FakeClock
from tests.rtserver.rooms.nodes import LESSON, SOFIA, TARAS, Roomed, memory_rooms

GRACE = 10.0


class Alone(Roomed):
    """Rooms that pass no time but by ``pass_time``."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        super().__init__(memory_rooms(self.clock, leave_grace=GRACE).rooms)

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.rooms.sweep()


@pytest.fixture
def alone(io_loop: AsyncIOLoop) -> Iterator[Alone]:
    alone = Alone()
    io_loop.run_sync(alone.start)
    yield alone
    io_loop.run_sync(alone.stop)


def test_nobody_is_gone_a_moment_before_the_grace_is_over(alone: Alone) -> None:
    alone.join(TARAS, "page")
    alone.leave(TARAS, "page")
    alone.pass_time(GRACE - 0.01)
    early = alone.rooms.present(LESSON)

    alone.pass_time(0.01)

    assert (early, alone.rooms.present(LESSON)) == ([TARAS.user_id], [])
    assert alone.told == [("entered", TARAS), ("left", TARAS)]


def test_whoever_comes_back_keeps_the_time_of_entering(alone: Alone) -> None:
    alone.join(TARAS, "page")
    entered = alone.rooms.states(LESSON)[TARAS.user_id].entered_at
    alone.leave(TARAS, "page")
    alone.pass_time(GRACE - 1)

    alone.join(TARAS, "again")
    alone.pass_time(2 * GRACE)

    assert alone.rooms.states(LESSON)[TARAS.user_id].entered_at == entered


def test_those_whose_grace_is_over_go_and_no_others(alone: Alone) -> None:
    for seat in (TARAS, SOFIA):
        alone.join(seat, "page")
    alone.leave(TARAS, "page")
    alone.pass_time(1)
    alone.leave(SOFIA, "page")

    alone.pass_time(GRACE - 1)

    assert alone.rooms.present(LESSON) == [SOFIA.user_id]
