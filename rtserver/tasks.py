"""Background tasks: each has an owner that cancels and awaits it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from rtserver.errors import log_unexpected
from store.errors import StoreError

log = logging.getLogger(__name__)

REPEAT_SECONDS = 1.0


def own(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` until the stack is left."""
    task = asyncio.create_task(work)
    task.add_done_callback(_tell_failure)
    stack.push_async_callback(cancel, task)


async def cancel(task: "asyncio.Task[None]") -> None:
    """End a task and wait until it is over.

    Asked again and again, since ``wait_for`` in a library may lose a cancellation
    on Python 3.11.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=REPEAT_SECONDS)
    if not task.cancelled():
        task.exception()  # taken note of: nobody else will


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do ``work`` again and again; when it fails, it is tried again next time."""
    while True:
        await once_after(seconds, work)


async def once_after(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do ``work`` once, after a while; that it failed is logged."""
    await asyncio.sleep(seconds)
    try:
        await work()
    except StoreError:
        return  # the database logs its own state
    except Exception as error:
        log_unexpected(log, error, "a background task")


def _tell_failure(task: "asyncio.Task[None]") -> None:
    """Log at once what ended a task: nobody asks before the server stops."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log_unexpected(log, error, "a background task, which is over")
