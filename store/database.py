"""The database as the event loop uses it: reads, writes, deadlines."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, TypeVarTuple

from store import migrate
from store.borrowed_connections import BorrowedConnections
from store.deadlines import Deadlines
from store.driver_errors import cause, is_lost, refused, translate
from store.engine import begin_read, drop_idle, open_engine
from store.errors import StoreUnavailable
from store.forgetting import Forgetting
from store.transaction import Transaction
from store.untold_batches import UntoldBatches
from store.writer import Measured, Outcome, PendingWrite, Writer

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item of those applied at once
Args = TypeVarTuple("Args")

MAX_WAITING = 20_000
_LETTING_GO = 1.0  # seconds for what is broken off at the end


def _ignore(*_: object) -> None:
    """Do nothing: the default of a callback that nobody has to set."""


@dataclass(slots=True)
class DatabaseListeners:
    """Callbacks that hear of a database's work; none may raise.

    One object, since who listens is built upon the database: they are joined before
    it opens.
    """

    # On the loop: the events of each transaction once it is committed, in the order of
    # the commits, before the callers go on, and also if they gave up.
    committed: Callable[[list[object]], None] = _ignore
    # In the writer's thread: the figures of each transaction.
    batch: Callable[[Measured], None] = _ignore
    # In a reader's thread: the seconds that a read waited, and those it took.
    read: Callable[[float, float], None] = _ignore


class Database:
    """A database: reads run in a small pool of threads, writes in one (``Writer``).

    Every call ends within ``deadline`` seconds: with its result, or with
    ``StoreUnavailable``. What a query or a change raises reaches its caller, that of
    the driver as a ``StoreError``. One process's writes take effect in the order of
    the calls.
    """

    def __init__(self, url: str, *, pool_size: int = 8, deadline: float = 5.0) -> None:
        self.url = url
        self.deadline = deadline
        self.pool_size = pool_size
        self.listeners = DatabaseListeners()
        self.forgetting = Forgetting(url)
        self._engine = open_engine(url, pool_size=pool_size)
        self._borrowed = BorrowedConnections()
        self._untold = UntoldBatches()
        self._deadlines = Deadlines()
        self._readers = ThreadPoolExecutor(max(1, pool_size - 1), "reader")
        self._writer = Writer(
            engine=self._engine,
            borrowed=self._borrowed,
            committing=self._untold.begin,
            committed=self._hand_over,
            # Looked up at each call: who watches is joined later.
            measured=lambda figures: self.listeners.batch(figures),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watch: asyncio.Task[None] | None = None
        self._failing = self._closing = False
        self._away = False  # a read lost its connection, and none came through since

    async def open(self) -> list[str]:
        """Migrate the schema and start the threads; return the migrations applied."""
        self._loop = asyncio.get_running_loop()
        try:
            applied = await asyncio.to_thread(migrate.up, self._engine)
        except Exception as error:
            raise refused(error) from None
        self._writer.start()
        self._watch = asyncio.create_task(self._watch_borrowed())
        return applied

    async def close(self) -> None:
        """Finish the writes that wait, then close every connection.

        It takes ``deadline`` seconds and a moment at most; reads under way fail.
        """
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
            await asyncio.to_thread(self._writer.stop, self.deadline)
        self._readers.shutdown(wait=False, cancel_futures=True)
        # What the writer handed over at the end is to be published before this returns.
        await asyncio.sleep(0)
        # Nobody waits for what is still under way, and it may never end.
        self._closing = True
        await asyncio.to_thread(self._borrowed.end, self._engine, _LETTING_GO)

    async def read(
        self,
        query: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run ``query(tx, …)`` in a reading transaction, which sees one moment.

        It may run twice, the second time over a fresh connection.
        """
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
        change: Callable[[Transaction, *Args], T],
        *args: *Args,
        lessons: Iterable[int] = (),
        users: Iterable[int] = (),
    ) -> T:
        """Run ``change(tx, *args)`` in the next transaction; return once it is durable.

        It may run twice. If it raises, nothing of it is written, while the others of
        the transaction are. After ``StoreUnavailable`` it may be committed
        all the same, unless it was still waiting for its turn.

        ``lessons`` and ``users``: ids of the rows whose streams or rights it changes,
        locked beforehand.
        """

        # A function of its own for each call, so that it is never one of several alike.
        def alone(tx: Transaction, _: list[None]) -> list[T]:
            return [change(tx, *args)]

        return await self.write_batched(alone, None, lessons=lessons, users=users)

    async def write_batched(
        self,
        changes: Callable[[Transaction, list[I]], Sequence[T | Exception]],
        item: I,
        *,
        lessons: Iterable[int] = (),
        users: Iterable[int] = (),
        size: int = 1,
    ) -> T:
        """Write as ``write`` does, with equal ``changes`` of neighbours run at once.

        ``changes(tx, items)`` returns an outcome per item: what its caller gets, or an
        exception for a refusal that wrote nothing. An item may be ``size`` changes.
        """
        loop = asyncio.get_running_loop()
        if self._writer.waiting() > MAX_WAITING:
            raise StoreUnavailable("too many changes wait already")
        future: asyncio.Future[T] = loop.create_future()
        locked = frozenset(lessons), frozenset(users)
        write = PendingWrite(changes, item, partial(_settle, future), *locked, size)
        self._deadlines.begin(write, self.deadline)
        self._writer.submit(write)
        # A caller that is cancelled meanwhile doesn't take its change back.
        try:
            return await future
        finally:
            self._deadlines.end(write)

    async def told(self, concerns: Callable[[object], bool]) -> None:
        """Wait until ``committed`` got the events in question that a read may know of.

        For ``deadline`` seconds at most: by then the callers of a commit that hangs
        have been told that it failed.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self.deadline):
                await self._untold.wait(concerns)

    def waiting(self) -> int:
        """Return the number of writes that wait for the writer."""
        return self._writer.waiting()

    def connections(self) -> int:
        """Return the number of connections in use."""
        return len(self._borrowed)

    @property
    def is_postgres(self) -> bool:
        return not self.url.startswith("sqlite")

    @property
    def failing(self) -> bool:
        """Return whether the database fails, by the last outcome that could tell."""
        return self._failing

    def _measured_read(
        self, asked: float, query: Callable[..., T], args: tuple[Any, ...]
    ) -> T:
        begun = time.monotonic()
        try:
            return self._read(query, args)
        finally:
            self.listeners.read(begun - asked, time.monotonic() - begun)

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
        with self._borrowed.borrow(self._engine):
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

    def _hand_over(self, writes: list[PendingWrite]) -> None:
        """Hand the writes of a transaction to the loop (in the writer's thread)."""
        assert self._loop is not None
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._publish_and_settle, writes)

    def _publish_and_settle(self, writes: list[PendingWrite]) -> None:
        events = [event for write in writes for event in write.events]
        try:
            if events:
                self.listeners.committed(events)
        except Exception as error:
            # Without its text, which may quote what the events hold.
            log.error("telling of a commit failed: %s", type(error).__name__)
        finally:
            # Whatever became of the telling: their callers wait, and it is committed.
            for write in writes:
                self._note(write.outcome)
                write.settle(write.outcome)
            self._untold.end(writes)

    def _note(self, outcome: Outcome) -> None:
        """Log once when the database begins to fail, and once when it is back."""
        failing = is_lost(outcome) or isinstance(outcome, StoreUnavailable)
        if failing and not self._failing:
            log.error("database unavailable (%s)", cause(outcome))
        if not isinstance(outcome, Exception) and self._failing:
            log.warning("database available again")
        if failing or not isinstance(outcome, Exception):
            self._failing = failing

    async def _watch_borrowed(self) -> None:
        while True:
            await asyncio.sleep(self.deadline / 4)
            if severed := self._borrowed.sever_stale(self.deadline):
                log.error("broke off %d database connections that hung", severed)


def _settle(future: "asyncio.Future[Any]", outcome: Outcome) -> None:
    if future.done():  # its caller gave up
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
