import asyncio
import time

import pytest

from rtserver.redis.timeout import StallTolerantTimeout


async def test_a_standstill_of_the_loop_does_not_end_the_wait():
    asyncio.get_running_loop().call_soon(time.sleep, 0.3)

    async with StallTolerantTimeout(0.1):
        await asyncio.sleep(0.01)


async def test_an_answer_that_came_during_the_last_turn_is_taken():
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    loop.call_later(0.085, time.sleep, 0.1)
    loop.call_later(0.09, answer.set_result, "here")

    async with StallTolerantTimeout(0.1):
        assert await answer == "here"


async def test_what_takes_longer_is_ended():
    began = time.monotonic()

    with pytest.raises(TimeoutError):
        async with StallTolerantTimeout(0.1):
            await asyncio.get_running_loop().create_future()

    assert time.monotonic() - began > 0.09


async def test_nothing_ends_later_what_was_in_time():
    async with StallTolerantTimeout(0.05):
        await asyncio.sleep(0)

    await asyncio.sleep(0.1)


async def test_other_failures_and_cancellations_pass_through():
    with pytest.raises(ZeroDivisionError):
        async with StallTolerantTimeout(1):
            raise ZeroDivisionError

    async def waiting():
        async with StallTolerantTimeout(10):
            await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
