import asyncio
from contextlib import suppress

import pytest

from rtserver import tasks


async def forever():
    await asyncio.get_running_loop().create_future()


async def test_a_cancellation_that_got_lost_is_repeated():
    async def deaf_once():
        with suppress(asyncio.CancelledError):
            await forever()
        await forever()

    task = asyncio.create_task(deaf_once())
    await asyncio.sleep(0)

    await tasks.cancel(task)

    assert task.cancelled()


async def test_a_task_that_had_failed_is_cancelled_without_a_word():
    async def failing():
        raise ValueError

    task = asyncio.create_task(failing())
    await asyncio.wait([task])

    await tasks.cancel(task)


async def test_who_cancels_a_task_can_be_cancelled():
    async def stubborn():
        while True:
            with suppress(asyncio.CancelledError):
                await over.wait()
                return

    over = asyncio.Event()
    task = asyncio.create_task(stubborn())
    cancelling = asyncio.create_task(tasks.cancel(task))
    await asyncio.sleep(0)

    cancelling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelling

    over.set()
    await task
