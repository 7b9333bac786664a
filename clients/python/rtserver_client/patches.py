"""The patches of a board that wait: merged by element, one under way at a time."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from rtserver_client.elements import Element, Patched, patched, rank
from rtserver_client.json_text import bytes_of, to_json
from rtserver_client.retry import CommandError

MAX_ELEMENTS = 500  # of a patch, as the server takes it
ENVELOPE = 256  # bytes for what stands around the elements
SEPARATOR = len(", ")
# The whole frame is refused for what one element may have: found by halving.
DIVIDED = frozenset({"bad_request", "too_large", "limit_exceeded"})


class Way(Protocol):
    """The board's channel, as its queue needs it."""

    @property
    def is_open(self) -> bool: ...
    @property
    def limit(self) -> int:
        """The bytes of a command, at most."""

    def refusal(self) -> CommandError | None:
        """Return why nothing may be sent, if so."""

    def send(self, elements: list[Element]) -> asyncio.Future[Patched]: ...
    def delay(self, attempt: int) -> float: ...


@dataclass(eq=False, slots=True)
class _Call:
    """One call of ``patch``, answered when all of its elements are."""

    ids: set[str]
    future: asyncio.Future[Patched]
    answer: Patched = field(default_factory=patched)


@dataclass(slots=True)
class _Entry:
    """The latest version of an element, as text: a caller may change its object."""

    rank: tuple[int, int]
    text: str
    calls: set[_Call]


Frame = dict[str, _Entry]


class Patches:
    """The queue of one board's patches."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._waiting: Frame = {}
        self._pending: set[asyncio.Future[Patched]] = set()
        self._under_way = 0
        self._most = MAX_ELEMENTS
        self._attempt = 0
        self._timer: asyncio.TimerHandle | None = None
        self._is_over_rate = False
        self._ended: CommandError | None = None

    @property
    def pending(self) -> Sequence[asyncio.Future[Patched]]:
        """The calls that aren't answered yet."""
        return list(self._pending)

    def add(self, elements: Sequence[Element]) -> asyncio.Future[Patched]:
        """Have elements sent; the future tells what became of their latest versions.

        Cancelling it ends the waiting: what nobody else wants to have sent isn't sent.
        """
        future: asyncio.Future[Patched] = asyncio.get_running_loop().create_future()
        call = _Call(set(), future)
        entries = [_entry(each, call) for each in elements]
        call.ids.update(each["id"] for each in elements)
        refusal = self._ended or self._way.refusal()
        if refusal is not None:
            future.set_exception(refusal)
        elif not elements:
            future.set_result(call.answer)
        else:
            for each, entry in zip(elements, entries, strict=True):
                self._put(each["id"], entry)
            self._pending.add(future)
            future.add_done_callback(partial(self._done, call))
            self.pump()
        return future

    def pump(self) -> None:
        """Send the next frame, if nothing is under way."""
        refusal = self._way.refusal()
        if refusal is not None:
            self._fail(self._waiting, refusal)
        if not (self._under_way or self._timer) and self._may_send():
            self._send(self._next())

    def wake(self) -> None:
        """Try at once, now that the channel is there; but not over the rate."""
        if not self._is_over_rate:
            self._unhold()
        self.pump()

    def drain(self) -> None:
        """Send all that waits, without waiting for answers: later there is no way."""
        while self._may_send():
            self._send(self._next())

    def end(self, error: CommandError) -> None:
        """Fail what waits; what is under way is still answered."""
        self._ended = error
        self._unhold()
        self._fail(self._waiting, error)

    def _may_send(self) -> bool:
        return bool(self._waiting) and self._way.is_open

    def _put(self, id: str, entry: _Entry) -> None:
        """Merge an element into what waits."""
        held = self._waiting.setdefault(id, entry)
        if held is entry:
            return
        held.calls |= entry.calls
        if entry.rank > held.rank:
            held.rank, held.text = entry.rank, entry.text

    def _next(self) -> Frame:
        """Take as much as goes into one frame; one element in any case."""
        frame: Frame = {}
        room = self._way.limit - ENVELOPE
        for id, entry in list(self._waiting.items()):
            room -= bytes_of(entry.text) + SEPARATOR
            if frame and (room < 0 or len(frame) >= self._most):
                break
            frame[id] = self._waiting.pop(id)
        return frame

    def _send(self, frame: Frame) -> None:
        self._under_way += 1
        answer = self._way.send([json.loads(each.text) for each in frame.values()])
        answer.add_done_callback(partial(self._answered, frame))

    def _answered(self, frame: Frame, answer: asyncio.Future[Patched]) -> None:
        self._under_way -= 1
        error = answer.exception()
        if isinstance(error, CommandError):
            self._refused(frame, error)
        else:
            self._attempt = 0
            self._most = min(MAX_ELEMENTS, self._most * 2)
            self._settle(frame, answer.result())
        self.pump()

    def _settle(self, frame: Frame, ack: Patched) -> None:
        lost = set(ack["rejected"])
        winners = {element["id"]: element for element in ack["current"]}
        for id, entry in frame.items():
            for call in entry.calls:
                _note(call, id, ack["seq"], id in lost, winners.get(id))

    def _refused(self, frame: Frame, error: CommandError) -> None:
        is_divisible = len(frame) > 1 and error.code in DIVIDED
        if self._ended is not None or not (error.temporary or is_divisible):
            self._most = min(MAX_ELEMENTS, self._most * 2)
            self._fail(frame, error)
            return
        self._put_back(frame)
        if is_divisible:
            self._most = -(-len(frame) // 2)
        else:
            self._hold(error)

    def _put_back(self, frame: Frame) -> None:
        """Let a frame wait again, before what came meanwhile."""
        later, self._waiting = self._waiting, {}
        for id, entry in [*frame.items(), *later.items()]:
            if any(not call.future.done() for call in entry.calls):
                self._put(id, entry)

    def _hold(self, error: CommandError) -> None:
        """Hold the whole queue, over the rate for as long as the server says."""
        self._unhold()
        self._is_over_rate = error.code == "rate_limited"
        wait = (error.retry_after or 0) + self._way.delay(self._attempt)
        self._attempt += 1
        self._timer = asyncio.get_running_loop().call_later(wait, self._release)

    def _release(self) -> None:
        self._unhold()
        self.pump()

    def _unhold(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._is_over_rate = None, False

    def _fail(self, frame: Frame, error: CommandError) -> None:
        for call in {call for entry in frame.values() for call in entry.calls}:
            if not call.future.done():
                call.future.set_exception(error)
            self._drop(call)

    def _done(self, call: _Call, future: asyncio.Future[Patched]) -> None:
        self._pending.discard(future)
        self._drop(call)

    def _drop(self, call: _Call) -> None:
        """Drop what nobody wants to have sent any more."""
        for id in call.ids & self._waiting.keys():
            self._waiting[id].calls.discard(call)
            if not self._waiting[id].calls:
                del self._waiting[id]


def _entry(element: Element, call: _Call) -> _Entry:
    return _Entry(rank(element), to_json(element, allow_nan=False), {call})


def _note(
    call: _Call, id: str, seq: int | None, is_lost: bool, winner: Element | None
) -> None:
    """Note what became of an element, and answer the call if it was the last one."""
    call.answer["rejected" if is_lost else "accepted"].append(id)
    if is_lost and winner is not None:
        call.answer["current"].append(winner)
    if seq is not None:
        call.answer["seq"] = max(seq, call.answer["seq"] or 0)
    call.ids.discard(id)
    if not call.ids and not call.future.done():
        call.future.set_result(call.answer)
