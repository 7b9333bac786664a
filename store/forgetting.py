"""Have SQLite's log forget what was deleted, soon and beside everybody's work.

A table forgets at once (``secure_delete``), but the write-ahead log keeps older pages
until it is overwritten, which takes days in a quiet school.
"""

import asyncio
import logging
from collections.abc import Callable

from store import scrub
from store.engine import is_sqlite, sqlite_path

log = logging.getLogger(__name__)

# Deletions are gathered for so long; and where somebody was in the way, tried again.
PAUSE = 1.0


class Forgetting:
    """The task that empties the log of an SQLite file; PostgreSQL sees to its own."""

    def __init__(self, url: str, *, pause: float = PAUSE) -> None:
        self._path = sqlite_path(url) if is_sqlite(url) else None
        self._pause = pause
        self._wanted = asyncio.Event()
        # What keeps traces elsewhere, and is to be told that there is something.
        self.others: list[Callable[[], None]] = []

    def soon(self) -> None:
        """Have what was deleted up to now forgotten within a few seconds."""
        self._wanted.set()
        for other in self.others:
            other()

    async def run(self) -> None:
        """Empty the log whenever that is wanted, until cancelled."""
        while self._path is not None:
            await self._wanted.wait()
            await asyncio.sleep(self._pause)
            self._wanted.clear()
            if not await asyncio.to_thread(scrub.empty_log, self._path):
                log.debug("the log couldn't be emptied, and will be")
                self._wanted.set()
