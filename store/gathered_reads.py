"""Reads that many ask for at once: those that wait are made together."""

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from store.database import Database
from store.errors import StoreUnavailable
from store.transaction import Transaction

K = TypeVar("K", bound=Hashable)
I = TypeVar("I")  # noqa: E741 - what one caller asks for
T = TypeVar("T")

# A transaction that reads for more, or longer, would let those behind it wait too long.
MAX_TOGETHER = 100
SECONDS_TOGETHER = 0.25


class _Waiter(NamedTuple, Generic[I, T]):
    """One who waits: what they want to know, and where the answer goes."""

    item: I
    answer: "asyncio.Future[T]"


class GatheredReads(Generic[K, I, T]):
    """Reads of one kind: of those with the same key only one is under way at a time.

    Whoever asks meanwhile waits, and shares the next one with others; it begins after
    they asked, so nobody gets what is older than their question.

    ``query(tx, key, items)`` reads for all, and returns what tells of each item, in the
    same transaction, what its caller gets. What that raises of ``refusals`` is its
    caller's alone; whatever else is raised meets all.
    """

    def __init__(
        self,
        db: Database,
        query: Callable[[Transaction, K, list[I]], Callable[[I], T]],
        *refusals: type[Exception],
        seconds: float = SECONDS_TOGETHER,
    ) -> None:
        self._db = db
        self._query = query
        self._refusals = refusals
        self._seconds = seconds
        # By key, while one of its reads is under way: who waits for the next.
        self._waiting: dict[K, list[_Waiter[I, T]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def read(self, key: K, item: I) -> T:
        """Read one item; ends as ``Database.read`` does, and within the same time."""
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = []
            # A task of its own, since whoever asked first may give up.
            running = asyncio.create_task(self._run(key))
            self._running.add(running)
            running.add_done_callback(self._running.discard)
        waiting.append(_Waiter(item, answer))
        try:
            async with asyncio.timeout(self._db.deadline):
                return await answer
        except TimeoutError:
            raise StoreUnavailable("the read took too long") from None

    async def _run(self, key: K) -> None:
        """Read for those who wait, until nobody does."""
        asked: list[_Waiter[I, T]] = []
        try:
            while asked := self._take(key):
                answered = await self._answer(key, asked)
                self._waiting[key][:0] = asked[answered:]
        finally:
            # Nobody is left, unless the database was closed meanwhile.
            for each in [*asked, *self._waiting.pop(key)]:
                each.answer.cancel()

    def _take(self, key: K) -> list[_Waiter[I, T]]:
        waiting = self._waiting[key]
        self._waiting[key] = waiting[MAX_TOGETHER:]
        return waiting[:MAX_TOGETHER]

    async def _answer(self, key: K, asked: list[_Waiter[I, T]]) -> int:
        """Answer the first of those who asked, at least one; return how many."""
        items = [each.item for each in asked]
        outcomes: list[T | Exception]
        try:
            outcomes = await self._db.read(self._read, key, items)
        except Exception as error:
            outcomes = [error] * len(asked)
        for each, outcome in zip(asked, outcomes, strict=False):
            if each.answer.done():
                continue  # its caller gave up
            if isinstance(outcome, Exception):
                each.answer.set_exception(outcome)
            else:
                each.answer.set_result(outcome)
        return len(outcomes)

    def _read(self, tx: Transaction, key: K, items: list[I]) -> list[T | Exception]:
        until = time.monotonic() + self._seconds
        answer, outcomes = self._query(tx, key, items), []
        for item in items:
            outcomes.append(self._outcome(answer, item))
            if time.monotonic() >= until:
                break
        return outcomes

    def _outcome(self, answer: Callable[[I], T], item: I) -> T | Exception:
        try:
            return answer(item)
        except self._refusals as refusal:
            return refusal
