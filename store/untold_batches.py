"""Batches that are committed, or just being so, and not told on the loop yet."""

import asyncio
from collections.abc import Callable, Iterator

from store.writer import PendingWrite


class UntoldBatches:
    """The batches between the beginning of their COMMIT and their telling.

    A read may have found what they wrote before anybody here was told of it. Whoever
    has to know waits; nobody else is delayed. A list, since adding to one, removing and
    copying are each one step to the other thread.
    """

    def __init__(self) -> None:
        self._batches: list[list[PendingWrite]] = []
        self._waiters: list[asyncio.Future[None]] = []

    def begin(self, batch: list[PendingWrite]) -> None:
        """Add a batch, before its COMMIT (in the writer's thread)."""
        self._batches.append(batch)

    def end(self, batch: list[PendingWrite]) -> None:
        """Remove a batch, if it got so far, once it has been told (on the loop)."""
        if batch in self._batches:
            self._batches.remove(batch)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, concerns: Callable[[object], bool]) -> None:
        """Wait for the end of those batches of now that hold an event in question."""
        awaited = [
            batch
            for batch in self._batches.copy()
            if any(map(concerns, _events(batch)))
        ]
        while any(batch in self._batches for batch in awaited):
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter


def _events(batch: list[PendingWrite]) -> Iterator[object]:
    for write in batch:
        yield from write.events
