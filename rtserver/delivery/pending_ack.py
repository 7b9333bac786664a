"""Answer a command where its event passes, so the ack keeps its place among events."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from rtserver.errors import Unavailable


class Receipt:
    """One command's answer, given at most once, and never after its ``with`` block."""

    __slots__ = ("_given", "_send")

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._given: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Whoever comes too late finds that the answer was another.
        self._given.cancel()

    def give(self, payload: Any) -> None:
        """Answer with an ack, on the loop."""
        if not self._given.done():
            self._given.set_result(None)
            self._send(payload)

    async def given(self, seconds: float) -> None:
        """Wait until it is given; Unavailable if that takes too long."""
        try:
            async with asyncio.timeout(seconds):
                await self._given
        except TimeoutError:
            raise Unavailable() from None
