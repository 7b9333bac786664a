"""The deadlines by which callers of writes are told that these took too long."""

import asyncio

from store.errors import StoreUnavailable
from store.writer import PendingWrite


class Deadlines:
    """The deadlines of writes under way, after each of which its caller is told off.

    One timer for all, moved when it has passed: nearly all have their outcome long
    before, and to make and cancel a timer takes as long as all else here.
    """

    def __init__(self) -> None:
        self._ends: dict[PendingWrite, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, write: PendingWrite, seconds: float) -> None:
        """Give a write so many seconds from now on."""
        loop = asyncio.get_running_loop()
        end = self._ends[write] = loop.time() + seconds
        if self._timer is None or end < self._timer.when():
            self._look_at(end, loop)

    def end(self, write: PendingWrite) -> None:
        """Forget a write that nobody waits for any more."""
        self._ends.pop(write, None)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        now = loop.time()
        for write in [write for write, end in self._ends.items() if end <= now]:
            self.end(write)
            write.abandoned = True
            write.settle(StoreUnavailable("the change took too long"))
        if self._ends:
            self._look_at(min(self._ends.values()), loop)

    def _look_at(self, moment: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(moment, self._look)
