"""The thread that writes: it commits the writes that wait in one transaction.

That is group commit: one sync to the disk for all of them. The transaction is tried
whole. A change that fails before it wrote anything fails alone; after any other failure
all is rolled back and run once more with a savepoint for each change, so that one
failing fails alone. Changes may therefore run twice: they touch nothing but the
transaction they are given.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import peewee

from store import locks
from store.borrowed_connections import BorrowedConnections
from store.driver_errors import is_lost, translate
from store.engine import begin_write, drop_idle
from store.transaction import Transaction

log = logging.getLogger(__name__)

MAX_BATCH = 256
Outcome = Any  # what the change returned, or the exception that it failed with


# Without the usual repr: what people wrote is in it, and loggers print reprs.
@dataclass(slots=True, eq=False, repr=False)
class PendingWrite:
    """One call of ``Database.write``, from the queue until its caller has the outcome.

    ``apply(tx, items)`` returns the outcomes of items like ``item``, one each.
    ``lessons`` and ``users`` are the ids of the rows that are locked for it; ``size``
    is how many changes it consists of. Once ``abandoned``, it is dropped if it still
    waits. ``events`` and ``after`` are what it asked for (``Transaction``), and empty
    unless it was committed.
    """

    apply: Callable[[Transaction, list[Any]], Sequence[Outcome]]
    item: Any
    settle: Callable[[Outcome], None]
    lessons: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    size: int = 1
    abandoned: bool = False
    outcome: Outcome = None
    events: list[object] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    def fail(self, error: Exception) -> None:
        """Note that nothing of it was committed."""
        self.outcome, self.events, self.after = error, [], []


OnBatch = Callable[[list[PendingWrite]], None]


class Measured(NamedTuple):
    """One transaction: its changes, how long its oldest waited, what it took (s)."""

    changes: int
    waited: float
    seconds: float


class Writer:
    """The one thread that writes, with the queue of the writes that wait for it.

    They take effect in the order in which they were submitted. ``committing`` gets
    those of each transaction before its COMMIT, and ``committed`` once all their
    outcomes are set, whether they were committed or not; ``measured`` gets its figures.
    All are called in the thread, and may not raise.
    """

    def __init__(
        self,
        engine: peewee.Database,
        borrowed: BorrowedConnections,
        committing: OnBatch,
        committed: OnBatch,
        measured: Callable[[Measured], None],
    ) -> None:
        self._engine = engine
        self._borrowed = borrowed
        self._committing = committing
        self._committed = committed
        self._measured = measured
        self._queue: queue.SimpleQueue[PendingWrite | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, write: PendingWrite) -> None:
        self._queue.put(write)

    def waiting(self) -> int:
        """Return the number of writes that wait for their transaction."""
        return self._queue.qsize()

    def stop(self, timeout: float) -> None:
        """Finish what waits, at most for ``timeout`` seconds."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            writes, stopping = self._gather()
            if not writes:
                continue
            begun = time.monotonic()
            _GroupCommit(self._engine, self._borrowed, writes, self._committing).run()
            seconds = time.monotonic() - begun
            self._committed(writes)
            changes = sum(write.size for write in writes)
            self._measured(Measured(changes, begun - writes[0].since, seconds))

    def _gather(self) -> tuple[list[PendingWrite], bool]:
        """Wait for a write, then take along all that wait behind it.

        True behind them: this is the end of the queue, and of the thread.
        """
        writes: list[PendingWrite] = []
        changes = 0
        write = self._queue.get()
        while write is not None:
            if not write.abandoned:
                writes.append(write)
                changes += write.size
            if changes >= MAX_BATCH:
                return writes, False
            # Never wait for more: what comes meanwhile gathers while this is synced.
            try:
                write = self._queue.get_nowait()
            except queue.Empty:
                return writes, False
        return writes, True


class _GroupCommit:
    """Writes on their way into the database, in one transaction."""

    def __init__(
        self,
        engine: peewee.Database,
        borrowed: BorrowedConnections,
        writes: list[PendingWrite],
        begins: OnBatch,
    ) -> None:
        self._engine = engine
        self._borrowed = borrowed
        self._writes = writes
        self._begins = begins
        self._committing = False

    def run(self) -> None:
        """Commit what can be committed, and set the outcome of every write."""
        try:
            self._attempt(self._apply_whole)
        except _MustSeparate:
            self._separately()
        except Exception as error:
            # Of a failed COMMIT nobody knows whether it took place: never run it twice.
            if self._committing or not is_lost(error):
                self._fail(error)
            else:
                # Nothing was committed: a pooled connection had died unnoticed.
                drop_idle(self._engine)
                self._separately()

    def _separately(self) -> None:
        try:
            self._attempt(self._apply_each)
        except Exception as error:
            self._fail(error)

    def _attempt(self, apply: Callable[[Transaction], None]) -> None:
        self._committing = False
        with self._borrowed.borrow(self._engine):
            begin_write(self._engine)
            try:
                tx = Transaction(self._engine)
                locks.take(tx, self._writes)
                apply(tx)
                self._committing = True
                self._begins(self._writes)
                self._engine.commit()
            except BaseException:
                self._roll_back()
                raise
        for write in self._writes:
            for call in write.after:
                call()

    def _roll_back(self) -> None:
        try:
            self._engine.rollback()
        except Exception:
            log.debug("rollback failed; the pool discards the connection")

    def _apply_whole(self, tx: Transaction) -> None:
        # Neighbours alone, so that all take effect in the order of the queue.
        for _, alike in groupby(self._writes, key=lambda write: write.apply):
            _apply(tx, list(alike))

    def _apply_each(self, tx: Transaction) -> None:
        for write in self._writes:
            try:
                with self._engine.savepoint():
                    _apply(tx, [write], alone=True)
            except Exception as error:
                if is_lost(error):
                    raise
                write.fail(translate(error))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, peewee.PeeweeException):
            log.error("a batch failed", exc_info=error)
        for write in self._writes:
            write.fail(translate(error))


class _MustSeparate(Exception):
    """A change failed after it wrote: all have to be run again, one by one."""


def _apply(tx: Transaction, alike: list[PendingWrite], *, alone: bool = False) -> None:
    """Apply writes of one function; a single one that fails unwritten fails alone."""
    written, tx.events, tx.after = tx.writes, [], []
    try:
        outcomes = alike[0].apply(tx, [write.item for write in alike])
    except Exception as error:
        if alone or is_lost(error):
            raise
        # After an error of the database PostgreSQL takes no more statements, even if
        # nothing was written.
        clean = tx.writes == written and not isinstance(error, peewee.PeeweeException)
        if not clean or len(alike) > 1:
            raise _MustSeparate from error
        outcomes, tx.events, tx.after = [error], [], []
    for write, outcome in zip(alike, outcomes, strict=True):
        write.outcome, write.events, write.after = outcome, [], []
    # Of several at once nobody knows whose events are whose; what counts is the order.
    alike[-1].events, alike[-1].after = tx.events, tx.after
