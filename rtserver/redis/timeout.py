"""A time limit that an event loop standing still doesn't use up."""

import asyncio
from types import TracebackType

TURNS = 5


class StallTolerantTimeout:
    """A time limit for the body of an ``async with``; raises ``TimeoutError``.

    ``asyncio.timeout`` gives up though the answer has come: a loop that stood still,
    since the process was stopped or the machine had other things to do, finds both
    together. Here the time is waited out in turns, each on the running loop, so that a
    standstill takes one of them.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds / TURNS
        self._left = TURNS
        self._limit = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._begin_turn()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._turn.cancel()
        await self._limit.__aexit__(kind, error, traceback)

    def _begin_turn(self) -> None:
        loop = asyncio.get_running_loop()
        self._turn = loop.call_later(self._seconds, self._end_turn)

    def _end_turn(self) -> None:
        self._left -= 1
        if self._left:
            self._begin_turn()
        else:
            self._limit.reschedule(asyncio.get_running_loop().time())
