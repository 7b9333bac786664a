import asyncio
from contextlib import AsyncExitStack, suppress

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


async def test_what_ends_a_task_is_told_at_once(caplog):
    async def failing():
        raise ValueError("somebody's secret")

    async with AsyncExitStack() as stack:
        tasks.own(stack, failing())
        tasks.own(stack, forever())
        await asyncio.sleep(0)  # it fails
        await asyncio.sleep(0)  # and is known to

        assert "a background task, which is over: unexpected ValueError" in caplog.text
    assert "secret" not in caplog.text
    assert len(caplog.records) == 1


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
