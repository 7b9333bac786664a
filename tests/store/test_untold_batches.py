"""Who has to know waits for the telling of what is being committed; nobody else."""

import asyncio
from collections.abc import Callable

from store.untold_batches import UntoldBatches
from store.writer import PendingWrite


def batch(*events: str) -> list[PendingWrite]:
    return [
        PendingWrite(lambda tx, items: items, None, print, events=[event])
        for event in events
    ]


def is_a(event: object) -> bool:
    return event == "a"


async def begins_to_wait(
    untold: UntoldBatches, concerns: Callable[[object], bool] = is_a
) -> asyncio.Task[None]:
    waiting = asyncio.create_task(untold.wait(concerns))
    await asyncio.sleep(0)  # lets it begin to wait
    return waiting


async def test_nothing_under_way_is_not_waited_for() -> None:
    untold = UntoldBatches()

    assert (await begins_to_wait(untold)).done()


async def test_wait_ends_once_the_batch_with_the_event_was_told() -> None:
    untold, first, second = UntoldBatches(), batch("b"), batch("b", "a")
    untold.begin(first)
    untold.begin(second)

    waiting = await begins_to_wait(untold)
    untold.end(first)
    await asyncio.sleep(0)  # lets it look again
    assert not waiting.done()
    untold.end(second)

    await waiting


async def test_batch_without_an_event_in_question_is_not_waited_for() -> None:
    untold = UntoldBatches()
    untold.begin(batch("b"))

    assert (await begins_to_wait(untold)).done()


async def test_batch_that_begins_later_is_not_waited_for() -> None:
    untold, first = UntoldBatches(), batch("a")
    untold.begin(first)

    waiting = await begins_to_wait(untold)
    untold.begin(batch("a"))
    untold.end(first)

    await waiting


async def test_batch_that_never_began_its_commit_ends_too() -> None:
    untold = UntoldBatches()

    untold.end(batch("a"))

    assert (await begins_to_wait(untold)).done()


async def test_whoever_gives_up_waiting_harms_no_one() -> None:
    untold, first = UntoldBatches(), batch("a")
    untold.begin(first)
    waiting, staying = await begins_to_wait(untold), await begins_to_wait(untold)

    waiting.cancel()
    await asyncio.sleep(0)  # lets it end
    untold.end(first)

    await staying
