"""Reads that may take longer than one call: page by page, all of one moment."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, Final, ParamSpec, TypeVar

from store.borrowed_connections import BorrowedConnections
from store.database import Database
from store.driver_errors import translate
from store.engine import begin_read, open_engine
from store.errors import StoreUnavailable
from store.transaction import Transaction

P = ParamSpec("P")
T = TypeVar("T")

# What a long read does: it yields after each page, and returns what was asked for.
Pages = Generator[None, None, T]
_LETTING_GO: Final = 1.0  # seconds for what is broken off


async def read_long(
    db: Database,
    query: Callable[Concatenate[Transaction, P], Pages[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run ``query(tx, …)`` in one reading transaction, which sees one moment.

    Each page ends within the database's ``deadline``, or with ``StoreUnavailable``;
    how many there are doesn't matter. It has a connection of its own, beside those of
    the pool, and is made once: what is lost midway isn't begun anew.
    """
    reading = _LongRead(db)
    try:
        return await reading.finish(query(reading.tx, *args, **kwargs))
    finally:
        await reading.close()


class _LongRead:
    """One long read: a connection, and the thread that alone may use it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._engine = open_engine(db.url, pool_size=1)
        self._borrowed = BorrowedConnections()
        self._thread = ThreadPoolExecutor(1, "long-read")
        self.tx = Transaction(self._engine)

    async def finish(self, pages: Pages[T]) -> T:
        """Read all pages."""
        results: list[T] = []
        steps = self._steps(pages, results)
        try:
            while not await self._step(steps):
                pass
        finally:
            self._thread.submit(steps.close)
        return results[0]

    async def close(self) -> None:
        """Give the connection back, broken off if it is in use."""
        self._thread.shutdown(wait=False)
        await asyncio.to_thread(self._borrowed.end, self._engine, _LETTING_GO)

    async def _step(self, steps: Pages[None]) -> bool:
        """Read a page, and return whether it was the last."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._thread, _is_done, steps)
        try:
            async with asyncio.timeout(self._db.deadline):
                return await future
        except TimeoutError:
            raise StoreUnavailable("a page of a long read took too long") from None

    def _steps(self, pages: Pages[T], results: list[T]) -> Pages[None]:
        """Yield after each page, in the transaction that all of them share."""
        try:
            with self._borrowed.borrow(self._engine):
                begin_read(self._engine)
                try:
                    results.append((yield from pages))
                finally:
                    self._engine.rollback()
        except Exception as error:
            raise translate(error) from None


def _is_done(steps: Pages[None]) -> bool:
    return next(steps, steps) is steps
