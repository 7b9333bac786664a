"""The deadlines of writes."""

import asyncio
from typing import Any

from store.deadlines import Deadlines
from store.errors import StoreUnavailable
from store.writer import PendingWrite


def pending(told: "asyncio.Future[Any]") -> PendingWrite:
    return PendingWrite(lambda tx, items: items, None, told.set_result)


def told() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()


async def test_a_caller_is_told_after_the_deadline() -> None:
    deadlines, late = Deadlines(), told()
    write = pending(late)

    deadlines.begin(write, 0.01)

    assert isinstance(await late, StoreUnavailable)
    assert write.abandoned


async def test_one_that_ended_before_is_told_nothing() -> None:
    deadlines, ended, late = Deadlines(), told(), told()
    write = pending(ended)
    deadlines.begin(write, 0.01)
    deadlines.begin(pending(late), 0.01)

    deadlines.end(write)
    await late

    assert not ended.done()
    assert not write.abandoned


async def test_a_later_deadline_is_kept_when_an_earlier_one_has_passed() -> None:
    deadlines, first, second = Deadlines(), told(), told()
    deadlines.begin(pending(first), 0.01)
    deadlines.begin(pending(second), 0.03)

    await first
    assert not second.done()
    assert isinstance(await second, StoreUnavailable)


async def test_a_shorter_one_doesnt_wait_for_those_before_it() -> None:
    deadlines, long, short = Deadlines(), told(), told()
    deadlines.begin(pending(long), 3600)
    deadlines.begin(pending(short), 0.01)

    assert isinstance(await short, StoreUnavailable)
    assert not long.done()
