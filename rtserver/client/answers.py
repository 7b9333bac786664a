"""The commands of a client that wait for their ack or error."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

from rtserver.client.position import Event
from rtserver.client.retry import CommandError

Answered = Callable[[Any], None]


class _Waiting(NamedTuple):
    future: asyncio.Future[Any]
    answered: Answered
    overdue: asyncio.TimerHandle


class Answers:
    """Matches answers with commands, by id."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._ids = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}

    def next_id(self) -> int:
        return next(self._ids)

    def expect(self, id: int, answered: Answered) -> asyncio.Future[Any]:
        """Wait for an answer; ``answered`` gets an ack before anything that follows."""
        loop = asyncio.get_running_loop()
        overdue = loop.call_later(self._timeout, self._overdue, id)
        waiting = _Waiting(loop.create_future(), answered, overdue)
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
