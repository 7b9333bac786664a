"""The one writer: gathers the changes that wait into one transaction (group commit).

A batch is tried whole. A change that fails before it wrote anything fails alone;
after any other failure the batch is rolled back and run once more with a savepoint
for each change, so that one failing fails alone. Changes may therefore run twice:
they touch nothing but the transaction they are given.
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
from store.crossings import Crossings
from store.driver_errors import is_lost, translate
from store.engine import begin_write, drop_idle
from store.transaction import Transaction

log = logging.getLogger(__name__)

MAX_BATCH = 256
Outcome = Any  # what the change returned, or the exception that it failed with


@dataclass(slots=True, eq=False)
class Change:
    """One change: ``apply(tx, items)`` answers a list of items with their outcomes.

    ``lessons`` and ``users`` name the stream rows that it locks.
    """

    apply: Callable[[Transaction, list[Any]], Sequence[Outcome]]
    item: Any
    settle: Callable[[Outcome], None]
    lessons: frozenset[int] = frozenset()
    users: frozenset[int] = frozenset()
    abandoned: bool = False
    outcome: Outcome = None
    events: list[object] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    def fail(self, error: Exception) -> None:
        """Note that nothing of it was committed."""
        self.outcome, self.events, self.after = error, [], []


Committed = Callable[[list[Change]], None]


class Measured(NamedTuple):
    """One batch: its changes, how long its oldest waited, and the transaction (s)."""

    changes: int
    waited: float
    seconds: float


class Writer:
    """A thread that commits changes in batches, and reports each batch once."""

    def __init__(
        self,
        engine: peewee.Database,
        crossings: Crossings,
        committed: Committed,
        measured: Callable[[Measured], None],
    ) -> None:
        self._engine = engine
        self._crossings = crossings
        self._committed = committed
        self._measured = measured
        self._queue: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, change: Change) -> None:
        self._queue.put(change)

    def waiting(self) -> int:
        """Return the number of changes that wait for their batch."""
        return self._queue.qsize()

    def stop(self, timeout: float) -> None:
        """Finish what waits, at most for ``timeout`` seconds."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            batch, stopping = self._gather()
            if not batch:
                continue
            begun = time.monotonic()
            _Batch(self._engine, self._crossings, batch).commit()
            seconds = time.monotonic() - begun
            self._committed(batch)
            self._measured(Measured(len(batch), begun - batch[0].since, seconds))

    def _gather(self) -> tuple[list[Change], bool]:
        """Wait for a change, then take along all that wait behind it."""
        batch: list[Change] = []
        change = self._queue.get()
        while change is not None:
            if not change.abandoned:
                batch.append(change)
            if len(batch) == MAX_BATCH:
                return batch, False
            try:
                change = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True


class _Batch:
    """One batch on its way into the database."""

    def __init__(
        self, engine: peewee.Database, crossings: Crossings, changes: list[Change]
    ) -> None:
        self._engine = engine
        self._crossings = crossings
        self._changes = changes
        self._committing = False

    def commit(self) -> None:
        """Commit what can be committed, and set the outcome of every change."""
        try:
            self._attempt(self._apply_whole)
        except _MustSeparate:
            self._separately()
        except Exception as error:
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
        with self._crossings.crossing(self._engine):
            begin_write(self._engine)
            try:
                tx = Transaction(self._engine)
                locks.take(tx, self._changes)
                apply(tx)
                self._committing = True
                self._engine.commit()
            except BaseException:
                self._roll_back()
                raise
        for change in self._changes:
            for call in change.after:
                call()

    def _roll_back(self) -> None:
        try:
            self._engine.rollback()
        except Exception:
            log.debug("rollback failed; the pool discards the connection")

    def _apply_whole(self, tx: Transaction) -> None:
        for _, group in groupby(self._changes, key=lambda change: change.apply):
            _apply(tx, list(group))

    def _apply_each(self, tx: Transaction) -> None:
        for change in self._changes:
            try:
                with self._engine.savepoint():
                    _apply(tx, [change], alone=True)
            except Exception as error:
                if is_lost(error):
                    raise
                change.fail(translate(error))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, peewee.PeeweeException):
            log.error("a batch failed", exc_info=error)
        for change in self._changes:
            change.fail(translate(error))


class _MustSeparate(Exception):
    """A change failed after it wrote: the batch has to be run again, one by one."""


def _apply(tx: Transaction, changes: list[Change], *, alone: bool = False) -> None:
    """Apply alike changes at once; those that fail before writing fail alone."""
    writes, tx.events, tx.after = tx.writes, [], []
    try:
        outcomes = changes[0].apply(tx, [change.item for change in changes])
    except Exception as error:
        if alone or is_lost(error):
            raise
        clean = tx.writes == writes and not isinstance(error, peewee.PeeweeException)
        if not clean or len(changes) > 1:
            raise _MustSeparate from error
        outcomes, tx.events, tx.after = [error], [], []
    for change, outcome in zip(changes, outcomes, strict=True):
        change.outcome, change.events, change.after = outcome, [], []
    changes[-1].events, changes[-1].after = tx.events, tx.after
