"""The commands of a client that wait for their ack or error."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

from rtserver_client.position import Event
from rtserver_client.retry import CommandError

Answered = Callable[[Any], None]


class _Waiting(NamedTuple):
    """A command that waits, until ``end`` by the loop's clock."""

    future: asyncio.Future[Any]
    answered: Answered
    overdue: asyncio.TimerHandle
    end: float


class Answers:
    """The commands that wait for their ack or error, by id."""

    def __init__(self) -> None:
        self._slowest = 0  # the id of what may wait longest
        self._ids = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}

    def next_id(self) -> int:
        return next(self._ids)

    def expect(
        self, id: int, answered: Answered, patience: float
    ) -> asyncio.Future[Any]:
        """Return a future of the ack, which ``answered`` gets before what follows it.

        Answers come in order: behind something slow, this waits as long as that may.
        """
        loop = asyncio.get_running_loop()
        slowest = self._waiting.get(self._slowest)
        end = max(loop.time() + patience, slowest.end if slowest else 0.0)
        if slowest is None or end > slowest.end:
            self._slowest = id
        overdue = loop.call_at(end, self._overdue, id)
        waiting = _Waiting(loop.create_future(), answered, overdue, end)
        self._waiting[id] = waiting
        return waiting.future

    def take(self, frame: Event) -> None:
        """Settle a command by the frame that answers it."""
        waiting = self._waiting.pop(frame["id"], None)
        if waiting is None:
            return
        waiting.overdue.cancel()
        payload = frame["payload"]
        if frame["type"] == "error":
            _reject(waiting.future, CommandError(**payload))
            return
        waiting.answered(payload)
        if not waiting.future.done():
            waiting.future.set_result(payload)

    def fail(self, code: str) -> None:
        """Fail every command that waits."""
        waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            each.overdue.cancel()
            _reject(each.future, CommandError(code))

    def _overdue(self, id: int) -> None:
        _reject(self._waiting.pop(id).future, CommandError("timeout"))


def _reject(future: asyncio.Future[Any], error: CommandError) -> None:
    if not future.done():
        future.set_exception(error)
