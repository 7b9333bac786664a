"""A batch that is committed, so that everybody may read it, and told only later."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from store.database import Database
from store.transaction import Transaction
from tests.held_writer import Hold
from tests.patience import PATIENCE
from tests.school import until


class LateTelling:
    """A database whose writer commits something, and keeps it back until ``tell``.

    Until then the writer is held, and let go for a batch at a time. In each there is a
    change that looks, after the commit, whether that was the one in question; if so, it
    keeps the thread busy before the telling.
    """

    def __init__(self, db: Database, is_there: Callable[[Transaction], bool]) -> None:
        self._db = db
        self._is_there = is_there
        self._committed, self._tell = threading.Event(), threading.Event()
        self._writes: list[asyncio.Task[None]] = []
        self._hold = Hold()

    async def commit(self, change: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start what leads to one write here; return it once that is committed."""
        self._write(self._hold)
        await until(self._hold.entered.is_set)
        changing = asyncio.create_task(change)
        while not self._committed.is_set():
            before, self._hold = self._hold, Hold()
            self._write(self._keep_back)
            self._write(self._hold)
            await asyncio.sleep(0)  # lets them submit their changes
            before.go_on.set()
            await until(self._is_held)
        return changing

    async def tell(self) -> None:
        """Let the writer go on."""
        self._hold.go_on.set()
        self._tell.set()
        await asyncio.gather(*self._writes)

    def _write(self, change: Callable[[Transaction], None]) -> None:
        self._writes.append(asyncio.create_task(self._db.write(change)))

    def _is_held(self) -> bool:
        return self._committed.is_set() or self._hold.entered.is_set()

    def _keep_back(self, tx: Transaction) -> None:
        tx.after_commit(lambda: self._look(tx))

    def _look(self, tx: Transaction) -> None:
        with tx.engine.connection_context():
            is_there = self._is_there(Transaction(tx.engine))
        if is_there and not self._tell.is_set():
            self._committed.set()
            self._tell.wait(PATIENCE)
