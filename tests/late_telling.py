"""A batch that is committed, so that everybody may read it, and told only later."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from store.database import Database
from store.transaction import Transaction
from tests.school import until

PATIENCE = 30.0


class _Hold:
    """A change that keeps the writer from going on, so that others gather behind it."""

    def __init__(self) -> None:
        self.entered, self.go_on = threading.Event(), threading.Event()

    def __call__(self, tx: Transaction) -> None:
        self.entered.set()
        self.go_on.wait(PATIENCE)


class LateTelling:
    """A database whose writer commits something, and keeps it back until ``tell``.

    A change behind the one in question, in its batch, keeps the writer's thread busy
    between the commit and the telling. ``is_there`` says whether that batch it is.
    """

    def __init__(self, db: Database, is_there: Callable[[Transaction], bool]) -> None:
        self._db = db
        self._is_there = is_there
        self._committed, self._tell = threading.Event(), threading.Event()
        self._ended: asyncio.Task[bool] | None = None

    async def commit(self, change: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start what leads to one write here; return it once that is committed."""
        changing: asyncio.Task[Any] | None = None
        while not self._committed.is_set():
            hold = _Hold()
            holding = asyncio.create_task(self._db.write(hold))
            await until(hold.entered.is_set)
            waiting = self._db.waiting()
            changing = changing or asyncio.create_task(change)
            await until(lambda before=waiting: self._db.waiting() > before)
            self._ended = asyncio.create_task(self._db.write(self._keep_back))
            await asyncio.sleep(0)  # lets it submit its change
            hold.go_on.set()
            await holding
            ended = self._ended
            await until(lambda its=ended: its.done() or self._committed.is_set())
        assert changing is not None
        return changing

    async def tell(self) -> None:
        """Let the writer go on."""
        self._tell.set()
        assert self._ended is not None
        await self._ended

    def _keep_back(self, tx: Transaction) -> None:
        if self._is_there(tx):
            tx.after_commit(self._wait_to_tell)

    def _wait_to_tell(self) -> None:
        self._committed.set()
        self._tell.wait(PATIENCE)
