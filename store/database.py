"""The one crossing between the event loop and Peewee: reads, writes, deadlines."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from store import migrate
from store.crossings import Crossings
from store.driver_errors import cause, is_lost, translate
from store.engine import begin_read, drop_idle, open_engine
from store.errors import StoreUnavailable
from store.forgetting import Forgetting
from store.transaction import Transaction
from store.writer import Change, Measured, Outcome, Writer

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the item of a batch

MAX_WAITING = 20_000


def _ignore(*_: object) -> None:
    """Do nothing: the default of a callback that nobody has to set."""


class Database:
    """Reads in a small pool of threads, writes through one writer with group commit.

    Every crossing ends within ``deadline`` seconds: with its result, or with
    ``StoreUnavailable``. ``on_commit`` gets the events of each batch, in commit order,
    before the callers of its changes go on; it must not raise. Nor may ``on_batch`` and
    ``on_read`` (seconds waited, seconds taken), which are called from threads.
    """

    def __init__(self, url: str, *, pool_size: int = 8, deadline: float = 5.0) -> None:
        self.url = url
        self.deadline = deadline
        self.pool_size = pool_size
        self.on_commit: Callable[[list[object]], None] = _ignore
        self.on_batch: Callable[[Measured], None] = _ignore
        self.on_read: Callable[[float, float], None] = _ignore
        self.forgetting = Forgetting(url)
        self._engine = open_engine(url, pool_size=pool_size)
        self._crossings = Crossings()
        self._readers = ThreadPoolExecutor(max(1, pool_size - 1), "reader")
        self._writer = Writer(
            *(self._engine, self._crossings, self._committed),
            measured=lambda batch: self.on_batch(batch),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watch: asyncio.Task[None] | None = None
        self._failing = self._closing = False
        self._away = False  # the last read that asked found nobody

    async def open(self) -> list[str]:
        """Migrate the schema and start the threads; give the migrations applied."""
        self._loop = asyncio.get_running_loop()
        try:
            applied = await asyncio.to_thread(migrate.up, self._engine)
        except Exception as error:
            raise translate(error) from error
        self._writer.start()
        self._watch = asyncio.create_task(self._watch_crossings())
        return applied

    async def close(self) -> None:
        """Finish what waits, then let go of every connection."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
            await asyncio.to_thread(self._writer.stop, self.deadline)
        self._readers.shutdown(wait=False, cancel_futures=True)
        # Let what the writer handed over at the end be told before the loop goes on.
        await asyncio.sleep(0)
        # Nobody waits for what is still under way, and it may never end.
        self._closing = True
        self._crossings.break_off(0)
        await asyncio.to_thread(self._engine.close_all)

    async def read(
        self,
        query: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run ``query(tx, …)`` in one reading transaction, which sees one moment."""
        asked = time.monotonic()
        call = partial(self._measured_read, asked, partial(query, **kwargs), args)
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._readers, call)
        try:
            async with asyncio.timeout(self.deadline):
                return await future
        except TimeoutError:
            raise StoreUnavailable("the read took too long") from None

    async def write(
        self,
        change: Callable[[Transaction, I], T],
        item: I,
        *,
        lessons: Iterable[int] = (),
        users: Iterable[int] = (),
    ) -> T:
        """Run ``change(tx, item)`` in the next batch; it may run twice.

        ``lessons`` and ``users``: ids of the rows whose streams or rights it changes,
        locked beforehand.
        """
        return await self.write_alike(_Single(change), item, lessons, users)

    async def write_alike(
        self,
        changes: Callable[[Transaction, list[I]], Sequence[T | Exception]],
        item: I,
        lessons: Iterable[int] = (),
        users: Iterable[int] = (),
    ) -> T:
        """Run ``changes(tx, items)`` for all equal changes of a batch at once.

        It gives an outcome per item: what the caller gets, or an exception that stands
        for a refusal which wrote nothing.
        """
        loop = asyncio.get_running_loop()
        if self._writer.waiting() > MAX_WAITING:
            raise StoreUnavailable("too many changes wait already")
        future: asyncio.Future[T] = loop.create_future()
        settle = partial(_settle, future)
        locked = frozenset(lessons), frozenset(users)
        change = Change(changes, item, settle, *locked)
        timer = loop.call_later(self.deadline, _expire, change, future)
        self._writer.submit(change)
        try:
            return await future
        finally:
            timer.cancel()

    def waiting(self) -> int:
        """Return the number of changes that wait for the writer."""
        return self._writer.waiting()

    def connections(self) -> int:
        """Return the number of connections in use."""
        return len(self._crossings)

    @property
    def is_postgres(self) -> bool:
        return not self.url.startswith("sqlite")

    @property
    def failing(self) -> bool:
        """Return whether the last that was heard of the database is that it fails."""
        return self._failing

    def _measured_read(
        self, asked: float, query: Callable[..., T], args: tuple[Any, ...]
    ) -> T:
        begun = time.monotonic()
        try:
            return self._read(query, args)
        finally:
            self.on_read(begun - asked, time.monotonic() - begun)

    def _read(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            return self._attempt_read(query, args)
        except Exception as error:
            if not is_lost(error) or self._closing:
                raise translate(error) from None
            self._away = True
            self._note(error)
        drop_idle(self._engine)
        try:
            # Once more, over a fresh connection: those of the pool may all be dead.
            return self._attempt_read(query, args)
        except Exception as error:
            raise translate(error) from None

    def _attempt_read(self, query: Callable[..., T], args: tuple[Any, ...]) -> T:
        with self._crossings.crossing(self._engine):
            begin_read(self._engine)
            try:
                result = query(Transaction(self._engine), *args)
            finally:
                with suppress(Exception):
                    self._engine.rollback()
        if self._away:  # not otherwise: a full disk can still be read
            self._away = False
            self._note(None)
        return result

    def _committed(self, batch: list[Change]) -> None:
        """Hand a finished batch to the loop (called in the writer's thread)."""
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._tell, batch)

    def _tell(self, batch: list[Change]) -> None:
        events = [event for change in batch for event in change.events]
        if events:
            self.on_commit(events)
        for change in batch:
            self._note(change.outcome)
            change.settle(change.outcome)

    def _note(self, outcome: Outcome) -> None:
        """Log once when the database begins to fail, and once when it is back."""
        failing = is_lost(outcome) or isinstance(outcome, StoreUnavailable)
        if failing and not self._failing:
            log.error("database unavailable (%s)", cause(outcome))
        if not isinstance(outcome, Exception) and self._failing:
            log.warning("database available again")
        if failing or not isinstance(outcome, Exception):
            self._failing = failing

    async def _watch_crossings(self) -> None:
        while True:
            await asyncio.sleep(self.deadline / 4)
            if severed := self._crossings.break_off(self.deadline):
                log.error("broke off %d database connections that hung", severed)


class _Single:
    """Lets one change stand where changes are applied in groups."""

    __slots__ = ("_change",)

    def __init__(self, change: Callable[[Transaction, Any], Any]) -> None:
        self._change = change

    def __call__(self, tx: Transaction, items: list[Any]) -> list[Any]:
        (item,) = items
        return [self._change(tx, item)]


def _settle(future: "asyncio.Future[Any]", outcome: Outcome) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def _expire(change: Change, future: "asyncio.Future[Any]") -> None:
    change.abandoned = True
    _settle(future, StoreUnavailable("the change took too long"))
