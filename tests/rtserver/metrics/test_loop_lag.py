"""How late the loop is, and the longest of it within a minute."""

import asyncio
import time

import pytest

from rtserver import tasks
from rtserver.metrics.loop_lag import LoopLag
from tests.fakes import FakeClock


async def test_a_blocked_loop_is_seen():
    seen = asyncio.Queue()
    lag = LoopLag(seen.put_nowait)
    running = asyncio.create_task(lag.run())
    await seen.get()
    time.sleep(0.6)  # noqa: ASYNC251 - the block itself

    assert await seen.get() > 0.3
    assert lag.longest() > 0.3
    await tasks.cancel(running)


def test_the_longest_is_that_of_the_last_minute():
    clock = FakeClock()
    lag = LoopLag(lambda _: None, clock.monotonic)

    told = []
    for wait, late in ((0, 0.5), (30, 0.2), (29, 0.1), (2, 0), (30, 0), (61, -0.1)):
        clock.advance(wait)
        lag.note(late)
        told.append(lag.longest())

    assert told == [0.5, 0.5, 0.5, 0.2, 0.1, 0]


def test_nothing_seen_is_no_lag():
    assert LoopLag(pytest.fail).longest() == 0
